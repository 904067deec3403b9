//! Calls at the desk, from the first question to the sentence that is read aloud.

use axum::http::StatusCode;
use dran_core::ids::{CampaignId, CentreId, GroupId, VaccineId};
use dran_core::phone::PhonePolicy;
use dran_core::staff::Role;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_service::planning::{self, CampaignOrder, RandomnessOrder, ReleaseOrder};
use jiff::civil::date;
use tokio_util::sync::CancellationToken;

use super::{Browser, Desk, Seen};

const CENTRES: [&str; 6] = [
    "kassel-stadt",
    "giessen",
    "fulda",
    "frankfurt",
    "wiesbaden",
    "darmstadt",
];

/// An open line with appointments, an agent who has come in, and the leader's loop until it is dropped.
struct Open {
    desk: Desk,
    agent: Browser,
    _stop: tokio_util::sync::DropGuard,
}

async fn open() -> Open {
    let desk = Desk::new().await;
    let agent = desk.ready("agent", Role::Agent).await;
    let service = desk.service.clone();
    let (region, store, now) = (service.region(), service.store(), desk.now());
    let deliveries = include_str!("../../../../../scenarios/hessen-2021-01-12.deliveries.csv");
    let deliveries = parse_csv_for(deliveries, region).unwrap();
    planning::import_deliveries(store, deliveries).await.unwrap();
    let centres = CENTRES.map(CentreId::new).to_vec();
    let release = ReleaseOrder {
        vaccine: VaccineId::new("biontech"),
        centres: centres.clone(),
        first_days: date(2021, 1, 19)..=date(2021, 2, 5),
        hold_back: HoldBack::ALL,
    };
    planning::release(region, store, &release, now).await.unwrap();
    let order = CampaignOrder {
        id: CampaignId::new("line"),
        opens_at: now,
        centres,
        groups: vec![GroupId::new("ab-80")],
        randomness: RandomnessOrder::None,
        phone: PhonePolicy::OneLine,
    };
    planning::create_campaign(region, store, order, [4; 32], now)
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let (leading, until) = (service.clone(), stop.clone());
    tokio::spawn(async move { leading.run(true, until).await });
    let drawn = || {
        service
            .campaign(&CampaignId::new("line"))
            .is_some_and(|view| view.drawn.is_some())
    };
    while !drawn() {
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    Open {
        desk,
        agent,
        _stop: stop.drop_guard(),
    }
}

impl Open {
    /// Sends the part that is shown, with what is typed into it.
    async fn send(&mut self, shown: &Seen, typed: &[(&str, &str)]) -> Seen {
        let mut fields = fields(&shown.text);
        for (name, value) in typed {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        self.agent.post(&self.desk, "/desk", &fields).await
    }

    async fn get(&mut self, path: &str) -> Seen {
        self.agent.get(&self.desk, path).await
    }

    /// The part that is shown once the line has come to a ticket: the leader's loop needs a moment.
    async fn until_called(&mut self, mut shown: Seen) -> Seen {
        while shown.says("value=\"place\"") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            shown = self.send(&shown, &[]).await;
        }
        shown
    }

    /// A call as far as its proposals.
    async fn proposals(&mut self, typed: &[(&str, &str)]) -> Seen {
        let begin = self.get("/desk").await;
        let shown = self.send(&begin, typed).await;
        let shown = self.until_called(shown).await;
        assert!(shown.says("value=\"choose\""), "{}", shown.text);
        shown
    }

    fn joined(&self) -> u32 {
        let view = self.desk.service.campaign(&CampaignId::new("line")).unwrap();
        view.lines.iter().map(|line| line.joined).sum()
    }
}

/// Names and values of the inputs of the call's form.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("<form id=\"form\"").nth(1).unwrap();
    let form = form.split("</form>").next().unwrap();
    let inputs = form
        .split("<input")
        .skip(1)
        .map(|input| input.split('>').next().unwrap());
    let get = |input: &str, name: &str| {
        let value = input.split(&format!(" {name}=\"")).nth(1)?;
        Some(value.split('"').next()?.to_owned())
    };
    inputs
        .filter_map(|input| Some((get(input, "name")?, get(input, "value")?)))
        .collect()
}

const ERNA: [(&str, &str); 5] = [
    ("family_name", "Muster"),
    ("given_name", "Erna Luise"),
    ("sex", "f"),
    ("contact", "0151 23456789"),
    ("language", "de"),
];

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
    assert_eq!(booked.text.matches("Your booking code is").count(), 2);
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

impl Open {
    /// A call from its beginning to its end; the address of what is booked.
    async fn book(&mut self, who: &[(&str, &str)], names: &[(&str, &str)]) -> String {
        let shown = self.proposals(who).await;
        let shown = self.send(&shown, &[("choice", "1")]).await;
        let review = self.send(&shown, names).await;
        let booked = self.send(&review, &[]).await;
        assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.text);
        booked.location().to_owned()
    }

    /// Sends the form of another page than the call's.
    async fn send_to(&mut self, path: &str, shown: &Seen, typed: &[(&str, &str)]) -> Seen {
        let hidden = fields(&shown.text);
        let hidden = hidden
            .iter()
            .filter(|(name, _)| typed.iter().all(|(typed, _)| typed != name));
        let hidden = hidden.map(|(name, value)| (&**name, &**value));
        let fields: Vec<(&str, &str)> = hidden.chain(typed.iter().copied()).collect();
        self.agent.post(&self.desk, path, &fields).await
    }

    async fn search(&mut self, q: &str, birth: &str) -> Seen {
        let page = self.get("/desk/suche").await;
        self.send_to("/desk/suche", &page, &[("q", q), ("birth", birth)]).await
    }

    async fn messages(&self) -> usize {
        let messages = self.desk.service.store().recent_messages(99).await;
        messages.unwrap().len()
    }
}

/// The first page of appointments that a page leads to.
fn series_path(page: &Seen) -> String {
    let rest = page.text.split("href=\"/desk/termin/").nth(1).unwrap();
    format!("/desk/termin/{}", rest.split('"').next().unwrap())
}

const WHO: [(&str, &str); 2] = [("postcode", "34117"), ("birth", "08031935")];

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
    open.send_to(&path, &shown, &[("what", "resend")]).await;
    assert_eq!(open.messages().await, before + 1);

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

#[tokio::test]
async fn a_caller_whose_turn_has_not_come_is_rung_up_by_one_agent_when_it_has() {
    let mut open = open().await;
    let service = open.desk.service.clone();
    let campaign = CampaignId::new("line");
    let pause = dran_store::CampaignStep::Pause;
    service
        .store()
        .step(campaign.clone(), pause, open.desk.now())
        .await
        .unwrap();
    let paused = || {
        matches!(
            service.campaign(&campaign).unwrap().state,
            dran_core::campaign::CampaignState::Paused
        )
    };
    let refresh = async || {
        open.desk.wait(jiff::SignedDuration::from_secs(2));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    while !paused() {
        refresh().await;
    }
    let begin = open.get("/desk").await;
    let phone = [&WHO[..], &[("phone", "0561 7870")]].concat();
    let shown = open.send(&begin, &phone).await;
    assert!(shown.says("We will call you at +495617870"), "{}", shown.text);
    let other = open.get("/desk").await;
    open.send(&other, &phone).await;
    assert_eq!(open.joined(), 1, "a redial finds the ticket by its number");
    assert!(open.search("0561 7870", "").await.says("Call-back, not called yet"));
    let next = open.agent.post_own(&open.desk, "/desk/rueckruf", &[]).await;
    assert!(next.says("No call-back is due right now."));

    let resume = dran_store::CampaignStep::Resume;
    service.store().step(campaign, resume, open.desk.now()).await.unwrap();
    let mut colleague = open.desk.ready("colleague", Role::Agent).await;
    let next = loop {
        open.desk.wait(jiff::SignedDuration::from_secs(2));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let next = open.agent.post_own(&open.desk, "/desk/rueckruf", &[]).await;
        if next.says("It is your turn now") {
            break next;
        }
    };
    assert!(next.says("+495617870") && next.says("value=\"34117\""), "{}", next.text);
    let other = colleague.post_own(&open.desk, "/desk/rueckruf", &[]).await;
    assert!(other.says("No call-back is due right now."), "one agent only");
    let again = open.send(&next, &[("settle", "not-reached")]).await;
    assert_eq!(again.location(), "/desk", "{}", again.text);
    let found = open.search("0561 7870", "").await;
    assert!(found.says("Call-back, due now"), "{}", found.text);
    open.desk.wait(jiff::SignedDuration::from_mins(6));
    let next = open.agent.post_own(&open.desk, "/desk/rueckruf", &[]).await;
    let shown = open.send(&next, &[("birth", "08031935")]).await;
    let shown = open.until_called(shown).await;
    let shown = open.send(&shown, &[("choice", "1")]).await;
    let review = open.send(&shown, &ERNA).await;
    let booked = open.send(&review, &[]).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.text);
    assert_eq!(open.joined(), 1);
    assert!(open.search("0561 7870", "").await.says("Call-back, done"));
}

#[tokio::test]
async fn an_agent_says_what_they_do_and_sees_the_figures_of_the_day() {
    let mut open = open().await;
    let pressed = |page: &Seen| {
        let state = page.text.split("aria-pressed=\"true\"").next().unwrap();
        state
            .rsplit("value=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    open.agent
        .post_own(&open.desk, "/desk/zustand", &[("state", "ready")])
        .await;
    assert_eq!(pressed(&open.get("/desk").await), "ready");
    let booked = open.book(&WHO, &ERNA).await;
    let booked = open.get(&booked).await;
    assert_eq!(pressed(&booked), "wrap-up");
    assert!(booked.says("one call, one booking"), "{}", booked.text);
    let here = open.agent.post_own(&open.desk, "/desk/da", &[]).await;
    assert_eq!(here.status, StatusCode::NO_CONTENT);
    open.desk.wait(jiff::SignedDuration::from_mins(3));
    let agents = open.desk.staff.agents().await.unwrap();
    assert_eq!(
        agents[0].state,
        dran_core::phone::AgentState::Away,
        "silent for two minutes"
    );
    let nonsense = open
        .agent
        .post_own(&open.desk, "/desk/zustand", &[("state", "asleep")])
        .await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
}
