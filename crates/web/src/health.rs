//! Health and readiness, on the staff listener.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use hyper::{Request, Response};
use tower::ServiceExt;

use crate::app::App;
use crate::listener::Answer;

/// Answers monitoring: `/healthz` (the process lives) and `/readyz` (the store answers).
#[derive(Clone)]
pub struct Health(Router);

impl Health {
    /// Puts the routes together.
    pub fn new(app: App) -> Self {
        Self(
            Router::new()
                .route("/healthz", get(StatusCode::NO_CONTENT))
                .route("/readyz", get(ready))
                .with_state(app),
        )
    }
}

async fn ready(State(app): State<App>) -> StatusCode {
    match app.service.store().counts().await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl Answer for Health {
    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        match self.0.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
