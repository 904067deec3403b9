//! Which passwords are taken (NIST SP 800-63B § 3.1.1, OWASP ASVS 5.0 § 6.2).
//!
//! Length counts, composition does not: nobody is made to mix signs, and nobody has to change a password because of
//! its age. Refused is what everybody tries first.

use jiff::{SignedDuration, Timestamp};
use unicode_normalization::UnicodeNormalization as _;

use super::StaffName;

/// The shortest password, in characters.
pub const CHARS_MIN: usize = 12;
/// The longest, in characters: whole sentences fit, and no hash works on megabytes.
pub const CHARS_MAX: usize = 128;
/// How long a password lives that somebody else has given out (ASVS 6.4.1): over a weekend.
pub const INITIAL_LIFE: SignedDuration = SignedDuration::from_hours(72);
/// Characters of an initial password: 20 of 31, 99 bits.
const INITIAL_CHARS: usize = 20;

/// What the commonest passwords of twelve and more characters are made of: one of these, then digits and signs, is
/// what a guesser tries first. Shorter ones need no list. The heads of the lists that were leaked agree on these
/// (rockyou, Have I Been Pwned, the yearly lists of the Hasso Plattner Institute).
const COMMONEST: [&str; 40] = [
    "passwort",
    "password",
    "kennwort",
    "geheim",
    "secret",
    "hallo",
    "hello",
    "willkommen",
    "welcome",
    "qwertz",
    "qwertzuiop",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
    "abc",
    "abcdef",
    "abcdefgh",
    "admin",
    "administrator",
    "letmein",
    "iloveyou",
    "ichliebedich",
    "schatz",
    "sommer",
    "winter",
    "fruehling",
    "herbst",
    "impfen",
    "impfung",
    "impftermin",
    "impfzentrum",
    "corona",
    "covid",
    "dran",
    "hotline",
    "hessen",
    "test",
];

/// A password that is taken, as it is hashed: in one form, however a keyboard spells its letters.
#[derive(Clone)]
pub struct Password(String);

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`CHARS_MIN`] characters.
    #[error("a password has at least {CHARS_MIN} characters")]
    TooShort,
    /// More than [`CHARS_MAX`] characters.
    #[error("a password has at most {CHARS_MAX} characters")]
    TooLong,
    /// It contains the account's name.
    #[error("a password does not contain the account's name")]
    ContainsName,
    /// It is one of the first that anybody tries.
    #[error("this password is one of the first that anybody tries")]
    Common,
}

impl Password {
    /// Takes a new password for an account.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn new(text: &str, name: &StaffName) -> Result<Self, PasswordError> {
        let password = Self::typed(text).ok_or(PasswordError::TooLong)?;
        if password.0.chars().count() < CHARS_MIN {
            return Err(PasswordError::TooShort);
        }
        let plain = password.0.to_lowercase();
        let own = name.as_str().split('@').next().unwrap_or_default();
        if own.len() > 2 && plain.contains(own) {
            return Err(PasswordError::ContainsName);
        }
        if is_common(&plain) {
            return Err(PasswordError::Common);
        }
        Ok(password)
    }

    /// What somebody types to log in: it may be wrong, and only its length is bounded.
    pub fn typed(text: &str) -> Option<Self> {
        // NFKC, as NIST SP 800-63B § 3.1.1.2 asks for: an Ä typed on a telephone is the Ä of a keyboard. No
        // character becomes more than 18 of them.
        if text.chars().take(CHARS_MAX + 1).count() > CHARS_MAX {
            return None;
        }
        Some(Self(text.nfkc().collect()))
    }

    /// A password to be given out once and changed at the first login.
    pub fn initial(random: &[u8; 32]) -> Self {
        let alphabet = crate::codes::ALPHABET;
        // A byte below 248 = 8 · 31 favours no character; of 32 bytes enough remain, and what is missing is made
        // up from the beginning (once in 10^9 times).
        let fair = random.iter().filter(|byte| **byte < 248).chain(random);
        let chars = fair.map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()]));
        Self(chars.take(INITIAL_CHARS).collect())
    }

    /// As it is hashed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// Whether an initial password has lost its power.
pub fn is_initial_over(set_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(set_at) >= INITIAL_LIFE
}

fn is_common(plain: &str) -> bool {
    let letters: String = plain.chars().filter(|c| c.is_alphabetic()).collect();
    let letters = letters.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
    let is_word = |word: &str| !letters.is_empty() && letters.replace(word, "").is_empty();
    repeats(plain) || is_row(plain) || COMMONEST.iter().any(|word| is_word(word))
}

/// Whether a text is a shorter one (of up to four characters) over and over.
fn repeats(plain: &str) -> bool {
    let chars: Vec<char> = plain.chars().collect();
    (1..=4).any(|period| chars.iter().zip(chars.iter().skip(period)).all(|(a, b)| a == b))
}

/// Whether each character follows the one before it in the alphabet or in counting, where 0 follows 9.
fn is_row(plain: &str) -> bool {
    let chars: Vec<char> = plain.chars().collect();
    let follows = |a: char, b: char| match (a.to_digit(10), b.to_digit(10)) {
        (Some(a), Some(b)) => (a + 1) % 10 == b,
        _ => u32::from(a) + 1 == u32::from(b),
    };
    let all = |pair: fn(&[char]) -> (char, char)| chars.windows(2).map(pair).all(|(a, b)| follows(a, b));
    all(|pair| (pair[0], pair[1])) || all(|pair| (pair[1], pair[0]))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<PasswordError> {
        Password::new(text, &StaffName::parse("e.muster@hotline.example").unwrap()).err()
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        assert_eq!(refused("elf zeichen"), Some(PasswordError::TooShort));
        assert_eq!(refused("zwölf zeiche"), None);
        assert_eq!(refused("vier ganz normale worte"), None);
        assert_eq!(refused("481516234298"), None, "digits alone are no fault");
        assert_eq!(
            refused(&format!("ein satz {}", "wort ".repeat(24))),
            Some(PasswordError::TooLong)
        );
        assert_eq!(refused("密码是一个很长的句子没有人"), None);
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for common in [
            "123456789012",
            "passwort1234",
            "PasswortPasswort",
            "Willkommen2021!",
            "Impfzentrum2021",
            "qwertzuiop123",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "abcdefghijklm",
            "098765432109",
            "!!!!!!!!!!!!!!",
        ] {
            assert_eq!(refused(common), Some(PasswordError::Common), "{common}");
        }
    }

    #[test]
    fn the_accounts_name_is_no_password() {
        assert_eq!(refused("ich bin E.MUSTER"), Some(PasswordError::ContainsName));
    }

    #[test]
    fn one_password_however_it_is_spelled() {
        let (one, two) = (
            Password::typed("schlüssel zum haus").unwrap(),
            Password::typed("schlu\u{308}ssel zum haus"),
        );
        assert_eq!(one.as_str(), two.unwrap().as_str());
        assert!(Password::typed(&"x".repeat(129)).is_none());
        assert!(!format!("{one:?}").contains("haus"));
    }

    #[test]
    fn an_initial_password_is_random_and_ends() {
        let one = Password::initial(&std::array::from_fn(|at| at as u8 * 7));
        let other = Password::initial(&std::array::from_fn(|at| at as u8 * 5 + 1));
        assert_ne!(one.as_str(), other.as_str());
        assert_eq!(one.as_str().len(), INITIAL_CHARS);
        assert_eq!(Password::initial(&[255; 32]).as_str().len(), INITIAL_CHARS);
        assert_eq!(refused(one.as_str()), None);
        let set_at = Timestamp::UNIX_EPOCH;
        assert!(!is_initial_over(
            set_at,
            set_at + INITIAL_LIFE - SignedDuration::from_secs(1)
        ));
        assert!(is_initial_over(set_at, set_at + INITIAL_LIFE));
    }
}
