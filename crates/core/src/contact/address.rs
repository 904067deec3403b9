//! Postal addresses, for people who are reached by letter.

use std::fmt;

/// The longest line of an address, in characters: it fills two lines of a letter's address field
/// (DIN 5008), which has six.
pub const ADDRESS_LINE_CHARS_MAX: usize = 90;

/// Where a letter goes, besides name and postcode.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PostalAddress {
    street: String,
    town: String,
}

/// A line of an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressLine {
    /// Street and number.
    Street,
    /// Town.
    Town,
}

/// Why an address cannot be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the {line:?} cannot be taken: {problem}")]
pub struct AddressError {
    /// Which line.
    pub line: AddressLine,
    /// Why.
    pub problem: AddressProblem,
}

/// Why a line of an address cannot be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AddressProblem {
    /// Nothing was given.
    #[error("it is empty")]
    Empty,
    /// It does not fit an address field.
    #[error("it is longer than {ADDRESS_LINE_CHARS_MAX} characters")]
    TooLong,
    /// It has a character that no address has, or no letter at all.
    #[error("it has a character that no address has, or no letter")]
    Character,
}

impl PostalAddress {
    /// Reads the two lines as typed; spaces are trimmed and made one.
    pub fn parse(street: &str, town: &str) -> Result<Self, AddressError> {
        let read = |text, line| read_line(text).map_err(|problem| AddressError { line, problem });
        Ok(Self {
            street: read(street, AddressLine::Street)?,
            town: read(town, AddressLine::Town)?,
        })
    }

    /// Street and number.
    pub fn street(&self) -> &str {
        &self.street
    }

    /// Town.
    pub fn town(&self) -> &str {
        &self.town
    }
}

impl fmt::Debug for PostalAddress {
    /// Leaves the address out: it must not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalAddress(..)")
    }
}

fn read_line(text: &str) -> Result<String, AddressProblem> {
    let text = text.trim();
    if text.chars().take(ADDRESS_LINE_CHARS_MAX + 1).count() > ADDRESS_LINE_CHARS_MAX {
        return Err(AddressProblem::TooLong);
    }
    let allowed = |c: char| c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || is_mark(c);
    if !text.chars().all(allowed) {
        return Err(AddressProblem::Character);
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().any(char::is_alphabetic) {
        _ if line.is_empty() => Err(AddressProblem::Empty),
        true => Ok(line),
        // Mannheim's squares are named by letter and number; a number alone is no street.
        false => Err(AddressProblem::Character),
    }
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c) && !('\u{20d0}'..='\u{20ff}').contains(&c) && c != '\u{fe0f}'
        || ".,-–'’/()&+:\"§#".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn street(text: &str) -> Result<String, AddressProblem> {
        PostalAddress::parse(text, "Kassel")
            .map(|address| address.street().to_owned())
            .map_err(|error| error.problem)
    }

    #[test]
    fn streets_are_taken_as_they_are() {
        for text in [
            "Damaschkestraße 25",
            "C4, 6",
            "Straße des 17. Juni 12-14",
            "An der Hessenhalle 1 (Hinterhaus)",
            "c/o Müller, Alte Gasse 3a",
            "Obere Marktstraße / Michelstädter Straße",
        ] {
            assert_eq!(street(text).as_deref(), Ok(text));
        }
        assert_eq!(street("  Alte\u{a0} Gasse   3 ").as_deref(), Ok("Alte Gasse 3"));
    }

    #[test]
    fn what_cannot_be_printed_as_an_address_says_why() {
        assert_eq!(street("  "), Err(AddressProblem::Empty));
        assert_eq!(street("12"), Err(AddressProblem::Character));
        assert_eq!(street("Alte\nGasse"), Err(AddressProblem::Character));
        assert_eq!(street("<script>"), Err(AddressProblem::Character));
        assert_eq!(street("Gasse 🏠"), Err(AddressProblem::Character));
        assert_eq!(street("Gasse\u{202e}"), Err(AddressProblem::Character));
        assert_eq!(
            street(&"ä".repeat(ADDRESS_LINE_CHARS_MAX + 1)),
            Err(AddressProblem::TooLong)
        );
        let town = PostalAddress::parse("Alte Gasse 3", "");
        assert_eq!(
            town,
            Err(AddressError {
                line: AddressLine::Town,
                problem: AddressProblem::Empty
            })
        );
    }

    #[test]
    fn an_address_does_not_get_into_a_log() {
        assert_eq!(
            format!("{:?}", PostalAddress::parse("Alte Gasse 3", "Kassel")),
            "Ok(PostalAddress(..))"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_a_line_reads_back_as_itself(text in ".{0,60}") {
            if let Ok(line) = street(&text) {
                prop_assert_eq!(street(&line), Ok(line));
            }
        }
    }
}
