//! Who is let in, and what a call hears.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use dran_core::hotline::json_signature;

use super::*;
use crate::app::App;
use crate::{PublicSide, StaffApp, StaffSide};

fn begin() -> Vec<(&'static str, &'static str)> {
    vec![("CallSid", "CA1"), ("From", GRANDMOTHER), ("CallStatus", "ringing")]
}

#[tokio::test]
async fn a_grandmother_gets_a_place_and_hears_it_when_she_calls_again() {
    let hotline = Hotline::new().await;
    let mut call = Call::from(&hotline, GRANDMOTHER, "CA1").await;
    assert_eq!(
        call.hears(),
        "Guten Tag. Hier ist die Hilfe am Telefon für Impftermine in Hessen. Für Deutsch drücken Sie bitte die 1. \
         For English, please press 2."
    );
    let voices: Vec<_> = call
        .seen
        .named("Say")
        .into_iter()
        .map(|(_, attributes, _)| attributes)
        .collect();
    assert_eq!(voices[0], [("language".to_owned(), "de-DE".to_owned())]);
    assert_eq!(voices[1], [("language".to_owned(), "en-GB".to_owned())]);
    call.types("1").await;
    assert!(
        call.hears().starts_with("Sie möchten einen Impftermin?"),
        "{}",
        call.hears()
    );
    call.types("1").await;
    assert!(call.hears().contains("Sie müssen nicht warten"), "{}", call.hears());
    call.types("34117").await;
    assert!(call.hears().contains("Termine frei."), "{}", call.hears());
    call.types("1935").await;
    call.types("1").await;
    let heard = call.hears();
    assert!(
        heard.starts_with("Sie haben jetzt einen Platz in der Reihe."),
        "{heard}"
    );
    assert!(heard.contains("am Dienstag, dem zwölften Januar, um 8 Uhr."), "{heard}");
    assert!(
        heard.contains("Unter dieser Nummer: 0, 5, 6, 1, 7, 8, 7, 0."),
        "{heard}"
    );
    assert_eq!(hotline.joined(), 1);
    // A redial finds it, in another call, without a question.
    let again = Call::from(&hotline, GRANDMOTHER, "CA2").await;
    assert!(
        again.hears().contains("Ihr Platz ist Ihnen sicher."),
        "{}",
        again.hears()
    );
    assert_eq!(hotline.joined(), 1);
}

#[tokio::test]
async fn english_callers_are_spoken_to_in_english() {
    let hotline = Hotline::new().await;
    let mut call = Call::from(&hotline, GRANDMOTHER, "CA1").await;
    call.types("2").await;
    assert!(
        call.hears().starts_with("Would you like a vaccination appointment?"),
        "{}",
        call.hears()
    );
    // And when they call again.
    call.goes_on(&[]).await.goes_on(&[]).await;
    assert_eq!(hotline.joined(), 1);
    let again = Call::from(&hotline, GRANDMOTHER, "CA2").await;
    assert!(again.hears().contains("Your place is safe."), "{}", again.hears());
}

#[tokio::test]
async fn a_withheld_number_is_asked_for() {
    let hotline = Hotline::new().await;
    for from in ["anonymous", "", "+266696687", "sip:anonymous@anonymous.invalid"] {
        let mut call = Call::from(&hotline, from, &format!("CA{from}")).await;
        for keys in ["1", "1", "34117", "1935", "1"] {
            call.types(keys).await;
        }
        assert!(
            call.hears().starts_with("Unter welcher Telefonnummer"),
            "{from}: {}",
            call.hears()
        );
    }
    let mut call = Call::from(&hotline, "anonymous", "CA9").await;
    for keys in ["1", "1", "34117", "1935", "1", "05617870"] {
        call.types(keys).await;
    }
    assert!(
        call.hears().contains("0, 5, 6, 1, 7, 8, 7, 0. Ist das richtig?"),
        "{}",
        call.hears()
    );
    assert!(!call.target.contains("5617870"));
    call.types("1").await;
    assert!(
        call.hears().starts_with("Sie haben jetzt einen Platz"),
        "{}",
        call.hears()
    );
    let known = Call::from(&hotline, GRANDMOTHER, "CA10").await;
    assert!(
        known.hears().contains("Ihr Platz ist Ihnen sicher."),
        "{}",
        known.hears()
    );
}

#[tokio::test]
async fn a_caller_who_cannot_type_has_a_ticket_after_two_silences() {
    let hotline = Hotline::new().await;
    let mut call = Call::from(&hotline, GRANDMOTHER, "CA1").await;
    call.goes_on(&[]).await.goes_on(&[]).await;
    assert!(
        call.hears().starts_with("Sie haben jetzt einen Platz"),
        "{}",
        call.hears()
    );
    let mut call = Call::from(&hotline, "anonymous", "CA2").await;
    call.goes_on(&[]).await.goes_on(&[]).await;
    assert!(
        call.hears().contains("Ihre Wartenummer hat zwölf Zeichen."),
        "{}",
        call.hears()
    );
    call.goes_on(&[]).await;
    assert_eq!(call.seen.named("Hangup").len(), 1);
}

#[tokio::test]
async fn every_document_is_xml_and_carries_no_number_in_an_address() {
    let hotline = Hotline::new().await;
    let mut call = Call::from(&hotline, GRANDMOTHER, "CA1").await;
    for keys in [
        "1", "3", "2345", "6789", "2345", "08031935", "0", "99999", "34117", "1935", "2", "1",
    ] {
        let elements = call.seen.elements();
        assert_eq!(elements[0].0, "Response");
        for (_, attributes, _) in &elements {
            for (name, value) in attributes.iter().filter(|(name, _)| name == "action") {
                assert!(!value.contains("5617870") && !value.contains("1935"), "{name}: {value}");
            }
        }
        call.types(keys).await;
    }
}

#[tokio::test]
async fn forged_signatures_are_refused() {
    let hotline = Hotline::new().await;
    let fields = begin();
    let genuine = sign("/hotline/voice", &fields);
    let body = form(&fields);
    let refused = async |target: &str, body: &str, signature: Option<&str>| {
        let seen = hotline.send(voice_request(target, body, signature)).await;
        assert_eq!((seen.status, seen.text.as_str()), (StatusCode::FORBIDDEN, ""));
    };
    refused("/hotline/voice", &body, None).await;
    refused("/hotline/voice", &body, Some("")).await;
    refused("/hotline/voice", &body, Some(&genuine.to_lowercase())).await;
    refused(
        "/hotline/voice",
        &form(&[("CallSid", "CA2"), ("From", GRANDMOTHER)]),
        Some(&genuine),
    )
    .await;
    refused("/hotline/voice?x=1", &body, Some(&genuine)).await;
    refused("/hotline/voice/abc", &body, Some(&genuine)).await;
    let other = dran_core::hotline::voice_signature(b"guessed", &format!("{URL}/hotline/voice"), &pairs(&fields));
    refused("/hotline/voice", &body, Some(&other)).await;
    let seen = hotline
        .send(voice_request("/hotline/voice", &body, Some(&genuine)))
        .await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(hotline.joined(), 0);
}

#[tokio::test]
async fn a_request_that_is_played_again_does_nothing_twice() {
    let hotline = Hotline::new().await;
    let mut call = Call::from(&hotline, GRANDMOTHER, "CA1").await;
    for keys in ["1", "1", "34117", "1935"] {
        call.types(keys).await;
    }
    let at_party = call.target.clone();
    for _ in 0..3 {
        call.target.clone_from(&at_party);
        call.types("1").await;
        assert!(call.hears().contains("einen Platz in der Reihe."), "{}", call.hears());
    }
    assert_eq!(hotline.joined(), 1);
    // Another call cannot go on with it, and neither can this one tomorrow: they begin again.
    let fields = [("CallSid", "CA2"), ("From", "+495619999"), ("Digits", "1")];
    let seen = hotline.voice(&at_party, &fields).await;
    assert!(seen.said().starts_with("Guten Tag."), "{}", seen.said());
    hotline.seconds.fetch_add(86_400, Ordering::SeqCst);
    call.target = at_party;
    call.from = "+495619999".into();
    call.types("1").await;
    assert!(call.hears().starts_with("Guten Tag."), "{}", call.hears());
    assert_eq!(hotline.joined(), 1);
}

#[tokio::test]
async fn rubbish_that_is_signed_is_answered_as_a_call() {
    let hotline = Hotline::new().await;
    for fields in [
        vec![],
        vec![("CallSid", ""), ("From", "\u{0}<>&\""), ("Digits", "ABCD<script>")],
        vec![("Digits", "1"), ("Digits", "2"), ("CallSid", "CA1")],
    ] {
        for target in [
            "/hotline/voice",
            "/hotline/voice/x",
            "/hotline/voice/%00%ff",
            "/hotline/voice/AQcB",
        ] {
            let seen = hotline.voice(target, &fields).await;
            assert_eq!(seen.status, StatusCode::OK);
            assert!(seen.said().starts_with("Guten Tag."), "{}", seen.said());
        }
    }
    let large = "a".repeat(20_000);
    let seen = hotline.voice("/hotline/voice", &[("CallSid", &large)]).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    let get = Request::get("/hotline/voice").body(Body::empty()).unwrap();
    assert_eq!(hotline.send(get).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_call_that_has_ended_is_answered_with_nothing() {
    let hotline = Hotline::new().await;
    let mut call = Call::from(&hotline, GRANDMOTHER, "CA1").await;
    let fields = [("CallSid", "CA1"), ("From", GRANDMOTHER), ("CallStatus", "completed")];
    let seen = hotline.voice(&call.target, &fields).await;
    assert_eq!(seen.elements().len(), 1);
    call.types("1").await;
    assert!(call.hears().starts_with("Sie möchten"), "{}", call.hears());
}

#[tokio::test]
async fn a_door_without_a_secret_does_not_exist() {
    let hotline = Hotline::with(HotlineConfig {
        url: URL.into(),
        voice_secret: None,
        json_secret: None,
        agents: AgentsLine::Queue("hotline".into()),
    })
    .await;
    for target in ["/hotline/voice", "/hotline/voice/x", "/hotline/json"] {
        let seen = hotline.voice(target, &begin()).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{target}");
    }
}

#[tokio::test]
async fn telephone_systems_are_answered_beside_the_staff_and_not_beside_the_citizens() {
    let hotline = Hotline::new().await;
    let app = App::new(hotline.service.clone(), false);
    let staff = StaffSide::new(StaffApp {
        app: app.clone(),
        staff: hotline.staff(),
        url: Some("https://desk.example".into()),
    });
    let fields = begin();
    let ask = || voice_request("/hotline/voice", &form(&fields), Some(&sign("/hotline/voice", &fields)));
    let beside_staff = staff.with(hotline.router.clone()).router();
    // No browser's form, so it needs no origin.
    assert_eq!(beside_staff.oneshot(ask()).await.unwrap().status(), StatusCode::OK);
    let beside_citizens = PublicSide::new(app).router();
    let refused = beside_citizens.oneshot(ask()).await.unwrap().status();
    assert!(refused.is_client_error(), "{refused}");
}

#[test]
fn a_line_of_agents_is_a_queue_an_address_or_a_number() {
    for text in ["queue:hotline", "sip:agents@pbx.example", "tel:+4961150592888"] {
        assert_eq!(text.parse::<AgentsLine>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "hotline",
        "queue:",
        "sip:agents",
        "tel:0611",
        "queue:a b",
        "mailto:a@b",
    ] {
        assert!(text.parse::<AgentsLine>().is_err(), "{text}");
    }
}

// --- the JSON twin ---

impl Hotline {
    async fn json(&self, body: &str, signature: &str) -> (StatusCode, serde_json::Value) {
        let request = Request::post("/hotline/json").header("X-Dran-Signature", signature);
        let seen = self.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        (seen.status, serde_json::from_str(&seen.text).unwrap())
    }

    async fn signed_json(&self, body: &serde_json::Value) -> (StatusCode, serde_json::Value) {
        let body = body.to_string();
        self.json(&body, &json_signature(JSON_SECRET, body.as_bytes())).await
    }
}

#[tokio::test]
async fn the_twin_leads_the_same_dialogue() {
    let hotline = Hotline::new().await;
    let at = hotline.now();
    let mut state = serde_json::Value::Null;
    let mut last = serde_json::Value::Null;
    for keys in [None, Some("1"), Some("1"), Some("34117"), Some("1935"), Some("1")] {
        let asked = serde_json::json!({"call": "c1", "at": at, "state": state, "from": GRANDMOTHER, "keys": keys});
        let (status, told) = hotline.signed_json(&asked).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        state = told["state"].clone();
        last = told;
    }
    assert_eq!(hotline.joined(), 1);
    let said = last["do"][0]["gather"]["say"][0].clone();
    assert_eq!(said["language"], "de-DE");
    assert!(
        said["text"]
            .as_str()
            .unwrap()
            .starts_with("Sie haben jetzt einen Platz"),
        "{said}"
    );
    assert_eq!(
        (&last["do"][0]["gather"]["keys"], &last["ended"]),
        (&1.into(), &serde_json::Value::Null)
    );
    let asked = serde_json::json!({"call": "c1", "at": at, "state": state, "from": GRANDMOTHER});
    let (_, told) = hotline.signed_json(&asked).await;
    assert_eq!(
        (&told["do"][1], &told["ended"]),
        (&serde_json::json!({"hang_up": true}), &"ticket".into())
    );
}

#[tokio::test]
async fn the_twin_refuses_forgeries_old_requests_and_rubbish() {
    let hotline = Hotline::new().await;
    let at = hotline.now();
    let good = serde_json::json!({"call": "c1", "at": at, "from": GRANDMOTHER}).to_string();
    let signature = json_signature(JSON_SECRET, good.as_bytes());
    assert_eq!(hotline.json(&good, &signature).await.0, StatusCode::OK);
    assert_eq!(hotline.json(&good, "").await.0, StatusCode::FORBIDDEN);
    assert_eq!(
        hotline.json(&format!("{good} "), &signature).await.0,
        StatusCode::FORBIDDEN
    );
    let other = json_signature(SECRET, good.as_bytes());
    assert_eq!(hotline.json(&good, &other).await.0, StatusCode::FORBIDDEN);
    hotline.seconds.fetch_add(301, Ordering::SeqCst);
    assert_eq!(hotline.json(&good, &signature).await.0, StatusCode::FORBIDDEN);
    let at = hotline.now();
    for rubbish in [
        serde_json::json!({}),
        serde_json::json!([]),
        serde_json::json!({"call": "", "at": at}),
        serde_json::json!({"call": "c", "at": "now"}),
        serde_json::json!({"call": "c", "at": at, "digits": "1"}),
        serde_json::json!({"call": "c".repeat(300), "at": at}),
    ] {
        assert_eq!(
            hotline.signed_json(&rubbish).await.0,
            StatusCode::BAD_REQUEST,
            "{rubbish}"
        );
    }
}
