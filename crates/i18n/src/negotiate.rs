//! Choosing a language from an `Accept-Language` header.

use dran_core::ids::Language;

/// How many entries of a header are read; browsers send fewer than ten.
const ENTRIES_MAX: usize = 32;

/// The offered language that the header likes best; among equals the one named first in the header.
/// With nothing in common, the first one offered.
pub(crate) fn best<'a>(header: &str, offered: &[&'a Language]) -> Option<&'a Language> {
    let mut best: Option<(u16, &'a Language)> = None;
    for (range, weight) in header.split(',').take(ENTRIES_MAX).filter_map(entry) {
        let Some(language) = matching(range, offered) else {
            continue;
        };
        if weight > 0 && best.is_none_or(|(liked, _)| weight > liked) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language).or_else(|| offered.first().copied())
}

/// A language range and its weight in thousandths; none if it is malformed.
fn entry(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    let weight = match parts.next() {
        None => 1000,
        Some(parameter) => {
            let q: f32 = parameter
                .strip_prefix("q=")
                .or_else(|| parameter.strip_prefix("Q="))?
                .trim()
                .parse()
                .ok()?;
            (0.0..=1.0).contains(&q).then_some((q * 1000.0) as u16)?
        }
    };
    Some((range, weight))
}

/// The offered language that is named exactly, else the one with the same primary subtag (`de` for
/// `de-AT`), else any for `*`.
fn matching<'a>(range: &str, offered: &[&'a Language]) -> Option<&'a Language> {
    if range == "*" {
        return offered.first().copied();
    }
    let exact = offered
        .iter()
        .find(|language| language.as_str().eq_ignore_ascii_case(range));
    let primary = |tag: &str| tag.split('-').next().map(str::to_ascii_lowercase);
    exact
        .or_else(|| {
            offered
                .iter()
                .find(|language| primary(language.as_str()) == primary(range))
        })
        .copied()
}
