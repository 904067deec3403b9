//! What a provider tells about itself (OpenID Connect Discovery 1.0 § 3, RFC 8414).

use serde::Deserialize;

use crate::http::is_usable;

/// Where a provider tells it, behind its issuer.
pub const PATH: &str = "/.well-known/openid-configuration";

/// A provider's own description, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Discovery {
    /// Where people log in.
    pub authorization_endpoint: String,
    /// Where a code is redeemed.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Whether the client shows its secret in the form, because the provider takes it in no header.
    pub secret_in_form: bool,
    /// Whether every answer names its issuer (RFC 9207).
    pub names_issuer: bool,
}

/// Why a description cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// It is no such document.
    #[error("its description is not JSON with the fields of OpenID Connect Discovery")]
    Unreadable,
    /// It is that of somebody else.
    #[error("it describes the issuer `{0}`, not the configured one")]
    OtherIssuer(String),
    /// An address without TLS.
    #[error("it names `{0}`, which is no https: address")]
    Address(String),
    /// It cannot do what is needed.
    #[error("it does not offer {0}")]
    Missing(&'static str),
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    response_types_supported: Option<Vec<String>>,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Discovery {
    /// Reads the description of an issuer.
    pub fn read(text: &[u8], issuer: &str) -> Result<Self, DiscoveryError> {
        let document: Document = serde_json::from_slice(text).map_err(|_| DiscoveryError::Unreadable)?;
        if document.issuer != issuer {
            return Err(DiscoveryError::OtherIssuer(document.issuer));
        }
        for address in [
            &document.authorization_endpoint,
            &document.token_endpoint,
            &document.jwks_uri,
        ] {
            if !is_usable(address) {
                return Err(DiscoveryError::Address(address.clone()));
            }
        }
        // What is not listed may be there all the same: some providers do PKCE and do not say so.
        let offers = |list: &Option<Vec<String>>, what: &str| {
            list.as_ref()
                .is_none_or(|list| list.iter().any(|offered| offered == what))
        };
        if !offers(&document.response_types_supported, "code") {
            return Err(DiscoveryError::Missing("the response type code"));
        }
        if !offers(&document.code_challenge_methods_supported, "S256") {
            return Err(DiscoveryError::Missing("PKCE with S256"));
        }
        let methods = &document.token_endpoint_auth_methods_supported;
        let in_header = offers(methods, "client_secret_basic");
        if !in_header && !offers(methods, "client_secret_post") {
            return Err(DiscoveryError::Missing("a client secret in header or form"));
        }
        Ok(Self {
            authorization_endpoint: document.authorization_endpoint,
            token_endpoint: document.token_endpoint,
            jwks_uri: document.jwks_uri,
            secret_in_form: !in_header,
            names_issuer: document.authorization_response_iss_parameter_supported,
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    const ISSUER: &str = "https://login.example/realms/land";

    fn document() -> serde_json::Value {
        serde_json::json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://login.example/realms/land/auth",
            "token_endpoint": "https://login.example/realms/land/token",
            "jwks_uri": "https://login.example/realms/land/certs",
            "response_types_supported": ["code", "id_token"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn read(change: impl FnOnce(&mut serde_json::Value)) -> Result<Discovery, DiscoveryError> {
        let mut document = document();
        change(&mut document);
        Discovery::read(document.to_string().as_bytes(), ISSUER)
    }

    #[test]
    fn a_description_says_where_and_how() {
        let read = read(|_| {}).unwrap();
        assert_eq!(read.token_endpoint, "https://login.example/realms/land/token");
        assert!(read.secret_in_form && read.names_issuer);
    }

    #[test]
    fn what_is_not_told_is_as_the_standard_says() {
        let bare = read(|document| {
            document["token_endpoint_auth_methods_supported"] = serde_json::Value::Null;
            document["code_challenge_methods_supported"] = serde_json::Value::Null;
            document["authorization_response_iss_parameter_supported"] = false.into();
        });
        let bare = bare.unwrap();
        assert!(!bare.secret_in_form && !bare.names_issuer);
    }

    #[test]
    fn a_description_of_somebody_else_or_without_tls_is_refused() {
        let other = read(|document| document["issuer"] = "https://evil.example".into());
        assert_eq!(other, Err(DiscoveryError::OtherIssuer("https://evil.example".into())));
        let plain = read(|document| document["token_endpoint"] = "http://login.example/token".into());
        assert_eq!(plain, Err(DiscoveryError::Address("http://login.example/token".into())));
        let no_pkce = read(|document| document["code_challenge_methods_supported"] = serde_json::json!(["plain"]));
        assert_eq!(no_pkce, Err(DiscoveryError::Missing("PKCE with S256")));
        let implicit = read(|document| document["response_types_supported"] = serde_json::json!(["id_token"]));
        assert_eq!(implicit, Err(DiscoveryError::Missing("the response type code")));
        let missing = read(|document| document["jwks_uri"] = serde_json::Value::Null);
        assert_eq!(missing, Err(DiscoveryError::Unreadable));
    }
}
