//! The description of the interface: OpenAPI 3.1 at `/api/openapi.json`.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{availability, bookings, contacts, line, registrations};
use crate::open_data;
use crate::portal::draw;

/// The interface of dran, version 1. It may grow, not change.
#[derive(OpenApi)]
#[openapi(
    info(title = "dran", version = "1", description = "Appointments for a whole population, without a race."),
    paths(
        line::challenge, line::join, line::standing, line::enter, line::extend, line::leave,
        contacts::put, contacts::verify, contacts::withdraw,
        registrations::register, registrations::verify, registrations::resend,
        bookings::proposals, bookings::hold, bookings::confirm, bookings::show, bookings::change, bookings::cancel,
        bookings::move_proposals, bookings::calendar,
        availability::availability, availability::status, open_data::line_json, open_data::account,
        draw::document,
    ),
    modifiers(&PermitScheme),
)]
struct Document;

struct PermitScheme;

impl Modify for PermitScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A permit"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("permit", SecurityScheme::Http(scheme));
    }
}

static JSON: LazyLock<String> = LazyLock::new(|| Document::openapi().to_json().unwrap_or_default());

/// `GET /api/openapi.json`.
pub async fn document() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "max-age=300"),
    ];
    (headers, JSON.as_str()).into_response()
}
