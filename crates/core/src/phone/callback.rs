//! The call-back (`Rückruf`): the promise to ring somebody up when their ticket is called.
//!
//! ```text
//! waiting ──(the line has reached it)──▶ due ──▶ claimed ──▶ done
//!                                         ▲         │
//!                                         └─────────┤ not reached, or the claim ran out
//!                                                   ▼
//!                                               given up: the ticket stays good, and who rings is answered
//! ```
//!
//! First due first; of those due at the same moment the foremost in the line.

use jiff::{SignedDuration, Timestamp};

/// How long after a try that reached nobody the next one is made: first soon, because somebody is on the stairs, then
/// later, because somebody is at the doctor's.
pub const RETRY_AFTER: [SignedDuration; 3] = [
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_mins(60),
];

/// Who was not reached so often is not rung up any more: the ticket stays good.
pub const TRIES_MAX: u32 = RETRY_AFTER.len() as u32 + 1;

/// A claim ends when its agent has done nothing with it for so long: four calls of 2021. Another agent rings then.
pub const CLAIM_LASTS: SignedDuration = SignedDuration::from_mins(15);

/// Where a call-back stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CallbackState {
    /// The line has not reached its ticket.
    Waiting,
    /// It is to be made, from its time on.
    Due,
    /// An agent is at it.
    Claimed,
    /// It has ended: booked, not wanted any more.
    Done,
    /// Nobody was reached, [`TRIES_MAX`] times.
    GivenUp,
}

impl CallbackState {
    /// Every state, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Due, Self::Claimed, Self::Done, Self::GivenUp];

    /// The word of the state in columns and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Due => "due",
            Self::Claimed => "claimed",
            Self::Done => "done",
            Self::GivenUp => "given-up",
        }
    }

    /// The state of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether somebody will still be rung up.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Due | Self::Claimed)
    }
}

/// How a call-back went.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Settled {
    /// Appointments were booked.
    Booked,
    /// Nobody answered.
    NotReached,
    /// Somebody answered and wants none any more.
    NotWanted,
}

impl Settled {
    /// Every outcome, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Booked, Self::NotReached, Self::NotWanted];

    /// The word of the outcome in columns and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::NotReached => "not-reached",
            Self::NotWanted => "not-wanted",
        }
    }

    /// The outcome of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|settled| settled.word() == word)
    }
}

/// What becomes of a call-back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Next {
    /// Where it stands from now on.
    pub state: CallbackState,
    /// Tries that reached nobody.
    pub tries: u32,
    /// When it is to be made next, if it is due again.
    pub due_at: Option<Timestamp>,
}

/// What becomes of a call-back with so many tries before it, when a try of its has gone like this.
pub fn settle(tries: u32, settled: Settled, now: Timestamp) -> Next {
    let ended = |state, tries| Next {
        state,
        tries,
        due_at: None,
    };
    match settled {
        Settled::Booked | Settled::NotWanted => ended(CallbackState::Done, tries),
        Settled::NotReached => match RETRY_AFTER.get(tries as usize) {
            Some(after) => Next {
                state: CallbackState::Due,
                tries: tries + 1,
                due_at: Some(now + *after),
            },
            None => ended(CallbackState::GivenUp, tries.saturating_add(1)),
        },
    }
}

/// The moment up to which claims have run out by now: one that was made or last used then or before is over.
pub fn claims_over(now: Timestamp) -> Timestamp {
    now - CLAIM_LASTS
}

/// What a number that rings again finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Redial {
    /// Its call-back is open: nothing new is made.
    Open,
    /// It was given up, or not wanted any more: the same ticket is called back again.
    Again,
    /// Its ticket has booked: another one is somebody else's at the same telephone.
    Anew,
}

/// What a number finds whose newest call-back stands like this and was last settled so. A ticket that has booked is
/// the only one that is used up.
pub fn redial(state: CallbackState, settled: Option<Settled>) -> Redial {
    match (state, settled) {
        (CallbackState::Waiting | CallbackState::Due | CallbackState::Claimed, _) => Redial::Open,
        (CallbackState::GivenUp, _) | (CallbackState::Done, Some(Settled::NotWanted)) => Redial::Again,
        (CallbackState::Done, _) => Redial::Anew,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for state in CallbackState::ALL {
            assert_eq!(CallbackState::of_word(state.word()), Some(state));
        }
        for settled in Settled::ALL {
            assert_eq!(Settled::of_word(settled.word()), Some(settled));
        }
        assert_eq!(CallbackState::of_word("open"), None);
        assert_eq!(Settled::of_word("done"), None);
    }

    #[test]
    fn who_is_not_reached_is_rung_up_after_5_15_and_60_minutes_and_then_given_up() {
        let (mut tries, mut now, mut made) = (0, minute(0), vec![0]);
        loop {
            let next = settle(tries, Settled::NotReached, now);
            tries = next.tries;
            match next.due_at {
                Some(due) => {
                    assert_eq!(next.state, CallbackState::Due);
                    made.push(due.duration_since(minute(0)).as_mins());
                    now = due;
                }
                None => {
                    assert_eq!(next.state, CallbackState::GivenUp);
                    break;
                }
            }
        }
        assert_eq!(made, [0, 5, 20, 80]);
        assert_eq!(tries, TRIES_MAX);
    }

    #[test]
    fn who_was_reached_is_not_rung_up_again() {
        for settled in [Settled::Booked, Settled::NotWanted] {
            let next = settle(2, settled, minute(0));
            assert_eq!((next.state, next.due_at), (CallbackState::Done, None));
        }
    }

    #[test]
    fn a_claim_runs_out_after_a_quarter_of_an_hour_without_an_act() {
        assert_eq!(claims_over(minute(15)), minute(0));
    }

    #[test]
    fn only_a_ticket_that_has_booked_is_used_up() {
        for state in CallbackState::ALL.into_iter().filter(|state| state.is_open()) {
            assert_eq!(redial(state, Some(Settled::NotReached)), Redial::Open);
        }
        assert_eq!(redial(CallbackState::GivenUp, Some(Settled::NotReached)), Redial::Again);
        assert_eq!(redial(CallbackState::Done, Some(Settled::NotWanted)), Redial::Again);
        assert_eq!(redial(CallbackState::Done, Some(Settled::Booked)), Redial::Anew);
        assert_eq!(redial(CallbackState::Done, None), Redial::Anew);
    }
}
