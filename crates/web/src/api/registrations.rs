//! Registering persons and verifying their contact.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use dran_core::codes::VerificationCode;
use dran_core::ids::{AttemptKey, CampaignId};
use dran_core::region::NotEntitled;
use dran_service::{NewPersons, RegisterError};
use dran_store::{Failure, ResendRefusal, VerifyRefusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Json, respond};
use crate::app::{App, Visitor};
use crate::input::{self, TypedContact, TypedPerson};
use crate::problem::{Argument, FieldProblem, Kind, Problem};
use crate::tokens;

/// One person, or a couple, with the contact they share.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationBody {
    /// The campaign.
    campaign: String,
    /// One or two.
    persons: Vec<PersonBody>,
    /// Exactly one of `mobile`, `email` and `letter`.
    contact: ContactBody,
    /// Language of messages; else the one asked for in `Accept-Language`.
    language: Option<String>,
    /// 32 hexadecimal digits chosen by the client: sent twice, registered once.
    attempt_key: Option<String>,
}

/// A person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    /// Given names; may be empty for people with one name.
    #[serde(default)]
    given_name: String,
    /// Family name; may be empty for people with one name.
    #[serde(default)]
    family_name: String,
    /// Date of birth: `1935-03-08`.
    birth_date: String,
    /// `f`, `m`, `d` or `x` (not told).
    sex: String,
    /// Postcode of residence.
    postcode: String,
    /// District of residence, where the postcode is not enough.
    #[serde(default)]
    district: String,
    /// Priority group.
    group: String,
}

/// How to reach them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBody {
    /// A mobile number.
    mobile: Option<String>,
    /// An e-mail address.
    email: Option<String>,
    /// A postal address, for who has neither; it needs no verification.
    letter: Option<LetterBody>,
}

/// A postal address; the postcode is the first person's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterBody {
    /// Street and number.
    street: String,
    /// Town.
    town: String,
}

/// A registration.
#[derive(Serialize, ToSchema)]
pub struct RegistrationAnswer {
    /// Its name in further calls.
    registration: String,
    /// Whether the contact is verified already (letters are).
    verified: bool,
}

/// A code typed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyBody {
    /// Six digits.
    pub code: String,
}

/// A new code is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResendBody {
    /// The corrected contact, if it was mistyped.
    contact: Option<ContactBody>,
}

impl PersonBody {
    fn typed(&self) -> TypedPerson {
        let mut parts = self.birth_date.splitn(3, '-');
        let mut part = || parts.next().unwrap_or_default().to_owned();
        let (birth_year, birth_month, birth_day) = (part(), part(), part());
        TypedPerson {
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            birth_day,
            birth_month,
            birth_year,
            sex: self.sex.clone(),
            postcode: self.postcode.clone(),
            district: self.district.clone(),
            group: self.group.clone(),
        }
    }
}

impl ContactBody {
    fn typed(&self) -> Option<TypedContact<'_>> {
        match (&self.mobile, &self.email, &self.letter) {
            (Some(number), None, None) => Some(TypedContact::Sms(number)),
            (None, Some(address), None) => Some(TypedContact::Email(address)),
            (None, None, Some(letter)) => Some(TypedContact::Letter {
                street: &letter.street,
                town: &letter.town,
            }),
            _ => None,
        }
    }
}

#[utoipa::path(post, path = "/api/v1/registrations", request_body = RegistrationBody, tag = "booking",
    responses((status = 201, body = RegistrationAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn register(State(app): State<App>, visitor: Visitor, Json(body): Json<RegistrationBody>) -> Response {
    let answer = async {
        app.count_registration(&visitor)?;
        let new = persons(&app, &visitor, &body)?;
        let id = app
            .service
            .register(new)
            .await
            .map_err(|error| register_problem(&visitor, error))?;
        Ok(RegistrationAnswer {
            registration: tokens::seal_registration(id, app.service.keys()),
            verified: body.contact.letter.is_some(),
        })
    };
    respond(&visitor, StatusCode::CREATED, answer.await)
}

fn persons(app: &App, visitor: &Visitor, body: &RegistrationBody) -> Answer<NewPersons> {
    let (region, today) = (app.service.region(), app.service.today());
    let mut problems = Vec::new();
    let mut persons = Vec::with_capacity(2);
    if !(1..=2).contains(&body.persons.len()) {
        problems.push(FieldProblem::new("persons", "input-persons-count"));
    }
    for (index, person) in body.persons.iter().take(2).enumerate() {
        match person.typed().parse(region, today, &format!("persons.{index}.")) {
            Ok(person) => persons.push(person),
            Err(found) => problems.extend(found.into_iter().map(in_person)),
        }
    }
    let contact = match body.contact.typed().map(|contact| contact.parse(region)) {
        Some(Ok(contact)) => Some(contact),
        Some(Err(found)) => {
            problems.extend(found.into_iter().map(in_contact));
            None
        }
        None => {
            problems.push(FieldProblem::new("contact", "input-contact-one"));
            None
        }
    };
    let language = match &body.language {
        None => Some(visitor.speaker.language().clone()),
        Some(tag) => region
            .languages
            .iter()
            .find(|language| language.as_str() == tag)
            .cloned(),
    };
    if language.is_none() {
        problems.push(FieldProblem::new("language", "input-language-unknown"));
    }
    let attempt_key = match body.attempt_key.as_deref() {
        None => Some(AttemptKey(app.service.entropy().bytes())),
        Some(text) => input::attempt_key(text),
    };
    if attempt_key.is_none() {
        problems.push(FieldProblem::new("attempt_key", "input-attempt-key"));
    }
    match (contact, language, attempt_key) {
        (Some(contact), Some(language), Some(attempt_key)) if problems.is_empty() => Ok(NewPersons {
            campaign: CampaignId::new(body.campaign.as_str()),
            persons,
            contact,
            language,
            attempt_key,
        }),
        _ => Err(problems.into()),
    }
}

/// Pages ask for the date of birth in three fields named after `birth`, calls in one.
fn in_person(problem: FieldProblem) -> FieldProblem {
    match problem.field.strip_suffix(".birth") {
        Some(person) => FieldProblem {
            field: format!("{person}.birth_date"),
            ..problem
        },
        None => problem,
    }
}

fn in_contact(problem: FieldProblem) -> FieldProblem {
    let field = match problem.field.as_str() {
        field @ ("street" | "town") => format!("contact.letter.{field}"),
        field => format!("contact.{field}"),
    };
    FieldProblem { field, ..problem }
}

/// What a refused registration is told.
fn register_problem(visitor: &Visitor, error: RegisterError) -> Problem {
    match error {
        RegisterError::UnknownCampaign => Kind::UnknownCampaign.into(),
        RegisterError::Fault(_) => Problem::from(Kind::Unavailable).retry_after(1),
        RegisterError::GroupNotServed { .. } | RegisterError::NotEntitled { .. } | RegisterError::SamePerson => {
            person_problem(visitor, &error).map_or_else(
                || Kind::NotEntitled.into(),
                |(person, problem)| {
                    vec![FieldProblem {
                        field: format!("persons.{person}.{}", problem.field),
                        ..problem
                    }]
                    .into()
                },
            )
        }
    }
}

/// Which person (from 0) a refused registration is about, and what its field is told. None if it is
/// about no person.
pub fn person_problem(visitor: &Visitor, error: &RegisterError) -> Option<(usize, FieldProblem)> {
    match *error {
        RegisterError::GroupNotServed { person } => Some((person, FieldProblem::new("group", "input-group-closed"))),
        RegisterError::NotEntitled { person, why } => {
            let (key, argument) = match why {
                NotEntitled::TooYoung { age_min } => ("input-group-too-young", age_min.to_string()),
                NotEntitled::NotYet { from } => ("input-group-not-yet", visitor.speaker.date(from)),
            };
            Some((
                person,
                FieldProblem {
                    field: "group".to_owned(),
                    key,
                    argument: Some(Argument::Text(argument)),
                },
            ))
        }
        RegisterError::SamePerson => Some((1, FieldProblem::new("family_name", "input-same-person"))),
        RegisterError::UnknownCampaign | RegisterError::Fault(_) => None,
    }
}

#[utoipa::path(post, path = "/api/v1/registrations/{id}/verify", request_body = VerifyBody, tag = "booking",
    params(("id" = String, Path, description = "The registration")),
    responses((status = 200, body = RegistrationAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn verify(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<VerifyBody>,
) -> Response {
    let answer = async {
        let registration = tokens::open_registration(&id, app.service.keys()).ok_or(Kind::UnknownRegistration)?;
        let code = VerificationCode::parse(&body.code)
            .map_err(|_| Problem::from(vec![FieldProblem::new("code", "input-code-form")]))?;
        app.service.verify(registration, &code).await.map_err(verify_problem)?;
        Ok(RegistrationAnswer {
            registration: id,
            verified: true,
        })
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

fn verify_problem(failure: Failure<VerifyRefusal>) -> Problem {
    match failure {
        Failure::Refused(VerifyRefusal::UnknownRegistration) => Kind::UnknownRegistration.into(),
        Failure::Refused(VerifyRefusal::Wrong { tries_left: 0 } | VerifyRefusal::Expired) => Kind::CodeDead.into(),
        Failure::Refused(VerifyRefusal::Wrong { tries_left }) => {
            let argument = Some(Argument::Count(tries_left));
            let field = FieldProblem {
                field: "code".to_owned(),
                key: "input-code-wrong",
                argument,
            };
            Problem {
                fields: vec![field],
                ..Problem::from(Kind::CodeWrong)
            }
        }
        Failure::Fault(_) => Problem::from(Kind::Unavailable).retry_after(1),
    }
}

#[utoipa::path(post, path = "/api/v1/registrations/{id}/code", request_body = ResendBody, tag = "booking",
    params(("id" = String, Path, description = "The registration")),
    responses((status = 200, body = RegistrationAnswer), (status = "4XX", body = crate::problem::ProblemDocument)))]
pub async fn resend(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<ResendBody>,
) -> Response {
    let answer = async {
        app.count_registration(&visitor)?;
        let registration = tokens::open_registration(&id, app.service.keys()).ok_or(Kind::UnknownRegistration)?;
        let one = || Problem::from(vec![FieldProblem::new("contact", "input-contact-one")]);
        let corrected = match &body.contact {
            None => None,
            Some(contact) => {
                let typed = contact.typed().ok_or_else(one)?;
                let parsed = typed.parse(app.service.region());
                Some(parsed.map_err(|found| Problem::from(found.into_iter().map(in_contact).collect::<Vec<_>>()))?)
            }
        };
        app.service
            .resend_code(registration, corrected.as_ref())
            .await
            .map_err(resend_problem)?;
        let verified = body.contact.is_some_and(|contact| contact.letter.is_some());
        Ok(RegistrationAnswer {
            registration: id,
            verified,
        })
    };
    respond(&visitor, StatusCode::OK, answer.await)
}

/// What is told when no new code is sent.
pub fn resend_problem(failure: Failure<ResendRefusal>) -> Problem {
    match failure {
        Failure::Refused(ResendRefusal::UnknownRegistration) => Kind::UnknownRegistration.into(),
        Failure::Refused(ResendRefusal::AlreadyVerified) => Kind::CodeDead.into(),
        Failure::Refused(ResendRefusal::TooMany) => Kind::CodeLimit.into(),
        Failure::Fault(_) => Problem::from(Kind::Unavailable).retry_after(1),
    }
}
