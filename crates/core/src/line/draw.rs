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

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::ids::{CampaignId, PoolId};

/// Names what is hashed, so that no commitment can be a seed or anything else.
const COMMITMENT_DOMAIN: &[u8] = b"dran draw commitment 1";
/// As [`COMMITMENT_DOMAIN`], for seeds.
const SEED_DOMAIN: &[u8] = b"dran draw seed 1";
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
    for i in (1..array.len()).rev() {
        let j = words.index_below(i as u32 + 1);
        array.swap(i, j as usize);
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
