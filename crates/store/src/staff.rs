//! The operations of staff accounts, and of the audit log that each of them writes in its own transaction.

use dran_core::ids::{ApiTokenId, StaffId};
use dran_core::staff::StaffName;
use dran_core::staff::log::{Actor, Entry};
use jiff::Timestamp;

use crate::{
    Answer, ApiToken, ChangeAccountRefusal, ChangeOwnPassword, ChangeStaffAccount, EndSessions, EnrolApp, Failure,
    Fault, LogLine, LoginKey, MakeAccountRefusal, NewApiToken, NewStaffAccount, OpenSession, OpenSessionRefusal,
    OutOfDate, SecondFactor, StaffAccount, StaffSession, TooSoon,
};

/// The operations of staff. All times are parameters; nothing here reads a clock.
pub trait StaffStore: Send + Sync {
    // --- accounts -----------------------------------------------------------------------------------

    /// Makes an account with an initial password. Refused when the name is taken or a centre unknown.
    fn make_staff_account(&self, new: NewStaffAccount) -> Answer<'_, Result<StaffId, Failure<MakeAccountRefusal>>>;

    /// All accounts, by name.
    fn staff_accounts(&self) -> Answer<'_, Result<Vec<StaffAccount>, Fault>>;

    /// The account of a name.
    fn staff_account_named(&self, name: StaffName) -> Answer<'_, Result<Option<StaffAccount>, Fault>>;

    /// The account of a person of the identity provider, by the hash of issuer and subject.
    fn staff_account_of_subject(&self, subject: [u8; 32]) -> Answer<'_, Result<Option<StaffAccount>, Fault>>;

    /// The account of a number.
    fn staff_account(&self, account: StaffId) -> Answer<'_, Result<Option<StaffAccount>, Fault>>;

    /// What an administrator does to an account; all of its sessions end with it. Refused when no operator in use
    /// would be left.
    fn change_staff_account(&self, change: ChangeStaffAccount)
    -> Answer<'_, Result<(), Failure<ChangeAccountRefusal>>>;

    /// Changes one's own password; all other sessions of the account end. Refused when the account is not what it
    /// was when the old password was compared.
    fn change_own_password(&self, change: ChangeOwnPassword) -> Answer<'_, Result<(), Failure<OutOfDate>>>;

    /// Enrols an app in place of the one there was, with new recovery codes, and begins the only session that the
    /// account has then. Refused as above.
    fn enrol_app(&self, enrol: EnrolApp) -> Answer<'_, Result<(), Failure<OutOfDate>>>;

    /// Puts new recovery codes (their hashes) in place of all earlier ones.
    fn replace_recovery_codes(
        &self,
        account: StaffId,
        hashes: Vec<[u8; 32]>,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>>;

    // --- logging in ---------------------------------------------------------------------------------

    /// Asks for a try to log in, and counts it as failed for accounts and browsers, so that guessers at the same
    /// moment share the tries. Networks are counted by [`StaffStore::login_failed`]: behind one stand many who
    /// succeed at the same moment. Refused, and not counted, when it comes before its time.
    fn try_login(&self, keys: Vec<LoginKey>, now: Timestamp) -> Answer<'_, Result<(), Failure<TooSoon>>>;

    /// Counts a failed try for a network, and enters it in the log if the account is there.
    fn login_failed(
        &self,
        network: Option<LoginKey>,
        account: Option<StaffId>,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>>;

    /// Begins a session and uses its second factor up: of two logins with the same code one is refused, and of two
    /// persons of the identity provider for one account the second. Failures are forgotten, and sessions that are over
    /// are deleted.
    fn open_session(&self, open: OpenSession) -> Answer<'_, Result<(), Failure<OpenSessionRefusal>>>;

    /// Uses a second factor up within a session, before what it protects is changed: a code that was used before is
    /// refused, as at a login.
    fn use_second_factor(
        &self,
        account: StaffId,
        password_set_at: Timestamp,
        factor: SecondFactor,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Failure<OpenSessionRefusal>>>;

    /// The session of a token, with its account, unless the account is disabled. Whether it is over is for the
    /// caller to say.
    fn staff_session(&self, token_hash: [u8; 32]) -> Answer<'_, Result<Option<(StaffSession, StaffAccount)>, Fault>>;

    /// Notes that a session is used; one that has ended stays ended.
    fn touch_session(&self, token_hash: [u8; 32], now: Timestamp) -> Answer<'_, Result<(), Fault>>;

    /// The sessions of an account, newest first.
    fn sessions_of(&self, account: StaffId) -> Answer<'_, Result<Vec<StaffSession>, Fault>>;

    /// Ends sessions: they are gone at once. Answers how many.
    fn end_sessions(&self, end: EndSessions, actor: Actor, now: Timestamp) -> Answer<'_, Result<u32, Fault>>;

    // --- programs -----------------------------------------------------------------------------------

    /// Makes a token.
    fn make_api_token(&self, new: NewApiToken) -> Answer<'_, Result<ApiTokenId, Fault>>;

    /// All tokens, newest first.
    fn api_tokens(&self) -> Answer<'_, Result<Vec<ApiToken>, Fault>>;

    /// The token of a hash, unless it is revoked or over.
    fn api_token(&self, token_hash: [u8; 32], now: Timestamp) -> Answer<'_, Result<Option<ApiToken>, Fault>>;

    /// Revokes a token. Whether there was one to revoke.
    fn revoke_api_token(&self, token: ApiTokenId, actor: Actor, now: Timestamp) -> Answer<'_, Result<bool, Fault>>;

    // --- the audit log ------------------------------------------------------------------------------

    /// Enters acts in the log, in this order.
    fn record_acts(&self, acts: Vec<Entry>, now: Timestamp) -> Answer<'_, Result<(), Fault>>;

    /// Lines of the log from a number on.
    fn audit_log(&self, from: u64, limit: u32) -> Answer<'_, Result<Vec<LogLine>, Fault>>;

    /// The last line of the log, if there is one.
    fn audit_log_end(&self) -> Answer<'_, Result<Option<LogLine>, Fault>>;
}
