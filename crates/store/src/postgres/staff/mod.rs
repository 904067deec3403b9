//! Staff: accounts, logging in, tokens of programs, the audit log.

mod accounts;
pub(super) mod log;
mod sessions;
mod tokens;

use dran_core::ids::{ApiTokenId, StaffId};
use dran_core::staff::StaffName;
use dran_core::staff::log::{Actor, Entry};
use jiff::Timestamp;

use super::PostgresStore;
use super::session::Tx;
use crate::{
    Answer, ApiToken, ChangeAccountRefusal, ChangeOwnPassword, ChangeStaffAccount, EndSessions, EnrolApp, Failure,
    Fault, LogLine, LoginKey, MakeAccountRefusal, NewApiToken, NewStaffAccount, OpenSession, OpenSessionRefusal,
    OutOfDate, SecondFactor, StaffAccount, StaffSession, StaffStore, TooSoon,
};

pub(super) use log::audit;

impl StaffStore for PostgresStore {
    fn make_staff_account(&self, new: NewStaffAccount) -> Answer<'_, Result<StaffId, Failure<MakeAccountRefusal>>> {
        self.writer.write(async move |tx: &Tx| accounts::make(tx, &new).await)
    }

    fn staff_accounts(&self) -> Answer<'_, Result<Vec<StaffAccount>, Fault>> {
        self.readers.read(async |tx: &Tx| accounts::list(tx).await)
    }

    fn staff_account_named(&self, name: StaffName) -> Answer<'_, Result<Option<StaffAccount>, Fault>> {
        self.readers.read(async move |tx: &Tx| accounts::named(tx, &name).await)
    }

    fn staff_account_of_subject(&self, subject: [u8; 32]) -> Answer<'_, Result<Option<StaffAccount>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| accounts::of_subject(tx, &subject).await)
    }

    fn staff_account(&self, account: StaffId) -> Answer<'_, Result<Option<StaffAccount>, Fault>> {
        self.readers.read(async move |tx: &Tx| accounts::get(tx, account).await)
    }

    fn change_staff_account(
        &self,
        change: ChangeStaffAccount,
    ) -> Answer<'_, Result<(), Failure<ChangeAccountRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| accounts::change(tx, &change).await)
    }

    fn change_own_password(&self, change: ChangeOwnPassword) -> Answer<'_, Result<(), Failure<OutOfDate>>> {
        self.writer
            .write(async move |tx: &Tx| accounts::change_own_password(tx, &change).await)
    }

    fn enrol_app(&self, enrol: EnrolApp) -> Answer<'_, Result<(), Failure<OutOfDate>>> {
        self.writer
            .write(async move |tx: &Tx| accounts::enrol_app(tx, &enrol).await)
    }

    fn replace_recovery_codes(
        &self,
        account: StaffId,
        hashes: Vec<[u8; 32]>,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| accounts::replace_recovery_codes(tx, account, &hashes, now).await)
    }

    fn try_login(&self, keys: Vec<LoginKey>, now: Timestamp) -> Answer<'_, Result<(), Failure<TooSoon>>> {
        self.writer
            .write(async move |tx: &Tx| sessions::try_login(tx, &keys, now).await)
    }

    fn login_failed(
        &self,
        network: Option<LoginKey>,
        account: Option<StaffId>,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| sessions::login_failed(tx, network, account, now).await)
    }

    fn open_session(&self, open: OpenSession) -> Answer<'_, Result<(), Failure<OpenSessionRefusal>>> {
        self.writer.write(async move |tx: &Tx| sessions::open(tx, &open).await)
    }

    fn use_second_factor(
        &self,
        account: StaffId,
        password_set_at: Timestamp,
        factor: SecondFactor,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Failure<OpenSessionRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| sessions::use_second_factor(tx, account, password_set_at, factor, now).await)
    }

    fn staff_session(&self, token_hash: [u8; 32]) -> Answer<'_, Result<Option<(StaffSession, StaffAccount)>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| sessions::get(tx, &token_hash).await)
    }

    fn touch_session(&self, token_hash: [u8; 32], now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| sessions::touch(tx, &token_hash, now).await)
    }

    fn sessions_of(&self, account: StaffId) -> Answer<'_, Result<Vec<StaffSession>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| sessions::of_account(tx, account).await)
    }

    fn end_sessions(&self, end: EndSessions, actor: Actor, now: Timestamp) -> Answer<'_, Result<u32, Fault>> {
        self.writer
            .write(async move |tx: &Tx| sessions::end(tx, end, actor, now).await)
    }

    fn make_api_token(&self, new: NewApiToken) -> Answer<'_, Result<ApiTokenId, Fault>> {
        self.writer.write(async move |tx: &Tx| tokens::make(tx, &new).await)
    }

    fn api_tokens(&self) -> Answer<'_, Result<Vec<ApiToken>, Fault>> {
        self.readers.read(async |tx: &Tx| tokens::list(tx).await)
    }

    fn api_token(&self, token_hash: [u8; 32], now: Timestamp) -> Answer<'_, Result<Option<ApiToken>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| tokens::get(tx, &token_hash, now).await)
    }

    fn revoke_api_token(&self, token: ApiTokenId, actor: Actor, now: Timestamp) -> Answer<'_, Result<bool, Fault>> {
        self.writer
            .write(async move |tx: &Tx| tokens::revoke(tx, token, actor, now).await)
    }

    fn record_acts(&self, acts: Vec<Entry>, now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| log::append(tx, now, &acts).await)
    }

    fn audit_log(&self, from: u64, limit: u32) -> Answer<'_, Result<Vec<LogLine>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| log::lines(tx, from, limit).await)
    }

    fn audit_log_end(&self) -> Answer<'_, Result<Option<LogLine>, Fault>> {
        self.readers.read(async |tx: &Tx| log::end(tx).await)
    }
}
