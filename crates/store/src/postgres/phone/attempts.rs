//! Forms that are sent twice.

use dran_core::ids::{AttemptKey, LineNo, TicketId, TicketNumber};
use jiff::Timestamp;

use crate::model::ATTEMPTS_KEPT;
use crate::postgres::rows::{at, ms};
use crate::postgres::session::Tx;
use crate::postgres::sql::{execute, expect_rows, get as column, optional, params};
use crate::{Fault, KeptJoin};

/// See [`crate::PhoneStore::keep_join`].
pub(super) async fn keep_join(tx: &Tx, key: AttemptKey, join: KeptJoin) -> Result<KeptJoin, Fault> {
    let sql = "SELECT line_no, number, at FROM attempt WHERE key = $1 AND line_no IS NOT NULL";
    let kept = optional(tx, sql, params![key.0], |row| {
        Ok(KeptJoin {
            ticket: TicketId {
                line: LineNo(column(row, 0)?),
                number: TicketNumber(column(row, 1)?),
            },
            joined_at: at(row, 2)?,
        })
    })
    .await?;
    if let Some(kept) = kept {
        return Ok(kept);
    }
    forget_old(tx, join.joined_at).await?;
    let sql = "INSERT INTO attempt (key, line_no, number, at) VALUES ($1, $2, $3, $4)";
    let ticket = join.ticket;
    let touched = execute(
        tx,
        sql,
        params![key.0, ticket.line.0, ticket.number.0, ms(join.joined_at)],
    )
    .await?;
    expect_rows(touched, 1, "an attempt")?;
    Ok(join)
}

/// Notes an attempt; whether it was made for the first time.
pub(in crate::postgres) async fn is_first(tx: &Tx, key: AttemptKey, now: Timestamp) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM attempt WHERE key = $1";
    if optional(tx, sql, params![key.0], |_| Ok(())).await?.is_some() {
        return Ok(false);
    }
    forget_old(tx, now).await?;
    let sql = "INSERT INTO attempt (key, at) VALUES ($1, $2)";
    let touched = execute(tx, sql, params![key.0, ms(now)]).await?;
    expect_rows(touched, 1, "an attempt")?;
    Ok(true)
}

async fn forget_old(tx: &Tx, now: Timestamp) -> Result<(), Fault> {
    let sql = "DELETE FROM attempt WHERE at < $1";
    execute(tx, sql, params![ms(now - ATTEMPTS_KEPT)]).await?;
    Ok(())
}
