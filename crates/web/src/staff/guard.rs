//! What every response of the staff side carries, and what every request must keep to.

use axum::extract::{Path, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{StaffApp, page};
use crate::app::Visitor;
use crate::assets;
use crate::listener::ClientAddress;
use crate::problem::Kind;
use crate::protect::{CONTENT_SECURITY_POLICY, FOR_EVER};

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // With `no-referrer` browsers would say `Origin: null` of our own forms.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Two years, as the preload lists ask for.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Refuses forms of other sites, gives plain answers of the router a page, and adds the protecting headers.
pub async fn guard(State(app): State<StaffApp>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ClientAddress>().map(|address| address.0);
    let visitor = Visitor::of(&app.app, request.uri(), request.headers(), address);
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if changes && !is_own(&app, request.headers()) {
        page::problem(&app, &visitor, None, &Kind::ForeignForm.into())
    } else {
        next.run(request).await
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = page::problem(&app, &visitor, None, &Kind::MethodNotAllowed.into());
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    if app.is_secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    response
}

/// Whether a browser says that the form stands on our own page. Who says nothing is refused: every browser of the
/// last years sends `Origin` with a form.
fn is_own(app: &StaffApp, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return false;
    }
    match (text("origin"), &app.url, text("host")) {
        (Some(origin), Some(url), _) => origin == url,
        (Some(origin), None, Some(host)) => origin.split_once("://").is_some_and(|(_, own)| own == host),
        _ => false,
    }
}

/// `GET /assets/{name}`
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match assets::at(&format!("{}{name}", assets::PREFIX)) {
        Some(asset) => asset.document.respond(&headers, asset.content_type, FOR_EVER),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
