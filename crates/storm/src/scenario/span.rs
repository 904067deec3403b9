//! Times of a scenario, relative to its opening.

use std::fmt;

use serde::Deserialize;

/// A time from the opening on, or a length of time, in milliseconds: `-30m`, `8h30m`, `250ms`, `0s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub i64);

/// A length of time, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Length(pub i64);

/// What is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// Not understood.
    #[error("`{0}` is no time; write 30m, 8h30m, 45s or 250ms, with a minus sign before the opening")]
    Form(String),
    /// Longer than a week, in either direction.
    #[error("`{0}` is longer than a week")]
    TooLong(String),
    /// A length that is negative.
    #[error("`{0}` is a length of time and cannot be negative")]
    Negative(String),
}

/// A scenario is a day; more than this is a mistake in typing.
const MILLIS_MAX: i64 = 7 * 24 * 3_600_000;

impl Span {
    /// Reads a time.
    ///
    /// # Errors
    /// Says what is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<Self, SpanError> {
        let wrong = || SpanError::Form(text.to_owned());
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if rest.is_empty() {
            return Err(wrong());
        }
        let mut millis = 0_i64;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: i64 = rest[..digits].parse().map_err(|_| wrong())?;
            rest = &rest[digits..];
            let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            let unit = match &rest[..letters] {
                "h" => 3_600_000,
                "m" => 60_000,
                "s" => 1_000,
                "ms" => 1,
                _ => return Err(wrong()),
            };
            rest = &rest[letters..];
            millis = number
                .checked_mul(unit)
                .and_then(|part| part.checked_add(millis))
                .filter(|sum| *sum <= MILLIS_MAX)
                .ok_or_else(|| SpanError::TooLong(text.to_owned()))?;
        }
        Ok(Self(if negative { -millis } else { millis }))
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        Self::parse(&text)
    }
}

impl TryFrom<String> for Length {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        match Span::parse(&text)? {
            Span(millis) if millis < 0 => Err(SpanError::Negative(text)),
            Span(millis) => Ok(Self(millis)),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            write!(f, "-")?;
        }
        let millis = self.0.unsigned_abs();
        let parts = [
            (millis / 3_600_000, "h"),
            (millis / 60_000 % 60, "m"),
            (millis / 1_000 % 60, "s"),
            (millis % 1_000, "ms"),
        ];
        let mut written = false;
        for (number, unit) in parts {
            if number > 0 {
                write!(f, "{number}{unit}")?;
                written = true;
            }
        }
        if written { Ok(()) } else { write!(f, "0s") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_alike() {
        for text in ["-30m", "8h30m", "250ms", "0s", "1h1m1s", "-1h5s20ms"] {
            assert_eq!(Span::parse(text).map(|span| span.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(Span::parse("90s"), Ok(Span(90_000)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "-", "5", "5 m", "m", "5d", "1h-5m", "99999999999999999999s"] {
            assert!(matches!(Span::parse(text), Err(SpanError::Form(_))), "{text}");
        }
        assert!(matches!(Span::parse("200h"), Err(SpanError::TooLong(_))));
        assert!(matches!(
            Length::try_from("-1s".to_owned()),
            Err(SpanError::Negative(_))
        ));
    }
}
