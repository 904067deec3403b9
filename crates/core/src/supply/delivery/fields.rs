//! Single fields of a delivery file, as people and spreadsheets write them.

use jiff::civil::Date;

use super::{DOSES_MAX, REFERENCE_CHARS_MAX};

/// The longest id, in characters.
const ID_CHARS_MAX: usize = 40;

/// What a field says; or what is wrong with it, and what to write instead.
type Field<T> = Result<T, (String, String)>;

pub(super) fn reference(text: &str) -> Field<String> {
    let instead = || format!("a name for the delivery of at most {REFERENCE_CHARS_MAX} characters, such as 2021-KW03");
    if text.is_empty() {
        return Err(("the reference is empty".to_owned(), instead()));
    }
    if text.chars().count() > REFERENCE_CHARS_MAX || text.contains(char::is_control) {
        return Err((
            "the reference is too long or has a line break in it".to_owned(),
            instead(),
        ));
    }
    Ok(text.to_owned())
}

/// The id of a centre or vaccine; capitals do not matter.
pub(super) fn id(thing: &str, example: &str, text: &str) -> Field<String> {
    let instead = || format!("the id of the {thing} in the region file, such as {example}");
    if text.is_empty() {
        return Err((format!("the {thing} is empty"), instead()));
    }
    let id = text.to_lowercase();
    let is_id = id.len() <= ID_CHARS_MAX
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if is_id {
        Ok(id)
    } else {
        Err((format!("`{}` is no {thing}", shown(text)), instead()))
    }
}

/// A day as `2021-01-18` or `18.1.2021`.
pub(super) fn day(text: &str) -> Field<Date> {
    let instead = || "2021-01-18 or 18.01.2021".to_owned();
    if text.is_empty() {
        return Err(("the day is empty".to_owned(), instead()));
    }
    let numbers = iso_numbers(text).or_else(|| german_numbers(text));
    let Some((year, month, day)) = numbers else {
        return Err((format!("`{}` is no day", shown(text)), instead()));
    };
    Date::new(year, month, day).map_err(|_| (format!("the calendar has no {}", shown(text)), instead()))
}

fn iso_numbers(text: &str) -> Option<(i16, i8, i8)> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some((number(year, 4..=4)?, number(month, 2..=2)?, number(day, 2..=2)?))
}

fn german_numbers(text: &str) -> Option<(i16, i8, i8)> {
    let mut parts = text.splitn(3, '.').map(str::trim);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some((number(year, 4..=4)?, number(month, 1..=2)?, number(day, 1..=2)?))
}

fn number<N: std::str::FromStr>(digits: &str, count: std::ops::RangeInclusive<usize>) -> Option<N> {
    let is_number = count.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// A number of doses: `1170`, with the thousands grouped as in German (`1.170`, `1 170`), or with
/// the empty decimals of a spreadsheet cell (`1170,00`). `1,170` could mean either of two numbers.
pub(super) fn doses(text: &str) -> Field<u32> {
    let instead = || format!("a whole number from 1 to {DOSES_MAX}, such as 1170");
    if text.is_empty() {
        return Err(("the doses are empty".to_owned(), instead()));
    }
    let whole = text
        .strip_suffix(",00")
        .or_else(|| text.strip_suffix(",0"))
        .unwrap_or(text);
    let grouped = ungroup(whole).and_then(|digits| digits.parse().ok());
    match grouped {
        Some(doses @ 1..=DOSES_MAX) => Ok(doses),
        Some(_) => Err((format!("{} doses cannot be", shown(text)), instead())),
        None => Err((format!("`{}` is no number of doses", shown(text)), instead())),
    }
}

/// The digits of a number whose thousands may be grouped, always by the same mark.
fn ungroup(number: &str) -> Option<String> {
    let mark = number.chars().find(|c| !c.is_ascii_digit());
    let Some(mark) = mark else {
        return Some(number.to_owned());
    };
    let mut groups = number.split(mark);
    let first = groups.next()?;
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let is_number =
        matches!(mark, '.' | ' ' | '\u{a0}' | '\u{202f}') && (1..=3).contains(&first.len()) && groups.all(is_group);
    is_number.then(|| number.chars().filter(char::is_ascii_digit).collect())
}

/// The beginning of a text, for a message.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(ID_CHARS_MAX).collect()
}
