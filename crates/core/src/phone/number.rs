//! Numbers that can be rung, read once at the edge and kept in E.164 form.

use std::fmt;

use phonenumber::Type;
use phonenumber::metadata::DATABASE;

use crate::contact::{Country, NumberProblem, e164, read_number};

/// The most digits of a number (ITU-T E.164 § 6).
const DIGITS_MAX: usize = 15;

/// A number that can be rung, in E.164 form (`+495617870`): landline, mobile or over the internet.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// Why a text is not a number that can be rung.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PhoneNumberError {
    /// Nothing was given.
    #[error("no number was given")]
    Empty,
    /// It is not a phone number at all.
    #[error("this is not a phone number")]
    NotANumber,
    /// It has the form of a number, but there is none like it: too short, too long, unknown prefix.
    #[error("there is no such phone number")]
    NoSuchNumber,
    /// A number that belongs to no caller and costs extra: premium rate, shared cost, a pager.
    #[error("nobody is reached at this number")]
    NotACaller,
}

impl PhoneNumber {
    /// Reads a number as people write it or as a telephone system tells it; one without a country code is of
    /// `country`.
    ///
    /// # Errors
    /// When it is none, or one that must not be rung: ringing a premium number back would be a way to be paid.
    pub fn parse(text: &str, country: Country) -> Result<Self, PhoneNumberError> {
        let number = read_number(text, country).map_err(|problem| match problem {
            NumberProblem::Empty => PhoneNumberError::Empty,
            NumberProblem::NotANumber => PhoneNumberError::NotANumber,
            NumberProblem::NoSuchNumber => PhoneNumberError::NoSuchNumber,
        })?;
        match number.number_type(&DATABASE) {
            Type::FixedLine
            | Type::Mobile
            | Type::FixedLineOrMobile
            | Type::Voip
            | Type::PersonalNumber
            | Type::Uan => Ok(Self(e164(&number))),
            _ => Err(PhoneNumberError::NotACaller),
        }
    }

    /// The number of a text in E.164 form, as the store keeps it.
    pub fn of_e164(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let is_number = (1..=DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
        is_number.then(|| Self(text.to_owned()))
    }

    /// The number in E.164 form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneNumber {
    /// Leaves the number out: it must not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(..)")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, PhoneNumberError> {
        PhoneNumber::parse(text, Country::parse("DE").unwrap()).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn a_landline_is_as_good_as_a_mobile() {
        for text in ["0561 7870", "+49 561 7870", "0049(0)561-7870"] {
            assert_eq!(parse(text).as_deref(), Ok("+495617870"), "{text}");
        }
        assert_eq!(parse("0151 23456789").as_deref(), Ok("+4915123456789"));
        assert_eq!(parse("+43 1 5861280").as_deref(), Ok("+4315861280"));
    }

    #[test]
    fn nobody_is_rung_back_at_a_number_that_costs_extra() {
        assert_eq!(parse("0900 1234567"), Err(PhoneNumberError::NotACaller));
    }

    #[test]
    fn what_is_no_number_is_said_as_for_mobiles() {
        assert_eq!(parse(""), Err(PhoneNumberError::Empty));
        assert_eq!(parse("anonymous"), Err(PhoneNumberError::NotANumber));
        assert_eq!(parse("0561 7"), Err(PhoneNumberError::NoSuchNumber));
        assert_eq!(parse("+999 1234567"), Err(PhoneNumberError::NoSuchNumber));
    }

    #[test]
    fn a_kept_number_is_a_plus_and_at_most_fifteen_digits() {
        assert!(PhoneNumber::of_e164("+495617870").is_some());
        for text in ["", "+", "495617870", "+49 561", "+1234567890123456", "+49561a"] {
            assert_eq!(PhoneNumber::of_e164(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_does_not_get_into_a_log() {
        assert_eq!(
            format!("{:?}", PhoneNumber::of_e164("+495617870")),
            "Some(PhoneNumber(..))"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_a_number_reads_back_as_itself(text in "(\\+|00|0)?[0-9 ()/-]{0,18}") {
            if let Ok(number) = parse(&text) {
                prop_assert_eq!(parse(&number), Ok(number.clone()));
                prop_assert!(PhoneNumber::of_e164(&number).is_some());
            }
        }
    }
}
