//! What one waiting person sees: the hot path, read from a snapshot without lock or allocation.
//!
//! `entered` and `done` are not here: they are the permit table's to say, which is asked first.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::admission::MeanParty;
use super::poll::{PollBudget, Rank, poll_after, poll_after_before_opening};
use super::ticket::Ticket;
use super::wait::{Forecast, Wait};
use crate::ids::{LineNo, Position, TicketNumber};

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineState {
    /// Not open yet; the order is drawn at the opening.
    Scheduled {
        /// The opening.
        opens_at: Timestamp,
    },
    /// Closed for the draw: N is frozen, the order is being drawn. Who joins now stands behind.
    Drawing {
        /// When the public value will be known, where its source tells.
        value_at: Option<Timestamp>,
    },
    /// People are called.
    Open,
    /// People keep their places, nobody is called.
    Paused,
    /// It has ended: nobody joins or is called any more.
    Closed,
}

/// The order of those who joined before the opening.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Position of ticket `t` is `positions[t]`; later tickets stand at their own number.
    pub positions: Arc<[u32]>,
}

impl Drawn {
    /// N: how many tickets took part in the draw.
    pub fn n(&self) -> u32 {
        self.positions.len() as u32
    }
}

/// A line at one moment, as the waiting path knows it.
#[derive(Clone, Debug)]
pub struct LineSnapshot {
    /// Its number.
    pub line: LineNo,
    /// Where it stands.
    pub state: LineState,
    /// The drawn order, once it is drawn.
    pub drawn: Option<Drawn>,
    /// Tickets given out, as far as this node knows.
    pub joined: u32,
    /// Positions called: all below this one.
    pub called: u32,
    /// Positions called longer ago than the grace: all below this one. At most `called`.
    pub called_before_grace: u32,
    /// Series that nobody holds or has booked.
    pub supply_free: u32,
    /// Persons who were called and may still take one of these series: inside without a hold, or
    /// expected within the grace.
    pub promised_persons: u32,
    /// Persons per ticket.
    pub party: MeanParty,
    /// How long it will take.
    pub forecast: Forecast,
}

impl LineSnapshot {
    /// Series left for those who have not been called.
    pub fn supply(&self) -> u32 {
        self.supply_free.saturating_sub(self.promised_persons)
    }

    /// Whether the supply reaches a ticket that has not been called: after everybody ahead has taken
    /// theirs, there is one series left for each of its persons.
    fn supply_reaches(&self, ticket: &Ticket, ahead: u32) -> bool {
        self.party.persons(ahead) + u64::from(ticket.party.persons()) <= u64::from(self.supply())
    }

    /// Where a ticket stands among those that ask: behind everybody called within the grace, or one
    /// of them. Who was called before that has no rank.
    fn rank(&self, position: Position) -> Option<Rank> {
        let rank = position.0.checked_sub(self.called_before_grace)?;
        let line = self.joined.max(position.0.saturating_add(1)) - self.called_before_grace;
        let front = self.called.saturating_sub(self.called_before_grace);
        Some(Rank { rank, line, front })
    }
}

/// The position of a ticket (`Platz`): drawn for who joined before the opening, the order of joining
/// for who came later. `None` before the draw, when nobody has one.
pub fn position(line: &LineSnapshot, number: TicketNumber) -> Option<Position> {
    let drawn = line.drawn.as_ref()?;
    // Lossless: positions number at most 2³².
    Some(Position(
        drawn.positions.get(number.0 as usize).copied().unwrap_or(number.0),
    ))
}

/// What a ticket is told. The words of the API are `waiting`, `called`, `beyond_supply`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StandingState {
    /// Its turn will come, and there is an appointment for it.
    Waiting,
    /// It may enter now; this stays so.
    Called,
    /// There is none left for it now; its place counts for the next delivery.
    BeyondSupply,
}

/// A ticket's standing in its line at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What it is told.
    pub state: StandingState,
    /// Its position, once drawn.
    pub position: Option<Position>,
    /// Uncalled positions before it, once drawn; 0 when called.
    pub ahead: Option<u32>,
    /// When its turn is expected; only while the line moves and the supply reaches it.
    pub wait: Option<Wait>,
    /// Series left for those who have not been called.
    pub supply: u32,
    /// When to ask again.
    pub poll_after: Duration,
}

/// The standing of a genuine ticket of this line. `jitter` is 32 random bits.
pub fn standing(line: &LineSnapshot, ticket: &Ticket, budget: PollBudget, now: Timestamp, jitter: u32) -> Standing {
    let supply = line.supply();
    let Some(position) = position(line, ticket.id.number) else {
        let poll_after = match line.state {
            LineState::Scheduled { opens_at: at } | LineState::Drawing { value_at: Some(at) } => {
                poll_after_before_opening(at, now, budget, jitter)
            }
            LineState::Drawing { value_at: None } | LineState::Open | LineState::Paused | LineState::Closed => {
                poll_after(None, budget, jitter)
            }
        };
        return Standing {
            state: StandingState::Waiting,
            position: None,
            ahead: None,
            wait: None,
            supply,
            poll_after,
        };
    };
    let ahead = position.0.saturating_sub(line.called);
    let state = if position.0 < line.called {
        // Called stays called, unless there is nothing left to enter for.
        if u32::from(ticket.party.persons()) <= line.supply_free {
            StandingState::Called
        } else {
            StandingState::BeyondSupply
        }
    } else if line.supply_reaches(ticket, ahead) {
        StandingState::Waiting
    } else {
        StandingState::BeyondSupply
    };
    let wait = if line.state == LineState::Open && state == StandingState::Waiting {
        line.forecast.expected(position.0, now)
    } else {
        None
    };
    let poll_after = poll_after(line.rank(position), budget, jitter);
    Standing {
        state,
        position: Some(position),
        ahead: Some(ahead),
        wait,
        supply,
        poll_after,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests;
