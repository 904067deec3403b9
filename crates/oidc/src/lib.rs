//! Logging in at an identity provider: OpenID Connect's authorization code flow with PKCE (OpenID Connect Core 1.0
//! § 3.1, RFC 7636, RFC 9700).
//!
//! A crate of its own because nobody else speaks this; it is small because the signatures are checked by the library
//! that TLS is made of already (docs/decisions/0021-oidc.md). Time and random bytes are parameters.

mod discovery;
mod http;
mod id_token;
mod keys;
mod provider;

pub use discovery::DiscoveryError;
pub use id_token::{Identity, TokenError};
pub use provider::{ConfigError, FLOW_LIFE, Flow, OidcError, Provider, ProviderConfig, Returned};

/// A text as a part of a query or a form (RFC 3986 § 2.3).
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Names and values as a query or a form.
fn pairs(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}
