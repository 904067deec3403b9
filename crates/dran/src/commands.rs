//! The commands that look at a deployment or change its plan, and end.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use dran_core::ids::{CentreId, VaccineId};
use dran_core::region::Region;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_service::planning::{self, ReleaseOrder};
use dran_store::{AuditReport, Store};
use jiff::civil::Date;
use serde::Serialize;

use crate::config::{Deployment, DeploymentArgs};
use crate::{keys, sources};

/// `dran region …`
#[derive(Subcommand)]
pub enum RegionCommand {
    /// Say everything that is wrong with a region file, with its line and what to write instead
    Check {
        /// The file
        file: PathBuf,
    },
}

/// `dran delivery …`
#[derive(Subcommand)]
pub enum DeliveryCommand {
    /// Book deliveries in from a CSV file: reference, centre, vaccine, day, doses
    Import {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// List deliveries and what is released of them
    List {
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
}

/// `dran release`
#[derive(Args)]
pub struct ReleaseArgs {
    /// The vaccine
    #[arg(long)]
    vaccine: String,
    /// The centres, separated by commas; all of the region if none is named
    #[arg(long, value_delimiter = ',')]
    centres: Vec<String>,
    /// First day of first doses
    #[arg(long)]
    from: Date,
    /// Last day of first doses
    #[arg(long)]
    to: Date,
    /// Which second doses must be in stock at the first: all, none, or a percentage
    #[arg(long, default_value = "all")]
    hold_back: HoldBack,
    #[command(flatten)]
    deployment: DeploymentArgs,
}

/// Reads a region file; everything that is wrong with it is the error.
pub fn read_region(path: &Path) -> Result<Region> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Region::parse(&text).map_err(|diagnostics| {
        let lines: Vec<String> = diagnostics
            .iter()
            .map(|diagnostic| format!("{}: {diagnostic}", path.display()))
            .collect();
        anyhow!("the region file cannot be used:\n{}", lines.join("\n"))
    })
}

/// Opens the deployment's database, which must exist.
pub fn open_store(deployment: &Deployment) -> Result<Arc<dyn Store>> {
    let store = deployment.store.open(Some(sources::monotonic));
    store.with_context(|| cannot_open(deployment))
}

/// What is said when the deployment's database does not open.
pub fn cannot_open(deployment: &Deployment) -> String {
    format!("cannot open {}; `dran init` makes a new one", deployment.store)
}

/// Runs a command's work to its end.
pub fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// `dran init`
pub fn init(args: &DeploymentArgs) -> Result<ExitCode> {
    let deployment = Deployment::resolve(args)?;
    let region = read_region(&deployment.region)?;
    let made = deployment.store.is_made();
    if made.with_context(|| format!("cannot make {}", deployment.store))? {
        bail!("{} exists already; nothing was changed", deployment.store);
    }
    let entropy = sources::system_entropy();
    if deployment.keys.exists() {
        keys::read(&deployment.keys)?;
    } else {
        keys::create(&deployment.keys, || entropy.bytes())?;
    }
    let store = deployment.store.make();
    let store = store.with_context(|| format!("cannot make {}", deployment.store))?;
    let centres = region.centres.iter().map(|centre| centre.id.clone()).collect();
    wait(async { Ok(store.sync_centres(centres).await?) })?;
    println!(
        "made {} for {} centres; keys are in {}",
        deployment.store,
        region.centres.len(),
        deployment.keys.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// `dran audit`
pub fn audit(args: &DeploymentArgs, json: bool) -> Result<ExitCode> {
    let report = audit_of(&Deployment::resolve(args)?)?;
    print_audit(&report, json)?;
    Ok(if report.ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What an audit of a deployment's database finds.
pub fn audit_of(deployment: &Deployment) -> Result<AuditReport> {
    let store = open_store(deployment)?;
    let now = sources::system_clock().now();
    wait(async { Ok(store.audit(now).await?) })
}

/// How many offending rows of one check are printed.
const VIOLATIONS_SHOWN: usize = 20;

#[derive(Serialize)]
struct AuditJson<'a> {
    ok: bool,
    checks: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    name: &'a str,
    rows: u64,
    violations: &'a [String],
}

/// Prints an audit for people, or as one JSON object.
pub fn print_audit(report: &AuditReport, json: bool) -> Result<()> {
    if json {
        let checks = report
            .checks
            .iter()
            .map(|check| CheckJson {
                name: check.name,
                rows: check.rows,
                violations: &check.violations,
            })
            .collect();
        println!(
            "{}",
            serde_json::to_string(&AuditJson {
                ok: report.ok(),
                checks
            })?
        );
        return Ok(());
    }
    for check in &report.checks {
        let verdict = if check.violations.is_empty() { "ok" } else { "VIOLATED" };
        println!("{verdict:<9} {:<45} {:>9} rows", check.name, check.rows);
        for violation in check.violations.iter().take(VIOLATIONS_SHOWN) {
            println!("          {violation}");
        }
        if check.violations.len() > VIOLATIONS_SHOWN {
            println!("          and {} more", check.violations.len() - VIOLATIONS_SHOWN);
        }
    }
    Ok(())
}

/// `dran region …`
pub fn region(command: &RegionCommand) -> Result<ExitCode> {
    let RegionCommand::Check { file } = command;
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    match Region::parse(&text) {
        Ok(region) => {
            println!(
                "{}: {} centres, {} districts, {} vaccines, {} priority groups",
                file.display(),
                region.centres.len(),
                region.districts.len(),
                region.vaccines.len(),
                region.groups.len()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(diagnostics) => {
            for diagnostic in &diagnostics {
                println!("{}: {diagnostic}", file.display());
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

/// `dran delivery …`
pub fn delivery(command: &DeliveryCommand) -> Result<ExitCode> {
    match command {
        DeliveryCommand::Import { file, deployment } => {
            let deployment = Deployment::resolve(deployment)?;
            let region = read_region(&deployment.region)?;
            let store = open_store(&deployment)?;
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            let lines = match parse_csv_for(&text, &region) {
                Ok(lines) => lines,
                Err(problems) => {
                    for problem in &problems {
                        println!("{}: {problem}", file.display());
                    }
                    return Ok(ExitCode::FAILURE);
                }
            };
            let (all, doses) = (lines.len(), lines.iter().map(|line| u64::from(line.doses)).sum::<u64>());
            let new = wait(async {
                store
                    .sync_centres(region.centres.iter().map(|centre| centre.id.clone()).collect())
                    .await?;
                Ok(planning::import_deliveries(&*store, lines).await?)
            })?;
            println!("{all} deliveries with {doses} doses read, {new} of them new");
        }
        DeliveryCommand::List { deployment } => {
            let store = open_store(&Deployment::resolve(deployment)?)?;
            for stored in wait(async { Ok(store.deliveries().await?) })? {
                let delivery = &stored.delivery;
                println!(
                    "{:<24} {:<20} {:<12} {} {:>8} doses, {:>8} first and {:>8} second released",
                    delivery.reference,
                    delivery.centre,
                    delivery.vaccine,
                    delivery.day,
                    delivery.doses,
                    stored.released_first,
                    stored.released_second
                );
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `dran release`
pub fn release(args: ReleaseArgs) -> Result<ExitCode> {
    let deployment = Deployment::resolve(&args.deployment)?;
    let region = read_region(&deployment.region)?;
    let store = open_store(&deployment)?;
    let order = ReleaseOrder {
        vaccine: VaccineId::new(args.vaccine),
        centres: args.centres.into_iter().map(CentreId::new).collect(),
        first_days: args.from..=args.to,
        hold_back: args.hold_back,
    };
    let now = sources::system_clock().now();
    let released = wait(async { Ok(planning::release(&region, &*store, &order, now).await?) })?;
    println!(
        "{} series released in {} slots",
        released.summary.series, released.summary.slots
    );
    for (centre, left) in &released.left_over {
        println!(
            "{centre}: {} doses left; {} places without doses, {} without a second place, {} series without a lane",
            left.doses, left.no_doses, left.no_second_place, left.no_lane
        );
    }
    Ok(ExitCode::SUCCESS)
}
