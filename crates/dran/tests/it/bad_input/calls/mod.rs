//! Rubbish in calls: a problem document with the right status, in the caller's language.

mod bookings;
mod line;
mod persons;

use serde_json::{Value, json};

use super::Scene;
use crate::http::{Answer, Call};

/// A call that must be refused.
struct Case {
    call: Call,
    status: u16,
    /// The kind of the problem.
    kind: &'static str,
    /// The field at fault, if it is one.
    field: &'static str,
}

fn refused(call: Call, status: u16, kind: &'static str) -> Case {
    Case {
        call,
        status,
        kind,
        field: "",
    }
}

/// A field that cannot be taken.
fn wrong(call: Call, field: &'static str) -> Case {
    Case {
        field,
        ..refused(call, 422, "invalid-fields")
    }
}

/// JSON that is not what the call takes.
fn malformed(call: Call) -> Case {
    refused(call, 400, "malformed")
}

/// A document with one value replaced (or added).
fn with(document: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = changed.pointer_mut(parent).unwrap();
    match name.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[name] = value,
    }
    changed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_call_is_answered_and_changes_nothing() {
    let scene = Scene::new().await;
    let before = scene.state().await;
    let cases = [
        line::joining(),
        line::tickets(&scene),
        line::permits(&scene),
        bookings::proposals(&scene),
        persons::registrations(),
        persons::codes(&scene),
        bookings::bookings(&scene),
        bookings::managing(&scene),
        line::addresses(),
    ];
    let mut complaints = Vec::new();
    for case in cases.into_iter().flatten() {
        let english = scene.client.send(&case.call.clone().language("en-GB,en;q=0.9")).await;
        complaints.extend(complaint(&case, &english, "en"));
        let german = scene.client.send(&case.call.clone().language("de-DE")).await;
        complaints.extend(complaint(&case, &german, "de"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert_eq!(scene.state().await, before);
    scene.nobody_is_named_in_the_log();
}

/// What is wrong with an answer, if anything is.
fn complaint(case: &Case, answer: &Answer, language: &str) -> Option<String> {
    let wrong = if (answer.status.as_u16(), &*answer.problem()) != (case.status, case.kind) {
        format!("not {} {}", case.status, case.kind)
    } else if answer.header("content-language") != language {
        format!("not in {language}")
    } else {
        let document = answer.json();
        let errors = document["errors"].as_array().map_or(&[][..], Vec::as_slice);
        let about = errors.iter().find(|error| error["field"] == case.field);
        let texts = [Some(&document), about]
            .into_iter()
            .flatten()
            .map(|told| &told["detail"]);
        let mut spoken = texts.chain([&document["title"]]).map(|text| text.as_str().unwrap());
        if document["status"] != case.status {
            "another status in the document".to_owned()
        } else if !case.field.is_empty() && about.is_none() {
            format!("nothing about {}", case.field)
        } else if !spoken.all(|text| text.contains(' ') && !text.contains("input-")) {
            "a text is missing".to_owned()
        } else {
            return None;
        }
    };
    let sent = format!("{:?}", case.call).chars().take(400).collect::<String>();
    Some(format!(
        "{wrong}: {sent}: {} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    ))
}

/// Documents that no call takes.
fn no_documents(call: impl Fn() -> Call) -> Vec<Case> {
    let deep = "[".repeat(8_000);
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"42",
        b"\"text\"",
        b"{\"campaign\": \"\xff\xfe\"}",
        b"postcode=34117&birth_year=1935",
        b"{\"\\ud800\": 1}",
        deep.as_bytes(),
    ];
    let cases = bodies
        .iter()
        .map(|body| call().header("content-type", "application/json").body(body.to_vec()));
    cases.map(malformed).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_method_is_told_the_right_ones_and_a_permit_that_was_given_back_is_over() {
    let scene = Scene::new().await;
    let allowed = [
        ("/api/v1/line", "POST"),
        ("/api/v1/permit", "PATCH,DELETE"),
        ("/api/v1/bookings/A", "GET,HEAD,PATCH,DELETE"),
    ];
    for (path, methods) in allowed {
        assert_eq!(
            scene.client.send(&Call::new("PUT", path)).await.header("allow"),
            methods
        );
    }
    let left = scene
        .client
        .send(&Call::new("DELETE", "/api/v1/permit").permit(&scene.permit))
        .await;
    assert_eq!(left.status, 200);
    let booking = json!({ "hold": scene.hold, "registration": scene.registration, "attempt_key": "0".repeat(32) });
    let calls = [
        (Call::get("/api/v1/proposals"), 401, "permit-over"),
        (Call::new("PATCH", "/api/v1/permit"), 401, "permit-over"),
        (
            Call::post("/api/v1/holds", &json!({ "proposal": "1" })),
            401,
            "permit-over",
        ),
        (Call::post("/api/v1/bookings", &booking), 409, "hold-over"),
    ];
    for (call, status, kind) in calls {
        let answer = scene.client.send(&call.clone().permit(&scene.permit)).await;
        assert_eq!(complaint(&refused(call, status, kind), &answer, "de"), None);
    }
    let audit = scene.deployment.audit();
    assert_eq!(audit.series(), 1);
}
