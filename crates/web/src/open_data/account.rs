//! `GET /status/account/{file}`: the account of who was called when, in files of a thousand lines. A full
//! file never changes; the last one grows.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::{App, Visitor};
use crate::problem::{Kind, Problem};
use dran_core::hex;

/// Lines of a file.
pub const FILE_LINES: u32 = 1_000;

/// A full file can be kept for ever, the last one for a second.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const A_SECOND: HeaderValue = HeaderValue::from_static("public, max-age=1");

/// The address of a file, from 1.
pub fn path(file: u32) -> String {
    format!("/status/account/{file}")
}

#[utoipa::path(get, path = "/status/account/{file}", tag = "open data",
    params(("file" = u32, Path, description = "Its number, from 1")),
    responses((status = 200, description = "Each line of the account, a tab, and the head up to it in hexadecimal",
        body = String, content_type = "text/plain"),
        (status = 404, body = crate::problem::ProblemDocument)))]
pub async fn account(State(app): State<App>, visitor: Visitor, Path(file): Path<String>) -> Response {
    match lines(&app, &file).await {
        Ok((text, cache_control)) => {
            let headers = [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/plain; charset=utf-8"),
                ),
                (header::CACHE_CONTROL, cache_control),
            ];
            (headers, text).into_response()
        }
        Err(problem) => problem.document(&visitor.speaker),
    }
}

async fn lines(app: &App, file: &str) -> Result<(String, HeaderValue), Problem> {
    let file: u32 = file.parse().map_err(|_| Kind::Malformed)?;
    let from = file
        .checked_sub(1)
        .and_then(|before| before.checked_mul(FILE_LINES))
        .ok_or(Kind::NotFound)?;
    let found = app.service.store().account(from + 1, FILE_LINES).await;
    let found = found.map_err(|_| Problem::from(Kind::Unavailable).retry_after(1))?;
    if found.is_empty() {
        return Err(Kind::NotFound.into());
    }
    let full = found.len() == FILE_LINES as usize;
    let text = found
        .iter()
        .map(|line| format!("{}\t{}\n", line.line, hex::encode(&line.head)))
        .collect();
    Ok((text, if full { FOR_EVER } else { A_SECOND }))
}
