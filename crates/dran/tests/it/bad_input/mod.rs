//! Rubbish in every field of every call and form: a clear answer, nothing changed, nobody named in the log.

mod calls;
mod forms;
mod large;

use serde_json::{Value, json};

use crate::deployment::{Audit, Deployment, Opening, Server};
use crate::http::{Call, Client};
use crate::visitor::Visitor;

/// What a person typed here that must never stand in a log.
const PERSONAL: [&str; 14] = [
    "Adelgunde",
    "Zwiebelfisch",
    "1931-07-23",
    "1931",
    "15112345678",
    "151 12345678",
    "adelgunde@zwiebel.example",
    "zwiebel.example",
    "Lindwurmgasse",
    "Hintertupfing",
    "DROP TABLE",
    "alert(",
    "Ödön",
    "דוד",
];

/// A deployment in which one person is in the middle of booking and another has booked.
struct Scene {
    deployment: Deployment,
    server: Server,
    client: Client,
    ticket: String,
    permit: String,
    registration: String,
    hold: Value,
    code: String,
}

/// What must not change.
#[derive(PartialEq, Debug)]
struct State {
    audit: Audit,
    status: Value,
}

impl Scene {
    async fn new() -> Self {
        let deployment = Deployment::new(20, &Opening::AtOnce, "");
        let server = deployment.serve();
        let booked = Visitor::new(server.address, 1);
        let (permit, registration) = (booked.come_in().await, booked.register().await);
        let call = booked.hold(&permit, &registration).await.call();
        let code = booked.client.send(&call).await.expect(201)["booking_code"].clone();

        let booking = Visitor::new(server.address, 2);
        let ticket = booking.join().await;
        let permit = booking.enter(&ticket).await;
        let made = booking
            .client
            .send(&Call::post("/api/v1/registrations", &registration_body()))
            .await;
        let registration = text(&made.expect(201)["registration"]);
        let hold = booking.hold(&permit, &registration).await.body["hold"].clone();
        let scene = Self {
            client: booking.client,
            ticket,
            permit,
            registration,
            hold,
            code: text(&code),
            deployment,
            server,
        };
        scene.settle().await;
        scene
    }

    /// Waits until the public numbers know what has been done so far.
    async fn settle(&self) {
        let settled = async {
            loop {
                let status = self.status().await;
                let numbers = ["booked", "held", "free"].map(|name| status[name].as_u64().unwrap());
                let lines = status["campaigns"][0]["lines"].as_array().unwrap();
                let supply: u64 = lines.iter().map(|line| line["supply"].as_u64().unwrap()).sum();
                if (numbers, supply) == ([1, 1, 8], 8) {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(120), settled)
            .await
            .unwrap();
    }

    async fn status(&self) -> Value {
        let mut status = self.client.send(&Call::get("/api/v1/status")).await.expect(200);
        status["at"].take();
        status
    }

    async fn state(&self) -> State {
        State {
            audit: self.deployment.audit(),
            status: self.status().await,
        }
    }

    /// Stops the service and looks for people in everything it printed.
    fn nobody_is_named_in_the_log(self) {
        let printed = self.server.stop();
        let log = self.deployment.log() + &printed;
        assert!(log.contains("stopping"), "the log is not the log: {log}");
        let secrets = [&self.ticket, &self.permit, &self.registration, &self.code].map(String::as_str);
        for secret in PERSONAL.iter().chain(&secrets) {
            let line = log.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "the log names `{secret}`");
        }
    }
}

/// A registration that could be taken, with everything that must not be logged; its code is sent by SMS.
fn registration_body() -> Value {
    json!({
        "campaign": crate::deployment::CAMPAIGN,
        "persons": [{ "given_name": "Adelgunde", "family_name": "Zwiebelfisch", "birth_date": "1931-07-23", "sex": "f",
            "postcode": crate::deployment::POSTCODE, "district": "", "group": "ab-80" }],
        "contact": { "mobile": "0151 12345678" },
        "language": "de",
        "attempt_key": "00000000000000000000000000000abc",
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A signed string with one character changed.
fn forged(token: &str) -> String {
    let last = token.len() - 9;
    let other = if token.as_bytes()[last] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &token[..last], &token[last + 1..])
}

/// A signed string cut off.
fn truncated(token: &str) -> String {
    token[..token.len() - 4].to_owned()
}

/// The birthday of somebody who is not born yet.
fn tomorrow() -> String {
    crate::deployment::today().tomorrow().unwrap().to_string()
}
