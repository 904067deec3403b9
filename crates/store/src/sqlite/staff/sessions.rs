//! Logging in, and sessions.

use dran_core::ids::StaffId;
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use dran_core::staff::throttle::{Counted, Failures, forgotten_before, not_before};
use dran_core::staff::{ABSOLUTE_TIMEOUT, IDLE_TIMEOUT};
use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::{accounts, log};
use crate::sqlite::phone;
use crate::sqlite::rows::{at, ms};
use crate::sqlite::sql::{all, execute, expect_rows, optional};
use crate::sqlite::writer::Tx;
use crate::{
    EndSessions, Failure, Fault, LoginKey, OpenSession, OpenSessionRefusal, SecondFactor, StaffAccount, StaffSession,
    TooSoon,
};

/// See [`crate::StaffStore::try_login`].
pub(super) fn try_login(tx: &Tx<'_>, keys: &[LoginKey], now: Timestamp) -> Result<(), Failure<TooSoon>> {
    let mut until = None;
    for key in keys {
        let wait = failures(tx, key)?.and_then(|failures| not_before(key.counted, &failures, now));
        until = until.max(wait);
    }
    if let Some(until) = until {
        return Err(Failure::Refused(TooSoon { until }));
    }
    for key in keys.iter().filter(|key| key.counted != Counted::Network) {
        count(tx, key, now)?;
    }
    Ok(())
}

/// See [`crate::StaffStore::login_failed`].
pub(super) fn login_failed(
    tx: &Tx<'_>,
    network: Option<LoginKey>,
    account: Option<StaffId>,
    now: Timestamp,
) -> Result<(), Fault> {
    if let Some(network) = network {
        count(tx, &network, now)?;
    }
    let act = |account| Entry::new(Actor::Account(account), Act::LoginFailed, Subject::Account(account));
    let acts: Vec<Entry> = account.map(act).into_iter().collect();
    log::append(tx, now, &acts)
}

fn failures(tx: &Tx<'_>, key: &LoginKey) -> rusqlite::Result<Option<Failures>> {
    let sql = "SELECT count, last_at FROM staff_login_failure WHERE key = ?1";
    optional(tx, sql, [key.hash], |row| {
        Ok(Failures {
            count: row.get(0)?,
            last_at: at(row, 1)?,
        })
    })
}

fn count(tx: &Tx<'_>, key: &LoginKey, now: Timestamp) -> Result<(), Fault> {
    let failed = Failures::and_one(key.counted, failures(tx, key)?, now);
    let touched = execute(
        tx,
        "INSERT INTO staff_login_failure (key, count, last_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET count = excluded.count, last_at = excluded.last_at",
        (key.hash, failed.count, ms(failed.last_at)),
    )?;
    expect_rows(touched, 1, "a failed login")
}

/// See [`crate::StaffStore::open_session`].
pub(super) fn open(tx: &Tx<'_>, open: &OpenSession) -> Result<(), Failure<OpenSessionRefusal>> {
    let account = accounts::current(tx, open.account, open.password_set_at)?;
    let account = account.map_err(|_| Failure::Refused(OpenSessionRefusal::OutOfDate))?;
    use_up(tx, &account, open.factor, open.now)?;
    for key in &open.forget {
        execute(tx, "DELETE FROM staff_login_failure WHERE key = ?1", [key.hash])?;
    }
    sweep(tx, open.now)?;
    let (act, shown) = match open.factor {
        SecondFactor::SetUp => (Act::SetUpBegun, Shown::Password),
        SecondFactor::App { .. } => (Act::LoggedIn, Shown::BothHere),
        SecondFactor::Recovery { .. } => (Act::LoggedInByRecovery, Shown::BothHere),
        SecondFactor::Provider { .. } => (Act::LoggedInByProvider, Shown::AtProvider),
    };
    begin(tx, open.account, &open.token_hash, shown, open.now)?;
    let act = Entry::new(Actor::Account(open.account), act, Subject::Account(open.account));
    Ok(log::append(tx, open.now, &[act])?)
}

/// See [`crate::StaffStore::use_second_factor`].
pub(super) fn use_second_factor(
    tx: &Tx<'_>,
    account: StaffId,
    password_set_at: Timestamp,
    factor: SecondFactor,
    now: Timestamp,
) -> Result<(), Failure<OpenSessionRefusal>> {
    let account = accounts::current(tx, account, password_set_at)?;
    let account = account.map_err(|_| Failure::Refused(OpenSessionRefusal::OutOfDate))?;
    use_up(tx, &account, factor, now)
}

/// Uses the second factor up; one that was used is refused.
fn use_up(
    tx: &Tx<'_>,
    account: &StaffAccount,
    factor: SecondFactor,
    now: Timestamp,
) -> Result<(), Failure<OpenSessionRefusal>> {
    let touched = match factor {
        SecondFactor::SetUp if account.app.is_none() => return Ok(()),
        SecondFactor::SetUp => return Err(Failure::Refused(OpenSessionRefusal::OutOfDate)),
        SecondFactor::App { step } => execute(
            tx,
            "UPDATE staff_account SET totp_last_step = ?2 WHERE id = ?1 AND totp_last_step < ?2",
            (account.id.0, step),
        )?,
        SecondFactor::Recovery { hash } => execute(
            tx,
            "UPDATE staff_recovery_code SET used_at = ?3 WHERE account = ?1 AND hash = ?2 AND used_at IS NULL",
            (account.id.0, hash, ms(now)),
        )?,
        SecondFactor::Provider { subject } => return is_person_of(tx, account, &subject),
    };
    match touched {
        1 => Ok(()),
        _ => Err(Failure::Refused(OpenSessionRefusal::CodeUsed)),
    }
}

/// Makes a person of the provider that of an account; refused when either belongs to another one.
fn is_person_of(tx: &Tx<'_>, account: &StaffAccount, subject: &[u8; 32]) -> Result<(), Failure<OpenSessionRefusal>> {
    let known = accounts::of_subject(tx, subject)?;
    if known.is_none() {
        let touched = execute(
            tx,
            "UPDATE staff_account SET provider_subject = ?2 WHERE id = ?1 AND provider_subject IS NULL",
            (account.id.0, subject),
        )?;
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
fn sweep(tx: &Tx<'_>, now: Timestamp) -> rusqlite::Result<()> {
    execute(
        tx,
        "DELETE FROM staff_session WHERE used_at <= ?1 OR began_at <= ?2",
        (
            ms(now) - IDLE_TIMEOUT.as_millis() as i64,
            ms(now) - ABSOLUTE_TIMEOUT.as_millis() as i64,
        ),
    )?;
    execute(
        tx,
        "DELETE FROM staff_login_failure WHERE last_at < ?1",
        [ms(forgotten_before(now))],
    )?;
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
pub(super) fn begin(
    tx: &Tx<'_>,
    account: StaffId,
    token_hash: &[u8; 32],
    shown: Shown,
    now: Timestamp,
) -> Result<(), Fault> {
    let (second_factor, by_provider) = (shown != Shown::Password, shown == Shown::AtProvider);
    let touched = execute(
        tx,
        "INSERT INTO staff_session (token_hash, account, second_factor, by_provider, began_at, used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        (token_hash, account.0, second_factor, by_provider, ms(now)),
    )?;
    expect_rows(touched, 1, "a session that begins")
}

/// See [`crate::StaffStore::staff_session`].
pub(super) fn get(
    connection: &Connection,
    token_hash: &[u8; 32],
) -> rusqlite::Result<Option<(StaffSession, StaffAccount)>> {
    let sql = accounts::select_account!(
        ", s.id, s.began_at, s.used_at, s.second_factor, s.by_provider FROM staff_session AS s
           JOIN staff_account AS a ON a.id = s.account WHERE s.token_hash = ?1 AND a.disabled_at IS NULL"
    );
    optional(connection, sql, [token_hash], |row| {
        Ok((read(row, accounts::COLUMNS)?, accounts::read(row)?))
    })
}

fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<StaffSession> {
    Ok(StaffSession {
        id: row.get(column)?,
        began_at: at(row, column + 1)?,
        used_at: at(row, column + 2)?,
        second_factor: row.get(column + 3)?,
        by_provider: row.get(column + 4)?,
    })
}

/// See [`crate::StaffStore::touch_session`].
pub(super) fn touch(tx: &Tx<'_>, token_hash: &[u8; 32], now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE staff_session SET used_at = ?2 WHERE token_hash = ?1 AND used_at < ?2";
    execute(tx, sql, (token_hash, ms(now)))?;
    Ok(())
}

/// See [`crate::StaffStore::sessions_of`].
pub(super) fn of_account(connection: &Connection, account: StaffId) -> rusqlite::Result<Vec<StaffSession>> {
    all(
        connection,
        "SELECT id, began_at, used_at, second_factor, by_provider FROM staff_session WHERE account = ?1
         ORDER BY id DESC",
        [account.0],
        |row| read(row, 0),
    )
}

/// See [`crate::StaffStore::end_sessions`].
pub(super) fn end(tx: &Tx<'_>, end: EndSessions, actor: Actor, now: Timestamp) -> Result<u32, Fault> {
    let (owner, ended) = match end {
        EndSessions::OfToken(token_hash) => {
            let owner = get(tx, &token_hash)?.map(|(_, account)| account.id);
            let sql = "DELETE FROM staff_session WHERE token_hash = ?1";
            (owner, execute(tx, sql, [token_hash])?)
        }
        EndSessions::One(account, id) => {
            let sql = "DELETE FROM staff_session WHERE account = ?1 AND id = ?2";
            (Some(account), execute(tx, sql, (account.0, id))?)
        }
        EndSessions::Others(account, kept) => (Some(account), end_all(tx, account, Some(&kept))?),
    };
    let ended = u32::try_from(ended).unwrap_or(u32::MAX);
    if let Some(owner) = owner.filter(|_| ended > 0) {
        phone::note_logged_out(tx, owner)?;
        let act = match end {
            EndSessions::OfToken(_) => Act::LoggedOut,
            _ => Act::SessionsEnded(ended),
        };
        log::append(tx, now, &[Entry::new(actor, act, Subject::Account(owner))])?;
    }
    Ok(ended)
}

/// Ends all sessions of an account, but that of one token.
pub(super) fn end_all(tx: &Tx<'_>, account: StaffId, kept: Option<&[u8; 32]>) -> rusqlite::Result<usize> {
    // No hash is empty.
    let kept = kept.map_or(&[][..], |kept| kept);
    execute(
        tx,
        "DELETE FROM staff_session WHERE account = ?1 AND token_hash <> ?2",
        (account.0, kept),
    )
}
