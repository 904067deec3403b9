//! dran's HTTP side: routers by audience, pages, calls. It holds no domain rule and sees no SQL.

pub mod api;
pub mod app;
pub mod assets;
mod body;
mod health;
mod input;
pub mod listener;
pub mod portal;
mod problem;
mod protect;
mod tokens;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use tower::ServiceExt;

pub use app::App;
pub use health::Health;
pub use listener::{Bound, Listener, ListenerLimits};

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
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        // Reading the line is most of all traffic: it goes past routing, middleware and body handling.
        if request.method() == Method::GET
            && let Some(ticket) = request.uri().path().strip_prefix(LINE_PATH)
            && let Some(response) = api::answer_line(&self.app, ticket)
        {
            return response;
        }
        match self.router.clone().oneshot(request.map(Body::new)).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
