//! Work for a computer before it joins: switched on when programs take tickets by the thousand.
//!
//! The server hands out a signed challenge and keeps nothing. The visitor's device looks for a number so
//! that `SHA-256(challenge "." number)` begins with as many zero bits as the challenge asks for (the puzzle
//! of hashcash, Back 2002). Finding it takes 2 to the power of the difficulty hashes on average; checking it
//! takes one.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::token::{KeyRing, Purpose, TOKEN_BYTES_MAX};

/// How long a challenge may be solved: somebody may read the form for a quarter of an hour before sending it.
pub const CHALLENGE_DURATION: SignedDuration = SignedDuration::from_mins(20);
/// The most bits a challenge may ask for: beyond it an old telephone computes for minutes.
pub const DIFFICULTY_MAX: u8 = 24;
/// The longest solution, in characters: a number of 64 bits.
const SOLUTION_CHARS_MAX: usize = 20;

/// A challenge, as it is signed.
///
/// Payload of its token, integers big-endian: difficulty (1 byte), issued at in seconds since 1970 (8),
/// nonce (8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// Zero bits asked for.
    pub difficulty: u8,
    /// When it was handed out; whole seconds.
    pub issued_at: Timestamp,
    /// Tells it from others, so that one solution serves once.
    pub nonce: u64,
}

/// Why work is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WorkError {
    /// The challenge is not one of ours, or asks for too little.
    #[error("not a challenge of this service")]
    Foreign,
    /// The challenge is too old.
    #[error("the challenge is too old")]
    Expired,
    /// The number does not solve it.
    #[error("not a solution")]
    Unsolved,
}

impl Challenge {
    /// The signed string.
    pub fn seal(&self, keys: &KeyRing) -> String {
        let mut payload = [0; 17];
        payload[0] = self.difficulty;
        payload[1..9].copy_from_slice(&self.issued_at.as_second().to_be_bytes());
        payload[9..].copy_from_slice(&self.nonce.to_be_bytes());
        keys.seal(Purpose::Work, &payload)
    }

    /// Checks a solved challenge and gives it; whether it was used before is for the caller to know.
    ///
    /// # Errors
    /// When the challenge is not ours, asks for less than `difficulty`, is too old, or is not solved.
    pub fn check(
        challenge: &str,
        solution: &str,
        difficulty: u8,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<Self, WorkError> {
        let found = Self::open(challenge, keys).ok_or(WorkError::Foreign)?;
        if found.difficulty < difficulty {
            return Err(WorkError::Foreign);
        }
        if now.duration_since(found.issued_at) > CHALLENGE_DURATION {
            return Err(WorkError::Expired);
        }
        let digits = solution.len() <= SOLUTION_CHARS_MAX && solution.bytes().all(|digit| digit.is_ascii_digit());
        if !digits || zero_bits(challenge, solution) < u32::from(found.difficulty) {
            return Err(WorkError::Unsolved);
        }
        Ok(found)
    }

    fn open(text: &str, keys: &KeyRing) -> Option<Self> {
        let mut buffer = [0; TOKEN_BYTES_MAX];
        let payload: &[u8; 17] = keys.open(Purpose::Work, text, &mut buffer).ok()?.try_into().ok()?;
        let [difficulty, rest @ ..] = payload;
        let (issued_at, nonce) = rest.split_first_chunk()?;
        Some(Self {
            difficulty: *difficulty,
            issued_at: Timestamp::from_second(i64::from_be_bytes(*issued_at)).ok()?,
            nonce: u64::from_be_bytes(nonce.try_into().ok()?),
        })
    }
}

/// Leading zero bits of the hash of a challenge with a number.
pub fn zero_bits(challenge: &str, solution: &str) -> u32 {
    let hash = Sha256::new()
        .chain_update(challenge)
        .chain_update(".")
        .chain_update(solution)
        .finalize();
    let whole = hash.iter().take_while(|byte| **byte == 0).count();
    8 * whole as u32 + hash.get(whole).map_or(0, |byte| byte.leading_zeros())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    const DIFFICULTY: u8 = 8;

    fn keys() -> KeyRing {
        KeyRing::new(vec![(1, [7; 32])]).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_610_434_800 + seconds).unwrap()
    }

    fn challenge() -> Challenge {
        Challenge {
            difficulty: DIFFICULTY,
            issued_at: at(0),
            nonce: 0x0123_4567_89ab_cdef,
        }
    }

    fn solve(text: &str, bits: std::ops::RangeInclusive<u32>) -> String {
        let mut numbers = (0_u64..).map(|number| number.to_string());
        numbers.find(|number| bits.contains(&zero_bits(text, number))).unwrap()
    }

    #[test]
    fn a_solved_challenge_is_accepted_until_it_is_too_old() {
        let (keys, text) = (keys(), challenge().seal(&keys()));
        let solution = solve(&text, u32::from(DIFFICULTY)..=256);
        let check = |now| Challenge::check(&text, &solution, DIFFICULTY, &keys, now);
        assert_eq!(check(at(1)), Ok(challenge()));
        assert_eq!(check(at(0) + CHALLENGE_DURATION), Ok(challenge()));
        assert_eq!(check(at(1) + CHALLENGE_DURATION), Err(WorkError::Expired));
    }

    #[test]
    fn work_that_was_not_done_is_not_accepted() {
        let (keys, text) = (keys(), challenge().seal(&keys()));
        let nearly = solve(&text, u32::from(DIFFICULTY) - 1..=u32::from(DIFFICULTY) - 1);
        let check = |text: &str, solution: &str| Challenge::check(text, solution, DIFFICULTY, &keys, at(1));
        assert_eq!(check(&text, &nearly), Err(WorkError::Unsolved));
        let solution = solve(&text, u32::from(DIFFICULTY)..=256);
        for rubbish in ["", "-1", " 1", "1e3", "000000000000000000000", "0x10"] {
            assert_eq!(check(&text, rubbish), Err(WorkError::Unsolved), "{rubbish:?}");
        }
        assert_eq!(check("", &solution), Err(WorkError::Foreign));
        let other = KeyRing::new(vec![(1, [8; 32])]).unwrap();
        assert_eq!(check(&challenge().seal(&other), &solution), Err(WorkError::Foreign));
    }

    #[test]
    fn an_easier_challenge_of_before_is_not_accepted() {
        let keys = keys();
        let easy = Challenge {
            difficulty: 0,
            ..challenge()
        };
        let text = easy.seal(&keys);
        assert_eq!(Challenge::check(&text, "0", 0, &keys, at(1)), Ok(easy));
        assert_eq!(Challenge::check(&text, "0", 1, &keys, at(1)), Err(WorkError::Foreign));
    }
}
