//! Opening a database, and the history of its schema.

use std::error::Error;
use std::sync::Arc;

use dran_cluster::Cluster;

use super::{create, database, open};
use crate::Store;
use crate::conformance::world::{World, booking_code};
use crate::postgres::migrations::MIGRATIONS;
use crate::postgres::{OpenError, PostgresOptions, PostgresStore};

#[test]
fn a_mistyped_name_never_makes_a_database() {
    let cluster = Cluster::shared();
    let opened = PostgresStore::open(&cluster.url("mistyped"), create());
    assert!(matches!(opened, Err(OpenError::Missing(missing)) if missing == "mistyped"));
    let there = cluster.sql(
        "postgres",
        "SELECT count(*) FROM pg_database WHERE datname = 'mistyped'",
    );
    assert_eq!(there.unwrap(), "0");
}

#[test]
fn an_empty_database_gets_tables_only_when_asked_for() {
    let cluster = Cluster::shared();
    let empty = cluster.create_database(None).unwrap();
    let opened = PostgresStore::open(&empty.url, PostgresOptions::default());
    assert!(matches!(opened, Err(OpenError::Empty)));
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(cluster.sql(&empty.name, tables).unwrap(), "0");
    drop(PostgresStore::open(&empty.url, create()).unwrap());
    drop(open(&empty));
}

#[test]
fn a_database_of_something_else_is_left_alone() {
    let cluster = Cluster::shared();
    let other = cluster.create_database(None).unwrap();
    cluster.sql(&other.name, "CREATE TABLE recipe (name text)").unwrap();
    assert!(matches!(
        PostgresStore::open(&other.url, create()),
        Err(OpenError::NotDran)
    ));
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(cluster.sql(&other.name, tables).unwrap(), "1");
}

#[test]
fn a_schema_from_the_future_is_refused() {
    let database = database();
    let future = r"INSERT INTO schema_migration VALUES (9999, '9999_future', '\x00')";
    Cluster::shared().sql(&database.name, future).unwrap();
    assert!(matches!(
        PostgresStore::open(&database.url, create()),
        Err(OpenError::NewerSchema { found: 9999, .. })
    ));
}

#[test]
fn a_history_that_was_rewritten_is_refused() {
    let database = database();
    let rewritten = r"UPDATE schema_migration SET checksum = '\x00' WHERE version = 1";
    Cluster::shared().sql(&database.name, rewritten).unwrap();
    let opened = PostgresStore::open(&database.url, create());
    assert!(matches!(
        opened,
        Err(OpenError::MigrationChanged { name: "0001_initial" })
    ));
}

#[test]
fn two_nodes_that_start_together_make_the_tables_once() {
    let empty = Cluster::shared().create_database(None).unwrap();
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let url = empty.url.clone();
            std::thread::spawn(move || PostgresStore::open(&url, create()).map(|_| ()))
        })
        .collect();
    for started in starting {
        assert!(started.join().unwrap().is_ok());
    }
}

#[test]
fn a_server_that_is_not_there_is_told_without_the_password() {
    let nowhere = "postgres://dran:very-secret@/dran?host=/nonexistent";
    let Err(error) = PostgresStore::open(nowhere, create()) else {
        panic!("opened nothing");
    };
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        told = format!("{told}: {next}");
        cause = next.source();
    }
    assert!(!told.contains("very-secret"), "{told}");
    assert!(matches!(
        PostgresStore::open("postgres://[", create()),
        Err(OpenError::Url(_))
    ));
}

#[tokio::test]
async fn what_was_booked_is_there_after_closing_and_opening() {
    let database = database();
    let world = World::open(open(&database)).await;
    let slot = world.slot(3).await;
    let (visitor, booked) = world.book(1, &[slot]).await;
    drop(world);

    let store: Arc<dyn Store> = open(&database);
    assert_eq!(store.booked_by(visitor.ticket).await, Ok(Some(booked)));
    assert_eq!(store.board().await.unwrap()[0].free, 2);
    assert!(store.series(booking_code(1, 0)).await.unwrap().is_some());
}

#[test]
fn a_commit_survives_a_power_cut_whatever_the_clusters_default() {
    let database = database();
    let careless = format!("ALTER DATABASE {} SET synchronous_commit = off", database.name);
    Cluster::shared().sql("postgres", &careless).unwrap();
    let store = open(&database);
    let setting = store.writer.write(async |tx: &super::super::session::Tx| {
        let sql = "SELECT current_setting('synchronous_commit')";
        super::super::sql::one(tx, sql, &[], |row| super::super::sql::get::<String>(row, 0)).await
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(setting), Ok("on".to_owned()));
}

#[test]
fn both_engines_have_the_same_migrations_by_name() {
    let names: Vec<_> = MIGRATIONS.iter().map(|migration| migration.name).collect();
    assert_eq!(names, crate::sqlite::migration_names());
}
