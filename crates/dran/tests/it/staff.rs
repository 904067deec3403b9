//! Staff of a deployment: accounts by command, the listener of their own, the log of what was done.

use std::time::Duration;

use dran_storm::crowd::page::percent;
use serde_json::Value;

use crate::deployment::{Deployment, Opening};
use crate::http::{Call, Client};

/// How long something that must come about may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(180);

fn said(deployment: &Deployment, command: &[&str]) -> String {
    String::from_utf8(deployment.run(command).stdout).unwrap()
}

fn refused(deployment: &Deployment, command: &[&str]) -> String {
    let output = deployment.try_run(command);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// What follows the last colon: a password or token that is shown once.
fn shown_once(said: &str) -> &str {
    said.trim().rsplit_once(": ").unwrap().1
}

fn verify(deployment: &Deployment, more: &[&str]) -> Value {
    let output = deployment.try_run(&[&["audit", "log", "verify", "--json"], more].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.success(), report["ok"] == true, "{report}");
    report
}

#[test]
fn the_first_administrator_is_made_by_command_and_the_last_one_stays() {
    let deployment = Deployment::new(2, &Opening::AtOnce, "");
    let made = said(&deployment, &["user", "add", "Anna", "--role", "operator"]);
    assert_eq!(shown_once(&made).len(), 20, "{made}");
    assert!(refused(&deployment, &["user", "add", "anna", "--role", "agent"]).contains("already"));
    assert!(refused(&deployment, &["user", "add", "x y", "--role", "agent"]).contains("letters"));
    assert!(refused(&deployment, &["user", "add", "berta", "--role", "root"]).contains("operator"));
    assert!(refused(&deployment, &["user", "add", "berta", "--role", "centre"]).contains("centre"));
    let nowhere = ["user", "add", "berta", "--role", "centre", "--centres", "nowhere"];
    assert!(refused(&deployment, &nowhere).contains("nowhere"));
    said(
        &deployment,
        &["user", "add", "berta", "--role", "centre", "--centres", "fulda,giessen"],
    );
    assert!(refused(&deployment, &["user", "disable", "anna"]).contains("last operator"));
    said(&deployment, &["user", "disable", "berta"]);
    let reset = said(&deployment, &["user", "reset", "anna"]);
    assert_ne!(shown_once(&reset), shown_once(&made));
    let list = said(&deployment, &["user", "list"]);
    let lines: Vec<&str> = list.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].contains("anna") && lines[0].contains("initial password"),
        "{list}"
    );
    assert!(
        lines[1].contains("fulda,giessen") && lines[1].contains("disabled since"),
        "{list}"
    );
    assert!(!list.contains(shown_once(&reset)));
    deployment.audit();
}

#[test]
fn a_head_of_the_log_that_was_written_down_tells_whether_it_still_stands() {
    let deployment = Deployment::new(2, &Opening::AtOnce, "");
    assert_eq!(verify(&deployment, &[])["lines"], 0);
    said(&deployment, &["user", "add", "anna", "--role", "operator"]);
    let token = [
        "user",
        "token",
        "add",
        "reports",
        "--scopes",
        "overview,audit-log",
        "--days",
        "30",
    ];
    let made = said(&deployment, &token);
    assert!(shown_once(&made).starts_with("dran_"), "{made}");
    let report = verify(&deployment, &[]);
    assert_eq!(report["lines"], 2);
    let head = format!("2:{}", report["head"].as_str().unwrap());
    said(&deployment, &["user", "token", "revoke", "1"]);
    assert!(refused(&deployment, &["user", "token", "revoke", "1"]).contains("no token 1"));
    assert!(said(&deployment, &["user", "token", "list"]).contains("revoked"));
    assert_eq!(verify(&deployment, &["--expect", &head])["expected"], true);
    let other = format!("2:{}", "ab".repeat(32));
    assert_eq!(verify(&deployment, &["--expect", &other])["ok"], false);
    let beyond = format!("9:{}", report["head"].as_str().unwrap());
    assert_eq!(verify(&deployment, &["--expect", &beyond])["ok"], false);
    assert!(said(&deployment, &["audit", "log", "verify"]).contains("3 lines"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_are_answered_where_citizens_are_not() {
    let deployment = Deployment::new(2, &Opening::AtOnce, "");
    let made = said(&deployment, &["user", "add", "anna", "--role", "operator"]);
    let password = shown_once(&made);
    let server = deployment.serve();
    let address = deployment.staff_address();
    let staff = Client::new(address);
    let citizens = Client::new(server.address);
    assert_eq!(citizens.send(&Call::get("/anmelden")).await.status, 404);
    assert_eq!(staff.send(&Call::get("/line.json")).await.status, 404);
    assert_eq!(staff.send(&Call::get("/healthz")).await.status, 204);
    assert_eq!(staff.send(&Call::get("/anmelden")).await.status, 200);
    let login = Call::new("POST", "/anmelden")
        .body(format!("name=anna&password={}", percent(password)))
        .header("origin", format!("http://{address}"));
    let answer = staff.send(&login).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let cookies: Vec<_> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|set| set.to_str().unwrap())
        .collect();
    let session = cookies.iter().find(|set| set.starts_with("dran_staff=")).unwrap();
    let own = Call::get("/konto").header("cookie", session.split(';').next().unwrap());
    assert_eq!(staff.send(&own).await.header("location"), "/konto/kennwort");
    // An administrator's command reaches a session on the spot.
    deployment.run(&["user", "reset", "anna"]);
    assert_eq!(staff.send(&own).await.header("location"), "/anmelden");
    let log = server.stop() + &deployment.log();
    assert!(!log.contains(password) && !log.contains(session.split(['=', ';']).nth(1).unwrap()));
    assert_eq!(verify(&deployment, &[])["lines"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_head_of_the_audit_log_leaves_with_the_log_of_the_process() {
    let deployment = Deployment::new(2, &Opening::AtOnce, "");
    said(&deployment, &["user", "add", "anna", "--role", "operator"]);
    let head = |lines: u64| {
        let report = verify(&deployment, &[]);
        assert_eq!(report["lines"], lines);
        format!("{lines}:{}", report["head"].as_str().unwrap())
    };
    let server = deployment.serve();
    let first = head(1);
    let told = async {
        while !deployment.log().contains(&first) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.unwrap();
    deployment.run(&["user", "reset", "anna"]);
    let second = head(2);
    server.stop();
    assert!(deployment.log().contains(&second), "and once more at the end");
}

#[test]
fn a_file_of_leaked_passwords_that_is_none_is_an_error_at_the_start() {
    let deployment = Deployment::new(2, &Opening::AtOnce, "");
    let config = std::fs::read_to_string(deployment.path("dran.toml")).unwrap();
    let file = deployment.path("leaked.txt");
    std::fs::write(
        deployment.path("dran.toml"),
        format!("leaked_passwords = \"{}\"\n{config}", file.display()),
    )
    .unwrap();
    let unsorted = format!("{}:1\n{}:1\n", "F".repeat(40), "0".repeat(40));
    let cases = [
        (None, "cannot be read"),
        (Some("passwort\n"), "no line like"),
        (Some(&*unsorted), "sorted by hash"),
    ];
    for (text, wrong) in cases {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let told = refused(&deployment, &["serve"]);
        assert!(
            told.contains("`leaked_passwords` names") && told.contains(wrong),
            "{told}"
        );
    }
}
