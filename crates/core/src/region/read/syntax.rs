//! What is said about a file that is not TOML.

use std::collections::BTreeSet;

use toml::de::Error;

use crate::region::diagnostics::Log;

/// What to write instead, by a word of the parser's message.
const HELP: [(&str, &str); 8] = [
    ("duplicate key", "each key once, and delete the other"),
    ("must be quoted", "texts in quotation marks: `name = \"Kassel\"`"),
    (
        "string",
        "a quotation mark before the text and one behind it: `name = \"Kassel\"`",
    ),
    (
        "date",
        "a day that the calendar has, without quotation marks: `open_from = 2021-01-19`",
    ),
    ("time", "a time of day, without quotation marks: `opens = 08:00:00`"),
    (
        "unclosed table",
        "the name of a section in its brackets on one line: `[hotline]`, `[[centres]]`",
    ),
    (
        "comma",
        "a comma between the parts of a list: `postcodes = [\"34117\", \"34119\"]`",
    ),
    ("number", "a number without quotation marks: `lanes = 10`"),
];

/// What to write where the parser's message has none of these words.
const HELP_OTHERWISE: &str =
    "`key = value` on one line: texts in quotation marks, lists in [ ], dates as 2021-01-19, times as 08:00:00";

/// Reports what a parser found, one thing a line. Where a list or table is not closed, everything
/// behind it looks wrong: then only the place is told at which that shows.
pub(super) fn report(log: &mut Log<'_>, errors: &[Error]) {
    let start = |error: &Error| error.span().map_or(0, |span| span.start);
    let unclosed = errors.iter().find(|error| {
        let message = error.message();
        message.contains("unclosed array") || message.contains("unclosed inline table")
    });
    if unclosed.is_some() {
        let first = errors.iter().map(start).min().unwrap_or(0);
        let message = "a list or table that begins before this place is not closed";
        log.report(&(first..first), message, "its `]` or `}` where it ends");
        return;
    }
    let mut lines = BTreeSet::new();
    for error in errors {
        let (at, message) = (start(error), error.message());
        if lines.insert(log.line(at)) {
            let help = HELP.iter().find(|(word, _)| message.contains(word));
            let instead = help.map_or(HELP_OTHERWISE, |(_, instead)| instead);
            log.report(&(at..at), format!("this cannot be read: {message}"), instead);
        }
    }
}
