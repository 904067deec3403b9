//! Recovery codes: ten, for who has lost the app, each good once. Kept as keyed hashes.

use std::fmt;

use crate::codes::ALPHABET;
use crate::ids::StaffId;
use crate::token::HashKey;

/// How many codes are given out at a time.
pub const CODES: usize = 10;
/// Characters of a code: 24 of 31 are 118 bits. From 112 bits on, nobody works out a code from its hash, and a slow hash
/// with a salt is not needed (OWASP ASVS 5.0, 6.5.2): with short codes, giving out ten would cost ten password hashes.
const CHARS: usize = 24;
/// Characters of a code of before: 49 bits. They go on working until they are used or replaced.
const CHARS_BEFORE: usize = 10;
/// Characters that stand together where a code is shown.
const GROUP: usize = 4;
/// Random bytes for one code.
pub const RANDOM_BYTES: usize = 32;

/// A recovery code, shown as `ABCD-EFGH-JKLM-NPQR-STUV-WXYZ`.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Makes a code of random bytes.
    pub fn from_random(random: &[u8; RANDOM_BYTES]) -> Self {
        let base = ALPHABET.len() as u128;
        // Each half of the bytes is half of the code: 31¹² is so much smaller than 2¹²⁸ that no half is favoured by more
        // than one part in 2⁶⁸.
        let halves = random.chunks_exact(RANDOM_BYTES / 2).flat_map(|half| {
            let mut rest = half.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
            (0..CHARS / 2).map(move |_| {
                let place = (rest % base) as usize;
                rest /= base;
                char::from(ALPHABET[place])
            })
        });
        Self(halves.collect())
    }

    /// Reads a code as people type it: any case, blanks and hyphens anywhere.
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'-');
        let mut code = String::new();
        for byte in typed.map(|byte| byte.to_ascii_uppercase()) {
            if code.len() == CHARS || !ALPHABET.contains(&byte) {
                return None;
            }
            code.push(char::from(byte));
        }
        matches!(code.len(), CHARS | CHARS_BEFORE).then_some(Self(code))
    }

    /// The code as the store keeps it.
    pub fn hash(&self, key: &HashKey, account: StaffId) -> [u8; 32] {
        key.hash("staff-recovery", &[&account.0.to_be_bytes(), self.0.as_bytes()])
    }
}

impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, char) in self.0.chars().enumerate() {
            let hyphen = if at > 0 && at % GROUP == 0 { "-" } else { "" };
            write!(f, "{hyphen}{char}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_shown_and_as_it_is_typed() {
        let code = RecoveryCode::from_random(&[201; RANDOM_BYTES]);
        let shown = code.to_string();
        assert_eq!(shown.len(), 29);
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            format!(" {shown}\n"),
        ] {
            assert_eq!(RecoveryCode::parse(&typed).as_ref(), Some(&code), "{typed}");
        }
        let longer = format!("{shown}A");
        for wrong in ["", "ABCDE-FGHJ", "ABCDE-FGHJKM", "ABCDE-FGHJ0", "123 456", &longer] {
            assert_eq!(RecoveryCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_is_too_random_to_be_worked_out_from_its_hash_and_each_byte_counts() {
        let bits = CHARS as f64 * (ALPHABET.len() as f64).log2();
        assert!(bits >= 112.0, "{bits}");
        let random = [7; RANDOM_BYTES];
        for at in 0..RANDOM_BYTES {
            let mut other = random;
            other[at] ^= 1;
            assert_ne!(
                RecoveryCode::from_random(&other),
                RecoveryCode::from_random(&random),
                "byte {at}"
            );
        }
    }

    #[test]
    fn a_code_of_before_is_still_read_and_has_the_hash_it_had() {
        let code = RecoveryCode::parse("abcde-fghjk").map(|code| code.hash(&HashKey::new([1; 32]), StaffId(7)));
        let before = HashKey::new([1; 32]).hash("staff-recovery", &[&7_i64.to_be_bytes(), b"ABCDEFGHJK"]);
        assert_eq!(code, Some(before));
    }

    #[test]
    fn a_hash_belongs_to_one_account_and_one_deployment() {
        let code = RecoveryCode::from_random(&[3; RANDOM_BYTES]);
        let key = HashKey::new([1; 32]);
        assert_eq!(code.hash(&key, StaffId(1)), code.hash(&key, StaffId(1)));
        assert_ne!(code.hash(&key, StaffId(1)), code.hash(&key, StaffId(2)));
        assert_ne!(
            code.hash(&key, StaffId(1)),
            code.hash(&HashKey::new([2; 32]), StaffId(1))
        );
    }
}
