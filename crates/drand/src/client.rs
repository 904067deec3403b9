//! Fetching a round over HTTP, from one address after the other.

use std::time::Duration;

use dran_core::hex;
use dran_core::line::randomness::{Beacon, DrandRound};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::{StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::beacon::{BeaconError, read_beacon};

/// A beacon is some 400 bytes of JSON.
const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// An address that does not answer in this time is passed over.
const TIMEOUT: Duration = Duration::from_secs(5);

/// An address cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is no address of a drand service; write one like https://api.drand.sh")]
pub struct UrlError(String);

/// Why an address did not give the value of a round.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FetchError {
    /// Nothing listens there, or the connection broke.
    #[error("it could not be reached")]
    Unreachable,
    /// It took too long.
    #[error("it did not answer in time")]
    TooSlow,
    /// It does not have the round, or not yet.
    #[error("it answered {0}")]
    Status(StatusCode),
    /// It answered with something else than the value of the round.
    #[error("its answer was refused: {0}")]
    Refused(#[from] BeaconError),
}

/// Asks the addresses that the operator has configured.
#[derive(Debug)]
pub struct DrandClient {
    urls: Vec<String>,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

impl DrandClient {
    /// Prepares a client for addresses like `https://api.drand.sh`; it connects when it is asked.
    /// Plain HTTP is as good as HTTPS here: the signature is what counts.
    ///
    /// # Errors
    /// Names the address that is none.
    pub fn new(urls: &[String]) -> Result<Self, UrlError> {
        let usable = |url: &String| {
            let uri: Uri = url.parse().map_err(|_| UrlError(url.clone()))?;
            match (uri.scheme_str(), uri.host(), uri.query()) {
                (Some("http" | "https"), Some(_), None) => Ok(url.trim_end_matches('/').to_owned()),
                _ => Err(UrlError(url.clone())),
            }
        };
        let urls = urls.iter().map(usable).collect::<Result<_, _>>()?;
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Ok(Self { urls, client })
    }

    /// The value of the named round from the first address that gives one with the network's
    /// signature; `note` hears why the others before it did not.
    pub async fn fetch(&self, named: &DrandRound, mut note: impl FnMut(&str, &FetchError)) -> Option<Beacon> {
        for url in &self.urls {
            match self.fetch_from(url, named).await {
                Ok(beacon) => return Some(beacon),
                Err(error) => note(url, &error),
            }
        }
        None
    }

    async fn fetch_from(&self, url: &str, named: &DrandRound) -> Result<Beacon, FetchError> {
        let address = format!("{url}/{}/public/{}", hex::encode(&named.chain.hash), named.round);
        let uri: Uri = address.parse().map_err(|_| FetchError::Unreachable)?;
        let exchange = async {
            let response = self.client.get(uri).await.map_err(|_| FetchError::Unreachable)?;
            if response.status() != StatusCode::OK {
                return Err(FetchError::Status(response.status()));
            }
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|_| FetchError::Unreachable)?.to_bytes();
            let text = std::str::from_utf8(&body).map_err(|_| BeaconError::Unreadable)?;
            Ok(read_beacon(text, named)?)
        };
        tokio::time::timeout(TIMEOUT, exchange)
            .await
            .unwrap_or(Err(FetchError::TooSlow))
    }
}
