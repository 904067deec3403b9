//! Sessions: how they end.

use dran_core::staff::Role;
use jiff::SignedDuration;

use super::{Browser, Desk, PASSWORD, hidden};

#[tokio::test]
async fn an_unused_session_ends_after_half_an_hour_and_a_used_one_after_twelve() {
    let desk = Desk::new().await;
    let mut browser = desk.ready("anna", Role::Agent).await;
    desk.wait(SignedDuration::from_mins(29));
    assert_eq!(browser.get(&desk, "/konto").await.status, 200);
    desk.wait(SignedDuration::from_mins(29));
    assert_eq!(browser.get(&desk, "/konto").await.status, 200, "use prolongs it");
    desk.wait(SignedDuration::from_mins(30));
    assert_eq!(browser.get(&desk, "/konto").await.location(), "/anmelden");
    browser.close();
    browser.come_in(&desk, "anna").await;
    for _ in 0..26 {
        desk.wait(SignedDuration::from_mins(27));
        assert_eq!(browser.get(&desk, "/konto").await.status, 200);
    }
    desk.wait(SignedDuration::from_mins(19));
    assert_eq!(
        browser.get(&desk, "/konto").await.location(),
        "/anmelden",
        "however busy it was"
    );
}

#[tokio::test]
async fn who_logs_out_is_out_and_the_browser_forgets() {
    let desk = Desk::new().await;
    let mut browser = desk.ready("anna", Role::Agent).await;
    let kept = browser.clone();
    let out = browser.post_own(&desk, "/abmelden", &[]).await;
    assert_eq!(out.location(), "/anmelden?abgemeldet=1");
    assert!(out.header("clear-site-data").contains("cache"));
    assert_eq!(browser.session(), None);
    let mut thief = kept;
    assert_eq!(
        thief.get(&desk, "/konto").await.location(),
        "/anmelden",
        "a copy of the cookie is worth nothing"
    );
}

#[tokio::test]
async fn sessions_elsewhere_are_seen_and_ended() {
    let desk = Desk::new().await;
    let mut here = desk.ready("anna", Role::Agent).await;
    let (mut there, mut far) = (Browser::new(), Browser::new());
    there.come_in(&desk, "anna").await;
    far.come_in(&desk, "anna").await;
    let page = here.get(&desk, "/konto").await;
    assert_eq!(page.text.matches("<tr><th scope=\"row\">").count(), 3, "{}", page.text);
    // Everywhere but here, then the newest: the one far away.
    let session = page.text.split("name=\"session\" value=\"").nth(2).unwrap();
    let session = session.split('"').next().unwrap();
    let others = ("session", "others");
    for wrong in ["", "nicht mein kennwort"] {
        let refused = here
            .post_own(&desk, "/konto/sitzungen", &[others, ("old", wrong)])
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.says("not your password"), "{}", refused.text);
    }
    assert_eq!(far.get(&desk, "/konto").await.status, 200, "nothing has ended");
    let one = [("session", session), ("old", PASSWORD)];
    let ended = here.post_own(&desk, "/konto/sitzungen", &one).await;
    assert_eq!(ended.location(), "/konto?erledigt=1", "{}", ended.text);
    assert_eq!(far.get(&desk, "/konto").await.location(), "/anmelden");
    assert_eq!(there.get(&desk, "/konto").await.status, 200);
    here.post_own(&desk, "/konto/sitzungen", &[others, ("old", PASSWORD)])
        .await;
    assert_eq!(there.get(&desk, "/konto").await.location(), "/anmelden");
    assert_eq!(here.get(&desk, "/konto").await.status, 200);
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions() {
    let desk = Desk::new().await;
    let mut here = desk.ready("anna", Role::Agent).await;
    let mut there = Browser::new();
    there.come_in(&desk, "anna").await;
    let new = "noch vier andere worte";
    let wrong = [("old", "nicht mein kennwort"), ("new", new), ("again", new)];
    assert!(
        here.post_own(&desk, "/konto/kennwort", &wrong)
            .await
            .says("not your password")
    );
    let same = [("old", PASSWORD), ("new", PASSWORD), ("again", PASSWORD)];
    assert!(
        here.post_own(&desk, "/konto/kennwort", &same)
            .await
            .says("the old password")
    );
    let right = [("old", PASSWORD), ("new", new), ("again", new)];
    for wrong in ["", "000000"] {
        let refused = here
            .post_own(&desk, "/konto/kennwort", &[&right[..], &[("factor", wrong)]].concat())
            .await;
        assert!(
            refused.says("This code is not valid"),
            "the password alone is not enough: {}",
            refused.text
        );
    }
    desk.wait(SignedDuration::from_mins(5));
    let code = desk.code("anna").await;
    let both = [&right[..], &[("factor", code.as_str())]].concat();
    assert_eq!(
        here.post_own(&desk, "/konto/kennwort", &both).await.location(),
        "/konto?erledigt=1"
    );
    assert_eq!(here.get(&desk, "/konto").await.status, 200);
    assert_eq!(there.get(&desk, "/konto").await.location(), "/anmelden");
}

#[tokio::test]
async fn an_app_and_recovery_codes_are_replaced_with_password_and_second_factor() {
    let desk = Desk::new().await;
    let mut browser = desk.ready("anna", Role::Agent).await;
    assert!(
        browser.enrol(&desk).await.len() < 10,
        "without the password nothing is enrolled"
    );
    let path = "/konto/wiederherstellung";
    let refused = browser.post_own(&desk, path, &[("old", "nicht mein kennwort")]).await;
    assert!(refused.says("not your password"));
    let refused = browser.post_own(&desk, path, &[("old", PASSWORD)]).await;
    assert!(refused.says("This code is not valid"), "{}", refused.text);
    desk.wait(SignedDuration::from_mins(5));
    let code = desk.code("anna").await;
    let both = [("old", PASSWORD), ("factor", code.as_str())];
    let made = browser.post_own(&desk, path, &both).await;
    let codes = made.text.split("<span class=\"code\">").skip(1);
    let codes: Vec<&str> = codes.filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(codes.len(), 10);
    let again = browser.post_own(&desk, path, &both).await;
    assert!(again.says("This code is not valid"), "each code is good once");
    desk.wait(SignedDuration::from_mins(5));
    // Who has lost the telephone shows a recovery code in place of the old app's.
    let page = browser.get(&desk, "/konto/app").await;
    let (csrf, enrolment) = (hidden(&page.text, "csrf"), hidden(&page.text, "enrolment"));
    let code = super::code_of(&desk, &page.text);
    let fields = [
        ("csrf", &*csrf),
        ("enrolment", &enrolment),
        ("code", &code),
        ("old", PASSWORD),
    ];
    let refused = browser.post(&desk, "/konto/app", &fields).await;
    assert!(refused.says("This code is not valid"), "{}", refused.text);
    desk.wait(SignedDuration::from_secs(10));
    let shown = [&fields[..], &[("factor", codes[3])]].concat();
    let enrolled = browser.post(&desk, "/konto/app", &shown).await;
    assert_eq!(
        enrolled.text.matches("<span class=\"code\">").count(),
        10,
        "{}",
        enrolled.text
    );
}
