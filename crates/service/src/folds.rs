//! Tickets that stand together because they are one person's, in memory, so that a poll asks no database.
//!
//! The store decides who stands together; this is its mirror. A reader takes no lock, and while nobody is
//! folded (the setting is off by default) reading costs one comparison with zero.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dran_core::ids::{LineNo, TicketId};
use dran_core::line::standing::{LineSnapshot, position};
use dran_core::line::ticket::Ticket;
use dran_store::PermitState;

use crate::Service;
use crate::lines::LiveLine;
use crate::ticket_map::TicketMap;

/// Maps to which tickets are spread, so that folding one copies little: at 100,000 folded tickets some
/// four hundred entries.
const SHARDS: usize = 256;

type Place = Arc<[TicketId]>;

/// All tickets that share their place with others.
pub(crate) struct Folds {
    /// How many tickets are folded.
    count: AtomicUsize,
    places: TicketMap<Place>,
    /// Held by who changes something, never by who reads a standing.
    change: Mutex<GivenUp>,
}

/// What the leader's loop skips.
#[derive(Default)]
struct GivenUp {
    /// Places whose positions are not looked at yet, because their line was not drawn.
    undrawn: Vec<Place>,
    /// Positions that nobody comes from.
    positions: BTreeSet<(LineNo, u32)>,
}

impl Default for Folds {
    fn default() -> Self {
        Self {
            count: AtomicUsize::new(0),
            places: TicketMap::new(SHARDS),
            change: Mutex::default(),
        }
    }
}

impl Folds {
    /// Notes that these tickets stand together, whatever was known of them before.
    pub(crate) fn stand_together(&self, tickets: &[TicketId]) {
        let place: Place = tickets.into();
        let mut change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        for ticket in tickets {
            if self.places.insert(*ticket, place.clone()).is_none() {
                self.count.fetch_add(1, Ordering::Release);
            }
        }
        change.undrawn.push(place);
    }

    /// The tickets of a ticket's place; none if it stands alone.
    pub(crate) fn of(&self, ticket: TicketId) -> Option<Place> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        self.places.get(ticket)
    }

    /// The given-up positions of a line in a range, after having looked at what was folded since.
    fn given_up(&self, live: &LiveLine, line: &LineSnapshot, range: std::ops::Range<u32>) -> Vec<u32> {
        if self.count.load(Ordering::Acquire) == 0 {
            return Vec::new();
        }
        let mut change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let GivenUp { undrawn, positions } = &mut *change;
        undrawn.retain(|place| {
            if place.first().is_none_or(|ticket| ticket.line != live.line) || line.drawn.is_none() {
                return true;
            }
            let drawn = place.iter().filter_map(|ticket| position(line, ticket.number));
            let mut drawn: Vec<u32> = drawn.map(|position| position.0).collect();
            drawn.sort_unstable();
            positions.extend(drawn.into_iter().skip(1).map(|position| (live.line, position)));
            false
        });
        positions
            .range((live.line, range.start)..(live.line, range.end))
            .map(|(_, position)| *position)
            .collect()
    }
}

impl Service {
    /// Checks a ticket as signed and gives the one that stands for its place: itself, or where several
    /// tickets are one person's, the one that is inside or has booked, else the one that stands best.
    /// None if it is not one of ours.
    pub fn open_ticket(&self, token: &str) -> Option<Ticket> {
        let ticket = Ticket::open(token, self.keys()).ok()?;
        Some(Ticket {
            id: self.stands_for(ticket.id),
            ..ticket
        })
    }

    /// The ticket that stands for the place of this one.
    pub(crate) fn stands_for(&self, ticket: TicketId) -> TicketId {
        let Some(place) = self.folds().of(ticket) else {
            return ticket;
        };
        let now = self.clock().now();
        let served = |ticket: &&TicketId| {
            self.permits()
                .get(**ticket)
                .is_some_and(|entry| match entry.permit.state {
                    PermitState::Booked => true,
                    PermitState::Active => entry.permit.expires_at > now,
                    PermitState::Expired | PermitState::Left => false,
                })
        };
        if let Some(served) = place.iter().find(served) {
            return *served;
        }
        let lines = self.lines();
        let Some(line) = lines.get(ticket.line) else {
            return ticket;
        };
        let snapshot = line.snapshot.load();
        // Before the draw nobody has a position, and the earliest ticket stands for all.
        let best = |ticket: &&TicketId| (position(&snapshot, ticket.number), ticket.number);
        place.iter().min_by_key(best).copied().unwrap_or(ticket)
    }

    /// Counts the given-up positions among those just called as there, so that nobody is waited for.
    pub(crate) fn skip_given_up(&self) {
        let lines = self.lines();
        for line in lines.campaigns.iter().flat_map(|campaign| &campaign.lines) {
            let Some(drawn) = line.drawn.get() else { continue };
            let called = {
                let progress = line.progress();
                progress.tickets.before_grace()..progress.called
            };
            let snapshot = LineSnapshot {
                drawn: Some(drawn.clone()),
                ..LineSnapshot::clone(&line.snapshot.load())
            };
            let skipped = self.folds().given_up(line, &snapshot, called);
            line.note_arrived(&skipped);
        }
    }
}
