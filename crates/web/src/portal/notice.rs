//! A message when it is one's turn: a contact is left on a ticket, verified, changed, withdrawn. One
//! address for all of it; the contact itself stands in no address.

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use dran_core::codes::VerificationCode;
use dran_core::line::ticket::Ticket;
use dran_store::{Failure, TicketContact, VerifyContactRefusal};

use super::booking::sent_to;
use super::forms::{Complaints, Posted};
use super::page::{Page, civil, go, page, shell, show, show_as};
use super::views::{Choice, DateField, Field, Form, NoticeCode, NoticeContact, NoticeSet, PlacePerson, paths};
use crate::api::leave_contact_problem;
use crate::app::{App, Visitor, query_value};
use crate::input::{self, TypedContact};
use crate::problem::{Argument, FieldProblem, Kind, Problem};

/// The waiting page of a ticket.
fn place(token: &str) -> String {
    format!("{}/{token}", paths::PLACE)
}

/// The page of a ticket's messages.
pub fn notice_path(token: &str) -> String {
    format!("{}/nachricht", place(token))
}

/// `GET /platz/{ticket}/nachricht`
pub async fn show_notice(State(app): State<App>, visitor: Visitor, Path(token): Path<String>, uri: Uri) -> Response {
    let asked = |name: &str| query_value(&uri, name).is_some();
    let shown = async {
        let ticket = app.service.open_ticket(&token).ok_or(Kind::TicketInvalid)?;
        let known = app.service.ticket_contact(ticket.id).await;
        Ok(match known.map_err(|_| Kind::Unavailable)? {
            Some(known) if !asked("neu") && known.verified_at.is_some() => {
                show(&visitor, &set_view(&app, &visitor, &token, &known, asked("zusammen")))
            }
            Some(known) if !asked("neu") => {
                let again = asked("gesendet");
                show(&visitor, &code_view(&app, &visitor, &token, &known, "", None, again))
            }
            _ => {
                let deleted = asked("geloescht");
                let view = contact_view(&app, &visitor, &token, &Posted::default(), &[], deleted);
                show(&visitor, &view)
            }
        })
    };
    page(&app, &visitor, shown.await)
}

/// `POST /platz/{ticket}/nachricht`: `what` says which step.
pub async fn change_notice(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    posted: Posted,
) -> Response {
    let changed = async {
        let ticket = app.service.open_ticket(&token).ok_or(Kind::TicketInvalid)?;
        match posted.get("what") {
            "code" => code(&app, &visitor, &token, &ticket, &posted).await,
            "resend" => resend(&app, &visitor, &token, &ticket).await,
            "withdraw" => withdraw(&app, &token, &ticket).await,
            _ => contact(&app, &visitor, &token, &ticket, &posted).await,
        }
    };
    page(&app, &visitor, changed.await)
}

async fn contact(app: &App, visitor: &Visitor, token: &str, ticket: &Ticket, posted: &Posted) -> Page {
    let typed = match posted.get("way") {
        "sms" => Ok(TypedContact::Sms(posted.get("mobile"))),
        "email" => Ok(TypedContact::Email(posted.get("email"))),
        _ => Err(vec![FieldProblem::new("way", "input-way-missing")]),
    };
    let contact = typed.and_then(|typed| typed.parse(app.service.region()));
    let holder = app.service.limits().one_place_per_person.then(|| {
        let get = |name| posted.get(name);
        let birth = (get("birth_day"), get("birth_month"), get("birth_year"));
        input::place_holder(get("given_name"), get("family_name"), birth, app.service.today())
    });
    let holder = holder.transpose();
    let (contact, holder) = match (contact, holder) {
        (Ok(contact), Ok(holder)) => (contact, holder),
        (contact, holder) => {
            let problems = [contact.err(), holder.err()];
            let problems: Vec<FieldProblem> = problems.into_iter().flatten().flatten().collect();
            let view = contact_view(app, visitor, token, posted, &problems, false);
            return Ok(show_as(visitor, StatusCode::UNPROCESSABLE_ENTITY, &view));
        }
    };
    app.count_code(visitor, &contact)?;
    let language = visitor.speaker.language();
    app.service
        .leave_contact(ticket, &contact, holder.as_ref(), language)
        .await
        .map_err(leave_contact_problem)?;
    Ok(go(&notice_path(token)))
}

async fn code(app: &App, visitor: &Visitor, token: &str, ticket: &Ticket, posted: &Posted) -> Page {
    let typed = posted.get("code");
    let problem = match VerificationCode::parse(typed) {
        Err(_) if typed.trim().is_empty() => FieldProblem::new("code", "input-code-missing"),
        Err(_) => FieldProblem::new("code", "input-code-form"),
        Ok(code) => match app.service.verify_contact(ticket.id, &code).await {
            Ok(true) => return Ok(go(&format!("{}?zusammen=1", notice_path(token)))),
            Ok(false) | Err(Failure::Refused(VerifyContactRefusal::NoContact)) => return Ok(go(&notice_path(token))),
            Err(Failure::Fault(_)) => return Err(Problem::from(Kind::Unavailable).retry_after(1)),
            Err(Failure::Refused(VerifyContactRefusal::Wrong { tries_left })) if tries_left > 0 => FieldProblem {
                argument: Some(Argument::Count(tries_left)),
                ..FieldProblem::new("code", "input-code-wrong")
            },
            Err(Failure::Refused(_)) => FieldProblem::new("code", "input-code-dead"),
        },
    };
    let known = app.service.ticket_contact(ticket.id).await;
    let Some(known) = known.map_err(|_| Kind::Unavailable)? else {
        return Ok(go(&notice_path(token)));
    };
    let view = code_view(app, visitor, token, &known, typed, Some(&problem), false);
    Ok(show_as(visitor, StatusCode::UNPROCESSABLE_ENTITY, &view))
}

async fn resend(app: &App, visitor: &Visitor, token: &str, ticket: &Ticket) -> Page {
    app.count_registration(visitor)?;
    let sent = app.service.resend_contact_code(ticket).await;
    sent.map_err(leave_contact_problem)?;
    Ok(go(&format!("{}?gesendet=1", notice_path(token))))
}

async fn withdraw(app: &App, token: &str, ticket: &Ticket) -> Page {
    let withdrawn = app.service.withdraw_contact(ticket.id).await;
    withdrawn.map_err(|_| Problem::from(Kind::Unavailable).retry_after(1))?;
    Ok(go(&format!("{}?geloescht=1", notice_path(token))))
}

fn lead_minutes(app: &App) -> u64 {
    app.service.limits().notice_lead.as_secs() / 60
}

fn contact_view(
    app: &App,
    visitor: &Visitor,
    token: &str,
    posted: &Posted,
    problems: &[FieldProblem],
    deleted: bool,
) -> NoticeContact {
    let complaints = Complaints::new(problems, visitor);
    let field = |name| Field {
        name,
        value: posted.get(name).to_owned(),
        error: complaints.about(name),
    };
    let get = |name| posted.get(name);
    let birth = DateField::filled("birth", get("birth_day"), get("birth_month"), get("birth_year"));
    let shell = shell(app, visitor);
    NoticeContact {
        form: Form::to(notice_path(token)).with_hidden("what", "contact"),
        deleted,
        lead_minutes: lead_minutes(app),
        way: Choice {
            error: complaints.about("way"),
            ..NoticeContact::way(&shell, get("way"))
        },
        mobile: field("mobile"),
        email: field("email"),
        person: app.service.limits().one_place_per_person.then(|| PlacePerson {
            given_name: field("given_name"),
            family_name: field("family_name"),
            birth: DateField {
                error: complaints.about("birth"),
                ..birth
            },
        }),
        place_href: place(token),
        shell,
    }
}

fn code_view(
    app: &App,
    visitor: &Visitor,
    token: &str,
    known: &TicketContact,
    typed: &str,
    problem: Option<&FieldProblem>,
    sent_again: bool,
) -> NoticeCode {
    let (by_sms, sent_to) = sent_to(&known.contact);
    let more = known.codes_sent < app.service.limits().code_sends_max;
    let here = notice_path(token);
    NoticeCode {
        shell: shell(app, visitor),
        form: Form::to(&here).with_hidden("what", "code"),
        code: Field {
            name: "code",
            value: typed.to_owned(),
            error: problem.map(|problem| problem.text(&visitor.speaker)),
        },
        by_sms,
        sent_to,
        valid_until: civil(app, known.code_valid_until),
        sent_again,
        resend: more.then(|| Form::to(&here).with_hidden("what", "resend")),
        change_href: format!("{here}?neu=1"),
        place_href: place(token),
    }
}

fn set_view(app: &App, visitor: &Visitor, token: &str, known: &TicketContact, folded: bool) -> NoticeSet {
    let (by_sms, sent_to) = sent_to(&known.contact);
    let here = notice_path(token);
    NoticeSet {
        shell: shell(app, visitor),
        by_sms,
        sent_to,
        lead_minutes: lead_minutes(app),
        folded,
        withdraw: Form::to(&here).with_hidden("what", "withdraw"),
        change_href: format!("{here}?neu=1"),
        place_href: place(token),
    }
}
