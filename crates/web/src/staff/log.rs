//! The audit log.

use dran_core::hex;

use super::call::{AuditLog, Call, unavailable};
use super::page;
use super::views::{LogView, paths};
use crate::app::query_value;
use crate::portal::page::{Page, shell, show as page_of};

/// Lines on one page.
const PAGE_LINES: u64 = 100;

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
