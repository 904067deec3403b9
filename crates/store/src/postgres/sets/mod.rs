//! The hot commands of a batch, all of a kind at once: two round trips for a batch instead of a dozen for
//! each command.
//!
//! The first round trip reads every row that any of them needs; the decisions are made here, one command
//! after the other over those rows, as the command alone would make them; the second writes what they come
//! to. One round trip would need the rules in SQL a second time. Nothing can change in between: the batch has
//! the lock of all writers. A command out of the ordinary (sent twice, a message about another booking) is
//! left to run alone, after the others. Whatever fails here makes the batch run again with each command in
//! its savepoint.
//!
//! The kinds do not wait for each other. What one of them writes does not make another's decision wrong, only
//! as old as what it has read, and all of them are asked at the same moment: whoever is not inside yet holds
//! nothing, whoever is not verified yet books nothing, and a permit that ends makes room for the next batch. Only
//! a ticket that holds on one device and confirms on another would write the same rows; its hold runs alone.

mod confirm;
mod enter;
mod hold;
mod register;
mod rows;
mod statements;
mod verify;

use std::collections::HashSet;

use dran_core::ids::{RegistrationId, TicketId};
use tokio::sync::oneshot;

use super::command::{Command, Local, unless_it_panics};
use super::session::Tx;
use super::{booking, holds, line, registration};
use crate::{
    Booked, Confirm, ConfirmRefusal, Enter, EnterRefusal, Failure, Fault, Hold, HoldRefusal, NewHold, NewRegistration,
    Permit, RegisterRefusal, Verify, VerifyRefusal,
};

/// A command that can be carried out together with others of its kind.
pub(super) trait Hot: Send + Sized + 'static {
    type Done: Send;
    type Refusal: Send;

    /// Carries it out by itself.
    async fn alone(&self, tx: &Tx) -> Result<Self::Done, Failure<Self::Refusal>>;

    /// Which kind it is.
    fn kind(asked: &mut Asked<Self>) -> Kind<'_>;
}

/// A hot command in the queue.
pub(super) struct Asked<I: Hot> {
    input: I,
    done: Option<Result<I::Done, Failure<I::Refusal>>>,
    answer: oneshot::Sender<Result<I::Done, Failure<I::Refusal>>>,
}

/// The command of a job, if it is a hot one.
pub(super) enum Kind<'a> {
    Enter(&'a mut Asked<Enter>),
    Register(&'a mut Asked<NewRegistration>),
    Verify(&'a mut Asked<Verify>),
    Hold(&'a mut Asked<NewHold>),
    Confirm(&'a mut Asked<Confirm>),
    /// It runs alone.
    Other,
}

/// Commands of a kind, each with its place in the batch.
type Set<'a, I> = Vec<(usize, &'a mut Asked<I>)>;

/// What becomes of a command.
enum Decision<I: Hot> {
    Done(I::Done),
    Refused(I::Refusal),
    Alone,
}

/// Where the answer of a command arrives.
pub(super) type Outcome<I> = oneshot::Receiver<Result<<I as Hot>::Done, Failure<<I as Hot>::Refusal>>>;

impl<I: Hot> Asked<I> {
    /// A command, and where its answer arrives.
    pub(super) fn new(input: I) -> (Self, Outcome<I>) {
        let (answer, outcome) = oneshot::channel();
        let asked = Self {
            input,
            done: None,
            answer,
        };
        (asked, outcome)
    }

    /// Keeps what was decided. Whether it is left to run alone.
    fn decide(&mut self, decision: Decision<I>) -> bool {
        self.done = match decision {
            Decision::Done(done) => Some(Ok(done)),
            Decision::Refused(refusal) => Some(Err(Failure::Refused(refusal))),
            Decision::Alone => None,
        };
        self.done.is_none()
    }
}

impl<I: Hot> Command for Asked<I> {
    fn run<'a>(&'a mut self, tx: &'a Tx) -> Local<'a, bool> {
        Box::pin(async move {
            let done = unless_it_panics(self.input.alone(tx)).await;
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
        let never_run = || Err(Fault::Failed("the command was not run".into()).into());
        let done = self.done.unwrap_or_else(never_run);
        // The caller may have gone; the write stands all the same.
        let _ = self.answer.send(committed.map_err(Failure::from).and(done));
    }

    fn kind(&mut self) -> Kind<'_> {
        I::kind(self)
    }
}

macro_rules! hot {
    ($($input:ident: $kind:ident, $done:ty, $refusal:ty, $alone:expr;)+) => {
        $(impl Hot for $input {
            type Done = $done;
            type Refusal = $refusal;

            async fn alone(&self, tx: &Tx) -> Result<$done, Failure<$refusal>> {
                ($alone)(tx, self).await
            }

            fn kind(asked: &mut Asked<Self>) -> Kind<'_> {
                Kind::$kind(asked)
            }
        })+
    };
}

hot! {
    Enter: Enter, Permit, EnterRefusal, line::enter;
    NewRegistration: Register, RegistrationId, RegisterRefusal, registration::register;
    // The refusal is inside the `Ok`: a wrong try is a fact that is kept.
    Verify: Verify, Result<(), VerifyRefusal>, VerifyRefusal, async |tx, verify| {
        registration::verify(tx, verify).await.map_err(Failure::Fault)
    };
    NewHold: Hold, Hold, HoldRefusal, holds::hold;
    Confirm: Confirm, Booked, ConfirmRefusal, booking::confirm;
}

/// Carries out what of a batch can be carried out together. Answers the places of the commands that are left,
/// in their order.
pub(super) async fn together(tx: &Tx, jobs: &mut [Box<dyn Command>]) -> Result<Vec<usize>, Fault> {
    let (mut enters, mut registers, mut verifies) = (Vec::new(), Vec::new(), Vec::new());
    let (mut holds, mut confirms, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for (place, job) in jobs.iter_mut().enumerate() {
        match job.kind() {
            Kind::Enter(asked) => enters.push((place, asked)),
            Kind::Register(asked) => registers.push((place, asked)),
            Kind::Verify(asked) => verifies.push((place, asked)),
            Kind::Hold(asked) => holds.push((place, asked)),
            Kind::Confirm(asked) => confirms.push((place, asked)),
            Kind::Other => left.push(place),
        }
    }
    let confirming: HashSet<TicketId> = confirms.iter().map(|(_, asked)| asked.input.ticket).collect();
    holds.retain(|(place, asked): &(usize, &mut Asked<NewHold>)| {
        let alone = confirming.contains(&asked.input.ticket);
        if alone {
            left.push(*place);
        }
        !alone
    });
    // Sent without waiting for each other.
    let of_kinds = tokio::try_join!(biased;
        register::register_all(tx, &mut registers),
        enter::enter_all(tx, &mut enters),
        verify::verify_all(tx, &mut verifies),
        hold::hold_all(tx, &mut holds),
        confirm::confirm_all(tx, &mut confirms))?;
    left.extend(of_kinds.0);
    left.extend(of_kinds.1);
    left.extend(of_kinds.4);
    left.sort_unstable();
    Ok(left)
}
