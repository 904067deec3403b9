//! `dran backup` and `dran restore`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use dran_store::BackupSummary;
use jiff::Timestamp;

use crate::commands::{audit_of, print_audit};
use crate::config::{Deployment, DeploymentArgs};
use crate::sources;

/// `dran backup`
#[derive(Args)]
pub struct BackupArgs {
    /// The new file; without it dran-backup-TIME in this folder
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    deployment: DeploymentArgs,
}

/// `dran restore`
#[derive(Args)]
pub struct RestoreArgs {
    /// A file of `dran backup`
    file: PathBuf,
    #[command(flatten)]
    deployment: DeploymentArgs,
}

/// `dran backup`
pub fn backup(args: BackupArgs) -> Result<ExitCode> {
    let deployment = Deployment::resolve(&args.deployment)?;
    let now = sources::system_clock().now();
    let out = args.out.unwrap_or_else(|| default_name(now));
    let taken = deployment.store.backup(&out, now);
    let summary = taken.with_context(|| format!("there is no backup of {}", deployment.store))?;
    println!("{}: {}", out.display(), told(&summary));
    println!(
        "the keys in {} are not inside: keep them elsewhere",
        deployment.keys.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// `dran restore`
pub fn restore(args: &RestoreArgs) -> Result<ExitCode> {
    let deployment = Deployment::resolve(&args.deployment)?;
    let store = &deployment.store;
    let filled = store.restore(&args.file);
    let summary = filled.with_context(|| format!("nothing was restored from {}", args.file.display()))?;
    println!("{store}: {}", told(&summary));
    let report = audit_of(&deployment).with_context(|| format!("{store} is filled, but was not checked"))?;
    print_audit(&report, false)?;
    if !report.ok() {
        bail!("{store} is filled as the backup has it, and breaks a promise: see above");
    }
    println!("restored; what was booked after {} is not inside", summary.taken_at);
    warn_without_keys(&deployment.keys);
    Ok(ExitCode::SUCCESS)
}

fn told(summary: &BackupSummary) -> String {
    format!(
        "{} rows of {}, schema {}, {} bytes",
        summary.rows, summary.taken_at, summary.schema, summary.bytes
    )
}

/// A name that sorts by time and that every file system takes.
fn default_name(now: Timestamp) -> PathBuf {
    now.strftime("dran-backup-%Y-%m-%dT%H-%M-%SZ").to_string().into()
}

fn warn_without_keys(keys: &Path) {
    if !keys.exists() {
        println!(
            "there are no keys at {}: without those of the backup no ticket is known again",
            keys.display()
        );
    }
}
