//! The one writer: takes whatever has queued up and commits it as one transaction (group commit).
//!
//! Each command runs in its own savepoint, so that an impossible one is undone and the others are
//! committed. Nobody is answered before the COMMIT, not even who is refused: the refusal may rest on
//! a row that the same transaction wrote.

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
use crate::queue::{BATCH_MAX, Intake, Queued, gather, lanes};
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
    lane: Lane,
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

/// The queue that a side puts its commands into.
enum Lane {
    /// The citizens', which keeps that of staff open.
    Public {
        queue: Sender,
        staff: Sender,
    },
    /// That of staff, for as long as the citizens' is there.
    Staff(mpsc::WeakSender<Queued<Job>>),
    Closed,
}

type Sender = mpsc::Sender<Queued<Job>>;

/// What the thread tells those who ask without queueing.
struct Shared {
    board_version: AtomicU64,
    /// Of the citizens' queue: staff go first, so that what they wait says nothing about it.
    gauge: Gauge,
}

impl Writer {
    /// Starts the thread on a connection that is open and migrated.
    pub(super) fn start(connection: Connection, queue_len_max: usize, hooks: Hooks) -> std::io::Result<Self> {
        let (queue, staff, intake) = lanes(queue_len_max, queue_len_max);
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
            lane: Lane::Public { queue, staff },
            thread: Some(thread),
            shared,
        })
    }

    /// The way of staff to the same thread: a queue of its own that goes first.
    pub(super) fn of_staff(&self) -> Self {
        let lane = match &self.lane {
            Lane::Public { staff, .. } => Lane::Staff(staff.downgrade()),
            Lane::Staff(staff) => Lane::Staff(staff.clone()),
            Lane::Closed => Lane::Closed,
        };
        Self {
            lane,
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
        let Lane::Public { queue, .. } = &self.lane else {
            return None;
        };
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
        let (answer, outcome) = oneshot::channel::<Result<T, E>>();
        let job: Job = Box::new(move |tx| {
            let done = in_savepoint(tx, command);
            Box::new(move |committed| {
                // The caller may have gone; the write stands all the same.
                let _ = answer.send(committed.map_err(E::from).and(done));
            })
        });
        let queued = self.queue(job);
        Box::pin(async move {
            queued?;
            outcome.await.unwrap_or_else(|_| Err(Fault::Unknown.into()))
        })
    }
}

impl Writer {
    fn queue(&self, job: Job) -> Result<(), Fault> {
        let send = |queue: &Sender, at| {
            queue.try_send(Queued { job, at }).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => Fault::Busy,
                mpsc::error::TrySendError::Closed(_) => Fault::Failed("the writer has ended".into()),
            })
        };
        let closed = || Fault::Failed("the store is closed".into());
        match &self.lane {
            Lane::Public { queue, .. } => send(queue, Some(self.shared.gauge.now())),
            Lane::Staff(queue) => send(&queue.upgrade().ok_or_else(closed)?, None),
            Lane::Closed => Err(closed()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.lane = Lane::Closed;
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
    while runtime.block_on(intake.wait(&mut batch)) {
        gather(&mut |batch| intake.take(batch), &mut batch, answered);
        answered = batch.len();
        shared.gauge.begin(batch.iter().filter_map(|queued| queued.at));
        // Moves when another process has committed, `dran release` for example.
        let data_version = one(connection, "PRAGMA data_version", [], |row| row.get::<_, i64>(0)).ok();
        if seen_data_version != data_version {
            seen_data_version = data_version;
            shared.board_version.fetch_add(1, Ordering::Release);
        }
        commit_batch(connection, &mut batch, &shared.board_version, before_commit);
        shared.gauge.end();
    }
}

/// Runs a batch as one transaction and answers its callers.
fn commit_batch(
    connection: &Connection,
    batch: &mut Vec<Queued<Job>>,
    board_version: &AtomicU64,
    before_commit: Option<fn()>,
) {
    let tx = Tx {
        connection,
        board_changed: Cell::new(false),
    };
    let begun = execute(&tx, "BEGIN IMMEDIATE", []).map_err(Fault::from);
    // A job finds out by itself that there is no transaction, and then touches nothing.
    let replies: Vec<Reply> = batch.drain(..).map(|queued| (queued.job)(&tx)).collect();
    if let Some(before_commit) = before_commit {
        before_commit();
    }
    let committed = begun.and_then(|_| commit(&tx));
    if committed.is_ok() && tx.board_changed.get() {
        // Before anybody is answered, so that who has booked never sees the board of before.
        board_version.fetch_add(1, Ordering::Release);
    }
    for reply in replies {
        reply(committed.clone());
    }
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
