//! While nobody can book: what is asked to wait, and what goes on.

use axum::http::Method;
use dran_service::{Cause, ReadOnly};

use crate::api::LINE_PATH;
use crate::app::App;
use crate::portal::views::paths;
use crate::problem::{Kind, Problem};

/// When to send again what was asked to wait.
const RETRY_AFTER_S: u64 = 10;

/// Why a request is asked to wait, if it is. Everything that changes something waits, but for this: places in
/// the line are given while they can be stored, and a place or a booking is found while it can be read.
pub(crate) fn asked_to_wait(app: &App, method: &Method, path: &str) -> Option<Problem> {
    let read_only = app.service.read_only()?;
    (!matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) && !goes_on(read_only, path)).then(problem)
}

fn goes_on(read_only: ReadOnly, path: &str) -> bool {
    let joins = path == LINE_PATH || path.strip_prefix(paths::JOIN).is_some_and(|rest| rest.starts_with('/'));
    match read_only.cause {
        Cause::Operator => joins || [paths::PLACE, paths::MANAGE].contains(&path),
        Cause::Store => path == paths::PLACE || may_be_under_way(path),
    }
}

/// What books, moves or cancels may have been sent before, and have lost its connection in the COMMIT: whoever sends
/// it again is told that it is being checked, and not that nothing was taken.
fn may_be_under_way(path: &str) -> bool {
    const CALL: &str = "/api/v1/bookings";
    let page = |stem: &str, ends: &[&str]| {
        let below = path.strip_prefix(stem).is_some_and(|rest| rest.starts_with('/'));
        below && ends.iter().any(|end| path.ends_with(end))
    };
    path.strip_prefix(CALL)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || page(paths::BOOK, &["/pruefen"])
        || page(paths::MANAGE, &["/verschieben", "/absagen"])
}

/// What is told instead of that it cannot be done right now: `None` if the reason is another one.
pub(crate) fn instead_of_unavailable(app: &App) -> Option<Problem> {
    app.service.read_only().map(|_| problem())
}

fn problem() -> Problem {
    Problem::from(Kind::ReadOnly).retry_after(RETRY_AFTER_S)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn goes_on_while(cause: Cause, path: &str) -> bool {
        let since = Timestamp::UNIX_EPOCH;
        goes_on(ReadOnly { since, cause }, path)
    }

    #[test]
    fn the_line_goes_on_while_the_operator_lets_bookings_rest() {
        for path in ["/anstellen/hessen", "/api/v1/line", "/platz", "/termin"] {
            assert!(goes_on_while(Cause::Operator, path), "{path}");
        }
        for path in [
            "/platz/T",
            "/platz/T/nachricht",
            "/buchen/1-2/pruefen",
            "/api/v1/bookings",
            "/termin/C/absagen",
        ] {
            assert!(!goes_on_while(Cause::Operator, path), "{path}");
        }
    }

    #[test]
    fn nothing_is_taken_that_could_not_be_stored() {
        for path in [
            "/anstellen/hessen",
            "/api/v1/line",
            "/termin",
            "/buchen/1-2/person",
            "/api/v1/holds",
        ] {
            assert!(!goes_on_while(Cause::Store, path), "{path}");
        }
        for path in [
            "/buchen/1-2/pruefen",
            "/api/v1/bookings",
            "/api/v1/bookings/C",
            "/termin/C/absagen",
        ] {
            assert!(goes_on_while(Cause::Store, path), "it may be under way: {path}");
        }
        assert!(
            goes_on_while(Cause::Store, "/platz"),
            "a short code is checked without the store"
        );
    }
}
