//! `/api/v1`: everything a page does, for programs. Problems are RFC 9457 documents.

mod availability;
mod bookings;
mod contacts;
mod line;
mod openapi;
mod registrations;

use axum::Router;
use axum::extract::FromRequest;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, patch, post, put};
use dran_core::line::ticket::PermitToken;
use dran_service::Whereabouts;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::{App, Visitor};
use crate::body;
use crate::problem::{Kind, Problem};

pub(crate) use availability::day_numbers;
pub(crate) use bookings::{calendar_file, full_name, hold_problem, manage_problem, weekdays};
pub(crate) use contacts::leave_contact_problem;
pub(crate) use line::{
    campaign_word, cause_word, enter_problem, join_problem, permit_problem, reply_join, reply_standing,
};
pub(crate) use registrations::{person_problem, resend_problem};

/// The hottest calls: a place is taken here, and a ticket's standing is below it.
pub(crate) const LINE_PATH: &str = "/api/v1/line";

/// All calls.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/v1/challenge", get(line::challenge))
        .route(LINE_PATH, post(line::join))
        .route("/api/v1/line/{ticket}", get(line::standing))
        .route("/api/v1/line/{ticket}/enter", post(line::enter))
        .route(
            "/api/v1/line/{ticket}/contact",
            put(contacts::put).delete(contacts::withdraw),
        )
        .route("/api/v1/line/{ticket}/contact/verify", post(contacts::verify))
        .route("/api/v1/permit", patch(line::extend).delete(line::leave))
        .route("/api/v1/proposals", get(bookings::proposals))
        .route("/api/v1/holds", post(bookings::hold))
        .route("/api/v1/registrations", post(registrations::register))
        .route("/api/v1/registrations/{id}/verify", post(registrations::verify))
        .route("/api/v1/registrations/{id}/code", post(registrations::resend))
        .route("/api/v1/bookings", post(bookings::confirm))
        .route(
            "/api/v1/bookings/{code}",
            get(bookings::show).patch(bookings::change).delete(bookings::cancel),
        )
        .route("/api/v1/bookings/{code}/proposals", get(bookings::move_proposals))
        .route("/api/v1/bookings/{code}/calendar", get(bookings::calendar))
        .route("/api/v1/availability", get(availability::availability))
        .route("/api/v1/status", get(availability::status))
        .route("/api/", any(unknown))
        .route("/api/{*rest}", any(unknown))
}

async fn unknown(visitor: Visitor) -> Response {
    Problem::from(Kind::NotFound).document(&visitor.speaker)
}

/// What a call ends in: JSON, or a problem that the visitor's language is still to be put to.
type Answer<T> = Result<T, Problem>;

/// Turns an answer into a response.
fn respond<T: Serialize>(visitor: &Visitor, status: StatusCode, answer: Answer<T>) -> Response {
    match answer {
        Ok(value) => json(status, &value),
        Err(problem) => problem.document(&visitor.speaker),
    }
}

/// A JSON response that nobody keeps.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (status, headers, body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A JSON body, read strictly: unknown fields are complaints, not silence.
struct Json<T>(T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request<axum::body::Body>, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = match <Visitor as axum::extract::FromRequestParts<App>>::from_request_parts(&mut parts, app).await
        {
            Ok(visitor) => visitor,
            Err(never) => match never {},
        };
        let refuse = |problem: Problem| problem.document(&visitor.speaker);
        let bytes = body::read(body).await.map_err(|kind| refuse(kind.into()))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| refuse(Problem::from(Kind::Malformed)))
    }
}

/// The permit of a call: `Authorization: Bearer PERMIT`.
async fn permit(app: &App, headers: &HeaderMap) -> Answer<Whereabouts> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|header| header.to_str().ok());
    let token = bearer.and_then(|header| header.strip_prefix("Bearer "));
    let token = token.and_then(|token| PermitToken::open(token.trim(), app.service.keys()).ok());
    let token = token.ok_or(Kind::PermitMissing)?;
    let known = app.service.whereabouts(&token).await.map_err(|_| Kind::Unavailable)?;
    Ok(known.ok_or(Kind::PermitOver)?)
}
