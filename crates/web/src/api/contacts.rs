//! The contact of a ticket: who leaves one is told before the turn and at the call.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use dran_core::codes::VerificationCode;
use dran_core::contact::Contact;
use dran_core::line::ticket::Ticket;
use dran_service::{LeaveContactError, PlaceHolder};
use dran_store::{Failure, LeaveContactRefusal, VerifyContactRefusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::registrations::VerifyBody;
use super::{Answer, Json, respond};
use crate::app::{App, Visitor};
use crate::input::{self, TypedContact};
use crate::problem::{Argument, FieldProblem, Kind, Problem};

/// A contact for a ticket: exactly one of `mobile` and `email`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketContactBody {
    /// A mobile number.
    mobile: Option<String>,
    /// An e-mail address.
    email: Option<String>,
    /// Whose place it is, where the operator asks for one place per person. A second ticket of the
    /// same line with the same contact and person then folds into the first.
    person: Option<PlacePersonBody>,
}

/// Whose place it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacePersonBody {
    /// Given names; may be empty for people with one name.
    #[serde(default)]
    given_name: String,
    /// Family name; may be empty for people with one name.
    #[serde(default)]
    family_name: String,
    /// Date of birth: `1935-03-08`. Of a couple, the older person's.
    birth_date: String,
}

/// How the contact of a ticket stands.
#[derive(Serialize, ToSchema)]
pub struct TicketContactAnswer {
    /// Whether its code was typed in; nothing is sent before.
    verified: bool,
    /// Whether the ticket now stands together with an earlier one of the same person.
    folded: bool,
}

/// A withdrawn contact.
#[derive(Serialize, ToSchema)]
pub struct WithdrawnAnswer {
    /// Whether there was one.
    deleted: bool,
}

/// A contact that was read, with whose place it is.
pub struct ReadContact {
    contact: Contact,
    holder: Option<PlaceHolder>,
}

/// Reads a contact; complaints name fields below `prefix` (`contact.`).
///
/// # Errors
/// One problem per field that cannot be taken.
pub fn read_contact(app: &App, body: &TicketContactBody, prefix: &str) -> Answer<ReadContact> {
    let typed = match (&body.mobile, &body.email) {
        (Some(number), None) => Ok(TypedContact::Sms(number)),
        (None, Some(address)) => Ok(TypedContact::Email(address)),
        _ => Err(vec![FieldProblem::new("mobile", "input-contact-mobile-or-email")]),
    };
    let contact = typed.and_then(|typed| typed.parse(app.service.region()));
    let holder = match (&body.person, app.service.limits().one_place_per_person) {
        (_, false) => Ok(None),
        (None, true) => Err(vec![FieldProblem::new("person", "input-place-person")]),
        (Some(person), true) => {
            let mut parts = person.birth_date.splitn(3, '-');
            let mut part = || parts.next().unwrap_or_default();
            let (year, month, day) = (part(), part(), part());
            let today = app.service.today();
            input::place_holder(&person.given_name, &person.family_name, (day, month, year), today)
                .map(Some)
                .map_err(|problems| problems.into_iter().map(in_person).collect())
        }
    };
    match (contact, holder) {
        (Ok(contact), Ok(holder)) => Ok(ReadContact { contact, holder }),
        (contact, holder) => {
            let problems = [contact.err(), holder.err()].into_iter().flatten().flatten();
            let below = |problem: FieldProblem| FieldProblem {
                field: format!("{prefix}{}", problem.field),
                ..problem
            };
            Err(problems.map(below).collect::<Vec<_>>().into())
        }
    }
}

fn in_person(problem: FieldProblem) -> FieldProblem {
    let field = match problem.field.as_str() {
        "birth" => "birth_date",
        field => field,
    };
    FieldProblem {
        field: format!("person.{field}"),
        ..problem
    }
}

/// Leaves a contact on a ticket.
///
/// # Errors
/// When too many codes were asked for, or the ticket waits for nothing any more.
pub async fn leave(
    app: &App,
    visitor: &Visitor,
    ticket: &Ticket,
    ReadContact { contact, holder }: &ReadContact,
) -> Answer<TicketContactAnswer> {
    app.count_code(visitor, contact)?;
    let language = visitor.speaker.language();
    let left = app
        .service
        .leave_contact(ticket, contact, holder.as_ref(), language)
        .await;
    left.map_err(leave_contact_problem)?;
    let known = app.service.ticket_contact(ticket.id).await;
    let known = known.map_err(|_| Problem::from(Kind::Unavailable).retry_after(1))?;
    Ok(TicketContactAnswer {
        verified: known.is_some_and(|known| known.verified_at.is_some()),
        folded: false,
    })
}

/// What a contact that is not taken is told.
pub fn leave_contact_problem(error: LeaveContactError) -> Problem {
    let refusal = match error {
        LeaveContactError::ByLetter => {
            return vec![FieldProblem::new("mobile", "input-contact-mobile-or-email")].into();
        }
        LeaveContactError::PersonMissing => return vec![FieldProblem::new("person", "input-place-person")].into(),
        LeaveContactError::Store(Failure::Fault(_)) => return Problem::from(Kind::Unavailable).retry_after(1),
        LeaveContactError::Store(Failure::Refused(refusal)) => refusal,
    };
    match refusal {
        LeaveContactRefusal::UnknownTicket => Kind::TicketInvalid.into(),
        LeaveContactRefusal::Closed => Kind::CampaignClosed.into(),
        LeaveContactRefusal::Done => Problem::from(Kind::AlreadyBooked).with_state("done"),
        LeaveContactRefusal::TooMany => Kind::CodeLimit.into(),
    }
}

#[utoipa::path(put, path = "/api/v1/line/{ticket}/contact", request_body = TicketContactBody, tag = "line",
    params(("ticket" = String, Path, description = "The ticket")),
    responses((status = 200, body = TicketContactAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn put(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    Json(body): Json<TicketContactBody>,
) -> Response {
    let answer = async {
        let ticket = app.service.open_ticket(&token).ok_or(Kind::TicketInvalid)?;
        let contact = read_contact(&app, &body, "")?;
        leave(&app, &visitor, &ticket, &contact).await
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

#[utoipa::path(post, path = "/api/v1/line/{ticket}/contact/verify", request_body = VerifyBody, tag = "line",
    params(("ticket" = String, Path, description = "The ticket")),
    responses((status = 200, body = TicketContactAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn verify(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    Json(body): Json<VerifyBody>,
) -> Response {
    let answer = async {
        let ticket = app.service.open_ticket(&token).ok_or(Kind::TicketInvalid)?;
        let code = VerificationCode::parse(&body.code)
            .map_err(|_| Problem::from(vec![FieldProblem::new("code", "input-code-form")]))?;
        let folded = app.service.verify_contact(ticket.id, &code).await;
        Ok(TicketContactAnswer {
            verified: true,
            folded: folded.map_err(verify_problem)?,
        })
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

fn verify_problem(failure: Failure<VerifyContactRefusal>) -> Problem {
    match failure {
        Failure::Refused(VerifyContactRefusal::NoContact) => Kind::NoContact.into(),
        Failure::Refused(VerifyContactRefusal::Wrong { tries_left: 0 } | VerifyContactRefusal::Expired) => {
            Kind::CodeDead.into()
        }
        Failure::Refused(VerifyContactRefusal::Wrong { tries_left }) => Problem {
            fields: vec![FieldProblem {
                argument: Some(Argument::Count(tries_left)),
                ..FieldProblem::new("code", "input-code-wrong")
            }],
            ..Problem::from(Kind::CodeWrong)
        },
        Failure::Fault(_) => Problem::from(Kind::Unavailable).retry_after(1),
    }
}

#[utoipa::path(delete, path = "/api/v1/line/{ticket}/contact", tag = "line",
    params(("ticket" = String, Path, description = "The ticket")),
    responses((status = 200, body = WithdrawnAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn withdraw(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Response {
    let answer = async {
        let ticket = app.service.open_ticket(&token).ok_or(Kind::TicketInvalid)?;
        let deleted = app.service.withdraw_contact(ticket.id).await;
        let deleted = deleted.map_err(|_| Problem::from(Kind::Unavailable).retry_after(1))?;
        Ok(WithdrawnAnswer { deleted })
    };
    respond(&visitor, StatusCode::OK, answer.await)
}
