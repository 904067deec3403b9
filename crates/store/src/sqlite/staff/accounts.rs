//! Accounts, and what they log in with.

use dran_core::ids::{CentreId, StaffId};
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use dran_core::staff::{Duty, Role, StaffName};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use super::sessions::Shown;
use super::{log, sessions};
use crate::sqlite::campaigns::centre_no;
use crate::sqlite::rows::{at, maybe_at, ms, unreadable};
use crate::sqlite::sql::{all, execute, expect_rows, insert, one, optional};
use crate::sqlite::writer::Tx;
use crate::{
    AccountChange, ChangeAccountRefusal, ChangeOwnPassword, ChangeStaffAccount, EnrolApp, EnrolledApp, Failure, Fault,
    MakeAccountRefusal, NewStaffAccount, OutOfDate, StaffAccount, StoredPassword,
};

/// A query whose first columns are those of [`read`], of the table `a`.
macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.name, a.role,
                    (SELECT group_concat(centre.id, ' ') FROM staff_account_centre
                     JOIN centre ON centre.no = centre_no WHERE account = a.id),
                    a.created_at, a.disabled_at, a.password_memory_kib, a.password_passes, a.password_salt,
                    a.password_hash, a.password_set_at, a.password_initial, a.totp_nonce, a.totp_last_step,
                    (SELECT count(*) FROM staff_recovery_code AS code WHERE code.account = a.id AND used_at IS NULL),
                    a.provider_subject",
            $rest
        )
    };
}
pub(super) use select_account;

/// How many columns [`read`] reads.
pub(super) const COLUMNS: usize = 16;

/// See [`crate::StaffStore::staff_accounts`].
pub(super) fn list(connection: &Connection) -> rusqlite::Result<Vec<StaffAccount>> {
    let sql = select_account!(" FROM staff_account AS a ORDER BY a.name");
    all(connection, sql, [], read)
}

/// See [`crate::StaffStore::staff_account_named`].
pub(super) fn named(connection: &Connection, name: &StaffName) -> rusqlite::Result<Option<StaffAccount>> {
    let sql = select_account!(" FROM staff_account AS a WHERE a.name = ?1");
    optional(connection, sql, [name.as_str()], read)
}

/// See [`crate::StaffStore::staff_account_of_subject`].
pub(super) fn of_subject(connection: &Connection, subject: &[u8; 32]) -> rusqlite::Result<Option<StaffAccount>> {
    let sql = select_account!(" FROM staff_account AS a WHERE a.provider_subject = ?1");
    optional(connection, sql, [subject], read)
}

/// See [`crate::StaffStore::staff_account`].
pub(super) fn get(connection: &Connection, account: StaffId) -> rusqlite::Result<Option<StaffAccount>> {
    let sql = select_account!(" FROM staff_account AS a WHERE a.id = ?1");
    optional(connection, sql, [account.0], read)
}

/// The account in the first columns of a row.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<StaffAccount> {
    let name: String = row.get(1)?;
    let role = Role::of_word(row.get_ref(2)?.as_str()?);
    let centres: Option<String> = row.get(3)?;
    let centres = centres.iter().flat_map(|ids| ids.split(' ')).map(CentreId::new);
    let duty = role.and_then(|role| Duty::new(role, centres.collect()).ok());
    let (nonce, last_step) = (row.get(12)?, row.get(13)?);
    Ok(StaffAccount {
        id: StaffId(row.get(0)?),
        name: StaffName::parse(&name).map_err(|_| unreadable(1, Type::Text, "a name"))?,
        duty: duty.ok_or_else(|| unreadable(2, Type::Text, "a role with its centres"))?,
        created_at: at(row, 4)?,
        disabled_at: maybe_at(row, 5)?,
        password: StoredPassword {
            memory_kib: row.get(6)?,
            passes: row.get(7)?,
            salt: row.get(8)?,
            hash: row.get(9)?,
        },
        password_set_at: at(row, 10)?,
        password_initial: row.get(11)?,
        app: Option::zip(nonce, last_step).map(|(nonce, last_step)| EnrolledApp { nonce, last_step }),
        recovery_left: row.get(14)?,
        provider_subject: row.get(15)?,
    })
}

/// See [`crate::StaffStore::make_staff_account`].
pub(super) fn make(tx: &Tx<'_>, new: &NewStaffAccount) -> Result<StaffId, Failure<MakeAccountRefusal>> {
    if named(tx, &new.name)?.is_some() {
        return Err(Failure::Refused(MakeAccountRefusal::NameTaken));
    }
    let role = new.duty.role();
    let id = insert(
        tx,
        "INSERT INTO staff_account
         (name, role, created_at, password_memory_kib, password_passes, password_salt, password_hash, password_set_at,
          password_initial)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?3, 1)",
        (
            new.name.as_str(),
            role.word(),
            ms(new.now),
            new.password.memory_kib,
            new.password.passes,
            new.password.salt,
            new.password.hash,
        ),
    )?;
    let account = StaffId(id);
    let bounded = bound_to(tx, account, new.duty.centres())?;
    bounded.map_err(|centre| Failure::Refused(MakeAccountRefusal::UnknownCentre(centre)))?;
    let act = Entry::new(new.actor, Act::AccountMade(role), Subject::Account(account));
    log::append(tx, new.now, &[act])?;
    Ok(account)
}

/// Bounds an account to centres; the centre that is not known, if there is one.
fn bound_to(tx: &Tx<'_>, account: StaffId, centres: &[CentreId]) -> Result<Result<(), CentreId>, Fault> {
    for centre in centres {
        let Some(no) = centre_no(tx, centre)? else {
            return Ok(Err(centre.clone()));
        };
        let touched = execute(
            tx,
            "INSERT INTO staff_account_centre (account, centre_no) VALUES (?1, ?2)",
            (account.0, no),
        )?;
        expect_rows(touched, 1, "a centre of an account")?;
    }
    Ok(Ok(()))
}

/// See [`crate::StaffStore::change_staff_account`].
pub(super) fn change(tx: &Tx<'_>, asked: &ChangeStaffAccount) -> Result<(), Failure<ChangeAccountRefusal>> {
    let Some(account) = get(tx, asked.account)? else {
        return Err(Failure::Refused(ChangeAccountRefusal::UnknownAccount));
    };
    let stays = match &asked.change {
        AccountChange::Duty(duty) => duty.role() == Role::Operator,
        AccountChange::Disable => false,
        AccountChange::Enable | AccountChange::Reset(_) => true,
    };
    if !stays && is_last_administrator(tx, &account)? {
        return Err(Failure::Refused(ChangeAccountRefusal::LastAdministrator));
    }
    let id = account.id;
    let (act, touched) = match &asked.change {
        AccountChange::Duty(duty) => {
            execute(tx, "DELETE FROM staff_account_centre WHERE account = ?1", [id.0])?;
            let bounded = bound_to(tx, id, duty.centres())?;
            bounded.map_err(|centre| Failure::Refused(ChangeAccountRefusal::UnknownCentre(centre)))?;
            let sql = "UPDATE staff_account SET role = ?2 WHERE id = ?1";
            let touched = execute(tx, sql, (id.0, duty.role().word()))?;
            (Act::DutyChanged(duty.role()), touched)
        }
        AccountChange::Disable => {
            let sql = "UPDATE staff_account SET disabled_at = coalesce(disabled_at, ?2) WHERE id = ?1";
            (Act::Disabled, execute(tx, sql, (id.0, ms(asked.now)))?)
        }
        AccountChange::Enable => {
            let sql = "UPDATE staff_account SET disabled_at = NULL WHERE id = ?1";
            (Act::Enabled, execute(tx, sql, [id.0])?)
        }
        AccountChange::Reset(password) => {
            execute(tx, "DELETE FROM staff_recovery_code WHERE account = ?1", [id.0])?;
            let sql = "UPDATE staff_account SET totp_nonce = NULL, totp_last_step = NULL, provider_subject = NULL
                       WHERE id = ?1";
            execute(tx, sql, [id.0])?;
            (Act::Reset, set_password(tx, id, password, true, asked.now)?)
        }
    };
    expect_rows(touched, 1, "an account that is changed")?;
    sessions::end_all(tx, id, None)?;
    let act = Entry::new(asked.actor, act, Subject::Account(id));
    Ok(log::append(tx, asked.now, &[act])?)
}

/// Whether nobody else in use looks after accounts.
fn is_last_administrator(tx: &Tx<'_>, account: &StaffAccount) -> rusqlite::Result<bool> {
    if account.duty.role() != Role::Operator || account.disabled_at.is_some() {
        return Ok(false);
    }
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM staff_account
                                  WHERE role = 'operator' AND disabled_at IS NULL AND id <> ?1)";
    one(tx, sql, [account.id.0], |row| row.get(0))
}

fn set_password(
    tx: &Tx<'_>,
    account: StaffId,
    password: &StoredPassword,
    initial: bool,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    execute(
        tx,
        "UPDATE staff_account
         SET password_memory_kib = ?2, password_passes = ?3, password_salt = ?4, password_hash = ?5, password_set_at = ?6,
             password_initial = ?7
         WHERE id = ?1",
        (
            account.0,
            password.memory_kib,
            password.passes,
            password.salt,
            password.hash,
            ms(now),
            initial,
        ),
    )
}

/// Insists that an account is in use and has the password that was compared.
pub(super) fn current(
    tx: &Tx<'_>,
    account: StaffId,
    password_set_at: Timestamp,
) -> rusqlite::Result<Result<StaffAccount, OutOfDate>> {
    let found = get(tx, account)?;
    let current = found.filter(|found| found.disabled_at.is_none() && found.password_set_at == password_set_at);
    Ok(current.ok_or(OutOfDate))
}

/// See [`crate::StaffStore::change_own_password`].
pub(super) fn change_own_password(tx: &Tx<'_>, change: &ChangeOwnPassword) -> Result<(), Failure<OutOfDate>> {
    current(tx, change.account, change.password_set_at)?.map_err(Failure::Refused)?;
    let touched = set_password(tx, change.account, &change.password, false, change.now)?;
    expect_rows(touched, 1, "a password that is changed")?;
    sessions::end_all(tx, change.account, Some(&change.session))?;
    Ok(own_act(tx, change.account, Act::PasswordChanged, change.now)?)
}

/// See [`crate::StaffStore::enrol_app`].
pub(super) fn enrol_app(tx: &Tx<'_>, enrol: &EnrolApp) -> Result<(), Failure<OutOfDate>> {
    current(tx, enrol.account, enrol.password_set_at)?.map_err(Failure::Refused)?;
    let touched = execute(
        tx,
        "UPDATE staff_account SET totp_nonce = ?2, totp_last_step = ?3 WHERE id = ?1",
        (enrol.account.0, enrol.app.nonce, enrol.app.last_step),
    )?;
    expect_rows(touched, 1, "an app that is enrolled")?;
    put_recovery_codes(tx, enrol.account, &enrol.recovery)?;
    sessions::end_all(tx, enrol.account, None)?;
    sessions::begin(tx, enrol.account, &enrol.token_hash, Shown::BothHere, enrol.now)?;
    Ok(own_act(tx, enrol.account, Act::AppEnrolled, enrol.now)?)
}

/// See [`crate::StaffStore::replace_recovery_codes`].
pub(super) fn replace_recovery_codes(
    tx: &Tx<'_>,
    account: StaffId,
    hashes: &[[u8; 32]],
    now: Timestamp,
) -> Result<(), Fault> {
    put_recovery_codes(tx, account, hashes)?;
    own_act(tx, account, Act::RecoveryCodesMade, now)
}

fn put_recovery_codes(tx: &Tx<'_>, account: StaffId, hashes: &[[u8; 32]]) -> Result<(), Fault> {
    execute(tx, "DELETE FROM staff_recovery_code WHERE account = ?1", [account.0])?;
    for hash in hashes {
        let sql = "INSERT INTO staff_recovery_code (account, hash) VALUES (?1, ?2)";
        let touched = execute(tx, sql, (account.0, hash))?;
        expect_rows(touched, 1, "a recovery code")?;
    }
    Ok(())
}

/// Enters what somebody did to their own account.
fn own_act(tx: &Tx<'_>, account: StaffId, act: Act, now: Timestamp) -> Result<(), Fault> {
    let act = Entry::new(Actor::Account(account), act, Subject::Account(account));
    log::append(tx, now, &[act])
}
