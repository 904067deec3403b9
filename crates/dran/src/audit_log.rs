//! `dran audit log …`

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Subcommand;
use dran_core::hex;
use dran_service::staff::Staff;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::commands::wait;
use crate::config::DeploymentArgs;
use crate::user;

/// `dran audit …`, besides the audit itself.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// The log of what staff did
    #[command(subcommand)]
    Log(LogCommand),
}

/// `dran audit log …`
#[derive(Subcommand)]
pub enum LogCommand {
    /// Check that no line of the log was changed, left out or put in later
    Verify {
        #[command(flatten)]
        deployment: DeploymentArgs,
        /// A head that was written down earlier, as LINES:HEAD: the log must still have it there
        #[arg(long, value_name = "LINES:HEAD")]
        expect: Option<String>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Report {
    ok: bool,
    lines: u64,
    head: String,
    broken: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<bool>,
}

/// Runs one of them.
pub fn run(command: AuditCommand) -> Result<ExitCode> {
    let AuditCommand::Log(LogCommand::Verify {
        deployment,
        expect,
        json,
    }) = command;
    let staff = user::staff(&deployment)?;
    let expect = expect.as_deref().map(line_and_head).transpose()?;
    let report = wait(async {
        let found = staff.verify_log().await?;
        let expected = match expect {
            None => None,
            Some((number, head)) => {
                let line = staff.store().audit_log(number, 1).await?;
                Some(
                    line.first()
                        .is_some_and(|line| line.number == number && line.head == head),
                )
            }
        };
        Ok(Report {
            ok: found.broken.is_empty() && expected != Some(false),
            lines: found.lines,
            head: hex::encode(&found.head),
            broken: found.broken,
            expected,
        })
    })?;
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    Ok(if report.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// How often the audit log's head is told to the process's own log. Whoever changes the database of this machine can
/// work a new chain out; what was sent away before, they cannot change (OWASP ASVS 5.0, 16.4.3).
const HEAD_EVERY: Duration = Duration::from_secs(600);

/// Tells the head of the audit log at a steady pace while there is something new, and once more at the end.
pub async fn tell_head(staff: Staff, stop: CancellationToken) {
    let mut told = None;
    loop {
        let is_over = stop.is_cancelled();
        match staff.log_head().await {
            Ok(head) if head != told => {
                tracing::info!(head = head.as_deref().unwrap_or_default(), "the audit log");
                told = head;
            }
            Ok(_) => {}
            Err(fault) => tracing::warn!(%fault, "the head of the audit log could not be read"),
        }
        if is_over {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(HEAD_EVERY) => {}
        }
    }
}

fn print(report: &Report) {
    for number in &report.broken {
        println!("VIOLATED  line {number} does not follow from those before it");
    }
    if report.expected == Some(false) {
        println!("VIOLATED  the log does not have the expected head at that line");
    }
    if report.ok {
        println!("ok        {} lines, each follows from those before it", report.lines);
    }
    println!("head      {}:{}", report.lines, report.head);
}

fn line_and_head(text: &str) -> Result<(u64, [u8; 32])> {
    let parsed = text.split_once(':').and_then(|(number, head)| {
        let head = hex::decode(head)?.try_into().ok()?;
        Some((number.parse().ok()?, head))
    });
    parsed.with_context(|| format!("`{text}` is not LINES:HEAD as `dran audit log verify` prints it"))
}
