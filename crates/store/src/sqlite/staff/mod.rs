//! Staff: accounts, logging in, tokens of programs, the audit log.

mod accounts;
pub(super) mod log;
mod sessions;
mod tokens;

use dran_core::ids::{ApiTokenId, StaffId};
use dran_core::staff::StaffName;
use dran_core::staff::log::{Actor, Entry};
use jiff::Timestamp;

use super::SqliteStore;
use crate::{
    Answer, ApiToken, ChangeAccountRefusal, ChangeOwnPassword, ChangeStaffAccount, EndSessions, EnrolApp, Failure,
    Fault, LogLine, LoginKey, MakeAccountRefusal, NewApiToken, NewStaffAccount, OpenSession, OpenSessionRefusal,
    OutOfDate, SecondFactor, StaffAccount, StaffSession, StaffStore, TooSoon,
};

#[cfg(test)]
pub(super) use log::WHOLE;
pub(super) use log::audit;

impl StaffStore for SqliteStore {
    fn make_staff_account(&self, new: NewStaffAccount) -> Answer<'_, Result<StaffId, Failure<MakeAccountRefusal>>> {
        self.writer.write(move |tx| accounts::make(tx, &new))
    }

    fn staff_accounts(&self) -> Answer<'_, Result<Vec<StaffAccount>, Fault>> {
        self.readers.read(accounts::list)
    }

    fn staff_account_named(&self, name: StaffName) -> Answer<'_, Result<Option<StaffAccount>, Fault>> {
        self.readers.read(move |connection| accounts::named(connection, &name))
    }

    fn staff_account_of_subject(&self, subject: [u8; 32]) -> Answer<'_, Result<Option<StaffAccount>, Fault>> {
        self.readers
            .read(move |connection| accounts::of_subject(connection, &subject))
    }

    fn staff_account(&self, account: StaffId) -> Answer<'_, Result<Option<StaffAccount>, Fault>> {
        self.readers.read(move |connection| accounts::get(connection, account))
    }

    fn change_staff_account(
        &self,
        change: ChangeStaffAccount,
    ) -> Answer<'_, Result<(), Failure<ChangeAccountRefusal>>> {
        self.writer.write(move |tx| accounts::change(tx, &change))
    }

    fn change_own_password(&self, change: ChangeOwnPassword) -> Answer<'_, Result<(), Failure<OutOfDate>>> {
        self.writer.write(move |tx| accounts::change_own_password(tx, &change))
    }

    fn enrol_app(&self, enrol: EnrolApp) -> Answer<'_, Result<(), Failure<OutOfDate>>> {
        self.writer.write(move |tx| accounts::enrol_app(tx, &enrol))
    }

    fn replace_recovery_codes(
        &self,
        account: StaffId,
        hashes: Vec<[u8; 32]>,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(move |tx| accounts::replace_recovery_codes(tx, account, &hashes, now))
    }

    fn try_login(&self, keys: Vec<LoginKey>, now: Timestamp) -> Answer<'_, Result<(), Failure<TooSoon>>> {
        self.writer.write(move |tx| sessions::try_login(tx, &keys, now))
    }

    fn login_failed(
        &self,
        network: Option<LoginKey>,
        account: Option<StaffId>,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(move |tx| sessions::login_failed(tx, network, account, now))
    }

    fn open_session(&self, open: OpenSession) -> Answer<'_, Result<(), Failure<OpenSessionRefusal>>> {
        self.writer.write(move |tx| sessions::open(tx, &open))
    }

    fn use_second_factor(
        &self,
        account: StaffId,
        password_set_at: Timestamp,
        factor: SecondFactor,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Failure<OpenSessionRefusal>>> {
        self.writer
            .write(move |tx| sessions::use_second_factor(tx, account, password_set_at, factor, now))
    }

    fn staff_session(&self, token_hash: [u8; 32]) -> Answer<'_, Result<Option<(StaffSession, StaffAccount)>, Fault>> {
        self.readers
            .read(move |connection| sessions::get(connection, &token_hash))
    }

    fn touch_session(&self, token_hash: [u8; 32], now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| sessions::touch(tx, &token_hash, now))
    }

    fn sessions_of(&self, account: StaffId) -> Answer<'_, Result<Vec<StaffSession>, Fault>> {
        self.readers
            .read(move |connection| sessions::of_account(connection, account))
    }

    fn end_sessions(&self, end: EndSessions, actor: Actor, now: Timestamp) -> Answer<'_, Result<u32, Fault>> {
        self.writer.write(move |tx| sessions::end(tx, end, actor, now))
    }

    fn make_api_token(&self, new: NewApiToken) -> Answer<'_, Result<ApiTokenId, Fault>> {
        self.writer.write(move |tx| tokens::make(tx, &new))
    }

    fn api_tokens(&self) -> Answer<'_, Result<Vec<ApiToken>, Fault>> {
        self.readers.read(tokens::list)
    }

    fn api_token(&self, token_hash: [u8; 32], now: Timestamp) -> Answer<'_, Result<Option<ApiToken>, Fault>> {
        self.readers
            .read(move |connection| tokens::get(connection, &token_hash, now))
    }

    fn revoke_api_token(&self, token: ApiTokenId, actor: Actor, now: Timestamp) -> Answer<'_, Result<bool, Fault>> {
        self.writer.write(move |tx| tokens::revoke(tx, token, actor, now))
    }

    fn record_acts(&self, acts: Vec<Entry>, now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| log::append(tx, now, &acts))
    }

    fn audit_log(&self, from: u64, limit: u32) -> Answer<'_, Result<Vec<LogLine>, Fault>> {
        self.readers.read(move |connection| log::lines(connection, from, limit))
    }

    fn audit_log_end(&self) -> Answer<'_, Result<Option<LogLine>, Fault>> {
        self.readers.read(log::end)
    }
}
