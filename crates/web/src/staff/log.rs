//! The audit log.

use axum::http::StatusCode;
use dran_core::hex;
use serde::Serialize;

use super::call::{AuditLog, Call, ProgramCall, unavailable};
use super::page;
use super::views::{LogView, paths};
use crate::api::json;
use crate::app::query_value;
use crate::portal::page::{Page, shell, show as page_of};
use crate::problem::Kind;

/// Lines on one page.
const PAGE_LINES: u64 = 100;

/// Lines that a program gets at a time.
const CALL_LINES: u32 = 1_000;

/// A line of the log, for programs.
#[derive(Serialize)]
struct LineJson {
    number: u64,
    line: String,
    head: String,
}

/// Lines of the log, for programs.
#[derive(Serialize)]
struct LinesJson {
    lines: Vec<LineJson>,
    /// Where to go on; none at the end.
    next: Option<u64>,
}

/// `GET /api/v1/staff/audit-log?from=N`: for whoever keeps the log a second time, elsewhere.
pub async fn call(call: ProgramCall) -> Page {
    let from = query_value(&call.uri, "from").map_or(Ok(1), |number| number.parse());
    let from: u64 = from.map_err(|_| Kind::Malformed)?;
    let found = call.app.staff.store().audit_log(from, CALL_LINES).await;
    let found = found.map_err(|_| unavailable())?;
    let next = found.get(CALL_LINES as usize - 1).map(|last| last.number + 1);
    let lines = found.into_iter().map(|line| LineJson {
        number: line.number,
        line: line.line,
        head: hex::encode(&line.head),
    });
    let lines = lines.collect();
    Ok(json(StatusCode::OK, &LinesJson { lines, next }))
}

/// `GET /pruefung/protokoll`: the newest lines, or those before `vor`.
pub async fn show(call: Call<AuditLog>) -> Page {
    let store = call.app.staff.store();
    let end = store.audit_log_end().await.map_err(|_| unavailable())?;
    let (lines, head) = end.map_or((0, String::new()), |end| (end.number, hex::encode(&end.head)));
    let before = query_value(&call.uri, "vor").and_then(|number| number.parse().ok());
    let last = before.unwrap_or(lines + 1).clamp(1, lines + 1) - 1;
    let first = last.saturating_sub(PAGE_LINES - 1).max(1);
    let count = u32::try_from((last + 1).saturating_sub(first)).unwrap_or(0);
    let mut found = store.audit_log(first, count).await.map_err(|_| unavailable())?;
    found.reverse();
    let view = LogView {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        count: lines,
        head,
        lines: found.into_iter().map(|line| line.line).collect(),
        older_href: (first > 1).then(|| format!("{}?vor={first}", paths::LOG)),
    };
    Ok(page_of(&call.visitor, &view))
}
