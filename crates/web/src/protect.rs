//! What every response of the public side carries, and what every request must keep to.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::{App, Visitor};
use crate::assets;
use crate::portal::{Posted, page_of, wait_page};
use crate::problem::{Kind, NothingSaved, Problem};
use crate::{body, read_only};

/// Everything from this site, nothing inline, no frames: a page cannot be made to do anything else.
pub(crate) const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    ),
];

/// Refuses forms of other sites, gives plain answers of the router (405, 413) a page, and adds the
/// protecting headers.
pub async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let address = request
        .extensions()
        .get::<crate::listener::ClientAddress>()
        .map(|address| address.0);
    let visitor = Visitor::of(&app, request.uri(), request.headers(), address);
    request.extensions_mut().insert(visitor.clone());
    let is_call = request.uri().path().starts_with("/api/");
    let foreign = changes(request.method()) && !is_call && is_foreign(request.headers());
    let mut response = if foreign {
        page_of(&app, &visitor, &Kind::ForeignForm.into())
    } else {
        let response = answer(&app, &visitor, is_call, request, next).await;
        match response.status() {
            StatusCode::METHOD_NOT_ALLOWED => {
                let allow = response.headers().get(header::ALLOW).cloned();
                let mut told = tell(&app, &visitor, is_call, &Kind::MethodNotAllowed.into());
                if let Some(allow) = allow {
                    told.headers_mut().insert(header::ALLOW, allow);
                }
                told
            }
            StatusCode::BAD_REQUEST if !has_body_type(&response) => {
                tell(&app, &visitor, is_call, &Kind::Malformed.into())
            }
            _ => response,
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    response
}

/// Runs the handler, unless the request is asked to wait. What a form says is kept for a page that could not save
/// it.
async fn answer(app: &App, visitor: &Visitor, is_call: bool, request: Request, next: Next) -> Response {
    let waits = read_only::asked_to_wait(app, request.method(), request.uri().path());
    if is_call {
        if let Some(problem) = waits {
            return problem.document(&visitor.speaker);
        }
        let response = next.run(request).await;
        let nothing_saved = response.extensions().get::<NothingSaved>().is_some();
        return match read_only::instead_of_unavailable(app).filter(|_| nothing_saved) {
            Some(problem) => problem.document(&visitor.speaker),
            None => response,
        };
    }
    let (request, posted) = if changes(request.method()) {
        let (parts, body) = request.into_parts();
        match body::read(body).await {
            Ok(bytes) => (Request::from_parts(parts, Body::from(bytes.clone())), Some(bytes)),
            Err(kind) => return page_of(app, visitor, &kind.into()),
        }
    } else {
        (request, None)
    };
    let wait = |problem: &Problem| {
        let posted = posted
            .as_ref()
            .map(|bytes| Posted::parse(&String::from_utf8_lossy(bytes)));
        wait_page(app, visitor, problem, posted.as_ref())
    };
    if let Some(problem) = waits {
        return wait(&problem);
    }
    let response = next.run(request).await;
    if response.extensions().get::<NothingSaved>().is_none() {
        return response;
    }
    match read_only::instead_of_unavailable(app) {
        Some(problem) => wait(&problem),
        None if posted.is_some() => wait(&Problem::from(Kind::Unavailable).retry_after(1)),
        None => response,
    }
}

fn tell(app: &App, visitor: &Visitor, is_call: bool, problem: &Problem) -> Response {
    if is_call {
        problem.document(&visitor.speaker)
    } else {
        page_of(app, visitor, problem)
    }
}

/// Whether a handler of ours made this response: ours are HTML or problem documents.
fn has_body_type(response: &Response) -> bool {
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    kind.starts_with("text/html") || kind.starts_with("application/")
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a browser says that the form stands on another site. Cookies are `SameSite=Lax`, so this is
/// the second lock. A client that sends neither header is no browser that a foreign page could use.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_none_or(|(_, origin_host)| origin_host != host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Names of assets change with their content: whoever has one may keep it for ever.
pub(crate) const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `GET /assets/{name}`
pub async fn asset(State(app): State<App>, visitor: Visitor, Path(name): Path<String>, headers: HeaderMap) -> Response {
    match assets::at(&format!("{}{name}", assets::PREFIX)) {
        Some(asset) => asset.document.respond(&headers, asset.content_type, FOR_EVER),
        None => page_of(&app, &visitor, &Kind::NotFound.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_form_on_another_site_is_told_from_ours() {
        assert!(!is_foreign(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(is_foreign(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(is_foreign(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(is_foreign(&headers(&[
            ("origin", "https://evil.example"),
            ("host", "termine.example")
        ])));
        assert!(is_foreign(&headers(&[("origin", "null"), ("host", "termine.example")])));
        assert!(!is_foreign(&headers(&[
            ("origin", "https://termine.example"),
            ("host", "termine.example")
        ])));
        assert!(!is_foreign(&headers(&[("host", "termine.example")])));
    }
}
