//! The public account: written by the transaction of each deed, read by anybody.

use dran_core::ids::CampaignId;
use dran_core::line::account::{Deed, EMPTY, line, next};
use jiff::Timestamp;

use super::rows::kept;
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, optional, params};
use crate::account_checks::account_checks;
use crate::{AccountHead, AccountLine, AuditCheck, Fault};

/// Adds a deed to the account.
pub(super) async fn enter(tx: &Tx, at: Timestamp, campaign: &CampaignId, deed: &Deed<'_>) -> Result<(), Fault> {
    let AccountHead { lines, head } = head(tx).await?;
    let number = lines + 1;
    let line = line(number, kept(at), campaign, deed);
    let touched = execute(
        tx,
        "INSERT INTO account (number, line, head) VALUES ($1, $2, $3)",
        params![number, &line, next(&head, &line)],
    )
    .await?;
    expect_rows(touched, 1, "a line of the account")
}

/// See [`crate::Store::account_head`].
pub(super) async fn head(tx: &Tx) -> Result<AccountHead, Fault> {
    let last = optional(
        tx,
        "SELECT number, head FROM account ORDER BY number DESC LIMIT 1",
        &[],
        |row| {
            Ok(AccountHead {
                lines: get(row, 0)?,
                head: get(row, 1)?,
            })
        },
    )
    .await?;
    Ok(last.unwrap_or(AccountHead { lines: 0, head: EMPTY }))
}

/// See [`crate::Store::account`].
pub(super) async fn lines(tx: &Tx, from: u32, limit: u32) -> Result<Vec<AccountLine>, Fault> {
    all(
        tx,
        "SELECT number, line, head FROM account WHERE number >= $1 ORDER BY number LIMIT $2",
        params![from, limit],
        |row| {
            Ok(AccountLine {
                number: get(row, 0)?,
                line: get(row, 1)?,
                head: get(row, 2)?,
            })
        },
    )
    .await
}

/// The statements of the audit below. A mark beyond the tickets is another check's to name.
pub(super) const WHOLE: &str = "SELECT number, line, head FROM account ORDER BY number";
pub(super) const MARKS: &str = "SELECT campaign.id, line.pool, line.called FROM line
     JOIN campaign ON campaign.no = line.campaign WHERE line.called BETWEEN 1 AND line.next_number ORDER BY line.line_no";
pub(super) const ENTRIES: &str = "SELECT campaign.id, line.pool, count(*), max(phone_entry.ordinal) FROM phone_entry
     JOIN line ON line.line_no = phone_entry.line_no JOIN campaign ON campaign.no = line.campaign
     GROUP BY phone_entry.line_no, campaign.id, line.pool ORDER BY phone_entry.line_no";

/// See [`account_checks`].
pub(super) async fn audit(tx: &Tx) -> Result<[AuditCheck; 3], Fault> {
    let whole = all(tx, WHOLE, &[], |row| Ok((get(row, 0)?, get(row, 1)?, get(row, 2)?))).await?;
    let marks = all(tx, MARKS, &[], |row| Ok(((get(row, 0)?, get(row, 1)?), get(row, 2)?))).await?;
    let entries = all(tx, ENTRIES, &[], |row| {
        Ok(((get(row, 0)?, get(row, 1)?), (get(row, 2)?, get(row, 3)?)))
    })
    .await?;
    Ok(account_checks(&whole, &marks, &entries))
}
