//! The one writer: takes whatever has queued up and commits it as one transaction (group commit).
//!
//! Each command runs in its own savepoint, so that an impossible one is undone and the others are
//! committed. Nobody is answered before the COMMIT, not even who is refused: the refusal may rest on
//! a row that the same transaction wrote.
//!
//! Staff do not wait for a batch of citizens to end: what they ask is carried out between two of its commands, and the
//! batch is committed soon after ([`BESIDE_STAFF_MAX`]); what it has not come to is the next one. Who joins waits for
//! the batch that is being written and for no other, however many are booking.

use std::cell::Cell;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use rusqlite::{Connection, ErrorCode};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use super::sql::{execute, one};
use crate::pressure::{Gauge, Monotonic};
use crate::queue::{self, BATCH_MAX, BESIDE_STAFF_MAX, Intake, Lanes, Queued, gather, lanes};
use crate::{Answer, Fault, Pressure};

/// What a command sees: the connection inside the batch's transaction.
pub(super) struct Tx<'c> {
    connection: &'c Connection,
    board_changed: Cell<bool>,
}

impl Tx<'_> {
    /// Notes that the board will answer differently once this transaction is committed.
    pub(super) fn board_changed(&self) {
        self.board_changed.set(true);
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

/// Runs a command in its savepoint and answers what tells its caller, once the fate of the batch is
/// known.
type Job = Box<dyn FnOnce(&Tx<'_>) -> Reply + Send>;
type Reply = Box<dyn FnOnce(Result<(), Fault>) + Send>;

/// What the writer's thread is given besides its connection.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hooks {
    pub(super) monotonic: Option<Monotonic>,
    pub(super) before_commit: Option<fn()>,
}

/// A way to the writer thread. Dropping the citizens' drains both queues and ends the thread.
pub(super) struct Writer {
    side: Side,
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

/// Whose commands come this way.
enum Side {
    /// The citizens', which keeps the lane of staff open.
    Public(Lanes<Job>),
    /// Those of staff, for as long as the citizens' side is there.
    Staff(mpsc::WeakSender<Queued<Job>>),
    Closed,
}

type Lane = queue::Lane<Job>;

/// What the thread tells those who ask without queueing.
struct Shared {
    board_version: AtomicU64,
    /// Of the citizens' queue: staff go first, so that what they wait says nothing about it.
    gauge: Gauge,
}

impl Writer {
    /// Starts the thread on a connection that is open and migrated.
    pub(super) fn start(connection: Connection, queue_len_max: usize, hooks: Hooks) -> std::io::Result<Self> {
        let (lanes, intake) = lanes(queue_len_max);
        let shared = Arc::new(Shared {
            board_version: AtomicU64::new(0),
            gauge: Gauge::new(hooks.monotonic),
        });
        let seen = Arc::clone(&shared);
        // It waits for two queues at once.
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || run(&connection, &runtime, intake, &seen, hooks.before_commit))?;
        Ok(Self {
            side: Side::Public(lanes),
            thread: Some(thread),
            shared,
        })
    }

    /// The way of staff to the same thread: a queue of its own that goes first.
    pub(super) fn of_staff(&self) -> Self {
        let side = match &self.side {
            Side::Public(lanes) => Side::Staff(lanes.staff.downgrade()),
            Side::Staff(staff) => Side::Staff(staff.clone()),
            Side::Closed => Side::Closed,
        };
        Self {
            side,
            thread: None,
            shared: Arc::clone(&self.shared),
        }
    }

    /// Changes with every commit after which the board may answer differently.
    pub(super) fn board_version(&self) -> u64 {
        self.shared.board_version.load(Ordering::Acquire)
    }

    /// See [`crate::Store::pressure`].
    pub(super) fn pressure(&self) -> Option<Pressure> {
        let Side::Public(lanes) = &self.side else {
            return None;
        };
        let queue = &lanes.public;
        self.shared.gauge.take(queue.capacity() < queue.max_capacity())
    }

    /// Queues a command. `Err` from it undoes all that it wrote; a full queue is [`Fault::Busy`] at
    /// once.
    pub(super) fn write<T, E>(
        &self,
        command: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.queue(|lanes| &lanes.public, command)
    }

    /// As [`Self::write`], for what lets citizens into the line: it waits for none of those who book.
    pub(super) fn write_at_the_door<T, E>(
        &self,
        command: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.queue(|lanes| &lanes.door, command)
    }

    fn queue<T, E>(
        &self,
        lane: impl FnOnce(&Lanes<Job>) -> &Lane,
        command: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel::<Result<T, E>>();
        let job: Job = Box::new(move |tx| {
            let done = in_savepoint(tx, command);
            Box::new(move |committed| {
                // The caller may have gone; the write stands all the same.
                let _ = answer.send(committed.map_err(E::from).and(done));
            })
        });
        let queued = self.send(lane, job);
        Box::pin(async move {
            queued?;
            outcome.await.unwrap_or_else(|_| Err(Fault::Unknown.into()))
        })
    }

    fn send(&self, lane: impl FnOnce(&Lanes<Job>) -> &Lane, job: Job) -> Result<(), Fault> {
        let send = |lane: &Lane, at| {
            lane.try_send(Queued { job, at }).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => Fault::Busy,
                mpsc::error::TrySendError::Closed(_) => Fault::Failed("the writer has ended".into()),
            })
        };
        let closed = || Fault::Failed("the store is closed".into());
        match &self.side {
            Side::Public(lanes) => send(lane(lanes), Some(self.shared.gauge.now())),
            Side::Staff(staff) => send(&staff.upgrade().ok_or_else(closed)?, None),
            Side::Closed => Err(closed()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.side = Side::Closed;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer thread panicked");
        }
    }
}

fn run(
    connection: &Connection,
    runtime: &Runtime,
    mut intake: Intake<Job>,
    shared: &Shared,
    before_commit: Option<fn()>,
) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    let mut seen_data_version = None;
    let mut answered = 0;
    // With what the last batch has left, nobody waits.
    while !batch.is_empty() || runtime.block_on(intake.wait(&mut batch)) {
        gather(&mut |batch| intake.take(batch), &mut batch, answered);
        shared.gauge.begin(batch.iter().filter_map(|queued| queued.at));
        // Moves when another process has committed, `dran release` for example.
        let data_version = one(connection, "PRAGMA data_version", [], |row| row.get::<_, i64>(0)).ok();
        if seen_data_version != data_version {
            seen_data_version = data_version;
            shared.board_version.fetch_add(1, Ordering::Release);
        }
        let left;
        (answered, left) = commit_batch(
            connection,
            &mut intake,
            &mut batch,
            &shared.board_version,
            before_commit,
        );
        shared.gauge.end();
        if !left.is_empty() {
            intake.take_of_staff(&mut batch);
            intake.take_at_the_door(&mut batch, BATCH_MAX);
            batch.extend(left);
            intake.take_of_citizens(&mut batch, BATCH_MAX);
        }
    }
}

/// Runs a batch as one transaction and answers its callers. How many that were, and the commands of citizens that it
/// has left because staff are waiting for its end.
fn commit_batch(
    connection: &Connection,
    intake: &mut Intake<Job>,
    batch: &mut Vec<Queued<Job>>,
    board_version: &AtomicU64,
    before_commit: Option<fn()>,
) -> (usize, Vec<Queued<Job>>) {
    let tx = Tx {
        connection,
        board_changed: Cell::new(false),
    };
    let begun = execute(&tx, "BEGIN IMMEDIATE", []).map_err(Fault::from);
    // A job finds out by itself that there is no transaction, and then touches nothing.
    let (mut replies, mut left, mut of_staff) = (Vec::with_capacity(batch.len()), Vec::new(), Vec::new());
    let (mut staff_wait, mut of_citizens) = (false, 0);
    for queued in batch.drain(..) {
        if staff_wait && of_citizens >= BESIDE_STAFF_MAX && !queued.is_of_staff() {
            left.push(queued);
            continue;
        }
        staff_wait |= queued.is_of_staff();
        of_citizens += usize::from(!queued.is_of_staff());
        replies.push((queued.job)(&tx));
        intake.take_of_staff(&mut of_staff);
        staff_wait |= !of_staff.is_empty();
        replies.extend(of_staff.drain(..).map(|queued| (queued.job)(&tx)));
    }
    if let Some(before_commit) = before_commit {
        before_commit();
    }
    let committed = begun.and_then(|_| commit(&tx));
    if committed.is_ok() && tx.board_changed.get() {
        // Before anybody is answered, so that who has booked never sees the board of before.
        board_version.fetch_add(1, Ordering::Release);
    }
    let answered = replies.len();
    for reply in replies {
        reply(committed.clone());
    }
    (answered, left)
}

fn commit(tx: &Tx<'_>) -> Result<(), Fault> {
    if tx.is_autocommit() {
        return Err(Fault::Failed("the engine rolled the transaction back".into()));
    }
    let committed = execute(tx, "COMMIT", []).map(|_| ()).map_err(Fault::from);
    if committed.is_err() && !tx.is_autocommit() {
        // Nothing of a batch that was not committed may be left for the next one.
        if let Err(error) = execute(tx, "ROLLBACK", []) {
            tracing::error!(%error, "could not roll back after a failed commit");
        }
    }
    committed
}

/// Runs one command; what it wrote stays only if it answers `Ok`.
fn in_savepoint<T, E: From<Fault>>(tx: &Tx<'_>, command: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
    if tx.is_autocommit() {
        return Err(Fault::Failed("there is no transaction".into()).into());
    }
    let board_changed_before = tx.board_changed.get();
    execute(tx, "SAVEPOINT command", []).map_err(Fault::from)?;
    let done = catch_unwind(AssertUnwindSafe(|| command(tx)))
        .unwrap_or_else(|_| Err(Fault::Failed("a command of the store panicked".into()).into()));
    if done.is_err() && !tx.is_autocommit() {
        execute(tx, "ROLLBACK TO command", []).map_err(Fault::from)?;
        tx.board_changed.set(board_changed_before);
    }
    if !tx.is_autocommit() {
        execute(tx, "RELEASE command", []).map_err(Fault::from)?;
    }
    done
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // Another process kept its write lock for longer than the busy timeout.
            Some(ErrorCode::DatabaseBusy) => Self::Busy,
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl<R> From<rusqlite::Error> for crate::Failure<R> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Fault(error.into())
    }
}
