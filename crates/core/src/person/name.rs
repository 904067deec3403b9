//! Names as people have them: of any script, with one word or many, with apostrophes and particles.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest given or family name, in characters after normalisation: room for a long row of given
/// names, and still printable on a letter and a day list.
pub const NAME_CHARS_MAX: usize = 120;

/// The longest run of combining marks on one letter. Pointed Hebrew and Vietnamese need up to three;
/// more is a prank that prints over its neighbours.
const MARKS_IN_A_ROW_MAX: usize = 4;

/// The longest text that is looked at, in characters as typed: composing a name makes it shorter only
/// by its marks.
const TYPED_CHARS_MAX: usize = NAME_CHARS_MAX * (1 + MARKS_IN_A_ROW_MAX);

/// The name of a person. One of the two parts may be empty: not everybody has two.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName {
    given: String,
    family: String,
}

/// A part of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NamePart {
    /// Given names.
    Given,
    /// Family name.
    Family,
}

/// Why a name cannot be taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Neither part was given.
    #[error("no name was given")]
    Empty,
    /// One of the parts cannot be a name.
    #[error("the {part:?} name cannot be taken: {problem}")]
    Part {
        /// Which.
        part: NamePart,
        /// Why.
        problem: NameProblem,
    },
}

/// Why a part of a name cannot be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameProblem {
    /// It is longer than can be printed.
    #[error("it is longer than {NAME_CHARS_MAX} characters")]
    TooLong,
    /// There is no letter in it.
    #[error("it has no letter")]
    NoLetter,
    /// There are digits in it.
    #[error("it has digits")]
    Digit,
    /// There is a character in it that no name has: an emoji, a bracket, a control character.
    #[error("it has a character that no name has")]
    Character,
}

impl PersonName {
    /// Reads a name as typed: trims it, makes one space of many, composes accents (NFC) and leaves
    /// out the invisible marks that come along when text is copied. Nothing else is changed: capital
    /// letters, particles and hyphens stay as their owner writes them.
    pub fn parse(given: &str, family: &str) -> Result<Self, NameError> {
        let read = |text, part| read_part(text).map_err(|problem| NameError::Part { part, problem });
        let given = read(given, NamePart::Given)?;
        let family = read(family, NamePart::Family)?;
        if given.is_empty() && family.is_empty() {
            return Err(NameError::Empty);
        }
        Ok(Self { given, family })
    }

    /// Given names; empty for people with a family name alone.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// Family name; empty for people with one name alone.
    pub fn family(&self) -> &str {
        &self.family
    }

    /// Both parts, as one says them.
    pub fn full(&self) -> String {
        [self.given(), self.family()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl fmt::Debug for PersonName {
    /// Leaves the name out: it must not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(..)")
    }
}

/// Reads one part; the empty text is an empty part.
fn read_part(text: &str) -> Result<String, NameProblem> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_dropped(c));
    if text.chars().take(TYPED_CHARS_MAX + 1).count() > TYPED_CHARS_MAX {
        return Err(NameProblem::TooLong);
    }
    let mut name = String::new();
    let mut marks_in_a_row = 0;
    // Dropped before composing: an invisible mark between a letter and its accent would keep them apart.
    for c in text.chars().filter(|c| !is_dropped(*c)).nfc() {
        let c = if c.is_whitespace() && !c.is_control() { ' ' } else { c };
        marks_in_a_row = if is_combining_mark(c) { marks_in_a_row + 1 } else { 0 };
        check_character(c, name.chars().next_back())?;
        if marks_in_a_row > MARKS_IN_A_ROW_MAX {
            return Err(NameProblem::Character);
        }
        if c == ' ' && name.ends_with(' ') {
            continue;
        }
        name.push(c);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(NameProblem::TooLong);
    }
    if !name.is_empty() && !name.chars().any(char::is_alphabetic) {
        return Err(NameProblem::NoLetter);
    }
    Ok(name)
}

/// Invisible characters without a meaning of their own, left by copying: byte order mark, soft
/// hyphen, zero-width space, word joiner, and the marks that only say "left to right from here".
fn is_dropped(c: char) -> bool {
    matches!(
        c,
        '\u{feff}' | '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
    )
}

fn check_character(c: char, before: Option<char>) -> Result<(), NameProblem> {
    if c.is_numeric() && !c.is_alphabetic() {
        return Err(NameProblem::Digit);
    }
    let after_letter = before.is_some_and(|before| before.is_alphabetic() || is_combining_mark(before));
    let allowed = match c {
        // Letters drawn in boxes and circles, and mathematical alphabets, are pictures of letters.
        '\u{24b6}'..='\u{24e9}' | '\u{1d400}'..='\u{1d7ff}' | '\u{1f100}'..='\u{1f1ff}' => false,
        // Marks that make a picture of what they follow (keycap, emoji presentation).
        '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' => false,
        ' ' | '.' | '-' | '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | 'ʻ' | '‐' | '‑' | '·' | '・' | '־' | '׳' | '״' => {
            true
        }
        // Zero-width joiner and non-joiner shape Persian and Indic letters.
        '\u{200c}' | '\u{200d}' => after_letter,
        _ if is_combining_mark(c) => after_letter,
        _ => c.is_alphabetic(),
    };
    if allowed { Ok(()) } else { Err(NameProblem::Character) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn family_problem(family: &str) -> Option<NameProblem> {
        match PersonName::parse("Anna", family) {
            Err(NameError::Part {
                part: NamePart::Family,
                problem,
            }) => Some(problem),
            _ => None,
        }
    }

    #[test]
    fn names_are_kept_as_their_owners_write_them() {
        let names = [
            ("Jörg", "Müller-Lüdenscheidt"),
            ("Anna Maria", "von der Leyen"),
            ("Seán", "O’Brien"),
            ("Sinead", "O'Connor"),
            ("Gerard", "'t Hooft"),
            ("", "Sukarno"),
            ("Suharto", ""),
            ("محمد", "الأحمد"),
            ("יעל", "כהן־לוי"),
            ("李", "小龍"),
            ("Nguyễn", "Thị Ánh"),
            ("Ольга", "Иванова"),
            ("प्रिया", "शर्मा"),
            ("Pol", "Gal·la"),
            ("Hans-Georg", "Dr. Freiherr zu Guttenberg"),
            ("İbrahim", "Çelik"),
        ];
        for (given, family) in names {
            let name = PersonName::parse(given, family).unwrap();
            assert_eq!((name.given(), name.family()), (given, family));
        }
    }

    #[test]
    fn spaces_and_invisible_marks_that_were_copied_along_go() {
        let name = PersonName::parse("  Anna \u{a0} Maria\u{200e} ", "\u{feff}Mu\u{308}ller\n").unwrap();
        assert_eq!((name.given(), name.family()), ("Anna Maria", "Müller"));
        assert_eq!(name.full(), "Anna Maria Müller");
        assert_eq!(PersonName::parse("", " Sukarno ").unwrap().full(), "Sukarno");
        assert_eq!(PersonName::parse("", "Mu\u{61c}\u{308}ller").unwrap().full(), "Müller");
    }

    #[test]
    fn what_cannot_be_a_name_is_refused_with_its_reason() {
        assert_eq!(PersonName::parse(" ", "\u{200e}"), Err(NameError::Empty));
        assert_eq!(family_problem("- ' ."), Some(NameProblem::NoLetter));
        assert_eq!(family_problem("Mül1er"), Some(NameProblem::Digit));
        assert_eq!(family_problem("Müller½"), Some(NameProblem::Digit));
        for text in [
            "Müller 😀",
            "🅰nna",
            "Ⓐnna",
            "𝓐nna",
            "❤\u{fe0f}",
            "<b>Müller</b>",
            "Robert'); DROP TABLE person; --",
            "Mül\nler",
            "Mül\u{0}ler",
            "\u{202e}relluM",
            "Mu\u{2066}ller",
            "\u{301}",
            "Z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}algo",
            "a@b",
            "A\u{e0041}",
        ] {
            assert_eq!(family_problem(text), Some(NameProblem::Character), "{text:?}");
        }
    }

    #[test]
    fn a_name_is_bounded_in_characters_not_in_bytes() {
        assert!(PersonName::parse("", &"ü".repeat(NAME_CHARS_MAX)).is_ok());
        assert_eq!(
            family_problem(&"ü".repeat(NAME_CHARS_MAX + 1)),
            Some(NameProblem::TooLong)
        );
        assert_eq!(family_problem(&"a".repeat(1_000_000)), Some(NameProblem::TooLong));
        let stretched = format!("a{}b", " ".repeat(1_000));
        assert_eq!(family_problem(&stretched), Some(NameProblem::TooLong));
        assert!(PersonName::parse("", &"u\u{308}".repeat(NAME_CHARS_MAX)).is_ok());
    }

    #[test]
    fn a_name_does_not_get_into_a_log() {
        assert_eq!(
            format!("{:?}", PersonName::parse("Anna", "Müller")),
            "Ok(PersonName(..))"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_a_taken_name_is_taken_again(given in "\\PC{0,40}", family in ".{0,40}") {
            if let Ok(name) = PersonName::parse(&given, &family) {
                prop_assert_eq!(PersonName::parse(name.given(), name.family()), Ok(name.clone()));
                prop_assert!(!name.full().contains(char::is_control));
            }
        }
    }
}
