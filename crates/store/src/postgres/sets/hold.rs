//! Holds of a batch.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dran_core::ids::{HoldId, SeriesSlotId, TicketId};

use super::super::rows::{kept, ms};
use super::super::session::Tx;
use super::super::sql::{Value, all, execute, expect_rows, get, ready};
use super::rows::{columns, fresh, holds, missing, permits};
use super::statements::{
    CHANGE_FREE, DELETE_PLACES, DELETE_REPLACED, FREE, HOLD_NUMBERS, HOLDS, INSERT_HOLDS, INSERT_PLACES, PERMITS,
};
use super::{Decision, Set};
use crate::columns::{Shortage, changes, is_active};
use crate::{Fault, Hold, HoldRefusal, NewHold, Permit};

/// What the batch has read, and what it comes to.
struct Books {
    permits: HashMap<TicketId, Permit>,
    before: HashMap<TicketId, Hold>,
    now: HashMap<TicketId, Hold>,
    free: HashMap<SeriesSlotId, i64>,
    changed: BTreeMap<SeriesSlotId, i64>,
}

/// Holds the places of all of them, each as [`super::super::holds::hold`] would.
pub(super) async fn hold_all(tx: &Tx, asked: &mut Set<'_, NewHold>) -> Result<(), Fault> {
    if asked.is_empty() {
        return Ok(());
    }
    ready(tx, &[PERMITS, HOLDS, FREE, HOLD_NUMBERS]).await?;
    let tickets: BTreeSet<TicketId> = asked.iter().map(|(_, asked)| asked.input.ticket).collect();
    let [lines, numbers] = columns(tickets.iter().copied());
    let keys = columns(tickets.iter().copied());
    let wanted: BTreeSet<i64> = asked
        .iter()
        .flat_map(|(_, asked)| asked.input.places.iter().map(|slot| slot.0))
        .collect();
    let of_slots = [lines, numbers, Value::Ints(wanted.into_iter().collect())];
    let read_free = all(tx, FREE, &of_slots, |row| {
        Ok((SeriesSlotId(get(row, 0)?), get(row, 1)?))
    });
    // Sent in this order without waiting for the answers in between.
    let (permits, before, free, numbers) = tokio::join!(biased;
        permits(tx, &keys), holds(tx, &keys), read_free, fresh(tx, HOLD_NUMBERS, asked.len()));
    let before = before?;
    let mut books = Books {
        permits: permits?,
        now: before.clone(),
        before,
        free: free?.into_iter().collect(),
        changed: BTreeMap::new(),
    };
    let mut numbers = numbers?;
    for (_, asked) in asked {
        let number = numbers.next().ok_or_else(|| missing("a number"))?;
        let held = books.hold(&asked.input, HoldId(number));
        asked.decide(held.map_or_else(Decision::Refused, Decision::Done));
    }
    books.write(tx, &tickets).await
}

impl Books {
    fn hold(&mut self, new: &NewHold, id: HoldId) -> Result<Hold, HoldRefusal> {
        let permit = self
            .permits
            .get(&new.ticket)
            .filter(|permit| is_active(permit, new.now));
        let Some(permit) = permit else {
            return Err(HoldRefusal::NoPermit);
        };
        if new.places.len() != usize::from(permit.party.persons()) {
            return Err(HoldRefusal::WrongParty);
        }
        let before = self.now.get(&new.ticket);
        if let Some(hold) = before
            && hold.places == new.places
            && hold.expires_at > kept(new.now)
        {
            return Ok(hold.clone());
        }
        let expires_at = kept(new.expires_at).min(permit.expires_at);
        let returned = before.map_or(&[][..], |hold| &hold.places);
        let changes = changes(returned, &new.places);
        self.exchange(&changes).map_err(|shortage| match shortage {
            Shortage::JustWent => HoldRefusal::SlotJustWent,
            Shortage::Unknown => HoldRefusal::UnknownSlot,
        })?;
        let hold = Hold {
            id,
            ticket: new.ticket,
            places: new.places.clone(),
            expires_at,
        };
        self.now.insert(new.ticket, hold.clone());
        Ok(hold)
    }

    /// All or none, the first slot that is short says why.
    fn exchange(&mut self, changes: &[(SeriesSlotId, i64)]) -> Result<(), Shortage> {
        for (slot, change) in changes {
            match self.free.get(slot) {
                Some(free) if *change >= 0 || free + change >= 0 => {}
                Some(_) => return Err(Shortage::JustWent),
                None => return Err(Shortage::Unknown),
            }
        }
        for (slot, change) in changes {
            *self.free.entry(*slot).or_default() += change;
            *self.changed.entry(*slot).or_default() += change;
        }
        Ok(())
    }

    async fn write(self, tx: &Tx, tickets: &BTreeSet<TicketId>) -> Result<(), Fault> {
        let is_new = |ticket: &&TicketId| {
            self.before.get(*ticket).map(|hold| hold.id) != self.now.get(*ticket).map(|hold| hold.id)
        };
        let replaced: Vec<TicketId> = tickets.iter().filter(is_new).copied().collect();
        if replaced.is_empty() {
            return Ok(());
        }
        ready(
            tx,
            &[DELETE_PLACES, DELETE_REPLACED, INSERT_HOLDS, INSERT_PLACES, CHANGE_FREE],
        )
        .await?;
        let ended: Vec<&Hold> = replaced.iter().filter_map(|ticket| self.before.get(ticket)).collect();
        let made: Vec<&Hold> = replaced.iter().filter_map(|ticket| self.now.get(ticket)).collect();
        let places_ended = ended.iter().map(|hold| hold.places.len()).sum();
        let places_made: Vec<(TicketId, i64, i64)> = made
            .iter()
            .flat_map(|hold| {
                (0..)
                    .zip(&hold.places)
                    .map(move |(person, slot)| (hold.ticket, person, slot.0))
            })
            .collect();
        let changed: Vec<(i64, i64)> = self
            .changed
            .iter()
            .filter(|(_, change)| **change != 0)
            .map(|(slot, change)| (slot.0, *change))
            .collect();

        let ended_keys = columns(ended.iter().map(|hold| hold.ticket));
        let [lines, numbers] = columns(ended.iter().map(|hold| hold.ticket));
        let ended_holds = [lines, numbers, ended.iter().map(|hold| hold.id.0).collect()];
        let [lines, numbers] = columns(made.iter().map(|hold| hold.ticket));
        let made_holds = [
            lines,
            numbers,
            made.iter().map(|hold| hold.id.0).collect(),
            made.iter().map(|hold| ms(hold.expires_at)).collect(),
        ];
        let [lines, numbers] = columns(places_made.iter().map(|place| place.0));
        let made_places = [
            lines,
            numbers,
            places_made.iter().map(|place| place.1).collect(),
            places_made.iter().map(|place| place.2).collect(),
        ];
        let changes: [Value<'_>; 2] = [
            changed.iter().map(|change| change.0).collect(),
            changed.iter().map(|change| change.1).collect(),
        ];
        // Sent in this order without waiting for the answers in between.
        let written = tokio::join!(biased;
            execute(tx, DELETE_PLACES, &ended_keys),
            execute(tx, DELETE_REPLACED, &ended_holds),
            execute(tx, INSERT_HOLDS, &made_holds),
            execute(tx, INSERT_PLACES, &made_places),
            execute(tx, CHANGE_FREE, &changes));
        expect_rows(written.0?, places_ended, "the places of holds that end")?;
        expect_rows(written.1?, ended.len(), "holds that end")?;
        expect_rows(written.2?, made.len(), "holds that are made")?;
        expect_rows(written.3?, places_made.len(), "the places of holds that are made")?;
        expect_rows(written.4?, changed.len(), "slots whose places change")?;
        if !changed.is_empty() {
            tx.board_changed();
        }
        Ok(())
    }
}
