//! SMS to a real gateway.

use std::time::Duration;

use dran_notify::sms::{SmsGateway, SmsGatewayConfig};
use dran_notify::transport::SendError;
use dran_store::Channel;
use secrecy::SecretString;

use crate::harness::{free_ports, message, new_message};
use crate::kannel::{Kannel, Ports};

pub fn gateway(port: u16, password: &str) -> SmsGateway {
    let config = SmsGatewayConfig {
        url: format!("http://127.0.0.1:{port}/cgi-bin/sendsms"),
        username: "dran".to_owned(),
        password: SecretString::from(password),
        from: "116117".to_owned(),
        timeout: Duration::from_secs(20),
    };
    SmsGateway::new(config).unwrap()
}

async fn send(gateway: &SmsGateway, text: &str) -> Result<(), SendError> {
    gateway
        .send(&message(1, new_message(Channel::Sms, "+4915112345678", text)))
        .await
}

#[tokio::test]
async fn umlauts_and_other_scripts_arrive_as_they_were_sent() {
    let ports = Ports::reserve();
    let kannel = Kannel::start(ports).await;
    let gateway = gateway(ports.send, "geheim");
    let texts = [
        "Gebucht: Jürgen Größe, Gießen & Fulda 100% + [x] für 0 €",
        "Термин для Ayşe Öztürk: 9:30",
    ];
    for text in texts {
        send(&gateway, text).await.unwrap();
    }
    let received = kannel.received(2).await;
    let number = "+4915112345678".to_owned();
    assert_eq!(received, texts.map(|text| (number.clone(), text.to_owned())));
}

#[tokio::test]
async fn a_long_text_arrives_in_parts_that_join() {
    let ports = Ports::reserve();
    let kannel = Kannel::start(ports).await;
    let text = "Überlänge für Jürgen. ".repeat(13);
    assert_eq!(dran_notify::gsm7::sms_size(&text).parts, 2);
    send(&gateway(ports.send, "geheim"), &text).await.unwrap();
    let joined: String = kannel.received(2).await.into_iter().map(|(_, part)| part).collect();
    assert_eq!(joined, text);
}

#[tokio::test]
async fn a_wrong_password_or_a_gateway_that_is_away_closes_the_road() {
    let ports = Ports::reserve();
    let _kannel = Kannel::start(ports).await;
    let refused = send(&gateway(ports.send, "falsch"), "x").await.unwrap_err();
    assert_eq!(
        refused,
        SendError::Closed {
            reason: "the SMS gateway answered 403".to_owned()
        }
    );
    let [nowhere] = free_ports();
    let away = send(&gateway(nowhere, "geheim"), "x").await.unwrap_err();
    assert_eq!(
        away,
        SendError::Closed {
            reason: "the SMS gateway could not be reached".to_owned()
        }
    );
}
