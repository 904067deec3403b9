//! The operations page: how the day goes, and what is done about it, with its reason in the log.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use dran_core::campaign::CampaignState;
use dran_core::ids::{CampaignId, CentreId, Language, Party, PoolId, VaccineId};
use dran_core::operations::PermitBounds;
use dran_core::person::BirthYear;
use dran_core::staff::{IDLE_TIMEOUT, Right, Role};
use dran_core::supply::DeliveryLine;
use dran_service::{Joining, PoolChoice};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use jiff::civil::date;
use tower::ServiceExt as _;

use super::desk::{Open, open};
use super::{Browser, Desk, Seen, hidden};
use crate::PublicSide;
use crate::app::App;

const PAGE: &str = "/betrieb";

/// Posts the form of this id, as it stands on the page, with what is typed into it.
async fn send(desk: &Desk, browser: &mut Browser, page: &Seen, form: &str, typed: &[(&str, &str)]) -> Seen {
    let marker = format!("data-kept=\"{form}\"");
    let (before, rest) = page
        .text
        .split_once(&marker)
        .unwrap_or_else(|| panic!("no form {form} in {}", page.text));
    let action = before.rsplit("action=\"").next().unwrap().split('"').next().unwrap();
    let body = rest.split("</form>").next().unwrap();
    let values: Vec<(String, String)> = body
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name.to_owned(), rest.split('"').next().unwrap().to_owned())
        })
        .collect();
    let mut fields: Vec<(&str, &str)> = values.iter().map(|(name, value)| (&**name, &**value)).collect();
    fields.extend(typed);
    let action = action.to_owned();
    browser.post(desk, &action, &fields).await
}

async fn operator(open: &Open) -> Browser {
    open.desk.ready("operator", Role::Operator).await
}

fn state(desk: &Desk) -> CampaignState {
    desk.service.campaign(&CampaignId::new("line")).unwrap().state
}

/// The lines of the log that have a reason, without their numbers and times.
async fn reasons(desk: &Desk) -> Vec<String> {
    let log = desk.log().await;
    let lines = log.iter().filter(|line| line.contains(" because "));
    lines
        .map(|line| line.splitn(3, ' ').nth(2).unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn nothing_is_done_without_a_reason_and_what_is_done_is_in_the_log_with_it() {
    let open = open().await;
    let desk = &open.desk;
    let mut operator = operator(&open).await;
    let page = operator.get(desk, PAGE).await;
    for nothing in ["", "  ", "ab"] {
        let refused = send(
            desk,
            &mut operator,
            &page,
            "step_0",
            &[("reason", nothing), ("step", "pause")],
        )
        .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Please say in a few words why."), "{}", refused.text);
    }
    assert_eq!(state(desk), CampaignState::Open);
    let why = [("reason", "disk\r\nslow"), ("step", "pause")];
    let paused = send(desk, &mut operator, &page, "step_0", &why).await;
    assert_eq!(
        (paused.status, paused.location()),
        (StatusCode::SEE_OTHER, "/betrieb?erledigt=1")
    );
    assert_eq!(state(desk), CampaignState::Paused, "seen at once by who has done it");
    // The second of two clicks: done already.
    let again = send(desk, &mut operator, &page, "step_0", &why).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(
        reasons(desk).await,
        ["account=3 paused campaign=line because disk slow"]
    );
    let page = operator.get(desk, PAGE).await;
    assert!(
        page.says("One campaign is paused.") && page.says("verdict-act"),
        "{}",
        page.text
    );
    let mended = [("reason", "disk <mended>"), ("step", "resume")];
    send(desk, &mut operator, &page, "step_0", &mended).await;
    assert_eq!(state(desk), CampaignState::Open);
    // Somebody whose page is older, with a key of its own.
    let stale = send(
        desk,
        &mut operator,
        &page,
        "close_0",
        &[("reason", "over"), ("step", "close")],
    )
    .await;
    assert!(
        stale.says("Please confirm that the campaign is to end."),
        "{}",
        stale.text
    );
    let page = operator.get(desk, PAGE).await;
    let other = [("reason", "again"), ("step", "resume")];
    let refused = send(desk, &mut operator, &page, "step_0", &other).await;
    assert!(refused.says("stands differently by now"), "{}", refused.text);
    let sure = [("reason", "the day is over"), ("step", "close"), ("sure", "1")];
    send(desk, &mut operator, &refused, "close_0", &sure).await;
    assert_eq!(state(desk), CampaignState::Closed);
    assert_eq!(
        reasons(desk).await[1..],
        [
            "account=3 resumed campaign=line because disk <mended>",
            "account=3 closed campaign=line because the day is over"
        ]
    );
    assert!(desk.staff.verify_log().await.unwrap().broken.is_empty());
}

#[tokio::test]
async fn bounds_are_set_while_the_service_runs_and_taken_back() {
    let open = open().await;
    let desk = &open.desk;
    let mut operator = operator(&open).await;
    assert_eq!(desk.service.permits_target(), 2_000);
    let page = operator.get(desk, PAGE).await;
    for (min, max, said) in [
        ("50", "many", "Please enter a number."),
        ("0", "10", "At least one must get in."),
        ("20", "10", "The least is more than the most."),
        ("1", "1000001", "At most 1,000,000."),
    ] {
        let typed = [("min", min), ("max", max), ("reason", "slow disks")];
        let refused = send(desk, &mut operator, &page, "bounds", &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.says(said) && refused.says(&format!("value=\"{max}\"")),
            "{}",
            refused.text
        );
    }
    let typed = [("min", "5"), ("max", "1.400"), ("reason", "slow disks")];
    send(desk, &mut operator, &page, "bounds", &typed).await;
    assert_eq!(desk.service.permits_target(), 1_400, "at once");
    let stored = desk.service.store().shared(0).await.unwrap().bounds;
    assert_eq!(stored, PermitBounds::new(5, 1_400).ok());
    let page = operator.get(desk, PAGE).await;
    assert!(page.says("The configuration says 50 to 2,000."), "{}", page.text);
    let typed = [("configured", "1"), ("reason", "new disks")];
    send(desk, &mut operator, &page, "bounds", &typed).await;
    assert_eq!(desk.service.store().shared(0).await.unwrap().bounds, None);
    assert_eq!(
        reasons(desk).await,
        [
            "account=3 bounded permits=5..1400 because slow disks",
            "account=3 bounded permits=configured because new disks"
        ]
    );
}

#[tokio::test]
async fn everybody_who_waits_is_told_in_their_language_until_it_is_taken_back() {
    let open = open().await;
    let desk = &open.desk;
    let mut operator = operator(&open).await;
    let page = operator.get(desk, PAGE).await;
    let half = [
        ("text-de", "Es geht langsamer."),
        ("text-en", " "),
        ("reason", "slow disks"),
    ];
    let refused = send(desk, &mut operator, &page, "announce", &half).await;
    assert!(
        refused.says("Please write the notice in every language."),
        "{}",
        refused.text
    );
    assert!(refused.says("Es geht langsamer."), "what was typed stays");
    let whole = [
        ("text-de", "Es geht <langsamer>."),
        ("text-en", "It is slower."),
        ("reason", "slow disks"),
    ];
    send(desk, &mut operator, &page, "announce", &whole).await;
    let announced = |tag: &str| desk.service.announcement_in(&Language::new(tag));
    assert_eq!(announced("de").as_deref(), Some("Es geht <langsamer>."));
    assert_eq!(announced("en").as_deref(), Some("It is slower."));
    assert_eq!(
        announced("tr").as_deref(),
        Some("Es geht <langsamer>."),
        "the region's first language"
    );
    let ticket = place(desk).await;
    let (page_of, standing) = (format!("/platz/{ticket}"), format!("/api/v1/line/{ticket}"));
    assert!(
        citizen(desk, &page_of, "en")
            .await
            .contains("<p role=\"status\" dir=\"auto\">It is slower.</p>")
    );
    assert!(citizen(desk, "/", "de").await.contains("Es geht &#60;langsamer&#62;."));
    let told = async |language: &str| {
        let answer: serde_json::Value = serde_json::from_str(&citizen(desk, &standing, language).await).unwrap();
        answer.get("notice").cloned()
    };
    assert_eq!(told("en").await, Some("It is slower.".into()));
    assert_eq!(told("de-AT").await, Some("Es geht <langsamer>.".into()));
    let page = operator.get(desk, PAGE).await;
    assert!(page.says("Es geht &#60;langsamer&#62;."), "{}", page.text);
    send(desk, &mut operator, &page, "withdraw", &[("reason", "fast disks")]).await;
    assert_eq!(announced("de"), None);
    assert_eq!(told("de").await, None);
    let late = [("reason", "once more")];
    let mut second = page.clone();
    second.text = second.text.replace(&hidden_of(&page, "withdraw"), &"ab".repeat(16));
    let refused = send(desk, &mut operator, &second, "withdraw", &late).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "there is nothing any more"
    );
    assert_eq!(
        reasons(desk).await,
        [
            "account=3 announced announcement=1 because slow disks",
            "account=3 withdrawn announcement=1 because fast disks"
        ]
    );
}

/// A place in the line.
async fn place(desk: &Desk) -> String {
    let joining = Joining {
        campaign: CampaignId::new("line"),
        choice: PoolChoice::Pool(PoolId::new("fulda")),
        party: Party::One,
        birth_year: BirthYear::parse("1935", date(2021, 1, 12)).unwrap(),
    };
    desk.service.join(&joining).await.unwrap().token
}

/// What a citizen with this language gets.
async fn citizen(desk: &Desk, path: &str, language: &str) -> String {
    let public = PublicSide::new(App::new(desk.service.clone(), false)).router();
    let request = Request::get(path).header(header::ACCEPT_LANGUAGE, language);
    let answer = public.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The attempt key of a form.
fn hidden_of(page: &Seen, form: &str) -> String {
    let rest = page.text.split(&format!("data-kept=\"{form}\"")).nth(1).unwrap();
    hidden(rest, "attempt_key")
}

#[tokio::test]
async fn a_planner_releases_what_is_delivered_and_sees_no_other_form() {
    let open = open().await;
    let desk = &open.desk;
    let mut planner = desk.ready("planner", Role::Planner).await;
    let page = planner.get(desk, PAGE).await;
    assert!(!page.says("data-kept=\"bounds\"") && !page.says("data-kept=\"step_0\""));
    let more = DeliveryLine {
        line: 1,
        reference: "more".to_owned(),
        centre: CentreId::new("kassel-stadt"),
        vaccine: VaccineId::new("biontech"),
        day: date(2021, 2, 6),
        doses: 200,
    };
    let store = desk.service.store();
    dran_service::planning::import_deliveries(store, vec![more])
        .await
        .unwrap();
    let released = || async { desk.service.store().counts().await.unwrap().series_released };
    let before = released().await;
    let days = [
        ("vaccine", "biontech"),
        ("centre", "kassel-stadt"),
        ("hold_back", "all"),
        ("from", "2021-02-08"),
        ("to", "2021-02-12"),
    ];
    for (wrong, said) in [
        (("vaccine", "placebo"), "Please choose a vaccine."),
        (("centre", "nowhere"), "There is no such centre."),
        (("from", "soon"), "Please give the first and the last day"),
        (("to", "2020-02-12"), "Please give the first and the last day"),
        (("to", "2031-02-12"), "Please give the first and the last day"),
    ] {
        let typed: Vec<_> = days.iter().filter(|(name, _)| *name != wrong.0).copied().collect();
        let typed = [&[wrong, ("reason", "more doses")], &typed[..]].concat();
        let refused = send(desk, &mut planner, &page, "release", &typed).await;
        assert!(refused.says(said), "{wrong:?}: {}", refused.text);
    }
    let typed = [&days[..], &[("reason", "more doses")]].concat();
    for _ in 0..2 {
        let done = send(desk, &mut planner, &page, "release", &typed).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
    let added = released().await - before;
    assert!(added > 0);
    let line = format!("account=3 released release={added} because more doses");
    assert_eq!(reasons(desk).await, [line]);
}

#[tokio::test]
async fn an_auditor_looks_and_does_nothing_and_a_page_left_open_is_no_use_of_a_session() {
    let open = open().await;
    let desk = &open.desk;
    let mut auditor = desk.ready("auditor", Role::Auditor).await;
    let mut page = auditor.get(desk, PAGE).await;
    // The test's clock leaps, and the leader's loop has not looked since.
    while page.says("No node leads.") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        page = auditor.get(desk, PAGE).await;
    }
    assert!(page.says("All is well.") && !page.says("data-kept="), "{}", page.text);
    let numbers = auditor.get(desk, "/betrieb/zahlen").await;
    let numbers: serde_json::Value = serde_json::from_str(&numbers.text).unwrap();
    assert_eq!(
        (&numbers["weight"], &numbers["permits"]["max"]),
        (&"calm".into(), &2_000.into())
    );
    assert_eq!(numbers["campaigns"][0]["pools"].as_array().unwrap().len(), 6);
    for _ in 0..3 {
        desk.wait(IDLE_TIMEOUT / 3);
        auditor.get(desk, "/betrieb?live=1").await;
    }
    let over = auditor.get(desk, "/betrieb?live=1").await;
    assert_eq!((over.status, over.location()), (StatusCode::SEE_OTHER, "/anmelden"));
    let mut again = desk.ready("other", Role::Auditor).await;
    for _ in 0..3 {
        desk.wait(IDLE_TIMEOUT / 3 + SignedDuration::from_secs(1));
        assert_eq!(again.get(desk, PAGE).await.status, StatusCode::OK, "this is one");
    }
}

#[tokio::test]
async fn a_program_reads_the_numbers_with_a_token_for_them() {
    let open = open().await;
    let desk = &open.desk;
    let token = async |right| {
        let made = desk
            .staff
            .make_token(dran_core::staff::log::Actor::Command, "screen", vec![right], 30);
        made.await.unwrap().1
    };
    let (right, wrong) = (token(Right::Overview).await, token(Right::AuditLog).await);
    for (token, status) in [(right, StatusCode::OK), (wrong, StatusCode::FORBIDDEN)] {
        let request = Browser::new()
            .request("GET", "/api/v1/staff/operations")
            .header("authorization", format!("Bearer {token}"));
        let seen = desk.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(seen.status, status, "{}", seen.text);
    }
}
