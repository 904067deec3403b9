//! Persons, contacts and verification codes.

use serde_json::{Value, json};

use super::{Case, malformed, no_documents, refused, with, wrong};
use crate::bad_input::{Scene, forged, registration_body, tomorrow, truncated};
use crate::http::Call;

pub fn registrations() -> Vec<Case> {
    let good = registration_body();
    let path = "/api/v1/registrations";
    let call = |pointer: &str, value: Value| Call::post(path, &with(&good, pointer, value));
    let person = |field: &str, value: &str| call(&format!("/persons/0/{field}"), json!(value));
    let mut cases = no_documents(|| Call::new("POST", path));
    for campaign in ["", "unknown", "🦠", "x'; DROP TABLE person; --"] {
        cases.push(refused(call("/campaign", json!(campaign)), 404, "unknown-campaign"));
    }
    let long = "Zwiebelfisch".repeat(200);
    let names = [
        "😀",
        "Zwiebelfisch 😀",
        "<script>alert('Zwiebelfisch')</script>",
        "Robert'); DROP TABLE person; --",
        "Zwiebelfisch\u{0}",
        "Zwiebelfisch\r\nBcc: all@example.org",
        "Zwiebelfisch2",
        "\u{202e}hcsiflebeiwZ",
        "{{7*7}}",
        "...",
        "Z\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}",
        &long,
    ];
    for name in names {
        cases.push(wrong(person("family_name", name), "persons.0.family_name"));
        cases.push(wrong(person("given_name", name), "persons.0.given_name"));
    }
    let nameless = with(
        &with(&good, "/persons/0/family_name", json!(" ")),
        "/persons/0/given_name",
        json!("\u{200b}"),
    );
    cases.push(wrong(Call::post(path, &nameless), "persons.0.family_name"));
    let dates = [
        "",
        "1935",
        "1935-00-00",
        "1935-02-29",
        "1935-04-31",
        "1900-02-29",
        "1935-13-01",
        "1935-01-32",
        "1935-1",
        "35-03-08",
        "08.03.1935",
        "08/03/1935",
        "1935-03-08T00:00:00Z",
        "1935-03-08-1",
        "-1935-03-08",
        "1850-01-01",
        "9999-12-31",
        "1935-Mar-08",
        "١٩٣٥-٠٣-٠٨",
        "🎂",
        &tomorrow(),
        &long,
    ];
    cases.extend(dates.map(|date| wrong(person("birth_date", date), "persons.0.birth_date")));
    cases.push(wrong(person("birth_date", "1990-05-05"), "persons.0.group"));
    for sex in ["", "w", "female", "ff", "⚧", "1"] {
        cases.push(wrong(person("sex", sex), "persons.0.sex"));
    }
    for postcode in ["", "3411", "341170", "ABCDE", "99999", "🏠🏠🏠🏠🏠"] {
        cases.push(wrong(person("postcode", postcode), "persons.0.postcode"));
    }
    for group in ["", "ab-81", "AB-80", "everybody", "🦠", &long] {
        cases.push(wrong(person("group", group), "persons.0.group"));
    }
    // A group of the region that this campaign is not open to.
    cases.push(wrong(person("group", "pflegeheim"), "persons.0.group"));
    let couple = json!([good["persons"][0], good["persons"][0]]);
    cases.push(wrong(call("/persons", couple), "persons.1.family_name"));
    let three = json!([good["persons"][0], good["persons"][0], good["persons"][0]]);
    cases.push(wrong(call("/persons", three), "persons"));
    cases.push(wrong(call("/persons", json!([])), "persons"));
    cases.extend(contacts(|contact| call("/contact", contact)));
    for language in ["", "xx", "tlh", "de-DE-1996-x-foo", "🇩🇪"] {
        cases.push(wrong(call("/language", json!(language)), "language"));
    }
    let (short, foreign) = ("a".repeat(31), "z".repeat(32));
    let signs = "+a".repeat(16);
    let umlauts = "ä".repeat(16);
    for key in ["", "1", &short, &foreign, &signs, &umlauts, &long] {
        cases.push(wrong(call("/attempt_key", json!(key)), "attempt_key"));
    }
    let mistyped = [
        ("/campaign", Value::Null),
        ("/persons", json!({})),
        ("/persons", json!("Zwiebelfisch")),
        ("/persons/0", Value::Null),
        ("/persons/0/given_name", json!(["Adelgunde"])),
        ("/persons/0/family_name", json!(7)),
        ("/persons/0/birth_date", json!(19_310_723)),
        ("/persons/0/sex", Value::Null),
        ("/persons/0/postcode", json!(34117)),
        ("/persons/0/district", json!(6611)),
        ("/persons/0/group", json!(80)),
        ("/persons/0/maiden_name", json!("Zwiebelfisch")),
        ("/contact", Value::Null),
        ("/contact", json!("0151 12345678")),
        ("/contact/mobile", json!(15_112_345_678_i64)),
        ("/contact/fax", json!("0561 123")),
        ("/language", json!(["de"])),
        ("/attempt_key", json!(1)),
        ("/admin", json!(true)),
    ];
    cases.extend(
        mistyped
            .into_iter()
            .map(|(pointer, value)| malformed(call(pointer, value))),
    );
    cases
}

/// Contacts that nobody can be reached by.
fn contacts(call: impl Fn(Value) -> Call) -> Vec<Case> {
    let mut cases = Vec::new();
    let long = "a".repeat(300);
    for mobile in [
        "",
        "0561 7654321",
        "110",
        "12345",
        "+1 555",
        "0151 ABCDEFG",
        "📱",
        &"1".repeat(2_000),
    ] {
        cases.push(wrong(call(json!({ "mobile": mobile })), "contact.mobile"));
    }
    let addresses = [
        "",
        "adelgunde",
        "adelgunde@",
        "@zwiebel.example",
        "adelgunde@zwiebel",
        "adelgunde@@zwiebel.example",
        "adelgunde@zwiebel.example\r\nBcc: all@example.org",
        "adelgunde@zwiebel.example,all@example.org",
        "Adelgunde <adelgunde@zwiebel.example>",
        "adel gunde@zwiebel.example",
        &format!("{long}@zwiebel.example"),
    ];
    cases.extend(addresses.map(|address| wrong(call(json!({ "email": address })), "contact.email")));
    let letter = |street: &str, town: &str| call(json!({ "letter": { "street": street, "town": town } }));
    for line in ["", "  ", "Lindwurmgasse\n77", "Lindwurmgasse\u{0}", &long] {
        cases.push(wrong(letter(line, "Hintertupfing"), "contact.letter.street"));
        cases.push(wrong(letter("Lindwurmgasse 77", line), "contact.letter.town"));
    }
    cases.push(wrong(call(json!({})), "contact"));
    cases.push(wrong(
        call(json!({ "mobile": "0151 12345678", "email": "adelgunde@zwiebel.example" })),
        "contact",
    ));
    cases.push(malformed(call(json!({ "letter": { "street": "Lindwurmgasse 77" } }))));
    cases.push(malformed(call(json!({ "letter": "Lindwurmgasse 77" }))));
    cases
}

pub fn codes(scene: &Scene) -> Vec<Case> {
    let path = |registration: &str, end: &str| format!("/api/v1/registrations/{registration}/{end}");
    let mut cases = Vec::new();
    for registration in [
        "1",
        "%F0%9F%8E%AB",
        &forged(&scene.registration),
        &truncated(&scene.registration),
        &scene.permit,
    ] {
        let verify = Call::post(path(registration, "verify"), &json!({ "code": "123456" }));
        cases.push(refused(verify, 404, "unknown-registration"));
        cases.push(refused(
            Call::post(path(registration, "code"), &json!({})),
            404,
            "unknown-registration",
        ));
    }
    for code in ["", "12345", "1234567", "12 34", "abcdef", "🔢🔢", "'OR'1"] {
        let call = Call::post(path(&scene.registration, "verify"), &json!({ "code": code }));
        cases.push(wrong(call, "code"));
    }
    for body in [
        json!({ "code": 123_456 }),
        json!({ "code": null }),
        json!({ "code": "123456", "force": true }),
    ] {
        cases.push(malformed(Call::post(path(&scene.registration, "verify"), &body)));
    }
    cases.push(malformed(Call::post(
        path(&scene.registration, "code"),
        &json!({ "contact": 1 }),
    )));
    cases.push(malformed(Call::post(
        path(&scene.registration, "code"),
        &json!({ "to": "Zwiebelfisch" }),
    )));
    cases.extend(contacts(|contact| {
        Call::post(path(&scene.registration, "code"), &json!({ "contact": contact }))
    }));
    cases
}
