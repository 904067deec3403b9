//! Which vaccine somebody may get first, and on which days.

use std::ops::RangeInclusive;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::ids::VaccineId;
use crate::person::age_on;
use crate::region::Vaccine;

/// Days on which a first dose of a vaccine may be given to a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedDays {
    /// The vaccine.
    pub vaccine: VaccineId,
    /// From the first to the last of these days.
    pub days: RangeInclusive<Date>,
}

/// The days of each vaccine on which everybody with these dates of birth is within its age limits, by
/// the rule that holds on the day of the first dose, and not before `entitled_from`, the day from
/// which the region serves their priority group. A vaccine whose limits change may be named twice.
pub fn allowed_days(vaccines: &[Vaccine], birth_dates: &[Date], entitled_from: Date) -> Vec<AllowedDays> {
    let mut allowed = Vec::new();
    for vaccine in vaccines {
        for (index, rule) in vaccine.rules.iter().enumerate() {
            let next = vaccine.rules.get(index + 1).map(|next| next.from);
            let mut first = rule.from.max(entitled_from);
            let mut last = next.map_or(Date::MAX, before);
            for birth in birth_dates {
                first = first.max(birthday(*birth, i64::from(rule.age_min)));
                if let Some(age_max) = rule.age_max {
                    last = last.min(before(birthday(*birth, i64::from(age_max) + 1)));
                }
            }
            if first <= last {
                allowed.push(AllowedDays {
                    vaccine: vaccine.id.clone(),
                    days: first..=last,
                });
            }
        }
    }
    allowed
}

/// The first day on which somebody has completed so many years, as [`age_on`] counts.
fn birthday(birth: Date, years: i64) -> Date {
    let nominal = birth.saturating_add(years.years());
    // Born on 29 February: the nominal day of other years is 28 February, a day too early.
    if i64::from(age_on(birth, nominal)) < years {
        nominal.tomorrow().unwrap_or(Date::MAX)
    } else {
        nominal
    }
}

fn before(day: Date) -> Date {
    day.yesterday().unwrap_or(Date::MIN)
}
