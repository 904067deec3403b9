//! Open data: what anybody may know and build on, the same for all, made to be cached.

mod account;
mod line;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub(crate) use account::{__path_account, FILE_LINES as ACCOUNT_FILE_LINES, account, path as account_path};
pub use line::LineDocument;
pub(crate) use line::{__path_line_json, PATH as LINE_JSON_PATH, line_json, reply_line_json};

/// The addresses of open data.
pub fn routes() -> Router<App> {
    Router::new()
        .route(LINE_JSON_PATH, get(line_json))
        .route("/status/account/{file}", get(account))
}
