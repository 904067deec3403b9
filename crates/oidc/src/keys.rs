//! A provider's public keys (RFC 7517), and whether they have signed a text (RFC 7518, RFC 8037).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// How a text is signed. Keys that both sides share (HS256) and `none` are not among them: an ID token is to be
/// checked by a key that only the provider has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    /// The algorithm of its name in a header.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// The keys of a provider.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<Key>);

#[derive(Clone, Debug)]
struct Key {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    public: Public,
}

#[derive(Clone, Debug)]
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

#[derive(Deserialize)]
struct SetJson {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct KeyJson {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// Whether a key has signed a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signed {
    Yes,
    No,
    /// There is no key of that name: the provider may have a new one.
    UnknownKey,
}

impl KeySet {
    /// Reads a key set; keys of other kinds, or for other uses, are passed over. None if it is no key set.
    pub fn read(text: &[u8]) -> Option<Self> {
        let set: SetJson = serde_json::from_slice(text).ok()?;
        Some(Self(set.keys.into_iter().filter_map(key).collect()))
    }

    /// Whether one of the keys has signed a text: the one of this name, or without a name any that fits.
    pub fn signed(&self, key: Option<&str>, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> Signed {
        let mut named = self
            .0
            .iter()
            .filter(|known| key.is_none() || known.id.as_deref() == key)
            .peekable();
        if named.peek().is_none() {
            return Signed::UnknownKey;
        }
        if named.any(|known| known.signed(algorithm, text, signature)) {
            Signed::Yes
        } else {
            Signed::No
        }
    }
}

impl Key {
    fn signed(&self, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> bool {
        if self.algorithm.is_some_and(|own| own != algorithm) {
            return false;
        }
        // The kind of the key decides what it can have signed, never the header alone.
        let checked = match (&self.public, algorithm) {
            (Public::Rsa { n, e }, Algorithm::Rs256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, text, signature)
            }
            (Public::Rsa { n, e }, Algorithm::Ps256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, text, signature)
            }
            (Public::P256(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(text, signature)
            }
            (Public::P384(point), Algorithm::Es384) => {
                UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(text, signature)
            }
            (Public::Ed25519(point), Algorithm::EdDsa) => {
                UnparsedPublicKey::new(&ED25519, point).verify(text, signature)
            }
            _ => return false,
        };
        checked.is_ok()
    }
}

fn key(json: serde_json::Value) -> Option<Key> {
    let json: KeyJson = serde_json::from_value(json).ok()?;
    if json.usage.is_some_and(|usage| usage != "sig") {
        return None;
    }
    let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_ref()?).ok();
    let point = |x: &Option<String>, y: &Option<String>| {
        // Uncompressed (SEC 1 § 2.3.3).
        Some([&[4], &*bytes(x)?, &*bytes(y)?].concat())
    };
    let public = match (&*json.kty, json.crv.as_deref()) {
        ("RSA", _) => Public::Rsa {
            // ring takes a number without zeros in front of it.
            n: bytes(&json.n)?.into_iter().skip_while(|byte| *byte == 0).collect(),
            e: bytes(&json.e)?.into_iter().skip_while(|byte| *byte == 0).collect(),
        },
        ("EC", Some("P-256")) => Public::P256(point(&json.x, &json.y)?),
        ("EC", Some("P-384")) => Public::P384(point(&json.x, &json.y)?),
        ("OKP", Some("Ed25519")) => Public::Ed25519(bytes(&json.x)?),
        _ => return None,
    };
    let algorithm = match &json.alg {
        Some(name) => Some(Algorithm::named(name)?),
        None => None,
    };
    Some(Key {
        id: json.kid,
        algorithm,
        public,
    })
}
