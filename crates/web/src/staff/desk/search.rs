//! Looking people up: by booking code, receipt, phone number, or name and date of birth. One field tells which.

use axum::http::StatusCode;
use dran_core::campaign::CampaignState;
use dran_core::codes::{BookingCode, Receipt};
use dran_core::ids::CampaignId;
use dran_core::phone::PhoneNumber;
use dran_core::phone::callback::CallbackState;
use dran_core::region::Postcode;
use dran_store::{Callback, ContactRecord, FoundPeople, FoundPerson, Search, SeriesState};
use jiff::civil::Date;

use super::bar::bar;
use super::screen::spoken;
use crate::input::{self, date_parts};
use crate::portal::forms::Complaints;
use crate::portal::line::short_code;
use crate::portal::page::{Page, shell, show_as};
use crate::portal::proposals::visits;
use crate::portal::views::{Field, Form, Shell};
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

/// What is looked for, told by its form: codes carry check characters, and no number has letters. A name of as many
/// letters as a code has passes for one by chance, once in thirty: with a date of birth beside it, it is a name.
fn asked(call: &Call<Desk>) -> Result<Search, FieldProblem> {
    let q = call.posted.get("q").trim();
    if q.is_empty() {
        return Err(FieldProblem::new("q", "desk-error-search"));
    }
    let is_name = !call.posted.get("birth").trim().is_empty() && !q.contains(|c: char| c.is_ascii_digit());
    if !is_name {
        if let Ok(code) = BookingCode::parse(q) {
            return Ok(Search::Code(code.as_str().to_owned()));
        }
        if let Ok(receipt) = Receipt::parse(q) {
            return Ok(Search::Receipt(receipt.to_string()));
        }
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
    let opens = rows.iter().flatten().any(DeskFound::opens);
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
    let may_book = href.is_none_or(|series| series.state == SeriesState::Cancelled);
    DeskFound {
        href: href.map(|series| paths::desk_series(paths::DESK_SERIES, &series.booking_code)),
        book: may_book.then(|| begin(call, &of_person(call, found))),
        name: format!("{} {}", found.person.given_name, found.person.family_name)
            .trim()
            .to_owned(),
        birth: shell.birth_date(&found.person.birth_date),
        standing,
    }
}

/// A call that begins with what is known: its first part, with nothing to be typed again.
fn begin(call: &Call<Desk>, known: &[(&'static str, String)]) -> Form {
    let form = form(&call.who, paths::DESK).with_hidden("to", "who");
    let known = known.iter().filter(|(_, value)| !value.is_empty());
    known.fold(form, |form, (name, value)| form.with_hidden(*name, value))
}

/// Whether anybody can still join a campaign.
fn is_open(call: &Call<Desk>, campaign: &CampaignId) -> bool {
    let view = call.app.app.service.campaign(campaign);
    view.is_some_and(|view| view.state != CampaignState::Closed)
}

/// What a registration tells of a call. A campaign that is over is not gone on with, and a district is told where the
/// postcode does not tell it.
fn of_person(call: &Call<Desk>, found: &FoundPerson) -> Vec<(&'static str, String)> {
    let person = &found.person;
    let campaign = is_open(call, &found.campaign).then(|| found.campaign.to_string());
    let region = call.app.app.service.region();
    let told = Postcode::parse(&person.postcode).is_ok_and(|code| region.districts_of(&code).len() == 1);
    let district = (!told).then(|| person.district.to_string());
    let mut known = vec![
        ("campaign", campaign.unwrap_or_default()),
        ("postcode", person.postcode.clone()),
        ("district", district.unwrap_or_default()),
        ("group", person.group.to_string()),
        ("birth", typed_date(person.birth_date)),
        ("family_name", person.family_name.clone()),
        ("given_name", person.given_name.clone()),
        ("sex", person.sex.to_string()),
        ("language", found.language.to_string()),
    ];
    known.extend(match &found.contact {
        ContactRecord::Sms(to) => vec![("contact", to.clone()), ("phone", to.clone())],
        ContactRecord::Email(to) => vec![("contact", to.clone())],
        ContactRecord::Letter { street, town } => vec![("street", street.clone()), ("town", town.clone())],
    });
    known
}

/// What a call-back tells of a call: its ticket is the place, so that nobody waits twice.
fn of_callback(call: &Call<Desk>, callback: &Callback) -> Vec<(&'static str, String)> {
    vec![
        ("campaign", callback.campaign.to_string()),
        ("postcode", callback.postcode.clone().unwrap_or_default()),
        ("phone", callback.phone.as_str().to_owned()),
        ("code", short_code(&call.app.app, &callback.whole_ticket())),
        ("language", callback.language.to_string()),
    ]
}

/// A date of birth as an agent types it.
fn typed_date(date: Date) -> String {
    format!("{:02}{:02}{:04}", date.day(), date.month(), date.year())
}

fn callback_row(call: &Call<Desk>, shell: &Shell, callback: &Callback) -> DeskFound {
    let state = shell.t(&format!("desk-callback-{}", callback.state.word()));
    let code = short_code(&call.app.app, &callback.whole_ticket());
    // Of a call-back that was made nobody knows here whether it ended with a booking; an agent who has one rings.
    let may_book = matches!(
        callback.state,
        CallbackState::Waiting | CallbackState::Due | CallbackState::GivenUp
    ) && is_open(call, &callback.campaign);
    DeskFound {
        href: None,
        book: may_book.then(|| begin(call, &of_callback(call, callback))),
        name: callback.phone.as_str().to_owned(),
        birth: callback.birth_year.to_string(),
        standing: shell.tv2("desk-found-callback", "state", &state, "code", &code),
    }
}
