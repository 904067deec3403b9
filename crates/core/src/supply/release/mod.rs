//! Release (`Freigabe`): delivered doses and free lanes become series slots.
//!
//! A first place is only released together with a second place in the vaccine's interval window, and
//! every place is backed by a dose that is there on its day. The doses on hand are spread over the
//! days until the next delivery, and over each day, so that a centre is evenly busy; what could not
//! be placed that way is then placed wherever there is room.

mod calendar;
mod lots;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::calendar::{Calendar, Place};
use self::lots::Lots;
pub use self::lots::{HoldBack, HoldBackError, Lot};
use super::SeriesSlot;
use crate::ids::DeliveryId;
use crate::region::{Centre, Vaccine, VaccineRule};

/// How many days of first doses one release may span: more is a slip of the pen.
pub const FIRST_DAYS_MAX: i32 = 366;

/// What is to be released: one vaccine in one centre.
#[derive(Clone, Debug)]
pub struct CentrePlan<'a> {
    /// Where.
    pub centre: &'a Centre,
    /// What.
    pub vaccine: &'a Vaccine,
    /// The doses of this vaccine for this centre that back nothing yet.
    pub lots: Vec<Lot>,
    /// Places released before, by slot start: first and second ones, of all vaccines. See
    /// [`places_taken`].
    pub taken: BTreeMap<Timestamp, u32>,
    /// The days on which first doses are to be given.
    pub first_days: RangeInclusive<Date>,
    /// How many of the second doses must be in stock when the first is given.
    pub hold_back: HoldBack,
    /// The region's zone, in which days and opening hours are meant.
    pub time_zone: &'a TimeZone,
}

/// What can be released, and what cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasePlan {
    /// The series slots by first and second start, each pair once.
    pub slots: Vec<PlannedSeriesSlot>,
    /// What was not released, in numbers.
    pub left_over: LeftOver,
}

impl ReleasePlan {
    /// How many series it releases.
    pub fn series(&self) -> u64 {
        self.slots.iter().map(|slot| u64::from(slot.capacity)).sum()
    }

    /// Adds its places to those taken, for the plan of the centre's next vaccine.
    pub fn occupy(&self, taken: &mut BTreeMap<Timestamp, u32>) {
        for slot in &self.slots {
            for start in std::iter::once(slot.first).chain(slot.second) {
                *taken.entry(start).or_default() += slot.capacity;
            }
        }
    }
}

/// A series slot to be released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSeriesSlot {
    /// Start of the first appointment.
    pub first: Timestamp,
    /// Start of the second; none for a vaccine of one dose.
    pub second: Option<Timestamp>,
    /// How many series.
    pub capacity: u32,
    /// The doses behind it: (delivery, dose 1 or 2, doses). Per dose they sum to the capacity.
    pub doses: Vec<(DeliveryId, u8, u32)>,
}

/// Why not more was released. `no_second_place` and `no_lane` together are the series for which
/// there are doses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOver {
    /// Doses that back nothing.
    pub doses: u64,
    /// First places that stay empty because there is no dose for them.
    pub no_doses: u64,
    /// Series that have doses and a first place, and no second place in the interval window.
    pub no_second_place: u64,
    /// Series that have doses, and no first place is left for them.
    pub no_lane: u64,
}

/// Why nothing was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// The first day is after the last.
    #[error("the first day of the release is after its last day")]
    NoDays,
    /// The span is longer than [`FIRST_DAYS_MAX`].
    #[error("a release spans at most {FIRST_DAYS_MAX} days of first doses")]
    TooManyDays,
}

/// Places taken by released slots, by slot start, first and second appointments together.
pub fn places_taken<'a>(slots: impl IntoIterator<Item = &'a SeriesSlot>) -> BTreeMap<Timestamp, u32> {
    let mut taken = BTreeMap::new();
    for slot in slots {
        for start in std::iter::once(slot.first).chain(slot.second) {
            *taken.entry(start).or_default() += slot.capacity;
        }
    }
    taken
}

/// Plans a release. The same input gives the same plan.
pub fn plan(input: CentrePlan<'_>) -> Result<ReleasePlan, PlanRefusal> {
    let (from, to) = (*input.first_days.start(), *input.first_days.end());
    match (to - from).get_days() {
        ..0 => return Err(PlanRefusal::NoDays),
        FIRST_DAYS_MAX.. => return Err(PlanRefusal::TooManyDays),
        _ => {}
    }
    let mut planner = Planner::new(input, from, to);
    planner.spread_evenly();
    planner.fill_up();
    Ok(planner.finish())
}

/// How many doses, by dose number and delivery.
type Backing = BTreeMap<(u8, DeliveryId), u32>;

struct Planner<'a> {
    vaccine: &'a Vaccine,
    calendar: Calendar,
    lots: Lots,
    /// The days on which a first dose may be given.
    days: Vec<Date>,
    placed: BTreeMap<(Timestamp, Option<Timestamp>), Backing>,
}

impl<'a> Planner<'a> {
    fn new(input: CentrePlan<'a>, from: Date, to: Date) -> Self {
        let days: Vec<Date> = from
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= to)
            .filter(|day| input.vaccine.rule_on(*day).is_some())
            .collect();
        let last_second = days
            .iter()
            .filter_map(|day| Some(input.vaccine.rule_on(*day)?.window(*day).1))
            .max();
        let calendar = Calendar::new(
            input.centre,
            from,
            last_second.map_or(to, |last| last.max(to)),
            &input.taken,
            input.time_zone,
        );
        let lots = Lots::new(input.lots, input.hold_back, input.vaccine.doses);
        Self {
            vaccine: input.vaccine,
            calendar,
            lots,
            days,
            placed: BTreeMap::new(),
        }
    }

    /// Gives each day its share of what is on hand until the next delivery, and each slot of the day
    /// its share of that, both by the places they have free.
    fn spread_evenly(&mut self) {
        for (index, day) in self.days.clone().into_iter().enumerate() {
            let until = self.lots.next_day_after(day).unwrap_or(Date::MAX);
            let days_left = self.days[index..].iter().take_while(|later| **later < until);
            let free_until_delivery: u64 = days_left.map(|day| self.calendar.free_on(*day)).sum();
            let free_today = self.calendar.free_on(day);
            if free_today == 0 {
                continue;
            }
            let share = self.lots.series_possible(day).min(free_until_delivery);
            let today = (share * free_today).div_ceil(free_until_delivery);
            self.spread_over_day(day, today, free_today);
        }
    }

    fn spread_over_day(&mut self, day: Date, today: u64, free_today: u64) {
        let (mut free_so_far, mut placed) = (0, 0);
        for place in self.calendar.places_on(day) {
            let free = u64::from(self.calendar.free_at(place));
            free_so_far += free;
            // What an earlier slot could not place is made up for by the next ones.
            let due = today * free_so_far / free_today;
            for _ in 0..free.min(due.saturating_sub(placed)) {
                if !self.place(place) {
                    break;
                }
                placed += 1;
            }
        }
    }

    /// Uses what is still free for what is still left, in time order.
    fn fill_up(&mut self) {
        for day in self.days.clone() {
            for place in self.calendar.places_on(day) {
                while self.calendar.free_at(place) > 0 && self.place(place) {}
            }
        }
    }

    /// Places one series whose first appointment is here; false if it has no dose or no second place.
    fn place(&mut self, first: Place) -> bool {
        let Some((second, second_day)) = self.second_for(first) else {
            return false;
        };
        let Some(doses) = self.lots.take(first.day, second_day) else {
            return false;
        };
        self.calendar.take(first);
        if let Some(second) = second {
            self.calendar.take(second);
        }
        let key = (
            self.calendar.start(first),
            second.map(|second| self.calendar.start(second)),
        );
        let backing = self.placed.entry(key).or_default();
        for (dose, delivery) in (1..).zip(doses) {
            *backing.entry((dose, delivery)).or_default() += 1;
        }
        true
    }

    /// The second place for a first one and its day; `Some((None, None))` for a vaccine of one dose.
    fn second_for(&self, first: Place) -> Option<(Option<Place>, Option<Date>)> {
        if self.vaccine.doses < 2 {
            return Some((None, None));
        }
        let rule = self.vaccine.rule_on(first.day)?;
        let second = self.second_place(first, rule)?;
        Some((Some(second), Some(second.day)))
    }

    fn second_place(&self, first: Place, rule: &VaccineRule) -> Option<Place> {
        let (earliest, latest) = rule.window(first.day);
        let stocked = self.lots.second_doses_from(first.day, latest);
        stocked
            .into_iter()
            .flatten()
            .find_map(|day| self.calendar.nearest_free(first, earliest.max(day), latest))
    }

    fn finish(self) -> ReleasePlan {
        let mut left_over = LeftOver {
            doses: self.lots.left(),
            ..LeftOver::default()
        };
        let mut places_without_second = 0;
        for day in &self.days {
            let free = self.calendar.free_on(*day);
            if self.lots.series_possible(*day) == 0 {
                left_over.no_doses += free;
            } else {
                places_without_second += free;
            }
        }
        let series_left = self.days.last().map_or(0, |last| self.lots.series_possible(*last));
        left_over.no_second_place = series_left.min(places_without_second);
        left_over.no_lane = series_left - left_over.no_second_place;
        let slots = self
            .placed
            .into_iter()
            .map(|((first, second), backing)| PlannedSeriesSlot {
                first,
                second,
                capacity: backing
                    .iter()
                    .filter(|((dose, _), _)| *dose == 1)
                    .map(|(_, doses)| doses)
                    .sum(),
                doses: backing
                    .into_iter()
                    .map(|((dose, delivery), doses)| (delivery, dose, doses))
                    .collect(),
            });
        ReleasePlan {
            slots: slots.collect(),
            left_over,
        }
    }
}

#[cfg(test)]
mod tests;
