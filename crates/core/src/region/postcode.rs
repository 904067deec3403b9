//! Postcodes: five digits, as in Germany.

use std::fmt;

/// How many digits a postcode has.
pub const POSTCODE_DIGITS: usize = 5;

/// A postcode (`Postleitzahl`) of five digits.
///
/// That it has the right form does not mean that it exists, nor that a district lists it: a postcode
/// may belong to one district, to several, or to none that the region file knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode([u8; POSTCODE_DIGITS]);

/// Why a text is not a postcode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PostcodeError {
    /// Nothing was given.
    #[error("no postcode was given")]
    Empty,
    /// There is something else than digits in it.
    #[error("a postcode has digits only")]
    NotDigits,
    /// There are too few or too many digits.
    #[error("a postcode has five digits")]
    WrongLength,
}

impl Postcode {
    /// Reads a postcode as people write it: spaces and a leading country mark (`D-34117`) are left
    /// out.
    pub fn parse(text: &str) -> Result<Self, PostcodeError> {
        let text = text.trim();
        let bare = ["DE-", "D-", "de-", "d-"]
            .iter()
            .find_map(|mark| text.strip_prefix(mark))
            .unwrap_or(text);
        let mut digits = [0; POSTCODE_DIGITS];
        let mut count = 0;
        for c in bare.chars().filter(|c| !c.is_whitespace()) {
            if !c.is_ascii_digit() {
                return Err(PostcodeError::NotDigits);
            }
            *digits.get_mut(count).ok_or(PostcodeError::WrongLength)? = c as u8;
            count += 1;
        }
        match count {
            0 => Err(PostcodeError::Empty),
            POSTCODE_DIGITS => Ok(Self(digits)),
            _ => Err(PostcodeError::WrongLength),
        }
    }

    /// The five digits.
    pub fn as_str(&self) -> &str {
        // Only ASCII digits are ever put in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spaces_and_a_country_mark_do_not_matter() {
        for text in ["34117", " 34117 ", "D-34117", "DE-34117", "34 117", "\u{a0}34117\n"] {
            assert_eq!(
                Postcode::parse(text).map(|code| code.to_string()).as_deref(),
                Ok("34117"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_no_postcode_says_why() {
        assert_eq!(Postcode::parse("   "), Err(PostcodeError::Empty));
        assert_eq!(Postcode::parse("3411"), Err(PostcodeError::WrongLength));
        assert_eq!(Postcode::parse("341170"), Err(PostcodeError::WrongLength));
        assert_eq!(Postcode::parse("Kassel"), Err(PostcodeError::NotDigits));
        assert_eq!(Postcode::parse("3411😀"), Err(PostcodeError::NotDigits));
        assert_eq!(Postcode::parse("٣٤١١٧"), Err(PostcodeError::NotDigits));
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_a_postcode_reads_back_as_itself(text in ".*") {
            if let Ok(code) = Postcode::parse(&text) {
                prop_assert_eq!(code.as_str().len(), POSTCODE_DIGITS);
                prop_assert_eq!(Postcode::parse(code.as_str()), Ok(code));
            }
        }

        #[test]
        fn every_five_digits_are_a_postcode(digits in "[0-9]{5}") {
            prop_assert_eq!(Postcode::parse(&digits).map(|code| code.to_string()), Ok(digits));
        }
    }
}
