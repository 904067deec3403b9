//! Why somebody of the staff did something, in their own words, as the audit log keeps it.

use std::fmt;

/// A shorter one says nothing.
pub const REASON_CHARS_MIN: usize = 3;

/// A line of the log stays readable.
pub const REASON_CHARS_MAX: usize = 200;

/// A reason: one line of text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason(String);

/// Why a text is no reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReasonError {
    /// Nothing, or next to nothing.
    #[error("say why, in at least {REASON_CHARS_MIN} characters")]
    TooShort,
    /// More than fits a line.
    #[error("say why, in at most {REASON_CHARS_MAX} characters")]
    TooLong,
}

impl Reason {
    /// Reads what was typed. What would end the line, or cannot be seen, counts as a space: a reason never looks like
    /// a line of its own.
    ///
    /// # Errors
    /// When it says too little or too much.
    pub fn parse(text: &str) -> Result<Self, ReasonError> {
        let seen = text.replace(is_unseen, " ");
        let words: Vec<&str> = seen.split_whitespace().collect();
        let text = words.join(" ");
        match text.chars().count() {
            ..REASON_CHARS_MIN => Err(ReasonError::TooShort),
            count if count > REASON_CHARS_MAX => Err(ReasonError::TooLong),
            _ => Ok(Self(text)),
        }
    }

    /// The text, in one line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, and those that turn the direction of what follows (Unicode UAX 9).
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_whatever_was_typed() {
        let parsed = Reason::parse("  Datenbank\tlangsam\r\n5 2021-01-12 account=1 resumed\u{202e} ");
        let text = parsed.map(|reason| reason.to_string());
        assert_eq!(text.as_deref(), Ok("Datenbank langsam 5 2021-01-12 account=1 resumed"));
    }

    #[test]
    fn a_reason_says_something_and_not_everything() {
        for nothing in ["", "  ", "ab", "\n\u{200b}.\n"] {
            assert_eq!(Reason::parse(nothing), Err(ReasonError::TooShort), "{nothing:?}");
        }
        assert!(Reason::parse("äöü").is_ok());
        assert!(Reason::parse(&"ä".repeat(REASON_CHARS_MAX)).is_ok());
        assert_eq!(
            Reason::parse(&"a".repeat(REASON_CHARS_MAX + 1)),
            Err(ReasonError::TooLong)
        );
    }
}
