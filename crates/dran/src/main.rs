//! dran: books appointments for a whole population, without a race and without falling over.
//!
//! This crate is the composition root: the command line, the configuration, the clock, the randomness,
//! and the life of a process. What a command does is in the library crates.

mod audit_log;
mod backup;
mod campaign;
mod commands;
mod config;
mod demo;
mod draw;
mod hotline;
mod keys;
mod oidc;
mod process;
mod read_only;
mod sources;
mod storm;
mod timekeeping;
mod user;
mod workers;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use config::{DeploymentArgs, ServeArgs};

/// A booking allocates in one thread and frees in another, thousands of times a second; and what a rush has taken is
/// given back after it (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Appointments for a whole population: one line, three doors.
#[derive(Parser)]
#[command(name = "dran", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Hessen on 12 January 2021: an opening in one minute, a crowd, and yourself in it
    Demo(demo::DemoArgs),
    /// The service
    Serve {
        #[command(flatten)]
        deployment: DeploymentArgs,
        #[command(flatten)]
        serve: ServeArgs,
    },
    /// Make a new database and the secret keys of a deployment
    Init {
        #[command(flatten)]
        deployment: DeploymentArgs,
    },
    /// Check every promise of the database against its rows
    #[command(args_conflicts_with_subcommands = true)]
    Audit {
        #[command(flatten)]
        deployment: DeploymentArgs,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
        #[command(subcommand)]
        of: Option<audit_log::AuditCommand>,
    },
    /// Write everything that the database holds into a new file, while the service goes on
    Backup(backup::BackupArgs),
    /// Fill a new database from a backup, and check every promise of it
    Restore(backup::RestoreArgs),
    /// Region files
    #[command(subcommand)]
    Region(commands::RegionCommand),
    /// Campaigns: create, open, list
    #[command(subcommand)]
    Campaign(campaign::CampaignCommand),
    /// The draw: type its public value in, check it
    #[command(subcommand)]
    Draw(draw::DrawCommand),
    /// Let bookings rest for a while: places in the line are given, nobody is called, no time runs out
    #[command(subcommand)]
    ReadOnly(read_only::ReadOnlyCommand),
    /// Deliveries of doses
    #[command(subcommand)]
    Delivery(commands::DeliveryCommand),
    /// Turn delivered doses and lanes into bookable slots
    Release(commands::ReleaseArgs),
    /// Replay a day against a running service: who came, how they behaved, and what must hold
    Storm(storm::StormArgs),
    /// Accounts of staff, and tokens of programs
    #[command(subcommand)]
    User(user::UserCommand),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Serve { deployment, serve } => process::serve(&deployment, &serve),
        Command::Init { deployment } => commands::init(&deployment),
        Command::Audit { of: Some(of), .. } => audit_log::run(of),
        Command::Audit {
            deployment,
            json,
            of: None,
        } => commands::audit(&deployment, json),
        Command::Backup(args) => backup::backup(args),
        Command::Restore(args) => backup::restore(&args),
        Command::Region(command) => commands::region(&command),
        Command::Campaign(command) => campaign::run(command),
        Command::Draw(command) => draw::run(&command),
        Command::ReadOnly(command) => read_only::run(&command),
        Command::Delivery(command) => commands::delivery(&command),
        Command::Release(args) => commands::release(args),
        Command::Storm(args) => storm::run(args),
        Command::User(command) => user::run(command),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("dran: {error:#}");
            ExitCode::FAILURE
        }
    }
}
