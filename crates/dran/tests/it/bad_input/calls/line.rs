//! Joining, tickets, permits, and addresses that there are not.

use serde_json::{Value, json};

use super::{Case, malformed, no_documents, refused, with, wrong};
use crate::bad_input::{Scene, forged, truncated};
use crate::deployment::{CAMPAIGN, POSTCODE};
use crate::http::Call;

pub fn joining() -> Vec<Case> {
    let good = json!({ "campaign": CAMPAIGN, "postcode": POSTCODE, "party": 1, "birth_year": 1935 });
    let call = |field: &str, value: Value| Call::post("/api/v1/line", &with(&good, &format!("/{field}"), value));
    let mut cases = no_documents(|| Call::new("POST", "/api/v1/line"));
    for campaign in [
        "",
        "unknown",
        "PROBE",
        "🦠",
        "'; DROP TABLE campaign; --",
        "../../etc/passwd",
        "a\u{0}b",
    ] {
        cases.push(refused(call("campaign", json!(campaign)), 404, "unknown-campaign"));
    }
    cases.push(refused(
        call("campaign", json!("a".repeat(10_000))),
        404,
        "unknown-campaign",
    ));
    let postcodes = [
        "",
        " ",
        "3411",
        "341170",
        "ABCDE",
        "3411O",
        "-4117",
        "٣٤١١٧",
        "34117; --",
        "🏠🏠🏠🏠🏠",
        "99999",
        "00000",
    ];
    for postcode in postcodes {
        cases.push(wrong(call("postcode", json!(postcode)), "postcode"));
    }
    cases.push(wrong(call("postcode", json!("3".repeat(10_000))), "postcode"));
    cases.push(wrong(call("postcode", Value::Null), "postcode"));
    for district in ["", "99999", "Kassel", "🏰"] {
        cases.push(wrong(call("district", json!(district)), "district"));
    }
    for pool in ["", "nowhere", "kassel-stadt ", "<b>kassel-stadt</b>"] {
        cases.push(wrong(call("pool", json!(pool)), "pool"));
    }
    for party in [0, 3, 255] {
        cases.push(wrong(call("party", json!(party)), "party"));
    }
    for year in [0_i64, 35, 999, 1850, 2999, 4_294_967_295] {
        cases.push(wrong(call("birth_year", json!(year)), "birth_year"));
    }
    cases.push(refused(call("birth_year", json!(1990)), 403, "not-entitled"));
    let mistyped = [
        ("campaign", json!(7)),
        ("postcode", json!(34117)),
        ("district", json!([])),
        ("pool", json!({})),
        ("party", json!("1")),
        ("party", json!(-1)),
        ("party", json!(256)),
        ("birth_year", json!("1935")),
        ("birth_year", json!(-1935)),
        ("birth_year", json!(1935.5)),
        ("birth_year", json!(4_294_967_296_i64)),
        ("birth_year", Value::Null),
        ("surname", json!("Zwiebelfisch")),
    ];
    cases.extend(mistyped.into_iter().map(|(field, value)| malformed(call(field, value))));
    let twice = format!(r#"{{"campaign":"{CAMPAIGN}","campaign":"{CAMPAIGN}","postcode":"34117","birth_year":1935}}"#);
    cases.push(malformed(Call::new("POST", "/api/v1/line").body(twice)));
    cases
}

pub fn tickets(scene: &Scene) -> Vec<Case> {
    let long = "A".repeat(4_000);
    let mut rubbish = vec![
        forged(&scene.ticket),
        truncated(&scene.ticket),
        scene.ticket.to_lowercase(),
        format!("{}=", scene.ticket),
        scene.permit.clone(),
        scene.registration.clone(),
        scene.code.clone(),
        long,
    ];
    rubbish.extend(["0", "%20", "%F0%9F%8E%AB", "%00", "null", "'%20OR%201=1--"].map(str::to_owned));
    let mut cases = Vec::new();
    for ticket in rubbish {
        cases.push(refused(
            Call::get(format!("/api/v1/line/{ticket}")),
            404,
            "ticket-invalid",
        ));
        cases.push(refused(
            Call::new("POST", format!("/api/v1/line/{ticket}/enter")),
            404,
            "ticket-invalid",
        ));
    }
    cases
}

/// Every call that wants a permit, with the permits that it must not take.
pub fn permits(scene: &Scene) -> Vec<Case> {
    let booking = json!({ "hold": scene.hold, "registration": scene.registration, "attempt_key": "0".repeat(32) });
    let calls = [
        Call::new("PATCH", "/api/v1/permit"),
        Call::new("DELETE", "/api/v1/permit"),
        Call::get("/api/v1/proposals"),
        Call::post("/api/v1/holds", &json!({ "proposal": "1" })),
        Call::post("/api/v1/bookings", &booking),
    ];
    let bearers = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer 🎫".to_owned(),
        format!("Basic {}", scene.permit),
        format!("bearer{}", scene.permit),
        format!("Bearer {}", forged(&scene.permit)),
        format!("Bearer {}", truncated(&scene.permit)),
        format!("Bearer {}", scene.ticket),
        format!("Bearer {}", scene.registration),
        format!("Bearer {}", "A".repeat(2_000)),
    ];
    let mut cases = Vec::new();
    for call in calls {
        cases.push(refused(call.clone(), 401, "permit-missing"));
        for bearer in &bearers {
            let call = call.clone().header("authorization", bearer.as_bytes());
            cases.push(refused(call, 401, "permit-missing"));
        }
    }
    cases
}

/// Addresses and methods that there are not.
pub fn addresses() -> Vec<Case> {
    let mut cases = Vec::new();
    for path in [
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/line",
        "/api/v1/lines",
        "/api/v1/bookings/A/B/C",
    ] {
        cases.push(refused(Call::get(path), 404, "not-found"));
    }
    for postcode in [
        "",
        "?postcode",
        "?postcode=",
        "?postcode=3411",
        "?postcode=%F0%9F%8F%A0",
        "?plz=34117",
    ] {
        cases.push(wrong(Call::get(format!("/api/v1/availability{postcode}")), "postcode"));
    }
    for (method, path) in [
        ("PUT", "/api/v1/line"),
        ("GET", "/api/v1/line"),
        ("DELETE", "/api/v1/line/A"),
        ("POST", "/api/v1/permit"),
        ("POST", "/api/v1/proposals"),
        ("GET", "/api/v1/holds"),
        ("GET", "/api/v1/registrations"),
        ("PUT", "/api/v1/bookings/A"),
        ("POST", "/api/v1/status"),
        ("OPTIONS", "/api/v1/bookings"),
        ("BREW", "/api/v1/availability"),
    ] {
        cases.push(refused(Call::new(method, path), 405, "method-not-allowed"));
    }
    for path in ["/api/v1/registrations/%FF/verify", "/api/v1/line/%FF/enter"] {
        cases.push(malformed(Call::new("POST", path).json(&json!({ "code": "123456" }))));
    }
    cases
}
