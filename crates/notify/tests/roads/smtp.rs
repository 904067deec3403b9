//! E-mails to a real mail server.

use std::path::PathBuf;
use std::time::Duration;

use dran_notify::smtp::{Security, SmtpConfig, SmtpTransport};
use dran_notify::transport::SendError;
use dran_store::{Channel, Message};
use tokio::net::TcpListener;

use crate::harness::{free_ports, from, message, new_message};
use crate::mail_server::MailServer;

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:CANCEL\r\nX-NAME:Größe\r\nEND:VCALENDAR\r\n";

fn transport(port: u16, security: Security, ca_file: Option<PathBuf>) -> SmtpTransport {
    transport_within(Duration::from_secs(20), port, security, ca_file)
}

fn transport_within(timeout: Duration, port: u16, security: Security, ca_file: Option<PathBuf>) -> SmtpTransport {
    let config = SmtpConfig {
        host: "localhost".to_owned(),
        port,
        security,
        login: None,
        ca_file,
        timeout,
        idle_connections_max: 1,
    };
    SmtpTransport::new(config, from()).unwrap()
}

fn email(id: i64) -> Message {
    let text =
        "Guten Tag Jürgen Größe,\n\nIhre Termine sind gebucht – „wirklich“.\n.\nEine Zeile, die mit Punkt beginnt:\n.x";
    let mut content = new_message(Channel::Email, "juergen@example.org", text);
    content.calendar = Some(CALENDAR.to_owned());
    message(id, content)
}

#[tokio::test]
async fn an_email_arrives_whole_with_its_calendar() {
    let server = MailServer::start().await;
    let sent = email(42);
    transport(server.port, Security::None, None).send(&sent).await.unwrap();
    let mail = server.mails(1).await.remove(0);
    assert_eq!(mail.subject, sent.message.subject);
    assert_eq!(mail.from, "Terminservice Hessen <termine@hessen.example>");
    assert_eq!(mail.to, "juergen@example.org");
    assert_eq!(mail.message_id, "<outbox-42-1610434800000@hessen.example>");
    assert_eq!(mail.auto_submitted, "auto-generated");
    assert_eq!(mail.language, "de");
    assert_eq!(mail.text.replace("\r\n", "\n").trim_end(), sent.message.body);
    assert_eq!(mail.calendar.replace("\r\n", "\n"), CALENDAR.replace("\r\n", "\n"));
    assert!(
        mail.calendar_type.contains("CANCEL") && mail.calendar_type.ends_with("calendar.ics"),
        "{mail:?}"
    );
}

#[tokio::test]
async fn an_email_sent_twice_is_recognised_by_its_identity() {
    let server = MailServer::start().await;
    let transport = transport(server.port, Security::None, None);
    for id in [7, 7, 8] {
        transport.send(&email(id)).await.unwrap();
    }
    let mut identities: Vec<String> = server.mails(3).await.into_iter().map(|mail| mail.message_id).collect();
    identities.sort();
    assert_eq!(identities[0], identities[1]);
    assert_ne!(identities[1], identities[2]);
}

#[tokio::test]
async fn a_refused_mailbox_is_final_and_its_address_is_not_repeated() {
    let server = MailServer::start_refusing().await;
    let error = transport(server.port, Security::None, None)
        .send(&email(1))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        SendError::Never {
            reason: "the mail server answered 550 5.1.1".to_owned()
        }
    );
}

#[tokio::test]
async fn an_address_that_is_none_is_final() {
    let [port] = free_ports();
    let mut sent = email(1);
    sent.message.recipient = "nobody\r\nBcc: all@example.org".to_owned();
    let error = transport(port, Security::None, None).send(&sent).await.unwrap_err();
    assert_eq!(
        error,
        SendError::Never {
            reason: "the e-mail address is not valid".to_owned()
        }
    );
}

#[tokio::test]
async fn a_server_that_is_away_closes_the_road() {
    let [port] = free_ports();
    let error = transport(port, Security::None, None).send(&email(1)).await.unwrap_err();
    assert!(matches!(error, SendError::Closed { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let transport = transport_within(Duration::from_millis(200), port, Security::None, None);
    let error = transport.send(&email(1)).await.unwrap_err();
    assert_eq!(
        error,
        SendError::Closed {
            reason: "the mail server did not answer in time".to_owned()
        }
    );
}

#[tokio::test]
async fn starttls_is_used_with_an_authority_of_ones_own() {
    let (server, certificate) = MailServer::start_with_tls().await;
    transport(server.port, Security::StartTls, Some(certificate))
        .send(&email(1))
        .await
        .unwrap();
    server.mails(1).await;
}

#[tokio::test]
async fn nothing_leaves_when_the_certificate_is_not_trusted_or_tls_is_missing() {
    let (server, _) = MailServer::start_with_tls().await;
    let untrusted = transport(server.port, Security::StartTls, None)
        .send(&email(1))
        .await
        .unwrap_err();
    assert!(matches!(untrusted, SendError::Closed { .. }), "{untrusted:?}");
    let plain = MailServer::start().await;
    assert!(
        transport(plain.port, Security::StartTls, None)
            .send(&email(1))
            .await
            .is_err()
    );
    server.mails_are_none();
    plain.mails_are_none();
}
