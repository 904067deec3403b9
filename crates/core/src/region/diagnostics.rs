//! What is wrong with a region file: where, what, and what to write instead.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong with a region file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Diagnostic {
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead, as the object of "write".
    pub instead: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}; write {}", self.line, self.message, self.instead)
    }
}

/// Collects diagnostics while a file is read.
pub(super) struct Log<'t> {
    text: &'t str,
    found: Vec<Diagnostic>,
}

impl<'t> Log<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            found: Vec::new(),
        }
    }

    /// Notes one thing at a span of bytes.
    pub(super) fn report(&mut self, span: &Range<usize>, message: impl Into<String>, instead: impl Into<String>) {
        let (line, column) = self.line_and_column(span.start);
        self.found.push(Diagnostic {
            line,
            column,
            message: message.into(),
            instead: instead.into(),
        });
    }

    /// Everything noted, in the order of the file, each once.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort();
        self.found.dedup();
        self.found
    }

    /// The line of a byte of the file, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_and_column(offset).0
    }

    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }
}

/// The known word that is most like `written`, if one is like it at all: at most a third of its
/// letters are wrong, and at least one may be.
pub(crate) fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let wrong_max = (written.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (edit_distance(written, word), word))
        .filter(|(distance, _)| *distance <= wrong_max)
        .min()
        .map(|(_, word)| word)
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour to make one
/// word the other, capitals aside (optimal string alignment).
fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, &l) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &r) in right.iter().enumerate() {
            let mut best = (last[j] + usize::from(l != r)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && l == right[j - 1] && left[i - 1] == r {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swapped_a_missing_and_a_wrong_letter_count_one_each() {
        assert_eq!(edit_distance("lanes", "lanes"), 0);
        assert_eq!(edit_distance("Lanes", "lanse"), 1);
        assert_eq!(edit_distance("lane", "lanes"), 1);
        assert_eq!(edit_distance("lünes", "lanes"), 1);
        assert_eq!(edit_distance("", "lanes"), 5);
        assert_eq!(edit_distance("lanes", ""), 5);
    }

    #[test]
    fn only_a_word_that_is_alike_is_proposed() {
        let known = ["lanes", "hours", "open_from"];
        assert_eq!(nearest("lane", known), Some("lanes"));
        assert_eq!(nearest("openfrom", known), Some("open_from"));
        assert_eq!(nearest("wheelchair", known), None);
        assert_eq!(nearest("x", known), None);
    }

    #[test]
    fn a_place_is_told_by_line_and_character() {
        let text = "a = 1\nü = 2\n";
        let mut log = Log::new(text);
        log.report(&(9..10), "second", "y");
        log.report(&(0..1), "first", "x");
        log.report(&(0..1), "first", "x");
        log.report(&(text.len()..text.len()), "end", "z");
        let found: Vec<_> = log
            .finish()
            .into_iter()
            .map(|d| (d.line, d.column, d.to_string()))
            .collect();
        assert_eq!(
            found,
            [
                (1, 1, "line 1: first; write x".to_owned()),
                (2, 3, "line 2: second; write y".to_owned()),
                (3, 1, "line 3: end; write z".to_owned()),
            ]
        );
    }
}
