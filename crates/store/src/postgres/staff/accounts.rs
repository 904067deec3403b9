//! Accounts, and what they log in with.

use dran_core::ids::{CentreId, StaffId};
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use dran_core::staff::{Duty, Role, StaffName};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::sessions::Shown;
use super::{log, sessions};
use crate::postgres::campaigns::centre_no;
use crate::postgres::rows::{at, maybe_at, ms};
use crate::postgres::session::Tx;
use crate::postgres::sql::{
    all, execute, expect_rows, get as column, insert, maybe, one, optional, params, unreadable,
};
use crate::{
    AccountChange, ChangeAccountRefusal, ChangeOwnPassword, ChangeStaffAccount, EnrolApp, EnrolledApp, Failure, Fault,
    MakeAccountRefusal, NewStaffAccount, OutOfDate, StaffAccount, StoredPassword,
};

/// A query whose first columns are those of [`read`], of the table `a`.
macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.name, a.role,
                    (SELECT string_agg(centre.id, ' ') FROM staff_account_centre
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
pub(super) async fn list(tx: &Tx) -> Result<Vec<StaffAccount>, Fault> {
    let sql = select_account!(" FROM staff_account AS a ORDER BY a.name");
    all(tx, sql, &[], read).await
}

/// See [`crate::StaffStore::staff_account_named`].
pub(super) async fn named(tx: &Tx, name: &StaffName) -> Result<Option<StaffAccount>, Fault> {
    let sql = select_account!(" FROM staff_account AS a WHERE a.name = $1");
    optional(tx, sql, params![name.as_str()], read).await
}

/// See [`crate::StaffStore::staff_account_of_subject`].
pub(super) async fn of_subject(tx: &Tx, subject: &[u8; 32]) -> Result<Option<StaffAccount>, Fault> {
    let sql = select_account!(" FROM staff_account AS a WHERE a.provider_subject = $1");
    optional(tx, sql, params![subject], read).await
}

/// See [`crate::StaffStore::staff_account`].
pub(super) async fn get(tx: &Tx, account: StaffId) -> Result<Option<StaffAccount>, Fault> {
    let sql = select_account!(" FROM staff_account AS a WHERE a.id = $1");
    optional(tx, sql, params![account.0], read).await
}

/// The account in the first columns of a row.
pub(super) fn read(row: &Row) -> Result<StaffAccount, Fault> {
    let name: String = column(row, 1)?;
    let role = Role::of_word(&column::<String>(row, 2)?);
    let centres: Option<String> = maybe(row, 3)?;
    let centres = centres.iter().flat_map(|ids| ids.split(' ')).map(CentreId::new);
    let duty = role.and_then(|role| Duty::new(role, centres.collect()).ok());
    let (nonce, last_step) = (maybe(row, 12)?, maybe(row, 13)?);
    Ok(StaffAccount {
        id: StaffId(column(row, 0)?),
        name: StaffName::parse(&name).map_err(|_| unreadable(1, "a name"))?,
        duty: duty.ok_or_else(|| unreadable(2, "a role with its centres"))?,
        created_at: at(row, 4)?,
        disabled_at: maybe_at(row, 5)?,
        password: StoredPassword {
            memory_kib: column(row, 6)?,
            passes: column(row, 7)?,
            salt: column(row, 8)?,
            hash: column(row, 9)?,
        },
        password_set_at: at(row, 10)?,
        password_initial: column(row, 11)?,
        app: Option::zip(nonce, last_step).map(|(nonce, last_step)| EnrolledApp { nonce, last_step }),
        recovery_left: column(row, 14)?,
        provider_subject: maybe(row, 15)?,
    })
}

/// See [`crate::StaffStore::make_staff_account`].
pub(super) async fn make(tx: &Tx, new: &NewStaffAccount) -> Result<StaffId, Failure<MakeAccountRefusal>> {
    if named(tx, &new.name).await?.is_some() {
        return Err(Failure::Refused(MakeAccountRefusal::NameTaken));
    }
    let role = new.duty.role();
    let id = insert(
        tx,
        "INSERT INTO staff_account
         (name, role, created_at, password_memory_kib, password_passes, password_salt, password_hash, password_set_at,
          password_initial)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $3, true) RETURNING id",
        params![
            new.name.as_str(),
            role.word(),
            ms(new.now),
            new.password.memory_kib,
            new.password.passes,
            new.password.salt,
            new.password.hash
        ],
    )
    .await?;
    let account = StaffId(id);
    let bounded = bound_to(tx, account, new.duty.centres()).await?;
    bounded.map_err(|centre| Failure::Refused(MakeAccountRefusal::UnknownCentre(centre)))?;
    let act = Entry::new(new.actor, Act::AccountMade(role), Subject::Account(account));
    log::append(tx, new.now, &[act]).await?;
    Ok(account)
}

/// Bounds an account to centres; the centre that is not known, if there is one.
async fn bound_to(tx: &Tx, account: StaffId, centres: &[CentreId]) -> Result<Result<(), CentreId>, Fault> {
    for centre in centres {
        let Some(no) = centre_no(tx, centre).await? else {
            return Ok(Err(centre.clone()));
        };
        let touched = execute(
            tx,
            "INSERT INTO staff_account_centre (account, centre_no) VALUES ($1, $2)",
            params![account.0, no],
        )
        .await?;
        expect_rows(touched, 1, "a centre of an account")?;
    }
    Ok(Ok(()))
}

/// See [`crate::StaffStore::change_staff_account`].
pub(super) async fn change(tx: &Tx, asked: &ChangeStaffAccount) -> Result<(), Failure<ChangeAccountRefusal>> {
    let Some(account) = get(tx, asked.account).await? else {
        return Err(Failure::Refused(ChangeAccountRefusal::UnknownAccount));
    };
    let stays = match &asked.change {
        AccountChange::Duty(duty) => duty.role() == Role::Operator,
        AccountChange::Disable => false,
        AccountChange::Enable | AccountChange::Reset(_) => true,
    };
    if !stays && is_last_administrator(tx, &account).await? {
        return Err(Failure::Refused(ChangeAccountRefusal::LastAdministrator));
    }
    let id = account.id;
    let (act, touched) = match &asked.change {
        AccountChange::Duty(duty) => {
            execute(tx, "DELETE FROM staff_account_centre WHERE account = $1", params![id.0]).await?;
            let bounded = bound_to(tx, id, duty.centres()).await?;
            bounded.map_err(|centre| Failure::Refused(ChangeAccountRefusal::UnknownCentre(centre)))?;
            let sql = "UPDATE staff_account SET role = $2 WHERE id = $1";
            let touched = execute(tx, sql, params![id.0, duty.role().word()]).await?;
            (Act::DutyChanged(duty.role()), touched)
        }
        AccountChange::Disable => {
            let sql = "UPDATE staff_account SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1";
            (Act::Disabled, execute(tx, sql, params![id.0, ms(asked.now)]).await?)
        }
        AccountChange::Enable => {
            let sql = "UPDATE staff_account SET disabled_at = NULL WHERE id = $1";
            (Act::Enabled, execute(tx, sql, params![id.0]).await?)
        }
        AccountChange::Reset(password) => {
            execute(tx, "DELETE FROM staff_recovery_code WHERE account = $1", params![id.0]).await?;
            let sql = "UPDATE staff_account SET totp_nonce = NULL, totp_last_step = NULL, provider_subject = NULL
                       WHERE id = $1";
            execute(tx, sql, params![id.0]).await?;
            (Act::Reset, set_password(tx, id, password, true, asked.now).await?)
        }
    };
    expect_rows(touched, 1, "an account that is changed")?;
    sessions::end_all(tx, id, None).await?;
    let act = Entry::new(asked.actor, act, Subject::Account(id));
    Ok(log::append(tx, asked.now, &[act]).await?)
}

/// Whether nobody else in use looks after accounts.
async fn is_last_administrator(tx: &Tx, account: &StaffAccount) -> Result<bool, Fault> {
    if account.duty.role() != Role::Operator || account.disabled_at.is_some() {
        return Ok(false);
    }
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM staff_account
                                  WHERE role = 'operator' AND disabled_at IS NULL AND id <> $1)";
    one(tx, sql, params![account.id.0], |row| column(row, 0)).await
}

async fn set_password(
    tx: &Tx,
    account: StaffId,
    password: &StoredPassword,
    initial: bool,
    now: Timestamp,
) -> Result<usize, Fault> {
    execute(
        tx,
        "UPDATE staff_account
         SET password_memory_kib = $2, password_passes = $3, password_salt = $4, password_hash = $5, password_set_at = $6,
             password_initial = ($7 = 1)
         WHERE id = $1", params![account.0,
            password.memory_kib,
            password.passes,
            password.salt,
            password.hash,
            ms(now),
            u32::from(initial)]).await
}

/// Insists that an account is in use and has the password that was compared.
pub(super) async fn current(
    tx: &Tx,
    account: StaffId,
    password_set_at: Timestamp,
) -> Result<Result<StaffAccount, OutOfDate>, Fault> {
    let found = get(tx, account).await?;
    let current = found.filter(|found| found.disabled_at.is_none() && found.password_set_at == password_set_at);
    Ok(current.ok_or(OutOfDate))
}

/// See [`crate::StaffStore::change_own_password`].
pub(super) async fn change_own_password(tx: &Tx, change: &ChangeOwnPassword) -> Result<(), Failure<OutOfDate>> {
    current(tx, change.account, change.password_set_at)
        .await?
        .map_err(Failure::Refused)?;
    let touched = set_password(tx, change.account, &change.password, false, change.now).await?;
    expect_rows(touched, 1, "a password that is changed")?;
    sessions::end_all(tx, change.account, Some(&change.session)).await?;
    Ok(own_act(tx, change.account, Act::PasswordChanged, change.now).await?)
}

/// See [`crate::StaffStore::enrol_app`].
pub(super) async fn enrol_app(tx: &Tx, enrol: &EnrolApp) -> Result<(), Failure<OutOfDate>> {
    current(tx, enrol.account, enrol.password_set_at)
        .await?
        .map_err(Failure::Refused)?;
    let touched = execute(
        tx,
        "UPDATE staff_account SET totp_nonce = $2, totp_last_step = $3 WHERE id = $1",
        params![enrol.account.0, enrol.app.nonce, enrol.app.last_step],
    )
    .await?;
    expect_rows(touched, 1, "an app that is enrolled")?;
    put_recovery_codes(tx, enrol.account, &enrol.recovery).await?;
    sessions::end_all(tx, enrol.account, None).await?;
    sessions::begin(tx, enrol.account, &enrol.token_hash, Shown::BothHere, enrol.now).await?;
    Ok(own_act(tx, enrol.account, Act::AppEnrolled, enrol.now).await?)
}

/// See [`crate::StaffStore::replace_recovery_codes`].
pub(super) async fn replace_recovery_codes(
    tx: &Tx,
    account: StaffId,
    hashes: &[[u8; 32]],
    now: Timestamp,
) -> Result<(), Fault> {
    put_recovery_codes(tx, account, hashes).await?;
    own_act(tx, account, Act::RecoveryCodesMade, now).await
}

async fn put_recovery_codes(tx: &Tx, account: StaffId, hashes: &[[u8; 32]]) -> Result<(), Fault> {
    execute(
        tx,
        "DELETE FROM staff_recovery_code WHERE account = $1",
        params![account.0],
    )
    .await?;
    for hash in hashes {
        let sql = "INSERT INTO staff_recovery_code (account, hash) VALUES ($1, $2)";
        let touched = execute(tx, sql, params![account.0, hash]).await?;
        expect_rows(touched, 1, "a recovery code")?;
    }
    Ok(())
}

/// Enters what somebody did to their own account.
async fn own_act(tx: &Tx, account: StaffId, act: Act, now: Timestamp) -> Result<(), Fault> {
    let act = Entry::new(Actor::Account(account), act, Subject::Account(account));
    log::append(tx, now, &[act]).await
}
