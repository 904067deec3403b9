//! What a region file says, once it has been read and checked.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::Postcode;
use crate::contact::Country;
use crate::ids::{CentreId, DistrictId, GroupId, Language, VaccineId};
use crate::person::{BirthYear, age_on};

/// One deployment's area (`Land`).
#[derive(Clone, Debug)]
pub struct Region {
    /// Its short name: `hessen`.
    pub id: String,
    /// Its name as people know it.
    pub name: Localised,
    /// The country whose phone numbers are dialled without a country code.
    pub country: Country,
    /// The zone in which all its dates and times are meant.
    pub time_zone: TimeZone,
    /// The languages its texts are written in; the first one is the default and is always there.
    pub languages: Vec<Language>,
    /// Where people call.
    pub hotline: Hotline,
    /// Its vaccination centres, in the order of the file.
    pub centres: Vec<Centre>,
    /// Its districts, in the order of the file.
    pub districts: Vec<District>,
    /// The vaccines it gives.
    pub vaccines: Vec<Vaccine>,
    /// The priority groups it serves.
    pub groups: Vec<PriorityGroup>,
}

impl Region {
    /// The centre of that id.
    pub fn centre(&self, id: &CentreId) -> Option<&Centre> {
        self.centres.iter().find(|centre| centre.id == *id)
    }

    /// The district of that id.
    pub fn district(&self, id: &DistrictId) -> Option<&District> {
        self.districts.iter().find(|district| district.id == *id)
    }

    /// The vaccine of that id.
    pub fn vaccine(&self, id: &VaccineId) -> Option<&Vaccine> {
        self.vaccines.iter().find(|vaccine| vaccine.id == *id)
    }

    /// The priority group of that id.
    pub fn group(&self, id: &GroupId) -> Option<&PriorityGroup> {
        self.groups.iter().find(|group| group.id == *id)
    }

    /// The districts that a postcode lies in. None: the table has a gap and the person picks the
    /// district from the whole list. Several: the person picks among them.
    pub fn districts_of(&self, postcode: &Postcode) -> Vec<&District> {
        self.districts
            .iter()
            .filter(|district| district.postcodes.contains(postcode))
            .collect()
    }
}

/// A text in the region's languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Localised {
    default: Language,
    texts: BTreeMap<Language, String>,
}

impl Localised {
    /// Takes the texts; `default` is the language to fall back to.
    pub(super) fn new(default: Language, texts: BTreeMap<Language, String>) -> Self {
        Self { default, texts }
    }

    /// The text in that language, or in the region's first language where it is not translated.
    pub fn get(&self, language: &Language) -> &str {
        self.texts
            .get(language)
            .or_else(|| self.texts.get(&self.default))
            .map_or("", String::as_str)
    }
}

/// Where people call, and when somebody answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hotline {
    /// Its numbers, the one to show first first.
    pub numbers: Vec<HotlineNumber>,
    /// When it is staffed, in the region's time zone.
    pub hours: Vec<OpeningHours>,
}

/// A number to call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HotlineNumber {
    /// What a telephone dials: E.164 (`+4961150592888`), or a short number such as `116117`.
    pub dial: String,
    /// How it is printed: `0611 505 92 888`.
    pub shown: String,
}

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

/// A vaccine (`Impfstoff`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vaccine {
    /// Its short name: `biontech`.
    pub id: VaccineId,
    /// Its product name.
    pub name: String,
    /// Its CVX code, as SMART Scheduling Links and FHIR want it.
    pub cvx: u16,
    /// How many doses a series has: 1 or 2.
    pub doses: u8,
    /// Its rules, ascending by the day from which each holds.
    pub rules: Vec<VaccineRule>,
}

impl Vaccine {
    /// The rule for a first dose on that day; none before the vaccine may be used. Appointments made
    /// before a rule changed stay as they are.
    pub fn rule_on(&self, first: Date) -> Option<&VaccineRule> {
        self.rules.iter().rev().find(|rule| rule.from <= first)
    }
}

/// How a vaccine is given from a day on, until the next rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VaccineRule {
    /// The first day of a first dose to which it applies.
    pub from: Date,
    /// Least days from first to second dose; 0 for a vaccine of one dose.
    pub interval_days_min: u16,
    /// Most days from first to second dose; 0 for a vaccine of one dose.
    pub interval_days_max: u16,
    /// Youngest age in completed years, on the day of the first dose.
    pub age_min: u8,
    /// Oldest age in completed years, on the day of the first dose.
    pub age_max: Option<u8>,
    /// Where the rule comes from.
    pub source: String,
}

impl VaccineRule {
    /// The first and the last day for the second dose after a first dose on that day. A day that the
    /// calendar no longer holds (beyond the year 9999) is its last day.
    pub fn window(&self, first: Date) -> (Date, Date) {
        let after = |days: u16| first.saturating_add(i64::from(days).days());
        (after(self.interval_days_min), after(self.interval_days_max))
    }

    /// Whether somebody born on `birth` is of the right age for a first dose on `first`.
    pub fn fits_age(&self, birth: Date, first: Date) -> bool {
        let age = age_on(birth, first);
        age >= self.age_min && self.age_max.is_none_or(|max| age <= max)
    }
}

/// Who is entitled, by which rule, from when (`Priorisierungsgruppe`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PriorityGroup {
    /// Its short name: `ab-80`.
    pub id: GroupId,
    /// Its name as people know it.
    pub name: Localised,
    /// Who belongs to it, in plain words.
    pub explanation: Localised,
    /// What to bring to the centre.
    pub proof: Localised,
    /// The rule it rests on: `CoronaImpfV § 2 Abs. 1 Nr. 1`.
    pub basis: String,
    /// Youngest age in completed years, where age is what entitles.
    pub age_min: Option<u8>,
    /// The first day on which the region serves it.
    pub entitled_from: Date,
}

/// Why somebody is not entitled as a member of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotEntitled {
    /// The group's turn comes later.
    NotYet {
        /// From this day on.
        from: Date,
    },
    /// The group begins at a higher age.
    TooYoung {
        /// Its youngest age in completed years.
        age_min: u8,
    },
}

impl PriorityGroup {
    /// Whether somebody born on `birth_date` who says to belong to this group is entitled on `on`.
    /// What else the group asks for is shown at the centre, by its proof.
    pub fn entitles(&self, birth_date: Date, on: Date) -> Result<(), NotEntitled> {
        if on < self.entitled_from {
            return Err(NotEntitled::NotYet {
                from: self.entitled_from,
            });
        }
        match self.age_min {
            Some(age_min) if age_on(birth_date, on) < age_min => Err(NotEntitled::TooYoung { age_min }),
            _ => Ok(()),
        }
    }

    /// Whether anybody born in `birth_year` can be entitled on `on`: what joining the line asks,
    /// where only the year is given. Never says no to somebody whom [`Self::entitles`] would accept.
    pub fn could_be_entitled(&self, birth_year: BirthYear, on: Date) -> bool {
        self.entitles(birth_year.first_day(), on).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use proptest::prelude::*;

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

    #[test]
    fn a_window_ends_with_the_calendar() {
        let rule = VaccineRule {
            from: date(2021, 1, 1),
            interval_days_min: 21,
            interval_days_max: 42,
            age_min: 16,
            age_max: None,
            source: "STIKO".to_owned(),
        };
        assert_eq!(rule.window(date(2021, 3, 1)), (date(2021, 3, 22), date(2021, 4, 12)));
        assert_eq!(rule.window(date(9999, 12, 1)), (date(9999, 12, 22), Date::MAX));
    }

    #[test]
    fn a_text_falls_back_to_the_first_language() {
        let [de, en, tr] = ["de", "en", "tr"].map(Language::new);
        let texts = [(de.clone(), "Land".to_owned()), (en.clone(), "state".to_owned())];
        let text = Localised::new(de.clone(), BTreeMap::from(texts));
        assert_eq!([text.get(&de), text.get(&en), text.get(&tr)], ["Land", "state", "Land"]);
    }

    proptest! {
        #[test]
        fn joining_never_turns_away_whom_booking_would_take(born in 0i32..40_000, age_min in prop::option::of(0u8..100)) {
            let today = date(2021, 1, 12);
            let text = || Localised::new(Language::new("de"), BTreeMap::new());
            let group = PriorityGroup {
                id: GroupId::new("g"),
                name: text(),
                explanation: text(),
                proof: text(),
                basis: String::new(),
                age_min,
                entitled_from: today,
            };
            let birth_date = today.saturating_sub(i64::from(born).days());
            let birth_year = BirthYear::parse(&birth_date.year().to_string(), today)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            if group.entitles(birth_date, today).is_ok() {
                prop_assert!(group.could_be_entitled(birth_year, today));
            }
            prop_assert!(!group.could_be_entitled(birth_year, date(2021, 1, 11)));
        }
    }
}
