//! Recovery codes: ten, for who has lost the app, each good once. Kept as keyed hashes.

use std::fmt;

use crate::codes::ALPHABET;
use crate::ids::StaffId;
use crate::token::HashKey;

/// How many codes are given out at a time.
pub const CODES: usize = 10;
/// Characters of a code: 10 of 31 are 49 bits, which nobody guesses at a few tries an hour.
const CHARS: usize = 10;
/// Random bytes for one code.
pub const RANDOM_BYTES: usize = 16;

/// A recovery code, shown as `ABCDE-FGHJK`.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode([u8; CHARS]);

impl RecoveryCode {
    /// Makes a code of random bytes.
    pub fn from_random(random: &[u8; RANDOM_BYTES]) -> Self {
        let mut rest = u128::from_be_bytes(*random);
        let base = ALPHABET.len() as u128;
        // 31¹⁰ is so much smaller than 2¹²⁸ that no code is favoured by more than one part in 2⁷⁸.
        Self(std::array::from_fn(|_| {
            let place = (rest % base) as usize;
            rest /= base;
            ALPHABET[place]
        }))
    }

    /// Reads a code as people type it: any case, blanks and hyphens anywhere.
    pub fn parse(text: &str) -> Option<Self> {
        let mut code = [0; CHARS];
        let mut typed = text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'-')
            .map(|byte| byte.to_ascii_uppercase());
        for place in &mut code {
            *place = typed.next().filter(|byte| ALPHABET.contains(byte))?;
        }
        typed.next().is_none().then_some(Self(code))
    }

    /// The code as the store keeps it.
    pub fn hash(&self, key: &HashKey, account: StaffId) -> [u8; 32] {
        key.hash("staff-recovery", &[&account.0.to_be_bytes(), &self.0])
    }
}

impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let hyphen = if at == CHARS / 2 { "-" } else { "" };
            write!(f, "{hyphen}{}", char::from(*byte))?;
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
        let code = RecoveryCode::from_random(&[201; 16]);
        let shown = code.to_string();
        assert_eq!(shown.len(), 11);
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            format!(" {shown}\n"),
        ] {
            assert_eq!(RecoveryCode::parse(&typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in ["", "ABCDE-FGHJ", "ABCDE-FGHJKM", "ABCDE-FGHJ0", "123 456"] {
            assert_eq!(RecoveryCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_hash_belongs_to_one_account_and_one_deployment() {
        let code = RecoveryCode::from_random(&[3; 16]);
        let key = HashKey::new([1; 32]);
        assert_eq!(code.hash(&key, StaffId(1)), code.hash(&key, StaffId(1)));
        assert_ne!(code.hash(&key, StaffId(1)), code.hash(&key, StaffId(2)));
        assert_ne!(
            code.hash(&key, StaffId(1)),
            code.hash(&HashKey::new([2; 32]), StaffId(1))
        );
    }
}
