//! The staff side: logging in, one's own account, everybody's accounts, the audit log.
//!
//! It answers on a listener of its own. Every address stands in [`routes`] with the right that it needs; a handler
//! cannot be put there without naming it (`call`).

mod accounts;
mod call;
mod cookies;
mod desk;
mod guard;
mod log;
mod operations;
mod own;
mod page;
mod provider;
mod sign_in;
#[cfg(test)]
mod tests;
mod tokens;
pub mod views;

use axum::Router;
use axum::body::Body;
use dran_core::staff::Right;
use dran_service::staff::Staff;
use hyper::{Request, Response};
use tower::ServiceExt;

use crate::app::App;
use crate::listener::Answer;
use crate::{assets, health};

pub use call::{Gate, Route};

use call::Routes;
use views::paths;

/// Shared by all handlers of the staff side; cheap to clone.
#[derive(Clone)]
pub struct StaffApp {
    /// What the citizens' side has too: region, texts, signing keys.
    pub app: App,
    /// Accounts and sessions.
    pub staff: Staff,
    /// The address of the staff side as browsers type it (`https://desk.example`), without a slash at the end; none
    /// if it is that of the request. With `https:` cookies are bound to it.
    pub url: Option<String>,
}

impl StaffApp {
    /// Whether browsers come by TLS.
    fn is_secure(&self) -> bool {
        self.url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// Every address of the staff side that needs something.
fn routes() -> Routes {
    Routes::default()
        .get(paths::HOME, sign_in::home)
        .get(paths::SIGN_IN, sign_in::form)
        .post(paths::SIGN_IN, sign_in::password)
        .post(paths::SIGN_IN_CODE, sign_in::code)
        .get(paths::TO_PROVIDER, provider::go_there)
        .get(paths::FROM_PROVIDER, provider::come_back)
        .post(paths::SIGN_OUT, sign_in::out)
        .get(paths::OWN, own::show)
        .get(paths::PASSWORD, own::password_form)
        .post(paths::PASSWORD, own::password)
        .get(paths::APP, own::app_form)
        .post(paths::APP, own::app)
        .get(paths::RECOVERY, own::recovery_form)
        .post(paths::RECOVERY, own::recovery)
        .post(paths::SESSIONS, own::end_sessions)
        .get(paths::ACCOUNTS, accounts::list)
        .get(paths::NEW_ACCOUNT, accounts::new_form)
        .post(paths::NEW_ACCOUNT, accounts::make)
        .get(paths::ACCOUNT, accounts::show)
        .post(paths::ACCOUNT, accounts::change)
        .get(paths::DESK, desk::start)
        .post(paths::DESK, desk::step)
        .get(paths::DESK_BOOKED, desk::booked)
        .get(paths::DESK_PRINT, desk::print)
        .post(paths::DESK_CALLBACK, desk::next_callback)
        .post(paths::DESK_STATE, desk::set_state)
        .post(paths::DESK_HERE, desk::here)
        .get(paths::DESK_SEARCH, desk::search_form)
        .post(paths::DESK_SEARCH, desk::search)
        .get(paths::DESK_SERIES, desk::series)
        .post(paths::DESK_SERIES, desk::change)
        .get(paths::DESK_MOVE, desk::move_form)
        .post(paths::DESK_MOVE, desk::move_to)
        .get(paths::DESK_SERIES_PRINT, desk::print_series)
        .get(paths::DESK_HELP, desk::help)
        .get(paths::OPERATIONS, operations::show)
        .post(paths::OPERATIONS, operations::operate)
        .get(paths::OPERATIONS_NUMBERS, operations::numbers)
        .post(paths::OPERATIONS_RELEASE, operations::release)
        .get(paths::LOG, log::show)
        .call(paths::LOG_CALL, Right::AuditLog, log::call)
        .call(paths::OPERATIONS_CALL, Right::Overview, operations::call)
}

/// Answers staff and monitoring.
#[derive(Clone)]
pub struct StaffSide(Router);

impl StaffSide {
    /// Puts the routes together.
    pub fn new(app: StaffApp) -> Self {
        let asset = format!("{}{{name}}", assets::PREFIX);
        let router = routes()
            .into_router()
            .route(&asset, axum::routing::get(guard::asset))
            .fallback(page::not_found)
            .layer(axum::middleware::from_fn_with_state(app.clone(), guard::guard))
            .with_state(app.clone());
        Self(health::routes(app.app).merge(router))
    }

    /// With doors that programs come in by, each with a guard of its own (`crate::hotline`).
    #[must_use]
    pub fn with(self, doors: Router) -> Self {
        Self(self.0.merge(doors))
    }

    /// The router, for tests that need no connection.
    pub fn router(&self) -> Router {
        self.0.clone()
    }
}

impl Answer for StaffSide {
    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        match self.0.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
