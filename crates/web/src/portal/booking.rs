//! Booking with a permit: person, contact, code, proposals, review. One page a question; every page
//! can be left and opened again while the permit lasts.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use dran_core::codes::VerificationCode;
use dran_core::ids::{AttemptKey, CampaignId, GroupId, RegistrationId, TicketId};
use dran_core::line::ticket::{PermitToken, Ticket};
use dran_service::{HoldError, NewPersons, RegisterError, Whereabouts};
use dran_store::{ContactRecord, Failure, HoldRefusal, Registration, ResendRefusal, VerifyRefusal};
use jiff::Timestamp;

use super::forms::{Complaints, Posted};
use super::line::persons_of;
use super::outcome;
use super::page::{Page, civil, go, page, seconds_until, set_cookie, shell, show, show_as};
use super::people::{self, PersonPage};
use super::proposals;
use super::views::{CodeForm, ContactForm, Field, Form, PersonNo, Proposals, Step, TimeLimit, TimeUp, paths};
use crate::api::{hold_problem, permit_problem, person_problem, resend_problem};
use crate::app::{App, Visitor, cookie};
use crate::input::{self, TypedContact, TypedPerson};
use crate::problem::{FieldProblem, Kind, Problem};
use crate::tokens;

/// Carries the permit; bound to the booking pages of its ticket, so that a helper can book for
/// several people in several tabs.
pub const PERMIT_COOKIE: &str = "dran_permit";
/// Carries the registration, bound likewise.
const REGISTRATION_COOKIE: &str = "dran_registration";

/// The folder of a ticket's booking pages.
pub fn booking_path(ticket: TicketId) -> String {
    format!("{}/{}-{}", paths::BOOK, ticket.line, ticket.number)
}

/// The pages of a permit.
pub fn routes() -> Router<App> {
    let at = |page: &str| format!("{}/{{handle}}{page}", paths::BOOK);
    Router::new()
        .route(&at(""), get(start))
        .route(&at("/person"), get(person_form).post(person))
        .route(&at("/kontakt"), get(contact_form).post(contact))
        .route(&at("/code"), get(code_form).post(code))
        .route(&at("/code/neu"), post(resend))
        .route(&at("/vorschlaege"), get(proposals_page).post(choose))
        .route(&at("/pruefen"), get(outcome::review_page).post(outcome::confirm))
        .route(&at("/gebucht"), get(outcome::booked_page))
}

/// What a booking page works with.
pub struct Access {
    /// The permit as signed.
    pub token: PermitToken,
    /// Where it belongs.
    pub at: Whereabouts,
    /// The registration made with it, if any.
    pub registration: Option<RegistrationId>,
    /// The folder of its pages.
    pub path: String,
}

/// The permit token of a booking page's visitor, whether it is alive or not.
pub fn permit_token(app: &App, headers: &HeaderMap, handle: &str) -> Result<PermitToken, Problem> {
    let token = cookie(headers, PERMIT_COOKIE).and_then(|text| PermitToken::open(text, app.service.keys()).ok());
    let token = token.filter(|token| booking_path(token.ticket) == format!("{}/{handle}", paths::BOOK));
    token.ok_or(Problem::from(Kind::PermitMissing))
}

/// The registration of a booking page's visitor.
pub fn registration_id(app: &App, headers: &HeaderMap) -> Option<RegistrationId> {
    cookie(headers, REGISTRATION_COOKIE).and_then(|text| tokens::open_registration(text, app.service.keys()))
}

/// Why a booking page is not shown.
pub enum NoAccess {
    /// There is no permit in the request.
    Missing(Problem),
    /// The permit is over, or has booked: the visitor is led on.
    Over(PermitToken),
}

/// Opens a booking page.
pub fn access(app: &App, headers: &HeaderMap, handle: &str) -> Result<Access, NoAccess> {
    let token = permit_token(app, headers, handle).map_err(NoAccess::Missing)?;
    let at = app.service.whereabouts(&token).ok_or(NoAccess::Over(token))?;
    Ok(Access {
        token,
        at,
        registration: registration_id(app, headers),
        path: booking_path(token.ticket),
    })
}

/// Leads a visitor on whose permit is missing or over: to the booking if there is one, else back in.
pub async fn no_access(app: &App, visitor: &Visitor, why: NoAccess) -> Response {
    let led = async {
        let token = match why {
            NoAccess::Missing(problem) => return Err(problem),
            NoAccess::Over(token) => token,
        };
        let booked = app
            .service
            .booked_by(token.ticket)
            .await
            .map_err(|_| Kind::Unavailable)?;
        if booked.is_some() {
            return Ok(go(&format!("{}/gebucht", booking_path(token.ticket))));
        }
        let ticket = ticket_of(app, &token);
        let view = TimeUp {
            shell: shell(app, visitor),
            enter: Form::to(format!("{}/{}", paths::PLACE, ticket.seal(app.service.keys()))),
            short_code: super::line::short_code(app, &ticket),
        };
        Ok(show_as(visitor, StatusCode::CONFLICT, &view))
    };
    page(app, visitor, led.await)
}

/// The ticket behind a permit; its place is the same whenever it is written.
pub fn ticket_of(app: &App, token: &PermitToken) -> Ticket {
    let PermitToken {
        ticket,
        party,
        birth_year,
    } = *token;
    Ticket {
        id: ticket,
        party,
        birth_year,
        joined_at: app.service.clock().now(),
    }
}

impl Access {
    /// Which step of how many.
    pub fn step(&self, after_persons: u64) -> Step {
        let persons = persons_of(self.token.party);
        Step {
            now: persons + after_persons,
            of: persons + 4,
        }
    }

    /// Until when the permit lasts.
    pub fn limit(&self, app: &App, just_extended: bool) -> TimeLimit {
        let permit = &self.at.permit;
        TimeLimit {
            until: civil(app, permit.expires_at),
            seconds_left: seconds_until(app, permit.expires_at),
            can_extend: permit.extensions < app.service.limits().permit_extensions_max,
            just_extended,
        }
    }

    /// Prolongs the permit if the button for it was pressed. Whether it was.
    pub async fn extend_if_asked(&mut self, app: &App, posted: &Posted) -> Result<bool, Problem> {
        if !posted.has("extend") {
            return Ok(false);
        }
        match app.service.extend(self.at.permit.ticket).await {
            Ok(permit) => {
                self.at.permit = permit;
                Ok(true)
            }
            Err(Failure::Refused(dran_store::PermitRefusal::TooManyExtensions)) => Ok(true),
            Err(failure) => Err(permit_problem(failure)),
        }
    }

    /// The registration made with this permit.
    pub async fn found(&self, app: &App) -> Result<Option<Registration>, Problem> {
        let Some(id) = self.registration else { return Ok(None) };
        let found = app.service.registration(id).await.map_err(|_| Kind::Unavailable)?;
        Ok(found.filter(|found| found.persons.len() == usize::from(self.token.party.persons())))
    }

    fn persons(&self) -> u8 {
        self.token.party.persons()
    }

    fn groups(&self, app: &App) -> Vec<GroupId> {
        app.service
            .campaign(&self.at.campaign)
            .map(|view| view.campaign.groups)
            .unwrap_or_default()
    }
}

/// `GET /buchen/{handle}`: the page where the visitor left off.
async fn start(State(app): State<App>, visitor: Visitor, Path(handle): Path<String>, headers: HeaderMap) -> Response {
    let access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
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

/// `GET /buchen/{handle}/person`
async fn person_form(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
    let shown = async {
        let known: Vec<TypedPerson> = access
            .found(&app)
            .await?
            .map(|found| found.persons.iter().map(people::typed_again).collect())
            .unwrap_or_default();
        let second = crate::app::query_value(&uri, "n").as_deref() == Some("2") && known.len() == 2;
        let number = if second { 2 } else { 1 };
        Ok(person_page(&app, &visitor, &access, number, &known, &[], false))
    };
    page(&app, &visitor, shown.await)
}

/// The page of person `number`; the others travel hidden.
fn person_page(
    app: &App,
    visitor: &Visitor,
    access: &Access,
    number: u8,
    known: &[TypedPerson],
    problems: &[FieldProblem],
    just_extended: bool,
) -> Response {
    let index = usize::from(number - 1);
    let form = Form::to(format!("{}/person", access.path)).with_hidden("n", number.to_string());
    let others = (1_u8..).zip(known).filter(|(other, _)| *other != number);
    let form = others.fold(form, |form, (other, person)| people::hide(form, person, &prefix(other)));
    let at = PersonPage {
        form,
        person: PersonNo {
            now: u64::from(number),
            of: u64::from(access.persons()),
        },
        step: Step {
            now: u64::from(number),
            ..access.step(0)
        },
        limit: access.limit(app, just_extended),
        groups: access.groups(app),
    };
    let typed = known.get(index).cloned().unwrap_or_default();
    let view = people::form(app, visitor, shell(app, visitor), at, &typed, problems);
    if problems.is_empty() {
        show(visitor, &view)
    } else {
        show_as(visitor, StatusCode::UNPROCESSABLE_ENTITY, &view)
    }
}

fn prefix(number: u8) -> String {
    format!("p{number}_")
}

/// `POST /buchen/{handle}/person`
async fn person(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let mut access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
    let number = if posted.get("n") == "2" { 2 } else { 1 };
    let known: Vec<TypedPerson> = (1..=access.persons())
        .map(|other| {
            people::typed(
                &posted,
                if other == number { String::new() } else { prefix(other) }.as_str(),
            )
        })
        .collect();
    let taken = async {
        let extended = access.extend_if_asked(&app, &posted).await?;
        if extended {
            return Ok(person_page(&app, &visitor, &access, number, &known, &[], true));
        }
        let (region, today) = (app.service.region(), app.service.today());
        if let Err(problems) = known[usize::from(number - 1)].parse(region, today, "") {
            return Ok(person_page(&app, &visitor, &access, number, &known, &problems, false));
        }
        let complete = |person: &TypedPerson| person.parse(region, today, "").is_ok();
        match (1..=access.persons()).find(|other| !complete(&known[usize::from(other - 1)])) {
            Some(next) => Ok(person_page(&app, &visitor, &access, next, &known, &[], false)),
            None => Ok(contact_page(
                &app,
                &visitor,
                &access,
                &known,
                &Posted::default(),
                &[],
                false,
            )),
        }
    };
    page(&app, &visitor, taken.await)
}

/// `GET /buchen/{handle}/kontakt`: to mend the contact of a registration.
async fn contact_form(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    headers: HeaderMap,
) -> Response {
    let access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
    let shown = async {
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        let known: Vec<TypedPerson> = found.persons.iter().map(people::typed_again).collect();
        let posted = match &found.contact {
            ContactRecord::Sms(number) => Posted::of(&[("way", "sms"), ("mobile", number)]),
            ContactRecord::Email(address) => Posted::of(&[("way", "email"), ("email", address)]),
            ContactRecord::Letter { street, town } => {
                Posted::of(&[("way", "letter"), ("street", street), ("town", town)])
            }
        };
        Ok(contact_page(&app, &visitor, &access, &known, &posted, &[], false))
    };
    page(&app, &visitor, shown.await)
}

fn contact_page(
    app: &App,
    visitor: &Visitor,
    access: &Access,
    known: &[TypedPerson],
    posted: &Posted,
    problems: &[FieldProblem],
    just_extended: bool,
) -> Response {
    let complaints = Complaints::new(problems, visitor);
    let field = |name: &'static str| Field {
        name,
        value: posted.get(name).to_owned(),
        error: complaints.about(name),
    };
    let attempt = Some(posted.get("attempt_key"))
        .filter(|key| !key.is_empty())
        .map(str::to_owned);
    let attempt = attempt.unwrap_or_else(|| input::attempt_key_text(app.service.entropy().bytes()));
    let form = Form::to(format!("{}/kontakt", access.path)).with_hidden("attempt_key", attempt);
    let form = (1_u8..).zip(known).fold(form, |form, (number, person)| {
        people::hide(form, person, &prefix(number))
    });
    let shell = shell(app, visitor);
    let way = ContactForm::way(&shell, posted.get("way"));
    let view = ContactForm {
        limit: access.limit(app, just_extended),
        step: access.step(1),
        form,
        way: super::views::Choice {
            error: complaints.about("way"),
            ..way
        },
        mobile: field("mobile"),
        email: field("email"),
        street: field("street"),
        town: field("town"),
        postcode: known.first().map(|person| person.postcode.clone()).unwrap_or_default(),
        back_href: format!("{}/person", access.path),
        shell,
    };
    if problems.is_empty() {
        show(visitor, &view)
    } else {
        show_as(visitor, StatusCode::UNPROCESSABLE_ENTITY, &view)
    }
}

/// `POST /buchen/{handle}/kontakt`: now everything is there, and the registration is made.
async fn contact(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let mut access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
    let registered = async {
        let extended = access.extend_if_asked(&app, &posted).await?;
        register(&app, &visitor, &access, &posted, extended).await
    };
    page(&app, &visitor, registered.await)
}

async fn register(app: &App, visitor: &Visitor, access: &Access, posted: &Posted, extended: bool) -> Page {
    let known: Vec<TypedPerson> = (1..=access.persons())
        .map(|number| people::typed(posted, &prefix(number)))
        .collect();
    if extended {
        return Ok(contact_page(app, visitor, access, &known, posted, &[], true));
    }
    let (region, today) = (app.service.region(), app.service.today());
    let mut persons = Vec::with_capacity(known.len());
    for (number, person) in (1_u8..).zip(&known) {
        match person.parse(region, today, "") {
            Ok(person) => persons.push(person),
            Err(problems) => return Ok(person_page(app, visitor, access, number, &known, &problems, false)),
        }
    }
    let typed = match posted.get("way") {
        "sms" => Ok(TypedContact::Sms(posted.get("mobile"))),
        "email" => Ok(TypedContact::Email(posted.get("email"))),
        "letter" => Ok(TypedContact::Letter {
            street: posted.get("street"),
            town: posted.get("town"),
        }),
        _ => Err(vec![FieldProblem::new("way", "input-way-missing")]),
    };
    let contact = match typed.and_then(|typed| typed.parse(region)) {
        Ok(contact) => contact,
        Err(problems) => return Ok(contact_page(app, visitor, access, &known, posted, &problems, false)),
    };
    app.count_registration(visitor)?;
    // A key that came back changed is no key: a fresh one only loses the protection against a double
    // click, never a registration.
    let key = input::attempt_key(posted.get("attempt_key"));
    let attempt_key = key.unwrap_or_else(|| AttemptKey(app.service.entropy().bytes()));
    let campaign: CampaignId = access.at.campaign.clone();
    let language = visitor.speaker.language().clone();
    let by_letter = posted.get("way") == "letter";
    let id = match app
        .service
        .register(NewPersons {
            campaign,
            persons,
            contact,
            language,
            attempt_key,
        })
        .await
    {
        Ok(id) => id,
        Err(RegisterError::UnknownCampaign) => return Err(Kind::UnknownCampaign.into()),
        Err(RegisterError::Fault(_)) => return Err(Problem::from(Kind::Unavailable).retry_after(1)),
        Err(error) => {
            let Some((person, problem)) = person_problem(visitor, &error) else {
                return Err(Kind::NotEntitled.into());
            };
            let number = u8::try_from(person + 1).unwrap_or(1);
            return Ok(person_page(app, visitor, access, number, &known, &[problem], false));
        }
    };
    let next = if by_letter { "vorschlaege" } else { "code" };
    let mut response = go(&format!("{}/{next}", access.path));
    let token = tokens::seal_registration(id, app.service.keys());
    set_cookie(&mut response, REGISTRATION_COOKIE, &token, &access.path, None);
    Ok(response)
}

/// `GET /buchen/{handle}/code`
async fn code_form(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
    let sent_again = crate::app::query_value(&uri, "neu").is_some();
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
    let (by_sms, sent_to) = match &registration.contact {
        ContactRecord::Sms(number) => (true, masked(number, 4)),
        ContactRecord::Email(address) => (false, masked_email(address)),
        ContactRecord::Letter { .. } => (false, String::new()),
    };
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
async fn code(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let mut access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
    let verified = async {
        let extended = access.extend_if_asked(&app, &posted).await?;
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        if extended {
            return Ok(code_page(&app, &visitor, &access, &found, &posted, &[], (false, true)));
        }
        app.count_guess(&visitor)?;
        let problem = match VerificationCode::parse(posted.get("code")) {
            Err(_) if posted.get("code").trim().is_empty() => FieldProblem::new("code", "input-code-missing"),
            Err(_) => FieldProblem::new("code", "input-code-form"),
            Ok(code) => match app.service.verify(found.id, &code).await {
                Ok(()) => return Ok(go(&format!("{}/vorschlaege", access.path))),
                Err(Failure::Fault(_)) => return Err(Problem::from(Kind::Unavailable).retry_after(1)),
                Err(Failure::Refused(VerifyRefusal::Wrong { tries_left })) if tries_left > 0 => FieldProblem {
                    argument: Some(tries_left.to_string()),
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
async fn resend(State(app): State<App>, visitor: Visitor, Path(handle): Path<String>, headers: HeaderMap) -> Response {
    let access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
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
async fn proposals_page(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
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
    let found = app.service.proposals(&access.at, &wishes, &registration.persons);
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

/// `POST /buchen/{handle}/vorschlaege`: holds what was chosen.
async fn choose(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let mut access = match access(&app, &headers, &handle) {
        Ok(access) => access,
        Err(why) => return no_access(&app, &visitor, why).await,
    };
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
        match app.service.hold(&access.at, &key, &found.persons).await {
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
