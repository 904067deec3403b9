//! The read pool: a few connections, each on its own thread, behind one bounded queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::sql::execute;
use crate::{Answer, Fault};

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The queue in front of the reading threads. Dropping it drains the queue and ends them.
pub(super) struct Readers {
    queue: Option<mpsc::Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts a thread per connection.
    pub(super) fn start(connections: Vec<Connection>, queue_len_max: usize) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel::<Job>(queue_len_max);
        let jobs = Arc::new(Mutex::new(jobs));
        let mut threads = Vec::with_capacity(connections.len());
        for connection in connections {
            let jobs = Arc::clone(&jobs);
            let thread = std::thread::Builder::new().name("store-reader".into()).spawn(move || {
                while let Some(job) = next(&jobs) {
                    job(&connection);
                }
            })?;
            threads.push(thread);
        }
        Ok(Self {
            queue: Some(queue),
            threads,
        })
    }

    /// Queues a query; all of its statements see one snapshot. A full queue is [`Fault::Busy`] at
    /// once.
    pub(super) fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Answer<'_, Result<T, Fault>> {
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // The caller may have gone.
            let _ = answer.send(in_snapshot(connection, query));
        });
        let queued = match &self.queue {
            Some(queue) => queue.try_send(job).map_err(|error| match error {
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
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a reading thread of the store panicked");
            }
        }
    }
}

fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    // Nothing can panic while the lock is held, so a poisoned one is as good as any.
    jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

fn in_snapshot<T>(connection: &Connection, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Fault> {
    execute(connection, "BEGIN DEFERRED", [])?;
    let found = catch_unwind(AssertUnwindSafe(|| query(connection)));
    execute(connection, "ROLLBACK", [])?;
    match found {
        Ok(found) => Ok(found?),
        Err(_) => Err(Fault::Failed("a query of the store panicked".into())),
    }
}
