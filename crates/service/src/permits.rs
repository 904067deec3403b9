//! The permits of this deployment in memory, so that a poll of a called ticket asks no database.
//!
//! The store decides who gets a permit; this is its mirror, filled at start and kept by every answer
//! of the store.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dran_core::ids::{LineNo, TicketId};
use dran_store::{ActivePermit, Permit, PermitState};

use crate::ticket_map::TicketMap;

/// Shards of the map: at 60,000 permits a change copies some sixty entries.
const SHARDS: usize = 1_024;

/// All permits that are or were. A poll reads `entries` and takes no lock.
pub struct Permits {
    entries: TicketMap<Entry>,
    /// Held by whoever changes a permit, and by who wants a sum.
    sums: Mutex<Sums>,
}

#[derive(Default)]
struct Sums {
    /// The sum over the active ones of each line, kept with every change.
    in_use: HashMap<LineNo, InUse>,
    /// Those that have not ended.
    active: HashSet<TicketId>,
    /// How many of each line have ended.
    ended: HashMap<LineNo, u32>,
    /// How many have ended in a booking.
    booked: u32,
}

/// A permit, and how many series places it holds right now.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// As the store answered it last.
    pub permit: Permit,
    /// Places held; 0 while the person is still choosing.
    pub holding: u8,
}

/// What the permits of one line take up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InUse {
    /// Active permits.
    pub permits: u32,
    /// Persons behind active permits who hold no place yet, and so will want one.
    pub persons_choosing: u32,
    /// Places held by active permits.
    pub places_held: u32,
}

impl Entry {
    fn in_use(&self) -> InUse {
        if self.permit.state != PermitState::Active {
            return InUse::default();
        }
        let persons = u32::from(self.permit.party.persons());
        let persons_choosing = if self.holding == 0 { persons } else { 0 };
        InUse {
            permits: 1,
            persons_choosing,
            places_held: u32::from(self.holding),
        }
    }
}

impl Default for Permits {
    fn default() -> Self {
        Self {
            entries: TicketMap::new(SHARDS),
            sums: Mutex::default(),
        }
    }
}

impl Permits {
    /// Fills the mirror, which must be empty, with what the store knows.
    pub fn load(&self, permits: Vec<Permit>) {
        let mut sums = self.sums();
        let entries = permits.into_iter().map(|permit| {
            let entry = Entry { permit, holding: 0 };
            sums.change(None, &entry);
            (permit.ticket, entry)
        });
        self.entries.extend(entries);
    }

    /// The permit of a ticket, if it ever had one.
    pub fn get(&self, ticket: TicketId) -> Option<Entry> {
        self.entries.get(ticket)
    }

    /// Notes what the store answered.
    pub fn note(&self, permit: Permit) {
        self.change(permit.ticket, |known| {
            let holding = known
                .filter(|_| permit.state == PermitState::Active)
                .map_or(0, |entry| entry.holding);
            Some(Entry { permit, holding })
        });
    }

    /// Notes that an active permit holds so many places now.
    pub fn note_holding(&self, ticket: TicketId, places: u8) {
        self.change(ticket, |known| {
            known.map(|entry| Entry {
                holding: places,
                ..entry
            })
        });
    }

    /// Notes the end of a permit.
    pub fn note_end(&self, ticket: TicketId, state: PermitState) {
        self.change(ticket, |known| {
            known.map(|entry| Entry {
                permit: Permit { state, ..entry.permit },
                holding: 0,
            })
        });
    }

    /// Takes in the permits that have not ended, as the store had them a moment ago. What this node has noted
    /// since then stands. Answers who is inside without having been known here, and who is inside here and no
    /// longer there.
    pub fn mirror(&self, active: &[ActivePermit]) -> (Vec<TicketId>, Vec<TicketId>) {
        let mut came = Vec::new();
        for ActivePermit { permit, holding } in active {
            let known = self.get(permit.ticket);
            let is_newer = |known: &Entry| match known.permit.state {
                PermitState::Booked => false,
                PermitState::Active => known.holding != *holding || permit.expires_at > known.permit.expires_at,
                // It has come in again.
                PermitState::Expired | PermitState::Left => permit.expires_at > known.permit.expires_at,
            };
            if known.as_ref().is_some_and(|known| !is_newer(known)) {
                continue;
            }
            if known.is_none_or(|known| known.permit.state != PermitState::Active) {
                came.push(permit.ticket);
            }
            self.note(*permit);
            self.note_holding(permit.ticket, *holding);
        }
        let there: HashSet<TicketId> = active.iter().map(|active| active.permit.ticket).collect();
        let gone = self.sums().active.difference(&there).copied().collect();
        (came, gone)
    }

    /// Takes in what became of a permit that was active here, or was never known here.
    pub fn note_ended(&self, permit: Permit) {
        let ended = permit.state != PermitState::Active;
        let newer = |known: Entry| permit.expires_at >= known.permit.expires_at;
        if ended && self.get(permit.ticket).is_none_or(newer) {
            self.note(permit);
        }
    }

    /// What the permits of a line take up.
    pub fn in_use_of(&self, line: LineNo) -> InUse {
        self.sums().in_use.get(&line).copied().unwrap_or_default()
    }

    /// How often a permit of a line has come free since the start.
    pub fn ended_of(&self, line: LineNo) -> u32 {
        self.sums().ended.get(&line).copied().unwrap_or(0)
    }

    /// How many tickets have booked.
    pub fn booked(&self) -> u32 {
        self.sums().booked
    }

    /// What all permits take up.
    pub fn in_use(&self) -> InUse {
        let sum = |a: InUse, b: &InUse| InUse {
            permits: a.permits + b.permits,
            persons_choosing: a.persons_choosing + b.persons_choosing,
            places_held: a.places_held + b.places_held,
        };
        self.sums().in_use.values().fold(InUse::default(), sum)
    }

    fn change(&self, ticket: TicketId, change: impl FnOnce(Option<Entry>) -> Option<Entry>) {
        let mut sums = self.sums();
        let before = self.entries.get(ticket);
        let Some(after) = change(before) else { return };
        sums.change(before.as_ref(), &after);
        self.entries.insert(ticket, after);
    }

    // Inserting and summing up cannot panic, so a poisoned lock holds whole sums.
    fn sums(&self) -> MutexGuard<'_, Sums> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sums {
    fn change(&mut self, before: Option<&Entry>, after: &Entry) {
        let is_booked = |entry: &Entry| u32::from(entry.permit.state == PermitState::Booked);
        self.booked = self.booked + is_booked(after) - before.map_or(0, is_booked);
        let (minus, plus) = (before.map(Entry::in_use).unwrap_or_default(), after.in_use());
        let ticket = after.permit.ticket;
        match after.permit.state {
            PermitState::Active => self.active.insert(ticket),
            _ => self.active.remove(&ticket),
        };
        let line = ticket.line;
        if plus.permits < minus.permits {
            *self.ended.entry(line).or_default() += 1;
        }
        let sum = self.in_use.entry(line).or_default();
        sum.permits = sum.permits + plus.permits - minus.permits;
        sum.persons_choosing = sum.persons_choosing + plus.persons_choosing - minus.persons_choosing;
        sum.places_held = sum.places_held + plus.places_held - minus.places_held;
    }
}

#[cfg(test)]
mod tests {
    use dran_core::ids::{Party, TicketNumber};
    use jiff::Timestamp;

    use super::*;

    fn permit(number: u32, party: Party) -> Permit {
        Permit {
            ticket: TicketId {
                line: LineNo(1),
                number: TicketNumber(number),
            },
            party,
            state: PermitState::Active,
            entered_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH,
            extensions: 0,
        }
    }

    #[test]
    fn who_holds_places_wants_no_more_and_who_is_done_counts_no_longer() {
        let permits = Permits::default();
        let (couple, single, done) = (permit(1, Party::Couple), permit(2, Party::One), permit(3, Party::One));
        permits.load(vec![couple, single, done]);
        permits.note_holding(couple.ticket, 2);
        permits.note_end(done.ticket, PermitState::Booked);
        let in_use = permits.in_use_of(LineNo(1));
        assert_eq!(
            in_use,
            InUse {
                permits: 2,
                persons_choosing: 1,
                places_held: 2
            }
        );
        permits.note(Permit {
            extensions: 1,
            ..couple
        });
        assert_eq!(
            permits.in_use_of(LineNo(1)),
            in_use,
            "a prolonged permit keeps its hold"
        );
    }

    #[test]
    fn what_other_nodes_did_is_taken_in_and_what_this_node_did_since_stands() {
        let permits = Permits::default();
        let second = |s: i64| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(s);
        let until = |number, expires_at| Permit {
            expires_at: second(expires_at),
            ..permit(number, Party::One)
        };
        let active = |permit, holding| ActivePermit { permit, holding };
        permits.load(vec![until(1, 60), until(2, 60), until(3, 60)]);
        permits.note_end(until(2, 60).ticket, PermitState::Booked);
        permits.note_end(until(3, 60).ticket, PermitState::Left);
        // 1 was prolonged and holds; 2 and 3 are older than what is known here; 4 came in elsewhere.
        let (came, gone) = permits.mirror(&[
            active(until(1, 90), 1),
            active(until(2, 60), 0),
            active(until(3, 60), 0),
            active(until(4, 60), 0),
        ]);
        assert_eq!((came, gone), (vec![until(4, 60).ticket], vec![]));
        let state = |number| permits.get(until(number, 0).ticket).map(|entry| entry.permit.state);
        assert_eq!(state(2), Some(PermitState::Booked));
        assert_eq!(state(3), Some(PermitState::Left));
        assert_eq!(permits.in_use_of(LineNo(1)).places_held, 1);
        // 1 has ended elsewhere, 3 has come in again.
        let (came, gone) = permits.mirror(&[active(until(3, 120), 0), active(until(4, 60), 0)]);
        assert_eq!((came, gone), (vec![until(3, 120).ticket], vec![until(1, 90).ticket]));
        permits.note_ended(Permit {
            state: PermitState::Booked,
            ..until(1, 90)
        });
        assert_eq!((state(1), permits.booked()), (Some(PermitState::Booked), 2));
        permits.note_ended(until(4, 60));
        assert_eq!(state(4), Some(PermitState::Active), "it was only too new for the list");
    }
}
