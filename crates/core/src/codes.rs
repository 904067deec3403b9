//! Codes that people read out, write down and type: booking codes, verification codes, receipts.
//!
//! All but the verification code are written in [`ALPHABET`]: 31 digits and capitals of which no two
//! are mistaken for each other on paper, and none of `0 O 1 I L` occurs at all. Their last character
//! checks the others: a mistyped code is told from an unknown one without a look into the database,
//! and the person is told to look again instead of "unknown code".
//!
//! With the values v₁..vₙ of the characters (their places in the alphabet), a code is right when
//! `n·v₁ + (n-1)·v₂ + … + 1·vₙ` leaves the remainder of its kind modulo 31. As 31 is a prime and the
//! weights differ and are smaller, every single wrong character and every swap of two different
//! characters changes the remainder.

use std::fmt;

use subtle::ConstantTimeEq as _;

/// The characters of a code; the place of a character is its value.
pub const ALPHABET: &[u8; BASE as usize] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// How many characters there are: a prime, which is what makes the check character sharp.
const BASE: u64 = 31;
/// Codes are shown in groups of so many characters.
const GROUP_CHARS: usize = 4;
/// A text longer than this is no code with stray blanks any more.
const TEXT_CHARS_MAX: usize = 64;

/// Which kind of code a text is. Each has its own remainder, so that a genuine code of one kind
/// never passes for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Family {
    /// Short codes of tickets.
    Ticket = 0,
    /// Booking codes.
    Booking = 1,
    /// Receipts.
    Receipt = 2,
}

/// Why a text is not a code. The variants differ in what to tell the person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeError {
    /// Too short or too long: so many characters were found, blanks and hyphens not counted.
    #[error("the code has {found} characters instead of {expected}")]
    Length {
        /// Characters found (at most 65 are counted).
        found: usize,
        /// Characters of a code.
        expected: usize,
    },
    /// One of `0 O 1 I L`, which are never used because they are mistaken for one another: something
    /// else stands on the paper.
    #[error("the character {character} is never used in a code")]
    NeverUsed {
        /// The character as typed, in upper case.
        character: char,
    },
    /// Something that is neither digit nor basic Latin letter.
    #[error("a code is made of letters and digits only")]
    Foreign,
    /// A character is wrong or two are swapped.
    #[error("the code is mistyped")]
    Typo,
}

/// Characters of a booking code.
const BOOKING_CHARS: usize = 12;
/// 31¹¹: how many booking codes there are.
const BOOKING_CODES: u64 = BASE.pow(BOOKING_CHARS as u32 - 1);
/// Characters of a receipt: shorter than a code, so that it is not taken for one.
const RECEIPT_CHARS: usize = 8;
/// 31⁷: how many receipts there are.
const RECEIPTS: u64 = BASE.pow(RECEIPT_CHARS as u32 - 1);

/// Manages a registration or series by web, phone or letter (`Buchungscode`): 11 random characters
/// and one that checks them, shown as `ABCD-EFGH-JKMN`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookingCode([u8; BOOKING_CHARS]);

impl BookingCode {
    /// Makes a code of 128 random bits. There are 31¹¹ ≈ 2.5·10¹⁶ codes; the remainder favours none
    /// by more than one part in 2⁷³. That no two are equal is for the store to refuse.
    pub fn from_random(random: &[u8; 16]) -> Self {
        Self(spell(reduce(random, BOOKING_CODES), Family::Booking))
    }

    /// Reads a code as people type it: any case, blanks and hyphens anywhere.
    ///
    /// # Errors
    /// [`CodeError`] says what to tell the person. A code that is read may still not exist.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        read(text, Family::Booking).map(Self)
    }

    /// The code without groups, as the store keeps it.
    pub fn as_str(&self) -> &str {
        as_text(&self.0)
    }

    /// A code as the store keeps it, in groups of four as it is shown and read out.
    pub fn grouped(kept: &str) -> String {
        Self::parse(kept).map_or_else(|_| kept.to_owned(), |code| code.to_string())
    }
}

impl fmt::Display for BookingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_grouped(&self.0, f)
    }
}

impl fmt::Debug for BookingCode {
    /// Hidden: a booking code opens a person's data and does not belong into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BookingCode(..)")
    }
}

/// The number a visitor notes as proof of a finished booking, shown as `ABCD-EFGH`. It opens nothing
/// and need not be unique.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Receipt([u8; RECEIPT_CHARS]);

impl Receipt {
    /// Makes a receipt of 128 random bits.
    pub fn from_random(random: &[u8; 16]) -> Self {
        Self(spell(reduce(random, RECEIPTS), Family::Receipt))
    }

    /// Reads a receipt as people type it: any case, blanks and hyphens anywhere.
    ///
    /// # Errors
    /// [`CodeError`] says what to tell the person.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        read(text, Family::Receipt).map(Self)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_grouped(&self.0, f)
    }
}

/// Digits of a verification code.
const VERIFICATION_DIGITS: usize = 6;

/// Six digits that prove that a contact is reached. Stored only as a keyed hash
/// ([`crate::token::HashKey`]).
#[derive(Clone, Copy)]
pub struct VerificationCode([u8; VERIFICATION_DIGITS]);

impl VerificationCode {
    /// Makes a code of 128 random bits; no code is favoured by more than one part in 2¹⁰⁸.
    pub fn from_random(random: &[u8; 16]) -> Self {
        let mut rest = reduce(random, 10_u64.pow(VERIFICATION_DIGITS as u32));
        let mut digits = [0; VERIFICATION_DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Self(digits)
    }

    /// Reads six digits as people type them, blanks and hyphens anywhere.
    ///
    /// # Errors
    /// When there are more or fewer digits, or something else among them.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let digits: [char; VERIFICATION_DIGITS] = characters(text)?;
        if digits.iter().all(char::is_ascii_digit) {
            Ok(Self(digits.map(|digit| digit as u8)))
        } else {
            Err(CodeError::Foreign)
        }
    }

    /// The six digits without a gap, as they stand in a message and go into the hash.
    pub fn as_str(&self) -> &str {
        as_text(&self.0)
    }
}

impl fmt::Display for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationCode(..)")
    }
}

impl PartialEq for VerificationCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for VerificationCode {}

/// 128 random bits modulo `bound`.
fn reduce(random: &[u8; 16], bound: u64) -> u64 {
    (u128::from_be_bytes(*random) % u128::from(bound)) as u64
}

/// Writes a value below 31ᴺ⁻¹ in the alphabet, most significant character first, and checks it.
pub(crate) fn spell<const N: usize>(value: u64, family: Family) -> [u8; N] {
    let mut values = [0_u64; N];
    let mut rest = value;
    for digit in values[..N - 1].iter_mut().rev() {
        *digit = rest % BASE;
        rest /= BASE;
    }
    debug_assert_eq!(rest, 0, "the value does not fit the code");
    // The check character has weight 1, so it is just what is missing to the family's remainder.
    values[N - 1] = (family as u64 + BASE - weighted_sum(&values)) % BASE;
    values.map(|value| ALPHABET[value as usize])
}

/// Reads a code of a family as people type it and gives its characters in their one spelling.
pub(crate) fn read<const N: usize>(text: &str, family: Family) -> Result<[u8; N], CodeError> {
    let mut code = [0; N];
    for (place, character) in code.iter_mut().zip(characters::<N>(text)?) {
        if matches!(character, '0' | 'O' | '1' | 'I' | 'L') {
            return Err(CodeError::NeverUsed { character });
        }
        *place = ALPHABET
            .iter()
            .copied()
            .find(|known| char::from(*known) == character)
            .ok_or(CodeError::Foreign)?;
    }
    if weighted_sum(&code.map(value_of)) == family as u64 {
        Ok(code)
    } else {
        Err(CodeError::Typo)
    }
}

/// The value that [`spell`] has written, from a code that [`read`] has checked.
pub(crate) fn value<const N: usize>(code: &[u8; N]) -> u64 {
    code[..N - 1]
        .iter()
        .fold(0, |value, character| value * BASE + value_of(*character))
}

/// The characters of a code as text.
pub(crate) fn as_text(code: &[u8]) -> &str {
    // Made of `ALPHABET` or digits only, which are ASCII.
    std::str::from_utf8(code).unwrap_or_default()
}

/// Writes a code in groups with hyphens between.
pub(crate) fn write_grouped(code: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (at, group) in code.chunks(GROUP_CHARS).enumerate() {
        if at > 0 {
            f.write_str("-")?;
        }
        f.write_str(as_text(group))?;
    }
    Ok(())
}

/// The characters that count, in upper case: blanks and every kind of hyphen are left out.
fn characters<const N: usize>(text: &str) -> Result<[char; N], CodeError> {
    let mut kept = ['\0'; N];
    let mut found = 0;
    for character in text
        .chars()
        .filter(|character| !is_separator(*character))
        .take(TEXT_CHARS_MAX + 1)
    {
        if let Some(place) = kept.get_mut(found) {
            *place = character.to_ascii_uppercase();
        }
        found += 1;
    }
    if found == N {
        Ok(kept)
    } else {
        Err(CodeError::Length { found, expected: N })
    }
}

/// Blanks, and the hyphens and dashes that programs put in the place of a typed one.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}' | '\u{FEFF}'
        )
}

/// The value of a character of the alphabet; 0 for any other, which [`read`] has refused before.
fn value_of(character: u8) -> u64 {
    ALPHABET
        .iter()
        .position(|known| *known == character)
        .unwrap_or_default() as u64
}

/// The weighted sum of the module's text modulo 31.
fn weighted_sum<const N: usize>(values: &[u64; N]) -> u64 {
    const { assert!(N < BASE as usize, "the weights of a code must differ modulo its base") };
    values
        .iter()
        .zip((1..=N as u64).rev())
        .map(|(value, weight)| value * weight)
        .sum::<u64>()
        % BASE
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests;
