//! Review, and the end: BOOKED or NOT BOOKED. Only where the database went away in the commit and did not come
//! back is neither known yet: then that is said, with the receipt, and the next page knows.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use dran_core::codes::{BookingCode, Receipt};
use dran_core::ids::{AttemptKey, HoldId};
use dran_core::line::ticket::PermitToken;
use dran_service::{Chosen, ConfirmError};
use dran_store::{ConfirmRefusal, ContactRecord, Failure, Registration, Series};

use super::access::{self, Access, booking_path, permit_token, registration_id, ticket_of};
use super::forms::Posted;
use super::line::short_code;
use super::manage;
use super::page::{Page, go, page, problem_page, set_cookie, shell, show, show_as};
use super::proposals::{place, series_card, vaccine_name, visits};
use super::views::{Booked, Form, NotBooked, NotBookedReason, Review, ReviewContact, ReviewPerson, paths};
use crate::app::{App, Visitor, cookie};
use crate::input;
use crate::problem::{Kind, Problem};

/// `GET /buchen/{handle}/pruefen`
pub async fn review_page(State(app): State<App>, visitor: Visitor, access: Access) -> Response {
    let shown = async {
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        let held = app
            .service
            .held(access.token.ticket)
            .await
            .map_err(|_| Kind::Unavailable)?;
        let Some(chosen) = held else {
            return Ok(go(&format!("{}/vorschlaege", access.path)));
        };
        let key = input::attempt_key_text(app.service.entropy().bytes());
        Ok(review(&app, &visitor, &access, &found, &chosen, &key, false))
    };
    page(&app, &visitor, shown.await)
}

fn review(
    app: &App,
    visitor: &Visitor,
    access: &Access,
    registration: &Registration,
    chosen: &Chosen,
    attempt_key: &str,
    just_extended: bool,
) -> Response {
    let language = visitor.speaker.language();
    let persons = registration.persons.iter().zip(&chosen.slots).enumerate();
    let persons = persons.map(|(index, (person, slot))| ReviewPerson {
        name: format!("{} {}", person.given_name, person.family_name)
            .trim()
            .to_owned(),
        birth: person.birth_date,
        postcode: person.postcode.clone(),
        group: app
            .service
            .region()
            .group(&person.group)
            .map_or_else(|| person.group.to_string(), |group| group.name.get(language).to_owned()),
        visits: visits(app, std::iter::once(slot.first).chain(slot.second)),
        change_href: format!("{}/person?n={}", access.path, index + 1),
    });
    let first = chosen.slots.first();
    let view = Review {
        shell: shell(app, visitor),
        limit: access.limit(app, just_extended),
        step: access.step(4),
        form: Form::to(format!("{}/pruefen", access.path))
            .with_hidden("attempt_key", attempt_key)
            .with_hidden("hold", chosen.hold.id.to_string()),
        persons: persons.collect(),
        contact: review_contact(
            &registration.contact,
            registration.persons.first().map(|person| &*person.postcode),
        ),
        place: first.map(|slot| place(app, &slot.centre)).unwrap_or_default(),
        vaccine: first.map(|slot| vaccine_name(app, &slot.vaccine)).unwrap_or_default(),
        change_time_href: format!("{}/vorschlaege", access.path),
        change_contact_href: format!("{}/kontakt", access.path),
    };
    show(visitor, &view)
}

/// Where a confirmation goes, as pages show it.
pub fn review_contact(contact: &ContactRecord, postcode: Option<&str>) -> ReviewContact {
    match contact {
        ContactRecord::Sms(number) => ReviewContact::Sms(number.clone()),
        ContactRecord::Email(address) => ReviewContact::Email(address.clone()),
        ContactRecord::Letter { street, town } => {
            let town = format!("{} {town}", postcode.unwrap_or_default());
            ReviewContact::Letter(vec![street.clone(), town.trim().to_owned()])
        }
    }
}

/// `POST /buchen/{handle}/pruefen`: the binding click. A permit that has just booked may send it
/// again: the attempt key answers the same booking.
pub async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let confirmed = async {
        let token = permit_token(&app, &headers, &handle)?;
        if posted.has("extend")
            && let Ok(mut access) = access::access(&app, &headers, &handle).await
        {
            return prolong(&app, &visitor, &mut access, &posted).await;
        }
        let attempt_key = input::attempt_key(posted.get("attempt_key"));
        let hold = posted.get("hold").parse().ok().map(HoldId);
        let (Some(attempt_key), Some(hold)) = (attempt_key, hold) else {
            return Ok(go(&format!("{}/pruefen", booking_path(token.ticket))));
        };
        Ok(book(&app, &visitor, &headers, &token, hold, attempt_key).await)
    };
    page(&app, &visitor, confirmed.await)
}

async fn prolong(app: &App, visitor: &Visitor, access: &mut Access, posted: &Posted) -> Page {
    access.extend_if_asked(app, posted).await?;
    let found = access.found(app).await?;
    let held = app
        .service
        .held(access.token.ticket)
        .await
        .map_err(|_| Kind::Unavailable)?;
    match (found, held) {
        (Some(found), Some(chosen)) => Ok(review(
            app,
            visitor,
            access,
            &found,
            &chosen,
            posted.get("attempt_key"),
            true,
        )),
        _ => Ok(go(&access.path)),
    }
}

async fn book(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    token: &PermitToken,
    hold: HoldId,
    attempt_key: AttemptKey,
) -> Response {
    let path = booking_path(token.ticket);
    let Some(registration) = registration_id(app, headers) else {
        return go(&path);
    };
    let error = match app.service.confirm(token.ticket, hold, registration, attempt_key).await {
        Ok(_) => return known(go(&format!("{path}/gebucht")), headers, &path),
        Err(error) => error,
    };
    if let Some(receipt) = in_question(headers, &error) {
        tracing::error!("whether a booking was made is not known yet");
        return being_checked(app, visitor, receipt, &path);
    }
    let is_known = !matches!(error, ConfirmError::Store(Failure::Fault(_)));
    let (reason, next) = match error {
        ConfirmError::NotForThisPerson { .. } => (NotBookedReason::SlotJustWent, "/vorschlaege"),
        ConfirmError::Store(Failure::Refused(refusal)) => match refusal {
            ConfirmRefusal::HoldOver => {
                // A booking made by another tab ends the hold as well: then it is booked.
                if matches!(app.service.booked_by(token.ticket).await, Ok(Some(_))) {
                    return go(&format!("{path}/gebucht"));
                }
                (NotBookedReason::HoldOver, "")
            }
            ConfirmRefusal::NotVerified => (NotBookedReason::NotVerified, "/code"),
            ConfirmRefusal::PersonHasSeries { person } => (has_series(app, registration, person).await, ""),
            ConfirmRefusal::UnknownRegistration | ConfirmRefusal::WrongParty => (NotBookedReason::HoldOver, ""),
            ConfirmRefusal::CodeTaken => (NotBookedReason::Fault, "/pruefen"),
        },
        ConfirmError::Store(Failure::Fault(fault)) => {
            tracing::error!(%fault, "a booking was not made");
            (NotBookedReason::Fault, "/pruefen")
        }
        ConfirmError::Unknown { receipt } => return being_checked(app, visitor, receipt, &path),
    };
    let status = match reason {
        NotBookedReason::Fault => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::CONFLICT,
    };
    let next_href = match reason {
        NotBookedReason::PersonHasSeries { .. } => paths::MANAGE.to_owned(),
        _ => format!("{path}{next}"),
    };
    let kept = !matches!(reason, NotBookedReason::PersonHasSeries { .. });
    let view = NotBooked {
        shell: shell(app, visitor),
        reason,
        next_href,
        short_code: kept.then(|| short_code(app, &ticket_of(app, token))),
    };
    let response = show_as(visitor, status, &view);
    if is_known {
        known(response, headers, &path)
    } else {
        response
    }
}

/// Carries the receipt of a booking that is being checked to whichever node is asked next.
const RECEIPT_COOKIE: &str = "dran_receipt";

/// The receipt of a booking of which nobody knows whether it was made: after a fault, this node remembers it, or the
/// visitor was told by another one.
fn in_question(headers: &HeaderMap, error: &ConfirmError) -> Option<String> {
    match error {
        ConfirmError::Unknown { receipt } => Some(receipt.clone()),
        ConfirmError::Store(Failure::Fault(_)) => {
            let told = cookie(headers, RECEIPT_COOKIE).and_then(|told| Receipt::parse(told).ok());
            told.map(|receipt| receipt.to_string())
        }
        _ => None,
    }
}

/// The page that says so, and where to look.
fn being_checked(app: &App, visitor: &Visitor, receipt: String, path: &str) -> Response {
    let problem = Problem::from(Kind::OutcomeUnknown).with_receipt(receipt.clone());
    let mut response = problem_page(app, visitor, &problem, Some(format!("{path}/gebucht")));
    set_cookie(&mut response, RECEIPT_COOKIE, &receipt, path, None);
    response
}

/// Now it is known: no later fault brings the receipt up again.
fn known(mut response: Response, headers: &HeaderMap, path: &str) -> Response {
    if cookie(headers, RECEIPT_COOKIE).is_some() {
        set_cookie(&mut response, RECEIPT_COOKIE, "", path, Some(0));
    }
    response
}

async fn has_series(app: &App, registration: dran_core::ids::RegistrationId, person: usize) -> NotBookedReason {
    let found = app.service.registration(registration).await.ok().flatten();
    let name = found.and_then(|found| found.persons.into_iter().nth(person));
    let name = name.map_or_else(String::new, |person| {
        format!("{} {}", person.given_name, person.family_name)
    });
    NotBookedReason::PersonHasSeries {
        name: name.trim().to_owned(),
    }
}

/// `GET /buchen/{handle}/gebucht`: BOOKED, as often as it is opened.
pub async fn booked_page(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    headers: HeaderMap,
) -> Response {
    let shown = async {
        let token = permit_token(&app, &headers, &handle)?;
        let path = booking_path(token.ticket);
        let booked = match app.service.booked_by(token.ticket).await {
            Ok(booked) => booked,
            Err(error) => {
                if let Some(receipt) = in_question(&headers, &error) {
                    return Ok(being_checked(&app, &visitor, receipt, &path));
                }
                // Whoever looks here has sent a binding click: whether it was carried out is just what is not known.
                let unknown = Problem::from(Kind::OutcomeUnknown).retry_after(1);
                return Ok(problem_page(&app, &visitor, &unknown, Some(format!("{path}/gebucht"))));
            }
        };
        let Some(booked) = booked else {
            return Ok(known(go(&path), &headers, &path));
        };
        let contact = booked.series.first().map(|series: &Series| &series.contact);
        let postcode = booked.series.first().map(|series| &*series.person.postcode);
        let contact = contact.map(|contact| review_contact(contact, postcode));
        let view = Booked {
            shell: shell(&app, &visitor),
            series: booked.series.iter().map(|series| series_card(&app, series)).collect(),
            contact: contact.unwrap_or(ReviewContact::Letter(Vec::new())),
            print_href: format!("{path}/gebucht"),
            manage_href: match &booked.series[..] {
                [only] => manage::path_of(&only.booking_code),
                _ => paths::MANAGE.to_owned(),
            },
        };
        let mut response = show(&visitor, &view);
        for code in booked
            .series
            .iter()
            .filter_map(|series| BookingCode::parse(&series.booking_code).ok())
        {
            manage::renew(&app, &mut response, &code);
        }
        Ok(known(response, &headers, &path))
    };
    page(&app, &visitor, shown.await)
}
