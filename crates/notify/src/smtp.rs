//! E-mails to a mail server, by SMTP.

use std::path::PathBuf;
use std::time::Duration;

use dran_store::Message;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;

use crate::email::{self, EmailFrom};
use crate::transport::SendError;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// Plain, then STARTTLS or nothing (port 587).
    StartTls,
    /// Plain: only to a mail server on the same machine, and in tests.
    None,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Its name; with TLS, its certificate must be for it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User and password, if it asks for them.
    pub login: Option<(String, SecretString)>,
    /// Certificates (PEM) of a private authority to trust, in addition to the public ones.
    pub ca_file: Option<PathBuf>,
    /// How long one e-mail may take to be handed over.
    pub timeout: Duration,
    /// How many idle connections are kept open at most.
    pub idle_connections_max: usize,
}

/// A mail server cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum SmtpConfigError {
    /// The file of certificates cannot be read.
    #[error("failed to read the certificates in {}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The certificates or the host's name cannot be used for TLS.
    #[error("failed to set up TLS for the mail server")]
    Tls(#[source] SmtpError),
}

/// Sends e-mails to one mail server.
///
/// It keeps its own idle connections: one is put back only after a whole e-mail was accepted over it,
/// and is dropped after any failure or timeout. So an answer that comes late is never taken for the
/// answer to the next e-mail.
pub struct SmtpTransport {
    config: SmtpConfig,
    tls: Option<TlsParameters>,
    hello: ClientId,
    from: EmailFrom,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl std::fmt::Debug for SmtpTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let SmtpConfig { host, port, .. } = &self.config;
        f.debug_struct("SmtpTransport")
            .field("host", host)
            .field("port", port)
            .finish_non_exhaustive()
    }
}

impl SmtpTransport {
    /// Prepares the transport; it connects with the first e-mail.
    ///
    /// # Errors
    ///
    /// The certificates cannot be read or used.
    pub fn new(config: SmtpConfig, from: EmailFrom) -> Result<Self, SmtpConfigError> {
        let tls = match config.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(tls_parameters(&config)?),
        };
        Ok(Self {
            config,
            tls,
            hello: ClientId::default(),
            from,
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Sends one e-mail.
    ///
    /// # Errors
    ///
    /// See [`SendError`].
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let email = email::build(&self.from, message)?;
        let exchange = async {
            let mut connection = self.connection().await?;
            connection.send(email.envelope(), &email.formatted()).await?;
            Ok(connection)
        };
        let connection = tokio::time::timeout(self.config.timeout, exchange)
            .await
            .map_err(|_| SendError::closed("the mail server did not answer in time"))?
            .map_err(|error| classify(&error))?;
        let mut idle = self.idle.lock().await;
        if idle.len() < self.config.idle_connections_max {
            idle.push(connection);
        }
        Ok(())
    }

    /// An idle connection that still answers, or a new one, logged in.
    async fn connection(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        loop {
            let idle = self.idle.lock().await.pop();
            match idle {
                Some(mut connection) => {
                    if connection.test_connected().await {
                        return Ok(connection);
                    }
                }
                None => return self.connect().await,
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let config = &self.config;
        let server = (config.host.as_str(), config.port);
        let wrapped = self.tls.clone().filter(|_| config.security == Security::Tls);
        let timeout = Some(config.timeout);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, timeout, &self.hello, wrapped, None).await?;
        if let (Security::StartTls, Some(tls)) = (config.security, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some((user, password)) = &config.login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }
}

fn tls_parameters(config: &SmtpConfig) -> Result<TlsParameters, SmtpConfigError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        let pem = std::fs::read(path).map_err(|source| SmtpConfigError::CaFile {
            path: path.clone(),
            source,
        })?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(SmtpConfigError::Tls)?);
    }
    builder.build().map_err(SmtpConfigError::Tls)
}

/// What a failure means for the message. Servers like to quote the recipient in their answers, so that
/// only the numbers are kept.
fn classify(error: &SmtpError) -> SendError {
    let Some(code) = error.status() else {
        let what = match () {
            () if error.is_timeout() => "did not answer in time",
            () if error.is_tls() => "could not agree on TLS",
            () if error.is_response() => "answered something that makes no sense",
            () if error.is_client() => return SendError::later("the mail server does not offer what is needed"),
            () => "could not be reached",
        };
        return SendError::closed(format!("the mail server {what}"));
    };
    let code = u16::from(code);
    let enhanced = enhanced_code(&error.to_string());
    let shown = enhanced
        .as_deref()
        .map(|enhanced| format!(" {enhanced}"))
        .unwrap_or_default();
    let reason = format!("the mail server answered {code}{shown}");
    let policy = enhanced.is_some_and(|enhanced| enhanced.starts_with("5.7."));
    match code {
        // Refusals of this mailbox (RFC 5321 § 4.2.3), unless they are about us: an operator may mend that.
        550 | 551 | 553 if !policy => SendError::never(reason),
        // Service not available; login wanted or wrong (RFC 4954 § 6).
        421 | 454 | 530 | 534 | 535 | 538 => SendError::closed(reason),
        _ => SendError::later(reason),
    }
}

/// The enhanced status code of an answer (RFC 3463): `5.1.1`.
fn enhanced_code(answer: &str) -> Option<String> {
    answer
        .split(|character: char| !character.is_ascii_digit() && character != '.')
        .find(|word| {
            let parts: Vec<&str> = word.split('.').collect();
            matches!(parts.as_slice(), [class, subject, detail]
                if matches!(*class, "4" | "5") && (1..=3).contains(&subject.len()) && (1..=3).contains(&detail.len()))
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_numbers_of_an_answer_are_kept() {
        let answer = "permanent error (550): 5.1.1 <erna@192.168.1.1.example>: Recipient unknown";
        assert_eq!(enhanced_code(answer).as_deref(), Some("5.1.1"));
        assert_eq!(enhanced_code("550 no such user at 10.0.0.1"), None);
    }
}
