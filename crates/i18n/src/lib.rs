//! All texts that people read: Fluent files by language, compiled in, with dates, times, numbers and
//! waiting times as each language writes them.
//!
//! Adding a language or a file is one line in `locales`. [`Texts::builtin`] refuses to start with
//! texts that are broken, doubled, missing in one language or called with other variables there, and
//! says where.

mod check;
mod format;
mod locales;
mod negotiate;
mod speaker;
mod spoken;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use dran_core::ids::Language;

pub use check::Problem;
use locales::LocaleSource;
use speaker::Voice;
pub use speaker::{Speaker, Value};

/// The language that has every text; it speaks where the wanted one is not there.
pub const REFERENCE_LANGUAGE: &str = "de";

/// The texts of all languages. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Texts {
    voices: Arc<BTreeMap<String, Arc<Voice>>>,
    reference: Arc<Voice>,
}

/// Everything that is wrong with the texts, at once, so that it can be mended at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TextsError {
    /// One entry per problem, in the order of languages and files.
    pub problems: Vec<Problem>,
}

impl fmt::Display for TextsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the texts cannot be used:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl Texts {
    /// The texts compiled into the program.
    ///
    /// # Errors
    ///
    /// Tells every syntax error, double or missing key, unknown reference and differing variable,
    /// each with its file.
    pub fn builtin() -> Result<Self, TextsError> {
        Self::from_sources(locales::LOCALES)
    }

    fn from_sources(sources: &[LocaleSource]) -> Result<Self, TextsError> {
        let checked = check::check(sources).map_err(|problems| TextsError { problems })?;
        let voices: BTreeMap<String, Arc<Voice>> = checked
            .into_iter()
            .map(|locale| (locale.tag.to_owned(), Arc::new(Voice::new(locale))))
            .collect();
        let reference = voices.get(REFERENCE_LANGUAGE).cloned().ok_or_else(|| TextsError {
            problems: vec![Problem::NoReference],
        })?;
        Ok(Self {
            voices: Arc::new(voices),
            reference,
        })
    }

    /// The languages that have texts.
    pub fn languages(&self) -> impl Iterator<Item = Language> + '_ {
        self.voices.keys().map(|tag| Language::new(tag.as_str()))
    }

    /// Who speaks this language; German where there are no texts in it.
    pub fn speaker(&self, language: &Language) -> Speaker {
        Speaker::new(Arc::clone(
            self.voices.get(language.as_str()).unwrap_or(&self.reference),
        ))
    }

    /// The language to answer in: the one of `offered` that an `Accept-Language` header (RFC 9110
    /// § 12.5.4) likes best, else the first offered. Languages without texts are never chosen.
    pub fn negotiate(&self, accept_language: Option<&str>, offered: &[Language]) -> Language {
        let spoken: Vec<&Language> = offered
            .iter()
            .filter(|l| self.voices.contains_key(l.as_str()))
            .collect();
        negotiate::best(accept_language.unwrap_or_default(), &spoken)
            .cloned()
            .unwrap_or_else(|| Language::new(REFERENCE_LANGUAGE))
    }
}

#[cfg(test)]
mod tests;
