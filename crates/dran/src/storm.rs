//! `dran storm`: replays a day against a running service (docs/storm.md).

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use dran_i18n::Texts;
use dran_notify::secret::read_secret;
use dran_storm::live::{Live, clock};
use dran_storm::replay::{self, Plan, Replay};
use dran_storm::report;
use dran_storm::scenario::Scenario;
use dran_storm::staff::{self, StaffSide};
use dran_storm::target::Target;
use secrecy::ExposeSecret;

use crate::process::{PUBLIC_NICENESS, open_as_many_files_as_allowed, stop_asked};
use crate::sources;

/// Options of `dran storm`.
#[derive(Args)]
pub struct StormArgs {
    /// The scenario file
    scenario: PathBuf,
    /// The service, as its proxy or itself is reached without TLS: http://127.0.0.1:8080
    #[arg(long, value_name = "URL")]
    against: String,
    /// So many seconds of the scenario in one: people come and think faster, what the service tells them stays
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    speed: f64,
    /// The size of the crowd, 1 for the whole one; goals that count people are scaled with it
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    scale: f64,
    /// Nobody takes any time for a page: how fast the service can be
    #[arg(long)]
    no_think: bool,
    /// The campaign that people come for, instead of the scenario's
    #[arg(long)]
    campaign: Option<String>,
    /// The folder that the service spools messages into, for verification codes; without it all give a postal address
    #[arg(long, value_name = "FOLDER")]
    spool: Option<PathBuf>,
    /// Its staff side without TLS, where callers ring up the hotline: http://127.0.0.1:8081. Without it they use the
    /// calls of the portal
    #[arg(long, value_name = "URL", requires = "json_secret")]
    staff: Option<String>,
    /// The file of `hotline.json_secret_file`
    #[arg(long, value_name = "FILE", requires = "staff")]
    json_secret: Option<PathBuf>,
    /// Agents' accounts, who ring callers back and book at the desk: `[[agent]]` with name, password and secret
    #[arg(long, value_name = "FILE", requires = "staff")]
    agents: Option<PathBuf>,
    /// Which crowd: use another one for a database that has seen this one
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that send
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: u32,
    /// Connections open at once; as many as this process may open files if there are fewer of those
    #[arg(long, default_value_t = 18_000)]
    connections_max: usize,
    /// Requests sent at most
    #[arg(long, default_value_t = 100_000_000)]
    requests_max: u64,
    /// The folder that report.html and report.json are written into
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    report: PathBuf,
    /// The language of report.html: de or en; the terminal's by default
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Load a machine that is not this one. Only one that is yours, and after telling those who look after it
    #[arg(long)]
    i_may_load_this_host: bool,
}

/// Beside the service it loads, the generator wants a processor no more than the service's citizens' threads do
/// ([`PUBLIC_NICENESS`]): else it would starve whom it asks, and blame them. Threads begun later step back with this one.
fn step_back() {
    if let Err(error) = rustix::process::setpriority_process(None, PUBLIC_NICENESS) {
        eprintln!("the generator keeps its priority: {error}");
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "a number above 0".to_owned())
}

/// Replays, reports, and fails when a bar was missed.
pub fn run(args: StormArgs) -> Result<ExitCode> {
    let scenario = read_scenario(&args.scenario)?;
    let target = Target::parse(&args.against)?;
    let staff = staff_side(&args)?;
    for target in std::iter::once(&target).chain(staff.as_ref().map(|staff| &staff.target)) {
        if !target.is_loopback() && !args.i_may_load_this_host {
            bail!(
                "{} is not this machine: a replay would send it {}; add --i-may-load-this-host if it is yours and its \
                 operators know",
                target.host,
                load_of(&scenario, &args)
            );
        }
    }
    std::fs::create_dir_all(&args.report).with_context(|| format!("cannot make {}", args.report.display()))?;
    open_as_many_files_as_allowed();
    if target.is_loopback() {
        step_back();
    }
    let language = language(args.language.as_deref())?;
    let plan = Plan {
        scenario: Arc::new(scenario),
        target,
        staff: staff.map(Arc::new),
        campaign: args.campaign.clone(),
        speed: args.speed,
        scale: args.scale,
        thinks: !args.no_think,
        seed: args.seed,
        threads: args.threads,
        connections_max: args.connections_max,
        requests_max: args.requests_max,
        spool: args.spool.clone(),
        clock: sources::monotonic,
        stop: Arc::new(AtomicBool::new(false)),
    };
    let start = replay::begin(&plan)?;
    println!(
        "{}: {} against {}, campaign {}",
        plan.scenario.name,
        load_of(&plan.scenario, &args),
        plan.target.host,
        start.campaign
    );
    if start.is_open {
        println!(
            "the campaign is open already: those of before the opening come at once, and nobody takes part in a draw"
        );
    } else {
        println!(
            "the opening is in {:.0} s; Ctrl-C ends it and reports what was seen",
            start.opening_s
        );
    }
    if plan.spool.is_none() {
        println!("no --spool: everybody gives a postal address, and no code is verified");
    }
    println!("{}", doors_of(&plan));
    stop_when_asked(plan.stop.clone())?;
    let pace = replay::pace(&plan, &start);
    let live = Live::new(pace);
    let replay = replay::run(&plan, start, |moment| live.show(moment))?;
    live.end();
    write_report(&args.report, &plan, &replay, &language)?;
    let passed = print_verdicts(&replay);
    println!(
        "{} and report.json are written",
        args.report.join("report.html").display()
    );
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How callers and agents come in, if it is told.
fn staff_side(args: &StormArgs) -> Result<Option<StaffSide>> {
    let (Some(url), Some(secret)) = (&args.staff, &args.json_secret) else {
        return Ok(None);
    };
    let json_secret = read_secret(secret).with_context(|| format!("cannot read {}", secret.display()))?;
    let accounts = args.agents.as_ref().map(|path| {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        staff::accounts(&text).map_err(|error| anyhow!("{}: {error}", path.display()))
    });
    Ok(Some(StaffSide {
        target: Target::parse(url)?,
        json_secret: json_secret.expose_secret().as_bytes().to_vec(),
        accounts: accounts.transpose()?.unwrap_or_default(),
        app_clock: || sources::system_clock().now(),
    }))
}

/// Which doors callers and agents come in by.
fn doors_of(plan: &Plan) -> String {
    let agents = plan.scenario.hotline.as_ref().map_or(0, |hotline| hotline.agents.0);
    match &plan.staff {
        None => "no --staff: callers and agents use the calls of the portal".to_owned(),
        Some(staff) if staff.accounts.is_empty() => {
            format!(
                "callers ring up the hotline at {}; no --agents: nobody rings them back",
                staff.target.host
            )
        }
        Some(staff) => format!(
            "callers ring up the hotline at {}; the scenario has {agents} agents, there are accounts for {}",
            staff.target.host,
            staff.accounts.len()
        ),
    }
}

fn read_scenario(path: &Path) -> Result<Scenario> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Scenario::parse(&text).map_err(|error| anyhow!("{}: {error}", path.display()))
}

/// What a replay is about to do to a service.
fn load_of(scenario: &Scenario, args: &StormArgs) -> String {
    let people: f64 = scenario.people.iter().map(|people| f64::from(people.count.0)).sum();
    // An empty sum of floats is -0.
    let requests = scenario
        .streams
        .iter()
        .fold(0.0, |sum, stream| sum + stream.rate.area());
    let lasts_s = (scenario.ends.0 as f64 / 1_000.0 + scenario.lead_s()) / args.speed;
    format!(
        "{:.0} people and programs and {:.0} requests besides, within {}",
        people * args.scale,
        requests * args.scale,
        clock(lasts_s).trim_start_matches('+')
    )
}

/// The language asked for, or the terminal's.
fn language(asked: Option<&str>) -> Result<String> {
    let texts = Texts::builtin()?;
    let known = |wanted: &str| texts.languages().any(|language| language.as_str() == wanted);
    if let Some(asked) = asked {
        if !known(asked) {
            bail!("there are no texts in `{asked}`");
        }
        return Ok(asked.to_owned());
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|set| !set.is_empty()));
    let tag = locale
        .as_deref()
        .and_then(|locale| locale.split(['_', '.', '-']).next());
    Ok(tag.filter(|tag| known(tag)).unwrap_or("en").to_owned())
}

/// Ctrl-C ends the replay, not the report.
fn stop_when_asked(stop: Arc<AtomicBool>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new()
        .name("storm-stop".to_owned())
        .spawn(move || {
            if let Err(error) = runtime.block_on(stop_asked()) {
                eprintln!("dran: Ctrl-C will not be heard: {error:#}");
                return;
            }
            stop.store(true, Ordering::Relaxed);
        })?;
    Ok(())
}

fn write_report(folder: &Path, plan: &Plan, replay: &Replay, language: &str) -> Result<()> {
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write("report.json", report::json(plan, replay)?)?;
    let texts = Texts::builtin()?;
    let speaker = texts.speaker(&dran_core::ids::Language::new(language));
    write("report.html", report::html(plan, replay, &speaker)?)
}

/// Prints the bars. Whether all were reached.
fn print_verdicts(replay: &Replay) -> bool {
    println!();
    for verdict in &replay.verdicts {
        let value = verdict
            .value
            .map_or("not measured".to_owned(), |value| value.to_string());
        println!(
            "{:<8} {:<24} {:>14}   goal {}",
            if verdict.pass { "reached" } else { "MISSED" },
            verdict.measure.name(),
            value,
            verdict.goal.text()
        );
    }
    if replay.service_gone {
        println!(
            "the service is gone: nobody has listened at its address for {} seconds",
            replay::GONE_AFTER.as_secs()
        );
    }
    if replay.cut_short {
        println!("the replay was cut short: its figures are of a part of the day");
    }
    replay.passed()
}
