//! The audit log: written by the transaction of each act.

use dran_core::staff::log::{EMPTY, Entry, line, next};
use jiff::Timestamp;
use rusqlite::{Connection, Row};

use crate::sqlite::rows::kept;
use crate::sqlite::sql::{all, execute, expect_rows, optional};
use crate::sqlite::writer::Tx;
use crate::staff_checks::log_check;
use crate::{AuditCheck, Fault, LogLine};

/// Adds acts to the log.
pub(in crate::sqlite) fn append(tx: &Tx<'_>, at: Timestamp, acts: &[Entry]) -> Result<(), Fault> {
    let (mut number, mut head) = end(tx)?.map_or((0, EMPTY), |end| (end.number, end.head));
    for act in acts {
        number += 1;
        let line = line(number, kept(at), act);
        head = next(&head, &line);
        let touched = execute(
            tx,
            "INSERT INTO audit_log (number, line, head) VALUES (?1, ?2, ?3)",
            (number as i64, &line, head),
        )?;
        expect_rows(touched, 1, "a line of the audit log")?;
    }
    Ok(())
}

/// See [`crate::StaffStore::audit_log_end`].
pub(super) fn end(connection: &Connection) -> rusqlite::Result<Option<LogLine>> {
    optional(
        connection,
        "SELECT number, line, head FROM audit_log ORDER BY number DESC LIMIT 1",
        [],
        read,
    )
}

/// See [`crate::StaffStore::audit_log`].
pub(super) fn lines(connection: &Connection, from: u64, limit: u32) -> rusqlite::Result<Vec<LogLine>> {
    all(
        connection,
        "SELECT number, line, head FROM audit_log WHERE number >= ?1 ORDER BY number LIMIT ?2",
        (i64::try_from(from).unwrap_or(i64::MAX), limit),
        read,
    )
}

fn read(row: &Row<'_>) -> rusqlite::Result<LogLine> {
    Ok(LogLine {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        line: row.get(1)?,
        head: row.get(2)?,
    })
}

/// The statement of the audit below.
pub(in crate::sqlite) const WHOLE: &str = "SELECT number, line, head FROM audit_log ORDER BY number";

/// See [`log_check`].
pub(in crate::sqlite) fn audit(connection: &Connection) -> rusqlite::Result<AuditCheck> {
    let whole = all(connection, WHOLE, [], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?, row.get(2)?))
    })?;
    Ok(log_check(&whole))
}
