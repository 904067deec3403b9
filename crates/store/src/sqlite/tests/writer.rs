//! Group commit: together, each for itself, and bounded.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use dran_core::ids::Party;
use rusqlite::Connection;

use super::{create, folder, open};
use crate::Fault;
use crate::conformance::world::{Visitor, World, centre, person_of};
use crate::queue::{BATCH_MAX, BESIDE_STAFF_MAX};
use crate::sqlite::sql::{execute, one};
use crate::sqlite::writer::Tx;
use crate::sqlite::{SqliteOptions, SqliteStore};
use crate::{Answer, ConfirmRefusal, Failure, NewRegistration, Store};

/// Keeps the writer busy until the answer is used, so that what is queued meanwhile is one batch.
fn busy(store: &SqliteStore) -> (Answer<'_, Result<(), Fault>>, mpsc::Sender<()>) {
    let (go_on, wait) = mpsc::channel::<()>();
    let started = Arc::new(Barrier::new(2));
    let in_writer = Arc::clone(&started);
    let blocked = store.writer.write(move |_| {
        in_writer.wait();
        let _ = wait.recv();
        Ok::<_, Fault>(())
    });
    started.wait();
    (blocked, go_on)
}

fn add_centre(store: &SqliteStore, id: impl Into<String>) -> Answer<'_, Result<(), Fault>> {
    let id = id.into();
    store.writer.write(move |tx| {
        execute(tx, "INSERT INTO centre (id) VALUES (?1)", [&id])?;
        Ok(())
    })
}

async fn centres(store: &SqliteStore) -> u32 {
    let count = |connection: &Connection| one(connection, "SELECT count(*) FROM centre", [], |row| row.get(0));
    store.readers.read(count).await.unwrap()
}

#[tokio::test]
async fn an_impossible_command_is_undone_and_the_others_of_its_batch_are_committed() {
    let store = SqliteStore::open_temporary().unwrap();
    let (blocked, go_on) = busy(&store);
    let before = add_centre(&store, "kassel");
    let impossible = store.writer.write(|tx| {
        execute(tx, "INSERT INTO centre (id) VALUES ('fulda')", [])?;
        execute(tx, "INSERT INTO centre (id) VALUES ('kassel')", [])?;
        Ok::<_, Fault>(())
    });
    let after = add_centre(&store, "giessen");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert_eq!((before.await, after.await), (Ok(()), Ok(())));
    assert!(matches!(impossible.await, Err(Fault::Failed(_))));
    assert_eq!(centres(&store).await, 2);
}

#[tokio::test]
async fn only_a_refusal_after_a_write_makes_its_batch_run_again() {
    let store = SqliteStore::open_temporary().unwrap();
    let staff = store.staff_side().unwrap();
    let (blocked, go_on) = busy(&store);
    let before = add_centre(&store, "kassel");
    let refused = add_centre(&store, "kassel");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert!(before.await.is_ok() && refused.await.is_err());
    assert_eq!(store.writer.run_apart(), 0, "it had written nothing");

    // Each of these is run twice, staff's that comes in the middle as well, and what counts is the second time.
    let runs = Arc::new(AtomicU64::new(0));
    let counted = |id: &'static str, fails: bool| {
        let runs = Arc::clone(&runs);
        move |tx: &Tx<'_>| {
            execute(tx, "INSERT INTO centre (id) VALUES (?1)", [id])?;
            tx.board_changed();
            let run = runs.fetch_add(1, Ordering::Relaxed);
            if fails {
                return Err(Fault::Failed(format!("run {run}")));
            }
            Ok(run)
        }
    };
    let (blocked, go_on) = busy(&store);
    let (stands, stands_still) = mpsc::channel();
    let (further, wait) = mpsc::channel::<()>();
    let first = store.writer.write(move |_| {
        // In the second run nobody is at the other end any more.
        let _ = stands.send(());
        let _ = wait.recv();
        Ok::<_, Fault>(())
    });
    let half_way = store.writer.write(counted("fulda", true));
    let last = store.writer.write(counted("giessen", false));
    go_on.send(()).unwrap();
    stands_still.recv().unwrap();
    let of_staff = staff.writer.write(counted("marburg", false));
    further.send(()).unwrap();
    drop(further);
    blocked.await.unwrap();
    first.await.unwrap();
    assert_eq!(of_staff.await, Ok(2), "staff's goes first, and again");
    assert_eq!(half_way.await, Err(Fault::Failed("run 3".into())));
    assert_eq!(
        last.await,
        Ok(4),
        "it is run once: the batch was undone before its turn"
    );
    assert_eq!((centres(&store).await, store.writer.run_apart()), (3, 1));

    let version = store.board_version();
    let alone = store.writer.write(counted("hanau", true));
    assert_eq!(alone.await, Err(Fault::Failed("run 6".into())));
    assert_eq!((centres(&store).await, store.board_version()), (3, version));
}

#[tokio::test]
async fn what_citizens_are_refused_every_day_makes_no_batch_run_again() {
    let folder = folder();
    let store = open(&folder.path().join("dran.sqlite"));
    let world = World::open(Arc::clone(&store) as Arc<dyn Store>).await;
    let (free, taken) = (world.slot(9).await, world.slot(1).await);
    world.book(1, &[taken]).await;
    let couple = world.visitor(2, Party::Couple).await;
    for places in [[free, taken], [taken, free]] {
        assert!(
            world.hold(&couple, &places).await.is_err(),
            "a place for one of them only"
        );
    }
    assert_eq!(world.free(free).await, 9);

    let again = NewRegistration {
        code: None,
        ..world.new_registration(3, vec![person_of(1, 0)])
    };
    let registration = world.store.register(again).await.unwrap();
    let ticket = world.enter(3, Party::One).await.ticket;
    let booked_before = Visitor {
        ticket,
        party: Party::One,
        registration,
    };
    let hold = world.hold(&booked_before, &[free]).await.unwrap();
    let refused = Err(Failure::Refused(ConfirmRefusal::PersonHasSeries { person: 0 }));
    assert_eq!(world.confirm(&booked_before, &hold).await, refused);
    assert_eq!(store.writer.run_apart(), 0);
}

#[tokio::test]
async fn a_panic_is_one_commands_fault_and_the_writer_goes_on() {
    let store = SqliteStore::open_temporary().unwrap();
    let (blocked, go_on) = busy(&store);
    let panicking = store.writer.write(|tx| {
        execute(tx, "INSERT INTO centre (id) VALUES ('fulda')", [])?;
        panic!("a bug");
        #[expect(unreachable_code, reason = "gives the closure its type")]
        Ok::<(), Fault>(())
    });
    let after = add_centre(&store, "giessen");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert!(matches!(panicking.await, Err(Fault::Failed(_))));
    assert_eq!(after.await, Ok(()));
    assert_eq!(centres(&store).await, 1);
    let reading = store
        .readers
        .read(|_| -> rusqlite::Result<()> { panic!("a bug") })
        .await;
    assert!(matches!(reading, Err(Fault::Failed(_))));
    assert_eq!(centres(&store).await, 1, "the reader goes on");
}

#[tokio::test]
async fn when_the_commit_fails_nobody_of_the_batch_is_told_otherwise() {
    let store = SqliteStore::open_temporary().unwrap();
    let (blocked, go_on) = busy(&store);
    let first = add_centre(&store, "kassel");
    // A key that points nowhere and is looked at only by COMMIT.
    let poison = store.writer.write(|tx| {
        execute(tx, "PRAGMA defer_foreign_keys = ON", [])?;
        execute(
            tx,
            "INSERT INTO registration_person VALUES (9, 0, '', '', '', 'x', '', '', '', zeroblob(32))",
            [],
        )?;
        Ok::<_, Fault>(())
    });
    let last = add_centre(&store, "giessen");
    let version = store.board_version();
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    for outcome in [first.await, poison.await, last.await] {
        assert!(matches!(outcome, Err(Fault::Failed(_))), "{outcome:?}");
    }
    assert_eq!((centres(&store).await, store.board_version()), (0, version));
    assert_eq!(add_centre(&store, "fulda").await, Ok(()), "the next batch starts clean");
    assert_eq!(centres(&store).await, 1);
}

#[tokio::test]
async fn a_transaction_that_the_engine_gave_up_takes_its_whole_batch_along() {
    let store = SqliteStore::open_temporary().unwrap();
    let (blocked, go_on) = busy(&store);
    let first = add_centre(&store, "kassel");
    let gives_up = store.writer.write(|tx| {
        execute(tx, "ROLLBACK", [])?;
        Err::<(), _>(Fault::Failed("the disk is full".into()))
    });
    let last = add_centre(&store, "giessen");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    for outcome in [first.await, gives_up.await, last.await] {
        assert!(matches!(outcome, Err(Fault::Failed(_))), "{outcome:?}");
    }
    assert_eq!(centres(&store).await, 0);
}

#[tokio::test]
async fn commands_behind_a_batch_that_does_not_end_press() {
    static SECONDS: AtomicU64 = AtomicU64::new(0);
    let folder = folder();
    let options = SqliteOptions {
        monotonic: Some(|| Duration::from_secs(SECONDS.load(Ordering::Relaxed))),
        ..create()
    };
    let store = SqliteStore::open(&folder.path().join("dran.sqlite"), options).unwrap();
    let (blocked, go_on) = busy(&store);
    let behind = add_centre(&store, "kassel");
    store.pressure();
    SECONDS.store(8, Ordering::Relaxed);
    let pressure = store.pressure().unwrap();
    assert_eq!((pressure.least, pressure.commands), (Duration::from_secs(4), 1));
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    behind.await.unwrap();
    let pressure = store.pressure().unwrap();
    assert_eq!((pressure.mean, pressure.commands), (Duration::from_secs(8), 1));
    assert_eq!(store.pressure(), None, "nothing was queued since");
}

#[tokio::test]
async fn a_full_queue_says_so_at_once() {
    let folder = folder();
    let options = SqliteOptions {
        queue_len_max: 3,
        ..create()
    };
    let store = SqliteStore::open(&folder.path().join("dran.sqlite"), options).unwrap();
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
async fn staff_wait_for_no_citizen_however_full_their_queue_is() {
    let folder = folder();
    let options = SqliteOptions {
        queue_len_max: 3,
        ..create()
    };
    let store = SqliteStore::open(&folder.path().join("dran.sqlite"), options).unwrap();
    let staff = store.staff_side().unwrap();
    let (blocked, go_on) = busy(&store);
    let queued: Vec<_> = ["a", "b", "c"].map(|id| add_centre(&store, id)).into();
    assert_eq!(add_centre(&store, "d").await, Err(Fault::Busy));
    let of_staff = add_centre(&staff, "kassel");
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    of_staff.await.unwrap();
    for outcome in queued {
        assert_eq!(outcome.await, Ok(()));
    }
    // Numbers are given in the order of writing.
    let order = "SELECT group_concat(id, ' ') FROM (SELECT id FROM centre ORDER BY no)";
    let order: String = staff
        .readers
        .read(move |connection| one(connection, order, [], |row| row.get(0)))
        .await
        .unwrap();
    assert_eq!(order, "kassel a b c");
    assert_eq!(staff.pressure(), None, "what staff wait steers nobody's admission");
}

#[tokio::test]
async fn who_joins_waits_for_none_of_those_who_book() {
    let folder = folder();
    let store = open(&folder.path().join("dran.sqlite"));
    let (blocked, go_on) = busy(&store);
    // More than one batch of them.
    let queued: Vec<_> = (0..2 * BATCH_MAX)
        .map(|number| add_centre(&store, format!("c{number}")))
        .collect();
    let found = store.writer.write_at_the_door(|tx| {
        let count = "SELECT count(*) FROM centre";
        one(tx, count, [], |row| row.get::<_, i64>(0)).map_err(Fault::from)
    });
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert_eq!(found.await, Ok(0), "it goes before them all");
    for outcome in queued {
        assert_eq!(outcome.await, Ok(()));
    }
}

#[tokio::test]
async fn a_batch_of_citizens_is_committed_soon_after_staff_have_asked_and_goes_on_after_that() {
    static COMMITS: AtomicU64 = AtomicU64::new(0);
    let folder = folder();
    let options = SqliteOptions {
        before_commit: Some(|| {
            COMMITS.fetch_add(1, Ordering::Relaxed);
        }),
        ..create()
    };
    let store = SqliteStore::open(&folder.path().join("dran.sqlite"), options).unwrap();
    let staff = store.staff_side().unwrap();
    let (blocked, go_on) = busy(&store);
    // The batch that comes next stands still at its first command until staff have asked.
    let (stands, stands_still) = mpsc::channel();
    let (further, wait) = mpsc::channel::<()>();
    let first = store.writer.write(move |_| {
        let _ = stands.send(());
        let _ = wait.recv();
        Ok::<_, Fault>(())
    });
    let expected: Vec<String> = (0..3 * BESIDE_STAFF_MAX)
        .map(|number| format!("c{number:03}"))
        .collect();
    let queued: Vec<_> = expected.iter().map(|id| add_centre(&store, id)).collect();
    go_on.send(()).unwrap();
    stands_still.recv().unwrap();
    let of_staff = add_centre(&staff, "kassel");
    further.send(()).unwrap();
    for outcome in [blocked, first, of_staff] {
        outcome.await.unwrap();
    }
    for outcome in queued {
        assert_eq!(outcome.await, Ok(()));
    }
    let order = "SELECT group_concat(id, ' ') FROM (SELECT id FROM centre ORDER BY no)";
    let order: String = staff
        .readers
        .read(move |connection| one(connection, order, [], |row| row.get(0)))
        .await
        .unwrap();
    assert_eq!(order, format!("kassel {}", expected.join(" ")));
    assert_eq!(
        COMMITS.load(Ordering::Relaxed),
        3,
        "the first, the one that staff cut short, and its rest"
    );
}

#[tokio::test]
async fn the_way_of_staff_ends_with_the_store() {
    let folder = folder();
    let store = open(&folder.path().join("dran.sqlite"));
    let staff = store.staff_side().unwrap();
    add_centre(&staff, "kassel").await.unwrap();
    drop(store);
    assert!(matches!(add_centre(&staff, "fulda").await, Err(Fault::Failed(_))));
    assert_eq!(centres(&staff).await, 1);
}

#[tokio::test]
async fn closing_writes_what_is_queued_first() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    let store = open(&path);
    let (blocked, go_on) = busy(&store);
    drop(blocked);
    for id in ["a", "b", "c"] {
        drop(add_centre(&store, id));
    }
    go_on.send(()).unwrap();
    drop(store);
    assert_eq!(centres(&open(&path)).await, 3);
}

#[tokio::test]
async fn the_board_follows_what_another_process_wrote() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    let world = World::open(open(&path)).await;
    let slot = world.slot(3).await;
    let version = world.store.board_version();
    let elsewhere = Connection::open(&path).unwrap();
    elsewhere
        .execute_batch("UPDATE series_slot SET capacity = capacity + 1, free = free + 1")
        .unwrap();
    world.store.expire(crate::conformance::world::second(1)).await.unwrap();
    assert_ne!(world.store.board_version(), version);
    assert_eq!(world.free(slot).await, 4);
}

#[tokio::test]
async fn a_writer_elsewhere_that_does_not_end_is_a_busy_store() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    let store = SqliteStore::open(
        &path,
        SqliteOptions {
            busy_timeout_ms: 1,
            ..create()
        },
    )
    .unwrap();
    let elsewhere = Connection::open(&path).unwrap();
    elsewhere.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.sync_centres(vec![centre("kassel")]).await, Err(Fault::Busy));
    elsewhere.execute_batch("COMMIT").unwrap();
    assert_eq!(store.sync_centres(vec![centre("kassel")]).await, Ok(()));
}
