//! One language, speaking.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use dran_core::ids::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::check::CheckedLocale;
use crate::format::NumberStyle;

/// A language with its texts, ready to speak.
pub(crate) struct Voice {
    language: Language,
    direction: &'static str,
    numbers: NumberStyle,
    bundle: FluentBundle<FluentResource>,
}

impl Voice {
    /// Takes checked files; in them no key stands twice.
    pub(crate) fn new(locale: CheckedLocale) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![locale.identifier]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(locale.numbers.formatter()));
        for resource in locale.resources {
            bundle.add_resource_overriding(resource);
        }
        Self {
            language: Language::new(locale.tag),
            direction: locale.direction,
            numbers: locale.numbers,
            bundle,
        }
    }
}

/// What is put into a text: a word that stands as it is, or a number that is written as the language
/// writes numbers and that can choose between singular and plural.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Stands as it is.
    Text(Cow<'a, str>),
    /// Written by the language; exact up to 2^53.
    Number(f64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

macro_rules! value_from_number {
    ($($number:ty),+) => {
        $(impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        })+
    };
}
value_from_number!(i8, u8, i16, u16, i32, u32, i64, u64, usize, f64);

/// Speaks one language. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Speaker {
    voice: Arc<Voice>,
}

impl fmt::Debug for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Speaker").field(&self.voice.language).finish()
    }
}

impl Speaker {
    pub(crate) fn new(voice: Arc<Voice>) -> Self {
        Self { voice }
    }

    /// The language spoken.
    pub fn language(&self) -> &Language {
        &self.voice.language
    }

    /// The direction of its script, `ltr` or `rtl`: the value of HTML's `dir`.
    pub fn direction(&self) -> &'static str {
        self.voice.direction
    }

    pub(crate) fn number_style(&self) -> NumberStyle {
        self.voice.numbers
    }

    /// The text of a key. An unknown key is answered with itself, and logged as an error.
    pub fn text(&self, key: &str) -> String {
        self.text_with(key, &[])
    }

    /// The text of a key with its variables. An unknown key is answered with itself, a variable that
    /// is not given with its name; both are logged as errors. Values are not logged.
    pub fn text_with(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let bundle = &self.voice.bundle;
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, language = %self.voice.language, "a text is missing");
            return key.to_owned();
        };
        let mut given = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            match value {
                Value::Text(text) => given.set(*name, FluentValue::String(Cow::Borrowed(text))),
                Value::Number(number) => given.set(*name, *number),
            }
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&given), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, language = %self.voice.language, ?errors, "a text could not be completed");
        }
        text
    }
}
