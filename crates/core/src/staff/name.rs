//! Names of accounts.

use std::fmt;

/// The shortest and the longest name, in characters.
const CHARS_MIN: usize = 2;
const CHARS_MAX: usize = 64;

/// The name that somebody logs in with: lower-case letters, digits, dots, hyphens, underscores and `@`, so that
/// names of other directories (`erika.muster@hotline.example`) fit, and no two look alike.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffName(String);

/// Why a text is no name of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Too short or too long.
    #[error("a name has {CHARS_MIN} to {CHARS_MAX} characters")]
    Length,
    /// Another character than those above.
    #[error("a name is made of letters a to z, digits, `.`, `-`, `_` and `@`")]
    Character,
}

impl StaffName {
    /// Reads a name as people type it: in any case, with blanks around it.
    ///
    /// # Errors
    /// When it cannot be a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = text.trim().to_ascii_lowercase();
        if !name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c))
        {
            return Err(NameError::Character);
        }
        if !(CHARS_MIN..=CHARS_MAX).contains(&name.len()) {
            return Err(NameError::Length);
        }
        Ok(Self(name))
    }

    /// The name as it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StaffName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StaffName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_name_however_it_is_typed() {
        let name = StaffName::parse(" Erika.Muster@Hotline.example ");
        assert_eq!(name.as_ref().map(StaffName::as_str), Ok("erika.muster@hotline.example"));
        assert_eq!(StaffName::parse("e"), Err(NameError::Length));
        assert_eq!(StaffName::parse(&"e".repeat(65)), Err(NameError::Length));
        for odd in ["erika muster", "érika", "erika\u{430}", "erika\nmuster", "<b>"] {
            assert_eq!(StaffName::parse(odd), Err(NameError::Character), "{odd}");
        }
    }
}
