//! The read pool: a few connections that share one thread, behind one bounded queue.

use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{Mutex, mpsc};
use tokio::task::{JoinSet, LocalSet};
use tokio_postgres::Config;

use super::board::BoardVersion;
use super::command::{Asked, Command};
use super::leadership::Seat;
use super::open::PostgresOptions;
use super::session::{Link, Tx};
use crate::{Answer, Fault};

/// What a reading connection begins with.
const SET_UP: &str = "SET default_transaction_read_only = on;
                      SET default_transaction_isolation = 'repeatable read';
                      SET jit = off";

type Job = Box<dyn Command>;

/// The queue in front of the reading connections. Dropping it drains the queue and ends their thread.
pub(super) struct Readers {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Readers {
    /// Starts the thread; each connection is made when it is needed first. The same thread listens to the
    /// commits of other nodes, and sits in the leader's seat.
    pub(super) fn start(
        config: Config,
        options: &PostgresOptions,
        board_version: Arc<BoardVersion>,
        seat: Seat,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel::<Job>(options.read_queue_len_max);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let connections = options.read_connections.max(1);
        let thread = std::thread::Builder::new().name("store-reader".into()).spawn(move || {
            LocalSet::new().block_on(&runtime, async {
                let jobs = Rc::new(Mutex::new(jobs));
                let mut reading = JoinSet::new();
                for _ in 0..connections {
                    let link = Link::new(config.clone(), SET_UP.into());
                    reading.spawn_local(read_all(link, Rc::clone(&jobs)));
                }
                tokio::select! {
                    _ = reading.join_all() => {}
                    () = board_version.follow(&config) => {}
                    () = seat.keep() => {}
                }
            });
        })?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Queues a query; all of its statements see one snapshot. A full queue is [`Fault::Busy`] at
    /// once.
    pub(super) fn read<T: Send + 'static>(
        &self,
        query: impl AsyncFn(&Tx) -> Result<T, Fault> + Send + 'static,
    ) -> Answer<'_, Result<T, Fault>> {
        let (asked, outcome) = Asked::new(query);
        let queued = match &self.queue {
            Some(queue) => queue.try_send(Box::new(asked)).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => Fault::Busy,
                mpsc::error::TrySendError::Closed(_) => Fault::Failed("the readers have ended".into()),
            }),
            None => Err(Fault::Failed("the store is closed".into())),
        };
        Box::pin(async move {
            queued?;
            outcome
                .await
                .unwrap_or_else(|_| Err(Fault::Failed("a reader has ended".into())))
        })
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's reading thread panicked");
        }
    }
}

async fn read_all(mut link: Link, jobs: Rc<Mutex<mpsc::Receiver<Job>>>) {
    while let Some(mut job) = next(&jobs).await {
        let mut read = read(&mut link, &mut job).await;
        // Asking again harms nobody: a connection may have died since the last query.
        if read.is_err() && !link.is_live() {
            read = self::read(&mut link, &mut job).await;
        }
        job.answer(read);
    }
}

async fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    jobs.lock().await.recv().await
}

/// Runs a query in one snapshot; `Err` if there was none.
async fn read(link: &mut Link, job: &mut Job) -> Result<(), Fault> {
    let tx = link.tx().await?;
    tx.begins();
    // Sent in this order without waiting for the answer in between.
    let (begun, _) = tokio::join!(biased; tx.control("BEGIN"), job.run(tx));
    let ended = tx.control("ROLLBACK").await;
    if tx.is_lost() {
        link.lose();
        return Err(Fault::Failed("the connection to the database was lost".into()));
    }
    begun.and(ended)
}
