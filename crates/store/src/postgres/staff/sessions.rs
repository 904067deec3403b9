//! Logging in, and sessions.

use dran_core::ids::StaffId;
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use dran_core::staff::throttle::{Counted, Failures, forgotten_before, not_before};
use dran_core::staff::{ABSOLUTE_TIMEOUT, IDLE_TIMEOUT};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::{accounts, log};
use crate::postgres::phone;
use crate::postgres::rows::{at, ms};
use crate::postgres::session::Tx;
use crate::postgres::sql::{all, execute, expect_rows, get as column, optional, params};
use crate::{
    EndSessions, Failure, Fault, LoginKey, OpenSession, OpenSessionRefusal, SecondFactor, StaffAccount, StaffSession,
    TooSoon,
};

/// See [`crate::StaffStore::try_login`].
pub(super) async fn try_login(tx: &Tx, keys: &[LoginKey], now: Timestamp) -> Result<(), Failure<TooSoon>> {
    let mut until = None;
    for key in keys {
        let wait = failures(tx, key)
            .await?
            .and_then(|failures| not_before(key.counted, &failures, now));
        until = until.max(wait);
    }
    if let Some(until) = until {
        return Err(Failure::Refused(TooSoon { until }));
    }
    for key in keys.iter().filter(|key| key.counted != Counted::Network) {
        count(tx, key, now).await?;
    }
    Ok(())
}

/// See [`crate::StaffStore::login_failed`].
pub(super) async fn login_failed(
    tx: &Tx,
    network: Option<LoginKey>,
    account: Option<StaffId>,
    now: Timestamp,
) -> Result<(), Fault> {
    if let Some(network) = network {
        count(tx, &network, now).await?;
    }
    let act = |account| Entry::new(Actor::Account(account), Act::LoginFailed, Subject::Account(account));
    let acts: Vec<Entry> = account.map(act).into_iter().collect();
    log::append(tx, now, &acts).await
}

async fn failures(tx: &Tx, key: &LoginKey) -> Result<Option<Failures>, Fault> {
    let sql = "SELECT count, last_at FROM staff_login_failure WHERE key = $1";
    optional(tx, sql, params![key.hash], |row| {
        Ok(Failures {
            count: column(row, 0)?,
            last_at: at(row, 1)?,
        })
    })
    .await
}

async fn count(tx: &Tx, key: &LoginKey, now: Timestamp) -> Result<(), Fault> {
    let failed = Failures::and_one(key.counted, failures(tx, key).await?, now);
    let touched = execute(
        tx,
        "INSERT INTO staff_login_failure (key, count, last_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET count = excluded.count, last_at = excluded.last_at",
        params![key.hash, failed.count, ms(failed.last_at)],
    )
    .await?;
    expect_rows(touched, 1, "a failed login")
}

/// See [`crate::StaffStore::open_session`].
pub(super) async fn open(tx: &Tx, open: &OpenSession) -> Result<(), Failure<OpenSessionRefusal>> {
    let account = accounts::current(tx, open.account, open.password_set_at).await?;
    let account = account.map_err(|_| Failure::Refused(OpenSessionRefusal::OutOfDate))?;
    use_up(tx, &account, open.factor, open.now).await?;
    for key in &open.forget {
        execute(tx, "DELETE FROM staff_login_failure WHERE key = $1", params![key.hash]).await?;
    }
    sweep(tx, open.now).await?;
    let (act, shown) = match open.factor {
        SecondFactor::SetUp => (Act::SetUpBegun, Shown::Password),
        SecondFactor::App { .. } => (Act::LoggedIn, Shown::BothHere),
        SecondFactor::Recovery { .. } => (Act::LoggedInByRecovery, Shown::BothHere),
        SecondFactor::Provider { .. } => (Act::LoggedInByProvider, Shown::AtProvider),
    };
    begin(tx, open.account, &open.token_hash, shown, open.now).await?;
    let act = Entry::new(Actor::Account(open.account), act, Subject::Account(open.account));
    Ok(log::append(tx, open.now, &[act]).await?)
}

/// See [`crate::StaffStore::use_second_factor`].
pub(super) async fn use_second_factor(
    tx: &Tx,
    account: StaffId,
    password_set_at: Timestamp,
    factor: SecondFactor,
    now: Timestamp,
) -> Result<(), Failure<OpenSessionRefusal>> {
    let account = accounts::current(tx, account, password_set_at).await?;
    let account = account.map_err(|_| Failure::Refused(OpenSessionRefusal::OutOfDate))?;
    use_up(tx, &account, factor, now).await
}

/// Uses the second factor up; one that was used is refused.
async fn use_up(
    tx: &Tx,
    account: &StaffAccount,
    factor: SecondFactor,
    now: Timestamp,
) -> Result<(), Failure<OpenSessionRefusal>> {
    let touched = match factor {
        SecondFactor::SetUp if account.app.is_none() => return Ok(()),
        SecondFactor::SetUp => return Err(Failure::Refused(OpenSessionRefusal::OutOfDate)),
        SecondFactor::App { step } => {
            execute(
                tx,
                "UPDATE staff_account SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2",
                params![account.id.0, step],
            )
            .await?
        }
        SecondFactor::Recovery { hash } => {
            execute(
                tx,
                "UPDATE staff_recovery_code SET used_at = $3 WHERE account = $1 AND hash = $2 AND used_at IS NULL",
                params![account.id.0, hash, ms(now)],
            )
            .await?
        }
        SecondFactor::Provider { subject } => return is_person_of(tx, account, &subject).await,
    };
    match touched {
        1 => Ok(()),
        _ => Err(Failure::Refused(OpenSessionRefusal::CodeUsed)),
    }
}

/// Makes a person of the provider that of an account; refused when either belongs to another one.
async fn is_person_of(tx: &Tx, account: &StaffAccount, subject: &[u8; 32]) -> Result<(), Failure<OpenSessionRefusal>> {
    let known = accounts::of_subject(tx, subject).await?;
    if known.is_none() {
        let touched = execute(
            tx,
            "UPDATE staff_account SET provider_subject = $2 WHERE id = $1 AND provider_subject IS NULL",
            params![account.id.0, subject],
        )
        .await?;
        if touched == 1 {
            return Ok(());
        }
    }
    match known {
        Some(known) if known.id == account.id => Ok(()),
        _ => Err(Failure::Refused(OpenSessionRefusal::OtherPerson)),
    }
}

/// Deletes sessions that are over, and failures that are forgotten.
async fn sweep(tx: &Tx, now: Timestamp) -> Result<(), Fault> {
    execute(
        tx,
        "DELETE FROM staff_session WHERE used_at <= $1 OR began_at <= $2",
        params![
            ms(now) - IDLE_TIMEOUT.as_millis() as i64,
            ms(now) - ABSOLUTE_TIMEOUT.as_millis() as i64
        ],
    )
    .await?;
    execute(
        tx,
        "DELETE FROM staff_login_failure WHERE last_at < $1",
        params![ms(forgotten_before(now))],
    )
    .await?;
    Ok(())
}

/// What was shown before a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// The password alone.
    Password,
    /// Password and second factor.
    BothHere,
    /// Whatever the identity provider asks for.
    AtProvider,
}

/// Begins a session.
pub(super) async fn begin(
    tx: &Tx,
    account: StaffId,
    token_hash: &[u8; 32],
    shown: Shown,
    now: Timestamp,
) -> Result<(), Fault> {
    let (second_factor, by_provider) = (shown != Shown::Password, shown == Shown::AtProvider);
    let touched = execute(
        tx,
        "INSERT INTO staff_session (token_hash, account, second_factor, by_provider, began_at, used_at)
         VALUES ($1, $2, $3 = 1, $4 = 1, $5, $5)",
        params![
            token_hash,
            account.0,
            u32::from(second_factor),
            u32::from(by_provider),
            ms(now)
        ],
    )
    .await?;
    expect_rows(touched, 1, "a session that begins")
}

/// See [`crate::StaffStore::staff_session`].
pub(super) async fn get(tx: &Tx, token_hash: &[u8; 32]) -> Result<Option<(StaffSession, StaffAccount)>, Fault> {
    let sql = accounts::select_account!(
        ", s.id, s.began_at, s.used_at, s.second_factor, s.by_provider FROM staff_session AS s
           JOIN staff_account AS a ON a.id = s.account WHERE s.token_hash = $1 AND a.disabled_at IS NULL"
    );
    optional(tx, sql, params![token_hash], |row| {
        Ok((read(row, accounts::COLUMNS)?, accounts::read(row)?))
    })
    .await
}

fn read(row: &Row, first: usize) -> Result<StaffSession, Fault> {
    Ok(StaffSession {
        id: column(row, first)?,
        began_at: at(row, first + 1)?,
        used_at: at(row, first + 2)?,
        second_factor: column(row, first + 3)?,
        by_provider: column(row, first + 4)?,
    })
}

/// See [`crate::StaffStore::touch_session`].
pub(super) async fn touch(tx: &Tx, token_hash: &[u8; 32], now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE staff_session SET used_at = $2 WHERE token_hash = $1 AND used_at < $2";
    execute(tx, sql, params![token_hash, ms(now)]).await?;
    Ok(())
}

/// See [`crate::StaffStore::sessions_of`].
pub(super) async fn of_account(tx: &Tx, account: StaffId) -> Result<Vec<StaffSession>, Fault> {
    all(
        tx,
        "SELECT id, began_at, used_at, second_factor, by_provider FROM staff_session WHERE account = $1
         ORDER BY id DESC",
        params![account.0],
        |row| read(row, 0),
    )
    .await
}

/// See [`crate::StaffStore::end_sessions`].
pub(super) async fn end(tx: &Tx, end: EndSessions, actor: Actor, now: Timestamp) -> Result<u32, Fault> {
    let (owner, ended) = match end {
        EndSessions::OfToken(token_hash) => {
            let owner = get(tx, &token_hash).await?.map(|(_, account)| account.id);
            let sql = "DELETE FROM staff_session WHERE token_hash = $1";
            (owner, execute(tx, sql, params![token_hash]).await?)
        }
        EndSessions::One(account, id) => {
            let sql = "DELETE FROM staff_session WHERE account = $1 AND id = $2";
            (Some(account), execute(tx, sql, params![account.0, id]).await?)
        }
        EndSessions::Others(account, kept) => (Some(account), end_all(tx, account, Some(&kept)).await?),
    };
    let ended = u32::try_from(ended).unwrap_or(u32::MAX);
    if let Some(owner) = owner.filter(|_| ended > 0) {
        phone::note_logged_out(tx, owner).await?;
        let act = match end {
            EndSessions::OfToken(_) => Act::LoggedOut,
            _ => Act::SessionsEnded(ended),
        };
        log::append(tx, now, &[Entry::new(actor, act, Subject::Account(owner))]).await?;
    }
    Ok(ended)
}

/// Ends all sessions of an account, but that of one token.
pub(super) async fn end_all(tx: &Tx, account: StaffId, kept: Option<&[u8; 32]>) -> Result<usize, Fault> {
    // No hash is empty.
    let kept = kept.map_or(&[][..], |kept| kept);
    execute(
        tx,
        "DELETE FROM staff_session WHERE account = $1 AND token_hash <> $2",
        params![account.0, kept],
    )
    .await
}
