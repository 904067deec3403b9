//! People who have appointments.

use axum::http::StatusCode;
use dran_core::codes::Receipt;

use super::super::Seen;
use super::{ERNA, WHO, open};

/// The first page of appointments that a page leads to.
fn series_path(page: &Seen) -> String {
    let rest = page.text.split("href=\"/desk/termin/").nth(1).unwrap();
    format!("/desk/termin/{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn a_person_is_found_by_code_by_name_and_by_phone_and_each_look_is_in_the_log() {
    let mut open = open().await;
    let booked = open.book(&WHO, &ERNA).await;
    let booked = open.get(&booked).await;
    let code = booked.text.split("<span class=\"code\">").nth(1).unwrap();
    let code = code.split('<').next().unwrap().to_owned();
    for (q, birth) in [(&*code, ""), ("MUSTER", "8.3.1935"), ("0151 2345 6789", "")] {
        let before = open.desk.log().await.len();
        let found = open.search(q, birth).await;
        assert!(
            found.says("One found") && found.says("Erna Luise Muster"),
            "{q}: {}",
            found.text
        );
        let log = open.desk.log().await;
        assert!(log[before].ends_with("read search=1"), "{log:?}");
        assert!(log[before + 1].contains("read series="), "{log:?}");
    }
    assert!(open.search("Muster", "9.3.1935").await.says("Nobody found"));
    for (q, birth) in [("", ""), ("Muster", ""), ("12", ""), ("Muster", "gestern")] {
        let wrong = open.search(q, birth).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{q}");
    }
    assert_eq!(
        open.get("/desk/termin/AAAABBBBCCCC").await.status,
        StatusCode::NOT_FOUND
    );
}

/// Letters of no code but with its length and, by chance, with the sum of a receipt.
#[tokio::test]
async fn a_name_that_could_be_a_receipt_is_a_name_beside_a_date_of_birth() {
    let mut open = open().await;
    let kaufmann = ERNA.map(|(name, typed)| {
        if name == "family_name" {
            (name, "Kaufmann")
        } else {
            (name, typed)
        }
    });
    open.book(&WHO, &kaufmann).await;
    assert!(Receipt::parse("Kaufmann").is_ok());
    assert!(open.search("Kaufmann", "8.3.1935").await.says("Erna Luise Kaufmann"));
}

#[tokio::test]
async fn appointments_are_told_again_moved_and_cancelled_with_a_reason() {
    let mut open = open().await;
    open.book(&WHO, &ERNA).await;
    let path = series_path(&open.search("Muster", "8.3.1935").await);
    let shown = open.get(&path).await;
    assert!(
        shown.says("+4915123456789") && shown.says("There is no note yet."),
        "{}",
        shown.text
    );
    assert!(open.get(&format!("{path}/druck")).await.says("Erna Luise Muster"));

    let empty = open.send_to(&path, &shown, &[("what", "note")]).await;
    assert!(empty.says("Please add the reason."), "{}", empty.text);
    for _ in 0..2 {
        let noted = open
            .send_to(&path, &shown, &[("what", "note"), ("reason", "hears badly")])
            .await;
        assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.text);
    }
    let noted = open.get(&path).await;
    assert_eq!(noted.text.matches("hears badly").count(), 1, "sent twice, noted once");

    let before = open.messages().await;
    for _ in 0..2 {
        open.send_to(&path, &shown, &[("what", "resend")]).await;
    }
    assert_eq!(open.messages().await, before + 1, "sent twice, told once");

    let moving = open.get(&format!("{path}/verschieben")).await;
    let to = format!("{path}/verschieben");
    assert!(
        open.send_to(&to, &moving, &[("choice", "2")])
            .await
            .says("Please add the reason.")
    );
    let reason = [("choice", "2"), ("reason", "a doctor's appointment")];
    for _ in 0..2 {
        let moved = open.send_to(&to, &moving, &reason).await;
        assert!(moved.location().ends_with("?erledigt=verlegt"), "{}", moved.text);
    }
    assert_eq!(open.messages().await, before + 2, "sent twice, moved once");

    let shown = open.get(&path).await;
    assert!(
        open.send_to(&path, &shown, &[("what", "cancel")])
            .await
            .says("Please add the reason.")
    );
    for _ in 0..2 {
        open.send_to(&path, &shown, &[("what", "cancel"), ("reason", "is well again")])
            .await;
    }
    let shown = open.get(&format!("{path}?erledigt=abgesagt")).await;
    assert!(
        shown.says("This appointment is cancelled.") && shown.says("is well again"),
        "{}",
        shown.text
    );
    assert_eq!(open.messages().await, before + 3);
    let counts = open.desk.service.store().counts().await.unwrap();
    assert_eq!((counts.series_booked, counts.series_cancelled), (0, 1));
    let log = open.desk.log().await.concat();
    assert!(log.contains("changed series=") && !log.contains("well again"), "{log}");
}

/// The hidden fields that begin a call with somebody who was found.
fn begins(found: &Seen) -> Vec<(String, String)> {
    let form = found.text.split("class=\"desk-begin\"").nth(1).unwrap();
    super::fields(&format!("<form id=\"form\"{form}"))
}

#[tokio::test]
async fn who_is_found_without_an_appointment_is_booked_with_nothing_typed_again() {
    let mut open = open().await;
    let shown = open.proposals(&WHO).await;
    let shown = open.send(&shown, &[("choice", "1")]).await;
    let review = open.send(&shown, &ERNA).await;
    let missed = open.send(&review, &[("hold", "999999")]).await;
    assert!(
        missed.says("value=\"choose\""),
        "nothing is held by that number: {}",
        missed.text
    );
    let found = open.search("Muster", "8.3.1935").await;
    assert!(found.says("Registered"), "{}", found.text);
    let known = begins(&found);
    let known: Vec<(&str, &str)> = known.iter().map(|(name, value)| (&**name, &**value)).collect();
    let who = open.agent.post(&open.desk, "/desk", &known).await;
    for typed in ["value=\"34117\"", "value=\"08031935\"", "value=\"Muster\""] {
        assert!(who.says(typed), "{typed}: {}", who.text);
    }
    let button = who.text.split("class=\"button\" type=\"submit\"").nth(1).unwrap();
    assert!(button.starts_with(" autofocus"), "Enter goes on");
    let shown = open.send(&who, &[]).await;
    let shown = open.until_called(shown).await;
    let names = open.send(&shown, &[("choice", "1")]).await;
    assert!(names.says("value=\"Erna Luise\"") && names.says("value=\"+4915123456789\""));
    // What a list offers is chosen already.
    assert!(names.says("value=\"f\" selected"), "{}", names.text);
    let review = open.send(&names, &[("sex", "f"), ("language", "de")]).await;
    let booked = open.send(&review, &[]).await;
    assert!(booked.location().starts_with("/desk/gebucht/"), "{}", booked.text);
    let found = open.search("Muster", "8.3.1935").await;
    let rows: Vec<&str> = found.text.split("<th scope=\"row\">").skip(1).collect();
    let with_page = rows.iter().find(|row| row.contains("/desk/termin/")).unwrap();
    assert!(
        !with_page.contains("desk-begin"),
        "who has an appointment is not booked again: {with_page}"
    );
}
