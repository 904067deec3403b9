//! One call, part by part.

use axum::http::StatusCode;

use super::{ERNA, WHO, open};

#[tokio::test]
async fn a_call_becomes_a_booking_part_by_part_and_sent_twice_it_is_one() {
    let mut open = open().await;
    let shown = open.proposals(&[("postcode", "34117"), ("birth", "08031935")]).await;
    assert!(
        shown.says("CoronaImpfV"),
        "the legal reason stands there: {}",
        shown.text
    );
    let shown = open.send(&shown, &[("choice", "2")]).await;
    assert!(shown.says("value=\"names\""), "{}", shown.text);
    let review = open.send(&shown, &ERNA).await;
    assert!(
        review.says("Erna Luise Muster") && review.says("8 March 1935"),
        "{}",
        review.text
    );
    let first = open.send(&review, &[]).await;
    let again = open.send(&review, &[]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    assert_eq!(first.location(), again.location());
    let booked = open.get(first.location()).await;
    assert!(booked.says("Your booking code is") && booked.says("text message to +4915123456789"));
    assert!(
        open.get(&format!("{}/druck", first.location()))
            .await
            .says("Erna Luise Muster")
    );
    let counts = open.desk.service.store().counts().await.unwrap();
    assert_eq!((counts.series_booked, open.joined()), (1, 1));
    let messages = open.desk.service.store().recent_messages(9).await.unwrap();
    assert_eq!(messages.len(), 1, "a confirmation, and no code");
    let log = open.desk.log().await;
    let acts: Vec<&str> = log
        .iter()
        .filter_map(|line| line.split_once(" account=2 "))
        .map(|(_, act)| act)
        .collect();
    for act in ["changed ticket=", "changed registration=", "read ticket="] {
        assert!(acts.iter().any(|done| done.starts_with(act)), "{act}: {acts:?}");
    }
    assert!(!log.concat().contains("Muster") && !log.concat().contains("23456789"));
}

#[tokio::test]
async fn a_couple_is_booked_in_one_call_by_letter() {
    let mut open = open().await;
    let births = [("postcode", "34117"), ("birth", "8.3.1935"), ("birth_2", "1.5.1938")];
    let shown = open.proposals(&births).await;
    let shown = open.send(&shown, &[("choice", "1")]).await;
    let second = [("family_name_2", "Muster"), ("given_name_2", "Otto"), ("sex_2", "m")];
    let letter = [("contact", ""), ("street", "Am Ring 1"), ("town", "Kassel")];
    let review = open.send(&shown, &[&ERNA[..3], &second, &letter].concat()).await;
    let booked = open.send(&review, &[]).await;
    let booked = open.get(booked.location()).await;
    assert!(booked.says("Otto Muster") && booked.says("by post"), "{}", booked.text);
    assert_eq!(booked.text.matches("The booking code of").count(), 2);
    let said = booked.text.split("class=\"say\"").nth(1).unwrap();
    let said = said.split("</div>").next().unwrap();
    assert_eq!(
        said.matches("and then on").count(),
        1,
        "when is said once for both: {said}"
    );
}

#[tokio::test]
async fn who_is_not_entitled_hears_why_and_by_which_law_and_takes_no_place() {
    let mut open = open().await;
    let begin = open.get("/desk").await;
    let shown = open.send(&begin, &[("postcode", "34117"), ("birth", "08031960")]).await;
    assert!(
        shown.says("Not entitled yet") && shown.says("at least 80 years"),
        "{}",
        shown.text
    );
    assert!(shown.says("CoronaImpfV"), "{}", shown.text);
    assert!(
        shown.says("value=\"34117\"") && shown.says("value=\"08031960\""),
        "what was typed stands"
    );
    let couple = [("postcode", "34117"), ("birth", "08031935"), ("birth_2", "08031960")];
    let shown = open.send(&begin, &couple).await;
    assert!(shown.says("Not entitled yet"), "both have to be");
    assert_eq!(open.joined(), 0);
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_typing_begins_there() {
    let mut open = open().await;
    let begin = open.get("/desk").await;
    let shown = open.send(&begin, &[("postcode", "34117"), ("birth", "080335")]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let field = shown
        .text
        .split("id=\"birth\"")
        .nth(1)
        .unwrap()
        .split('>')
        .next()
        .unwrap();
    assert!(field.contains("autofocus") && field.contains("aria-invalid"), "{field}");
    let shown = open.proposals(&[("postcode", "34117"), ("birth", "08031935")]).await;
    let wrong = open.send(&shown, &[("choice", "9")]).await;
    assert!(wrong.says("This number is not among them."));
    let names = open.send(&shown, &[("choice", "1")]).await;
    let wrong = open
        .send(&names, &[("family_name", "Muster"), ("contact", "0561 7870")])
        .await;
    assert!(
        wrong.says("This is a landline") && wrong.says("value=\"Muster\""),
        "{}",
        wrong.text
    );
}

#[tokio::test]
async fn the_same_call_sent_again_takes_one_place_and_its_end_gives_the_permit_back() {
    let mut open = open().await;
    let begin = open.get("/desk").await;
    let who = [("postcode", "34117"), ("birth", "08031935")];
    let first = open.send(&begin, &who).await;
    open.send(&begin, &who).await;
    assert_eq!(open.joined(), 1);
    open.until_called(first.clone()).await;
    assert_eq!(open.desk.service.in_use().permits, 1);
    let ended = open.send(&first, &[("end", "1")]).await;
    assert_eq!((ended.status, ended.location()), (StatusCode::SEE_OTHER, "/desk"));
    assert_eq!(open.desk.service.in_use().permits, 0);
    let other = open.get("/desk").await;
    open.send(&other, &who).await;
    assert_eq!(open.joined(), 2, "another call is another place");
}

#[tokio::test]
async fn a_place_of_the_web_goes_on_at_the_desk_by_its_waiting_number() {
    let mut open = open().await;
    let begin = open.get("/desk").await;
    let who = [("postcode", "34117"), ("birth", "08031935")];
    let shown = open.send(&begin, &who).await;
    let shown = open.until_called(shown).await;
    let code = shown.text.split("Waiting number</dt><dd><bdi>").nth(1).unwrap();
    let code = code.split('<').next().unwrap().to_owned();
    let by_code = open.proposals(&[&who[..], &[("code", &code)]].concat()).await;
    assert!(by_code.says(&code));
    assert_eq!(open.joined(), 1);
    let begin = open.get("/desk").await;
    let couple = [&who[..], &[("birth_2", "08031936"), ("code", &code)]].concat();
    assert!(open.send(&begin, &couple).await.says("another number of people"));
    let typo = [&who[..], &[("code", "AAAA-BBBB-CCCC")]].concat();
    assert_eq!(open.send(&begin, &typo).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_was_inside_before_the_call_stays_there_when_it_ends() {
    let mut open = open().await;
    let inside = open.proposals(&WHO).await;
    let code = inside.text.split("Waiting number</dt><dd><bdi>").nth(1).unwrap();
    let code = code.split('<').next().unwrap().to_owned();
    // The same place in another call, as of somebody who is on the web and rings up meanwhile.
    let asked = open.proposals(&[&WHO[..], &[("code", &code)]].concat()).await;
    let ended = open.send(&asked, &[("end", "1")]).await;
    assert_eq!(ended.location(), "/desk");
    assert_eq!(open.desk.service.in_use().permits, 1, "the web goes on");
    let held = open.send(&inside, &[("choice", "1")]).await;
    assert!(held.says("value=\"names\""), "{}", held.text);
    open.send(&held, &[("end", "1")]).await;
    assert_eq!(
        open.desk.service.in_use().permits,
        0,
        "who has let them in, gives the permit back"
    );
}

#[tokio::test]
async fn a_year_of_birth_alone_is_answered_with_what_is_missing() {
    let mut open = open().await;
    let begin = open.get("/desk").await;
    let shown = open.send(&begin, &[("postcode", "34117"), ("birth", "1935")]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.says("The year alone is not enough"), "{}", shown.text);
    assert!(shown.says("value=\"1935\""), "what was typed stays: {}", shown.text);
    assert_eq!(open.joined(), 0);
}
