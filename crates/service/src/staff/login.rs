//! Logging in: password, then a code. What was wrong is never told: the name, the password or the code.

use std::net::IpAddr;

use dran_core::ids::StaffId;
use dran_core::staff::StaffName;
use dran_core::staff::password::{Password, is_initial_over};
use dran_core::staff::recovery::RecoveryCode;
use dran_core::staff::throttle::Counted;
use dran_core::staff::totp::{Code, Secret};
use dran_store::{
    EndSessions, EnrolledApp, Failure, Fault, LoginKey, OpenSession, OpenSessionRefusal, SecondFactor, StaffAccount,
    TooSoon,
};
use jiff::Timestamp;

use super::{SessionToken, SignedIn, Staff, hashing};

/// Where a try to log in comes from.
#[derive(Clone, Debug, Default)]
pub struct Whence {
    /// The network, if it is known.
    pub network: Option<IpAddr>,
    /// Accounts that this browser has logged in to, each with the browser's own random mark; it has been checked that
    /// they are ours.
    pub browser: Vec<(StaffId, [u8; 16])>,
}

/// An account whose password was right: what is left to be shown. It says which password that was, so that it is worth
/// nothing after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordShown {
    /// The account.
    pub account: StaffId,
    /// When its password was set.
    pub password_set_at: Timestamp,
    /// Whether a code of an app comes next; else the app is enrolled next.
    pub has_app: bool,
}

/// A session that has begun.
#[derive(Debug)]
pub struct Opened {
    /// Its secret.
    pub token: SessionToken,
    /// A new mark for the browser, to be kept as a signed cookie.
    pub mark: (StaffId, [u8; 16]),
}

/// Why nobody was logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginError {
    /// Something was wrong.
    Wrong,
    /// The try came before its time and was not looked at.
    TooSoon {
        /// When the next one is.
        until: Timestamp,
    },
    /// The password has to be typed again: it was changed, or the account disabled.
    Over,
    /// Too many logins at once.
    Busy,
    /// The store failed.
    Fault(Fault),
}

impl From<Fault> for LoginError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<hashing::Busy> for LoginError {
    fn from(_: hashing::Busy) -> Self {
        Self::Busy
    }
}

impl From<Failure<TooSoon>> for LoginError {
    fn from(failure: Failure<TooSoon>) -> Self {
        match failure {
            Failure::Refused(TooSoon { until }) => Self::TooSoon { until },
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Staff {
    /// Compares a password. It takes as long for a name that nobody has.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn show_password(
        &self,
        name: &str,
        password: &str,
        whence: &Whence,
    ) -> Result<PasswordShown, LoginError> {
        let named = StaffName::parse(name).ok();
        let account = match &named {
            Some(named) => self.store().staff_account_named(named.clone()).await?,
            None => None,
        };
        let keys = self.keys_of(name, account.as_ref(), whence);
        self.store().try_login(keys.clone(), self.now()).await?;
        let stored = account.as_ref().map(|account| &account.password);
        let right = match Password::typed(password) {
            Some(typed) => self.hashing.is(typed, stored).await?,
            None => false,
        };
        let now = self.now();
        let usable = |account: &StaffAccount| {
            let over = account.password_initial && is_initial_over(account.password_set_at, now);
            account.disabled_at.is_none() && !over
        };
        match account {
            Some(account) if right && usable(&account) => Ok(PasswordShown {
                account: account.id,
                password_set_at: account.password_set_at,
                has_app: account.app.is_some(),
            }),
            account => self.wrong(&keys, account.map(|account| account.id)).await,
        }
    }

    /// Begins the session of an account whose password was shown and that has no app yet: it serves to enrol one.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn begin_set_up(&self, shown: &PasswordShown, whence: &Whence) -> Result<Opened, LoginError> {
        let account = self.store().staff_account(shown.account).await?;
        let Some(account) = account else {
            return Err(LoginError::Over);
        };
        let keys = self.keys_of(account.name.as_str(), Some(&account), whence);
        self.open(shown, SecondFactor::SetUp, keys, whence).await
    }

    /// Takes the code of an app, or a recovery code, and begins a session.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn show_code(&self, shown: &PasswordShown, typed: &str, whence: &Whence) -> Result<Opened, LoginError> {
        let account = self.store().staff_account(shown.account).await?;
        let Some((account, app)) = account.and_then(|account| account.app.map(|app| (account, app))) else {
            return Err(LoginError::Over);
        };
        let keys = self.keys_of(account.name.as_str(), Some(&account), whence);
        self.store().try_login(keys.clone(), self.now()).await?;
        match self.second_factor(account.id, &app, typed) {
            Some(factor) => self.open(shown, factor, keys, whence).await,
            None => self.wrong(&keys, Some(account.id)).await,
        }
    }

    /// What was typed as a second factor, if it can be one: a code of the app, or a recovery code.
    pub(super) fn second_factor(&self, account: StaffId, app: &EnrolledApp, typed: &str) -> Option<SecondFactor> {
        let hash_key = &self.parts.hash_key;
        match (Code::parse(typed), RecoveryCode::parse(typed)) {
            (Some(code), _) => {
                let secret = Secret::of(hash_key, account, &app.nonce);
                let step = secret.step_of(&code, self.parts.app_clock.now(), Some(app.last_step));
                step.map(|step| SecondFactor::App { step })
            }
            (None, Some(code)) => Some(SecondFactor::Recovery {
                hash: code.hash(hash_key, account),
            }),
            (None, None) => None,
        }
    }

    pub(super) async fn open(
        &self,
        shown: &PasswordShown,
        factor: SecondFactor,
        keys: Vec<LoginKey>,
        whence: &Whence,
    ) -> Result<Opened, LoginError> {
        let token = self.new_token();
        let opened = self.store().open_session(OpenSession {
            token_hash: self.token_hash(&token),
            account: shown.account,
            password_set_at: shown.password_set_at,
            factor,
            forget: of_account(&keys).collect(),
            now: self.now(),
        });
        match opened.await {
            Ok(()) => {
                let known = whence.browser.iter().find(|(account, _)| *account == shown.account);
                let mark = known
                    .copied()
                    .unwrap_or_else(|| (shown.account, self.parts.entropy.bytes()));
                Ok(Opened { token, mark })
            }
            Err(Failure::Refused(OpenSessionRefusal::CodeUsed | OpenSessionRefusal::OtherPerson)) => {
                self.wrong(&keys, Some(shown.account)).await
            }
            Err(Failure::Refused(OpenSessionRefusal::OutOfDate)) => Err(LoginError::Over),
            Err(Failure::Fault(fault)) => Err(fault.into()),
        }
    }

    async fn wrong<T>(&self, keys: &[LoginKey], account: Option<StaffId>) -> Result<T, LoginError> {
        let network = keys.iter().find(|key| key.counted == Counted::Network).copied();
        self.store().login_failed(network, account, self.now()).await?;
        Err(LoginError::Wrong)
    }

    /// What a try is counted by: a browser that is known to the account for itself, any other by account and network.
    /// A name that nobody has is counted like one that somebody has.
    fn keys_of(&self, name: &str, account: Option<&StaffAccount>, whence: &Whence) -> Vec<LoginKey> {
        let key = |counted, domain: &str, parts: &[&[u8]]| LoginKey {
            counted,
            hash: self.parts.hash_key.hash(domain, parts),
        };
        let known = account.and_then(|account| whence.browser.iter().find(|(known, _)| *known == account.id));
        if let Some((account, mark)) = known {
            let account = account.0.to_be_bytes();
            return vec![key(Counted::Browser, "staff-try-browser", &[&account, mark])];
        }
        let name = account.map_or_else(|| name.trim().to_ascii_lowercase(), |account| account.name.to_string());
        let mut keys = vec![key(Counted::Account, "staff-try-account", &[name.as_bytes()])];
        keys.extend(whence.network.map(|network| {
            let network = network.to_string();
            key(Counted::Network, "staff-try-network", &[network.as_bytes()])
        }));
        keys
    }

    /// Ends the session.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn log_out(&self, signed_in: &SignedIn) -> Result<(), Fault> {
        let end = EndSessions::OfToken(signed_in.token_hash);
        self.store().end_sessions(end, signed_in.actor(), self.now()).await?;
        Ok(())
    }

    /// Counts a try to show a password again inside a session: whoever has stolen one does not guess it faster than
    /// at the door.
    pub(super) async fn try_within(&self, signed_in: &SignedIn) -> Result<(), LoginError> {
        let key = LoginKey {
            counted: Counted::Browser,
            hash: self.parts.hash_key.hash("staff-try-session", &[&signed_in.token_hash]),
        };
        Ok(self.store().try_login(vec![key], self.now()).await?)
    }

    /// Enters that somebody failed to show their password within a session.
    pub(super) async fn failed_within(&self, signed_in: &SignedIn) -> Result<(), Fault> {
        let account = Some(signed_in.account.id);
        self.store().login_failed(None, account, self.now()).await
    }
}

/// The failures that a success forgets: those of the account, never those of the network, where somebody with an
/// account of their own could guess at those of others.
fn of_account(keys: &[LoginKey]) -> impl Iterator<Item = LoginKey> {
    keys.iter().copied().filter(|key| key.counted != Counted::Network)
}
