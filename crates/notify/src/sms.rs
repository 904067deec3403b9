//! SMS to an HTTP gateway that speaks Kannel's `sendsms`.
//!
//! The gateway takes user, password, number and text in the address of a plain GET request. It
//! therefore has to run on the same machine or in a protected network; the leg to the operator is the
//! gateway's business. `docs/messages.md` shows how to set one up.

use std::fmt::Write as _;
use std::time::Duration;

use dran_store::Message;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use secrecy::{ExposeSecret as _, SecretString};

use crate::gsm7::{Alphabet, sms_size};
use crate::transport::SendError;

/// Most bytes of an answer that are read; a gateway answers with a line.
const ANSWER_BYTES_MAX: usize = 4096;

/// A gateway.
#[derive(Clone, Debug)]
pub struct SmsGatewayConfig {
    /// Where it listens, with path: `http://127.0.0.1:13013/cgi-bin/sendsms`. Plain HTTP only.
    pub url: String,
    /// Our name there.
    pub username: String,
    /// Our password there.
    pub password: SecretString,
    /// The number or name that receivers see.
    pub from: String,
    /// How long one SMS may take to be handed over.
    pub timeout: Duration,
}

/// A gateway cannot be used as configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmsConfigError {
    /// The address is none, or not one of plain HTTP.
    #[error("the SMS gateway's address must look like http://127.0.0.1:13013/cgi-bin/sendsms")]
    Url,
}

/// Sends SMS to one gateway.
pub struct SmsGateway {
    config: SmsGatewayConfig,
    client: Client<HttpConnector, Empty<Bytes>>,
}

impl std::fmt::Debug for SmsGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsGateway")
            .field("url", &self.config.url)
            .finish_non_exhaustive()
    }
}

impl SmsGateway {
    /// Prepares the client; it connects with the first SMS.
    ///
    /// # Errors
    ///
    /// The address is not usable.
    pub fn new(config: SmsGatewayConfig) -> Result<Self, SmsConfigError> {
        let uri: Uri = config.url.parse().map_err(|_| SmsConfigError::Url)?;
        if uri.scheme_str() != Some("http") || uri.host().is_none() || uri.query().is_some() {
            return Err(SmsConfigError::Url);
        }
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(config.timeout));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(10))
            .build(connector);
        Ok(Self { config, client })
    }

    /// Hands one SMS over.
    ///
    /// # Errors
    ///
    /// See [`SendError`].
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let uri: Uri = self
            .address(message)
            .parse()
            .map_err(|_| SendError::never("the SMS is too long"))?;
        let request = Request::get(uri)
            .body(Empty::new())
            .map_err(|_| SendError::never("the SMS is not valid"))?;
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| {
                let what = if error.is_connect() {
                    "could not be reached"
                } else {
                    "broke the connection"
                };
                SendError::closed(format!("the SMS gateway {what}"))
            })?;
            let status = response.status();
            // Read to the end, so that the connection can be used again; the text may quote the number.
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
            answer(status, body.is_ok())
        };
        tokio::time::timeout(self.config.timeout, exchange)
            .await
            .unwrap_or_else(|_| Err(SendError::closed("the SMS gateway did not answer in time")))
    }

    /// The address of the request that sends a message.
    fn address(&self, message: &Message) -> String {
        let content = &message.message;
        let outbox_id = message.id.to_string();
        let mut address = self.config.url.clone();
        let mut separator = '?';
        let mut add = |name: &str, value: &str| {
            address.push(separator);
            address.push_str(name);
            address.push('=');
            percent_encode(value, &mut address);
            separator = '&';
        };
        add("username", &self.config.username);
        add("password", self.config.password.expose_secret());
        add("from", &self.config.from);
        add("to", &content.recipient);
        add("charset", "UTF-8");
        if sms_size(&content.body).alphabet == Alphabet::Ucs2 {
            add("coding", "2");
        }
        // Stands in the gateway's own log; tells an SMS sent twice from two.
        add("binfo", &outbox_id);
        add("text", &content.body);
        address
    }
}

/// What the gateway's status means. Kannel answers 202 for "accepted" and "queued", 400 for a number
/// or text that it does not take, 403 for a wrong password, 503 while it has no operator.
fn answer(status: StatusCode, complete: bool) -> Result<(), SendError> {
    match status {
        StatusCode::OK | StatusCode::ACCEPTED if complete => Ok(()),
        StatusCode::BAD_REQUEST => Err(SendError::never("the SMS gateway answered 400")),
        _ => Err(SendError::closed(format!(
            "the SMS gateway answered {}",
            status.as_u16()
        ))),
    }
}

/// Everything but the unreserved characters of RFC 3986 § 2.3.
fn percent_encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => into.push(char::from(byte)),
            _ => {
                // Writing into a String cannot fail.
                let _ = write!(into, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use dran_core::ids::{Language, MessageId};
    use dran_store::{Channel, MessageKind, NewMessage};

    use super::*;

    fn gateway(url: &str) -> Result<SmsGateway, SmsConfigError> {
        SmsGateway::new(SmsGatewayConfig {
            url: url.to_owned(),
            username: "dran".to_owned(),
            password: SecretString::from("a&b=c d"),
            from: "Termine".to_owned(),
            timeout: Duration::from_secs(1),
        })
    }

    fn sms(body: &str) -> Message {
        Message {
            id: MessageId(7),
            message: NewMessage {
                channel: Channel::Sms,
                kind: MessageKind::Code,
                booking_codes: Vec::new(),
                recipient: "+4915112345678".to_owned(),
                language: Language::new("de"),
                subject: String::new(),
                body: body.to_owned(),
                calendar: None,
            },
            created_at: "2021-01-12T07:00:00Z".parse().unwrap(),
            tries: 0,
            sent_at: None,
        }
    }

    #[test]
    fn everything_in_the_address_is_encoded() {
        let gateway = gateway("http://127.0.0.1:13013/cgi-bin/sendsms").unwrap();
        assert_eq!(
            gateway.address(&sms("Größe & 1+1")),
            "http://127.0.0.1:13013/cgi-bin/sendsms?username=dran&password=a%26b%3Dc%20d&from=Termine\
             &to=%2B4915112345678&charset=UTF-8&binfo=7&text=Gr%C3%B6%C3%9Fe%20%26%201%2B1"
        );
        assert!(gateway.address(&sms("Ayşe")).contains("&coding=2&"));
    }

    #[test]
    fn only_plain_http_without_a_query_is_taken() {
        for url in [
            "https://sms.example/send",
            "http://",
            "sms.example/send",
            "http://a.example/?x=1",
            "",
        ] {
            assert_eq!(gateway(url).err(), Some(SmsConfigError::Url), "{url}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let shown = format!("{:?}", gateway("http://127.0.0.1:13013/cgi-bin/sendsms"));
        assert!(!shown.contains("a&b"), "{shown}");
    }

    #[test]
    fn a_wrong_password_is_not_the_recipients_fault() {
        assert!(matches!(
            answer(StatusCode::FORBIDDEN, true),
            Err(SendError::Closed { .. })
        ));
        assert!(matches!(
            answer(StatusCode::BAD_REQUEST, true),
            Err(SendError::Never { .. })
        ));
        assert_eq!(answer(StatusCode::ACCEPTED, true), Ok(()));
        assert!(matches!(
            answer(StatusCode::ACCEPTED, false),
            Err(SendError::Closed { .. })
        ));
    }
}
