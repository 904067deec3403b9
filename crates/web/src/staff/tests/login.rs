//! Logging in: the first time, every time, and by who should not.

use axum::http::StatusCode;
use dran_core::staff::Role;
use jiff::SignedDuration;

use super::{Browser, Desk, LEAKED, PASSWORD};

#[tokio::test]
async fn the_first_login_sets_up_password_and_app_before_anything_else() {
    let desk = Desk::new().await;
    let initial = desk.account("anna", Role::Agent).await;
    let mut browser = Browser::new();
    assert_eq!(browser.sign_in(&desk, "Anna ", &initial).await.location(), "/");
    assert_eq!(browser.get(&desk, "/").await.location(), "/konto/kennwort");
    assert_eq!(browser.get(&desk, "/konto/app").await.location(), "/konto/kennwort");
    let short = [("old", &*initial), ("new", "kurz"), ("again", "kurz")];
    assert!(
        browser
            .post_own(&desk, "/konto/kennwort", &short)
            .await
            .says("too short")
    );
    for (known, said) in [
        ("password1234", "first that anybody tries"),
        (LEAKED, "stands in a list"),
    ] {
        let known = [("old", &*initial), ("new", known), ("again", known)];
        let refused = browser.post_own(&desk, "/konto/kennwort", &known).await;
        assert!(
            refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says(said),
            "{}",
            refused.text
        );
    }
    let other = [
        ("old", &*initial),
        ("new", PASSWORD),
        ("again", "vier andere worte hier"),
    ];
    assert!(
        browser
            .post_own(&desk, "/konto/kennwort", &other)
            .await
            .says("not the same")
    );
    assert_eq!(browser.set_password(&desk, &initial).await.location(), "/konto/app");
    assert_eq!(
        browser.get(&desk, "/konto").await.location(),
        "/konto/app",
        "a password alone opens nothing"
    );
    let before = browser.session().unwrap().to_owned();
    let codes = browser.enrol(&desk).await;
    assert_eq!(codes.len(), 10);
    assert_ne!(
        browser.session().unwrap(),
        before,
        "with more rights comes another session"
    );
    let mut old = Browser::new();
    old.cookies.push(("dran_staff".to_owned(), before));
    assert_eq!(
        old.get(&desk, "/konto/kennwort").await.location(),
        "/anmelden",
        "the old one is gone"
    );
    let own = browser.get(&desk, "/konto").await;
    assert!(
        own.status == StatusCode::OK && own.says("10 recovery codes left"),
        "{}",
        own.text
    );
}

#[tokio::test]
async fn an_initial_password_is_good_for_three_days() {
    let desk = Desk::new().await;
    let initial = desk.account("anna", Role::Agent).await;
    desk.wait(SignedDuration::from_hours(72));
    let late = Browser::new().sign_in(&desk, "anna", &initial).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_code_logs_in_once() {
    let desk = Desk::new().await;
    desk.ready("anna", Role::Agent).await;
    let (mut one, mut other) = (Browser::new(), Browser::new());
    let (page, page_of_other) = (
        one.sign_in(&desk, "anna", PASSWORD).await,
        other.sign_in(&desk, "anna", PASSWORD).await,
    );
    let code = desk.code("anna").await;
    assert_eq!(one.give_code(&desk, &page, &code).await.location(), "/");
    let again = other.give_code(&desk, &page_of_other, &code).await;
    assert!(
        again.says("This code is not valid") && other.session().is_none(),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn a_recovery_code_logs_in_once() {
    let desk = Desk::new().await;
    let initial = desk.account("anna", Role::Agent).await;
    let mut browser = Browser::new();
    browser.sign_in(&desk, "anna", &initial).await;
    browser.set_password(&desk, &initial).await;
    let codes = browser.enrol(&desk).await;
    browser.close();
    let page = browser.sign_in(&desk, "anna", PASSWORD).await;
    assert_eq!(
        browser
            .give_code(&desk, &page, &codes[3].to_lowercase())
            .await
            .location(),
        "/"
    );
    assert!(browser.get(&desk, "/konto").await.says("9 recovery codes left"));
    browser.close();
    let page = browser.sign_in(&desk, "anna", PASSWORD).await;
    assert!(
        browser
            .give_code(&desk, &page, &codes[3])
            .await
            .says("This code is not valid")
    );
}

#[tokio::test]
async fn what_was_wrong_is_not_told() {
    let desk = Desk::new().await;
    desk.ready("anna", Role::Agent).await;
    let disabled = desk.account("gone", Role::Agent).await;
    let gone = desk
        .staff
        .store()
        .staff_account_named(dran_core::staff::StaffName::parse("gone").unwrap())
        .await;
    let action = dran_service::staff::AccountAction::Disable;
    let gone = gone.unwrap().unwrap().id;
    desk.staff
        .change_account(dran_core::staff::log::Actor::Command, gone, action)
        .await
        .unwrap();
    let said = async |name: &str, password: &str| {
        let seen = Browser::new().sign_in(&desk, name, password).await;
        (seen.status, seen.text.replace(&format!("value=\"{name}\""), "value"))
    };
    let wrong = said("anna", "vier ganz falsche worte").await;
    assert_eq!(wrong.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(said("nobody", "vier ganz falsche worte").await, wrong);
    assert_eq!(said("gone", &disabled).await, wrong);
    let rubbish = said("no name!", &"x".repeat(5_000)).await;
    assert_eq!(rubbish, wrong);
}

#[tokio::test]
async fn guessers_wait_and_the_rightful_user_does_not() {
    let desk = Desk::new().await;
    let mut own = desk.ready("anna", Role::Agent).await;
    own.close();
    let mut last = StatusCode::OK;
    for guess in 0..12 {
        // From another network each time.
        let mut guesser = Browser::new();
        guesser.network = [198, 51, 100, guess];
        let seen = guesser
            .sign_in(&desk, "anna", &format!("vier geratene worte {guess}"))
            .await;
        last = seen.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert!(seen.header("retry-after").parse::<u64>().unwrap() > 0);
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let mut stranger = Browser::new();
    let right = stranger.sign_in(&desk, "anna", PASSWORD).await;
    assert_eq!(
        right.status,
        StatusCode::TOO_MANY_REQUESTS,
        "the right password is not looked at before its time"
    );
    assert_eq!(
        own.come_in(&desk, "anna").await.location(),
        "/",
        "her own browser is counted for itself"
    );
    let failures = desk
        .log()
        .await
        .iter()
        .filter(|line| line.contains("login-failed"))
        .count();
    assert_eq!(failures, 5, "what was not looked at is no failure");
}

#[tokio::test]
async fn an_unknown_name_is_counted_like_a_known_one() {
    let desk = Desk::new().await;
    let statuses = async |name: &str| {
        let mut statuses = Vec::new();
        for _ in 0..7 {
            statuses.push(Browser::new().sign_in(&desk, name, "vier geratene worte").await.status);
        }
        statuses
    };
    assert_eq!(statuses("nobody").await, statuses("first").await);
}

#[tokio::test]
async fn codes_are_guessed_no_faster_than_passwords() {
    let desk = Desk::new().await;
    desk.ready("anna", Role::Agent).await;
    let mut thief = Browser::new();
    let page = thief.sign_in(&desk, "anna", PASSWORD).await;
    let mut tries = 0;
    loop {
        let seen = thief.give_code(&desk, &page, &format!("{tries:06}")).await;
        if seen.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        tries += 1;
        assert!(tries < 6, "the tries are shared with the password's");
    }
    desk.wait(SignedDuration::from_mins(6));
    let late = thief.give_code(&desk, &page, &desk.code("anna").await).await;
    assert!(
        late.says("from the beginning"),
        "a password shown is good for five minutes: {}",
        late.text
    );
}

#[tokio::test]
async fn a_session_that_was_there_before_the_login_is_not_taken_over() {
    let desk = Desk::new().await;
    desk.ready("anna", Role::Agent).await;
    let mut browser = Browser::new();
    browser.cookies.push(("dran_staff".to_owned(), "ab".repeat(32)));
    browser.come_in(&desk, "anna").await;
    assert_ne!(browser.session(), Some(&*"ab".repeat(32)));
    let first = browser.session().unwrap().to_owned();
    browser.close();
    browser.come_in(&desk, "anna").await;
    assert_ne!(browser.session(), Some(&*first), "each login has a session of its own");
    let mut kept = browser.clone();
    browser.come_in(&desk, "anna").await;
    assert_eq!(
        kept.get(&desk, "/konto").await.location(),
        "/anmelden",
        "the one before it ends"
    );
    assert_eq!(browser.get(&desk, "/konto").await.status, 200);
}
