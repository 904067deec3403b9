//! ID tokens: who somebody is, in the provider's signed words (OpenID Connect Core 1.0 §§ 2, 3.1.3.7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dran_core::staff::provider::Claims;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::keys::{Algorithm, KeySet, Signed};

/// How far two clocks may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_mins(1);
/// How old a token may be that was made a moment ago.
const AGE_MAX: SignedDuration = SignedDuration::from_mins(10);

/// What a token has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who has made it.
    pub issuer: &'a str,
    /// For whom.
    pub client_id: &'a str,
    /// For which login.
    pub nonce: &'a str,
    /// Since when that is on its way, if the provider was told to ask again who it is.
    pub asked_at: Option<Timestamp>,
    /// What time it is.
    pub now: Timestamp,
}

/// Who somebody is, to a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person, for ever.
    pub subject: String,
    /// What else it says.
    pub claims: Claims,
}

/// Why a token is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// It is no such token.
    #[error("it is no ID token")]
    Malformed,
    /// It is signed in a way that is not accepted, or demands what is not known here.
    #[error("its algorithm is not accepted")]
    Algorithm,
    /// It names a key that the provider does not have.
    #[error("it names an unknown key")]
    UnknownKey,
    /// The signature is wrong.
    #[error("its signature is not the provider's")]
    NotSigned,
    /// Another provider has made it.
    #[error("it is of another issuer")]
    Issuer,
    /// It was made for somebody else.
    #[error("it is for another client")]
    Audience,
    /// It is over, or from the future, or old.
    #[error("its time is not now")]
    Time,
    /// It belongs to another login.
    #[error("it belongs to another login")]
    Nonce,
    /// The password was shown before this login began.
    #[error("the provider did not ask again who it is")]
    NotAskedAgain,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// Who a token says somebody is, if it may be believed.
pub fn verify(text: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Identity, TokenError> {
    let claims = signed(text, keys)?;
    let text_of = |name: &str| claims.get(name).and_then(Value::as_str);
    if text_of("iss") != Some(expected.issuer) {
        return Err(TokenError::Issuer);
    }
    if !is_for(&claims, expected.client_id) {
        return Err(TokenError::Audience);
    }
    let time = |name: &str| moment(claims.get(name)?);
    let (Some(expires_at), Some(made_at)) = (time("exp"), time("iat")) else {
        return Err(TokenError::Time);
    };
    let now = expected.now;
    if expires_at + LEEWAY <= now || made_at > now + LEEWAY || made_at + AGE_MAX < now {
        return Err(TokenError::Time);
    }
    if text_of("nonce") != Some(expected.nonce) {
        return Err(TokenError::Nonce);
    }
    if let Some(asked_at) = expected.asked_at
        && time("auth_time").is_none_or(|shown_at| shown_at + LEEWAY < asked_at)
    {
        return Err(TokenError::NotAskedAgain);
    }
    let subject = text_of("sub").filter(|subject| !subject.is_empty());
    Ok(Identity {
        issuer: expected.issuer.to_owned(),
        subject: subject.ok_or(TokenError::Malformed)?.to_owned(),
        claims: flat(&claims),
    })
}

/// The claims of a token with the provider's signature (RFC 7515 § 5.2).
fn signed(text: &str, keys: &KeySet) -> Result<Map<String, Value>, TokenError> {
    let (message, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (header, payload) = message.split_once('.').ok_or(TokenError::Malformed)?;
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed);
    let header: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| TokenError::Malformed)?;
    if header.crit.is_some() {
        return Err(TokenError::Algorithm);
    }
    let algorithm = Algorithm::named(&header.alg).ok_or(TokenError::Algorithm)?;
    match keys.signed(header.kid.as_deref(), algorithm, message.as_bytes(), &bytes(signature)?) {
        Signed::Yes => serde_json::from_slice(&bytes(payload)?).map_err(|_| TokenError::Malformed),
        Signed::No => Err(TokenError::NotSigned),
        Signed::UnknownKey => Err(TokenError::UnknownKey),
    }
}

/// Whether a token is for a client: among its audience and, if another client is named too, the one that asked.
fn is_for(claims: &Map<String, Value>, client_id: &str) -> bool {
    let (listed, several) = match claims.get("aud") {
        Some(Value::String(one)) => (one == client_id, false),
        Some(Value::Array(list)) => (list.iter().any(|one| one == client_id), list.len() > 1),
        _ => (false, false),
    };
    match claims.get("azp") {
        Some(party) => listed && party == client_id,
        None => listed && !several,
    }
}

/// A number of seconds since 1970 (RFC 7519 § 2), which may have a fraction.
fn moment(value: &Value) -> Option<Timestamp> {
    let seconds = value
        .as_i64()
        .or_else(|| value.as_f64().map(|seconds| seconds as i64))?;
    // So that leeways can be added.
    let at = Timestamp::from_second(seconds).ok()?;
    (at < Timestamp::MAX - AGE_MAX && at > Timestamp::MIN + AGE_MAX).then_some(at)
}

/// All claims as texts.
fn flat(claims: &Map<String, Value>) -> Claims {
    let mut flat = Claims::new();
    for (name, value) in claims {
        put(&mut flat, name, value, DEPTH_MAX);
    }
    flat
}

/// How deep claims stand in claims: `resource_access.CLIENT.roles` is the deepest known.
const DEPTH_MAX: u32 = 4;

fn put(flat: &mut Claims, name: &str, value: &Value, depth: u32) {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(list) if depth > 0 => {
            for value in list.iter().filter(|value| !value.is_object()) {
                put(flat, name, value, depth - 1);
            }
            return;
        }
        Value::Object(inner) if depth > 0 => {
            for (inner_name, value) in inner {
                put(flat, &format!("{name}.{inner_name}"), value, depth - 1);
            }
            return;
        }
        _ => return,
    };
    flat.entry(name.to_owned()).or_default().push(text);
}

#[cfg(test)]
mod tests;
