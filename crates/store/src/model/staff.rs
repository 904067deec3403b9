//! Staff: accounts, sessions, tokens of programs, and the audit log.

use std::fmt;

use dran_core::ids::{ApiTokenId, CentreId, StaffId};
use dran_core::staff::log::{Actor, Head};
use dran_core::staff::throttle::Counted;
use dran_core::staff::totp::Nonce;
use dran_core::staff::{Duty, Right, StaffName};
use jiff::Timestamp;

/// A password as it is kept: its argon2id hash (RFC 9106, one lane), and what is needed to work it out again.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// How often that memory is gone through.
    pub passes: u32,
    /// Random, of each password its own.
    pub salt: [u8; 16],
    /// The hash.
    pub hash: [u8; 32],
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPassword")
    }
}

/// An enrolled app.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnrolledApp {
    /// What its secret is worked out from.
    pub nonce: Nonce,
    /// The step of the last code that was used.
    pub last_step: i64,
}

/// An account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffAccount {
    /// Its number.
    pub id: StaffId,
    /// The name to log in with.
    pub name: StaffName,
    /// Role and centres.
    pub duty: Duty,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it may not be used.
    pub disabled_at: Option<Timestamp>,
    /// The password.
    pub password: StoredPassword,
    /// When the password was set.
    pub password_set_at: Timestamp,
    /// Whether somebody else has given the password out.
    pub password_initial: bool,
    /// The app, once one is enrolled.
    pub app: Option<EnrolledApp>,
    /// Recovery codes that were not used yet.
    pub recovery_left: u32,
    /// The person of the identity provider that it belongs to, once one has come: a hash of issuer and subject.
    pub provider_subject: Option<[u8; 32]>,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewStaffAccount {
    /// The name; nobody else may have it.
    pub name: StaffName,
    /// Role and centres.
    pub duty: Duty,
    /// The initial password.
    pub password: StoredPassword,
    /// Who makes it.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

/// Why an account was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MakeAccountRefusal {
    /// There is an account of this name.
    NameTaken,
    /// There is no such centre.
    UnknownCentre(CentreId),
}

/// What an administrator does to an account.
#[derive(Clone, Debug)]
pub enum AccountChange {
    /// Gives it another role, or other centres.
    Duty(Duty),
    /// Takes it out of use.
    Disable,
    /// Puts it back into use.
    Enable,
    /// Gives out a new initial password, and takes app, recovery codes and the provider's person away.
    Reset(StoredPassword),
}

/// A change of an account. Whatever it is, all of its sessions end.
#[derive(Clone, Debug)]
pub struct ChangeStaffAccount {
    /// Whose.
    pub account: StaffId,
    /// What.
    pub change: AccountChange,
    /// Who does it.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

/// Why an account was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeAccountRefusal {
    /// There is no such account.
    UnknownAccount,
    /// There is no such centre.
    UnknownCentre(CentreId),
    /// Nobody would be left who looks after accounts.
    LastAdministrator,
}

/// The account is not what it was when the password was compared: disabled, another password, another app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfDate;

/// A new password of one's own.
#[derive(Clone, Debug)]
pub struct ChangeOwnPassword {
    /// Whose.
    pub account: StaffId,
    /// When the password was set that was shown for it.
    pub password_set_at: Timestamp,
    /// The new one.
    pub password: StoredPassword,
    /// The session that goes on; all others end.
    pub session: [u8; 32],
    /// When.
    pub now: Timestamp,
}

/// An app that has shown its first code.
#[derive(Clone, Debug)]
pub struct EnrolApp {
    /// Whose.
    pub account: StaffId,
    /// When the password was set that came before it.
    pub password_set_at: Timestamp,
    /// The app; its first code is used.
    pub app: EnrolledApp,
    /// Hashes of the recovery codes that go with it, in place of all earlier ones.
    pub recovery: Vec<[u8; 32]>,
    /// Hash of the token of the session that begins; all others of the account end.
    pub token_hash: [u8; 32],
    /// When.
    pub now: Timestamp,
}

/// Something whose failures are counted, under a keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginKey {
    /// What it is.
    pub counted: Counted,
    /// Its hash.
    pub hash: [u8; 32],
}

/// A try to log in came before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSoon {
    /// When the next try is allowed.
    pub until: Timestamp,
}

/// The second factor of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// None: the account has no app yet, and the session serves to enrol one.
    SetUp,
    /// A code of the app, of this step.
    App {
        /// The step.
        step: i64,
    },
    /// A recovery code.
    Recovery {
        /// Its hash.
        hash: [u8; 32],
    },
    /// None of ours: an identity provider has said who it is, and how it knows is its own matter. The first person it
    /// names for an account is the only one from then on.
    Provider {
        /// Hash of issuer and subject.
        subject: [u8; 32],
    },
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// Hash of its token.
    pub token_hash: [u8; 32],
    /// Whose.
    pub account: StaffId,
    /// When the password was set that was shown.
    pub password_set_at: Timestamp,
    /// What was shown besides.
    pub factor: SecondFactor,
    /// Whose failures are forgotten with it.
    pub forget: Vec<LoginKey>,
    /// When.
    pub now: Timestamp,
}

/// Why a session did not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenSessionRefusal {
    /// See [`OutOfDate`].
    OutOfDate,
    /// The code was used before, or is none of this account.
    CodeUsed,
    /// The account belongs to another person of the provider, or that person to another account.
    OtherPerson,
}

/// A session that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSession {
    /// Its number, by which it is named to be ended.
    pub id: i64,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Timestamp,
    /// Whether a second factor was shown, here or at the identity provider.
    pub second_factor: bool,
    /// Whether it began at the identity provider: no password was shown here.
    pub by_provider: bool,
}

/// Which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndSessions {
    /// The one of this token: its owner logs out.
    OfToken([u8; 32]),
    /// One of an account, by its number.
    One(StaffId, i64),
    /// All of an account but the one of this token.
    Others(StaffId, [u8; 32]),
}

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// Its text.
    pub line: String,
    /// The head of the log up to it.
    pub head: Head,
}

/// A token of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its number.
    pub id: ApiTokenId,
    /// What it is for, in the operator's words.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Right>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What it is for.
    pub name: String,
    /// Hash of the token.
    pub token_hash: [u8; 32],
    /// What it may do.
    pub scopes: Vec<Right>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who makes it.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}
