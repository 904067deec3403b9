//! The browsers of all visitors.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode, header};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// How long somebody waits for an answer before asking again. Longer than a healthy node takes on a machine
/// four times slower than usual, shorter than most faults.
const PATIENCE: Duration = Duration::from_secs(8);

/// A request.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    permit: Option<String>,
    birth_date: Option<&'static str>,
    body: Option<Value>,
}

/// A response: its status, and its JSON (null if it has none).
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

impl Call {
    /// A request without a body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            permit: None,
            birth_date: None,
            body: None,
        }
    }

    /// `GET`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST` of a JSON document.
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::POST, path).json(body)
    }

    /// With a JSON document.
    pub fn json(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// With a permit.
    pub fn permit(self, permit: &str) -> Self {
        Self {
            permit: Some(permit.to_owned()),
            ..self
        }
    }

    /// With the date of birth that a booking code needs.
    pub fn birth_date(self, date: &'static str) -> Self {
        Self {
            birth_date: Some(date),
            ..self
        }
    }
}

/// Makes calls.
#[derive(Clone)]
pub struct Client(HyperClient<HttpConnector, Full<Bytes>>);

impl Client {
    /// One with no connections yet.
    pub fn new() -> Self {
        Self(HyperClient::builder(TokioExecutor::new()).build_http())
    }

    /// Sends a call to a node in the name of a visitor, who has an address of their own.
    ///
    /// # Errors
    /// In words, when there was no answer; whether the call arrived is not known.
    pub async fn send(&self, to: SocketAddr, visitor: u32, call: &Call) -> Result<Answer, String> {
        let [_, b, c, d] = visitor.to_be_bytes();
        let mut request = Request::builder()
            .method(&call.method)
            .uri(format!("http://{to}{}", call.path))
            .header(header::ACCEPT_LANGUAGE, "de")
            .header("x-forwarded-for", format!("10.{b}.{c}.{d}"));
        if let Some(permit) = &call.permit {
            request = request.header(header::AUTHORIZATION, format!("Bearer {permit}"));
        }
        if let Some(date) = call.birth_date {
            request = request.header("birth-date", date);
        }
        let body = call.body.as_ref().map(Value::to_string).unwrap_or_default();
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(Bytes::from(body)));
        let request = request.map_err(|error| error.to_string())?;
        let answered = async {
            let response = self.0.request(request).await.map_err(|error| error.to_string())?;
            let status = response.status();
            let bytes = response.into_body().collect().await;
            let bytes = bytes.map_err(|error| error.to_string())?.to_bytes();
            Ok(Answer {
                status,
                body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            })
        };
        let in_time = tokio::time::timeout(PATIENCE, answered).await;
        in_time.unwrap_or_else(|_| Err("no answer in time".to_owned()))
    }
}

impl Answer {
    /// The kind of a problem document: `slot-just-went`.
    pub fn problem(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.rsplit('/').next().unwrap_or_default()
    }
}
