//! Dates of birth, as people have them on their papers.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

/// The highest age in years that a date of birth is believed: nobody has ever been known to live to
/// 125, and a higher age is a slip of the pen.
pub const AGE_YEARS_MAX: i16 = 125;

/// The age in completed years on a day. Somebody born on 29 February completes a year on 1 March
/// where the year has no such day (BGB § 188 (2), (3)). Before the birth it is 0.
pub fn age_on(birth: Date, on: Date) -> u8 {
    let had_birthday = (on.month(), on.day()) >= (birth.month(), birth.day());
    let years = i32::from(on.year()) - i32::from(birth.year()) - i32::from(!had_birthday);
    u8::try_from(years.max(0)).unwrap_or(u8::MAX)
}

/// The first day on which somebody has completed so many years, as [`age_on`] counts.
pub fn first_day_of_age(birth: Date, years: u8) -> Date {
    let nominal = birth.saturating_add(i64::from(years).years());
    // Born on 29 February: the nominal day of other years is 28 February, a day too early.
    if age_on(birth, nominal) < years {
        nominal.tomorrow().unwrap_or(Date::MAX)
    } else {
        nominal
    }
}

/// A date of birth that can be true: not in the future and not longer ago than anybody lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BirthDate(Date);

/// A field of a date of birth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BirthDatePart {
    /// Day of the month.
    Day,
    /// Month.
    Month,
    /// Year.
    Year,
}

/// Why three fields are not a date of birth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BirthDateError {
    /// A field is empty.
    #[error("a field of the date of birth is empty: {0:?}")]
    Missing(BirthDatePart),
    /// A field is not a number.
    #[error("a field of the date of birth is not a number: {0:?}")]
    NotANumber(BirthDatePart),
    /// The year has not four digits (`35`): 1935 or 2035 cannot be told apart.
    #[error("the year needs four digits")]
    ShortYear,
    /// There is no such month.
    #[error("there are twelve months")]
    NoSuchMonth,
    /// The month is shorter than that: 31 April.
    #[error("the month has only {days_in_month} days")]
    NoSuchDay {
        /// How many days it has.
        days_in_month: u8,
    },
    /// 29 February of a year that has none.
    #[error("{year} had no 29 February")]
    NotALeapYear {
        /// The year.
        year: i16,
    },
    /// The day has not come yet.
    #[error("the date of birth is in the future")]
    InTheFuture,
    /// Nobody is that old.
    #[error("the date of birth is more than {AGE_YEARS_MAX} years ago")]
    TooLongAgo,
    /// The papers name only the year, or give 00 for the day: real, and a matter for the hotline.
    #[error("only the year of birth is known")]
    YearOnly(BirthYear),
}

impl BirthDate {
    /// Reads day, month and year as typed. `today` is the region's civil day.
    pub fn parse(day: &str, month: &str, year: &str, today: Date) -> Result<Self, BirthDateError> {
        use BirthDatePart::{Day, Month, Year};
        let day = number(day, Day)?;
        let month = number(month, Month)?;
        let year = number(year, Year)?.ok_or(BirthDateError::Missing(Year))?;
        if year < 1000 {
            return Err(BirthDateError::ShortYear);
        }
        let known_year = BirthYear::new(year, today)?;
        match (day, month) {
            (None | Some(0), None | Some(0)) | (Some(0), Some(1..=12)) => Err(BirthDateError::YearOnly(known_year)),
            (_, Some(0 | 13..)) => Err(BirthDateError::NoSuchMonth),
            (None, _) => Err(BirthDateError::Missing(Day)),
            (_, None) => Err(BirthDateError::Missing(Month)),
            (Some(day), Some(month)) => Self::from_numbers(day, month, known_year, today),
        }
    }

    /// Takes a date that is one already, as the API and files give it.
    pub fn new(date: Date, today: Date) -> Result<Self, BirthDateError> {
        if date > today {
            return Err(BirthDateError::InTheFuture);
        }
        if i16::from(age_on(date, today)) > AGE_YEARS_MAX {
            return Err(BirthDateError::TooLongAgo);
        }
        Ok(Self(date))
    }

    /// The day.
    pub fn date(self) -> Date {
        self.0
    }

    /// The year.
    pub fn year(self) -> BirthYear {
        BirthYear(self.0.year())
    }

    fn from_numbers(day: u16, month: u16, year: BirthYear, today: Date) -> Result<Self, BirthDateError> {
        let month = i8::try_from(month).map_err(|_| BirthDateError::NoSuchMonth)?;
        let first = Date::new(year.0, month, 1).map_err(|_| BirthDateError::NoSuchMonth)?;
        let days_in_month = first.days_in_month();
        let date = i8::try_from(day)
            .ok()
            .and_then(|day| Date::new(year.0, month, day).ok());
        match date {
            Some(date) => Self::new(date, today),
            None if month == 2 && day == 29 => Err(BirthDateError::NotALeapYear { year: year.0 }),
            None => Err(BirthDateError::NoSuchDay {
                days_in_month: days_in_month.unsigned_abs(),
            }),
        }
    }
}

/// Reads one field; nothing typed is `None`.
fn number(text: &str, part: BirthDatePart) -> Result<Option<u16>, BirthDateError> {
    let text = text.trim().trim_end_matches('.');
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BirthDateError::NotANumber(part));
    }
    // Longer than a number can be is as wrong as a number that is too high.
    Ok(Some(text.parse().unwrap_or(u16::MAX)))
}

impl fmt::Debug for BirthDate {
    /// Leaves the date out: it must not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(..)")
    }
}

/// A year of birth that can be true; all that joining the line asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BirthYear(i16);

/// Why a text is not a year of birth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BirthYearError {
    /// Nothing was given.
    #[error("no year of birth was given")]
    Empty,
    /// It is not a number.
    #[error("a year of birth is a number")]
    NotANumber,
    /// It has not four digits.
    #[error("the year needs four digits")]
    ShortYear,
    /// It has not come yet.
    #[error("the year of birth is in the future")]
    InTheFuture,
    /// Nobody is that old.
    #[error("the year of birth is more than {AGE_YEARS_MAX} years ago")]
    TooLongAgo,
}

impl BirthYear {
    /// Reads a year of four digits as typed. `today` is the region's civil day.
    pub fn parse(text: &str, today: Date) -> Result<Self, BirthYearError> {
        let year = match number(text, BirthDatePart::Year) {
            Ok(Some(year)) => year,
            Ok(None) => return Err(BirthYearError::Empty),
            Err(_) => return Err(BirthYearError::NotANumber),
        };
        if year < 1000 {
            return Err(BirthYearError::ShortYear);
        }
        Self::new(year, today).map_err(|error| match error {
            BirthDateError::InTheFuture => BirthYearError::InTheFuture,
            _ => BirthYearError::TooLongAgo,
        })
    }

    /// The year as a number: 1935.
    pub fn get(self) -> i16 {
        self.0
    }

    /// 1 January of the year: the birthday of the oldest people born in it.
    pub fn first_day(self) -> Date {
        Date::new(self.0, 1, 1).unwrap_or(Date::MIN)
    }

    fn new(year: u16, today: Date) -> Result<Self, BirthDateError> {
        match i16::try_from(year) {
            Ok(year) if year > today.year() => Err(BirthDateError::InTheFuture),
            // One year more than the age: who is not yet 126 was born up to 126 calendar years ago.
            Ok(year) if today.year() - year > AGE_YEARS_MAX + 1 => Err(BirthDateError::TooLongAgo),
            Ok(year) => Ok(Self(year)),
            Err(_) => Err(BirthDateError::InTheFuture),
        }
    }
}

impl fmt::Debug for BirthYear {
    /// Leaves the year out: it must not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthYear(..)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2021, 1, 12);

    fn parse(day: &str, month: &str, year: &str) -> Result<Date, BirthDateError> {
        BirthDate::parse(day, month, year, TODAY).map(BirthDate::date)
    }

    #[test]
    fn a_date_is_read_as_people_write_it() {
        assert_eq!(parse("5", "3", "1935"), Ok(date(1935, 3, 5)));
        assert_eq!(parse(" 05. ", "03.", "1935 "), Ok(date(1935, 3, 5)));
        assert_eq!(parse("29", "2", "1936"), Ok(date(1936, 2, 29)));
        assert_eq!(parse("12", "1", "2021"), Ok(TODAY));
    }

    #[test]
    fn a_day_that_never_was_says_why() {
        assert_eq!(
            parse("29", "2", "1935"),
            Err(BirthDateError::NotALeapYear { year: 1935 })
        );
        assert_eq!(
            parse("29", "2", "1900"),
            Err(BirthDateError::NotALeapYear { year: 1900 })
        );
        assert_eq!(
            parse("30", "2", "1936"),
            Err(BirthDateError::NoSuchDay { days_in_month: 29 })
        );
        assert_eq!(
            parse("31", "4", "1935"),
            Err(BirthDateError::NoSuchDay { days_in_month: 30 })
        );
        assert_eq!(
            parse("0", "", "1935").map_err(|error| matches!(error, BirthDateError::YearOnly(_))),
            Err(true)
        );
        assert_eq!(
            parse("400", "4", "1935"),
            Err(BirthDateError::NoSuchDay { days_in_month: 30 })
        );
        assert_eq!(parse("1", "13", "1935"), Err(BirthDateError::NoSuchMonth));
        assert_eq!(parse("1", "99999999999", "1935"), Err(BirthDateError::NoSuchMonth));
    }

    #[test]
    fn who_is_born_tomorrow_or_older_than_anybody_is_asked_again() {
        assert_eq!(parse("13", "1", "2021"), Err(BirthDateError::InTheFuture));
        assert_eq!(parse("1", "1", "2022"), Err(BirthDateError::InTheFuture));
        assert_eq!(parse("1", "1", "65000"), Err(BirthDateError::InTheFuture));
        assert_eq!(parse("13", "1", "1895"), Ok(date(1895, 1, 13)));
        assert_eq!(parse("12", "1", "1895"), Err(BirthDateError::TooLongAgo));
        assert_eq!(parse("12", "1", "1535"), Err(BirthDateError::TooLongAgo));
    }

    #[test]
    fn old_papers_with_only_a_year_are_a_case_of_their_own() {
        for (day, month) in [("", ""), ("00", "00"), ("0", "0"), ("00", ""), ("", "00"), ("00", "05")] {
            let year = match parse(day, month, "1935") {
                Err(BirthDateError::YearOnly(year)) => Some(year.get()),
                _ => None,
            };
            assert_eq!(year, Some(1935), "{day:?} {month:?}");
        }
        assert_eq!(parse("", "5", "1935"), Err(BirthDateError::Missing(BirthDatePart::Day)));
        assert_eq!(
            parse("5", "", "1935"),
            Err(BirthDateError::Missing(BirthDatePart::Month))
        );
        assert_eq!(parse("5", "0", "1935"), Err(BirthDateError::NoSuchMonth));
    }

    #[test]
    fn what_is_not_a_number_names_its_field() {
        assert_eq!(
            parse("x", "1", "1935"),
            Err(BirthDateError::NotANumber(BirthDatePart::Day))
        );
        assert_eq!(
            parse("1", "März", "1935"),
            Err(BirthDateError::NotANumber(BirthDatePart::Month))
        );
        assert_eq!(
            parse("1", "3", "-1935"),
            Err(BirthDateError::NotANumber(BirthDatePart::Year))
        );
        assert_eq!(parse("1", "3", ""), Err(BirthDateError::Missing(BirthDatePart::Year)));
        assert_eq!(parse("1", "3", "35"), Err(BirthDateError::ShortYear));
    }

    #[test]
    fn a_year_of_birth_is_four_digits_of_somebody_alive() {
        assert_eq!(BirthYear::parse(" 1935 ", TODAY).map(BirthYear::get), Ok(1935));
        assert_eq!(BirthYear::parse("2021", TODAY).map(BirthYear::get), Ok(2021));
        assert_eq!(BirthYear::parse("", TODAY), Err(BirthYearError::Empty));
        assert_eq!(BirthYear::parse("35", TODAY), Err(BirthYearError::ShortYear));
        assert_eq!(BirthYear::parse("1935a", TODAY), Err(BirthYearError::NotANumber));
        assert_eq!(BirthYear::parse("2022", TODAY), Err(BirthYearError::InTheFuture));
        assert_eq!(BirthYear::parse("1894", TODAY), Err(BirthYearError::TooLongAgo));
    }

    #[test]
    fn a_year_of_life_is_complete_on_the_birthday() {
        assert_eq!(age_on(date(1941, 1, 12), TODAY), 80);
        assert_eq!(age_on(date(1941, 1, 13), TODAY), 79);
        assert_eq!(age_on(date(1940, 2, 29), date(2021, 2, 28)), 80);
        assert_eq!(age_on(date(1941, 2, 28), date(2021, 2, 28)), 80);
        assert_eq!(age_on(date(1940, 2, 29), date(2021, 3, 1)), 81);
        assert_eq!(age_on(date(2021, 1, 13), TODAY), 0);
    }

    #[test]
    fn a_date_of_birth_does_not_get_into_a_log() {
        assert_eq!(
            format!("{:?}", BirthDate::parse("5", "3", "1935", TODAY)),
            "Ok(BirthDate(..))"
        );
    }

    proptest! {
        #[test]
        fn any_fields_are_answered(day in ".{0,12}", month in ".{0,12}", year in ".{0,12}") {
            let _ = BirthDate::parse(&day, &month, &year, TODAY);
            let _ = BirthYear::parse(&year, TODAY);
        }

        #[test]
        fn every_day_of_a_life_reads_back(days in 0i32..45_000) {
            let born = TODAY.saturating_sub(jiff::Span::new().days(days));
            let (day, month, year) = (born.day().to_string(), born.month().to_string(), born.year().to_string());
            prop_assert_eq!(parse(&day, &month, &year), Ok(born));
            prop_assert_eq!(BirthYear::parse(&year, TODAY).map(BirthYear::get), Ok(born.year()));
        }
    }
}
