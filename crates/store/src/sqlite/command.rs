//! What waits in the writer's queue: something to write, and who is told of it.

use std::cell::Cell;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::Fault;

/// What a command sees: the connection inside the batch's transaction.
pub(super) struct Tx<'c> {
    connection: &'c Connection,
    board_changed: Cell<bool>,
}

impl<'c> Tx<'c> {
    /// A transaction that has begun on this connection, or is about to.
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            board_changed: Cell::new(false),
        }
    }

    /// Notes that the board will answer differently once this transaction is committed.
    pub(super) fn board_changed(&self) {
        self.board_changed.set(true);
    }

    /// Whether it will.
    pub(super) fn has_board_changed(&self) -> bool {
        self.board_changed.get()
    }

    /// What was written since then is undone, and with it whether the board has changed.
    pub(super) fn is_undone(&self, board_changed_before: bool) {
        self.board_changed.set(board_changed_before);
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

/// A command in the queue. It may be run more than once, after all that it wrote was undone; the last run counts.
pub(super) trait Command: Send {
    /// Runs it and keeps what it answered. Whether it was carried out, or all that it wrote has to be undone.
    fn run(&mut self, tx: &Tx<'_>) -> bool;

    /// Tells its caller, once the fate of the transaction is known.
    fn answer(self: Box<Self>, committed: Result<(), Fault>);
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
    C: Fn(&Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Fault> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let done = catch_unwind(AssertUnwindSafe(|| (self.command)(tx)))
            .unwrap_or_else(|_| Err(Fault::Failed("a command of the store panicked".into()).into()));
        self.done.insert(done).is_ok()
    }

    fn answer(self: Box<Self>, committed: Result<(), Fault>) {
        let not_run = || Err(Fault::Failed("the command was not run".into()).into());
        let done = match committed {
            Ok(()) => self.done.unwrap_or_else(not_run),
            Err(fault) => Err(fault.into()),
        };
        // The caller may have gone; the write stands all the same.
        let _ = self.answer.send(done);
    }
}
