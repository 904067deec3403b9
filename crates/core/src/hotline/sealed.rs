//! The state of a call in the address at which the telephone system asks again.
//!
//! It holds what a caller typed: a telephone number, a date of birth, the keys of a code. Addresses get into logs of
//! proxies and of telephone systems, so it is not only signed but unreadable: with a key of the deployment, by the
//! synthetic-IV construction (Rogaway and Shrimpton, "Deterministic Authenticated Encryption", 2006) over the keyed
//! hash that is here anyway. The IV is a hash of call and state, and the state is covered by hashes of call, IV and
//! block number. So a state opens only in the call that it was sealed for, and around it is the token's own seal.

use jiff::{SignedDuration, Timestamp};

use super::state::{STATE_BYTES, State};
use crate::token::{HashKey, KeyRing, Purpose, TOKEN_BYTES_MAX};

const IV_BYTES: usize = 16;
const PAYLOAD_BYTES: usize = IV_BYTES + STATE_BYTES;
/// How long a caller may take over one answer, and a conversation with an agent may last. Whatever comes later begins
/// again.
const LIFE: SignedDuration = SignedDuration::from_hours(2);

impl State {
    /// The state as part of an address, for this call (`CallSid`) only.
    pub fn seal(self, call: &str, now: Timestamp, keys: &KeyRing, hash_key: &HashKey) -> String {
        let mut state = self.to_bytes(now.as_second());
        let hash = hash_key.hash("hotline-state-iv", &[call.as_bytes(), &state]);
        let mut payload = [0; PAYLOAD_BYTES];
        let (iv, covered) = payload.split_at_mut(IV_BYTES);
        iv.copy_from_slice(&hash[..IV_BYTES]);
        cover(&mut state, call, iv, hash_key);
        covered.copy_from_slice(&state);
        keys.seal(Purpose::Call, &payload)
    }

    /// The state that [`State::seal`] has written for this call, unless it is too old.
    pub fn open(text: &str, call: &str, now: Timestamp, keys: &KeyRing, hash_key: &HashKey) -> Option<Self> {
        let mut buffer = [0; TOKEN_BYTES_MAX];
        let payload: &[u8; PAYLOAD_BYTES] = keys.open(Purpose::Call, text, &mut buffer).ok()?.try_into().ok()?;
        let (iv, covered) = payload.split_at(IV_BYTES);
        let mut state: [u8; STATE_BYTES] = covered.try_into().ok()?;
        cover(&mut state, call, iv, hash_key);
        // The token's seal has been checked: this finds only a state of another call.
        let hash = hash_key.hash("hotline-state-iv", &[call.as_bytes(), &state]);
        if hash[..IV_BYTES] != *iv {
            return None;
        }
        let (state, at) = Self::from_bytes(&state)?;
        let age = now.as_second() - at;
        (0..LIFE.as_secs()).contains(&age).then_some(state)
    }
}

/// Covers or uncovers a state.
fn cover(state: &mut [u8; STATE_BYTES], call: &str, iv: &[u8], hash_key: &HashKey) {
    for (number, block) in state.chunks_mut(32).enumerate() {
        let stream = hash_key.hash("hotline-state", &[call.as_bytes(), iv, &[number as u8]]);
        for (byte, over) in block.iter_mut().zip(stream) {
            *byte ^= over;
        }
    }
}
