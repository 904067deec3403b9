//! The hot commands of a batch, all of a kind at once: two round trips for a batch instead of a dozen for
//! each command.
//!
//! The first round trip reads every row that any of them needs; the decisions are made here, one command
//! after the other over those rows, as the command alone would make them; the second writes what they come
//! to. One round trip would need the rules in SQL a second time. Nothing can change in between: the batch has
//! the lock of all writers. A command out of the ordinary (sent twice, a message about another booking) is
//! left to run alone, after the others. Whatever fails here makes the batch run again with each command in
//! its savepoint.

mod confirm;
mod hold;
mod rows;

use tokio::sync::oneshot;

use super::command::{Command, Local, unless_it_panics};
use super::session::Tx;
use super::{booking, holds};
use crate::{Booked, Confirm, ConfirmRefusal, Failure, Fault, Hold, HoldRefusal, NewHold};

/// A hold in the queue.
pub(super) type HoldAsked = Member<NewHold, Hold, HoldRefusal>;

/// A confirmation in the queue.
pub(super) type ConfirmAsked = Member<Confirm, Booked, ConfirmRefusal>;

/// A command that can be carried out together with others of its kind.
pub(super) struct Member<I, T, R> {
    input: I,
    done: Option<Result<T, Failure<R>>>,
    answer: oneshot::Sender<Result<T, Failure<R>>>,
}

impl<I, T, R> Member<I, T, R> {
    /// A command, and where its answer arrives.
    pub(super) fn new(input: I) -> (Self, oneshot::Receiver<Result<T, Failure<R>>>) {
        let (answer, outcome) = oneshot::channel();
        let member = Self {
            input,
            done: None,
            answer,
        };
        (member, outcome)
    }

    fn refuse(&mut self, refusal: R) {
        self.done = Some(Err(Failure::Refused(refusal)));
    }

    async fn run_alone(&mut self, tx: &Tx, command: impl AsyncFn(&Tx, &I) -> Result<T, Failure<R>>) -> bool {
        let done = unless_it_panics(command(tx, &self.input)).await;
        let done = done.unwrap_or_else(|_| Err(Fault::Failed("a command of the store panicked".into()).into()));
        let carried_out = done.is_ok();
        self.done = Some(done);
        carried_out
    }

    fn tell(self, committed: Result<(), Fault>) {
        let never_run = || Err(Fault::Failed("the command was not run".into()).into());
        let done = self.done.unwrap_or_else(never_run);
        // The caller may have gone; the write stands all the same.
        let _ = self.answer.send(committed.map_err(Failure::from).and(done));
    }
}

impl Command for HoldAsked {
    fn run<'a>(&'a mut self, tx: &'a Tx) -> Local<'a, bool> {
        Box::pin(self.run_alone(tx, holds::hold))
    }

    fn spoil(&mut self, fault: Fault) {
        self.done = Some(Err(fault.into()));
    }

    fn answer(self: Box<Self>, committed: Result<(), Fault>) {
        self.tell(committed);
    }

    fn as_hold(&mut self) -> Option<&mut HoldAsked> {
        Some(self)
    }
}

impl Command for ConfirmAsked {
    fn run<'a>(&'a mut self, tx: &'a Tx) -> Local<'a, bool> {
        Box::pin(self.run_alone(tx, booking::confirm))
    }

    fn spoil(&mut self, fault: Fault) {
        self.done = Some(Err(fault.into()));
    }

    fn answer(self: Box<Self>, committed: Result<(), Fault>) {
        self.tell(committed);
    }

    fn as_confirm(&mut self) -> Option<&mut ConfirmAsked> {
        Some(self)
    }
}

/// Carries out what of a batch can be carried out together. Answers the commands that are left, in
/// their order.
pub(super) async fn together<'j>(
    tx: &Tx,
    jobs: &'j mut [Box<dyn Command>],
) -> Result<Vec<&'j mut Box<dyn Command>>, Fault> {
    let mut confirms: Vec<&mut ConfirmAsked> = jobs.iter_mut().filter_map(|job| job.as_confirm()).collect();
    let confirms_left = confirm::confirm_all(tx, &mut confirms).await?;
    let mut holds: Vec<&mut HoldAsked> = jobs.iter_mut().filter_map(|job| job.as_hold()).collect();
    hold::hold_all(tx, &mut holds).await?;
    let mut left = Vec::new();
    let mut confirm_no = 0;
    for job in jobs {
        if job.as_hold().is_some() {
            continue;
        }
        if job.as_confirm().is_some() {
            confirm_no += 1;
            if !confirms_left.contains(&(confirm_no - 1)) {
                continue;
            }
        }
        left.push(job);
    }
    Ok(left)
}
