//! Person and contact: what was typed travels hidden from page to page, and only a complete
//! registration is stored.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use dran_core::ids::{AttemptKey, CampaignId};
use dran_service::{NewPersons, RegisterError};
use dran_store::ContactRecord;

use super::access::{Access, REGISTRATION_COOKIE};
use super::forms::{Complaints, Posted};
use super::page::{Page, go, page, set_cookie, shell, show, show_as};
use super::people::{self, PersonPage};
use super::views::{Choice, ContactForm, Field, Form, PersonNo, Step};
use crate::api::person_problem;
use crate::app::{App, Visitor, query_value};
use crate::input::{self, TypedContact, TypedPerson};
use crate::problem::{FieldProblem, Kind, Problem};
use crate::tokens;

/// `GET /buchen/{handle}/person`
pub async fn person_form(State(app): State<App>, visitor: Visitor, access: Access, uri: Uri) -> Response {
    let shown = async {
        let known: Vec<TypedPerson> = access
            .found(&app)
            .await?
            .map(|found| found.persons.iter().map(people::typed_again).collect())
            .unwrap_or_default();
        let second = query_value(&uri, "n").as_deref() == Some("2") && known.len() == 2;
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

/// The persons of a form, in their order; the one the page is about has plain field names.
///
/// Who lives at a postcode that no list knows has chosen a district when joining: it is the pool's.
fn typed_persons(app: &App, access: &Access, posted: &Posted, page_of: Option<u8>) -> Vec<TypedPerson> {
    let typed = |number: u8| {
        let prefix = if page_of == Some(number) {
            String::new()
        } else {
            prefix(number)
        };
        let mut person = people::typed(posted, &prefix);
        let known = input::postcode(&person.postcode).map(|postcode| app.service.region().districts_of(&postcode));
        if known.is_ok_and(|districts| districts.is_empty()) {
            person.district = access.at.districts.first().map(ToString::to_string).unwrap_or_default();
        }
        person
    };
    (1..=access.persons()).map(typed).collect()
}

/// A contact as a form shows it again after it was stored.
fn contact_again(contact: &ContactRecord) -> Posted {
    match contact {
        ContactRecord::Sms(number) => Posted::of(&[("way", "sms"), ("mobile", number)]),
        ContactRecord::Email(address) => Posted::of(&[("way", "email"), ("email", address)]),
        ContactRecord::Letter { street, town } => Posted::of(&[("way", "letter"), ("street", street), ("town", town)]),
    }
}

fn prefix(number: u8) -> String {
    format!("p{number}_")
}

/// `POST /buchen/{handle}/person`
pub async fn person(State(app): State<App>, visitor: Visitor, mut access: Access, posted: Posted) -> Response {
    let number = if posted.get("n") == "2" { 2 } else { 1 };
    let known = typed_persons(&app, &access, &posted, Some(number));
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
            None => {
                let stored = access.found(&app).await?.map(|found| contact_again(&found.contact));
                Ok(contact_page(
                    &app,
                    &visitor,
                    &access,
                    &known,
                    &stored.unwrap_or_default(),
                    &[],
                    false,
                ))
            }
        }
    };
    page(&app, &visitor, taken.await)
}

/// `GET /buchen/{handle}/kontakt`: to mend the contact of a registration.
pub async fn contact_form(State(app): State<App>, visitor: Visitor, access: Access) -> Response {
    let shown = async {
        let Some(found) = access.found(&app).await? else {
            return Ok(go(&format!("{}/person", access.path)));
        };
        let known: Vec<TypedPerson> = found.persons.iter().map(people::typed_again).collect();
        let posted = contact_again(&found.contact);
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
        way: Choice {
            error: complaints.about("way"),
            ..way
        },
        mobile: field("mobile"),
        email: field("email"),
        street: field("street"),
        town: field("town"),
        postcode: known.first().map(|person| person.postcode.clone()).unwrap_or_default(),
        shell,
    };
    if problems.is_empty() {
        show(visitor, &view)
    } else {
        show_as(visitor, StatusCode::UNPROCESSABLE_ENTITY, &view)
    }
}

/// `POST /buchen/{handle}/kontakt`: now everything is there, and the registration is made.
pub async fn contact(State(app): State<App>, visitor: Visitor, mut access: Access, posted: Posted) -> Response {
    let registered = async {
        let extended = access.extend_if_asked(&app, &posted).await?;
        register(&app, &visitor, &access, &posted, extended).await
    };
    page(&app, &visitor, registered.await)
}

async fn register(app: &App, visitor: &Visitor, access: &Access, posted: &Posted, extended: bool) -> Page {
    let known = typed_persons(app, access, posted, None);
    if extended {
        return Ok(contact_page(app, visitor, access, &known, posted, &[], true));
    }
    if posted.has("back") {
        return Ok(person_page(app, visitor, access, 1, &known, &[], false));
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
