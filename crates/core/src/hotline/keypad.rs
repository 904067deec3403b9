//! Codes typed on a telephone: one press for each character, on the key that bears it.
//!
//! That is all an 85-year-old has to know: the letters stand on the keys, and the code stands on the paper in three
//! groups of four. Several characters share a key, so what is typed stands for many codes; which of them is meant is
//! found by what makes a code genuine (a ticket's tag, a booking and its date of birth), not by more presses.

use crate::codes::ALPHABET;

/// Presses for a whole code, booking code and short code alike.
pub const CODE_KEYS: usize = 12;
/// A code is asked for in its groups, as it is printed.
pub const GROUP_KEYS: usize = 4;

/// The keys pressed so far for a code: digits from 2 to 9. No code has a 0 or a 1, and no letter stands there.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Keys {
    pressed: [u8; CODE_KEYS],
    count: u8,
}

impl Keys {
    /// With one more group of four keys; none if these are not four, have a key without a character, or the code is
    /// whole already.
    pub fn with_group(self, typed: &str) -> Option<Self> {
        let (start, end) = (self.count(), self.count() + GROUP_KEYS);
        let mut keys = self;
        keys.pressed
            .get_mut(start..end)
            .filter(|_| typed.len() == GROUP_KEYS && typed.bytes().all(|key| (b'2'..=b'9').contains(&key)))?
            .copy_from_slice(typed.as_bytes());
        keys.count = end as u8;
        Some(keys)
    }

    /// How many are known.
    pub fn count(self) -> usize {
        usize::from(self.count)
    }

    /// The keys of a whole code, as digits of ASCII.
    pub fn whole(&self) -> Option<&[u8; CODE_KEYS]> {
        (self.count() == CODE_KEYS).then_some(&self.pressed)
    }

    /// As a number: the presses as decimal digits behind a leading 1; 1 for none.
    pub(super) fn to_number(self) -> u64 {
        let pressed = &self.pressed[..self.count()];
        pressed
            .iter()
            .fold(1, |number, key| number * 10 + u64::from(key - b'0'))
    }

    /// What [`Keys::to_number`] has written.
    pub(super) fn from_number(number: u64) -> Option<Self> {
        let text = number.to_string();
        let mut rest = text.strip_prefix('1')?;
        let mut keys = Self::default();
        while !rest.is_empty() {
            let (group, behind) = rest.split_at_checked(GROUP_KEYS)?;
            keys = keys.with_group(group)?;
            rest = behind;
        }
        Some(keys)
    }
}

impl std::fmt::Debug for Keys {
    /// Hidden, as the code is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({} of {CODE_KEYS})", self.count)
    }
}

/// The key that bears a character of a code (ITU-T E.161): `7` for `P`, `Q`, `R`, `S` and 7 itself.
pub fn key_of(character: u8) -> Option<u8> {
    Some(match character.to_ascii_uppercase() {
        digit @ b'2'..=b'9' => digit,
        b'A'..=b'C' => b'2',
        b'D'..=b'F' => b'3',
        b'G'..=b'I' => b'4',
        b'J'..=b'L' => b'5',
        b'M'..=b'O' => b'6',
        b'P'..=b'S' => b'7',
        b'T'..=b'V' => b'8',
        b'W'..=b'Z' => b'9',
        _ => return None,
    })
}

/// The characters of codes on a key, in the order of the alphabet; at most five.
pub fn characters_on(key: u8) -> impl Iterator<Item = u8> {
    ALPHABET
        .iter()
        .copied()
        .filter(move |character| key_of(*character) == Some(key))
}
