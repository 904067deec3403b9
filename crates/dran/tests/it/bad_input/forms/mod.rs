//! Rubbish in forms: a page with the right status, in the visitor's language, that says what to write instead.

mod booking;

use booking::Pages;
use dran_storm::crowd::page::percent;

use super::{Scene, forged, truncated};
use crate::deployment::{CAMPAIGN, POSTCODE, today};
use crate::http::{Answer, Call};

/// A form or address that must be answered with an error, and what the English page says about it.
type Case = (Call, u16, &'static str);

const POSTCODE_FORM: &str = "A postcode has five digits";
const YEAR_ONLY: &str = "Do the papers name only the year of birth? That happens and is no mistake.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_form_is_answered_and_changes_nothing() {
    let scene = Scene::new().await;
    let pages = Pages::of(&scene).await;
    let before = scene.state().await;
    let cases = [
        joining(),
        places(&scene),
        finding_a_booking(&scene),
        booking::access(&scene, &pages),
        booking::persons(&pages),
        booking::contacts(&pages),
        booking::last_steps(&scene, &pages),
        addresses(&scene),
    ];
    let mut complaints = Vec::new();
    for (call, status, says) in cases.into_iter().flatten() {
        let english = scene.client.send(&call.clone().language("en-GB,en;q=0.9")).await;
        complaints.extend(complaint(&call, &english, status, "en", says));
        let german = scene.client.send(&call.clone().language("de-DE")).await;
        complaints.extend(complaint(&call, &german, status, "de", ""));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert_eq!(scene.state().await, before);
    scene.nobody_is_named_in_the_log();
}

/// What is wrong with an answer, if anything is.
fn complaint(call: &Call, answer: &Answer, status: u16, language: &str, says: &str) -> Option<String> {
    let page = answer.text();
    let wrong = if answer.status.as_u16() != status {
        format!("not {status}")
    } else if !answer.header("content-type").starts_with("text/html") {
        "no page".to_owned()
    } else if answer.header("content-language") != language || !page.contains(&format!("<html lang=\"{language}\"")) {
        format!("not in {language}")
    } else if !page.contains(says) {
        format!("does not say `{says}`")
    } else if page.contains("<script>alert") {
        // What was typed comes back as text, never as a part of the page.
        "runs what was typed".to_owned()
    } else {
        return None;
    };
    let (sent, main) = (format!("{call:?}"), page.split("<main").nth(1).unwrap_or(page));
    let short = |text: &str| text.chars().take(500).collect::<String>();
    Some(format!("{wrong}: {}: {} {}", short(&sent), answer.status, short(main)))
}

/// A form with one field typed otherwise.
fn typed<'a>(good: &[(&'a str, &'a str)], field: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let other = |(name, good): &(&'a str, &'a str)| (*name, if *name == field { value } else { *good });
    good.iter().map(other).collect()
}

fn joining() -> Vec<Case> {
    let good = [("postcode", POSTCODE), ("birth_year", "1935"), ("persons", "1")];
    let path = format!("/anstellen/{CAMPAIGN}");
    let post = |field: &str, value: &str| Call::form(&path, &typed(&good, field, value));
    let mut cases = vec![(Call::form(&path, &[]), 422, "Please enter the postcode")];
    let long = "3".repeat(10_000);
    for postcode in [
        "3411",
        "ABCDE",
        "🏠🏠🏠🏠🏠",
        "<script>alert(1)</script>",
        "34117' OR 1=1",
        &long,
    ] {
        cases.push((post("postcode", postcode), 422, POSTCODE_FORM));
    }
    let next_year = (today().year() + 1).to_string();
    for (year, says) in [
        ("", "Please enter the year of birth"),
        ("35", "with four digits"),
        ("nineteen", "with four digits"),
        ("🎂", "with four digits"),
        ("08.03.1935", "with four digits"),
        ("1850", "more than 125 years ago"),
        (&next_year, "in the future"),
    ] {
        cases.push((post("birth_year", year), 422, says));
    }
    for persons in ["", "0", "3", "two", "👫"] {
        cases.push((post("persons", persons), 422, "one or two people"));
    }
    for campaign in ["unknown", "%F0%9F%A6%A0", "'%20OR%201=1", "..%2F..%2Fetc"] {
        cases.push((Call::get(format!("/anstellen/{campaign}")), 404, ""));
        cases.push((Call::form(format!("/anstellen/{campaign}"), &good), 404, ""));
        cases.push((Call::form(format!("/anstellen/{campaign}"), &[]), 404, ""));
    }
    cases.push((Call::get("/anstellen/%FF"), 400, ""));
    // What is no form has none of the fields.
    let post = || Call::new("POST", path.as_str());
    cases.push((post().body(r#"{"postcode":"34117"}"#), 422, "Please enter the postcode"));
    cases.push((post().body(b"postcode=\xff\xfe&\x00".to_vec()), 422, POSTCODE_FORM));
    cases.push((post().body("postcode=%FF%FE%zz%"), 422, POSTCODE_FORM));
    cases.push((
        post()
            .header("content-type", "multipart/form-data; boundary=x")
            .body("--x--"),
        422,
        "",
    ));
    cases
}

fn places(scene: &Scene) -> Vec<Case> {
    let mut cases = Vec::new();
    for code in [
        "",
        "AAAA",
        "🎫",
        "<script>alert('x')</script>",
        &scene.ticket,
        &"A".repeat(5_000),
    ] {
        cases.push((Call::form("/platz", &[("code", code)]), 422, "line code"));
    }
    for ticket in [
        &forged(&scene.ticket),
        &truncated(&scene.ticket),
        &scene.permit,
        &scene.registration,
        "%00",
        "1",
    ] {
        cases.push((Call::get(format!("/platz/{ticket}")), 404, ""));
        cases.push((Call::new("POST", format!("/platz/{ticket}")), 404, ""));
    }
    cases
}

fn finding_a_booking(scene: &Scene) -> Vec<Case> {
    let good = [
        ("code", &*scene.code),
        ("birth_day", "8"),
        ("birth_month", "3"),
        ("birth_year", "1935"),
    ];
    let post = |fields: &[(&str, &str)]| Call::form("/termin", fields);
    let date = |day, month, year| {
        post(&[
            ("code", &*scene.code),
            ("birth_day", day),
            ("birth_month", month),
            ("birth_year", year),
        ])
    };
    let mut cases = vec![
        (post(&[]), 422, "This is not a complete booking code"),
        (date("9", "3", "1935"), 422, "We find no booking"),
        (date("", "", "1935"), 422, YEAR_ONLY),
        (date("00", "00", "1935"), 422, YEAR_ONLY),
        (date("29", "2", "1935"), 422, "There was no 29 February in 1935"),
        (date("31", "4", "1935"), 422, "This month has only 30 days"),
    ];
    for code in [
        "",
        "AAAA-BBBB-CCCC",
        "🔑",
        "<script>alert(1)</script>",
        "'; DROP TABLE series; --",
    ] {
        cases.push((post(&typed(&good, "code", code)), 422, "booking code"));
    }
    cases
}

fn addresses(scene: &Scene) -> Vec<Case> {
    let mut cases = Vec::new();
    for path in [
        "/nothing",
        "/wp-login.php",
        "/index.html",
        "/%F0%9F%8F%A0",
        "/.git/config",
        "/demo/outbox",
        "/api",
    ] {
        cases.push((Call::get(path), 404, ""));
    }
    cases.push((
        Call::get(format!("/auslosung/{}", percent("<script>alert(1)</script>"))),
        404,
        "",
    ));
    cases.push((Call::get("/assets/nothing.css"), 404, ""));
    for (method, path) in [
        ("PUT", "/"),
        ("DELETE", "/platz"),
        ("PATCH", "/termin"),
        ("BREW", "/datenschutz"),
    ] {
        cases.push((Call::new(method, path), 405, ""));
    }
    // A form on another site that books in the visitor's name.
    let call = Call::new("POST", format!("/platz/{}", scene.ticket));
    cases.push((call.clone().header("origin", "https://evil.example"), 403, ""));
    cases.push((call.header("sec-fetch-site", "cross-site"), 403, ""));
    cases
}
