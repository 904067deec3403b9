//! The draw: who joined before the opening stands in an order drawn by lot, and anyone can check it.
//!
//! Before the opening the [`commitment`] to a secret is published; at the opening the secret, the
//! public value and N (tickets in the line) are. Position of ticket `t` = `positions[t]`, where
//! `positions` is 0..N shuffled with a seed made of all of them. In detail, so that it can be written
//! again in any language (`‖` joins bytes, integers are big-endian):
//!
//! ```text
//! field(x)   = length of x in bytes (4 bytes) ‖ x
//! commitment = SHA-256( field("dran draw commitment 1") ‖ field(campaign) ‖ field(secret) )
//! seed       = SHA-256( field("dran draw seed 1") ‖ field(campaign) ‖ field(pool)
//!                       ‖ N (4 bytes) ‖ field(secret) ‖ field(public value) )
//! block k    = SHA-256( seed ‖ k (8 bytes) )                     for k = 0, 1, 2, …
//! words      = the blocks one after another, cut into words of 4 bytes
//!
//! positions  = 0, 1, …, N-1
//! for i = N-1, N-2, …, 1:
//!     take the next word w, and again while w ≥ 2³² - (2³² mod (i+1))
//!     j = w mod (i+1)
//!     swap positions[i] and positions[j]
//! ```
//!
//! Campaign, pool and texts are UTF-8; the secret is 32 bytes; the public value is the bytes of the
//! text that was published, and empty when the campaign has none. This is the shuffle of Fisher and
//! Yates (Knuth, TAOCP vol. 2, algorithm P); skipping the words at the end makes every index exactly
//! equally likely.
//!
//! `docs/draw.md` says the same to who is not a programmer of dran, with an example worked out.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::ids::{CampaignId, PoolId};

/// Names what is hashed, so that no commitment can be a seed or anything else.
const COMMITMENT_DOMAIN: &[u8] = b"dran draw commitment 1";
/// As [`COMMITMENT_DOMAIN`], for seeds.
const SEED_DOMAIN: &[u8] = b"dran draw seed 1";
/// So many indices are drawn before their swaps are made: the processor then fetches their places
/// from memory side by side instead of one after another, which halves the time of a large draw.
const INDICES_AHEAD: usize = 256;
/// Words of 4 bytes in a SHA-256 block.
const BLOCK_WORDS: usize = 8;

/// What is published before the opening: binds the operator to a secret without telling it.
pub fn commitment(campaign: &CampaignId, secret: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    field(&mut hash, COMMITMENT_DOMAIN);
    field(&mut hash, campaign.as_str().as_bytes());
    field(&mut hash, secret);
    hash.finalize().into()
}

/// What shuffles one line; see the module for its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// The seed of a pool's line with `n` tickets. `public_value` is a text that nobody could know
    /// when the commitment and `n` were published, or empty.
    pub fn new(campaign: &CampaignId, pool: &PoolId, n: u32, secret: &[u8; 32], public_value: &str) -> Self {
        let mut hash = Sha256::new();
        field(&mut hash, SEED_DOMAIN);
        field(&mut hash, campaign.as_str().as_bytes());
        field(&mut hash, pool.as_str().as_bytes());
        hash.update(n.to_be_bytes());
        field(&mut hash, secret);
        field(&mut hash, public_value.as_bytes());
        Self(hash.finalize().into())
    }
}

/// Draws the order of `n` tickets: ticket `t` stands at position `positions[t]`. One array of `n`
/// words is all the memory it takes.
pub fn positions(seed: &Seed, n: u32) -> Arc<[u32]> {
    let mut positions: Arc<[u32]> = (0..n).collect();
    // Not shared yet, so nothing is copied.
    shuffle(seed, Arc::make_mut(&mut positions));
    positions
}

/// The shuffle of the module's description over any array of less than 2³² elements.
fn shuffle(seed: &Seed, array: &mut [u32]) {
    let mut words = Words::new(seed);
    let mut indices = [0; INDICES_AHEAD];
    // The elements from here on have their place.
    let mut end = array.len();
    while end > 1 {
        let indices = &mut indices[..INDICES_AHEAD.min(end - 1)];
        for (bound, index) in (1..=end as u32).rev().zip(&mut *indices) {
            *index = words.index_below(bound);
        }
        for index in indices {
            end -= 1;
            array.swap(end, *index as usize);
        }
    }
}

/// The stream of words that a seed gives.
struct Words {
    seeded: Sha256,
    block: [u8; 4 * BLOCK_WORDS],
    next_block: u64,
    next_word: usize,
}

impl Words {
    fn new(seed: &Seed) -> Self {
        let seeded = Sha256::new_with_prefix(seed.0);
        Self {
            seeded,
            block: [0; 4 * BLOCK_WORDS],
            next_block: 0,
            next_word: BLOCK_WORDS,
        }
    }

    fn word(&mut self) -> u32 {
        if self.next_word == BLOCK_WORDS {
            self.block = self
                .seeded
                .clone()
                .chain_update(self.next_block.to_be_bytes())
                .finalize()
                .into();
            self.next_block += 1;
            self.next_word = 0;
        }
        let at = 4 * self.next_word;
        self.next_word += 1;
        u32::from_be_bytes([
            self.block[at],
            self.block[at + 1],
            self.block[at + 2],
            self.block[at + 3],
        ])
    }

    /// An index in `0..bound`, each equally likely; `bound` is not 0.
    fn index_below(&mut self, bound: u32) -> u32 {
        loop {
            let word = self.word();
            // The last 2³² mod `bound` words are skipped. `bound` negated in 32 bits is 2³² - bound:
            // modulo `bound` it is the same as 2³², and words up to it need no division to pass.
            let below_2_32 = bound.wrapping_neg();
            if word <= below_2_32 || u32::MAX - word >= below_2_32 % bound {
                return word % bound;
            }
        }
    }
}

/// Hashes bytes with their length before them.
fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u32).to_be_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod uniformity;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hex::encode as hex;

    fn campaign() -> CampaignId {
        CampaignId::new("hessen-2021-01-12")
    }

    fn seed_of(n: u32, public_value: &str) -> Seed {
        let secret = std::array::from_fn(|at| at as u8);
        Seed::new(&campaign(), &PoolId::new("kassel-stadt"), n, &secret, public_value)
    }

    // The expected values of the next four tests were made with Python from the text at the top.

    #[test]
    fn the_commitment_is_made_as_its_text_says() {
        let secret = std::array::from_fn(|at| at as u8);
        let expected = "9b6d01684825dee7b4b7a4534f1f59b48acfa740b9c1cb8b5805fe64c2658d18";
        assert_eq!(hex(&commitment(&campaign(), &secret)), expected);
    }

    #[test]
    fn a_draw_without_public_value_is_made_as_its_text_says() {
        let seed = seed_of(20, "");
        assert_eq!(
            hex(&seed.0),
            "bf6f5e6bb4bf4f4b2a91b263df0649ba8fce88830717eaa2d134cfe9f8dcf117"
        );
        assert_eq!(
            *positions(&seed, 20),
            [1, 7, 2, 13, 15, 5, 10, 12, 17, 18, 0, 8, 9, 16, 11, 14, 4, 6, 3, 19]
        );
    }

    #[test]
    fn a_draw_with_public_value_is_made_as_its_text_says() {
        let seed = seed_of(20, "drand 4821933");
        assert_eq!(
            hex(&seed.0),
            "a809434aad18439be6a868a2699ca92c1a6b44dff4c1b266f3e973eb7f2a79af"
        );
        assert_eq!(
            *positions(&seed, 20),
            [0, 8, 10, 17, 15, 16, 19, 4, 2, 9, 6, 18, 13, 7, 1, 11, 14, 3, 12, 5]
        );
    }

    #[test]
    fn a_large_draw_is_made_as_its_text_says() {
        let positions = positions(&seed_of(100_000, ""), 100_000);
        let bytes: Vec<u8> = positions.iter().flat_map(|position| position.to_be_bytes()).collect();
        let expected = "1ec15b8f64ae3313cd8122856a205ca63cb8353aff22fb1be7b336ff4eeb2116";
        assert_eq!(hex(&Sha256::digest(bytes)), expected);
    }

    #[test]
    fn words_that_would_favour_small_indices_are_skipped() {
        // Half of the words have to go, a quarter, none, and one of 2³². Made with Python.
        let seed = Seed(std::array::from_fn(|at| at as u8));
        let indices = |bound| {
            let mut words = Words::new(&seed);
            let indices: [u32; 8] = std::array::from_fn(|_| words.index_below(bound));
            (
                indices,
                words.next_block * BLOCK_WORDS as u64 - (BLOCK_WORDS - words.next_word) as u64,
            )
        };
        assert_eq!(
            indices((1 << 31) + 1),
            (
                [
                    691_701_949,
                    952_885_779,
                    1_376_201_217,
                    1_617_019_960,
                    1_836_717_960,
                    326_517_996,
                    1_973_881_847,
                    70_057_319
                ],
                15
            )
        );
        assert_eq!(
            indices(3 << 30),
            (
                [
                    2_849_432_832,
                    691_701_949,
                    952_885_779,
                    2_360_485_253,
                    1_376_201_217,
                    3_186_738_187,
                    1_617_019_960,
                    1_836_717_960
                ],
                10
            )
        );
        assert_eq!(
            indices(1 << 31),
            (
                [
                    701_949_184,
                    691_701_949,
                    952_885_779,
                    1_350_219_551,
                    213_001_605,
                    1_376_201_217,
                    1_039_254_539,
                    1_697_117_392
                ],
                8
            )
        );
        assert_eq!(
            indices(u32::MAX),
            (
                [
                    2_849_432_832,
                    691_701_949,
                    952_885_779,
                    3_497_703_199,
                    2_360_485_253,
                    1_376_201_217,
                    3_186_738_187,
                    3_844_601_040
                ],
                8
            )
        );
        assert_eq!(indices(1), ([0; 8], 8));
    }

    #[test]
    fn nobody_and_one_alone_need_no_lot() {
        assert_eq!(*positions(&seed_of(0, ""), 0), []);
        assert_eq!(*positions(&seed_of(1, ""), 1), [0]);
    }

    #[test]
    fn whatever_the_draw_depends_on_changes_it() {
        let secret = [7; 32];
        let seed = |campaign: &str, pool: &str, n, secret, public| {
            Seed::new(&CampaignId::new(campaign), &PoolId::new(pool), n, secret, public)
        };
        let drawn = seed("ab", "c", 10, &secret, "1");
        assert_ne!(seed("a", "bc", 10, &secret, "1"), drawn);
        assert_ne!(seed("ab", "d", 10, &secret, "1"), drawn);
        assert_ne!(seed("ab", "c", 11, &secret, "1"), drawn);
        assert_ne!(seed("ab", "c", 10, &[8; 32], "1"), drawn);
        assert_ne!(seed("ab", "c", 10, &secret, "2"), drawn);
        assert_ne!(seed("ab", "c", 10, &secret, ""), drawn);
        assert_ne!(
            commitment(&CampaignId::new("a"), &secret),
            commitment(&CampaignId::new("b"), &secret)
        );
    }

    proptest! {
        #[test]
        fn every_position_is_given_to_exactly_one_ticket(seed: [u8; 32], n in 0..5_000_u32) {
            let mut sorted = positions(&Seed(seed), n).to_vec();
            sorted.sort_unstable();
            prop_assert!(sorted.into_iter().eq(0..n));
        }
    }
}
