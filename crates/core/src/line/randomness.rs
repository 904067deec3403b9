//! Where the public value of a draw comes from: named with the commitment, known only after N is.
//!
//! The value is what keeps the operator honest. Whoever knows the secret could, with the secret alone,
//! try out one N after the other; a value that nobody can know while N can still change ends that.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// The source that a campaign names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Randomness {
    /// None: the secret alone decides, and the proof page says so.
    None,
    /// A round of a drand network.
    Drand(DrandRound),
    /// An official lottery, whose numbers the operator types in.
    Lottery {
        /// Names the draw and the numbers that count, so that anyone finds them: `Lotto 6 aus 49,
        /// Samstag 9. Januar 2021, sechs Zahlen und Superzahl`.
        draw: String,
    },
}

impl Randomness {
    /// The text under which the kind of source is stored and published.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Drand(_) => "drand",
            Self::Lottery { .. } => "lottery",
        }
    }

    /// When the value will be known, as far as the source tells.
    pub fn known_at(&self) -> Option<Timestamp> {
        match self {
            Self::Drand(named) => Some(named.at()),
            Self::None | Self::Lottery { .. } => None,
        }
    }
}

/// A drand network (`drand.love`): a group of organisations that together sign the number of each
/// round at its time. Nobody, a minority of the group included, knows the signature before.
#[derive(PartialEq, Eq, Debug)]
pub struct DrandChain {
    /// Its name, as the group calls it.
    pub name: &'static str,
    /// How it signs.
    pub scheme: DrandScheme,
    /// Names the network for ever: SHA-256 of all its figures.
    pub hash: [u8; 32],
    /// The group's public key: 48 bytes (G1) or 96 (G2).
    pub public_key: &'static [u8],
    /// When round 1 was signed, in seconds since 1970.
    pub genesis_s: i64,
    /// Seconds between rounds.
    pub period_s: u32,
    /// What the first signature of the network was made of; part of its hash.
    genesis_seed: [u8; 32],
}

/// How a drand network signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DrandScheme {
    /// `pedersen-bls-chained`: signs SHA-256 of the signature before and the round; signatures on G2.
    Chained,
    /// `bls-unchained-g1-rfc9380`: signs SHA-256 of the round alone; signatures on G1.
    UnchainedG1,
}

impl DrandScheme {
    /// The name that drand's own interfaces use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chained => "pedersen-bls-chained",
            Self::UnchainedG1 => "bls-unchained-g1-rfc9380",
        }
    }
}

/// Takes hexadecimal digits at compile time.
const fn bytes<const N: usize>(digits: &[u8]) -> [u8; N] {
    const fn value(digit: u8) -> u8 {
        match digit {
            b'0'..=b'9' => digit - b'0',
            _ => digit - b'a' + 10,
        }
    }
    assert!(digits.len() == 2 * N, "two digits for each byte");
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = value(digits[2 * at]) << 4 | value(digits[2 * at + 1]);
        at += 1;
    }
    bytes
}

/// The networks of the League of Entropy that are known here, as their `/info` documents tell them
/// (`https://api.drand.sh/{hash}/info`). A test makes each hash again from the other figures, so that
/// none of them can be mistyped.
static KNOWN: [DrandChain; 2] = [QUICKNET, DEFAULT];

/// A round every three seconds since August 2023.
const QUICKNET: DrandChain = DrandChain {
    name: "quicknet",
    scheme: DrandScheme::UnchainedG1,
    hash: bytes(b"52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"),
    public_key: &bytes::<96>(
        b"83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451\
          0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    ),
    genesis_s: 1_692_803_367,
    period_s: 3,
    genesis_seed: bytes(b"f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"),
};

/// A round every thirty seconds since July 2020.
const DEFAULT: DrandChain = DrandChain {
    name: "default",
    scheme: DrandScheme::Chained,
    hash: bytes(b"8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"),
    public_key: &bytes::<48>(
        b"868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
    ),
    genesis_s: 1_595_431_050,
    period_s: 30,
    genesis_seed: bytes(b"176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"),
};

impl DrandChain {
    /// The network of that name: `quicknet` or `default`.
    pub fn named(name: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|chain| chain.name == name)
    }

    /// The network of that hash.
    pub fn of_hash(hash: &[u8]) -> Option<&'static Self> {
        KNOWN.iter().find(|chain| chain.hash == hash)
    }

    /// When a round is signed. Round 1 is the first. The end of time for a round beyond it.
    pub fn time_of(&self, round: u64) -> Timestamp {
        let periods = i64::try_from(round.saturating_sub(1)).unwrap_or(i64::MAX);
        let second = periods
            .saturating_mul(i64::from(self.period_s))
            .saturating_add(self.genesis_s);
        Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
    }

    /// The first round that is signed at this time or later.
    pub fn first_round_from(&self, at: Timestamp) -> u64 {
        let whole = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
        let periods = (whole - self.genesis_s).max(0) as u64; // not negative
        periods.div_ceil(u64::from(self.period_s)) + 1
    }
}

/// Seconds between closing a line and the round, unless the operator says otherwise: N can then be
/// read by who wants to, and nobody waits for long.
pub const DRAND_AFTER_S: u32 = 10;
/// The least of it: clocks differ, and N is published within a second or two.
pub const DRAND_AFTER_S_MIN: u32 = 5;
/// The round must lie so far behind the moment at which N is frozen, or a later one is named.
const FROZEN_BEFORE_S: i64 = 3;

/// The round whose value a campaign's draw takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DrandRound {
    /// The network.
    pub chain: &'static DrandChain,
    /// The round's number.
    pub round: u64,
    /// It is the first one so many seconds after the line closes, or later.
    pub after_s: u32,
    /// When it was named.
    pub named_at: Timestamp,
}

impl DrandRound {
    /// Names the round for a line that closes at `closes_at`.
    pub fn name(chain: &'static DrandChain, after_s: u32, closes_at: Timestamp, now: Timestamp) -> Self {
        let earliest = closes_at
            .saturating_add(SignedDuration::from_secs(i64::from(after_s)))
            .unwrap_or(Timestamp::MAX);
        Self {
            chain,
            round: chain.first_round_from(earliest),
            after_s,
            named_at: now,
        }
    }

    /// When it is signed.
    pub fn at(&self) -> Timestamp {
        self.chain.time_of(self.round)
    }

    /// Whether N, frozen at that moment, is frozen well before the round.
    pub fn is_after(&self, frozen_at: Timestamp) -> bool {
        self.at().duration_since(frozen_at) >= SignedDuration::from_secs(FROZEN_BEFORE_S)
    }

    /// The round for N frozen at that moment: this one, or, when freezing came too late for it (the
    /// service was down at the opening), the one that would have been named for that moment.
    pub fn for_frozen(&self, frozen_at: Timestamp) -> Self {
        if self.is_after(frozen_at) {
            *self
        } else {
            Self::name(self.chain, self.after_s, frozen_at, frozen_at)
        }
    }
}

/// What a drand network says in a round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beacon {
    /// The round.
    pub round: u64,
    /// The group's signature.
    pub signature: Vec<u8>,
    /// The signature of the round before; empty unless the network chains them.
    pub previous_signature: Vec<u8>,
}

impl Beacon {
    /// The text that enters the seed: SHA-256 of the signature, which drand calls the randomness, in
    /// lower-case hexadecimal.
    pub fn value(&self) -> String {
        hex::encode(&Sha256::digest(&self.signature))
    }
}

/// The public value of a draw, once it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicValue {
    /// The text that enters the seed.
    pub text: String,
    /// When it was taken in.
    pub at: Timestamp,
    /// Where it comes from, for drand.
    pub beacon: Option<Beacon>,
}

/// Numbers of one lottery draw at most; the longest official ones have twenty.
const LOTTERY_NUMBERS_MAX: usize = 40;
/// Digits of all numbers together at least: fewer cannot be a draw.
const LOTTERY_DIGITS_MIN: usize = 4;

/// Why a text cannot be the numbers of a lottery.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LotteryError {
    /// Too few digits.
    #[error("these are no lottery numbers: at least {LOTTERY_DIGITS_MIN} digits are needed")]
    TooFew,
    /// Too many numbers.
    #[error("these are more than {LOTTERY_NUMBERS_MAX} numbers: give only those that the named draw counts")]
    TooMany,
}

/// The text that enters the seed for a lottery: its numbers (each unbroken run of the digits 0 to 9)
/// without leading zeros, in ascending order, joined by single blanks. So it does not matter in which
/// order or with which words between them they are published.
///
/// # Errors
/// When the text cannot be the numbers of a draw.
pub fn lottery_value(typed: &str) -> Result<String, LotteryError> {
    let runs = typed.split(|character: char| !character.is_ascii_digit());
    let runs: Vec<&str> = runs.filter(|run| !run.is_empty()).collect();
    if runs.iter().map(|run| run.len()).sum::<usize>() < LOTTERY_DIGITS_MIN {
        return Err(LotteryError::TooFew);
    }
    if runs.len() > LOTTERY_NUMBERS_MAX {
        return Err(LotteryError::TooMany);
    }
    let mut numbers: Vec<&str> = runs
        .into_iter()
        .map(|run| match run.trim_start_matches('0') {
            "" => "0",
            number => number,
        })
        .collect();
    // Without leading zeros the longer number is the greater one.
    numbers.sort_by_key(|number| (number.len(), *number));
    Ok(numbers.join(" "))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_chains_hash_is_made_of_its_figures() {
        // drand's own way (`chain.Info.Hash`): period, genesis, key, seed, and the name unless it is the default.
        for chain in &KNOWN {
            let mut hash = Sha256::new();
            hash.update(chain.period_s.to_be_bytes());
            hash.update(chain.genesis_s.to_be_bytes());
            hash.update(chain.public_key);
            hash.update(chain.genesis_seed);
            if chain.name != "default" {
                hash.update(chain.name);
            }
            assert_eq!(<[u8; 32]>::from(hash.finalize()), chain.hash, "{}", chain.name);
        }
    }

    #[test]
    fn rounds_and_times_belong_together() {
        let quicknet = DrandChain::named("quicknet").unwrap();
        // As drand's clients tell it.
        assert_eq!(quicknet.time_of(27_946_612), time("2026-04-20T00:00:00Z"));
        assert_eq!(quicknet.first_round_from(time("2026-04-20T00:00:00Z")), 27_946_612);
        assert_eq!(quicknet.first_round_from(time("2026-04-20T00:00:00.001Z")), 27_946_613);
        assert_eq!(quicknet.first_round_from(time("2026-04-20T00:00:03Z")), 27_946_613);
        assert_eq!(quicknet.first_round_from(time("2020-01-01T00:00:00Z")), 1);
        assert_eq!(quicknet.time_of(1), time("2023-08-23T15:09:27Z"));
        assert_eq!(quicknet.time_of(u64::MAX), Timestamp::MAX);
        let default = DrandChain::of_hash(&DEFAULT.hash).unwrap();
        assert_eq!(default.time_of(2), time("2020-07-22T15:18:00Z"));
    }

    #[test]
    fn the_named_round_comes_after_n_is_frozen_whenever_that_happens() {
        let quicknet = DrandChain::named("quicknet").unwrap();
        let (opens, now) = (time("2026-04-20T00:00:00Z"), time("2026-04-01T00:00:00Z"));
        let named = DrandRound::name(quicknet, 10, opens, now);
        assert_eq!(named.at(), time("2026-04-20T00:00:12Z"));
        assert_eq!(named.for_frozen(time("2026-04-20T00:00:00.25Z")), named);
        assert_eq!(named.for_frozen(time("2026-04-20T00:00:09Z")), named);
        let late = time("2026-04-20T00:00:09.001Z");
        let renamed = named.for_frozen(late);
        assert_eq!((renamed.at(), renamed.named_at), (time("2026-04-20T00:00:21Z"), late));
        assert!(renamed.is_after(late) && !named.is_after(late));
    }

    #[test]
    fn the_value_of_a_beacon_is_its_randomness() {
        let signature = hex::decode(
            "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b8\
             0f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
        );
        let beacon = Beacon {
            round: 72_785,
            signature: signature.unwrap(),
            previous_signature: Vec::new(),
        };
        assert_eq!(
            beacon.value(),
            "8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9"
        );
    }

    #[test]
    fn lottery_numbers_are_the_same_however_they_are_written() {
        let value = "3 7 7 12 25 38 49";
        assert_eq!(lottery_value("3 - 7 - 12 - 25 - 38 - 49, Superzahl 7").unwrap(), value);
        assert_eq!(lottery_value("49, 38, 25, 12, 07, 03; 7").unwrap(), value);
        assert_eq!(lottery_value("Spiel 77: 0123456").unwrap(), "77 123456");
        assert_eq!(lottery_value("000 1 23").unwrap(), "0 1 23");
    }

    #[test]
    fn what_is_no_draw_is_refused() {
        assert_eq!(lottery_value("sechs Richtige"), Err(LotteryError::TooFew));
        assert_eq!(lottery_value("12 3"), Err(LotteryError::TooFew));
        assert_eq!(lottery_value(&"1 ".repeat(41)), Err(LotteryError::TooMany));
    }
}
