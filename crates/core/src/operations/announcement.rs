//! An announcement (`Hinweis`): what the operator tells everybody who waits, in every language of the region.

use std::fmt;

/// Two or three sentences: it is read between two looks at a number.
pub const ANNOUNCEMENT_CHARS_MAX: usize = 400;

/// What is told, in one language: one paragraph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnnouncementText(String);

/// Why a text cannot be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AnnouncementError {
    /// There is nothing in it.
    #[error("an announcement says something in every language of the region")]
    Empty,
    /// It is too long to be read.
    #[error("an announcement has at most {ANNOUNCEMENT_CHARS_MAX} characters")]
    TooLong,
}

impl AnnouncementText {
    /// Reads what was typed; line ends become spaces.
    ///
    /// # Errors
    /// When there is nothing in it, or too much.
    pub fn parse(text: &str) -> Result<Self, AnnouncementError> {
        let seen = text.replace(char::is_control, " ");
        let words: Vec<&str> = seen.split_whitespace().collect();
        let text = words.join(" ");
        match text.chars().count() {
            0 => Err(AnnouncementError::Empty),
            count if count > ANNOUNCEMENT_CHARS_MAX => Err(AnnouncementError::TooLong),
            _ => Ok(Self(text)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AnnouncementText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_is_one_paragraph_that_can_be_read_at_a_glance() {
        let told = AnnouncementText::parse(" Gerade geht es\r\n langsamer. ").map(|text| text.to_string());
        assert_eq!(told.as_deref(), Ok("Gerade geht es langsamer."));
        assert_eq!(AnnouncementText::parse(" \n "), Err(AnnouncementError::Empty));
        assert!(AnnouncementText::parse(&"ж".repeat(ANNOUNCEMENT_CHARS_MAX)).is_ok());
        let long = "a".repeat(ANNOUNCEMENT_CHARS_MAX + 1);
        assert_eq!(AnnouncementText::parse(&long), Err(AnnouncementError::TooLong));
    }
}
