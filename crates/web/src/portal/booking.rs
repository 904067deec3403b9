//! Booking with a permit: code and proposals; person and contact before them, review after them are
//! beside. One page a question; every page can be left and opened again while the permit lasts.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use dran_core::codes::VerificationCode;
use dran_service::{Claim, HoldError};
use dran_store::{ContactRecord, Failure, HoldRefusal, Registration, ResendRefusal, VerifyRefusal};
use jiff::Timestamp;

use super::access::Access;
use super::forms::{Complaints, Posted};
use super::line::persons_of;
use super::page::{civil, go, page, shell, show, show_as};
use super::views::{CodeForm, Field, Form, Proposals, paths};
use super::{outcome, proposals, registration};
use crate::api::{hold_problem, resend_problem};
use crate::app::{App, Visitor, query_value};
use crate::problem::{Argument, FieldProblem, Kind, Problem};

/// The pages of a permit.
pub fn routes() -> Router<App> {
    let at = |page: &str| format!("{}/{{handle}}{page}", paths::BOOK);
    Router::new()
        .route(&at(""), get(start))
        .route(
            &at("/person"),
            get(registration::person_form).post(registration::person),
        )
        .route(
            &at("/kontakt"),
            get(registration::contact_form).post(registration::contact),
        )
        .route(&at("/code"), get(code_form).post(code))
        .route(&at("/code/neu"), post(resend))
        .route(&at("/vorschlaege"), get(proposals_page).post(choose))
        .route(&at("/pruefen"), get(outcome::review_page).post(outcome::confirm))
        .route(&at("/gebucht"), get(outcome::booked_page))
}

/// `GET /buchen/{handle}`: the page where the visitor left off.
async fn start(State(app): State<App>, visitor: Visitor, access: Access) -> Response {
    let next = async {
        let registration = access.found(&app).await?;
        let held = app
            .service
            .held(access.token.ticket)
            .await
            .map_err(|_| Kind::Unavailable)?;
        let page = match registration {
            None => "person",
            Some(registration) if registration.verified_at.is_none() => "code",
            Some(_) if held.is_some() => "pruefen",
            Some(_) => "vorschlaege",
        };
        Ok(go(&format!("{}/{page}", access.path)))
    };
    page(&app, &visitor, next.await)
}

/// `GET /buchen/{handle}/code`
async fn code_form(State(app): State<App>, visitor: Visitor, access: Access, uri: Uri) -> Response {
    let sent_again = query_value(&uri, "neu").is_some();
    let shown = async {
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        if found.verified_at.is_some() {
            return Ok(go(&format!("{}/vorschlaege", access.path)));
        }
        Ok(code_page(
            &app,
            &visitor,
            &access,
            &found,
            &Posted::default(),
            &[],
            (sent_again, false),
        ))
    };
    page(&app, &visitor, shown.await)
}

fn code_page(
    app: &App,
    visitor: &Visitor,
    access: &Access,
    registration: &Registration,
    posted: &Posted,
    problems: &[FieldProblem],
    (sent_again, just_extended): (bool, bool),
) -> Response {
    let more = registration.codes_sent < app.service.limits().code_sends_max;
    let (by_sms, sent_to) = sent_to(&registration.contact);
    let view = CodeForm {
        shell: shell(app, visitor),
        limit: access.limit(app, just_extended),
        step: access.step(2),
        form: Form::to(format!("{}/code", access.path)),
        code: Field {
            name: "code",
            value: posted.get("code").to_owned(),
            error: Complaints::new(problems, visitor).about("code"),
        },
        by_sms,
        sent_to,
        valid_until: civil(app, code_end(app, access)),
        sent_again,
        resend: more.then(|| Form::to(format!("{}/code/neu", access.path))),
        correct_href: format!("{}/kontakt", access.path),
    };
    if problems.is_empty() {
        show(visitor, &view)
    } else {
        show_as(visitor, StatusCode::UNPROCESSABLE_ENTITY, &view)
    }
}

/// Until when a code is good: as long as the permit can last. What is shown is the earliest it can be.
fn code_end(app: &App, access: &Access) -> Timestamp {
    access.at.permit.entered_at + app.service.limits().code_duration()
}

/// Whether a code goes by SMS, and where it goes, masked.
pub fn sent_to(contact: &ContactRecord) -> (bool, String) {
    match contact {
        ContactRecord::Sms(number) => (true, masked(number, 4)),
        ContactRecord::Email(address) => (false, masked_email(address)),
        ContactRecord::Letter { .. } => (false, String::new()),
    }
}

/// A number of which only the last characters are shown.
fn masked(text: &str, shown: usize) -> String {
    let from = text
        .char_indices()
        .rev()
        .nth(shown.saturating_sub(1))
        .map_or(0, |(at, _)| at);
    format!("••• {}", &text[from..])
}

/// An address of which only the first character and the server are shown.
fn masked_email(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => format!("{}•••@{domain}", local.chars().next().unwrap_or('•')),
        None => "•••".to_owned(),
    }
}

/// `POST /buchen/{handle}/code`
async fn code(State(app): State<App>, visitor: Visitor, mut access: Access, posted: Posted) -> Response {
    let verified = async {
        let extended = access.extend_if_asked(&app, &posted).await?;
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        if extended {
            return Ok(code_page(&app, &visitor, &access, &found, &posted, &[], (false, true)));
        }
        let problem = match VerificationCode::parse(posted.get("code")) {
            Err(_) if posted.get("code").trim().is_empty() => FieldProblem::new("code", "input-code-missing"),
            Err(_) => FieldProblem::new("code", "input-code-form"),
            Ok(code) => match app.service.verify(found.id, &code).await {
                Ok(()) => return Ok(go(&format!("{}/vorschlaege", access.path))),
                Err(Failure::Fault(_)) => return Err(Problem::from(Kind::Unavailable).retry_after(1)),
                Err(Failure::Refused(VerifyRefusal::Wrong { tries_left })) if tries_left > 0 => FieldProblem {
                    argument: Some(Argument::Count(tries_left)),
                    ..FieldProblem::new("code", "input-code-wrong")
                },
                Err(Failure::Refused(_)) => FieldProblem::new("code", "input-code-dead"),
            },
        };
        Ok(code_page(
            &app,
            &visitor,
            &access,
            &found,
            &posted,
            &[problem],
            (false, false),
        ))
    };
    page(&app, &visitor, verified.await)
}

/// `POST /buchen/{handle}/code/neu`
async fn resend(State(app): State<App>, visitor: Visitor, access: Access) -> Response {
    let sent = async {
        app.count_registration(&visitor)?;
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        match app.service.resend_code(found.id, None).await {
            Ok(()) => Ok(go(&format!("{}/code?neu=1", access.path))),
            Err(Failure::Refused(ResendRefusal::AlreadyVerified)) => Ok(go(&format!("{}/vorschlaege", access.path))),
            Err(Failure::Refused(ResendRefusal::TooMany)) => {
                let problem = FieldProblem::new("code", "input-code-limit");
                let posted = Posted::default();
                Ok(code_page(
                    &app,
                    &visitor,
                    &access,
                    &found,
                    &posted,
                    &[problem],
                    (false, false),
                ))
            }
            Err(failure) => Err(resend_problem(failure)),
        }
    };
    page(&app, &visitor, sent.await)
}

/// `GET /buchen/{handle}/vorschlaege`
async fn proposals_page(State(app): State<App>, visitor: Visitor, access: Access, uri: Uri) -> Response {
    let query = Posted::parse(uri.query().unwrap_or_default());
    let shown = async {
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        if found.verified_at.is_none() {
            return Ok(go(&format!("{}/code", access.path)));
        }
        let options = ProposalOptions {
            just_went: query.has("vergeben"),
            ..ProposalOptions::default()
        };
        Ok(proposal_page(&app, &visitor, &access, &found, &query, options))
    };
    page(&app, &visitor, shown.await)
}

#[derive(Default)]
struct ProposalOptions {
    just_went: bool,
    just_extended: bool,
    choice_error: Option<&'static str>,
    chosen: String,
}

fn proposal_page(
    app: &App,
    visitor: &Visitor,
    access: &Access,
    registration: &Registration,
    query: &Posted,
    options: ProposalOptions,
) -> Response {
    let shell = shell(app, visitor);
    let path = format!("{}/vorschlaege", access.path);
    let (wishes, preferences) = proposals::preferences(app, &shell, visitor, &path, &access.at.centres, query);
    let found = app.service.proposals(&access.at, &wishes, &claims(registration));
    let view = Proposals {
        limit: access.limit(app, options.just_extended),
        step: access.step(3),
        persons: persons_of(access.token.party),
        form: proposals::carry(Form::to(path), query),
        proposals: found
            .iter()
            .map(|proposal| proposals::card(app, proposal, &options.chosen))
            .collect(),
        choice_error: options.choice_error.map(|key| visitor.speaker.text(key)),
        just_went: options.just_went,
        preferences,
        shell,
    };
    let wrong = options.choice_error.is_some();
    let status = match (options.just_went, wrong) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, false) => StatusCode::OK,
    };
    show_as(visitor, status, &view)
}

/// What the persons of a registration may have.
fn claims(registration: &Registration) -> Vec<Claim> {
    registration.persons.iter().map(Claim::from).collect()
}

/// `POST /buchen/{handle}/vorschlaege`: holds what was chosen.
async fn choose(State(app): State<App>, visitor: Visitor, mut access: Access, posted: Posted) -> Response {
    let held = async {
        let just_extended = access.extend_if_asked(&app, &posted).await?;
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        let chosen = posted.get("proposal").to_owned();
        let again = |options: ProposalOptions| proposal_page(&app, &visitor, &access, &found, &posted, options);
        if just_extended {
            return Ok(again(ProposalOptions {
                just_extended,
                chosen,
                ..ProposalOptions::default()
            }));
        }
        let wrong = |key| ProposalOptions {
            choice_error: Some(key),
            ..ProposalOptions::default()
        };
        let key = match chosen.parse() {
            Ok(key) => key,
            Err(_) if chosen.is_empty() => return Ok(again(wrong("input-proposal-missing"))),
            Err(_) => return Ok(again(wrong("input-proposal-invalid"))),
        };
        match app.service.hold(&access.at, &key, &claims(&found)).await {
            Ok(_) => Ok(go(&format!("{}/pruefen", access.path))),
            Err(HoldError::Store(Failure::Refused(HoldRefusal::SlotJustWent))) => Ok(again(ProposalOptions {
                just_went: true,
                ..ProposalOptions::default()
            })),
            Err(HoldError::NotForThisTicket | HoldError::Store(Failure::Refused(HoldRefusal::UnknownSlot))) => {
                Ok(again(wrong("input-proposal-invalid")))
            }
            Err(error) => Err(hold_problem(error)),
        }
    };
    page(&app, &visitor, held.await)
}
