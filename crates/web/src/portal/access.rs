//! Who may see a booking page: the permit in its cookie, and where a visitor without one is led.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use dran_core::ids::{GroupId, RegistrationId, TicketId};
use dran_core::line::ticket::{PermitToken, Ticket};
use dran_service::Whereabouts;
use dran_store::{Failure, PermitRefusal, Registration};

use super::forms::Posted;
use super::line::{persons_of, short_code};
use super::page::{civil, go, page, seconds_until, shell, show_as};
use super::views::{Form, Step, TimeLimit, TimeUp, paths};
use crate::api::permit_problem;
use crate::app::{App, Visitor, cookie};
use crate::problem::{Kind, Problem};
use crate::tokens;

/// Carries the permit; bound to the booking pages of its ticket, so that a helper can book for
/// several people in several tabs.
pub const PERMIT_COOKIE: &str = "dran_permit";
/// Carries the registration, bound likewise.
pub const REGISTRATION_COOKIE: &str = "dran_registration";

/// The folder of a ticket's booking pages.
pub fn booking_path(ticket: TicketId) -> String {
    format!("{}/{}-{}", paths::BOOK, ticket.line, ticket.number)
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

/// Opens a booking page: a handler that takes an [`Access`] is only reached with a permit that is alive.
impl FromRequestParts<App> for Access {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, app).await;
        let handle = Path::<String>::from_request_parts(parts, app).await;
        let handle = handle.map_err(IntoResponse::into_response)?.0;
        match access(app, &parts.headers, &handle).await {
            Ok(access) => Ok(access),
            Err(why) => Err(no_access(app, &visitor, why).await),
        }
    }
}

pub async fn access(app: &App, headers: &HeaderMap, handle: &str) -> Result<Access, NoAccess> {
    let token = permit_token(app, headers, handle).map_err(NoAccess::Missing)?;
    let known = app.service.whereabouts(&token).await;
    let known = known.map_err(|_| NoAccess::Missing(Kind::Unavailable.into()))?;
    let at = known.ok_or(NoAccess::Over(token))?;
    Ok(Access {
        token,
        at,
        registration: registration_id(app, headers),
        path: booking_path(token.ticket),
    })
}

/// Leads a visitor on whose permit is missing or over: to the booking if there is one, else back in.
async fn no_access(app: &App, visitor: &Visitor, why: NoAccess) -> Response {
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
            short_code: short_code(app, &ticket),
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
            Err(Failure::Refused(PermitRefusal::TooManyExtensions)) => Ok(true),
            Err(failure) => Err(permit_problem(failure)),
        }
    }

    /// The registration made with this permit.
    pub async fn found(&self, app: &App) -> Result<Option<Registration>, Problem> {
        let Some(id) = self.registration else { return Ok(None) };
        let found = app.service.registration(id).await.map_err(|_| Kind::Unavailable)?;
        Ok(found.filter(|found| found.persons.len() == usize::from(self.token.party.persons())))
    }

    /// One or two persons.
    pub fn persons(&self) -> u8 {
        self.token.party.persons()
    }

    /// The priority groups its campaign is open to.
    pub fn groups(&self, app: &App) -> Vec<GroupId> {
        app.service
            .campaign(&self.at.campaign)
            .map(|view| view.campaign.groups)
            .unwrap_or_default()
    }
}
