//! dran's HTTP side: routers by audience, pages, calls. It holds no domain rule and sees no SQL.

pub mod api;
pub mod app;
pub mod assets;
mod body;
pub mod document;
mod health;
pub mod hotline;
mod input;
pub mod listener;
mod open_data;
pub mod portal;
mod problem;
mod protect;
mod read_only;
pub mod staff;
mod tokens;
mod work;

use axum::Router;
use axum::body::Body;
use hyper::{Request, Response};
use tower::ServiceExt;

pub use app::App;
pub use hotline::{AgentsLine, HotlineConfig};
pub use listener::{Bound, Listener, ListenerLimits, Network, TrustedProxies};
pub use staff::views::paths::FROM_PROVIDER;
pub use staff::{StaffApp, StaffSide};

use listener::{Plain, PlainRequest, Reply};

/// The citizens' side: portal, calls, assets.
#[derive(Clone)]
pub struct PublicSide {
    app: App,
    router: Router,
}

impl PublicSide {
    /// Puts the routes together.
    pub fn new(app: App) -> Self {
        let router = Router::new()
            .merge(portal::routes())
            .merge(api::routes())
            .merge(open_data::routes())
            .route(
                &format!("{}{{name}}", assets::PREFIX),
                axum::routing::get(protect::asset),
            )
            .layer(axum::middleware::from_fn_with_state(app.clone(), protect::guard))
            .with_state(app.clone());
        Self { app, router }
    }

    /// The router, for tests that need no connection.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

impl listener::Answer for PublicSide {
    /// Joining and reading the line are nearly all of a rush: they go past hyper, routing, middleware and bodies.
    fn answer_at_once(&self, request: &PlainRequest<'_>, reply: &mut Reply<'_>) -> bool {
        match (request.plain, request.target) {
            (Plain::Get, open_data::LINE_JSON_PATH) => {
                open_data::reply_line_json(&self.app, request, reply);
                true
            }
            (Plain::Get, target) => {
                let ticket = target
                    .strip_prefix(api::LINE_PATH)
                    .and_then(|rest| rest.strip_prefix('/'));
                ticket.is_some_and(|ticket| api::reply_standing(&self.app, request, ticket, reply))
            }
            (Plain::Post(body), api::LINE_PATH) => api::reply_join(&self.app, request.client(), body, reply),
            (Plain::Post(_) | Plain::Other, _) => false,
        }
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
