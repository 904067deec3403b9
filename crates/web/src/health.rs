//! Health and readiness, on the staff listener.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::app::App;

/// Answers monitoring: `/healthz` (the process lives) and `/readyz` (the store answers).
pub fn routes(app: App) -> Router {
    Router::new()
        .route("/healthz", get(StatusCode::NO_CONTENT))
        .route("/readyz", get(ready))
        .with_state(app)
}

async fn ready(State(app): State<App>) -> StatusCode {
    match app.service.store().counts().await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
