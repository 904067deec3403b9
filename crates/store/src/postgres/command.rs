//! What waits in the queues: something to do with a connection, and who is told of it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio::sync::oneshot;

use super::session::Tx;
use super::sets::Kind;
use crate::Fault;

/// A piece of work on the thread of its connection.
pub(super) type Local<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A command or query in a queue. It may be run more than once; the last run counts.
pub(super) trait Command: Send {
    /// Runs it and keeps what it answered. Whether it was carried out, or everything it wrote has to be
    /// undone.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> Local<'a, bool>;

    /// Replaces its answer by a fault.
    fn spoil(&mut self, fault: Fault);

    /// Tells its caller, once the fate of the transaction is known.
    fn answer(self: Box<Self>, committed: Result<(), Fault>);

    /// Whether it can be carried out together with others of its kind, and with which.
    fn kind(&mut self) -> Kind<'_> {
        Kind::Other
    }
}

/// A command with the way to its caller.
pub(super) struct Asked<C, T, E> {
    command: C,
    done: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<C, T, E> Asked<C, T, E> {
    /// A command, and where its answer arrives.
    pub(super) fn new(command: C) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (answer, outcome) = oneshot::channel();
        let asked = Self {
            command,
            done: None,
            answer,
        };
        (asked, outcome)
    }
}

impl<C, T, E> Command for Asked<C, T, E>
where
    C: AsyncFn(&Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<Fault> + Send,
{
    fn run<'a>(&'a mut self, tx: &'a Tx) -> Local<'a, bool> {
        Box::pin(async move {
            let done = unless_it_panics((self.command)(tx)).await;
            let done = done.unwrap_or_else(|_| Err(Fault::Failed("a command of the store panicked".into()).into()));
            let carried_out = done.is_ok();
            self.done = Some(done);
            carried_out
        })
    }

    fn spoil(&mut self, fault: Fault) {
        self.done = Some(Err(fault.into()));
    }

    fn answer(self: Box<Self>, committed: Result<(), Fault>) {
        let done = self.done;
        let never_run = || Err(Fault::Failed("the command was not run".into()).into());
        // The caller may have gone; the write stands all the same.
        let _ = self
            .answer
            .send(committed.map_err(E::from).and_then(|()| done.unwrap_or_else(never_run)));
    }
}

/// Polls to the end, unless it panics on the way.
pub(super) async fn unless_it_panics<T>(work: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut work = pin!(work);
    std::future::poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
            Err(panic) => Poll::Ready(Err(panic)),
        },
    )
    .await
}
