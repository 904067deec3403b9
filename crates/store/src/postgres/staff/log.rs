//! The audit log: written by the transaction of each act.

use dran_core::staff::log::{EMPTY, Entry, line, next};
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::postgres::rows::kept;
use crate::postgres::session::Tx;
use crate::postgres::sql::{all, execute, expect_rows, get as column, optional, params};
use crate::staff_checks::log_check;
use crate::{AuditCheck, Fault, LogLine};

/// Adds acts to the log.
pub(in crate::postgres) async fn append(tx: &Tx, at: Timestamp, acts: &[Entry]) -> Result<(), Fault> {
    let (mut number, mut head) = end(tx).await?.map_or((0, EMPTY), |end| (end.number, end.head));
    for act in acts {
        number += 1;
        let line = line(number, kept(at), act);
        head = next(&head, &line);
        let touched = execute(
            tx,
            "INSERT INTO audit_log (number, line, head) VALUES ($1, $2, $3)",
            params![number as i64, &line, head],
        )
        .await?;
        expect_rows(touched, 1, "a line of the audit log")?;
    }
    Ok(())
}

/// See [`crate::StaffStore::audit_log_end`].
pub(super) async fn end(tx: &Tx) -> Result<Option<LogLine>, Fault> {
    optional(
        tx,
        "SELECT number, line, head FROM audit_log ORDER BY number DESC LIMIT 1",
        &[],
        read,
    )
    .await
}

/// See [`crate::StaffStore::audit_log`].
pub(super) async fn lines(tx: &Tx, from: u64, limit: u32) -> Result<Vec<LogLine>, Fault> {
    all(
        tx,
        "SELECT number, line, head FROM audit_log WHERE number >= $1 ORDER BY number LIMIT $2",
        params![i64::try_from(from).unwrap_or(i64::MAX), limit],
        read,
    )
    .await
}

fn read(row: &Row) -> Result<LogLine, Fault> {
    Ok(LogLine {
        number: column(row, 0)?,
        line: column(row, 1)?,
        head: column(row, 2)?,
    })
}

/// The statement of the audit below.
const WHOLE: &str = "SELECT number, line, head FROM audit_log ORDER BY number";

/// See [`log_check`].
pub(in crate::postgres) async fn audit(tx: &Tx) -> Result<AuditCheck, Fault> {
    let whole = all(tx, WHOLE, &[], |row| {
        Ok((column(row, 0)?, column(row, 1)?, column(row, 2)?))
    })
    .await?;
    Ok(log_check(&whole))
}
