//! The permits of this deployment in memory, so that a poll of a called ticket asks no database.
//!
//! The store decides who gets a permit; this is its mirror, filled at start and kept by every answer
//! of the store. What other nodes did is found by looking into the store; what has been noted here since
//! such a look began is newer than what it finds.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dran_core::ids::{HoldId, LineNo, SeriesSlotId, TicketId};
use dran_store::{ActivePermit, Hold, Permit, PermitState};

use crate::ticket_map::TicketMap;

/// Shards of the map: at 60,000 permits a change copies some sixty entries.
const SHARDS: usize = 1_024;

/// All permits that are or were. A poll reads `entries` and takes no lock.
pub struct Permits {
    entries: TicketMap<Entry>,
    /// Held by whoever changes a permit, and by who wants a sum.
    sums: Mutex<Sums>,
}

/// A moment before a look into the store.
#[derive(Clone, Copy, Debug)]
pub struct Look(u64);

#[derive(Default)]
struct Sums {
    /// Counts the changes of permits.
    changes: u64,
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
    /// What it held last, if that was held here.
    held: Option<Held>,
    /// Which change of this mirror it is.
    change: u64,
}

/// A hold, whose places never change.
#[derive(Clone, Copy, Debug)]
struct Held {
    id: HoldId,
    /// The first person's, and the second's of a couple.
    places: (SeriesSlotId, Option<SeriesSlotId>),
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
    /// As it was noted before anything else.
    fn new(permit: Permit, holding: u8) -> Self {
        Self {
            permit,
            holding,
            held: None,
            change: 0,
        }
    }

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
            let entry = Entry::new(permit, 0);
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
            let known = known.filter(|_| permit.state == PermitState::Active);
            Some(known.map_or(Entry::new(permit, 0), |entry| Entry { permit, ..entry }))
        });
    }

    /// Notes what an active permit holds now.
    pub fn note_hold(&self, hold: &Hold) {
        let held = hold.places.split_first().map(|(first, others)| Held {
            id: hold.id,
            places: (*first, others.first().copied()),
        });
        self.change(hold.ticket, |known| {
            known.map(|entry| Entry {
                holding: u8::try_from(hold.places.len()).unwrap_or(u8::MAX),
                held,
                ..entry
            })
        });
    }

    /// The places of a hold, if it was made here: the store still says whether it stands.
    pub fn places_of(&self, ticket: TicketId, hold: HoldId) -> Option<Vec<SeriesSlotId>> {
        let held = self.get(ticket)?.held.filter(|held| held.id == hold)?;
        let (first, second) = held.places;
        Some(std::iter::once(first).chain(second).collect())
    }

    /// Notes the end of a permit.
    pub fn note_end(&self, ticket: TicketId, state: PermitState) {
        self.change(ticket, |known| {
            known.map(|entry| Entry::new(Permit { state, ..entry.permit }, 0))
        });
    }

    /// To be taken before a look into the store.
    pub fn look(&self) -> Look {
        Look(self.sums().changes)
    }

    /// Takes in the permits that have not ended, as this look found them. Answers who is inside without having
    /// been known so here, and who is inside here and no longer there.
    pub fn mirror(&self, active: &[ActivePermit], look: Look) -> (Vec<TicketId>, Vec<TicketId>) {
        let mut came = Vec::new();
        for ActivePermit { permit, holding } in active {
            let found = Entry::new(*permit, *holding);
            match self.note_found(found, look) {
                Some(Some(known)) if known.permit.state == PermitState::Active => {}
                Some(_) => came.push(permit.ticket),
                None => {}
            }
        }
        let there: HashSet<TicketId> = active.iter().map(|active| active.permit.ticket).collect();
        let gone = self.sums().active.difference(&there).copied().collect();
        (came, gone)
    }

    /// Takes in permits that this look has found, whatever has become of them.
    pub fn note_looked_up(&self, permits: Vec<Permit>, look: Look) {
        for permit in permits {
            let holding = self.get(permit.ticket).map_or(0, |known| known.holding);
            let active = permit.state == PermitState::Active;
            self.note_found(Entry::new(permit, if active { holding } else { 0 }), look);
        }
    }

    /// Notes what a look found, unless something newer is noted already or nothing is new. What was known before.
    fn note_found(&self, found: Entry, look: Look) -> Option<Option<Entry>> {
        let mut noted = None;
        self.change(found.permit.ticket, |known| {
            let stands =
                |known: Entry| known.change > look.0 || (known.permit, known.holding) == (found.permit, found.holding);
            if known.is_some_and(stands) {
                return None;
            }
            noted = Some(known);
            Some(found)
        });
        noted
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
        let Some(mut after) = change(before) else { return };
        sums.changes += 1;
        after.change = sums.changes;
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

    fn hold(ticket: TicketId, places: &[i64]) -> Hold {
        Hold {
            id: HoldId(places[0]),
            ticket,
            places: places.iter().map(|id| SeriesSlotId(*id)).collect(),
            expires_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_is_held_is_known_until_it_is_another_hold_or_the_permit_ends() {
        let permits = Permits::default();
        let couple = permit(1, Party::Couple);
        let ticket = couple.ticket;
        permits.note_hold(&hold(ticket, &[7, 8]));
        assert_eq!(permits.places_of(ticket, HoldId(7)), None, "nobody is inside");
        permits.load(vec![couple]);
        permits.note_hold(&hold(ticket, &[7, 8]));
        let places = Some(vec![SeriesSlotId(7), SeriesSlotId(8)]);
        assert_eq!(permits.places_of(ticket, HoldId(7)), places);
        permits.note(Permit {
            extensions: 1,
            ..couple
        });
        assert_eq!(permits.places_of(ticket, HoldId(7)), places, "prolonged");
        permits.note_hold(&hold(ticket, &[9]));
        assert_eq!(permits.places_of(ticket, HoldId(7)), None);
        assert_eq!(permits.places_of(ticket, HoldId(9)), Some(vec![SeriesSlotId(9)]));
        permits.note_end(ticket, PermitState::Left);
        assert_eq!(permits.places_of(ticket, HoldId(9)), None);
    }

    #[test]
    fn who_holds_places_wants_no_more_and_who_is_done_counts_no_longer() {
        let permits = Permits::default();
        let (couple, single, done) = (permit(1, Party::Couple), permit(2, Party::One), permit(3, Party::One));
        permits.load(vec![couple, single, done]);
        permits.note_hold(&hold(couple.ticket, &[7, 8]));
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
        permits.load(vec![until(1, 60), until(2, 60), until(3, 60), until(5, 60)]);
        let look = permits.look();
        permits.note_end(until(2, 60).ticket, PermitState::Booked);
        permits.note_end(until(3, 60).ticket, PermitState::Left);
        permits.note_hold(&hold(until(5, 60).ticket, &[7]));
        // 1 was prolonged and holds; 2, 3 and 5 are older than what is known here; 4 came in elsewhere.
        let (came, gone) = permits.mirror(
            &[
                active(until(1, 90), 1),
                active(until(2, 60), 0),
                active(until(3, 60), 0),
                active(until(4, 60), 0),
                active(until(5, 60), 0),
            ],
            look,
        );
        assert_eq!((came, gone), (vec![until(4, 60).ticket], vec![]));
        let state = |number| permits.get(until(number, 0).ticket).map(|entry| entry.permit.state);
        assert_eq!(state(2), Some(PermitState::Booked));
        assert_eq!(state(3), Some(PermitState::Left));
        assert_eq!(permits.in_use_of(LineNo(1)).places_held, 2, "those of 1 and 5");
        // 1 has ended elsewhere, 3 has come in again, the hold of 5 is over.
        let look = permits.look();
        let there = [
            active(until(3, 120), 0),
            active(until(4, 60), 0),
            active(until(5, 60), 0),
        ];
        let (came, gone) = permits.mirror(&there, look);
        assert_eq!((came, gone), (vec![until(3, 120).ticket], vec![until(1, 90).ticket]));
        assert_eq!(permits.in_use_of(LineNo(1)).places_held, 1);
        let booked = Permit {
            state: PermitState::Booked,
            ..until(1, 90)
        };
        permits.note_looked_up(vec![booked], permits.look());
        assert_eq!((state(1), permits.booked()), (Some(PermitState::Booked), 2));
        let look = permits.look();
        permits.note(until(4, 300));
        permits.note_looked_up(vec![until(4, 60)], look);
        let four = permits.get(until(4, 60).ticket).map(|entry| entry.permit);
        assert_eq!(
            four,
            Some(until(4, 300)),
            "it was prolonged here while the look was under way"
        );
    }

    #[test]
    fn a_look_that_finds_nothing_new_changes_nothing() {
        let permits = Permits::default();
        let one = permit(1, Party::One);
        permits.load(vec![one]);
        permits.note_hold(&hold(one.ticket, &[7]));
        let before = permits.look().0;
        let found = [ActivePermit {
            permit: one,
            holding: 1,
        }];
        assert_eq!(permits.mirror(&found, permits.look()), (vec![], vec![]));
        assert_eq!(permits.look().0, before);
    }
}
