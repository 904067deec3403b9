//! One login, from our page to the provider's and back.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::{Mutex, Semaphore};

use crate::discovery::{self, Discovery, DiscoveryError};
use crate::http::{Http, HttpError, is_usable};
use crate::id_token::{Expected, Identity, TokenError, verify};
use crate::keys::KeySet;
use crate::{encoded, pairs};

/// How long somebody may take at the provider: who has to look for a password or a telephone finds it.
pub const FLOW_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How long the provider's description is good: so that one that is gone is noticed before people are sent there.
const DISCOVERY_LIFE: SignedDuration = SignedDuration::from_mins(1);
/// How long nobody asks again after the provider did not answer. Longer than one try takes: of a hundred who wait
/// for it one tries, and the others are told at once.
const AWAY_FOR: SignedDuration = SignedDuration::from_secs(10);
/// How often keys are fetched at the most, however many tokens name unknown ones.
const KEYS_EVERY: SignedDuration = SignedDuration::from_secs(10);
/// How long keys are good: one that the provider has withdrawn is not believed for ever.
const KEYS_LIFE: SignedDuration = SignedDuration::from_hours(1);
/// Codes that are redeemed at once; each is one connection to the provider.
const REDEEMED_AT_ONCE: usize = 32;

/// What the operator says of a provider.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Its name for itself, an address.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: SecretString,
    /// Where it sends people back to.
    pub redirect_uri: String,
    /// What it is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Whether it has to ask each time who it is, whoever has logged in there at this seat before.
    pub ask_again: bool,
}

/// Why a configuration cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConfigError {
    /// An address without TLS, of another machine.
    #[error("`{0}` is no https: address")]
    Address(String),
    /// Something is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
}

/// One login on its way: three values that nobody can guess, which the browser's cookie stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct Flow {
    /// Comes back with the browser (RFC 6749 § 10.12).
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Shown with the code; 43 characters (RFC 7636 § 4.1).
    pub verifier: String,
    /// When it began.
    pub began_at: Timestamp,
}

/// What a browser brings back from the provider.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Returned {
    /// The state.
    pub state: String,
    /// The code, if all went well.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Who has sent it back (RFC 9207).
    pub issuer: Option<String>,
}

/// Why nobody was named.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider does not answer, or not as a provider does.
    #[error("the identity provider cannot be used: {0}")]
    Away(String),
    /// Too many logins at once.
    #[error("too many logins at the identity provider at once")]
    Busy,
    /// Whoever comes back did not leave from here, or too long ago.
    #[error("the answer belongs to no login of this browser")]
    NotOurs,
    /// The person, or the provider, has ended it.
    #[error("the identity provider has let nobody in: {0}")]
    Ended(String),
    /// The provider does not take the code: it was used, or is over.
    #[error("the identity provider does not take the code: {0}")]
    CodeRefused(String),
    /// The token is not believed.
    #[error("the ID token is not believed: {0}")]
    Token(#[from] TokenError),
}

impl From<HttpError> for OidcError {
    fn from(error: HttpError) -> Self {
        Self::Away(error.to_string())
    }
}

impl From<DiscoveryError> for OidcError {
    fn from(error: DiscoveryError) -> Self {
        Self::Away(error.to_string())
    }
}

/// A provider.
#[derive(Debug)]
pub struct Provider {
    config: ProviderConfig,
    http: Http,
    description: Mutex<Cached<Discovery>>,
    keys: Mutex<Cached<KeySet>>,
    redeeming: Semaphore,
}

/// Something fetched, and when; and since when it could not be.
#[derive(Debug)]
struct Cached<T> {
    found: Option<(T, Timestamp)>,
    failed: Option<(OidcError, Timestamp)>,
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self {
            found: None,
            failed: None,
        }
    }
}

impl<T: Clone> Cached<T> {
    /// What is known and younger than `life`.
    fn fresh(&self, life: SignedDuration, now: Timestamp) -> Option<T> {
        let found = self.found.as_ref().filter(|(_, at)| now.duration_since(*at) < life);
        found.map(|(found, _)| found.clone())
    }

    /// Why nobody asks for it just now.
    fn away(&self, now: Timestamp) -> Option<OidcError> {
        let failed = self.failed.as_ref();
        let failed = failed.filter(|(_, at)| now.duration_since(*at) < AWAY_FOR);
        failed.map(|(error, _)| error.clone())
    }

    fn keep(&mut self, fetched: Result<T, OidcError>, now: Timestamp) -> Result<T, OidcError> {
        match fetched {
            Ok(found) => {
                self.failed = None;
                self.found = Some((found.clone(), now));
                Ok(found)
            }
            Err(error) => {
                self.failed = Some((error.clone(), now));
                Err(error)
            }
        }
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
}

impl Provider {
    /// Prepares a provider; it is asked when somebody logs in.
    ///
    /// # Errors
    /// Says what cannot be used.
    pub fn new(config: ProviderConfig) -> Result<Self, ConfigError> {
        for address in [&config.issuer, &config.redirect_uri] {
            if !is_usable(address) || address.contains(['?', '#', ' ']) {
                return Err(ConfigError::Address(address.clone()));
            }
        }
        if config.client_id.is_empty() {
            return Err(ConfigError::Empty("client_id"));
        }
        if config.client_secret.expose_secret().is_empty() {
            return Err(ConfigError::Empty("the client secret"));
        }
        Ok(Self {
            config,
            http: Http::new(),
            description: Mutex::default(),
            keys: Mutex::default(),
            redeeming: Semaphore::new(REDEEMED_AT_ONCE),
        })
    }

    /// Its name for itself.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Where the browser goes to log in.
    ///
    /// # Errors
    /// [`OidcError::Away`].
    pub async fn address(&self, flow: &Flow, now: Timestamp) -> Result<String, OidcError> {
        let description = self.description(DISCOVERY_LIFE, now).await?;
        let mut scope = vec!["openid"];
        scope.extend(self.config.scopes.iter().map(String::as_str));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(flow.verifier.as_bytes()));
        let scope = scope.join(" ");
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", &*self.config.client_id),
            ("redirect_uri", &*self.config.redirect_uri),
            ("scope", &*scope),
            ("state", &*flow.state),
            ("nonce", &*flow.nonce),
            ("code_challenge", &*challenge),
            ("code_challenge_method", "S256"),
        ];
        let age_max = FLOW_LIFE.as_secs().to_string();
        if self.config.ask_again {
            // `max_age` makes the provider say when it has asked, which is then checked.
            query.extend([("prompt", "login"), ("max_age", &*age_max)]);
        }
        let endpoint = description.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{endpoint}{joint}{}", pairs(&query)))
    }

    /// Who has come back with a code.
    ///
    /// # Errors
    /// [`OidcError`].
    pub async fn redeem(&self, returned: &Returned, flow: &Flow, now: Timestamp) -> Result<Identity, OidcError> {
        let is_ours: bool = returned.state.as_bytes().ct_eq(flow.state.as_bytes()).into();
        if !is_ours || now.duration_since(flow.began_at) >= FLOW_LIFE {
            return Err(OidcError::NotOurs);
        }
        let _place = self.redeeming.try_acquire().map_err(|_| OidcError::Busy)?;
        let description = self.description(KEYS_LIFE, now).await?;
        match &returned.issuer {
            Some(issuer) if *issuer != self.config.issuer => return Err(OidcError::NotOurs),
            None if description.names_issuer => return Err(OidcError::NotOurs),
            _ => {}
        }
        let Some(code) = &returned.code else {
            return Err(OidcError::Ended(shown(returned.error.as_deref().unwrap_or_default())));
        };
        let token = self.exchange(&description, code, flow).await?;
        let expected = Expected {
            issuer: &self.config.issuer,
            client_id: &self.config.client_id,
            nonce: &flow.nonce,
            asked_at: self.config.ask_again.then_some(flow.began_at),
            now,
        };
        let keys = self.keys(&description, KEYS_LIFE, now).await?;
        match verify(&token, &keys, &expected) {
            Err(TokenError::UnknownKey) => {
                let keys = self.keys(&description, KEYS_EVERY, now).await?;
                Ok(verify(&token, &keys, &expected)?)
            }
            verified => Ok(verified?),
        }
    }

    /// The token of a code (RFC 6749 § 4.1.3, RFC 7636 § 4.5).
    async fn exchange(&self, description: &Discovery, code: &str, flow: &Flow) -> Result<String, OidcError> {
        let (id, secret) = (&*self.config.client_id, self.config.client_secret.expose_secret());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &*self.config.redirect_uri),
            ("code_verifier", &*flow.verifier),
        ];
        let mut authorization = None;
        if description.secret_in_form {
            form.extend([("client_id", id), ("client_secret", secret)]);
        } else {
            let both = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
            authorization = Some(format!("Basic {both}"));
        }
        let answer = self
            .http
            .post(&description.token_endpoint, authorization.as_deref(), pairs(&form));
        let answer = answer.await?;
        if answer.status == StatusCode::OK {
            let token: Result<TokenAnswer, _> = serde_json::from_slice(&answer.body);
            return token
                .map(|token| token.id_token)
                .map_err(|_| TokenError::Malformed.into());
        }
        let refusal: Result<TokenRefusal, _> = serde_json::from_slice(&answer.body);
        match refusal {
            Ok(refusal) if refusal.error == "invalid_grant" => Err(OidcError::CodeRefused(shown(&refusal.error))),
            Ok(refusal) => Err(OidcError::Away(format!("it answers {}", shown(&refusal.error)))),
            Err(_) => Err(OidcError::Away(format!("it answers {}", answer.status))),
        }
    }

    async fn description(&self, life: SignedDuration, now: Timestamp) -> Result<Discovery, OidcError> {
        let mut cached = self.description.lock().await;
        if let Some(found) = cached.fresh(life, now) {
            return Ok(found);
        }
        if let Some(error) = cached.away(now) {
            return Err(error);
        }
        let issuer = &self.config.issuer;
        let address = format!("{}{}", issuer.trim_end_matches('/'), discovery::PATH);
        let fetched = async { Ok(Discovery::read(&self.document(&address).await?, issuer)?) };
        let fetched = fetched.await;
        cached.keep(fetched, now)
    }

    async fn keys(&self, description: &Discovery, life: SignedDuration, now: Timestamp) -> Result<KeySet, OidcError> {
        let mut cached = self.keys.lock().await;
        if let Some(found) = cached.fresh(life, now) {
            return Ok(found);
        }
        if let Some(error) = cached.away(now) {
            return Err(error);
        }
        let fetched = async {
            let text = self.document(&description.jwks_uri).await?;
            KeySet::read(&text).ok_or_else(|| OidcError::Away("its keys are no key set".into()))
        };
        let fetched = fetched.await;
        cached.keep(fetched, now)
    }

    async fn document(&self, address: &str) -> Result<Vec<u8>, OidcError> {
        let answer = self.http.get(address).await?;
        match answer.status {
            StatusCode::OK => Ok(answer.body.to_vec()),
            status => Err(OidcError::Away(format!("{address} answers {status}"))),
        }
    }
}

/// An error code as a log may show it: what stands there was written elsewhere (RFC 6749 § 4.1.2.1).
fn shown(code: &str) -> String {
    let fits = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    code.chars().filter(fits).take(40).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn config() -> ProviderConfig {
        ProviderConfig {
            issuer: "https://login.example".into(),
            client_id: "dran".into(),
            client_secret: SecretString::from("geheim"),
            redirect_uri: "https://desk.example/anmelden/zurueck".into(),
            scopes: vec!["profile".into()],
            ask_again: true,
        }
    }

    fn flow() -> Flow {
        Flow {
            state: "s".repeat(43),
            nonce: "n".repeat(43),
            // RFC 7636, appendix B.
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
            began_at: Timestamp::UNIX_EPOCH,
        }
    }

    async fn knowing(config: ProviderConfig) -> Provider {
        let provider = Provider::new(config).unwrap();
        let description = Discovery {
            authorization_endpoint: "https://login.example/auth?tenant=7".into(),
            token_endpoint: "https://login.example/token".into(),
            jwks_uri: "https://login.example/keys".into(),
            secret_in_form: false,
            names_issuer: true,
        };
        provider.description.lock().await.found = Some((description, Timestamp::UNIX_EPOCH));
        provider
    }

    #[tokio::test]
    async fn the_browser_takes_the_challenge_along_and_never_the_verifier() {
        let provider = knowing(config()).await;
        let address = provider.address(&flow(), Timestamp::UNIX_EPOCH).await.unwrap();
        assert!(address.starts_with("https://login.example/auth?tenant=7&response_type=code&client_id=dran&"));
        // The challenge of the RFC's verifier.
        assert!(
            address.contains("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256")
        );
        assert!(
            address.contains("redirect_uri=https%3A%2F%2Fdesk.example%2Fanmelden%2Fzurueck&scope=openid%20profile")
        );
        assert!(address.contains("prompt=login&max_age=600"), "{address}");
        assert!(!address.contains(&flow().verifier) && !address.contains("geheim"));
        let once = ProviderConfig {
            ask_again: false,
            ..config()
        };
        let address = knowing(once)
            .await
            .address(&flow(), Timestamp::UNIX_EPOCH)
            .await
            .unwrap();
        assert!(!address.contains("prompt") && !address.contains("max_age"));
    }

    #[tokio::test]
    async fn what_did_not_leave_from_here_is_not_redeemed() {
        let provider = knowing(config()).await;
        let good = Returned {
            state: flow().state,
            code: Some("c".into()),
            error: None,
            issuer: Some("https://login.example".into()),
        };
        let wrong = [
            Returned {
                state: "t".repeat(43),
                ..good.clone()
            },
            Returned {
                state: String::new(),
                ..good.clone()
            },
            Returned {
                issuer: Some("https://evil.example".into()),
                ..good.clone()
            },
            Returned {
                issuer: None,
                ..good.clone()
            },
        ];
        for returned in wrong {
            let named = provider.redeem(&returned, &flow(), Timestamp::UNIX_EPOCH).await;
            assert_eq!(named, Err(OidcError::NotOurs));
        }
        let late = provider.redeem(&good, &flow(), Timestamp::UNIX_EPOCH + FLOW_LIFE).await;
        assert_eq!(late, Err(OidcError::NotOurs));
        let ended = Returned {
            code: None,
            error: Some("access_denied\n".into()),
            ..good
        };
        let ended = provider.redeem(&ended, &flow(), Timestamp::UNIX_EPOCH).await;
        assert_eq!(ended, Err(OidcError::Ended("access_denied".into())));
    }

    #[test]
    fn a_configuration_without_tls_or_secret_is_refused() {
        let with = |change: fn(&mut ProviderConfig)| {
            let mut config = config();
            change(&mut config);
            Provider::new(config).map(drop).unwrap_err()
        };
        let address = with(|config| config.issuer = "http://login.example".into());
        assert_eq!(address, ConfigError::Address("http://login.example".into()));
        let query = with(|config| config.issuer.push_str("?x"));
        assert_eq!(query, ConfigError::Address("https://login.example?x".into()));
        assert_eq!(with(|config| config.client_id.clear()), ConfigError::Empty("client_id"));
        let empty = with(|config| config.client_secret = SecretString::from(""));
        assert_eq!(empty, ConfigError::Empty("the client secret"));
    }
}
