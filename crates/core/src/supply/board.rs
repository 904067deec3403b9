//! The board: what is free right now, indexed so that a proposal costs microseconds.
//!
//! A board is built from one snapshot of the store and never changed; the next snapshot builds the
//! next board. Civil days and parts of day are worked out once, while building, so that no request
//! converts a time.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::SeriesSlot;
use super::proposals::PartOfDay;
use crate::ids::{CentreId, SeriesSlotId, VaccineId};

/// An immutable index of series slots.
#[derive(Debug)]
pub struct Board {
    /// All slots by centre, first start, second start, id.
    slots: Vec<SeriesSlot>,
    /// Indices into `slots`, ordered by id.
    by_id: Vec<u32>,
    centres: Vec<CentreBoard>,
    vaccines: Vec<VaccineId>,
    time_zone: TimeZone,
}

/// The free slots of one centre.
#[derive(Debug)]
pub(super) struct CentreBoard {
    pub(super) centre: CentreId,
    /// Half days with anything free, in time order.
    pub(super) half_days: Vec<HalfDay>,
    /// Slots with anything free, in time order.
    pub(super) open: Vec<Open>,
}

/// A morning or an afternoon of a centre.
#[derive(Debug)]
pub(super) struct HalfDay {
    pub(super) day: Date,
    pub(super) part: PartOfDay,
    /// Its slots in [`CentreBoard::open`].
    pub(super) open: Range<usize>,
}

/// A slot with free places, in the few bytes that choosing needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// Unix second of the first start.
    pub(super) first_s: i64,
    pub(super) day: Date,
    pub(super) part: PartOfDay,
    pub(super) second: Option<OpenSecond>,
    pub(super) free: u32,
    /// Index into [`Board::slots`].
    pub(super) slot: u32,
    /// Index into [`Board::vaccines`].
    pub(super) vaccine: u16,
}

/// The second appointment of an open slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenSecond {
    pub(super) start_s: i64,
    pub(super) day: Date,
    pub(super) part: PartOfDay,
}

impl Board {
    /// Indexes slots; civil days are those of `time_zone`.
    pub fn new(mut slots: Vec<SeriesSlot>, time_zone: TimeZone) -> Self {
        // The stable sort is quick with runs in order, and a store answers by centre and release.
        slots.sort_by(|a, b| (&a.centre, a.first, a.second, a.id).cmp(&(&b.centre, b.first, b.second, b.id)));
        let mut by_id: Vec<u32> = (0..slots.len() as u32).collect();
        by_id.sort_unstable_by_key(|index| slots[*index as usize].id);
        let vaccines: BTreeSet<&VaccineId> = slots.iter().map(|slot| &slot.vaccine).collect();
        let vaccines = vaccines.into_iter().cloned().collect();
        let mut board = Self {
            slots,
            by_id,
            centres: Vec::new(),
            vaccines,
            time_zone,
        };
        for index in (0..board.slots.len()).filter(|index| board.slots[*index].free > 0) {
            let slot = &board.slots[index];
            let open = board.open_of(slot, index);
            if board.centres.last().is_none_or(|last| last.centre != slot.centre) {
                board.centres.push(CentreBoard::empty(slot.centre.clone()));
            }
            if let Some(centre) = board.centres.last_mut() {
                centre.push(open);
            }
        }
        board
    }

    /// The slot of an id, free or not.
    pub fn slot(&self, id: SeriesSlotId) -> Option<&SeriesSlot> {
        self.index_of(id).map(|index| &self.slots[index])
    }

    /// The slot of an id, free or not, with its civil times.
    pub(super) fn slot_with_times(&self, id: SeriesSlotId) -> Option<(&SeriesSlot, Open)> {
        let index = self.index_of(id)?;
        Some((&self.slots[index], self.open_of(&self.slots[index], index)))
    }

    fn index_of(&self, id: SeriesSlotId) -> Option<usize> {
        let found = self
            .by_id
            .binary_search_by_key(&id, |index| self.slots[*index as usize].id)
            .ok()?;
        Some(self.by_id[found] as usize)
    }

    /// All slots, by centre and first start.
    pub fn slots(&self) -> &[SeriesSlot] {
        &self.slots
    }

    /// How many series are free in these centres for a first appointment after `after`: the supply
    /// that a pool's line is told.
    pub fn free(&self, centres: &[CentreId], after: Timestamp) -> u64 {
        self.of_centres(centres)
            .flat_map(|board| board.after(after))
            .map(|open| u64::from(open.free))
            .sum()
    }

    /// What is free in these centres after `after`, by day, centre and vaccine, in that order: the
    /// public board.
    pub fn availability(&self, centres: &[CentreId], after: Timestamp) -> Vec<DayAvailability> {
        let mut days: BTreeMap<(Date, &CentreId, &VaccineId), u64> = BTreeMap::new();
        for board in self.of_centres(centres) {
            for open in board.after(after) {
                *days.entry((open.day, &board.centre, self.vaccine(open))).or_default() += u64::from(open.free);
            }
        }
        let of_day = |((day, centre, vaccine), free): ((Date, &CentreId, &VaccineId), u64)| DayAvailability {
            day,
            centre: centre.clone(),
            vaccine: vaccine.clone(),
            free,
        };
        days.into_iter().map(of_day).collect()
    }

    /// The boards of those centres that have anything free, each once.
    pub(super) fn of_centres(&self, centres: &[CentreId]) -> impl Iterator<Item = &CentreBoard> {
        let mut found: Vec<usize> = centres
            .iter()
            .filter_map(|centre| self.centres.binary_search_by(|board| board.centre.cmp(centre)).ok())
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|index| &self.centres[index])
    }

    pub(super) fn vaccine(&self, open: &Open) -> &VaccineId {
        &self.vaccines[usize::from(open.vaccine)]
    }

    pub(super) fn vaccines(&self) -> &[VaccineId] {
        &self.vaccines
    }

    pub(super) fn slot_of(&self, open: &Open) -> &SeriesSlot {
        &self.slots[open.slot as usize]
    }

    /// A slot and its index with the civil days and parts of day of its appointments.
    fn open_of(&self, slot: &SeriesSlot, index: usize) -> Open {
        let first = self.time_zone.to_datetime(slot.first);
        let second = slot.second.map(|start| {
            let civil = self.time_zone.to_datetime(start);
            OpenSecond {
                start_s: start.as_second(),
                day: civil.date(),
                part: PartOfDay::of(civil),
            }
        });
        Open {
            first_s: slot.first.as_second(),
            day: first.date(),
            part: PartOfDay::of(first),
            second,
            free: slot.free,
            slot: index as u32,
            // Every vaccine of a slot is in the list, which is sorted.
            vaccine: self.vaccines.partition_point(|vaccine| *vaccine < slot.vaccine) as u16,
        }
    }
}

/// What is free on one day in one centre of one vaccine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayAvailability {
    /// The civil day of the first appointment.
    pub day: Date,
    /// Where.
    pub centre: CentreId,
    /// What.
    pub vaccine: VaccineId,
    /// Series, that is persons, for whom there is room.
    pub free: u64,
}

impl CentreBoard {
    fn empty(centre: CentreId) -> Self {
        Self {
            centre,
            half_days: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Adds a slot that starts no earlier than the last one.
    fn push(&mut self, open: Open) {
        let index = self.open.len();
        match self.half_days.last_mut() {
            Some(last) if (last.day, last.part) == (open.day, open.part) => last.open.end = index + 1,
            _ => self.half_days.push(HalfDay {
                day: open.day,
                part: open.part,
                open: index..index + 1,
            }),
        }
        self.open.push(open);
    }

    /// The index of the first slot that starts after `after`.
    pub(super) fn index_after(&self, after: Timestamp) -> usize {
        self.open.partition_point(|open| open.first_s <= after.as_second())
    }

    fn after(&self, after: Timestamp) -> &[Open] {
        &self.open[self.index_after(after)..]
    }
}
