#![expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]

use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::json;

use super::*;

/// Keys and tokens that Node's crypto module has made (`crypto.sign`), one of each algorithm.
const VECTORS: &str = include_str!("vectors.json");

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: "https://login.example",
        client_id: "dran",
        nonce: "n-1",
        asked_at: Some(second(999_980)),
        now: second(1_000_010),
    }
}

fn vectors() -> (KeySet, Value) {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let keys = KeySet::read(vectors["jwks"].to_string().as_bytes()).unwrap();
    (keys, vectors["tokens"].clone())
}

/// A provider of our own, to have it say what a real one would not.
struct Signer(Ed25519KeyPair);

impl Signer {
    fn new() -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap())
    }

    fn keys(&self) -> KeySet {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key());
        let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": x}]});
        KeySet::read(set.to_string().as_bytes()).unwrap()
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// What is said of a token with other claims than it should have.
    fn with(&self, change: impl FnOnce(&mut Value)) -> Result<Identity, TokenError> {
        let mut claims = claims();
        change(&mut claims);
        let token = self.sign(&json!({"alg": "EdDSA", "kid": "k1"}), &claims);
        verify(&token, &self.keys(), &expected())
    }
}

fn claims() -> Value {
    json!({
        "iss": "https://login.example", "aud": "dran", "sub": "4711", "nonce": "n-1",
        "iat": 1_000_000, "exp": 1_000_300, "auth_time": 999_990,
    })
}

#[test]
fn tokens_of_every_accepted_algorithm_are_believed_as_another_hand_signed_them() {
    let (keys, tokens) = vectors();
    for algorithm in ["RS256", "PS256", "ES256", "ES384", "EdDSA"] {
        let identity = verify(tokens[algorithm].as_str().unwrap(), &keys, &expected()).unwrap();
        assert_eq!(identity.subject, "4711", "{algorithm}");
        assert_eq!(identity.claims["preferred_username"], ["e.muster"]);
        assert_eq!(identity.claims["realm_access.roles"], ["impf-telefon", "alle"]);
        assert_eq!(identity.claims["email_verified"], ["true"]);
    }
}

#[test]
fn a_token_that_was_changed_anywhere_is_not_believed() {
    let (keys, tokens) = vectors();
    for algorithm in ["RS256", "PS256", "ES256", "ES384", "EdDSA"] {
        let token = tokens[algorithm].as_str().unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = message.split_once('.').unwrap();
        let other: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        let other = other.to_string().replace("e.muster", "operator");
        let other = URL_SAFE_NO_PAD.encode(other);
        let forged = verify(&format!("{header}.{other}.{signature}"), &keys, &expected());
        assert_eq!(forged, Err(TokenError::NotSigned), "{algorithm}: claims");
        let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
        bytes[10] ^= 1;
        let forged = format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes));
        assert_eq!(
            verify(&forged, &keys, &expected()),
            Err(TokenError::NotSigned),
            "{algorithm}"
        );
    }
}

#[test]
fn the_header_does_not_choose_how_the_signature_is_checked() {
    let (signer, claims) = (Signer::new(), claims());
    let of = |header: Value| verify(&signer.sign(&header, &claims), &signer.keys(), &expected());
    for name in ["none", "None", "HS256", "RS1", ""] {
        assert_eq!(
            of(json!({"alg": name, "kid": "k1"})),
            Err(TokenError::Algorithm),
            "{name}"
        );
    }
    // The right key under the wrong name of an algorithm.
    assert_eq!(of(json!({"alg": "ES256", "kid": "k1"})), Err(TokenError::NotSigned));
    assert_eq!(of(json!({"alg": "EdDSA", "kid": "k2"})), Err(TokenError::UnknownKey));
    let critical = json!({"alg": "EdDSA", "kid": "k1", "crit": ["exp"]});
    assert_eq!(of(critical), Err(TokenError::Algorithm));
    assert!(of(json!({"alg": "EdDSA"})).is_ok(), "without a name, any key that fits");
    // A key that says what it is for is used for nothing else.
    let (keys, tokens) = vectors();
    let rsa = tokens["RS256"].as_str().unwrap().split('.').collect::<Vec<_>>();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"PS256","kid":"rs256"}"#);
    let other = format!("{header}.{}.{}", rsa[1], rsa[2]);
    assert_eq!(verify(&other, &keys, &expected()), Err(TokenError::NotSigned));
    // Without a signature at all.
    let bare = format!("{}.{}.", rsa[0], rsa[1]);
    assert_eq!(verify(&bare, &keys, &expected()), Err(TokenError::NotSigned));
}

#[test]
fn a_token_of_another_provider_or_for_another_client_is_refused() {
    let signer = Signer::new();
    assert!(signer.with(|_| {}).is_ok());
    let issuer = |issuer: Value| signer.with(|claims| claims["iss"] = issuer);
    assert_eq!(issuer("https://login.example/".into()), Err(TokenError::Issuer));
    assert_eq!(issuer(Value::Null), Err(TokenError::Issuer));
    let audience = |audience: Value| signer.with(|claims| claims["aud"] = audience);
    assert_eq!(audience("other".into()), Err(TokenError::Audience));
    assert_eq!(audience(json!([])), Err(TokenError::Audience));
    assert_eq!(
        audience(json!(["dran", "other"])),
        Err(TokenError::Audience),
        "for whom of both?"
    );
    assert!(audience(json!(["dran"])).is_ok());
    let party = |party: &str| {
        signer.with(|claims| {
            claims["aud"] = json!(["dran", "other"]);
            claims["azp"] = party.into();
        })
    };
    assert!(party("dran").is_ok());
    assert_eq!(party("other"), Err(TokenError::Audience));
}

#[test]
fn a_token_that_is_over_old_or_from_the_future_is_refused() {
    let signer = Signer::new();
    let with = |name: &str, at: Value| signer.with(|claims| claims[name] = at);
    let time = Err(TokenError::Time);
    assert!(with("exp", 999_951.into()).is_ok(), "a minute between clocks");
    assert_eq!(with("exp", 999_950.into()), time);
    assert!(with("iat", 1_000_070.into()).is_ok());
    assert_eq!(with("iat", 1_000_071.into()), time);
    assert_eq!(with("iat", 999_409.into()), time);
    for wrong in [Value::Null, "1000300".into(), json!(1e300), json!(i64::MAX)] {
        assert_eq!(with("exp", wrong.clone()), time, "{wrong}");
    }
    assert!(with("exp", json!(1_000_300.5)).is_ok());
}

#[test]
fn a_token_belongs_to_one_login_and_the_password_was_shown_in_it() {
    let signer = Signer::new();
    let with = |name: &str, value: Value| signer.with(|claims| claims[name] = value);
    assert_eq!(with("nonce", "n-2".into()), Err(TokenError::Nonce));
    assert_eq!(with("nonce", Value::Null), Err(TokenError::Nonce));
    assert_eq!(with("auth_time", 999_000.into()), Err(TokenError::NotAskedAgain));
    assert_eq!(with("auth_time", Value::Null), Err(TokenError::NotAskedAgain));
    assert_eq!(with("sub", Value::Null), Err(TokenError::Malformed));
    assert_eq!(with("sub", "".into()), Err(TokenError::Malformed));
    let mut old = claims();
    old["auth_time"] = 1.into();
    let token = signer.sign(&json!({"alg": "EdDSA", "kid": "k1"}), &old);
    let once = Expected {
        asked_at: None,
        ..expected()
    };
    assert!(verify(&token, &signer.keys(), &once).is_ok(), "nobody asked for it");
}

#[test]
fn what_is_no_token_is_refused() {
    let keys = Signer::new().keys();
    for text in ["", ".", "..", "a.b.c", "e30.e30.e30", "e30.e30", "!.!.!"] {
        assert_eq!(verify(text, &keys, &expected()), Err(TokenError::Malformed), "{text}");
    }
    assert!(KeySet::read(b"{}").is_none() && KeySet::read(b"").is_none());
    let odd = json!({"keys": [
        {"kty": "oct", "k": "AAAA"}, {"kty": "EC", "crv": "P-521"}, {"kty": "RSA"}, 7,
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "use": "enc"},
    ]});
    let (_, tokens) = vectors();
    let none = KeySet::read(odd.to_string().as_bytes()).unwrap();
    let unknown = verify(tokens["EdDSA"].as_str().unwrap(), &none, &expected());
    assert_eq!(
        unknown,
        Err(TokenError::UnknownKey),
        "keys of other kinds are passed over"
    );
}
