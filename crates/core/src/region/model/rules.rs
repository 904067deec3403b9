//! Dated rules: how a vaccine is given and who is entitled, from when on.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Localised;
use crate::ids::{GroupId, VaccineId};
use crate::person::{BirthYear, age_on, first_day_of_age};

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

    /// The first day on which somebody born on `birth_date` who says to belong to this group is
    /// entitled: [`Self::entitles`] from then on.
    pub fn entitled_from(&self, birth_date: Date) -> Date {
        let of_age = self
            .age_min
            .map_or(Date::MIN, |age_min| first_day_of_age(birth_date, age_min));
        self.entitled_from.max(of_age)
    }

    /// Whether anybody born in `birth_year` can be entitled on `on`: what joining the line asks,
    /// where only the year is given. Never says no to somebody whom [`Self::entitles`] would accept.
    pub fn could_be_entitled(&self, birth_year: BirthYear, on: Date) -> bool {
        self.entitles(birth_year.first_day(), on).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::ids::Language;

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
