//! Asking the provider: small documents, with a bound on time and size, without following anybody elsewhere.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// Key sets of the large providers have some 20 KiB.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// Somebody sits in front of a white page meanwhile.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What a provider answered.
pub struct Answer {
    pub status: StatusCode,
    pub body: Bytes,
}

/// Why it did not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HttpError {
    /// Nothing listens there, or the connection broke.
    #[error("it could not be reached")]
    Unreachable,
    /// It took too long.
    #[error("it did not answer in time")]
    TooSlow,
}

/// A client of providers.
#[derive(Debug)]
pub struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Http {
    /// A client; it connects when it is asked.
    pub fn new() -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Self(client)
    }

    /// Asks for a document.
    pub async fn get(&self, address: &str) -> Result<Answer, HttpError> {
        self.send(Method::GET, address, None, String::new()).await
    }

    /// Posts a form, with the value of an `Authorization` header if there is one.
    pub async fn post(&self, address: &str, authorization: Option<&str>, form: String) -> Result<Answer, HttpError> {
        self.send(Method::POST, address, authorization, form).await
    }

    async fn send(
        &self,
        method: Method,
        address: &str,
        authorization: Option<&str>,
        form: String,
    ) -> Result<Answer, HttpError> {
        let uri: Uri = address.parse().map_err(|_| HttpError::Unreachable)?;
        let mut request = Request::builder()
            .method(&method)
            .uri(uri)
            .header(ACCEPT, "application/json");
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request.body(Full::from(form)).map_err(|_| HttpError::Unreachable)?;
        let exchange = async {
            let answer = self.0.request(request).await.map_err(|_| HttpError::Unreachable)?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|_| HttpError::Unreachable)?.to_bytes();
            Ok(Answer { status, body })
        };
        tokio::time::timeout(TIMEOUT, exchange)
            .await
            .unwrap_or(Err(HttpError::TooSlow))
    }
}

/// Whether an address may be asked or shown: HTTPS, or HTTP to this machine.
pub fn is_usable(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => ["localhost", "127.0.0.1", "[::1]"].contains(&host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_asked_by_tls_or_on_this_machine() {
        for good in [
            "https://login.example/x",
            "http://127.0.0.1:8090",
            "http://localhost/realms/a",
        ] {
            assert!(is_usable(good), "{good}");
        }
        for bad in [
            "http://login.example",
            "http://127.0.0.1.example",
            "ftp://localhost",
            "/x",
            "login.example",
            "",
        ] {
            assert!(!is_usable(bad), "{bad}");
        }
    }
}
