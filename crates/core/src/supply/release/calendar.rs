//! The slots of a centre and how many places each has free.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::region::Centre;

/// How far a second appointment is moved to another time of day before it is given a day later
/// instead, in minutes. Who can come in the morning of the first can rarely come in the evening of
/// the second, and a day later does no harm within the window.
const SHIFT_WORTH_A_DAY_MINUTES: i64 = 120;

/// A slot by its day and its number in that day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) day: Date,
    number: usize,
}

/// All slots of a centre over some days.
pub(super) struct Calendar {
    days: BTreeMap<Date, Vec<Slot>>,
}

struct Slot {
    time: Time,
    start: Timestamp,
    free: u32,
}

impl Calendar {
    /// The slots of these days, less the places taken at any moment within them.
    pub(super) fn new(
        centre: &Centre,
        from: Date,
        to: Date,
        taken: &BTreeMap<Timestamp, u32>,
        time_zone: &TimeZone,
    ) -> Self {
        let length = SignedDuration::from_mins(i64::from(centre.slot_minutes));
        let slot = |day: Date, time: Time| {
            // A time that the clock skips is no slot; of a time that comes twice, the first is meant.
            let ambiguous = time_zone.to_ambiguous_timestamp(day.to_datetime(time));
            let start = match ambiguous.offset() {
                AmbiguousOffset::Gap { .. } => return None,
                _ => ambiguous.compatible().ok()?,
            };
            let end = start.checked_add(length).ok()?;
            let used: u32 = taken.range(start..end).map(|(_, places)| places).sum();
            Some(Slot {
                time,
                start,
                free: centre.places_per_slot().saturating_sub(used),
            })
        };
        let slots_of = |day: Date| {
            let times = centre
                .hours_on(day)
                .flat_map(|(opens, closes)| slot_times(opens, closes, length));
            times.filter_map(|time| slot(day, time)).collect()
        };
        let days = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to);
        Self {
            days: days.map(|day| (day, slots_of(day))).collect(),
        }
    }

    /// The slots of a day in time order.
    pub(super) fn places_on(&self, day: Date) -> impl Iterator<Item = Place> + use<> {
        let count = self.slots_on(day).len();
        (0..count).map(move |number| Place { day, number })
    }

    /// How many places are free on that day.
    pub(super) fn free_on(&self, day: Date) -> u64 {
        self.slots_on(day).iter().map(|slot| u64::from(slot.free)).sum()
    }

    /// How many places a slot has free.
    pub(super) fn free_at(&self, place: Place) -> u32 {
        self.slots_on(place.day).get(place.number).map_or(0, |slot| slot.free)
    }

    /// When a slot starts.
    pub(super) fn start(&self, place: Place) -> Timestamp {
        self.slots_on(place.day)
            .get(place.number)
            .map_or(Timestamp::MIN, |slot| slot.start)
    }

    /// Takes a free place of a slot.
    pub(super) fn take(&mut self, place: Place) {
        if let Some(slot) = self
            .days
            .get_mut(&place.day)
            .and_then(|slots| slots.get_mut(place.number))
        {
            slot.free = slot.free.saturating_sub(1);
        }
    }

    /// The free slot closest to the time of day of `first`, on the earliest day on which there is one
    /// that is not too far from it.
    pub(super) fn nearest_free(&self, first: Place, earliest: Date, latest: Date) -> Option<Place> {
        let wanted = self.slots_on(first.day).get(first.number)?;
        let mut best: Option<(i64, Place)> = None;
        let days = self.days.range(earliest..).take_while(|(day, _)| **day <= latest);
        for (days_late, (day, slots)) in (0..).zip(days) {
            let late_minutes = days_late * SHIFT_WORTH_A_DAY_MINUTES;
            if best.is_some_and(|(cost, _)| cost <= late_minutes) {
                break;
            }
            for (number, slot) in slots
                .iter()
                .enumerate()
                .filter(|(_, slot)| slot.free > 0 && slot.start > wanted.start)
            {
                let cost = late_minutes + minutes_apart(slot.time, wanted.time);
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, Place { day: *day, number }));
                }
            }
        }
        best.map(|(_, place)| place)
    }

    fn slots_on(&self, day: Date) -> &[Slot] {
        self.days.get(&day).map_or(&[], Vec::as_slice)
    }
}

/// The starts of slots of that length which end by closing time.
fn slot_times(opens: Time, closes: Time, length: SignedDuration) -> impl Iterator<Item = Time> {
    let ends_in_time = move |start: &Time| start.checked_add(length).is_ok_and(|end| end <= closes);
    std::iter::successors(Some(opens), move |start| start.checked_add(length).ok()).take_while(ends_in_time)
}

fn minutes_apart(a: Time, b: Time) -> i64 {
    a.duration_since(b).as_mins().abs()
}
