//! The one writer: takes whatever has queued up and commits it as one transaction (group commit).
//!
//! A batch is run without savepoints first: a command that is refused has written nothing, as a rule, and then there
//! is nothing to undo. If one has, the transaction is rolled back and the batch is run again, each command in a savepoint
//! of its own: that one is undone, the others are committed. Nobody is answered before the COMMIT, not even who is
//! refused: the refusal may rest on a row that the same transaction wrote.
//!
//! Staff do not wait for a batch of citizens to end: what they ask is carried out between two of its commands, and the
//! batch is committed soon after ([`BESIDE_STAFF_MAX`]); what it has not come to is the next one. Who joins waits for
//! the batch that is being written and for no other, however many are booking.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

pub(super) use super::command::Tx;
use super::command::{Asked, Command};
use super::sql::{execute, one};
use crate::pressure::{Gauge, Monotonic};
use crate::queue::{self, BATCH_MAX, BESIDE_STAFF_MAX, Intake, Lanes, Queued, gather, lanes};
use crate::{Answer, Fault, Pressure};

type Job = Box<dyn Command>;

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

/// A commit costs as much as dozens of commands. Where many were answered at once, their next commands come over the
/// network in a millisecond or two: so long the next batch gathers, as PostgreSQL's `commit_delay` does.
const PAUSE: Duration = Duration::from_millis(1);
/// From so many answered at once on. Fewer would wait longer than they do now.
const PAUSE_FROM: usize = 16;

/// What the thread tells those who ask without queueing.
struct Shared {
    board_version: AtomicU64,
    /// Of the citizens' queue: staff go first, so that what they wait says nothing about it.
    gauge: Gauge,
    /// Batches that were run again with a savepoint for each command.
    run_apart: AtomicU64,
}

impl Writer {
    /// Starts the thread on a connection that is open and migrated.
    pub(super) fn start(connection: Connection, queue_len_max: usize, hooks: Hooks) -> std::io::Result<Self> {
        let (lanes, intake) = lanes(queue_len_max);
        let shared = Arc::new(Shared {
            board_version: AtomicU64::new(0),
            gauge: Gauge::new(hooks.monotonic),
            run_apart: AtomicU64::new(0),
        });
        let seen = Arc::clone(&shared);
        // It waits for two queues at once.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
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

    /// How many batches were run again with a savepoint for each command.
    #[cfg(test)]
    pub(super) fn run_apart(&self) -> u64 {
        self.shared.run_apart.load(Ordering::Relaxed)
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
    /// once. It may be run more than once, after everything that it wrote was undone.
    pub(super) fn write<T, E>(
        &self,
        command: impl Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
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
        command: impl Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
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
        command: impl Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (asked, outcome) = Asked::new(command);
        let queued = self.send(lane, Box::new(asked));
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
        if answered >= PAUSE_FROM && batch.len() < answered && !batch.iter().any(Queued::is_of_staff) {
            runtime.block_on(intake.pause(PAUSE, &mut batch));
        }
        shared.gauge.begin(batch.iter().filter_map(|queued| queued.at));
        // Moves when another process has committed, `dran release` for example.
        let data_version = one(connection, "PRAGMA data_version", [], |row| row.get::<_, i64>(0)).ok();
        if seen_data_version != data_version {
            seen_data_version = data_version;
            shared.board_version.fetch_add(1, Ordering::Release);
        }
        let left;
        (answered, left) = commit_batch(connection, &mut intake, batch.drain(..), shared, before_commit);
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
    batch: impl Iterator<Item = Queued<Job>>,
    shared: &Shared,
    before_commit: Option<fn()>,
) -> (usize, Vec<Queued<Job>>) {
    let tx = Tx::new(connection);
    let mut batch = Batch::of(batch);
    let mut carried_out = batch.carry_out(&tx, intake, false);
    if matches!(carried_out, Ok(Stopped::HalfWay)) {
        shared.run_apart.fetch_add(1, Ordering::Relaxed);
        carried_out = roll_back(&tx).and_then(|()| {
            batch.begin_again();
            batch.carry_out(&tx, intake, true)
        });
    }
    if let Some(before_commit) = before_commit {
        before_commit();
    }
    let committed = carried_out.and_then(|_| Ok(execute(&tx, "COMMIT", [])?));
    if committed.is_err() && !tx.is_autocommit() {
        // Nothing of a batch that was not committed may be left for the next one.
        if let Err(error) = roll_back(&tx) {
            tracing::error!(%error, "could not roll back after a failed commit");
        }
    }
    if committed.is_ok() && tx.has_board_changed() {
        // Before anybody is answered, so that who has booked never sees the board of before.
        shared.board_version.fetch_add(1, Ordering::Release);
    }
    let answered = batch.run.len() + batch.to_run.len();
    for queued in batch.run.into_iter().chain(batch.to_run) {
        queued.job.answer(committed.clone().map(|_| ()));
    }
    (answered, batch.left)
}

/// The commands of a transaction.
struct Batch {
    /// In the order in which they were run.
    run: Vec<Queued<Job>>,
    to_run: VecDeque<Queued<Job>>,
    /// For the next batch, because staff are waiting for the end of this one.
    left: Vec<Queued<Job>>,
}

/// How running a batch ended when the engine did not fail.
enum Stopped {
    AtTheEnd,
    /// A command that ran without a savepoint has to be undone.
    HalfWay,
}

impl Batch {
    fn of(commands: impl Iterator<Item = Queued<Job>>) -> Self {
        Self {
            run: Vec::with_capacity(commands.size_hint().0),
            to_run: commands.collect(),
            left: Vec::new(),
        }
    }

    /// Begins the transaction and runs all commands, each with a savepoint if they are kept `apart`. Staff who ask
    /// meanwhile go before those that were not run yet.
    fn carry_out(&mut self, tx: &Tx<'_>, intake: &mut Intake<Job>, apart: bool) -> Result<Stopped, Fault> {
        execute(tx, "BEGIN IMMEDIATE", [])?;
        let (mut staff_wait, mut of_citizens, mut of_staff) = (false, 0, Vec::new());
        while let Some(mut queued) = self.to_run.pop_front() {
            if staff_wait && of_citizens >= BESIDE_STAFF_MAX && !queued.is_of_staff() {
                self.left.push(queued);
                continue;
            }
            staff_wait |= queued.is_of_staff();
            of_citizens += usize::from(!queued.is_of_staff());
            let stands = run_one(tx, &mut *queued.job, apart);
            self.run.push(queued);
            if !stands? {
                return Ok(Stopped::HalfWay);
            }
            if self.to_run.front().is_some_and(Queued::is_of_staff) {
                continue;
            }
            intake.take_of_staff(&mut of_staff);
            staff_wait |= !of_staff.is_empty();
            of_staff
                .drain(..)
                .rev()
                .for_each(|queued| self.to_run.push_front(queued));
        }
        Ok(Stopped::AtTheEnd)
    }

    /// All of it is to be run from the beginning, after what was written has been undone.
    fn begin_again(&mut self) {
        let run = std::mem::take(&mut self.run);
        let left = std::mem::take(&mut self.left);
        self.to_run = run
            .into_iter()
            .chain(left)
            .chain(std::mem::take(&mut self.to_run))
            .collect();
    }
}

/// Runs one command. False if it has written what has to be undone, which takes a savepoint.
fn run_one(tx: &Tx<'_>, job: &mut dyn Command, apart: bool) -> Result<bool, Fault> {
    let (board_changed_before, rows_before) = (tx.has_board_changed(), tx.total_changes());
    if apart {
        execute(tx, "SAVEPOINT command", [])?;
    }
    let carried_out = job.run(tx);
    if tx.is_autocommit() {
        return Err(Fault::Failed("the engine rolled the transaction back".into()));
    }
    if apart {
        if !carried_out {
            execute(tx, "ROLLBACK TO command", [])?;
            tx.is_undone(board_changed_before);
        }
        execute(tx, "RELEASE command", [])?;
    }
    Ok(apart || carried_out || tx.total_changes() == rows_before)
}

/// Undoes everything that the transaction wrote.
fn roll_back(tx: &Tx<'_>) -> Result<(), Fault> {
    execute(tx, "ROLLBACK", [])?;
    tx.is_undone(false);
    Ok(())
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
