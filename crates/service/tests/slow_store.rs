//! A store that slows down tenfold and recovers: fewer are let in, nobody is thrown out, and then as
//! many as before. The store is a real one whose commits are held up. By the clock it measures its queue
//! with, a commit takes as long as it is held up and everything else takes no time: what the disk and the
//! cores of this machine are like has no part in what the test says.

mod opened_line;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dran_service::Limits;
use dran_store::Store;
use dran_store::sqlite::{SqliteOptions, SqliteStore};
use opened_line::{Leader, Outcome, enter_the_called, opened_line, until};
use tokio_util::sync::CancellationToken;

const PERMITS_MAX: u32 = 100;
const PERMITS_MIN: u32 = 5;
/// Every commit takes so long.
static COMMIT_HELD_UP_MS: AtomicU64 = AtomicU64::new(0);
/// The sum of it: the time by the clock of the queue.
static HELD_UP_SO_FAR_MS: AtomicU64 = AtomicU64::new(0);
const HEALTHY_MS: u64 = 20;
/// People who ask the store at their own pace, whether it has answered others or not.
const ASKERS: u64 = 8;

#[expect(clippy::disallowed_methods, reason = "the test stands in for a slow disk")]
fn hold_up_the_commit() {
    let held_up_ms = COMMIT_HELD_UP_MS.load(Ordering::Relaxed);
    // Really as well: that a queue forms behind it.
    std::thread::sleep(Duration::from_millis(held_up_ms));
    HELD_UP_SO_FAR_MS.fetch_add(held_up_ms, Ordering::Relaxed);
}

fn held_up_so_far() -> Duration {
    Duration::from_millis(HELD_UP_SO_FAR_MS.load(Ordering::Relaxed))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_are_let_in_while_the_store_is_slow_and_as_many_as_before_when_it_has_recovered() -> Outcome<()> {
    COMMIT_HELD_UP_MS.store(HEALTHY_MS, Ordering::Relaxed);
    let folder = tempfile::tempdir()?;
    let store: Arc<dyn Store> = Arc::new(open(&folder.path().join("dran.sqlite"))?);
    let limits = Limits {
        permits_max: PERMITS_MAX,
        permits_min: PERMITS_MIN,
        ..Limits::default()
    };
    let (service, tickets) = opened_line(store.clone(), limits).await?;
    let (leader, stop) = (Leader::of(&service), CancellationToken::new());
    let askers: Vec<_> = (0..ASKERS)
        .map(|nth| tokio::spawn(ask(nth, store.clone(), stop.clone())))
        .collect();

    let mut waiting = tickets.iter();
    until("all permits are in use", async || {
        enter_the_called(&service, &mut waiting).await;
        service.in_use().permits == PERMITS_MAX
    })
    .await?;
    until("a healthy store takes the operator's maximum", async || {
        service.permits_target() == PERMITS_MAX
    })
    .await?;

    COMMIT_HELD_UP_MS.store(10 * HEALTHY_MS, Ordering::Relaxed);
    until("the target has fallen to half", async || {
        service.permits_target() <= PERMITS_MAX / 2
    })
    .await?;
    until("the target has fallen to the operator's minimum", async || {
        service.permits_target() == PERMITS_MIN
    })
    .await?;
    assert_eq!(service.in_use().permits, PERMITS_MAX, "nobody was thrown out");
    let left = &tickets[0];
    store
        .leave(left.id, service.clock().now())
        .await
        .map_err(|refused| format!("{refused:?}"))?;
    let entered = enter_the_called(&service, &mut waiting).await;
    assert_eq!(entered, 0, "more are inside than the target: nobody enters");

    COMMIT_HELD_UP_MS.store(HEALTHY_MS, Ordering::Relaxed);
    until("the target is back", async || service.permits_target() == PERMITS_MAX).await?;

    stop.cancel();
    leader.stop().await?;
    for asker in askers {
        asker.await?;
    }
    Ok(())
}

/// Asks the store again and again, as people who book do: not when it has answered, but when they have
/// made up their mind.
async fn ask(nth: u64, store: Arc<dyn Store>, stop: CancellationToken) {
    let mut pace = tokio::time::interval(Duration::from_millis(31 + 6 * nth));
    while !stop.is_cancelled() {
        pace.tick().await;
        let store = store.clone();
        tokio::spawn(async move { store.sync_centres(Vec::new()).await });
    }
}

fn open(path: &Path) -> Outcome<SqliteStore> {
    let options = SqliteOptions {
        create: true,
        monotonic: Some(held_up_so_far),
        before_commit: Some(hold_up_the_commit),
        ..SqliteOptions::default()
    };
    Ok(SqliteStore::open(path, options)?)
}
