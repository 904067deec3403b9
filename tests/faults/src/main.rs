//! `cargo xtask faults`: rounds of faults, until the time is over, and their report.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use dran_faults::{Fault, Plan};

/// Faults, one a round, against real nodes on a real PostgreSQL cluster.
#[derive(Parser)]
struct Arguments {
    /// The seed of the first round; each further round has the next one
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Rounds are begun within this time; without it, one for each fault
    #[arg(long)]
    minutes: Option<u64>,
    /// Only this fault, or several
    #[arg(long, value_enum)]
    only: Vec<Fault>,
    /// Nodes
    #[arg(long, default_value_t = 3)]
    nodes: usize,
    /// Visitors in each round
    #[arg(long, default_value_t = 80)]
    visitors: u32,
    /// Where the report, the histories and the logs are left
    #[arg(long, default_value = "target/faults")]
    out: PathBuf,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let faults = if arguments.only.is_empty() {
        &Fault::ALL[..]
    } else {
        &arguments.only
    };
    let (mut rounds, mut failed) = (Vec::new(), Vec::new());
    let begun = Elapsed::start();
    for (number, fault) in faults.iter().cycle().enumerate() {
        match arguments.minutes {
            Some(minutes) if begun.seconds() >= minutes * 60 => break,
            None if number == faults.len() => break,
            _ => {}
        }
        let seed = arguments.seed + number as u64;
        let plan = Plan {
            seed,
            fault: *fault,
            nodes: arguments.nodes,
            visitors: arguments.visitors,
            folder: arguments.out.join(format!("{}-{seed}", fault.name())),
        };
        println!("{} with seed {seed} ...", fault.name());
        match runtime.block_on(dran_faults::run(&plan)) {
            Ok(round) => {
                println!("    {}: {:.1} s", round.struck.what, round.took.as_secs_f64());
                for violation in &round.violations {
                    println!("    VIOLATED {}: {}", violation.promise, violation.found);
                }
                rounds.push(round);
            }
            Err(error) => {
                println!("    NOT PLAYED: {error:#}");
                failed.push(format!("{} with seed {seed}: {error:#}", fault.name()));
            }
        }
        std::fs::create_dir_all(&arguments.out)?;
        std::fs::write(arguments.out.join("report.md"), dran_faults::markdown(&rounds, &failed))?;
    }
    println!("the report is {}", arguments.out.join("report.md").display());
    let held = failed.is_empty() && rounds.iter().all(|round| round.violations.is_empty());
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Elapsed(std::time::Instant);

impl Elapsed {
    fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a run lasts for real time")]
        let now = std::time::Instant::now();
        Self(now)
    }

    fn seconds(&self) -> u64 {
        self.0.elapsed().as_secs()
    }
}
