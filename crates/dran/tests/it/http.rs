//! A browser or program that talks to the service.

use std::net::SocketAddr;
use std::time::Duration;

use dran_storm::crowd::page::urlencoded;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Method, Request, StatusCode, header};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// How long an answer may take before something is wrong.
const TIMEOUT: Duration = Duration::from_secs(120);

/// One visitor's connections.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    http: HyperClient<HttpConnector, Full<Bytes>>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Bytes,
}

/// A response.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// The connection broke before there was an answer.
#[derive(Debug)]
pub struct NoAnswer;

impl Call {
    /// A request without a body.
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            path: path.into(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// `GET`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// `POST` of a JSON document.
    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::new("POST", path).json(body)
    }

    /// `POST` of a form, its fields encoded as browsers do it.
    pub fn form(path: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let call = Self::new("POST", path).header("content-type", "application/x-www-form-urlencoded");
        call.body(urlencoded(fields))
    }

    /// With a JSON document.
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// With a body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With a permit.
    pub fn permit(self, permit: &str) -> Self {
        self.header("authorization", format!("Bearer {permit}"))
    }

    /// In the language of a visitor.
    pub fn language(self, language: &str) -> Self {
        self.header("accept-language", language)
    }
}

impl Client {
    /// A visitor of the service at `address`.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            http: HyperClient::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Sends a request that must be answered.
    pub async fn send(&self, call: &Call) -> Answer {
        let answer = self.try_send(call).await;
        answer.unwrap_or_else(|NoAnswer| panic!("no answer to {call:?}"))
    }

    /// Sends a request.
    pub async fn try_send(&self, call: &Call) -> Result<Answer, NoAnswer> {
        let uri = format!("http://{}{}", self.address, call.path);
        let mut request = Request::builder().method(&call.method).uri(uri);
        for (name, value) in &call.headers {
            request = request.header(name.as_str(), value.as_slice());
        }
        let request = request.body(Full::new(call.body.clone())).unwrap();
        let answered = async {
            let response = self.http.request(request).await.map_err(|_| NoAnswer)?;
            let (head, body) = response.into_parts();
            Ok(Answer {
                status: head.status,
                headers: head.headers,
                body: body.collect().await.map_err(|_| NoAnswer)?.to_bytes(),
            })
        };
        tokio::time::timeout(TIMEOUT, answered)
            .await
            .unwrap_or_else(|_| panic!("{} {} took longer than {TIMEOUT:?}", call.method, call.path))
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The kind of a problem document: `slot-just-went`. Empty if the body is none.
    pub fn problem(&self) -> String {
        if self.header(header::CONTENT_TYPE.as_str()) != "application/problem+json" {
            return String::new();
        }
        let document = self.json();
        let kind = document["type"]
            .as_str()
            .and_then(|kind| kind.strip_prefix("/problems/"));
        kind.unwrap_or_default().to_owned()
    }

    /// The JSON of an answer that must have this status.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self.json()
    }
}
