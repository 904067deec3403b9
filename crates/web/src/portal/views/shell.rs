//! The frame of every page: language, region, hotline, notices; and the voice that says the texts.
//!
//! Numbers and times are taken by reference, because that is how templates hold them.

use dran_i18n::Speaker;
use jiff::civil::{Date, DateTime, Time};

use super::paths;
use crate::assets;

/// What every page needs to know.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Says the texts.
    pub speaker: Speaker,
    /// The languages of the region; the switch is shown when there are two or more.
    pub languages: Vec<LanguageLink>,
    /// The region's name (`Hessen`).
    pub region: String,
    /// Where to ring; shown on every page, always at the same place.
    pub hotlines: Vec<Hotline>,
    /// Whether this is the demo: says so at the top and shows the way to its messages.
    pub demo: bool,
    /// A notice of the operator, shown at the top of every page.
    pub notice: Option<String>,
}

/// A language one can switch to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageLink {
    /// BCP 47 tag.
    pub tag: String,
    /// Its name in itself (`Deutsch`).
    pub name: String,
    /// This page in that language.
    pub href: String,
    /// Whether it is spoken now.
    pub current: bool,
}

/// A telephone number of the region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hotline {
    /// As people write it (`0611 505 92 888`).
    pub number: String,
    /// As a telephone dials it (`+4961150592888` or `116117`).
    pub dial: String,
    /// When somebody answers, as hours of the day.
    pub hours: Option<(Time, Time)>,
}

impl Shell {
    /// The text of a key.
    pub fn t(&self, key: &str) -> String {
        self.speaker.text(key)
    }

    /// The text of a key with one word put in.
    pub fn tv(&self, key: &str, name: &str, value: &str) -> String {
        self.speaker.text_with(key, &[(name, value.into())])
    }

    /// The text of a key with a person's name put in as `$name`, set apart so that a name written from
    /// right to left does not turn the words around it (Unicode UAX 9, first strong isolate).
    pub fn t_name(&self, key: &str, name: &str) -> String {
        self.tv(key, "name", &format!("\u{2068}{name}\u{2069}"))
    }

    /// The text of a key with two words put in.
    pub fn tv2(&self, key: &str, name: &str, value: &str, name2: &str, value2: &str) -> String {
        self.speaker
            .text_with(key, &[(name, value.into()), (name2, value2.into())])
    }

    /// The text of a key with a number put in, which can choose between singular and plural.
    pub fn tn(&self, key: &str, name: &str, number: &u64) -> String {
        self.speaker.text_with(key, &[(name, (*number).into())])
    }

    /// The text of a key with two numbers put in.
    pub fn tn2(&self, key: &str, name: &str, number: &u64, name2: &str, number2: &u64) -> String {
        self.speaker
            .text_with(key, &[(name, (*number).into()), (name2, (*number2).into())])
    }

    /// A day in words, with its weekday.
    pub fn day(&self, day: &Date) -> String {
        bound_day(&self.speaker.date(*day))
    }

    /// The day of a moment in words.
    pub fn day_of(&self, at: &DateTime) -> String {
        bound_day(&self.speaker.date(at.date()))
    }

    /// The day of a moment in the next months, to be read aloud: without its year.
    pub fn near_day_of(&self, at: &DateTime) -> String {
        bound_day(&self.speaker.day(at.date()))
    }

    /// A date of birth: without its weekday, which nobody knows.
    pub fn birth_date(&self, date: &Date) -> String {
        let month = self
            .speaker
            .text_with("format-month", &[("number", date.month().into())]);
        let year = date.year().to_string();
        self.speaker.text_with(
            "birth-date",
            &[
                ("day", date.day().into()),
                ("month", month.into()),
                ("year", year.into()),
            ],
        )
    }

    /// A time of day.
    pub fn time(&self, time: &Time) -> String {
        bound(&self.speaker.time(*time))
    }

    /// The time of day of a moment.
    pub fn time_of(&self, at: &DateTime) -> String {
        bound(&self.speaker.time(at.time()))
    }

    /// A number as the language writes it.
    pub fn number(&self, number: &u64) -> String {
        self.speaker.number(*number)
    }

    /// A wait in words, as a range.
    pub fn wait(&self, low_s: &u32, high_s: &u32) -> String {
        self.speaker.wait_range(*low_s, *high_s)
    }

    /// How long it is until something, to the minute.
    pub fn until(&self, seconds: &u32) -> String {
        self.speaker.duration(seconds.div_ceil(60))
    }

    /// The address of an asset under its hashed name.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// The language's tag, for `lang`.
    pub fn lang(&self) -> &str {
        self.speaker.language().as_str()
    }

    pub(crate) fn home(&self) -> &'static str {
        paths::HOME
    }
    pub(super) fn place(&self) -> &'static str {
        paths::PLACE
    }
    pub(super) fn manage(&self) -> &'static str {
        paths::MANAGE
    }
    pub(super) fn status(&self) -> &'static str {
        paths::STATUS
    }
    pub(super) fn privacy(&self) -> &'static str {
        paths::PRIVACY
    }
    pub(super) fn accessibility(&self) -> &'static str {
        paths::ACCESSIBILITY
    }
    pub(super) fn demo_outbox(&self) -> &'static str {
        paths::DEMO_OUTBOX
    }
}

const NO_BREAK_SPACE: &str = "\u{a0}";

/// Keeps "9:30 Uhr" on one line.
fn bound(text: &str) -> String {
    text.replace(' ', NO_BREAK_SPACE)
}

/// Keeps day and month of a date together: "Dienstag, 19. Januar 2021".
fn bound_day(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        [weekday, day, month, rest @ ..] => [&[*weekday, &format!("{day}{NO_BREAK_SPACE}{month}")], rest]
            .concat()
            .join(" "),
        _ => text.to_owned(),
    }
}
