//! What an operator does on the day, by command beside the running service: pausing, resuming, adding
//! supply, closing. And the public account of it, checked by a program that shares no code with dran.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::deployment::{CAMPAIGN, Deployment, Opening};
use crate::http::{Call, Client};
use crate::visitor::Visitor;

/// How long the service may take to follow a command before something is wrong with it.
const PATIENCE: Duration = Duration::from_secs(240);
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_campaign_keeps_everybodys_place_and_lets_nobody_in() {
    // Places for all, and one permit, so that the second visitor waits.
    let deployment = Deployment::new(200, &Opening::AtOnce, "permits_max = 1\npermits_min = 1");
    let server = deployment.serve();
    let (inside, outside) = (Visitor::new(server.address, 1), Visitor::new(server.address, 2));
    let permit = inside.come_in().await;
    let ticket = outside.join().await;
    deployment.run(&["campaign", "pause", CAMPAIGN]);
    let paused = until(&outside, &ticket, |standing| standing["line"] == "paused").await;
    let place = paused["position"].clone();
    assert!(paused["wait_s"].is_null(), "{paused}");

    // Who is inside goes on and books.
    let registration = inside.register().await;
    let booking = inside.hold(&permit, &registration).await;
    inside.client.send(&booking.call()).await.expect(201);
    let refused = outside.client.send(&enter(&ticket)).await;
    assert_eq!(refused.status, 409, "{refused:?}");

    let again = deployment.try_run(&["campaign", "pause", CAMPAIGN]);
    assert!(!again.status.success());
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("is paused"),
        "{again:?}"
    );
    deployment.run(&["campaign", "resume", CAMPAIGN]);
    let called = until(&outside, &ticket, |standing| standing["state"] == "called").await;
    assert_eq!(called["position"], place);
    outside.client.send(&enter(&ticket)).await.expect(200);
    server.stop();
    deployment.audit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn supply_that_is_added_reaches_those_who_were_told_there_was_none() {
    let deployment = Deployment::new(2, &Opening::AtOnce, "");
    let server = deployment.serve();
    let (first, second) = (Visitor::new(server.address, 1), Visitor::new(server.address, 2));
    let permit = first.come_in().await;
    let registration = first.register().await;
    let booking = first.hold(&permit, &registration).await;
    first.client.send(&booking.call()).await.expect(201);
    let ticket = second.join().await;
    let beyond = until(&second, &ticket, |standing| standing["state"] == "beyond_supply").await;
    assert_eq!(beyond["supply"], 0, "{beyond}");
    deployment.deliver("T2", 40);
    let called = until(&second, &ticket, |standing| standing["state"] == "called").await;
    assert_eq!(called["position"], beyond["position"], "the place was kept");
    server.stop();
    deployment.audit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_tells_the_day_and_anybody_can_check_it() {
    let deployment = Deployment::new(40, &Opening::OnCommand, "");
    let server = deployment.serve();
    let visitors: Vec<Visitor> = (0..5).map(|number| Visitor::new(server.address, number)).collect();
    let mut tickets = Vec::new();
    for visitor in &visitors {
        tickets.push(visitor.join().await);
    }
    deployment.open();
    for (visitor, ticket) in visitors.iter().zip(&tickets) {
        until(visitor, ticket, |standing| standing["state"] == "called").await;
    }
    deployment.run(&["campaign", "close", CAMPAIGN]);
    let client = Client::new(server.address);
    let status = agreed_status(&client).await;

    let file = client.send(&Call::get("/status/account/1")).await;
    assert_eq!(
        (file.status.as_u16(), file.header("cache-control")),
        (200, "public, max-age=1")
    );
    let deeds: Vec<&str> = file
        .text()
        .lines()
        .map(|line| line.split([' ', '\t']).nth(3).unwrap())
        .collect();
    assert_eq!(deeds[0], "committed");
    assert!(deeds.contains(&"drawn") && deeds.contains(&"called"), "{deeds:?}");
    assert_eq!(deeds.last(), Some(&"closed"));
    let told = format!("{} lines, head {}", status["lines"], status["head"].as_str().unwrap());
    assert_eq!(checked(file.text()), told);

    let forged = file.text().replacen("called", "callde", 1);
    assert!(checked(&forged).starts_with("line "), "a changed line is found");
    assert_eq!(client.send(&Call::get("/status/account/2")).await.status, 404);
    assert_eq!(client.send(&Call::get("/status/account/x")).await.status, 400);

    let refused = client.send(&Call::get("/status")).await;
    assert!(
        refused.text().contains(status["head"].as_str().unwrap()),
        "the page shows the same head"
    );
    let late = Visitor::new(server.address, 9);
    let join = serde_json::json!({ "campaign": CAMPAIGN, "postcode": crate::deployment::POSTCODE, "birth_year": 1935 });
    let late = late.client.send(&Call::post("/api/v1/line", &join)).await;
    assert_eq!(late.problem(), "campaign-closed");
    server.stop();
    deployment.audit();
}

/// Asks until the standing of a ticket is as wanted.
async fn until(visitor: &Visitor, ticket: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let looking = async {
        loop {
            last = visitor
                .client
                .send(&Call::get(format!("/api/v1/line/{ticket}")))
                .await
                .expect(200);
            if wanted(&last) {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    let came = tokio::time::timeout(PATIENCE, looking).await;
    assert!(came.is_ok(), "it stayed at {last}");
    last
}

/// The account's numbers, once the service has read that the campaign is closed.
async fn agreed_status(client: &Client) -> Value {
    let looking = async {
        loop {
            let status = client.send(&Call::get("/api/v1/status")).await.expect(200);
            let lines = client
                .send(&Call::get("/status/account/1"))
                .await
                .text()
                .lines()
                .count();
            if status["campaigns"][0]["state"] == "closed" && status["account"]["lines"] == lines {
                return status["account"].clone();
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap()
}

fn enter(ticket: &str) -> Call {
    Call::new("POST", format!("/api/v1/line/{ticket}/enter"))
}

/// What the program in `docs/account.md` says of an account.
fn checked(account: &str) -> String {
    let documentation = include_str!("../../../../docs/account.md");
    let program = documentation
        .split("```python\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", program.unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(account.as_bytes()).unwrap();
    let said = python.wait_with_output().unwrap();
    let text = if said.status.success() {
        said.stdout
    } else {
        said.stderr
    };
    String::from_utf8(text).unwrap().trim().to_owned()
}
