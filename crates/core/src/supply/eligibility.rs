//! Which vaccine somebody may get first, and on which days.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::ids::VaccineId;
use crate::person::first_day_of_age;
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
                first = first.max(first_day_of_age(*birth, rule.age_min));
                if let Some(age_max) = rule.age_max {
                    last = last.min(before(first_day_of_age(*birth, age_max.saturating_add(1))));
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

fn before(day: Date) -> Date {
    day.yesterday().unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::supply::fixtures::biontech;

    #[test]
    fn a_vaccine_with_changing_age_limits_is_allowed_where_everybody_fits() {
        let mut vaccine = biontech();
        vaccine.rules[0].age_max = Some(64);
        vaccine.rules[1].age_min = 60;
        let allowed = |births: &[Date]| {
            let days = allowed_days(std::slice::from_ref(&vaccine), births, date(2021, 2, 5));
            days.into_iter().map(|allowed| allowed.days).collect::<Vec<_>>()
        };
        assert_eq!(
            allowed(&[date(1980, 5, 5)]),
            [date(2021, 2, 5)..=date(2021, 3, 31), date(2040, 5, 5)..=Date::MAX]
        );
        assert_eq!(
            allowed(&[date(1956, 3, 10)]),
            [date(2021, 2, 5)..=date(2021, 3, 9), date(2021, 4, 1)..=Date::MAX]
        );
        assert_eq!(
            allowed(&[date(1956, 3, 10), date(1930, 1, 1)]),
            [date(2021, 4, 1)..=Date::MAX]
        );
    }

    proptest! {
        #[test]
        fn a_day_is_allowed_exactly_when_its_rule_fits_every_age(
            births in prop::collection::vec(0..36_500i32, 1..3),
            leap in any::<bool>(),
            age_min in 0..90u8,
            age_span in prop::option::of(0..40u8),
            days in 0..1_000i32,
        ) {
            let mut vaccine = biontech();
            vaccine.rules[1].age_min = age_min;
            vaccine.rules[1].age_max = age_span.map(|span| age_min + span);
            let mut births: Vec<Date> =
                births.into_iter().map(|days| date(1915, 1, 1).saturating_add(jiff::Span::new().days(days))).collect();
            if leap {
                births[0] = date(1956, 2, 29);
            }
            let entitled_from = date(2021, 2, 1);
            let day = date(2021, 1, 1).saturating_add(jiff::Span::new().days(days));
            let allowed = allowed_days(std::slice::from_ref(&vaccine), &births, entitled_from);
            let fits = vaccine.rule_on(day).is_some_and(|rule| births.iter().all(|birth| rule.fits_age(*birth, day)));
            prop_assert_eq!(allowed.iter().any(|allowed| allowed.days.contains(&day)), fits && day >= entitled_from);
        }
    }
}
