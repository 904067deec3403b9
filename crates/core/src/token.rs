//! Signed strings: tickets, permits and session tokens share one envelope and one key ring.
//!
//! A token is the base64url spelling (RFC 4648 § 5, without padding) of these bytes:
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | version of the envelope: 1 |
//! | 1 | id of the key that signed it |
//! | 1 | purpose: a permit is never taken for a ticket |
//! | 0..=77 | payload, laid out by the thing the token stands for |
//! | 4 | SipHash-2-4 over everything before it, its first 4 bytes (little-endian) |
//! | 12 | HMAC-SHA256 (RFC 2104) over everything before it, its first 12 bytes |
//!
//! The seal of 16 bytes has two halves because a made-up token must cost less to refuse than a genuine
//! one costs to make: all but one of 2³² forgeries end at the quick check, at a third of that cost. Its key
//! is derived from the signing key; what it lets through still faces 96 bits that cannot be guessed.
//!
//! The payload is signed, not encrypted: nothing secret goes into a token. There is exactly one
//! spelling of a token; padding, other alphabets and loose bits at the end are refused. Checking one
//! allocates nothing and compares in constant time.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use siphasher::sip::SipHasher24;
use subtle::ConstantTimeEq as _;

/// The envelope this code writes and reads.
const VERSION: u8 = 1;
/// Version, key id and purpose.
const HEADER_BYTES: usize = 3;
/// What is looked at first, and refuses nearly every forgery.
const QUICK_BYTES: usize = 4;
/// 96 bits cannot be guessed online, and every byte of a token is sent with every poll.
const MAC_BYTES: usize = 12;
/// Both together.
const SEAL_BYTES: usize = QUICK_BYTES + MAC_BYTES;
/// The longest payload a token may carry; keeps a token within [`TOKEN_CHARS_MAX`].
pub const PAYLOAD_BYTES_MAX: usize = 77;
/// The longest token before its base64 spelling. A multiple of three, so that the spelling has no
/// loose bits at the bound.
pub const TOKEN_BYTES_MAX: usize = HEADER_BYTES + PAYLOAD_BYTES_MAX + SEAL_BYTES;
/// The longest text that can be a token; anything longer is refused before it is looked at.
pub const TOKEN_CHARS_MAX: usize = TOKEN_BYTES_MAX / 3 * 4;

const _: () = assert!(TOKEN_BYTES_MAX.is_multiple_of(3));

/// Where [`KeyRing::open`] puts the bytes of a token: on the caller's stack.
pub type TokenBuffer = [u8; TOKEN_BYTES_MAX];

/// What a token is for. It is signed with it, so that none can be used as another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Purpose {
    /// A place in a line.
    Ticket = 1,
    /// The right to use the booking pages.
    Permit = 2,
    /// The right to manage a booked series, after code and date of birth were given.
    Manage = 3,
    /// A registration, for who made it.
    Registration = 5,
    /// A challenge to be solved before joining.
    Work = 6,
    /// A login whose password was right, before its second factor.
    Login = 7,
    /// A browser that has logged in to an account before.
    Browser = 8,
    /// The enrolment of an app, before its first code.
    Enrolment = 9,
    /// The state of a telephone call between two answers.
    Call = 10,
    /// A login on its way to an identity provider and back.
    Provider = 11,
    /// The check digits of a ticket's short code. Never written as a token.
    ShortCode = 4,
}

/// The keys that sign and verify tokens. The first signs, all verify.
///
/// To rotate: put a new key in front, and drop the last one when nothing it signed is in use any
/// more. A ticket lives as long as its campaign, so that is a matter of weeks.
pub struct KeyRing {
    keys: Vec<Key>,
}

struct Key {
    id: u8,
    /// HMAC with the key already taken in: saves two of four SHA-256 blocks per token.
    keyed: Hmac<Sha256>,
    /// The quick check, with its key taken in.
    quick: SipHasher24,
}

/// Why a key ring cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyRingError {
    /// At least one key is needed to sign.
    #[error("a key ring needs at least one key")]
    Empty,
    /// Two keys cannot share an id: a token names its key by it.
    #[error("key id {0} is given twice")]
    DoubleId(u8),
    /// Two ids cannot share a key: the one would verify after the other was withdrawn.
    #[error("keys {0} and {1} are the same key")]
    DoubleKey(u8, u8),
}

/// Why a text is not accepted as a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// Not the spelling of a token at all: cut off, mistyped, or something else.
    #[error("not a token")]
    Malformed,
    /// Signed with a key that is not, or no longer, on the ring.
    #[error("signed with an unknown or withdrawn key")]
    UnknownKey,
    /// The signature is not of this ring.
    #[error("the signature does not match")]
    Forged,
    /// Genuine, but for something else: a permit where a ticket is wanted.
    #[error("a token for another purpose")]
    WrongPurpose,
}

impl KeyRing {
    /// Takes keys with their ids, the signing one first.
    ///
    /// # Errors
    /// When there is no key, or an id or a key occurs twice.
    pub fn new(keys: Vec<(u8, [u8; 32])>) -> Result<Self, KeyRingError> {
        if keys.is_empty() {
            return Err(KeyRingError::Empty);
        }
        for (at, (id, key)) in keys.iter().enumerate() {
            for (earlier_id, earlier_key) in &keys[..at] {
                if id == earlier_id {
                    return Err(KeyRingError::DoubleId(*id));
                }
                if key == earlier_key {
                    return Err(KeyRingError::DoubleKey(*earlier_id, *id));
                }
            }
        }
        Ok(Self {
            keys: keys.into_iter().map(|(id, key)| Key::new(id, &key)).collect(),
        })
    }

    /// Signs a payload for a purpose with the first key. The length of the payload is checked when
    /// the caller is compiled.
    pub fn seal<const N: usize>(&self, purpose: Purpose, payload: &[u8; N]) -> String {
        const { assert!(N <= PAYLOAD_BYTES_MAX, "the payload does not fit a token") };
        // A ring is never empty: `new` sees to it.
        let key = &self.keys[0];
        let signed_end = HEADER_BYTES + N;
        let mut bytes: TokenBuffer = [0; TOKEN_BYTES_MAX];
        bytes[..HEADER_BYTES].copy_from_slice(&[VERSION, key.id, purpose as u8]);
        bytes[HEADER_BYTES..signed_end].copy_from_slice(payload);
        let quick_end = signed_end + QUICK_BYTES;
        let quick = key.quick_check(&bytes[..signed_end]);
        bytes[signed_end..quick_end].copy_from_slice(&quick);
        let mac = key.mac(&bytes[..quick_end]);
        bytes[quick_end..quick_end + MAC_BYTES].copy_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(&bytes[..quick_end + MAC_BYTES])
    }

    /// Checks a token and gives its payload, which lies in `buffer`.
    ///
    /// # Errors
    /// Any text that [`KeyRing::seal`] did not write for this purpose with a key of this ring.
    pub fn open<'b>(&self, purpose: Purpose, text: &str, buffer: &'b mut TokenBuffer) -> Result<&'b [u8], TokenError> {
        if text.len() > TOKEN_CHARS_MAX {
            return Err(TokenError::Malformed);
        }
        // The engine refuses padding and loose bits, so one token has one spelling.
        let length = URL_SAFE_NO_PAD
            .decode_slice(text, buffer)
            .map_err(|_| TokenError::Malformed)?;
        let bytes: &'b [u8] = &buffer[..length];
        let (checked, mac) = bytes.split_last_chunk::<MAC_BYTES>().ok_or(TokenError::Malformed)?;
        let (signed, quick) = checked.split_last_chunk::<QUICK_BYTES>().ok_or(TokenError::Malformed)?;
        let [VERSION, key_id, written_for, payload @ ..] = signed else {
            return Err(TokenError::Malformed);
        };
        let key = self
            .keys
            .iter()
            .find(|key| key.id == *key_id)
            .ok_or(TokenError::UnknownKey)?;
        if !bool::from(key.quick_check(signed).ct_eq(quick)) || !bool::from(key.mac(checked).ct_eq(mac)) {
            return Err(TokenError::Forged);
        }
        if *written_for != purpose as u8 {
            return Err(TokenError::WrongPurpose);
        }
        Ok(payload)
    }

    /// A tag over a message for short codes, by the signing key.
    pub(crate) fn tag(&self, purpose: Purpose, message: &[u8]) -> u64 {
        self.keys[0].tag(purpose, message)
    }

    /// The tags over a message by every key of the ring, the signing one first.
    pub(crate) fn tags(&self, purpose: Purpose, message: &[u8]) -> impl Iterator<Item = u64> {
        self.keys.iter().map(move |key| key.tag(purpose, message))
    }
}

impl Key {
    fn new(id: u8, key: &[u8; 32]) -> Self {
        let keyed = keyed(key);
        // No token begins with this: its first byte is the version.
        let derived: [u8; 32] = keyed
            .clone()
            .chain_update(b"quick check")
            .finalize()
            .into_bytes()
            .into();
        let (quick_key, _) = derived.split_at(16);
        let mut quick = [0; 16];
        quick.copy_from_slice(quick_key);
        Self {
            id,
            keyed,
            quick: SipHasher24::new_with_key(&quick),
        }
    }

    fn quick_check(&self, signed: &[u8]) -> [u8; QUICK_BYTES] {
        let [a, b, c, d, ..] = self.quick.hash(signed).to_le_bytes();
        [a, b, c, d]
    }

    fn mac(&self, checked: &[u8]) -> [u8; MAC_BYTES] {
        let whole: [u8; 32] = self.keyed.clone().chain_update(checked).finalize().into_bytes().into();
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&whole[..MAC_BYTES]);
        mac
    }

    /// The first 64 bits of the MAC over the header that a token of this purpose would have, and the
    /// message; so that a tag is never part of a token's MAC.
    fn tag(&self, purpose: Purpose, message: &[u8]) -> u64 {
        let mac = self
            .keyed
            .clone()
            .chain_update([VERSION, self.id, purpose as u8])
            .chain_update(message);
        let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = mac.finalize().into_bytes().into();
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("ids", &self.keys.iter().map(|key| key.id).collect::<Vec<_>>())
            .finish()
    }
}

/// The payload that a token of this purpose tells, without asking whether anybody has signed it.
pub(crate) fn payload_told(purpose: Purpose, text: &str) -> Option<Vec<u8>> {
    if text.len() > TOKEN_CHARS_MAX {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (signed, _) = bytes.split_last_chunk::<SEAL_BYTES>()?;
    match signed {
        [VERSION, _, written_for, payload @ ..] if *written_for == purpose as u8 => Some(payload.to_vec()),
        _ => None,
    }
}

/// HMAC-SHA256 with a key taken in. HMAC itself fills a shorter key with zeros to the block of the
/// hash (RFC 2104 § 2); doing it here leaves no length to go wrong.
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    Hmac::new(&block.into())
}

/// A key for hashes that must be equal for equal things and tell nothing to who has no key: the
/// person key and stored verification codes.
///
/// It is not rotated: hashes made with another key no longer match.
#[derive(Clone)]
pub struct HashKey(Hmac<Sha256>);

impl HashKey {
    /// Takes 32 secret random bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self(keyed(&key))
    }

    /// HMAC-SHA256 over the domain and the parts, each with its length (8 bytes, big-endian) before
    /// it: `["ab", "c"]` and `["a", "bc"]` differ, and so do equal parts in different domains.
    pub fn hash(&self, domain: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in std::iter::once(domain.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests;
