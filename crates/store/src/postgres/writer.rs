//! The one writer of a node: takes whatever has queued up and commits it as one transaction (group
//! commit), on a thread and a connection of its own.
//!
//! Nobody is answered before the COMMIT, not even who is refused: the refusal may rest on a row that
//! the same transaction wrote. A batch is tried without savepoints first, because most commands that
//! are refused have written nothing by then. If one has, or if a statement failed, the batch is run
//! again with a savepoint for each command: that one is undone, the others are committed.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc as std_mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;
use tokio_postgres::Config;

use super::board::BoardVersion;
use super::command::{Asked, Command, unless_it_panics};
use super::migrations::migrate;
use super::open::{OpenError, PostgresOptions};
use super::session::{Link, Tx};
use super::sets;
use crate::pressure::Gauge;
use crate::queue::{self, BATCH_MAX, Intake, gather, lanes};
use crate::{Answer, Fault, Pressure};

/// How often a batch is run again because the engine gave it up for another node's sake. The order of
/// locks makes this an accident, not a habit.
const CONFLICTS_MAX: u32 = 8;

/// How long a batch may take from its BEGIN to the answer of its COMMIT before the connection counts as
/// lost. Longer than any lock is waited for.
const BATCH_TIME_MAX: Duration = Duration::from_secs(20);

/// The lock of all that writes, `dran` in ASCII and a number. Held from BEGIN to COMMIT.
pub(super) const WRITE_LOCK: i64 = 0x6472_616e_0000_0001;

type Job = Box<dyn Command>;
type Lane = queue::Lane<Job>;

/// The citizens' lanes; staff have a connection and a writer of their own.
struct Lanes {
    door: Lane,
    public: Lane,
}

/// Adds what has queued up while the batch waited for the lock, most of all for another node's batch: one commit
/// for all of them instead of another turn.
type Late<'a> = dyn FnMut(&mut Vec<Job>) + 'a;

/// The queues in front of the writer's thread. Dropping it drains them and ends the thread.
pub(super) struct Writer {
    lanes: Option<Lanes>,
    thread: Option<JoinHandle<()>>,
    gauge: Arc<Gauge>,
    /// Batches that were run again with a savepoint for each command.
    pub(super) run_apart: Arc<AtomicU64>,
}

impl Writer {
    /// Connects, brings the schema up to date, and starts the thread.
    pub(super) fn start(
        config: Config,
        options: &PostgresOptions,
        board_version: Arc<BoardVersion>,
    ) -> Result<Self, OpenError> {
        let (lanes, intake) = lanes(options.queue_len_max);
        let gauge = Arc::new(Gauge::new(options.monotonic));
        let (opened, open) = std_mpsc::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut at_work = AtWork {
            link: Link::new(config, set_up(options)),
            board_version,
            before_commit: options.before_commit,
            run_apart: Arc::default(),
        };
        let run_apart = Arc::clone(&at_work.run_apart);
        let (seen, create) = (Arc::clone(&gauge), options.create);
        let thread = std::thread::Builder::new().name("store-writer".into()).spawn(move || {
            LocalSet::new().block_on(&runtime, async {
                let started = at_work.start(create).await;
                let go_on = started.is_ok();
                // Whoever opens waits for this word.
                let _ = opened.send(started);
                if go_on {
                    at_work.run(intake, &seen).await;
                }
            });
        })?;
        let writer = Self {
            lanes: Some(Lanes {
                door: lanes.door,
                public: lanes.public,
            }),
            thread: Some(thread),
            gauge,
            run_apart,
        };
        match open.recv() {
            Ok(started) => started.map(|()| writer),
            Err(_) => Err(std::io::Error::other("the writer's thread ended at its start").into()),
        }
    }

    /// See [`crate::Store::pressure`].
    pub(super) fn pressure(&self) -> Option<Pressure> {
        let waiting = self
            .lanes
            .as_ref()
            .is_some_and(|lanes| lanes.public.capacity() < lanes.public.max_capacity());
        self.gauge.take(waiting)
    }

    /// Queues a command. `Err` from it undoes all that it wrote; a full queue is [`Fault::Busy`] at
    /// once. It may be run more than once, after everything that it wrote was undone.
    pub(super) fn write<T, E>(
        &self,
        command: impl AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.ask(Asked::new(command))
    }

    /// As [`Self::write`], for what lets citizens into the line: it waits for none of those who book.
    pub(super) fn write_at_the_door<T, E>(
        &self,
        command: impl AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.queue(|lanes| &lanes.door, Asked::new(command))
    }

    /// Queues a command that is made already, with the place where its answer arrives.
    pub(super) fn ask<T, E>(
        &self,
        asked: (impl Command + 'static, oneshot::Receiver<Result<T, E>>),
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.queue(|lanes| &lanes.public, asked)
    }

    fn queue<T, E>(
        &self,
        lane: impl FnOnce(&Lanes) -> &Lane,
        (asked, outcome): (impl Command + 'static, oneshot::Receiver<Result<T, E>>),
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let queued = match &self.lanes {
            Some(lanes) => lane(lanes)
                .try_send(queue::Queued {
                    job: Box::new(asked) as Job,
                    at: Some(self.gauge.now()),
                })
                .map_err(|error| match error {
                    mpsc::error::TrySendError::Full(_) => Fault::Busy,
                    mpsc::error::TrySendError::Closed(_) => Fault::Failed("the writer has ended".into()),
                }),
            None => Err(Fault::Failed("the store is closed".into())),
        };
        Box::pin(async move {
            queued?;
            outcome.await.unwrap_or_else(|_| Err(Fault::Unknown.into()))
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.lanes = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer thread panicked");
        }
        // Many of them would say that something ordinary is treated as out of the ordinary.
        let run_apart = self.run_apart.load(Ordering::Relaxed);
        tracing::debug!(run_apart, "the store's writer has ended");
    }
}

/// What the writer's connection begins with. A commit that was answered survives a power cut, whatever
/// the cluster's default; stronger settings (`remote_apply`) are kept. Whatever the statistics say at the
/// moment, a batch finds its rows by their keys.
fn set_up(options: &PostgresOptions) -> String {
    format!(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
         SET default_transaction_isolation = 'read committed';
         SET lock_timeout = {};
         SET idle_in_transaction_session_timeout = {};
         SET plan_cache_mode = force_generic_plan;
         SET enable_seqscan = off;
         SET enable_hashjoin = off;
         SET enable_mergejoin = off;
         SET jit = off",
        options.lock_timeout_ms, options.silence_max_ms
    )
}

/// The writer on its thread.
struct AtWork {
    link: Link,
    board_version: Arc<BoardVersion>,
    before_commit: Option<fn()>,
    run_apart: Arc<AtomicU64>,
}

/// Why an attempt at a batch ended without a commit.
enum Stopped {
    /// A command has to be undone, and others not: with savepoints.
    Apart,
    /// The only command has to be undone; its own answer says why.
    Alone,
    /// The engine gave the transaction up for another one's sake.
    Conflict,
    /// All of it failed.
    Failed(Fault),
}

impl AtWork {
    async fn start(&mut self, create: bool) -> Result<(), OpenError> {
        migrate(self.link.tx().await?.client(), create).await?;
        self.board_version.own(self.link.tx().await?.client()).await?;
        Ok(())
    }

    async fn run(&mut self, mut intake: Intake<Job>, gauge: &Gauge) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        let mut answered = 0;
        while intake.wait(&mut batch).await {
            gather(&mut |batch| intake.take(batch), &mut batch, answered);
            gauge.begin(batch.iter().filter_map(|queued| queued.at));
            let taken = batch.drain(..).map(|queued| queued.job).collect();
            let mut late = |taken: &mut Vec<Job>| {
                intake.take_of_citizens(&mut batch, BATCH_MAX.saturating_sub(taken.len()));
                if !batch.is_empty() {
                    gauge.begin(batch.iter().filter_map(|queued| queued.at));
                    taken.extend(batch.drain(..).map(|queued| queued.job));
                }
            };
            answered = self.commit_batch(taken, &mut late).await;
            gauge.end();
        }
    }

    /// Runs a batch as one transaction, with what comes `late`, and answers its callers; how many they were.
    async fn commit_batch(&mut self, mut jobs: Vec<Job>, late: &mut Late<'_>) -> usize {
        let committed = self.write(&mut jobs, late).await;
        if committed == Ok(true) {
            // Before anybody is answered, so that who has booked never sees the board of before.
            self.board_version.move_on();
        }
        let answered = jobs.len();
        for job in jobs {
            job.answer(committed.clone().map(|_| ()));
        }
        answered
    }

    /// Commits a batch; whether the board has changed.
    async fn write(&mut self, jobs: &mut Vec<Job>, late: &mut Late<'_>) -> Result<bool, Fault> {
        let (mut apart, mut conflicts) = (false, 0);
        if !self.link.is_live() {
            let tx = self.link.tx().await?;
            self.board_version.own(tx.client()).await?;
        }
        loop {
            let tx = self.link.tx().await?;
            let committing = Cell::new(false);
            let attempt = attempt(tx, jobs, late, apart, &committing, self.before_commit);
            let ended = tokio::time::timeout(BATCH_TIME_MAX, attempt).await;
            let stopped = match ended {
                Ok(Ok(board_changed)) => return Ok(board_changed),
                Ok(Err(stopped)) if !tx.is_lost() && tx.control("ROLLBACK").await.is_ok() => stopped,
                _ => {
                    self.link.lose();
                    return Err(if committing.get() {
                        Fault::Unknown
                    } else {
                        Fault::Failed("the connection to the database was lost before the commit".into())
                    });
                }
            };
            match stopped {
                Stopped::Apart => {
                    apart = true;
                    self.run_apart.fetch_add(1, Ordering::Relaxed);
                }
                Stopped::Alone => return Ok(false),
                Stopped::Conflict if conflicts < CONFLICTS_MAX => conflicts += 1,
                Stopped::Conflict => return Err(Fault::Busy),
                Stopped::Failed(fault) => return Err(fault),
            }
        }
    }
}

/// Runs a batch as one transaction, with a savepoint for each command if they are kept `apart`. Sets
/// `committing` when the COMMIT may have been sent.
async fn attempt(
    tx: &Tx,
    jobs: &mut Vec<Job>,
    late: &mut Late<'_>,
    apart: bool,
    committing: &Cell<bool>,
    before_commit: Option<fn()>,
) -> Result<bool, Stopped> {
    tx.begins();
    let begin = format!("BEGIN; SELECT pg_advisory_xact_lock({WRITE_LOCK})");
    tx.control(&begin).await.map_err(Stopped::Failed)?;
    late(jobs);
    let alone = jobs.len() == 1;
    if apart {
        for job in jobs {
            in_savepoint(tx, job).await?;
        }
    } else {
        let Ok(Ok(left)) = unless_it_panics(sets::together(tx, jobs)).await else {
            return Err(undone(tx));
        };
        for place in left {
            together(tx, &mut jobs[place], alone).await?;
        }
    }
    if let Some(before_commit) = before_commit {
        before_commit();
    }
    let board_changed = tx.has_board_changed();
    committing.set(true);
    let commit = if board_changed { BoardVersion::COMMIT } else { "COMMIT" };
    match tx.control(commit).await {
        Ok(()) => Ok(board_changed),
        Err(fault) => {
            // Whoever can still say why it did not commit did not commit.
            committing.set(tx.is_lost());
            Err(if tx.has_conflict() {
                Stopped::Conflict
            } else {
                Stopped::Failed(fault)
            })
        }
    }
}

/// How a batch goes on after the commands that are carried out together were not.
fn undone(tx: &Tx) -> Stopped {
    if tx.is_lost() {
        Stopped::Failed(Fault::Failed("the connection was lost".into()))
    } else if tx.has_conflict() {
        Stopped::Conflict
    } else {
        Stopped::Apart
    }
}

/// Runs a command without a savepoint.
async fn together(tx: &Tx, job: &mut Job, alone: bool) -> Result<(), Stopped> {
    tx.command_begins();
    let carried_out = run(tx, job).await?;
    match carried_out || !(tx.wrote() || tx.is_broken()) {
        true => Ok(()),
        false if alone => Err(Stopped::Alone),
        false => Err(Stopped::Apart),
    }
}

/// Runs a command in its savepoint; what it wrote stays only if it was carried out.
async fn in_savepoint(tx: &Tx, job: &mut Job) -> Result<(), Stopped> {
    let board_changed_before = tx.has_board_changed();
    tx.command_begins();
    // Sent in this order without waiting for the answer in between.
    let (saved, carried_out) = tokio::join!(biased; tx.control("SAVEPOINT command"), run(tx, job));
    saved.map_err(Stopped::Failed)?;
    if carried_out? {
        return tx.control("RELEASE command").await.map_err(Stopped::Failed);
    }
    tx.control("ROLLBACK TO command; RELEASE command")
        .await
        .map_err(Stopped::Failed)?;
    tx.command_undone(board_changed_before);
    Ok(())
}

/// Runs a command. One that went on after a statement had failed was not carried out, whatever it says.
async fn run(tx: &Tx, job: &mut Job) -> Result<bool, Stopped> {
    let carried_out = job.run(tx).await;
    if tx.is_lost() {
        return Err(Stopped::Failed(Fault::Failed("the connection was lost".into())));
    }
    if tx.has_conflict() {
        return Err(Stopped::Conflict);
    }
    if carried_out && tx.is_broken() {
        job.spoil(Fault::Failed("a statement of the command failed".into()));
        return Ok(false);
    }
    Ok(carried_out)
}
