//! dran's HTTP side: routers by audience, pages, calls. It holds no domain rule and sees no SQL.

pub mod api;
pub mod app;
pub mod assets;
mod body;
pub mod document;
mod health;
mod input;
pub mod listener;
mod open_data;
pub mod portal;
mod problem;
mod protect;
mod tokens;
mod work;

use axum::Router;
use axum::body::Body;
use hyper::{Request, Response};
use tower::ServiceExt;

pub use app::App;
pub use health::Health;
pub use listener::{Bound, Listener, ListenerLimits, Network, TrustedProxies};

use listener::{Head, Reply};

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

/// The path of the hottest call, up to the ticket.
const LINE_PATH: &str = "/api/v1/line/";

impl listener::Answer for PublicSide {
    /// Reading the line is most of all traffic: it goes past hyper, routing, middleware and bodies.
    fn answer_at_once(&self, head: &Head<'_>, reply: &mut Reply<'_>) -> bool {
        if let Some(ticket) = head.target.strip_prefix(LINE_PATH) {
            return api::reply_line(&self.app, ticket, reply);
        }
        let is_line_json = head.target == open_data::LINE_JSON_PATH;
        if is_line_json {
            open_data::reply_line_json(&self.app, head, reply);
        }
        is_line_json
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
