//! Tokens of programs.

use dran_core::hex;
use dran_core::ids::ApiTokenId;
use dran_core::staff::Right;
use dran_core::staff::log::Actor;
use dran_store::{ApiToken, Fault, NewApiToken};
use jiff::SignedDuration;

use super::Staff;

/// What a token begins with, so that people and scanners of leaked secrets see what it is.
const PREFIX: &str = "dran_";
/// A token lives a year at most: then somebody looks whether it is still needed.
const DAYS_MAX: u32 = 366;

/// Why a token was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It needs a name of up to 64 characters.
    #[error("a token needs a name of up to 64 characters")]
    Name,
    /// It needs something that it may do.
    #[error("a token needs at least one right")]
    NoRight,
    /// It lives from a day to a year.
    #[error("a token lives 1 to {DAYS_MAX} days")]
    Days,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Staff {
    /// Makes a token for a program and answers it; it is kept nowhere.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn make_token(
        &self,
        actor: Actor,
        name: &str,
        scopes: Vec<Right>,
        days: u32,
    ) -> Result<(ApiTokenId, String), TokenError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 64 {
            return Err(TokenError::Name);
        }
        if scopes.is_empty() {
            return Err(TokenError::NoRight);
        }
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(TokenError::Days);
        }
        let (secret, now): ([u8; 32], _) = (self.parts.entropy.bytes(), self.now());
        let new = NewApiToken {
            name: name.to_owned(),
            token_hash: self.program_hash(&secret),
            scopes,
            expires_at: now + SignedDuration::from_hours(24 * i64::from(days)),
            actor,
            now,
        };
        let id = self.store().make_api_token(new).await?;
        Ok((id, format!("{PREFIX}{}", hex::encode(&secret))))
    }

    /// The token of a text that a program has sent, unless it is revoked or over.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn program(&self, text: &str) -> Result<Option<ApiToken>, Fault> {
        let secret = text.strip_prefix(PREFIX).and_then(hex::decode);
        match secret.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()) {
            Some(secret) => self.store().api_token(self.program_hash(&secret), self.now()).await,
            None => Ok(None),
        }
    }

    fn program_hash(&self, secret: &[u8; 32]) -> [u8; 32] {
        self.parts.hash_key.hash("staff-program", &[secret])
    }
}
