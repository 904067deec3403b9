//! `dran demo`: Hessen on 12 January 2021, as it should have been.
//!
//! The region, the deliveries and the supply are the files that the repository ships; the clock says
//! that day; the crowd comes in over HTTP like everybody else, and so does the reader.

mod crowd;
mod staff;
mod summary;
mod telephone;

use std::io::{BufRead, IsTerminal};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use dran_core::ids::{CampaignId, CentreId, GroupId, VaccineId};
use dran_core::phone::PhonePolicy;
use dran_core::region::Region;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_core::token::{HashKey, KeyRing};
use dran_notify::email::EmailFrom;
use dran_notify::spool::Spool;
use dran_notify::transport::Transports;
use dran_service::planning::{self, CampaignOrder, RandomnessOrder, ReleaseOrder};
use dran_service::{Clock, Limits, Service};
use dran_store::{Database, Sides, Store};
use dran_web::ListenerLimits;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};

use crate::commands::print_audit;
use crate::config::{CONNECTIONS_MAX, Listening, cores};
use crate::process::{Plan, Process, log_to_stderr, runtime, stop_asked};
use crate::sources;
use summary::Summary;

const REGION: &str = include_str!("../../../../regions/hessen.toml");
const DELIVERIES: &str = include_str!("../../../../scenarios/hessen-2021-01-12.deliveries.csv");

/// The six regional centres that opened first (FACTS, Hessen, 12 January 2021).
const CENTRES: [&str; 6] = [
    "kassel-stadt",
    "giessen",
    "fulda",
    "frankfurt",
    "wiesbaden",
    "darmstadt",
];
/// Days of the first doses (the same).
const FIRST_DAYS: (Date, Date) = (date(2021, 1, 19), date(2021, 2, 5));
/// The opening (the same): 8:00 in the region's civil time.
const OPENING: jiff::civil::DateTime = date(2021, 1, 12).at(8, 0, 0, 0);
/// The campaign's name.
const CAMPAIGN: &str = "hessen-2021-01-12";

/// Whom it was for above all: people of 80 and more.
const GROUP: &str = "ab-80";

/// Where the demo listens unless told: a free port if this one is taken is a matter of `--listen`.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// Where its staff side listens.
const STAFF_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Options of `dran demo`.
#[derive(Args)]
pub struct DemoArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value_t = LISTEN)]
    listen: SocketAddr,
    /// Where staff are answered; a free port by default
    #[arg(long, default_value_t = STAFF_LISTEN)]
    staff_listen: SocketAddr,
    /// Keep the database and the messages in this folder instead of a temporary one
    #[arg(long)]
    data: Option<PathBuf>,
    /// Keep the data in this database instead of an SQLite file in the folder
    #[arg(long, value_name = "URL")]
    store: Option<Database>,
    /// Seconds until the opening
    #[arg(long, default_value_t = 60)]
    open_in: u32,
    /// How many people may book at a time, at most
    #[arg(long, default_value_t = 300)]
    permits: u32,
    /// How often all who wait may ask together, in requests a second
    #[arg(long, default_value_t = Limits::default().poll_budget_per_s)]
    polls: NonZeroU32,
    /// People in the synthetic crowd
    #[arg(long, default_value_t = 3_000)]
    crowd: u32,
    /// Accounts of agents for `dran storm --agents`, written to agents.toml beside the database
    #[arg(long, default_value_t = 0, requires = "data")]
    agents: u32,
    /// Stop after so many seconds
    #[arg(long)]
    exit_after: Option<u32>,
    /// Print one summary object at the end and nothing else but where it listens
    #[arg(long)]
    json: bool,
}

/// Runs the demo.
pub fn run(args: DemoArgs) -> Result<ExitCode> {
    log_to_stderr("error");
    runtime()?.block_on(demo(args))
}

async fn demo(args: DemoArgs) -> Result<ExitCode> {
    let temporary = if args.data.is_none() {
        Some(tempfile::tempdir()?)
    } else {
        None
    };
    let folder = args
        .data
        .clone()
        .or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()));
    let folder = folder.context("there is no folder for the demo")?;
    let messages = folder.join("messages");
    std::fs::create_dir_all(&messages).with_context(|| format!("cannot make {}", messages.display()))?;

    let region = Region::parse(REGION).map_err(|found| anyhow!("regions/hessen.toml: {}", found[0]))?;
    let (clock, entropy) = (clock_of_the_day(&region, args.open_in)?, sources::system_entropy());
    let database = args.store.clone();
    let database = database.unwrap_or_else(|| Database::Sqlite(folder.join("dran.sqlite")));
    // It holds on to the thread while it connects.
    let sides = tokio::task::spawn_blocking(move || open(&database)).await??;
    let store = sides.public.clone();
    prepare(&region, &*store, &clock, entropy.bytes()).await?;

    let from = EmailFrom::new("dran", "termine@dran.invalid")?;
    let listening = Listening {
        public: Some(args.listen),
        staff: Some(args.staff_listen),
        staff_url: None,
        may_lead: true,
        base_url: None,
        limits: ListenerLimits::of(CONNECTIONS_MAX),
        threads: cores(),
    };
    let mut process = Process::start(Plan {
        region,
        store: sides,
        ring: KeyRing::new(vec![(1, entropy.bytes())])?,
        hash_key: HashKey::new(entropy.bytes()),
        clock: clock.clone(),
        app_clock: sources::system_clock(),
        entropy: entropy.clone(),
        limits: limits(&args),
        listening,
        transports: Transports::spooled(Spool::new(messages, from)),
        sender_email: "termine@dran.invalid".to_owned(),
        drand: None,
        hotline: Some(telephone::config(&folder, entropy.bytes())?),
        provider: None,
        leaked: None,
        demo: true,
    })
    .await?;
    let address = process.address().context("the demo answers nobody")?;
    println!("listening on http://{address}");
    let staff_address = process.staff_address().context("the demo answers no staff")?;
    let accounts = staff::make_accounts(&process.staff_accounts).await?;
    if args.agents > 0 {
        staff::make_agents(&process.staff_accounts, args.agents, &folder.join("agents.toml")).await?;
    }
    println!("staff on http://{staff_address}");
    if !args.json {
        telephone::invite(staff_address, &folder);
        accounts.iter().for_each(staff::print);
        invite(address, args.open_in);
    }
    let stopping = process.stopping();
    open_on_enter(process.service.clone(), tokio::runtime::Handle::current());
    let summary = Arc::new(Summary::new(args.crowd));
    let crowd = crowd::Crowd {
        address,
        people: args.crowd,
        messages: folder.join("messages"),
        summary: summary.clone(),
        seed: entropy.number(),
    };
    let crowding = tokio::spawn(crowd.come(stopping.clone()));
    let showing = tokio::spawn(summary::show(
        summary.clone(),
        process.service.clone(),
        !args.json,
        stopping.clone(),
    ));
    let time_is_up = async {
        match args.exit_after {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(u64::from(seconds))).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        asked = stop_asked() => asked?,
        () = time_is_up => {}
        failed = process.failed() => return Err(failed),
    }
    stopping.cancel();
    crowding.await??;
    showing.await?;
    process.stop().await?;
    let report = store.audit(clock.now()).await?;
    if args.json {
        println!("{}", summary.json(&store.counts().await?, &report)?);
    } else {
        println!("\n{}", summary.last_words(&store.counts().await?));
        print_audit(&report, false)?;
    }
    drop(temporary);
    Ok(if report.ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Makes the tables unless they are there.
fn open(database: &Database) -> Result<Sides> {
    if !database.is_made()? {
        database.make()?;
    }
    Ok(database.open_sides(Some(sources::monotonic))?)
}

/// Permits and times of the demo: short enough that the line is seen to move, long enough for a
/// reader to book without haste.
fn limits(args: &DemoArgs) -> Limits {
    Limits {
        permits_max: args.permits,
        poll_budget_per_s: args.polls,
        arrival_grace: SignedDuration::from_secs(30),
        ..Limits::default()
    }
}

/// A clock on which the opening is `open_in` seconds away.
fn clock_of_the_day(region: &Region, open_in: u32) -> Result<Clock> {
    let opening = region.time_zone.to_timestamp(OPENING)?;
    let start: Timestamp = opening - SignedDuration::from_secs(i64::from(open_in));
    Ok(sources::clock_ahead_by(
        start.duration_since(sources::system_clock().now()),
    ))
}

/// Deliveries, release and campaign of the day; a folder used before has them already.
async fn prepare(region: &Region, store: &dyn Store, clock: &Clock, draw_secret: [u8; 32]) -> Result<()> {
    store
        .sync_centres(region.centres.iter().map(|centre| centre.id.clone()).collect())
        .await?;
    let now = clock.now();
    let id = CampaignId::new(CAMPAIGN);
    if store.campaigns().await?.iter().any(|stored| stored.campaign.id == id) {
        return Ok(());
    }
    let lines =
        parse_csv_for(DELIVERIES, region).map_err(|problems| anyhow!("the demo's deliveries: {}", problems[0]))?;
    planning::import_deliveries(store, lines).await?;
    let centres: Vec<CentreId> = CENTRES.map(CentreId::new).to_vec();
    let order = ReleaseOrder {
        vaccine: VaccineId::new("biontech"),
        centres: centres.clone(),
        first_days: FIRST_DAYS.0..=FIRST_DAYS.1,
        hold_back: HoldBack::ALL,
    };
    planning::release(region, store, &order, now).await?;
    let groups = vec![GroupId::new(GROUP)];
    let order = CampaignOrder {
        id,
        opens_at: region.time_zone.to_timestamp(OPENING)?,
        centres,
        groups,
        randomness: RandomnessOrder::None,
        phone: PhonePolicy::OneLine,
    };
    planning::create_campaign(region, store, order, draw_secret, now).await?;
    Ok(())
}

fn invite(address: SocketAddr, open_in: u32) {
    println!(
        "\nIt is Tuesday, 12 January 2021, in Hessen. {open_in} seconds until the opening: 60,000 appointments\n\
         for 400,000 people of 80 and more. Join the line yourself (born 1935, postcode 34117):\n\n    \
         http://{address}/\n\nThe messages to your phone are under http://{address}/demo/outbox\n\
         Enter opens at once, Ctrl-C ends the day.\n"
    );
}

/// Enter brings the opening to now.
fn open_on_enter(service: Service, runtime: tokio::runtime::Handle) {
    if !std::io::stdin().is_terminal() {
        return;
    }
    // A thread of its own: reading a terminal blocks, and ends only with the process.
    std::thread::spawn(move || {
        if std::io::stdin().lock().read_line(&mut String::new()).is_ok() {
            let opened = runtime.block_on(service.open_now(&CampaignId::new(CAMPAIGN)));
            if opened.is_err() {
                eprintln!("it is open already");
            }
        }
    });
}
