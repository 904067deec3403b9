//! Logging in at an identity provider: its word says who it is, our account what they may do.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dran_core::staff::log::Actor;
use dran_core::staff::provider::{ClaimError, ProviderPerson, ProviderRules};
use dran_oidc::{Flow, Identity, OidcError, Provider, Returned};
use dran_store::{Fault, SecondFactor, StaffAccount};
use jiff::Timestamp;

use super::{AccountAction, AccountError, LoginError, Opened, PasswordShown, Staff, Whence};

/// The door of an identity provider.
#[derive(Debug)]
pub struct ProviderDoor {
    /// The provider.
    pub provider: Provider,
    /// Who its people are here.
    pub rules: ProviderRules,
    /// Its name, as people know it.
    pub name: String,
}

/// A login on its way to the provider: random, and all that the browser keeps of it.
pub type FlowId = [u8; 16];

/// Why nobody was let in from the provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider did not name anybody.
    #[error(transparent)]
    Oidc(#[from] OidcError),
    /// Its claims name nobody here.
    #[error(transparent)]
    Claims(#[from] ClaimError),
    /// There is no account of that name, or it is disabled.
    #[error("there is no account in use for this person")]
    NoAccount,
    /// The account of that name belongs to another person of the provider.
    #[error("the account belongs to another person of the provider")]
    OtherPerson,
    /// The provider's role cannot be given.
    #[error("the role cannot be given: {0}")]
    Role(AccountError),
    /// Something has changed meanwhile, or too many log in at once.
    #[error("the login did not come to its end")]
    Again,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<AccountError> for ProviderError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Fault(fault) => Self::Fault(fault),
            // Somebody else has made or removed it at the same moment.
            AccountError::Busy | AccountError::NameTaken | AccountError::UnknownAccount => Self::Again,
            AccountError::UnknownCentre(_) | AccountError::LastAdministrator => Self::Role(error),
        }
    }
}

impl From<LoginError> for ProviderError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Fault(fault) => Self::Fault(fault),
            LoginError::Wrong => Self::OtherPerson,
            LoginError::TooSoon { .. } | LoginError::Over | LoginError::Busy => Self::Again,
        }
    }
}

impl Staff {
    /// With the door of an identity provider beside that of passwords.
    #[must_use]
    pub fn with_provider(mut self, door: ProviderDoor) -> Self {
        self.door = Some(std::sync::Arc::new(door));
        self
    }

    /// The name of the identity provider, if there is one.
    pub fn provider_name(&self) -> Option<&str> {
        self.door.as_ref().map(|door| &*door.name)
    }

    /// Begins a login at the provider: what the browser keeps, and where it goes.
    ///
    /// # Errors
    /// [`ProviderError::Oidc`]; without a provider, that it is away.
    pub async fn go_to_provider(&self) -> Result<(FlowId, String), ProviderError> {
        let door = self.door()?;
        let (id, now) = (self.parts.entropy.bytes(), self.now());
        let address = door.provider.address(&self.flow(&id, now), now).await?;
        Ok((id, address))
    }

    /// Lets in who has come back from the provider with a login that began at `began_at`.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn come_from_provider(
        &self,
        id: &FlowId,
        began_at: Timestamp,
        returned: &Returned,
        whence: &Whence,
    ) -> Result<Opened, ProviderError> {
        let door = self.door()?;
        let flow = self.flow(id, began_at);
        let identity = door.provider.redeem(returned, &flow, self.now()).await?;
        let person = door.rules.read(&identity.claims)?;
        let subject = self.subject(&identity);
        let account = self.account_of(&person, subject, door.rules.makes_accounts()).await?;
        let shown = PasswordShown {
            account: account.id,
            password_set_at: account.password_set_at,
            has_app: account.app.is_some(),
        };
        Ok(self
            .open(&shown, SecondFactor::Provider { subject }, Vec::new(), whence)
            .await?)
    }

    /// The account of a person, made or brought to the provider's role where that is asked for.
    async fn account_of(
        &self,
        person: &ProviderPerson,
        subject: [u8; 32],
        makes: bool,
    ) -> Result<StaffAccount, ProviderError> {
        let store = self.store();
        let mut found = store.staff_account_of_subject(subject).await?;
        if found.is_none() {
            found = store.staff_account_named(person.name.clone()).await?;
        }
        let account = match (found, &person.duty) {
            (Some(account), _) => account,
            (None, Some(duty)) if makes => {
                let made = self.make_account(Actor::Provider, person.name.clone(), duty.clone());
                // Nobody learns its password: the account is for who comes from the provider.
                let (id, _) = made.await?;
                store.staff_account(id).await?.ok_or(ProviderError::Again)?
            }
            _ => return Err(ProviderError::NoAccount),
        };
        let is_other_person = account.provider_subject.is_some_and(|known| known != subject);
        if is_other_person || account.disabled_at.is_some() {
            store.login_failed(None, Some(account.id), self.now()).await?;
            return Err(if is_other_person {
                ProviderError::OtherPerson
            } else {
                ProviderError::NoAccount
            });
        }
        match &person.duty {
            Some(duty) if *duty != account.duty => {
                let action = AccountAction::Duty(duty.clone());
                self.change_account(Actor::Provider, account.id, action).await?;
                store.staff_account(account.id).await?.ok_or(ProviderError::Again)
            }
            _ => Ok(account),
        }
    }

    fn door(&self) -> Result<&ProviderDoor, ProviderError> {
        let none = || OidcError::Away("none is configured".into()).into();
        self.door.as_deref().ok_or_else(none)
    }

    /// What a browser's random number stands for. The browser itself never sees the verifier.
    fn flow(&self, id: &FlowId, began_at: Timestamp) -> Flow {
        let secret = |domain: &str| URL_SAFE_NO_PAD.encode(self.parts.hash_key.hash(domain, &[id]));
        Flow {
            state: secret("staff-provider-state"),
            nonce: secret("staff-provider-nonce"),
            verifier: secret("staff-provider-verifier"),
            began_at,
        }
    }

    fn subject(&self, identity: &Identity) -> [u8; 32] {
        let parts = [identity.issuer.as_bytes(), identity.subject.as_bytes()];
        self.parts.hash_key.hash("staff-provider-subject", &parts)
    }
}
