//! Proposals, holds, bookings, and what can be done with a booking later.

use dran_storm::crowd::page::percent;
use serde_json::{Value, json};

use super::{Case, malformed, no_documents, refused, with, wrong};
use crate::bad_input::{Scene, forged, tomorrow, truncated};
use crate::http::Call;
use crate::visitor::BIRTH_DATE;

pub fn proposals(scene: &Scene) -> Vec<Case> {
    let query = |query: &str| Call::get(format!("/api/v1/proposals?{query}")).permit(&scene.permit);
    let mut cases = Vec::new();
    for day in [
        "tomorrow",
        "2021-02-29",
        "2021-04-31",
        "25.01.2021",
        "20210",
        "%F0%9F%93%85",
        "-1",
    ] {
        cases.push(wrong(query(&format!("earliest={day}")), "earliest"));
    }
    for part in ["noon", "AM", "1", "%E2%98%80"] {
        cases.push(wrong(query(&format!("part_of_day={part}")), "part_of_day"));
    }
    for days in ["0", "8", "mon", "1,3", "12345678", "%F0%9F%93%85"] {
        cases.push(wrong(query(&format!("weekdays={days}")), "weekdays"));
    }
    for registration in ["1", &forged(&scene.registration), &scene.ticket] {
        cases.push(refused(
            query(&format!("registration={registration}")),
            404,
            "unknown-registration",
        ));
    }
    let hold = |proposal: Value| Call::post("/api/v1/holds", &json!({ "proposal": proposal })).permit(&scene.permit);
    let long = "1".repeat(10_000);
    for proposal in [
        "",
        "0",
        "-1",
        "999999",
        "1.1",
        "9999999999999999999999",
        "🗓",
        "1'; DROP TABLE hold; --",
        &long,
    ] {
        cases.push(refused(hold(json!(proposal)), 422, "proposal-invalid"));
    }
    for proposal in [json!(1), json!(["1"]), Value::Null] {
        cases.push(malformed(hold(proposal)));
    }
    cases.extend(no_documents(|| {
        Call::new("POST", "/api/v1/holds").permit(&scene.permit)
    }));
    cases
}

pub fn bookings(scene: &Scene) -> Vec<Case> {
    let good = json!({ "hold": scene.hold, "registration": scene.registration, "attempt_key": "0".repeat(32) });
    let path = "/api/v1/bookings";
    let call =
        |field: &str, value: Value| Call::post(path, &with(&good, &format!("/{field}"), value)).permit(&scene.permit);
    let mut cases = no_documents(|| Call::new("POST", path).permit(&scene.permit));
    // Its code was never typed.
    cases.push(refused(
        Call::post(path, &good).permit(&scene.permit),
        409,
        "not-verified",
    ));
    for hold in [0, -1, i64::MIN, i64::MAX, 4_711] {
        cases.push(refused(call("hold", json!(hold)), 409, "hold-over"));
    }
    for registration in [
        "",
        "1",
        "🎫",
        &forged(&scene.registration),
        &truncated(&scene.registration),
        &scene.permit,
    ] {
        cases.push(wrong(call("registration", json!(registration)), "registration"));
    }
    for key in [
        "",
        "1",
        &"0".repeat(33),
        &"g".repeat(32),
        &"-0".repeat(16),
        &"🔑".repeat(8),
    ] {
        cases.push(wrong(call("attempt_key", json!(key)), "attempt_key"));
    }
    let mistyped = [
        ("hold", json!("1")),
        ("hold", json!(1.5)),
        ("hold", json!(1e30)),
        ("hold", Value::Null),
        ("registration", json!(1)),
        ("attempt_key", json!(0)),
        ("price", json!(0)),
    ];
    cases.extend(mistyped.into_iter().map(|(field, value)| malformed(call(field, value))));
    cases
}

pub fn managing(scene: &Scene) -> Vec<Case> {
    let code = &scene.code;
    let at = |method: &str, code: &str, end: &str| Call::new(method, format!("/api/v1/bookings/{code}{end}"));
    let calls = |code: &str| {
        let body = json!({ "proposal": "1", "attempt_key": "0".repeat(32) });
        [
            at("GET", code, ""),
            at("GET", code, "/proposals"),
            at("GET", code, "/calendar"),
            at("PATCH", code, "").json(&body),
            at("DELETE", code, ""),
        ]
    };
    let mut cases = Vec::new();
    for call in calls(code) {
        // Somebody who knows the code and not the day.
        cases.push(refused(
            call.clone().header("birth-date", "1935-03-09"),
            404,
            "unknown-booking",
        ));
        cases.push(wrong(call, "Birth-Date"));
    }
    for date in ["", "1935", "1935-02-29", "08.03.1935", "🎂", &tomorrow(), "0000-00-00"] {
        cases.push(wrong(at("GET", code, "").header("birth-date", date), "Birth-Date"));
    }
    let typo = {
        let last = if code.ends_with('A') { "B" } else { "A" };
        format!("{}{last}", &code[..code.len() - 1])
    };
    for call in calls(&typo) {
        cases.push(refused(call.header("birth-date", BIRTH_DATE), 404, "unknown-booking"));
    }
    for code in [
        "1",
        "%F0%9F%94%91",
        "'%20OR%201=1--",
        &"A".repeat(2_000),
        &percent("<b>"),
    ] {
        cases.push(refused(
            at("GET", code, "").header("birth-date", BIRTH_DATE),
            404,
            "unknown-booking",
        ));
    }
    let change = |body: Value| at("PATCH", code, "").header("birth-date", BIRTH_DATE).json(&body);
    for proposal in ["", "0", "🗓", "999999", "1.2.3.4"] {
        let body = json!({ "proposal": proposal, "attempt_key": "0".repeat(32) });
        cases.push(refused(change(body), 422, "proposal-invalid"));
    }
    cases.push(malformed(change(
        json!({ "proposal": 1, "attempt_key": "0".repeat(32) }),
    )));
    cases.push(malformed(change(json!({ "proposal": "1" }))));
    for day in ["2021-02-29", "soon"] {
        let call = at("GET", code, &format!("/proposals?earliest={day}")).header("birth-date", BIRTH_DATE);
        cases.push(wrong(call, "earliest"));
    }
    cases
}
