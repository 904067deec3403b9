//! Centres and districts: where people live and where they are vaccinated, and when.

use jiff::civil::{Date, Time, Weekday};

use crate::ids::{CentreId, DistrictId};
use crate::region::Postcode;

/// Hours that hold on certain days of the week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpeningHours {
    /// The days of the week.
    pub weekdays: Weekdays,
    /// When it opens, civil time.
    pub opens: Time,
    /// When it closes, civil time, later than `opens` on the same day.
    pub closes: Time,
}

/// A set of days of the week.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Weekdays(u8);

impl Weekdays {
    /// The same set with that day in it.
    #[must_use]
    pub fn with(self, day: Weekday) -> Self {
        Self(self.0 | Self::bit(day))
    }

    /// Whether that day is in the set.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    /// Whether the two sets share a day.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every day of the week is in the set.
    pub fn is_daily(self) -> bool {
        self.0 == 0b111_1111
    }

    fn bit(day: Weekday) -> u8 {
        1 << day.to_monday_zero_offset()
    }
}

/// A vaccination centre (`Impfzentrum`).
#[derive(Clone, PartialEq, Debug)]
pub struct Centre {
    /// Its short name: `kassel-stadt`.
    pub id: CentreId,
    /// Its full name, a proper name in the region's own language.
    pub name: String,
    /// The district it stands in.
    pub district: DistrictId,
    /// Its address, where it is known.
    pub address: Option<Address>,
    /// Its position, where it is known.
    pub position: Option<Position>,
    /// The first day it takes people.
    pub open_from: Date,
    /// When it is open, ascending by opening time.
    pub hours: Vec<OpeningHours>,
    /// How many people it can vaccinate side by side.
    pub lanes: u16,
    /// How many minutes one lane needs for one person.
    pub minutes_per_lane: u16,
    /// How many minutes a bookable slot is long.
    pub slot_minutes: u16,
    /// Days on which it is closed although it would be open by its hours.
    pub closed_on: Vec<Date>,
    /// Whether it can be reached and used in a wheelchair.
    pub wheelchair: bool,
}

impl Centre {
    /// Whether it takes people on that day.
    pub fn is_open_on(&self, date: Date) -> bool {
        self.hours_on(date).next().is_some()
    }

    /// Its opening and closing times on that day, in order; none on a day on which it is closed.
    pub fn hours_on(&self, date: Date) -> impl Iterator<Item = (Time, Time)> {
        let closed = date < self.open_from || self.closed_on.contains(&date);
        let hours = if closed { &[] } else { self.hours.as_slice() };
        let of_day = hours
            .iter()
            .filter(move |hours| hours.weekdays.contains(date.weekday()));
        of_day.map(|hours| (hours.opens, hours.closes))
    }

    /// How many people can be vaccinated within one slot; at least one.
    pub fn places_per_slot(&self) -> u32 {
        u32::from(self.lanes) * u32::from(self.slot_minutes) / u32::from(self.minutes_per_lane)
    }
}

/// A postal address of a centre.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postcode: Postcode,
    /// Town.
    pub city: String,
}

/// A position on earth, WGS 84, in degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Position {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

/// A district (`Kreis`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct District {
    /// Its official code: `06611`.
    pub id: DistrictId,
    /// Its name, a proper name in the region's own language.
    pub name: String,
    /// The postcodes in which its people live; a postcode may belong to several districts.
    pub postcodes: Vec<Postcode>,
    /// Its own centres.
    pub centres: Vec<CentreId>,
    /// The centres that serve it while none of its own takes part in a campaign.
    pub regional: Vec<CentreId>,
    /// Its inhabitants, in thousands.
    pub population_thousand: u32,
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn hours(weekdays: &[Weekday], opens: i8, closes: i8) -> OpeningHours {
        let weekdays = weekdays.iter().fold(Weekdays::default(), |days, day| days.with(*day));
        OpeningHours {
            weekdays,
            opens: time(opens, 0, 0, 0),
            closes: time(closes, 0, 0, 0),
        }
    }

    fn centre() -> Centre {
        Centre {
            id: CentreId::new("nord"),
            name: "Impfzentrum Nord".to_owned(),
            district: DistrictId::new("001"),
            address: None,
            position: None,
            open_from: date(2021, 2, 9),
            hours: vec![
                hours(&[Weekday::Tuesday, Weekday::Saturday], 8, 12),
                hours(&[Weekday::Saturday], 14, 18),
            ],
            lanes: 4,
            minutes_per_lane: 10,
            slot_minutes: 15,
            closed_on: vec![date(2021, 2, 16)],
            wheelchair: true,
        }
    }

    #[test]
    fn a_centre_is_open_by_its_hours_from_its_first_day_except_when_it_is_closed() {
        let centre = centre();
        assert!(!centre.is_open_on(date(2021, 2, 6)), "before its first day");
        assert!(centre.is_open_on(date(2021, 2, 9)), "a Tuesday");
        assert!(!centre.is_open_on(date(2021, 2, 10)), "a Wednesday");
        assert!(!centre.is_open_on(date(2021, 2, 16)), "a Tuesday on which it is closed");
    }

    #[test]
    fn a_day_may_have_several_hours() {
        let of_day: Vec<_> = centre().hours_on(date(2021, 2, 13)).collect();
        let (eight, noon) = (time(8, 0, 0, 0), time(12, 0, 0, 0));
        assert_eq!(of_day, [(eight, noon), (time(14, 0, 0, 0), time(18, 0, 0, 0))]);
    }

    #[test]
    fn the_places_of_a_slot_are_what_its_lanes_can_finish() {
        assert_eq!(centre().places_per_slot(), 6);
        assert_eq!(
            Centre {
                lanes: 1,
                slot_minutes: 19,
                ..centre()
            }
            .places_per_slot(),
            1
        );
    }
}
