//! From a view to a response, and from a problem to the problem page, in the frame of the staff side.

use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use dran_core::staff::{Right, Role};
use dran_service::staff::SignedIn;
use jiff::Timestamp;

use super::StaffApp;
use super::views::{NavLink, StaffProblem, Who, paths};
use crate::app::Visitor;
use crate::portal::page::{shell, show_as};
use crate::problem::{Kind, Problem};

/// The pages that are reached from every page, with the right that each needs.
const PAGES: [(&str, &str, Right); 5] = [
    (paths::DESK, "desk-title", Right::Desk),
    (paths::OPERATIONS, "operations-title", Right::Overview),
    (paths::OWN, "staff-own-title", Right::OwnAccount),
    (paths::ACCOUNTS, "staff-accounts-title", Right::Accounts),
    (paths::LOG, "staff-log-title", Right::AuditLog),
];

/// Who is signed in, for the head of a page.
pub fn who(visitor: &Visitor, signed_in: &SignedIn) -> Who {
    let speaker = &visitor.speaker;
    let pages = PAGES.into_iter().filter(|(_, _, right)| signed_in.may(*right));
    Who {
        name: signed_in.account.name.to_string(),
        role: role_text(visitor, signed_in.account.duty.role()),
        pages: pages
            .map(|(href, key, _)| NavLink {
                href: href.to_owned(),
                label: speaker.text(key),
                current: visitor.path.split('?').next() == Some(href),
            })
            .collect(),
        csrf: signed_in.csrf.clone(),
    }
}

/// A role in words.
pub fn role_text(visitor: &Visitor, role: Role) -> String {
    visitor.speaker.text(&format!("staff-role-{}", role.word()))
}

/// The page of a problem.
pub fn problem(app: &StaffApp, visitor: &Visitor, signed_in: Option<&SignedIn>, problem: &Problem) -> Response {
    let status = problem.kind.status();
    let view = StaffProblem {
        shell: shell(&app.app, visitor),
        who: signed_in.map(|signed_in| who(visitor, signed_in)),
        title: problem.title(&visitor.speaker),
        detail: problem.detail(&visitor.speaker),
        status: status.as_u16().into(),
    };
    let mut response = show_as(visitor, status, &view);
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Any address that no page has.
pub async fn not_found(State(app): State<StaffApp>, visitor: StaffVisitor) -> Response {
    problem(&app, &visitor.0, None, &Kind::NotFound.into())
}

/// Whole seconds from now until a moment, at least one.
pub fn seconds_until(app: &StaffApp, at: Timestamp) -> u64 {
    let left = at.duration_since(app.app.service.clock().now()).as_secs();
    u64::try_from(left).unwrap_or(0) + 1
}

/// Who asks, for pages that are no [`Call`](super::call::Call).
pub struct StaffVisitor(Visitor);

impl axum::extract::FromRequestParts<StaffApp> for StaffVisitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        app: &StaffApp,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self(Visitor::of(&app.app, &parts.uri, &parts.headers, None)))
    }
}
