//! `cargo xtask day`: the same seeded day on SQLite and on PostgreSQL, both with durable commits.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::Parser;
use dran_cluster::{Cluster, Durability};
use dran_day::{Engine, Plan, markdown, play};
use dran_store::postgres::{PostgresOptions, PostgresStore};
use dran_store::sqlite::{SqliteOptions, SqliteStore};

/// Plays a day on both engines and compares every answer and every row.
#[derive(Parser)]
struct Arguments {
    /// Persons who want to be vaccinated
    #[arg(long, default_value_t = 100_000)]
    people: u32,
    /// Of everything that could be otherwise
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder for the database of SQLite; a temporary one if it is not named
    #[arg(long)]
    folder: Option<PathBuf>,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let folder = tempfile::tempdir()?;
    let path = arguments.folder.as_deref().unwrap_or(folder.path()).join("day.sqlite");
    let sqlite = SqliteOptions {
        create: true,
        ..SqliteOptions::default()
    };
    let sqlite = Engine::new("SQLite", Arc::new(SqliteStore::open(&path, sqlite)?));
    let cluster = Cluster::start(Durability::Full)?;
    let database = cluster.create_database(None)?;
    let postgres = PostgresOptions {
        create: true,
        ..PostgresOptions::default()
    };
    let postgres = Engine::new("PostgreSQL", Arc::new(PostgresStore::open(&database.url, postgres)?));
    let plan = Plan {
        people: arguments.people,
        seed: arguments.seed,
    };
    let report = runtime.block_on(play(plan, [sqlite, postgres]))?;
    println!("{}", markdown(&report));
    Ok(if report.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
