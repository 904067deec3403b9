//! The crowd's browser: JSON calls to the real HTTP interface over kept connections.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode, header};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// How long a person waits for an answer before trying again.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Connections that the crowd keeps open between calls.
const IDLE_CONNECTIONS_MAX: usize = 256;

/// Makes calls; cheap to clone.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    http: HyperClient<HttpConnector, Full<Bytes>>,
}

/// An answer: its status and its JSON.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body; null if it is empty or no JSON.
    pub body: Value,
}

impl Client {
    /// A client of the service at `address`.
    pub fn new(address: SocketAddr) -> Self {
        let http = HyperClient::builder(TokioExecutor::new())
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .build_http();
        Self { address, http }
    }

    /// Makes a call. None when the service did not answer.
    pub async fn call(&self, method: Method, path: &str, permit: Option<&str>, body: Option<Value>) -> Option<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header(header::ACCEPT_LANGUAGE, "de");
        if let Some(permit) = permit {
            request = request.header(header::AUTHORIZATION, format!("Bearer {permit}"));
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(Bytes::from(body))).ok()?;
        let answered = async {
            let response = self.http.request(request).await.ok()?;
            let status = response.status();
            let bytes = response.into_body().collect().await.ok()?.to_bytes();
            Some(Answer {
                status,
                body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            })
        };
        tokio::time::timeout(TIMEOUT, answered).await.ok()?
    }
}
