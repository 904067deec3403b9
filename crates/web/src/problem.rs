//! Problems: every refusal and fault that a call or a page can end in.
//!
//! One list serves the API (RFC 9457 problem documents) and the pages (the problem page): the same
//! kind, the same status, the same words in the visitor's language. Texts are
//! `refusal-<kind>-title` and `refusal-<kind>-detail` in `refusals.ftl`.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use dran_i18n::Speaker;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong. The name in kebab case is the stable end of the problem's `type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The request cannot be read (broken JSON, wrong types, bad encoding).
    Malformed,
    /// Fields are missing or wrong; `errors` says which.
    InvalidFields,
    /// There is nothing at this address.
    NotFound,
    /// The address does not answer this method.
    MethodNotAllowed,
    /// The body is larger than any form can be.
    TooLarge,
    /// More tries than a person makes.
    TooManyRequests,
    /// The form came from another site.
    ForeignForm,
    /// There is no campaign of that name.
    UnknownCampaign,
    /// The campaign takes no more people.
    CampaignClosed,
    /// The campaign is not open to this person.
    NotEntitled,
    /// The ticket or short code is not one of ours.
    TicketInvalid,
    /// The ticket is not called yet.
    NotCalled,
    /// Called, but every permit is in use for the moment.
    NoFreePermit,
    /// Nothing is left to book for this ticket now.
    BeyondSupply,
    /// The ticket has booked already.
    AlreadyBooked,
    /// There is no permit in the call, or it is not one of ours.
    PermitMissing,
    /// The permit's time is over; the turn is kept.
    PermitOver,
    /// The permit was prolonged as often as allowed.
    PermitExtended,
    /// The registration is unknown.
    UnknownRegistration,
    /// The verification code is wrong.
    CodeWrong,
    /// The verification code was tried too often or is too old.
    CodeDead,
    /// No more codes are sent for this registration.
    CodeLimit,
    /// The contact is not verified yet.
    NotVerified,
    /// Somebody else was faster with this place.
    SlotJustWent,
    /// The proposal cannot be booked by this person or party.
    ProposalInvalid,
    /// What was held is over.
    HoldOver,
    /// This person has a series already.
    PersonHasSeries,
    /// There is no such booking code, or the date of birth is another.
    UnknownBooking,
    /// The booking is cancelled.
    BookingCancelled,
    /// The service cannot do it right now; nothing was changed.
    Unavailable,
    /// Nobody can book for a while; nothing was changed.
    ReadOnly,
    /// Whether it was done is not known yet; the same sent again tells.
    OutcomeUnknown,
    /// The ticket has no contact.
    NoContact,
    /// More joins from one network than people make; says when the next is taken.
    JoinsPaced,
    /// Work is asked for before joining and was not done, and many of this network came without it.
    WorkMissing,
    /// The role or token does not have the right.
    NotAllowed,
    /// The call of a program has no token, or one that is not good.
    TokenInvalid,
}

impl Kind {
    /// The stable name: the end of the problem's `type` and the middle of its text keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::InvalidFields => "invalid-fields",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::TooLarge => "too-large",
            Self::TooManyRequests => "too-many-requests",
            Self::ForeignForm => "foreign-form",
            Self::UnknownCampaign => "unknown-campaign",
            Self::CampaignClosed => "campaign-closed",
            Self::NotEntitled => "not-entitled",
            Self::TicketInvalid => "ticket-invalid",
            Self::NotCalled => "not-called",
            Self::NoFreePermit => "no-free-permit",
            Self::BeyondSupply => "beyond-supply",
            Self::AlreadyBooked => "already-booked",
            Self::PermitMissing => "permit-missing",
            Self::PermitOver => "permit-over",
            Self::PermitExtended => "permit-extended",
            Self::UnknownRegistration => "unknown-registration",
            Self::CodeWrong => "code-wrong",
            Self::CodeDead => "code-dead",
            Self::CodeLimit => "code-limit",
            Self::NotVerified => "not-verified",
            Self::SlotJustWent => "slot-just-went",
            Self::ProposalInvalid => "proposal-invalid",
            Self::HoldOver => "hold-over",
            Self::PersonHasSeries => "person-has-series",
            Self::UnknownBooking => "unknown-booking",
            Self::BookingCancelled => "booking-cancelled",
            Self::Unavailable => "unavailable",
            Self::ReadOnly => "read-only",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::NoContact => "no-contact",
            Self::JoinsPaced => "joins-paced",
            Self::WorkMissing => "work-missing",
            Self::NotAllowed => "not-allowed",
            Self::TokenInvalid => "token-invalid",
        }
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::InvalidFields | Self::CodeWrong | Self::ProposalInvalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound
            | Self::NoContact
            | Self::UnknownCampaign
            | Self::TicketInvalid
            | Self::UnknownRegistration
            | Self::UnknownBooking => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests | Self::CodeLimit | Self::JoinsPaced | Self::WorkMissing => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::ForeignForm | Self::NotEntitled | Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::PermitMissing | Self::PermitOver | Self::TokenInvalid => StatusCode::UNAUTHORIZED,
            Self::CampaignClosed
            | Self::NotCalled
            | Self::NoFreePermit
            | Self::BeyondSupply
            | Self::AlreadyBooked
            | Self::PermitExtended
            | Self::NotVerified
            | Self::CodeDead
            | Self::SlotJustWent
            | Self::HoldOver
            | Self::PersonHasSeries
            | Self::BookingCancelled => StatusCode::CONFLICT,
            Self::Unavailable | Self::ReadOnly | Self::OutcomeUnknown => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Every kind, for the tests of texts and documents.
    pub const ALL: [Self; 37] = [
        Self::Malformed,
        Self::InvalidFields,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::TooManyRequests,
        Self::ForeignForm,
        Self::UnknownCampaign,
        Self::CampaignClosed,
        Self::NotEntitled,
        Self::TicketInvalid,
        Self::NotCalled,
        Self::NoFreePermit,
        Self::BeyondSupply,
        Self::AlreadyBooked,
        Self::PermitMissing,
        Self::PermitOver,
        Self::PermitExtended,
        Self::UnknownRegistration,
        Self::CodeWrong,
        Self::CodeDead,
        Self::CodeLimit,
        Self::NotVerified,
        Self::SlotJustWent,
        Self::ProposalInvalid,
        Self::HoldOver,
        Self::PersonHasSeries,
        Self::UnknownBooking,
        Self::BookingCancelled,
        Self::Unavailable,
        Self::ReadOnly,
        Self::OutcomeUnknown,
        Self::NoContact,
        Self::JoinsPaced,
        Self::WorkMissing,
        Self::NotAllowed,
        Self::TokenInvalid,
    ];
}

/// What a text about a field names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Stands as it is.
    Text(String),
    /// Chooses between singular and plural.
    Count(u32),
}

/// A problem with one field of a form or call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name as sent: `birth_year`, `persons.0.family_name`.
    pub field: String,
    /// The key of the text that says what is wrong and what to write.
    pub key: &'static str,
    /// What the text names: a limit, a date.
    pub argument: Option<Argument>,
}

impl FieldProblem {
    /// A problem whose text names nothing.
    pub fn new(field: impl Into<String>, key: &'static str) -> Self {
        Self {
            field: field.into(),
            key,
            argument: None,
        }
    }

    /// The text in the visitor's language.
    pub fn text(&self, speaker: &Speaker) -> String {
        match &self.argument {
            Some(Argument::Text(text)) => speaker.text_with(self.key, &[("value", text.as_str().into())]),
            Some(Argument::Count(count)) => speaker.text_with(self.key, &[("value", (*count).into())]),
            None => speaker.text(self.key),
        }
    }
}

/// A problem on its way to the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What went wrong.
    pub kind: Kind,
    /// The fields at fault.
    pub fields: Vec<FieldProblem>,
    /// When to ask again.
    pub retry_after_s: Option<u64>,
    /// Where the ticket stands, for refusals of `enter`.
    pub state: Option<&'static str>,
    /// The receipt of what may have been booked.
    pub receipt: Option<String>,
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            fields: Vec::new(),
            retry_after_s: None,
            state: None,
            receipt: None,
        }
    }
}

impl From<Vec<FieldProblem>> for Problem {
    fn from(fields: Vec<FieldProblem>) -> Self {
        Self {
            kind: Kind::InvalidFields,
            fields,
            retry_after_s: None,
            state: None,
            receipt: None,
        }
    }
}

impl Problem {
    /// Tells when to ask again.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Tells where the ticket stands.
    pub fn with_state(mut self, state: &'static str) -> Self {
        self.state = Some(state);
        self
    }

    /// Tells the receipt of what may have been booked.
    pub fn with_receipt(mut self, receipt: String) -> Self {
        self.receipt = Some(receipt);
        self
    }

    /// The heading, in the visitor's language.
    pub fn title(&self, speaker: &Speaker) -> String {
        speaker.text(&format!("refusal-{}-title", self.kind.name()))
    }

    /// What happened, what is kept and what to do, in the visitor's language.
    pub fn detail(&self, speaker: &Speaker) -> String {
        let seconds = self.retry_after_s.unwrap_or_default();
        let receipt = self.receipt.as_deref().unwrap_or("none");
        speaker.text_with(
            &format!("refusal-{}-detail", self.kind.name()),
            &[("seconds", seconds.into()), ("receipt", receipt.into())],
        )
    }

    /// The problem document of RFC 9457.
    pub fn document(&self, speaker: &Speaker) -> Response {
        let document = ProblemDocument {
            r#type: format!("/problems/{}", self.kind.name()),
            title: self.title(speaker),
            status: self.kind.status().as_u16(),
            detail: self.detail(speaker),
            state: self.state.map(str::to_owned),
            receipt: self.receipt.clone(),
            errors: self
                .fields
                .iter()
                .map(|field| FieldError {
                    field: field.field.clone(),
                    detail: field.text(speaker),
                })
                .collect(),
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.kind.status();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(language) = HeaderValue::from_str(speaker.language().as_str()) {
            headers.insert(header::CONTENT_LANGUAGE, language);
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == Kind::Unavailable {
            response.extensions_mut().insert(NothingSaved);
        }
        response
    }
}

/// On a response that says that something could not be saved: the guard says instead that nobody can book, when that
/// is so.
#[derive(Clone, Copy)]
pub struct NothingSaved;

/// A problem document (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct ProblemDocument {
    /// Stable name of the problem, relative to this service: `/problems/slot-just-went`.
    r#type: String,
    /// Short heading in the language asked for.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened, what is kept, and what to do.
    detail: String,
    /// Where the ticket stands, when `enter` was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// The receipt, when it is not known whether it was booked: send the same again.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// One field at fault.
#[derive(Serialize, ToSchema)]
pub struct FieldError {
    /// The field's name as sent.
    field: String,
    /// What is wrong and what to write instead.
    detail: String,
}
