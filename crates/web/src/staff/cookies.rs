//! What a browser keeps: the session, a login that is at the identity provider, and marks of the accounts that it has
//! logged in to.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use dran_core::ids::StaffId;
use dran_service::staff::{FlowId, Opened, SessionToken, Whence};
use jiff::Timestamp;

use super::{StaffApp, tokens};
use crate::app::cookie;

/// The session. By TLS its name binds it to this host alone, for all paths (RFC 6265bis § 4.1.3.2).
const SESSION: &str = "dran_staff";
const SESSION_SECURE: &str = "__Host-dran_staff";
/// A login that is at the identity provider.
const FLOW: &str = "dran_flow";
const FLOW_SECURE: &str = "__Host-dran_flow";
/// As long as such a login is good, in seconds.
const FLOW_MAX_AGE_S: u32 = 600;
/// Accounts that this browser has logged in to.
const MARKS: &str = "dran_browser";
const MARKS_SECURE: &str = "__Host-dran_browser";
/// How long a browser is known after its last login, in seconds: half a year.
const MARKS_MAX_AGE_S: u32 = 180 * 24 * 3600;
/// Accounts that one browser is known for: the seats of a call centre change hands.
const MARKS_MAX: usize = 16;

fn session_name(app: &StaffApp) -> &'static str {
    if app.is_secure() { SESSION_SECURE } else { SESSION }
}

fn marks_name(app: &StaffApp) -> &'static str {
    if app.is_secure() { MARKS_SECURE } else { MARKS }
}

/// The session that a browser shows.
pub fn session(app: &StaffApp, headers: &HeaderMap) -> Option<SessionToken> {
    SessionToken::parse(cookie(headers, session_name(app))?)
}

/// The marks that a browser shows, as far as they are ours.
pub fn marks(app: &StaffApp, headers: &HeaderMap) -> Vec<(StaffId, [u8; 16])> {
    let text = cookie(headers, marks_name(app)).unwrap_or_default();
    let opened = text.split('.').take(MARKS_MAX);
    opened
        .filter_map(|text| tokens::open_browser(text, app.app.service.keys()))
        .collect()
}

/// Gives a browser its session, and nothing of it to scripts or other sites.
pub fn set_session(app: &StaffApp, response: &mut Response, token: &SessionToken) {
    set(app, response, session_name(app), &token.text(), "/", None);
}

/// Gives a browser its session, and notes that it is known to the account now.
pub fn set_opened(app: &StaffApp, response: &mut Response, opened: &Opened, whence: &Whence) {
    set_session(app, response, &opened.token);
    let others = whence.browser.iter().filter(|(account, _)| *account != opened.mark.0);
    let marks = std::iter::once(&opened.mark).chain(others).take(MARKS_MAX);
    let sealed: Vec<String> = marks
        .map(|(account, mark)| tokens::seal_browser(*account, mark, app.app.service.keys()))
        .collect();
    let age = Some(MARKS_MAX_AGE_S);
    set(app, response, marks_name(app), &sealed.join("."), "/", age);
}

fn flow_name(app: &StaffApp) -> &'static str {
    if app.is_secure() { FLOW_SECURE } else { FLOW }
}

/// The login at the provider that a browser has begun, and when.
pub fn flow(app: &StaffApp, headers: &HeaderMap) -> Option<(FlowId, Timestamp)> {
    tokens::open_flow(cookie(headers, flow_name(app))?, app.app.service.keys())
}

/// Gives a browser the login that it begins at the provider. It comes back from another site, and only a cookie that
/// is `Lax` comes with it.
pub fn set_flow(app: &StaffApp, response: &mut Response, id: &FlowId, now: Timestamp) {
    let sealed = tokens::seal_flow(id, now, app.app.service.keys());
    let age = Some(FLOW_MAX_AGE_S);
    set_for(app, response, Site::Lax, flow_name(app), &sealed, "/", age);
}

/// Takes it back: it is good for one way.
pub fn clear_flow(app: &StaffApp, response: &mut Response) {
    set_for(app, response, Site::Lax, flow_name(app), "", "/", Some(0));
}

/// Takes the session back, and tells the browser to forget what it has kept of its pages.
pub fn clear(app: &StaffApp, response: &mut Response) {
    set(app, response, session_name(app), "", "/", Some(0));
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert("clear-site-data", all);
}

/// Which other sites a cookie comes from.
#[derive(Clone, Copy)]
enum Site {
    Strict,
    Lax,
}

fn set(app: &StaffApp, response: &mut Response, name: &str, value: &str, path: &str, max_age_s: Option<u32>) {
    set_for(app, response, Site::Strict, name, value, path, max_age_s);
}

fn set_for(
    app: &StaffApp,
    response: &mut Response,
    site: Site,
    name: &str,
    value: &str,
    path: &str,
    max_age_s: Option<u32>,
) {
    let site = match site {
        Site::Strict => "Strict",
        Site::Lax => "Lax",
    };
    let max_age = max_age_s.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let secure = if app.is_secure() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite={site}{max_age}{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
