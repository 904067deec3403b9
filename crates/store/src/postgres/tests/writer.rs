//! Group commit: together, each for itself, bounded, and honest about what became of it.

use std::sync::mpsc;
use std::sync::{Arc, Barrier, OnceLock};

use dran_cluster::{Cluster, Database};

use super::{database, empty, open};
use crate::conformance::world::centre;
use crate::postgres::session::Tx;
use crate::postgres::sql::{execute, get, one, params};
use crate::postgres::{PostgresOptions, PostgresStore};
use crate::{Answer, Fault, Store};

/// Keeps the writer busy until the answer is used, so that what is queued meanwhile is one batch.
pub(super) fn busy(store: &PostgresStore) -> (Answer<'_, Result<(), Fault>>, mpsc::Sender<()>) {
    let (go_on, wait) = mpsc::channel::<()>();
    let started = Arc::new(Barrier::new(2));
    let (in_writer, wait) = (Arc::clone(&started), std::sync::Mutex::new(wait));
    let blocked = store.writer.write(async move |_: &Tx| {
        in_writer.wait();
        let _ = wait.lock().unwrap().recv();
        Ok::<_, Fault>(())
    });
    started.wait();
    (blocked, go_on)
}

async fn insert_centre(tx: &Tx, id: &str) -> Result<(), Fault> {
    let sql = "INSERT INTO centre (no, id) SELECT coalesce(max(no), 0) + 1, $1::text FROM centre";
    execute(tx, sql, params![id]).await.map(|_| ())
}

fn add_centre<'a>(store: &'a PostgresStore, id: &'static str) -> Answer<'a, Result<(), Fault>> {
    store.writer.write(async move |tx: &Tx| insert_centre(tx, id).await)
}

async fn centres(store: &PostgresStore) -> u32 {
    let count = async |tx: &Tx| one(tx, "SELECT count(*) FROM centre", &[], |row| get(row, 0)).await;
    store.readers.read(count).await.unwrap()
}

#[tokio::test]
async fn an_impossible_command_is_undone_and_the_others_of_its_batch_are_committed() {
    let store = empty();
    let (blocked, go_on) = busy(&store);
    let before = add_centre(&store, "kassel");
    let impossible = store.writer.write(async |tx: &Tx| {
        insert_centre(tx, "fulda").await?;
        insert_centre(tx, "kassel").await
    });
    let after = add_centre(&store, "giessen");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert_eq!((before.await, after.await), (Ok(()), Ok(())));
    let Err(Fault::Failed(said)) = impossible.await else {
        panic!("not refused by its unique key");
    };
    assert!(!said.contains("kassel"), "no row is quoted: {said}");
    assert_eq!(centres(&store).await, 2);
}

#[tokio::test]
async fn a_command_that_goes_on_after_a_failed_statement_is_not_carried_out() {
    let store = empty();
    let (blocked, go_on) = busy(&store);
    let careless = store.writer.write(async |tx: &Tx| {
        insert_centre(tx, "fulda").await?;
        let _ = insert_centre(tx, "fulda").await;
        Ok::<_, Fault>(())
    });
    let after = add_centre(&store, "giessen");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert!(matches!(careless.await, Err(Fault::Failed(_))));
    assert_eq!(after.await, Ok(()));
    assert_eq!(centres(&store).await, 1);
}

#[tokio::test]
async fn a_panic_is_one_commands_fault_and_the_writer_goes_on() {
    let store = empty();
    let (blocked, go_on) = busy(&store);
    let panicking = store.writer.write(async |tx: &Tx| {
        insert_centre(tx, "fulda").await?;
        panic!("a bug");
        #[expect(unreachable_code, reason = "gives the closure its type")]
        Ok::<(), Fault>(())
    });
    let after = add_centre(&store, "giessen");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert!(matches!(panicking.await, Err(Fault::Failed(_))));
    assert_eq!(after.await, Ok(()));
    let reading = store
        .readers
        .read(async |_: &Tx| -> Result<(), Fault> { panic!("a bug") });
    assert!(matches!(reading.await, Err(Fault::Failed(_))));
    assert_eq!(centres(&store).await, 1, "the reader goes on");
}

#[tokio::test]
async fn when_the_commit_fails_nobody_of_the_batch_is_told_otherwise() {
    let database = database();
    let poison = "CREATE TABLE poison (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED)";
    Cluster::shared().sql(&database.name, poison).unwrap();
    let store = open(&database);
    let (blocked, go_on) = busy(&store);
    let first = add_centre(&store, "kassel");
    let poison = store.writer.write(async |tx: &Tx| {
        execute(tx, "INSERT INTO poison VALUES (1), (1)", &[]).await?;
        tx.board_changed();
        Ok::<_, Fault>(())
    });
    let last = add_centre(&store, "giessen");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    for outcome in [first.await, poison.await, last.await] {
        assert!(matches!(outcome, Err(Fault::Failed(_))), "{outcome:?}");
    }
    assert_eq!(centres(&store).await, 0);
    assert_eq!(add_centre(&store, "fulda").await, Ok(()), "the next batch starts clean");
    assert_eq!(centres(&store).await, 1);
}

#[tokio::test]
async fn a_connection_lost_before_the_commit_wrote_nothing_and_is_made_again() {
    let store = empty();
    let (blocked, go_on) = busy(&store);
    let first = add_centre(&store, "kassel");
    let cut = store.writer.write(async |tx: &Tx| {
        execute(tx, "SELECT pg_terminate_backend(pg_backend_pid())", &[]).await?;
        Ok::<_, Fault>(())
    });
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    for outcome in [first.await, cut.await] {
        assert!(matches!(outcome, Err(Fault::Failed(_))), "{outcome:?}");
    }
    assert_eq!(add_centre(&store, "fulda").await, Ok(()));
    assert_eq!(centres(&store).await, 1);
}

#[tokio::test]
async fn a_connection_lost_in_the_commit_is_unknown_and_said_so() {
    static DATABASE: OnceLock<Database> = OnceLock::new();
    let database = DATABASE.get_or_init(database);
    let store = PostgresStore::open(
        &database.url,
        PostgresOptions {
            before_commit: Some(|| {
                // The server's end goes between the last statement and the COMMIT, once.
                static CUT: OnceLock<()> = OnceLock::new();
                CUT.get_or_init(|| cut_all(DATABASE.get().unwrap()));
            }),
            ..PostgresOptions::default()
        },
    )
    .unwrap();
    assert_eq!(add_centre(&store, "kassel").await, Err(Fault::Unknown));
    assert_eq!(add_centre(&store, "fulda").await, Ok(()));
}

#[tokio::test]
async fn connections_that_died_at_rest_are_noticed_by_nobody() {
    let database = database();
    let store = open(&database);
    add_centre(&store, "kassel").await.unwrap();
    assert_eq!(centres(&store).await, 1);
    cut_all(&database);
    assert_eq!(centres(&store).await, 1);
    // The driver of the connection hears of its end before the next command is given to it.
    let mut outcome = add_centre(&store, "fulda").await;
    if outcome.is_err() {
        outcome = add_centre(&store, "fulda").await;
    }
    assert_eq!(outcome, Ok(()));
    assert_eq!(centres(&store).await, 2);
}

/// Ends every connection to a database, and waits until they have ended.
fn cut_all(database: &Database) {
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let cut = format!("SELECT count(pg_terminate_backend(pid, 10000)) {others}");
    Cluster::shared().sql(&database.name, &cut).unwrap();
}

#[tokio::test]
async fn a_full_queue_says_so_at_once() {
    let options = PostgresOptions {
        queue_len_max: 3,
        ..PostgresOptions::default()
    };
    let store = PostgresStore::open(&database().url, options).unwrap();
    let (blocked, go_on) = busy(&store);
    let queued: Vec<_> = ["a", "b", "c"].map(|id| add_centre(&store, id)).into();
    assert_eq!(add_centre(&store, "d").await, Err(Fault::Busy));
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    for outcome in queued {
        assert_eq!(outcome.await, Ok(()));
    }
    assert_eq!(centres(&store).await, 3);
}

#[tokio::test]
async fn closing_writes_what_is_queued_first() {
    let database = database();
    let store = open(&database);
    let (blocked, go_on) = busy(&store);
    drop(blocked);
    for id in ["a", "b", "c"] {
        drop(add_centre(&store, id));
    }
    go_on.send(()).unwrap();
    drop(store);
    assert_eq!(centres(&open(&database)).await, 3);
}

#[tokio::test]
async fn a_paused_node_keeps_the_others_waiting_no_longer_than_its_silence_may_last() {
    let database = database();
    let options = PostgresOptions {
        silence_max_ms: 100,
        ..PostgresOptions::default()
    };
    let paused = PostgresStore::open(&database.url, options).unwrap();
    let other = open(&database);
    let (blocked, go_on) = busy(&paused);
    assert_eq!(other.sync_centres(vec![centre("kassel")]).await, Ok(()));
    go_on.send(()).unwrap();
    assert!(matches!(blocked.await, Err(Fault::Failed(_) | Fault::Unknown)));
    assert_eq!(add_centre(&paused, "fulda").await, Ok(()), "it comes back by itself");
    assert_eq!(centres(&other).await, 2);
}

#[tokio::test]
async fn a_writer_elsewhere_that_does_not_end_is_a_busy_store() {
    let database = database();
    let options = PostgresOptions {
        lock_timeout_ms: 1,
        ..PostgresOptions::default()
    };
    let (waiting, elsewhere) = (PostgresStore::open(&database.url, options).unwrap(), open(&database));
    let (blocked, go_on) = busy(&elsewhere);
    assert_eq!(waiting.sync_centres(vec![centre("kassel")]).await, Err(Fault::Busy));
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert_eq!(waiting.sync_centres(vec![centre("kassel")]).await, Ok(()));
}
