//! Looking people up: by booking code, receipt, phone number, or name and date of birth. One field tells which.

use axum::http::StatusCode;
use dran_core::codes::{BookingCode, Receipt};
use dran_core::phone::PhoneNumber;
use dran_store::{Callback, FoundPeople, FoundPerson, Search, SeriesState};

use super::bar::bar;
use super::screen::spoken;
use crate::input::{self, date_parts};
use crate::portal::forms::Complaints;
use crate::portal::line::short_code;
use crate::portal::page::{Page, shell, show_as};
use crate::portal::proposals::visits;
use crate::portal::views::{Field, Shell};
use crate::problem::FieldProblem;
use crate::staff::call::{Call, Desk, unavailable};
use crate::staff::own::form;
use crate::staff::page;
use crate::staff::views::{DeskFound, DeskSearch, paths};

/// `GET /desk/suche`
pub async fn search_form(call: Call<Desk>) -> Page {
    Ok(show(&call, &[], None).await)
}

/// `POST /desk/suche`: posted, so that nobody's name stands in an address.
pub async fn search(call: Call<Desk>) -> Page {
    let asked = match asked(&call) {
        Ok(asked) => asked,
        Err(problem) => return Ok(show(&call, &[problem], None).await),
    };
    let found = call.app.staff.search(call.who.actor(), asked).await;
    let found = found.map_err(|_| unavailable())?;
    Ok(show(&call, &[], Some(found)).await)
}

/// What is looked for, told by its form: codes carry check characters, and no number has letters.
fn asked(call: &Call<Desk>) -> Result<Search, FieldProblem> {
    let q = call.posted.get("q").trim();
    if q.is_empty() {
        return Err(FieldProblem::new("q", "desk-error-search"));
    }
    if let Ok(code) = BookingCode::parse(q) {
        return Ok(Search::Code(code.as_str().to_owned()));
    }
    if let Ok(receipt) = Receipt::parse(q) {
        return Ok(Search::Receipt(receipt.to_string()));
    }
    let service = &call.app.app.service;
    if !q.chars().any(char::is_alphabetic) {
        let phone = PhoneNumber::parse(q, service.region().country);
        return phone
            .map(Search::Phone)
            .map_err(|_| FieldProblem::new("q", "desk-error-phone"));
    }
    let [day, month, year] = date_parts(call.posted.get("birth"));
    let birth = input::birth_date(&day, &month, &year, service.today())?;
    Ok(Search::Name {
        family_name: q.to_owned(),
        birth_date: birth.date(),
    })
}

async fn show(call: &Call<Desk>, problems: &[FieldProblem], found: Option<FoundPeople>) -> axum::response::Response {
    let (complaints, shell) = (
        Complaints::new(problems, &call.visitor),
        shell(&call.app.app, &call.visitor),
    );
    let field = |name: &'static str| Field {
        name,
        value: call.posted.get(name).trim().to_owned(),
        error: complaints.about(name),
    };
    let (q, birth) = (field("q"), field("birth"));
    let more = found.as_ref().is_some_and(|found| found.more);
    let rows = found.map(|found| {
        let people = found.people.iter().map(|person| person_row(call, &shell, person));
        let callbacks = found
            .callbacks
            .iter()
            .map(|callback| callback_row(call, &shell, callback));
        people.chain(callbacks).collect::<Vec<_>>()
    });
    let opens = rows.iter().flatten().any(|row| row.href.is_some());
    let focus = match (&birth.error, opens) {
        (Some(_), _) => "birth",
        (None, true) => "",
        (None, false) => "q",
    };
    let view = DeskSearch {
        who: Some(page::who(&call.visitor, &call.who)),
        bar: bar(call).await,
        form: form(&call.who, paths::DESK_SEARCH),
        q,
        birth,
        found: rows,
        more,
        focus,
        shell,
    };
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    show_as(&call.visitor, status, &view)
}

fn person_row(call: &Call<Desk>, shell: &Shell, found: &FoundPerson) -> DeskFound {
    let standing = match &found.series {
        None => shell.t("desk-found-registered"),
        Some(series) => {
            let spoken = spoken(shell, &visits(&call.app.app, series.starts.iter().copied()));
            match series.state {
                SeriesState::Booked => spoken,
                SeriesState::Cancelled => shell.tv("desk-found-cancelled", "visits", &spoken),
            }
        }
    };
    let href = found.series.as_ref();
    DeskFound {
        href: href.map(|series| paths::desk_series(paths::DESK_SERIES, &series.booking_code)),
        name: format!("{} {}", found.person.given_name, found.person.family_name)
            .trim()
            .to_owned(),
        birth: shell.birth_date(&found.person.birth_date),
        standing,
    }
}

fn callback_row(call: &Call<Desk>, shell: &Shell, callback: &Callback) -> DeskFound {
    let state = shell.t(&format!("desk-callback-{}", callback.state.word()));
    let code = short_code(&call.app.app, &callback.whole_ticket());
    DeskFound {
        href: None,
        name: callback.phone.as_str().to_owned(),
        birth: callback.birth_year.to_string(),
        standing: shell.tv2("desk-found-callback", "state", &state, "code", &code),
    }
}
