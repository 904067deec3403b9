//! The public account: written by the transaction of each deed, read by anybody.

use dran_core::ids::CampaignId;
use dran_core::line::account::{Deed, EMPTY, line, next};
use jiff::Timestamp;
use rusqlite::Connection;

use super::rows::kept;
use super::sql::{all, execute, expect_rows, optional};
use super::writer::Tx;
use crate::account_checks::account_checks;
use crate::{AccountHead, AccountLine, AuditCheck, Fault};

/// Adds a deed to the account.
pub(super) fn enter(tx: &Tx<'_>, at: Timestamp, campaign: &CampaignId, deed: &Deed<'_>) -> Result<(), Fault> {
    let AccountHead { lines, head } = head(tx)?;
    let number = lines + 1;
    let line = line(number, kept(at), campaign, deed);
    let touched = execute(
        tx,
        "INSERT INTO account (number, line, head) VALUES (?1, ?2, ?3)",
        (number, &line, next(&head, &line)),
    )?;
    expect_rows(touched, 1, "a line of the account")
}

/// See [`crate::Store::account_head`].
pub(super) fn head(connection: &Connection) -> rusqlite::Result<AccountHead> {
    let last = optional(
        connection,
        "SELECT number, head FROM account ORDER BY number DESC LIMIT 1",
        [],
        |row| {
            Ok(AccountHead {
                lines: row.get(0)?,
                head: row.get(1)?,
            })
        },
    )?;
    Ok(last.unwrap_or(AccountHead { lines: 0, head: EMPTY }))
}

/// See [`crate::Store::account`].
pub(super) fn lines(connection: &Connection, from: u32, limit: u32) -> rusqlite::Result<Vec<AccountLine>> {
    all(
        connection,
        "SELECT number, line, head FROM account WHERE number >= ?1 ORDER BY number LIMIT ?2",
        (from, limit),
        |row| {
            Ok(AccountLine {
                number: row.get(0)?,
                line: row.get(1)?,
                head: row.get(2)?,
            })
        },
    )
}

/// The statements of the audit below. A mark beyond the tickets is another check's to name.
pub(super) const WHOLE: &str = "SELECT number, line, head FROM account ORDER BY number";
pub(super) const MARKS: &str = "SELECT campaign.id, line.pool, line.called FROM line
     JOIN campaign ON campaign.no = line.campaign WHERE line.called BETWEEN 1 AND line.next_number ORDER BY line.line_no";
pub(super) const ENTRIES: &str = "SELECT campaign.id, line.pool, count(*), max(phone_entry.ordinal) FROM phone_entry
     JOIN line ON line.line_no = phone_entry.line_no JOIN campaign ON campaign.no = line.campaign
     GROUP BY phone_entry.line_no, campaign.id, line.pool ORDER BY phone_entry.line_no";

/// See [`account_checks`].
pub(super) fn audit(connection: &Connection) -> rusqlite::Result<[AuditCheck; 3]> {
    let whole = all(connection, WHOLE, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let marks = all(connection, MARKS, [], |row| {
        Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
    })?;
    let entries = all(connection, ENTRIES, [], |row| {
        Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)))
    })?;
    Ok(account_checks(&whole, &marks, &entries))
}
