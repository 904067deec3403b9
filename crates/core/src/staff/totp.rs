//! One-time codes of an app (TOTP, RFC 6238 over HOTP, RFC 4226): SHA-1, six digits, thirty seconds, which is what
//! every app can do.
//!
//! The secret is not kept anywhere: it is worked out from the deployment's hash key, the account and a random nonce,
//! and only the nonce is kept. Who has stolen the database has no codes.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

use crate::ids::StaffId;
use crate::token::HashKey;

/// How long a code is shown, in seconds.
pub const STEP_S: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// Codes before and after the present one that are taken: a clock that is half a minute wrong, and slow typing
/// (RFC 6238 § 5.2).
const WINDOW: i64 = 1;
/// Bytes of a secret (RFC 4226 § 4, R6).
const SECRET_BYTES: usize = 20;

/// The letters of Base32 (RFC 4648 § 6).
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an account's secret is made from, besides the deployment's key.
pub type Nonce = [u8; 16];

/// A secret that an app and the service share.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; SECRET_BYTES]);

/// A code as typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code([u8; DIGITS]);

impl Secret {
    /// The secret of an account with this nonce.
    pub fn of(key: &HashKey, account: StaffId, nonce: &Nonce) -> Self {
        let hash = key.hash("staff-totp", &[&account.0.to_be_bytes(), nonce]);
        let mut secret = [0; SECRET_BYTES];
        secret.copy_from_slice(&hash[..SECRET_BYTES]);
        Self(secret)
    }

    /// Reads what [`Secret::base32`] has written, in any case.
    pub fn of_base32(text: &str) -> Option<Self> {
        let (mut secret, mut bits, mut count, mut length) = ([0; SECRET_BYTES], 0_u32, 0_u32, 0);
        for letter in text.trim().bytes() {
            let place = ALPHABET
                .iter()
                .position(|known| *known == letter.to_ascii_uppercase())?;
            bits = bits << 5 | place as u32;
            count += 5;
            if count >= 8 {
                count -= 8;
                *secret.get_mut(length)? = (bits >> count) as u8;
                bits &= (1 << count) - 1;
                length += 1;
            }
        }
        (length == SECRET_BYTES && count == 0).then_some(Self(secret))
    }

    /// The secret as apps take it when it is typed: Base32 (RFC 4648 § 6) without padding.
    pub fn base32(&self) -> String {
        let mut text = String::with_capacity(SECRET_BYTES * 8 / 5);
        for five in self.0.as_chunks::<5>().0 {
            let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for place in (0..8).rev() {
                text.push(char::from(ALPHABET[(bits >> (5 * place)) as usize & 31]));
            }
        }
        text
    }

    /// The address that a QR code carries into an app (`otpauth:`, the form that all of them read).
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}",
            self.base32(),
            issuer = percent(issuer),
            account = percent(account),
        )
    }

    /// The code of a step.
    pub fn code(&self, step: i64) -> Code {
        // HMAC fills a shorter key with zeros to the block of the hash (RFC 2104 § 2).
        let mut block = [0; 64];
        block[..SECRET_BYTES].copy_from_slice(&self.0);
        let mac = Hmac::<Sha1>::new(&block.into()).chain_update(step.to_be_bytes());
        let mac: [u8; 20] = mac.finalize().into_bytes().into();
        // Dynamic truncation (RFC 4226 § 5.3).
        let at = usize::from(mac[19] & 15);
        let bits = u32::from_be_bytes([mac[at] & 0x7f, mac[at + 1], mac[at + 2], mac[at + 3]]);
        let mut number = bits % 10_u32.pow(DIGITS as u32);
        let mut digits = [b'0'; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        Code(digits)
    }

    /// The step that a code belongs to, if it is one of now and was not used: steps up to `last_used` are over, so
    /// that a code works once (RFC 6238 § 5.2). All codes of the window are compared, whatever the first says.
    pub fn step_of(&self, code: &Code, now: Timestamp, last_used: Option<i64>) -> Option<i64> {
        let present = step_at(now);
        let mut found = None;
        for step in present - WINDOW..=present + WINDOW {
            let right = bool::from(self.code(step).0.ct_eq(&code.0));
            if right && last_used.is_none_or(|used| step > used) && found.is_none() {
                found = Some(step);
            }
        }
        found
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Code {
    /// Reads six digits, with blanks anywhere, as apps show them.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = [0; DIGITS];
        let mut typed = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
        for digit in &mut digits {
            *digit = typed.next().filter(u8::is_ascii_digit)?;
        }
        typed.next().is_none().then_some(Self(digits))
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code")
    }
}

/// The step of a moment.
pub fn step_at(now: Timestamp) -> i64 {
    now.as_second().div_euclid(STEP_S)
}

fn percent(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    /// The secret of the test vectors of RFC 4226 and RFC 6238.
    const RFC: Secret = Secret(*b"12345678901234567890");

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfcs() {
        // RFC 4226, appendix D.
        let hotp = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ];
        for (step, code) in (0..).zip(hotp) {
            assert_eq!(RFC.code(step).to_string(), code);
        }
        // RFC 6238, appendix B: the last six of eight digits.
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(RFC.code(step_at(second(at))).to_string(), code);
        }
    }

    #[test]
    fn a_code_is_taken_half_a_minute_early_or_late_and_no_more() {
        let now = second(1_234_567_890);
        for (steps, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let step = step_at(now) + steps;
            let found = RFC.step_of(&RFC.code(step), now, None);
            assert_eq!(found, taken.then_some(step));
        }
    }

    #[test]
    fn a_code_works_once_and_none_before_it_works_after_it() {
        let now = second(1_234_567_890);
        let present = step_at(now);
        assert_eq!(RFC.step_of(&RFC.code(present), now, Some(present)), None);
        assert_eq!(RFC.step_of(&RFC.code(present - 1), now, Some(present)), None);
        assert_eq!(
            RFC.step_of(&RFC.code(present + 1), now, Some(present)),
            Some(present + 1)
        );
    }

    #[test]
    fn a_code_is_read_as_apps_show_it() {
        assert_eq!(Code::parse(" 287 082 "), Some(RFC.code(1)));
        for wrong in ["", "28708", "2870822", "28708a", "２８７０８２"] {
            assert_eq!(Code::parse(wrong), None, "{wrong}");
        }
        assert!(!format!("{:?}{:?}", RFC, RFC.code(1)).contains("287"));
    }

    #[test]
    fn an_app_gets_the_secret_as_it_expects_it() {
        assert_eq!(RFC.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(Secret::of_base32("gezdgnbvgy3tqojqgezdgnbvgy3tqojq\n"), Some(RFC));
        for wrong in [
            "",
            "GEZD",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBV",
        ] {
            assert_eq!(Secret::of_base32(wrong), None, "{wrong}");
        }
        assert_eq!(
            RFC.uri("dran Hessen", "e.muster@x"),
            "otpauth://totp/dran%20Hessen:e.muster%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=dran%20Hessen\
             &algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn every_account_and_every_enrolment_has_a_secret_of_its_own() {
        let key = HashKey::new([1; 32]);
        let secret = |account, nonce| Secret::of(&key, StaffId(account), &[nonce; 16]);
        assert_eq!(secret(1, 1), secret(1, 1));
        assert_ne!(secret(1, 1), secret(1, 2));
        assert_ne!(secret(1, 1), secret(2, 1));
        assert_ne!(secret(1, 1), Secret::of(&HashKey::new([2; 32]), StaffId(1), &[1; 16]));
    }
}
