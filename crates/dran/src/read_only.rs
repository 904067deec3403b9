//! `dran read-only …`

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::commands::{open_store, wait};
use crate::config::{Deployment, DeploymentArgs};
use crate::sources;

/// `dran read-only …`
#[derive(Subcommand)]
pub enum ReadOnlyCommand {
    /// Bookings rest from now on
    On {
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// Bookings go on; whoever was inside gets the time back
    Off {
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
}

/// Runs one of them.
pub fn run(command: &ReadOnlyCommand) -> Result<ExitCode> {
    let now = sources::system_clock().now();
    match command {
        ReadOnlyCommand::On { deployment } => {
            let store = open_store(&Deployment::resolve(deployment)?)?;
            wait(async { Ok(store.begin_read_only(now).await?) })?;
            println!("bookings rest; every node follows within a second");
        }
        ReadOnlyCommand::Off { deployment } => {
            let deployment = Deployment::resolve(deployment)?;
            let expires_at_max = now + deployment.limits().permit_duration;
            let store = open_store(&deployment)?;
            match wait(async { Ok(store.end_read_only(now, expires_at_max).await?) })? {
                Some(permits) => println!("bookings go on; {permits} of those inside got the time back"),
                None => println!("bookings did not rest"),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
