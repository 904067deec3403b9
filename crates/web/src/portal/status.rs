//! The public status page.

use axum::extract::State;
use axum::response::Response;
use dran_service::{LineView, waited};
use dran_store::Minute;

use super::home::centre_names;
use super::page::{civil, shell, show};
use super::views::{Chart, Status, StatusAccount, StatusLine, StatusMinute};
use crate::api::day_numbers;
use crate::app::{App, Visitor};
use crate::open_data::{ACCOUNT_FILE_LINES, account_path};
use dran_core::hex;

/// How many of the newest files of the account are linked.
const FILES_SHOWN: u32 = 10;

/// `GET /status`
pub async fn status(State(app): State<App>, visitor: Visitor) -> Response {
    let day = day_numbers(&app);
    let lines: Vec<LineView> = app
        .service
        .campaigns()
        .into_iter()
        .flat_map(|view| view.lines)
        .collect();
    let sum = |number: fn(&LineView) -> u32| lines.iter().map(|line| u64::from(number(line))).sum();
    let minutes: Vec<StatusMinute> = app.service.minutes().iter().map(|minute| shown(&app, minute)).collect();
    let view = Status {
        at: civil(&app, app.service.clock().now()),
        joined: sum(|line| line.joined),
        called: sum(|line| line.called),
        booked: day.booked,
        free: day.free,
        lines: lines.iter().map(|line| status_line(&app, line)).collect(),
        chart: Chart::of(&minutes),
        account: account(&app),
        shell: shell(&app, &visitor),
    };
    show(&visitor, &view)
}

fn shown(app: &App, minute: &Minute) -> StatusMinute {
    StatusMinute {
        at: civil(app, minute.at).time(),
        numbers: [minute.joined, minute.called, minute.booked].map(u64::from),
    }
}

fn status_line(app: &App, line: &LineView) -> StatusLine {
    let now = app.service.clock().now();
    let minutes = line.waiting_since.map(|since| waited(since, now).as_secs() / 60);
    StatusLine {
        centres: centre_names(app, &line.pool.centres).join(", "),
        joined: line.joined.into(),
        called: line.called.into(),
        free: line.supply.into(),
        waited_min: minutes.and_then(|minutes| u64::try_from(minutes).ok()),
    }
}

fn account(app: &App) -> StatusAccount {
    let head = app.service.account_head();
    let files = head.lines.div_ceil(ACCOUNT_FILE_LINES);
    let file = |number: u32| {
        let from = number * ACCOUNT_FILE_LINES + 1;
        let to = (from + ACCOUNT_FILE_LINES - 1).min(head.lines);
        (u64::from(from), u64::from(to), account_path(number + 1))
    };
    StatusAccount {
        lines: head.lines.into(),
        head: hex::encode(&head.head),
        files: (files.saturating_sub(FILES_SHOWN)..files).map(file).collect(),
    }
}
