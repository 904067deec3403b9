//! Call-backs, and what agents say of themselves.

use axum::http::StatusCode;
use dran_core::ids::CampaignId;
use dran_core::staff::Role;

use super::super::Seen;
use super::{ERNA, WHO, open};

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
