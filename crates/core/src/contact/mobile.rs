//! Mobile numbers, read once at the edge and kept in E.164 form.

use std::fmt;

use phonenumber::Type;
use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;

/// The longest text that is looked at: E.164 has at most 15 digits, and people put spaces, brackets
/// and dashes between them.
const MOBILE_TEXT_CHARS_MAX: usize = 40;

/// The country whose numbers are dialled without a country code; ISO 3166-1 alpha-2.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Country(Id);

impl Country {
    /// As the number plan knows it.
    pub(crate) fn id(self) -> Id {
        self.0
    }

    /// The country of that code (`DE`).
    pub fn parse(code: &str) -> Option<Self> {
        code.parse().ok().map(Self)
    }
}

/// A number that takes SMS, in E.164 form (`+4915112345678`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mobile(String);

/// Why a text is not a mobile number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MobileError {
    /// Nothing was given.
    #[error("no number was given")]
    Empty,
    /// It is not a phone number at all.
    #[error("this is not a phone number")]
    NotANumber,
    /// It has the form of a number, but there is none like it: too short, too long, unknown prefix.
    #[error("there is no such phone number")]
    NoSuchNumber,
    /// A landline, which takes no SMS.
    #[error("this is a landline number")]
    Landline,
    /// A number of another kind: free-call, premium, voice over IP.
    #[error("this is not a mobile number")]
    NotMobile,
}

impl Mobile {
    /// Reads a number as people write it; one without a country code is of `country`.
    pub fn parse(text: &str, country: Country) -> Result<Self, MobileError> {
        let number = read_number(text, country).map_err(|problem| match problem {
            NumberProblem::Empty => MobileError::Empty,
            NumberProblem::NotANumber => MobileError::NotANumber,
            NumberProblem::NoSuchNumber => MobileError::NoSuchNumber,
        })?;
        match number.number_type(&DATABASE) {
            Type::Mobile | Type::FixedLineOrMobile => Ok(Self(e164(&number))),
            Type::FixedLine => Err(MobileError::Landline),
            _ => Err(MobileError::NotMobile),
        }
    }

    /// The number in E.164 form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Mobile {
    /// Leaves the number out: it must not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(..)")
    }
}

/// Why a text is no phone number of any kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NumberProblem {
    /// Nothing was given.
    Empty,
    /// It does not look like one.
    NotANumber,
    /// It looks like one, but there is none like it.
    NoSuchNumber,
}

/// Reads a number of any kind as people write it; one without a country code is of `country`.
pub(crate) fn read_number(text: &str, country: Country) -> Result<phonenumber::PhoneNumber, NumberProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NumberProblem::Empty);
    }
    let digits = written_digits(text).ok_or(NumberProblem::NotANumber)?;
    let number = phonenumber::parse(Some(country.0), digits).map_err(|_| NumberProblem::NoSuchNumber)?;
    number.is_valid().then_some(number).ok_or(NumberProblem::NoSuchNumber)
}

/// A number in E.164 form. It is the one form without a format: the crate would look for one all the same, which
/// takes as long as reading the number.
pub(crate) fn e164(number: &phonenumber::PhoneNumber) -> String {
    format!("+{}{}", number.country().code(), number.national())
}

/// The digits of a number with a leading plus, without what people write between them. The trunk
/// zero that many write behind a country code (`+49 (0) 151 ...`) goes. None for anything that is
/// not a number.
fn written_digits(text: &str) -> Option<String> {
    if text.chars().count() > MOBILE_TEXT_CHARS_MAX {
        return None;
    }
    let text = match text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
        Some(_) => text.replacen("(0)", "", 1),
        None => text.to_owned(),
    };
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            ' ' | '\u{a0}' | '-' | '–' | '/' | '.' | '(' | ')' => {}
            '\u{202a}' | '\u{202c}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => {}
            _ => return None,
        }
    }
    digits.contains(|c: char| c.is_ascii_digit()).then_some(digits)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use phonenumber::Mode;
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, MobileError> {
        Mobile::parse(text, Country::parse("DE").unwrap()).map(|mobile| mobile.as_str().to_owned())
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for text in [
            "0151 23456789",
            "0151/23456789",
            "(0151) 234 567-89",
            "+49 151 23456789",
            "0049 151 23456789",
            "+49 (0) 151 23456789",
            "+49(0)151-23456789",
            "\u{202a}+49 151 23456789\u{202c}",
            " 0151.23456789 ",
        ] {
            assert_eq!(parse(text).as_deref(), Ok("+4915123456789"), "{text:?}");
        }
    }

    #[test]
    fn a_mobile_of_another_country_is_as_good() {
        assert_eq!(parse("+43 664 1234567").as_deref(), Ok("+436641234567"));
        assert_eq!(parse("+90 532 123 45 67").as_deref(), Ok("+905321234567"));
        let austria = Country::parse("AT").unwrap();
        assert_eq!(
            Mobile::parse("0664 1234567", austria)
                .map(|m| m.as_str().to_owned())
                .as_deref(),
            Ok("+436641234567")
        );
    }

    #[test]
    fn a_landline_is_told_from_a_mistyped_number() {
        assert_eq!(parse("0611 5059288"), Err(MobileError::Landline));
        assert_eq!(parse("+49 561 7870"), Err(MobileError::Landline));
        assert_eq!(parse("0800 1110111"), Err(MobileError::NotMobile));
        assert_eq!(parse("0151 2345"), Err(MobileError::NoSuchNumber));
        assert_eq!(parse("0151 234567890123"), Err(MobileError::NoSuchNumber));
        assert_eq!(parse("+999 1234567"), Err(MobileError::NoSuchNumber));
        assert_eq!(parse(""), Err(MobileError::Empty));
        assert_eq!(parse("keins"), Err(MobileError::NotANumber));
        assert_eq!(parse("()"), Err(MobileError::NotANumber));
        assert_eq!(parse("0151 23456789 ext. 5"), Err(MobileError::NotANumber));
        assert_eq!(parse("0151\n23456789"), Err(MobileError::NotANumber));
        assert_eq!(parse("📱015123456789"), Err(MobileError::NotANumber));
        assert_eq!(parse(&"0".repeat(100_000)), Err(MobileError::NotANumber));
    }

    #[test]
    fn our_e164_is_the_crates() {
        let germany = Country::parse("DE").unwrap();
        for text in [
            "0151 23456789",
            "+39 347 1234567",
            "+1 202 456 1111",
            "+43 664 1234567",
            "0611 5059288",
        ] {
            let number = read_number(text, germany).unwrap();
            assert_eq!(e164(&number), number.format().mode(Mode::E164).to_string());
        }
    }

    #[test]
    fn a_country_is_an_iso_code() {
        assert!(Country::parse("DE").is_some());
        assert_eq!(Country::parse("Deutschland"), None);
        assert_eq!(Country::parse(""), None);
    }

    #[test]
    fn a_number_does_not_get_into_a_log() {
        let mobile = Mobile::parse("0151 23456789", Country::parse("DE").unwrap());
        assert_eq!(format!("{mobile:?}"), "Ok(Mobile(..))");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn any_digits_are_answered_and_a_mobile_reads_back_as_itself(text in "(\\+|00|0)?[0-9 ()/-]{0,18}") {
            if let Ok(number) = parse(&text) {
                prop_assert_eq!(parse(&number), Ok(number));
            }
        }
    }
}
