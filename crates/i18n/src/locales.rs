//! The one list of languages and their files.
//!
//! A new file: one line in each language. A new language: a folder under `locales/` and one entry
//! here; the checks of [`crate::check`] then tell which texts it lacks.

use crate::format::NumberStyle;

/// A language as the program carries it.
pub(crate) struct LocaleSource {
    /// BCP 47 tag.
    pub tag: &'static str,
    /// `ltr` or `rtl`, the value of HTML's `dir`.
    pub direction: &'static str,
    /// How numbers are written.
    pub numbers: NumberStyle,
    /// Names and contents of its files.
    pub files: &'static [(&'static str, &'static str)],
}

/// Names a language's files and takes their contents in.
macro_rules! files {
    ($folder:literal: $($file:literal),+) => {
        &[$((
            concat!("locales/", $folder, "/", $file),
            include_str!(concat!("../locales/", $folder, "/", $file)),
        )),+]
    };
}

/// Every language of dran, the reference language first.
pub(crate) const LOCALES: &[LocaleSource] = &[
    LocaleSource {
        tag: "de",
        direction: "ltr",
        numbers: NumberStyle::GroupedByPoint,
        files: files!(
            "de": "formats.ftl", "messages.ftl", "pages.ftl", "refusals.ftl", "input.ftl", "staff.ftl", "desk.ftl",
            "voice.ftl", "provider.ftl", "operations.ftl", "storm.ftl"
        ),
    },
    LocaleSource {
        tag: "en",
        direction: "ltr",
        numbers: NumberStyle::GroupedByComma,
        files: files!(
            "en": "formats.ftl", "messages.ftl", "pages.ftl", "refusals.ftl", "input.ftl", "staff.ftl", "desk.ftl",
            "voice.ftl", "provider.ftl", "operations.ftl", "storm.ftl"
        ),
    },
];
