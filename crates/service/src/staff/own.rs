//! One's own account: password, app, recovery codes, sessions.

use dran_core::staff::is_fresh;
use dran_core::staff::password::{Password, PasswordError};
use dran_core::staff::recovery::{CODES, RecoveryCode};
use dran_core::staff::totp::{Code, Nonce, Secret};
use dran_store::{
    ChangeOwnPassword, EndSessions, EnrolApp, EnrolledApp, Failure, Fault, OpenSessionRefusal, OutOfDate, StaffSession,
};
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

/// The least that zxcvbn says of a password that is taken: more than a hundred million guesses by somebody who knows
/// the commonest passwords, words, names, dates, rows of keys and what people make of them.
const SCORE_MIN: zxcvbn::Score = zxcvbn::Score::Three;

/// What is shown once more before password, app or recovery codes change (OWASP ASVS 5.0, 7.5.1): whoever finds a
/// session open does not lock its owner out.
#[derive(Clone, Copy, Default)]
pub struct Shown<'a> {
    /// The password.
    pub password: &'a str,
    /// A code of the app that there is, or a recovery code.
    pub factor: &'a str,
}

/// Why one's own account was not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnError {
    /// The password that was shown is not the account's.
    WrongPassword,
    /// The new password is not taken.
    Password(PasswordError),
    /// The new password is among those that have leaked somewhere.
    Leaked,
    /// The new password is the old one.
    Same,
    /// The code is not the app's of now.
    WrongCode,
    /// The second factor that was shown is not the account's, or was used before.
    WrongFactor,
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
    /// Changes one's own password; the old one is shown for it, and the second factor if there is an app. All other
    /// sessions end.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn change_password(&self, me: &SignedIn, shown: &Shown<'_>, new: &str) -> Result<(), OwnError> {
        let old = shown.password;
        self.show_own_password(me, old).await?;
        let new = Password::new(new, &me.account.name).map_err(OwnError::Password)?;
        if Password::typed(old).is_some_and(|old| old.as_str() == new.as_str()) {
            return Err(OwnError::Same);
        }
        self.look_up(me, &new).await?;
        // After what can be wrong with the new one: a code is good once.
        self.show_own_factor(me, shown.factor).await?;
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

    /// Enrols an app that shows the right code, in place of the one there was; for that one's password and second
    /// factor are shown too. Answers new recovery codes and the new session: all earlier ones end.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn enrol_app(
        &self,
        me: &SignedIn,
        enrolment: &Enrolment,
        code: &str,
        shown: &Shown<'_>,
    ) -> Result<(SessionToken, Vec<RecoveryCode>), OwnError> {
        if me.account.app.is_some() {
            self.show_own_password(me, shown.password).await?;
        } else {
            self.try_within(me).await?;
        }
        let code = Code::parse(code).ok_or(OwnError::WrongCode)?;
        let step = enrolment.secret.step_of(&code, self.parts.app_clock.now(), None);
        let last_step = step.ok_or(OwnError::WrongCode)?;
        self.show_own_factor(me, shown.factor).await?;
        let (token, codes) = (self.new_token(), self.recovery_codes());
        let enrol = EnrolApp {
            account: me.account.id,
            password_set_at: me.account.password_set_at,
            app: EnrolledApp {
                nonce: enrolment.nonce,
                last_step,
            },
            recovery: self.hashes(me, &codes),
            token_hash: self.token_hash(&token),
            now: self.now(),
        };
        self.store().enrol_app(enrol).await?;
        Ok((token, codes))
    }

    /// Makes new recovery codes in place of all earlier ones; password and second factor are shown for it.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn new_recovery_codes(&self, me: &SignedIn, shown: &Shown<'_>) -> Result<Vec<RecoveryCode>, OwnError> {
        self.show_own_password(me, shown.password).await?;
        self.show_own_factor(me, shown.factor).await?;
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

    /// Whether ending one's own sessions asks for the password: who has come from the identity provider may have none,
    /// and has logged in there just now or does it again.
    pub fn ends_by_password(&self, me: &SignedIn) -> bool {
        !me.session.by_provider
    }

    /// Ends one of one's own sessions by its number, or all others; the password is shown for it.
    ///
    /// # Errors
    /// [`OwnError`].
    pub async fn end_own_sessions(&self, me: &SignedIn, password: &str, session: Option<i64>) -> Result<u32, OwnError> {
        if self.ends_by_password(me) {
            self.show_own_password(me, password).await?;
        } else if !is_fresh(me.session.began_at, self.now()) {
            return Err(OwnError::OutOfDate);
        }
        let end = match session {
            Some(session) => EndSessions::One(me.account.id, session),
            None => EndSessions::Others(me.account.id, me.token_hash),
        };
        Ok(self.store().end_sessions(end, me.actor(), self.now()).await?)
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

    /// Whether a password that is chosen is one of those that guessers try, or has leaked (ASVS 6.2.4, 6.2.12).
    async fn look_up(&self, me: &SignedIn, new: &Password) -> Result<(), OwnError> {
        let (new, name, leaked) = (new.clone(), me.account.name.to_string(), self.leaked.clone());
        // Both take milliseconds, of the processor and of the disk.
        let looked_up = tokio::task::spawn_blocking(move || {
            if is_guessed(&new, &name) {
                return Err(OwnError::Password(PasswordError::Common));
            }
            match leaked.map_or(Ok(false), |leaked| leaked.contains(new.as_str())) {
                Ok(false) => Ok(()),
                Ok(true) => Err(OwnError::Leaked),
                Err(error) => {
                    tracing::error!(%error, "the file of leaked passwords cannot be searched any more");
                    Err(OwnError::Busy)
                }
            }
        });
        looked_up.await.unwrap_or(Err(OwnError::Busy))
    }

    /// Uses up a code of the app, or a recovery code for who has just lost it. Without an app there is nothing to show.
    async fn show_own_factor(&self, me: &SignedIn, typed: &str) -> Result<(), OwnError> {
        let Some(app) = &me.account.app else { return Ok(()) };
        let factor = self.second_factor(me.account.id, app, typed);
        let used = match factor {
            Some(factor) => {
                let (account, set_at) = (me.account.id, me.account.password_set_at);
                self.store()
                    .use_second_factor(account, set_at, factor, self.now())
                    .await
            }
            None => Err(Failure::Refused(OpenSessionRefusal::CodeUsed)),
        };
        match used {
            Ok(()) => Ok(()),
            Err(Failure::Refused(OpenSessionRefusal::OutOfDate)) => Err(OwnError::OutOfDate),
            Err(Failure::Refused(_)) => {
                self.failed_within(me).await?;
                Err(OwnError::WrongFactor)
            }
            Err(Failure::Fault(fault)) => Err(fault.into()),
        }
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

/// Whether somebody who knows how people choose passwords comes to this one soon.
fn is_guessed(password: &Password, name: &str) -> bool {
    zxcvbn::zxcvbn(password.as_str(), &[name, "dran"]).score() < SCORE_MIN
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_passwords_and_what_people_make_of_them_are_refused_and_a_sentence_is_not() {
        let guessed = |text| is_guessed(&Password::typed(text).unwrap(), "anna.schmidt");
        for common in [
            "manchesterunited",
            "password1234",
            "p4ssw0rd1234",
            "liverpool2015",
            "jessica19870412",
            "1q2w3e4r5t6y",
            "zaq12wsxcde3",
            "christopher1",
            "anna.schmidt12",
            "trustno1trustno1",
        ] {
            assert!(guessed(common), "{common}");
        }
        for kept in [
            "vier ganz normale worte",
            "noch vier andere worte",
            "Kiesel-Ampel-Dose",
            "K7QM3XPA9TRWBZ2H",
        ] {
            assert!(!guessed(kept), "{kept}");
        }
    }
}
