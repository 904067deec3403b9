//! Readers for single values of a region file.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use toml::de::DeValue;

use super::fields::{Reading, Wrong, kind};
use crate::contact::Country;
use crate::ids::Language;
use crate::region::diagnostics::nearest;
use crate::region::{Postcode, Weekdays};

/// The longest text of a region file, in characters: a few lines on a page.
const TEXT_CHARS_MAX: usize = 600;

/// The longest id, in characters: it stands in addresses of pages and in tickets' pools.
const ID_CHARS_MAX: usize = 40;

/// A text of one line that is not empty.
pub(super) fn text(value: &DeValue<'_>) -> Reading<String> {
    let text = string(value)?;
    if text.trim().is_empty() {
        return Err(Wrong::like_example("is empty"));
    }
    if text.trim() != text || text.contains(char::is_control) {
        let clean = text
            .split(|c: char| c.is_control() || c.is_whitespace())
            .filter(|word| !word.is_empty());
        let clean = clean.collect::<Vec<_>>().join(" ");
        return Err(Wrong::instead(
            "has spaces around it or a line break in it",
            quoted(&clean),
        ));
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Wrong::instead(
            format!("has more than {TEXT_CHARS_MAX} characters"),
            "a shorter text".to_owned(),
        ));
    }
    Ok(text.to_owned())
}

/// An id: lower-case letters, digits and hyphens, so that it can stand in the address of a page.
pub(super) fn id(value: &DeValue<'_>) -> Reading<String> {
    if let DeValue::Integer(number) = value {
        return Err(Wrong::instead(
            "is a number without quotation marks",
            quoted(number.as_str()),
        ));
    }
    let text = string(value)?;
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let bounded = (1..=ID_CHARS_MAX).contains(&text.chars().count());
    if bounded && text.chars().all(good) {
        return Ok(text.to_owned());
    }
    let proposal: String = text
        .to_lowercase()
        .split(|c| !good(c))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    let message = format!("is not made of a-z, 0-9 and hyphens alone, at most {ID_CHARS_MAX} of them");
    match proposal.chars().count() {
        1..=ID_CHARS_MAX => Err(Wrong::instead(message, quoted(&proposal))),
        _ => Err(Wrong::like_example(message)),
    }
}

/// The id of something that the file describes elsewhere.
pub(super) fn reference(thing: &'static str, known: &[String]) -> impl Fn(&DeValue<'_>) -> Reading<String> {
    move |value| {
        let written = id(value)?;
        if known.contains(&written) {
            return Ok(written);
        }
        let message = format!("names a {thing} that the file does not have: {}", quoted(&written));
        match nearest(&written, known.iter().map(String::as_str)) {
            Some(like) => Err(Wrong::instead(message, quoted(like))),
            None => Err(Wrong::instead(message, format!("the id of a {thing} of this file"))),
        }
    }
}

/// A whole number within bounds.
pub(super) fn number<T: TryFrom<i64>>(bounds: RangeInclusive<i64>) -> impl Fn(&DeValue<'_>) -> Reading<T> {
    move |value| {
        let DeValue::Integer(digits) = value else {
            return Err(Wrong::like_example(format!("is {}, not a whole number", kind(value))));
        };
        let number = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
        let within = number
            .filter(|number| bounds.contains(number))
            .and_then(|number| T::try_from(number).ok());
        within.ok_or_else(|| {
            let (low, high) = (bounds.start(), bounds.end());
            Wrong::instead(format!("is {digits}"), format!("a whole number from {low} to {high}"))
        })
    }
}

/// A number with a decimal point, within bounds; a whole number will do.
pub(super) fn degrees(bound: f64) -> impl Fn(&DeValue<'_>) -> Reading<f64> {
    move |value| {
        let text = match value {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            other => return Err(Wrong::like_example(format!("is {}, not a decimal number", kind(other)))),
        };
        let degrees: Option<f64> = text.parse().ok();
        degrees
            .filter(|degrees| degrees.abs() <= bound)
            .ok_or_else(|| Wrong::instead(format!("is {text}"), format!("degrees from -{bound} to {bound}")))
    }
}

/// `true` or `false`.
pub(super) fn truth(value: &DeValue<'_>) -> Reading<bool> {
    match value {
        DeValue::Boolean(truth) => Ok(*truth),
        other => Err(Wrong::like_example(format!("is {}, not true or false", kind(other)))),
    }
}

/// A day, written without quotation marks.
pub(super) fn date(value: &DeValue<'_>) -> Reading<Date> {
    match value {
        DeValue::Datetime(at) => match (at.date, at.time) {
            (Some(day), None) => {
                let parts = (i16::try_from(day.year), i8::try_from(day.month), i8::try_from(day.day));
                let (Ok(year), Ok(month), Ok(day_of_month)) = parts else {
                    return Err(Wrong::like_example(format!("is {day}, which is no day")));
                };
                Date::new(year, month, day_of_month)
                    .map_err(|_| Wrong::like_example(format!("is {day}, which is no day")))
            }
            _ => Err(Wrong::like_example(format!("is {at}, not a day alone"))),
        },
        DeValue::String(written) if written.parse::<Date>().is_ok() => Err(Wrong::instead(
            "is a date in quotation marks",
            format!("{written} without quotation marks"),
        )),
        other => Err(Wrong::like_example(format!(
            "is {}, not a date (year-month-day)",
            kind(other)
        ))),
    }
}

/// A time of day, written without quotation marks, to the minute.
pub(super) fn time(value: &DeValue<'_>) -> Reading<Time> {
    match value {
        DeValue::Datetime(at) => match (at.date, at.time) {
            (None, Some(clock)) if clock.second.unwrap_or(0) == 0 && clock.nanosecond.unwrap_or(0) == 0 => {
                let parts = (i8::try_from(clock.hour), i8::try_from(clock.minute));
                let (Ok(hour), Ok(minute)) = parts else {
                    return Err(Wrong::like_example(format!("is {clock}, which is no time of day")));
                };
                Time::new(hour, minute, 0, 0)
                    .map_err(|_| Wrong::like_example(format!("is {clock}, which is no time of day")))
            }
            _ => Err(Wrong::like_example(format!(
                "is {at}, not a time of day in whole minutes"
            ))),
        },
        other => Err(Wrong::like_example(format!("is {}, not a time of day", kind(other)))),
    }
}

/// Days of the week as a planner writes them: `mon-fri`, `sat`, `mon, wed-fri`.
pub(super) fn weekdays(value: &DeValue<'_>) -> Reading<Weekdays> {
    let text = string(value)?;
    let mut days = Weekdays::default();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (weekday(first)?, weekday(last)?);
        if first > last {
            return Err(Wrong::instead(
                format!("begins after it ends: {}", quoted(part.trim())),
                "the days from mon to sun in their order, such as \"mon-fri\", or single ones, such as \"sat, sun\"",
            ));
        }
        for day in &WEEKDAYS[first..=last] {
            days = days.with(day.1);
        }
    }
    Ok(days)
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// The place of a day in the week, from Monday.
fn weekday(name: &str) -> Reading<usize> {
    let name = name.trim();
    WEEKDAYS.iter().position(|(short, _)| *short == name).ok_or_else(|| {
        let known = WEEKDAYS.map(|(short, _)| short).join(", ");
        Wrong::instead(
            format!("has a day of the week that is none: {}", quoted(name)),
            format!("days out of {known}"),
        )
    })
}

/// A postcode in quotation marks.
pub(super) fn postcode(value: &DeValue<'_>) -> Reading<Postcode> {
    if let DeValue::Integer(number) = value {
        let message = "is a number without quotation marks";
        return Err(match Postcode::parse(number.as_str()) {
            Ok(postcode) => Wrong::instead(message, quoted(postcode.as_str())),
            Err(_) => Wrong::like_example(message),
        });
    }
    let text = string(value)?;
    match Postcode::parse(text) {
        Ok(postcode) if postcode.as_str() == text => Ok(postcode),
        Ok(postcode) => Err(Wrong::instead(
            format!("is {}", quoted(text)),
            quoted(postcode.as_str()),
        )),
        Err(error) => Err(Wrong::instead(
            format!("is {}, but {error}", quoted(text)),
            "five digits, such as \"34117\"",
        )),
    }
}

/// The tag of a language: `de`, `en`.
pub(super) fn language(value: &DeValue<'_>) -> Reading<Language> {
    let text = string(value)?;
    let mut subtags = text.split('-');
    let primary = subtags
        .next()
        .is_some_and(|tag| (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase()));
    let others = subtags.all(|tag| (2..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric()));
    if primary && others {
        return Ok(Language::new(text));
    }
    Err(Wrong::instead(
        format!("has {}, which is no language tag", quoted(text)),
        "tags such as \"de\" or \"en\" (BCP 47)",
    ))
}

/// The code of a country: `DE`.
pub(super) fn country(value: &DeValue<'_>) -> Reading<Country> {
    let text = string(value)?;
    Country::parse(text).ok_or_else(|| {
        Wrong::instead(
            format!("is {}, which is no country", quoted(text)),
            "a code of two capital letters, such as \"DE\" (ISO 3166-1)",
        )
    })
}

/// The name of a time zone: `Europe/Berlin`.
pub(super) fn time_zone(value: &DeValue<'_>) -> Reading<TimeZone> {
    let text = string(value)?;
    // The bundled database: reading a region looks at no file of the machine.
    let zones = TimeZoneDatabase::bundled();
    zones.get(text).map_err(|_| {
        let message = format!("is {}, which is no time zone", quoted(text));
        let known: Vec<String> = zones.available().map(|name| name.to_string()).collect();
        match nearest(text, known.iter().map(String::as_str)) {
            Some(like) => Wrong::instead(message, quoted(like)),
            None => Wrong::like_example(message),
        }
    })
}

/// What a telephone dials: a plus and 7 to 15 digits (E.164), or a short number of 3 to 6 digits.
pub(super) fn dialled(value: &DeValue<'_>) -> Reading<String> {
    let text = string(value)?;
    let (digits, lengths) = text.strip_prefix('+').map_or((text, 3..=6), |digits| (digits, 7..=15));
    if lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(Wrong::instead(
        format!("is {}, which cannot be dialled from everywhere", quoted(text)),
        "country code and number without spaces, such as \"+4961150592888\", or a short number, such as \"116117\"",
    ))
}

fn string<'a>(value: &'a DeValue<'_>) -> Reading<&'a str> {
    match value {
        DeValue::String(text) => Ok(text),
        other => Err(Wrong::like_example(format!(
            "is {}, not a text in quotation marks",
            kind(other)
        ))),
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
