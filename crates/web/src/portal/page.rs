//! From a view to a response, and from a problem to the problem page.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::DateTime;

use super::forms::Posted;
use super::views::{Hotline, LanguageLink, Problem as ProblemView, Shell};
use crate::app::{App, LANGUAGE_COOKIE, Visitor};
use crate::problem::{Kind, NothingSaved, Problem};

/// What a page ends in.
pub type Page = Result<Response, Problem>;

/// The frame of a page for this visitor.
pub fn shell(app: &App, visitor: &Visitor) -> Shell {
    let region = app.service.region();
    let current = visitor.speaker.language();
    let separator = if visitor.path.contains('?') { '&' } else { '?' };
    let language = |language: &dran_core::ids::Language| LanguageLink {
        tag: language.to_string(),
        name: app.service.texts().speaker(language).text("language-name"),
        href: format!("{}{separator}lang={language}", visitor.path),
        current: language == current,
    };
    let hours = region.hotline.hours.first().map(|hours| (hours.opens, hours.closes));
    Shell {
        speaker: visitor.speaker.clone(),
        languages: region.languages.iter().map(language).collect(),
        region: region.name.get(current).to_owned(),
        hotlines: region
            .hotline
            .numbers
            .iter()
            .map(|number| Hotline {
                number: number.shown.clone(),
                dial: number.dial.clone(),
                hours,
            })
            .collect(),
        demo: app.demo,
        notice: app.service.announcement_in(current),
    }
}

/// A view as a page.
pub fn show(visitor: &Visitor, view: &impl Template) -> Response {
    show_as(visitor, StatusCode::OK, view)
}

/// A view as a page with a status.
pub fn show_as(visitor: &Visitor, status: StatusCode, view: &impl Template) -> Response {
    let mut response = match view.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let language = visitor.speaker.language();
    if let Ok(value) = HeaderValue::from_str(language.as_str()) {
        headers.insert(header::CONTENT_LANGUAGE, value);
    }
    if visitor.chose_language {
        set_cookie(
            &mut response,
            LANGUAGE_COOKIE,
            language.as_str(),
            "/",
            Some(365 * 24 * 3600),
        );
    }
    response
}

/// Sets a cookie that no script reads and no other site sends. Without `max_age_s` it ends with the
/// browser; 0 deletes it.
pub fn set_cookie(response: &mut Response, name: &str, value: &str, path: &str, max_age_s: Option<u32>) {
    let max_age = max_age_s.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{max_age}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Sends the browser to another page with GET.
pub fn go(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// The page of a problem.
pub fn problem_page(app: &App, visitor: &Visitor, problem: &Problem, next_href: Option<String>) -> Response {
    let mut response = problem_view(app, visitor, problem, |view| view.next_href = next_href);
    if problem.kind == Kind::Unavailable {
        response.extensions_mut().insert(NothingSaved);
    }
    response
}

/// The page of a problem that ends by itself: what was typed is sent again with one button, a page that was
/// only asked for asks again by itself.
pub fn wait_page(app: &App, visitor: &Visitor, problem: &Problem, posted: Option<&Posted>) -> Response {
    problem_view(app, visitor, problem, |view| match posted {
        Some(posted) => view.again = Some(posted.again(visitor.path.clone())),
        None => view.refresh_s = problem.retry_after_s,
    })
}

fn problem_view(app: &App, visitor: &Visitor, problem: &Problem, add: impl FnOnce(&mut ProblemView)) -> Response {
    let mut view = ProblemView {
        shell: shell(app, visitor),
        title: problem.title(&visitor.speaker),
        detail: problem.detail(&visitor.speaker),
        status: problem.kind.status().as_u16().into(),
        next_href: None,
        again: None,
        refresh_s: None,
    };
    add(&mut view);
    let mut response = show_as(visitor, problem.kind.status(), &view);
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The page of a problem that leads nowhere else.
pub fn page_of(app: &App, visitor: &Visitor, problem: &Problem) -> Response {
    problem_page(app, visitor, problem, None)
}

/// A page, or the page of its problem.
pub fn page(app: &App, visitor: &Visitor, page: Page) -> Response {
    page.unwrap_or_else(|problem| problem_page(app, visitor, &problem, None))
}

/// Any address that no page has.
pub async fn not_found(State(app): State<App>, visitor: Visitor) -> Response {
    problem_page(&app, &visitor, &Kind::NotFound.into(), None)
}

/// A moment in the region's civil time.
pub fn civil(app: &App, at: Timestamp) -> DateTime {
    app.service.region().time_zone.to_datetime(at)
}

/// Whole seconds from now until a moment; 0 when it is over.
pub fn seconds_until(app: &App, at: Timestamp) -> u32 {
    u32::try_from(at.duration_since(app.service.clock().now()).as_secs()).unwrap_or(0)
}
