//! One's own account: password, app, recovery codes, sessions.

use dran_core::staff::password::{Password, PasswordError};
use dran_core::staff::recovery::{CODES, RecoveryCode};
use dran_core::staff::totp::{Code, Nonce, Secret};
use dran_store::{ChangeOwnPassword, EndSessions, EnrolApp, EnrolledApp, Failure, Fault, OutOfDate, StaffSession};
use jiff::Timestamp;

use super::{LoginError, SessionToken, SignedIn, Staff, hashing};

/// An app on its way: the secret that it is given, until its first code comes back.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// What the secret is worked out from.
    pub nonce: Nonce,
    /// The secret.
    pub secret: Secret,
}

/// Why one's own account was not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnError {
    /// The password that was shown is not the account's.
    WrongPassword,
    /// The new password is not taken.
    Password(PasswordError),
    /// The new password is the old one.
    Same,
    /// The code is not the app's of now.
    WrongCode,
    /// The try came before its time and was not looked at.
    TooSoon {
        /// When the next one is.
        until: Timestamp,
    },
    /// The account was changed meanwhile; one has to log in again.
    OutOfDate,
    /// Too many logins at once.
    Busy,
    /// The store failed.
    Fault(Fault),
}

impl From<Fault> for OwnError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<hashing::Busy> for OwnError {
    fn from(_: hashing::Busy) -> Self {
        Self::Busy
    }
}

impl From<LoginError> for OwnError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Wrong => Self::WrongPassword,
            LoginError::TooSoon { until } => Self::TooSoon { until },
            LoginError::Over => Self::OutOfDate,
            LoginError::Busy => Self::Busy,
            LoginError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Failure<OutOfDate>> for OwnError {
    fn from(failure: Failure<OutOfDate>) -> Self {
        match failure {
            Failure::Refused(OutOfDate) => Self::OutOfDate,
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Staff {
    /// Changes one's own password; the old one is shown for it. All other sessions end.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn change_password(&self, me: &SignedIn, old: &str, new: &str) -> Result<(), OwnError> {
        self.show_own_password(me, old).await?;
        let new = Password::new(new, &me.account.name).map_err(OwnError::Password)?;
        if Password::typed(old).is_some_and(|old| old.as_str() == new.as_str()) {
            return Err(OwnError::Same);
        }
        let password = self.hashing.hash(new, self.parts.entropy.bytes()).await?;
        let change = ChangeOwnPassword {
            account: me.account.id,
            password_set_at: me.account.password_set_at,
            password,
            session: me.token_hash,
            now: self.now(),
        };
        Ok(self.store().change_own_password(change).await?)
    }

    /// Begins to enrol an app. Nothing is kept of it before its first code.
    pub fn begin_enrolment(&self, me: &SignedIn) -> Enrolment {
        self.enrolment(me, self.parts.entropy.bytes())
    }

    /// The same enrolment again.
    pub fn enrolment(&self, me: &SignedIn, nonce: Nonce) -> Enrolment {
        let secret = Secret::of(&self.parts.hash_key, me.account.id, &nonce);
        Enrolment { nonce, secret }
    }

    /// Enrols an app that shows the right code, in place of the one there was; for that one's password is shown too.
    /// Answers new recovery codes and the new session: all earlier ones end.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn enrol_app(
        &self,
        me: &SignedIn,
        enrolment: &Enrolment,
        code: &str,
        password: &str,
    ) -> Result<(SessionToken, Vec<RecoveryCode>), OwnError> {
        if me.account.app.is_some() {
            self.show_own_password(me, password).await?;
        } else {
            self.try_within(me).await?;
        }
        let code = Code::parse(code).ok_or(OwnError::WrongCode)?;
        let step = enrolment.secret.step_of(&code, self.parts.app_clock.now(), None);
        let (token, codes) = (self.new_token(), self.recovery_codes());
        let enrol = EnrolApp {
            account: me.account.id,
            password_set_at: me.account.password_set_at,
            app: EnrolledApp {
                nonce: enrolment.nonce,
                last_step: step.ok_or(OwnError::WrongCode)?,
            },
            recovery: self.hashes(me, &codes),
            token_hash: self.token_hash(&token),
            now: self.now(),
        };
        self.store().enrol_app(enrol).await?;
        Ok((token, codes))
    }

    /// Makes new recovery codes in place of all earlier ones; the password is shown for it.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn new_recovery_codes(&self, me: &SignedIn, password: &str) -> Result<Vec<RecoveryCode>, OwnError> {
        self.show_own_password(me, password).await?;
        let codes = self.recovery_codes();
        let hashes = self.hashes(me, &codes);
        self.store()
            .replace_recovery_codes(me.account.id, hashes, self.now())
            .await?;
        Ok(codes)
    }

    /// One's own sessions that are not over, newest first.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn own_sessions(&self, me: &SignedIn) -> Result<Vec<StaffSession>, Fault> {
        let (mut sessions, now) = (self.store().sessions_of(me.account.id).await?, self.now());
        sessions.retain(|session| !dran_core::staff::is_over(session.began_at, session.used_at, now));
        Ok(sessions)
    }

    /// Ends one of one's own sessions by its number, or all others.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn end_own_sessions(&self, me: &SignedIn, session: Option<i64>) -> Result<u32, Fault> {
        let end = match session {
            Some(session) => EndSessions::One(me.account.id, session),
            None => EndSessions::Others(me.account.id, me.token_hash),
        };
        self.store().end_sessions(end, me.actor(), self.now()).await
    }

    async fn show_own_password(&self, me: &SignedIn, password: &str) -> Result<(), OwnError> {
        self.try_within(me).await?;
        let right = match Password::typed(password) {
            Some(typed) => self.hashing.is(typed, Some(&me.account.password)).await?,
            None => false,
        };
        if right {
            return Ok(());
        }
        self.failed_within(me).await?;
        Err(OwnError::WrongPassword)
    }

    fn recovery_codes(&self) -> Vec<RecoveryCode> {
        (0..CODES)
            .map(|_| RecoveryCode::from_random(&self.parts.entropy.bytes()))
            .collect()
    }

    fn hashes(&self, me: &SignedIn, codes: &[RecoveryCode]) -> Vec<[u8; 32]> {
        let hash_key = &self.parts.hash_key;
        codes.iter().map(|code| code.hash(hash_key, me.account.id)).collect()
    }
}
