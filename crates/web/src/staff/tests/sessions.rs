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
    // The newest first: the one far away.
    let session = hidden(&page.text, "session");
    let ended = here.post_own(&desk, "/konto/sitzungen", &[("session", &session)]).await;
    assert_eq!(ended.location(), "/konto?erledigt=1");
    assert_eq!(far.get(&desk, "/konto").await.location(), "/anmelden");
    assert_eq!(there.get(&desk, "/konto").await.status, 200);
    here.post_own(&desk, "/konto/sitzungen", &[("session", "others")]).await;
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
    assert_eq!(
        here.post_own(&desk, "/konto/kennwort", &right).await.location(),
        "/konto?erledigt=1"
    );
    assert_eq!(here.get(&desk, "/konto").await.status, 200);
    assert_eq!(there.get(&desk, "/konto").await.location(), "/anmelden");
}

#[tokio::test]
async fn an_app_and_recovery_codes_are_replaced_with_the_password_alone() {
    let desk = Desk::new().await;
    let mut browser = desk.ready("anna", Role::Agent).await;
    assert!(
        browser.enrol(&desk).await.len() < 10,
        "without the password nothing is enrolled"
    );
    let refused = browser
        .post_own(&desk, "/konto/wiederherstellung", &[("old", "nicht mein kennwort")])
        .await;
    assert!(refused.says("not your password"));
    let made = browser
        .post_own(&desk, "/konto/wiederherstellung", &[("old", PASSWORD)])
        .await;
    assert_eq!(made.text.matches("<span class=\"code\">").count(), 10);
}
