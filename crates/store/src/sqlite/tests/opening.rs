//! Opening a file, and the history of its schema.

use std::sync::Arc;

use rusqlite::Connection;

use super::{create, folder, open};
use crate::conformance::world::{World, booking_code};
use crate::sqlite::{OpenError, SqliteOptions, SqliteStore};
use crate::{Fault, Store};

#[test]
fn a_mistyped_path_never_makes_a_database() {
    let folder = folder();
    let path = folder.path().join("mistyped.sqlite");
    let opened = SqliteStore::open(&path, SqliteOptions::default());
    assert!(matches!(opened, Err(OpenError::Missing(missing)) if missing == path));
    assert!(!path.exists());
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("else.sqlite");
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE recipe (name TEXT)")
        .unwrap();
    assert!(matches!(SqliteStore::open(&path, create()), Err(OpenError::NotDran)));
    let tables: u32 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);

    let text = folder.path().join("text.sqlite");
    std::fs::write(&text, "this is not a database, whatever its name says".repeat(100)).unwrap();
    assert!(matches!(SqliteStore::open(&text, create()), Err(OpenError::Engine(_))));
}

#[test]
fn a_schema_from_the_future_is_refused() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    drop(open(&path));
    let future = "INSERT INTO schema_migration VALUES (9999, '9999_future', x'00')";
    Connection::open(&path).unwrap().execute_batch(future).unwrap();
    assert!(matches!(
        SqliteStore::open(&path, create()),
        Err(OpenError::NewerSchema { found: 9999, .. })
    ));
}

#[test]
fn a_history_that_was_rewritten_is_refused() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    drop(open(&path));
    let rewritten = "UPDATE schema_migration SET checksum = zeroblob(32) WHERE version = 1";
    Connection::open(&path).unwrap().execute_batch(rewritten).unwrap();
    let opened = SqliteStore::open(&path, create());
    assert!(matches!(
        opened,
        Err(OpenError::MigrationChanged { name: "0001_initial" })
    ));
}

#[tokio::test]
async fn what_was_booked_is_there_after_closing_and_opening() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    let world = World::open(open(&path)).await;
    let slot = world.slot(3).await;
    let (visitor, booked) = world.book(1, &[slot]).await;
    drop(world);

    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path, SqliteOptions::default()).unwrap());
    assert_eq!(store.booked_by(visitor.ticket).await, Ok(Some(booked)));
    assert_eq!(store.board().await.unwrap()[0].free, 2);
    assert!(store.series(booking_code(1, 0)).await.unwrap().is_some());
}

#[test]
fn a_commit_survives_a_power_cut() {
    let folder = folder();
    let writer = crate::sqlite::open::open_writer(&folder.path().join("dran.sqlite"), &create()).unwrap();
    let setting = |name: &str| {
        writer
            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .unwrap()
    };
    assert_eq!(setting("synchronous"), rusqlite::types::Value::Integer(2), "FULL");
    assert_eq!(setting("journal_mode"), rusqlite::types::Value::Text("wal".into()));
    assert_eq!(setting("foreign_keys"), rusqlite::types::Value::Integer(1));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder();
    let store = open(&folder.path().join("dran.sqlite"));
    store.board().await.unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap())
        .collect();
    assert_eq!(files.len(), 3, "the file, its log, and the log's index: {files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{file:?}");
    }
}

#[test]
fn readers_cannot_write() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    drop(open(&path));
    let reader = crate::sqlite::open::open_reader(&path, &create()).unwrap();
    assert!(
        reader
            .execute_batch("INSERT INTO centre (id) VALUES ('kassel')")
            .is_err()
    );
}

#[tokio::test]
async fn of_two_processes_on_one_file_one_leads_and_the_other_takes_over() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    let (here, there) = (open(&path), open(&path));
    let first = here.lead().await.unwrap().unwrap();
    assert_eq!(there.lead().await, Ok(None));
    assert_eq!(there.tell(vec![1]).await, Err(Fault::NotLeading));
    drop(here);
    assert!(there.lead().await.unwrap().unwrap() > first);
    assert_eq!(there.tell(vec![1]).await, Ok(()));
}
