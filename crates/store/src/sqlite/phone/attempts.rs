//! Forms that are sent twice.

use dran_core::ids::{AttemptKey, LineNo, TicketId, TicketNumber};
use jiff::Timestamp;

use crate::model::ATTEMPTS_KEPT;
use crate::sqlite::rows::{at, ms};
use crate::sqlite::sql::{execute, expect_rows, optional};
use crate::sqlite::writer::Tx;
use crate::{Fault, KeptJoin};

/// See [`crate::PhoneStore::keep_join`].
pub(super) fn keep_join(tx: &Tx<'_>, key: AttemptKey, join: KeptJoin) -> Result<KeptJoin, Fault> {
    let sql = "SELECT line_no, number, at FROM attempt WHERE key = ?1 AND line_no IS NOT NULL";
    let kept = optional(tx, sql, [key.0], |row| {
        Ok(KeptJoin {
            ticket: TicketId {
                line: LineNo(row.get(0)?),
                number: TicketNumber(row.get(1)?),
            },
            joined_at: at(row, 2)?,
        })
    })?;
    if let Some(kept) = kept {
        return Ok(kept);
    }
    note(tx, key, Some(join.ticket), join.joined_at)?;
    Ok(join)
}

/// Notes an attempt; whether it was made for the first time.
pub(in crate::sqlite) fn is_first(tx: &Tx<'_>, key: AttemptKey, now: Timestamp) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM attempt WHERE key = ?1";
    if optional(tx, sql, [key.0], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    note(tx, key, None, now)?;
    Ok(true)
}

fn note(tx: &Tx<'_>, key: AttemptKey, ticket: Option<TicketId>, now: Timestamp) -> Result<(), Fault> {
    execute(tx, "DELETE FROM attempt WHERE at < ?1", [ms(now - ATTEMPTS_KEPT)])?;
    let (line, number) = (ticket.map(|ticket| ticket.line.0), ticket.map(|ticket| ticket.number.0));
    let sql = "INSERT INTO attempt (key, line_no, number, at) VALUES (?1, ?2, ?3, ?4)";
    let touched = execute(tx, sql, (key.0, line, number, ms(now)))?;
    expect_rows(touched, 1, "an attempt")
}
