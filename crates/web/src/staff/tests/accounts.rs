//! Looking after accounts, and the log of it.

use axum::body::Body;
use axum::http::StatusCode;
use dran_core::staff::log::Actor;
use dran_core::staff::{Right, Role, StaffName};

use super::{Browser, Desk, PASSWORD};

async fn number(desk: &Desk, name: &str) -> String {
    let found = desk
        .staff
        .store()
        .staff_account_named(StaffName::parse(name).unwrap())
        .await;
    found.unwrap().unwrap().id.to_string()
}

#[tokio::test]
async fn an_administrator_makes_an_account_and_its_password_is_shown_once() {
    let desk = Desk::new().await;
    let mut anna = desk.ready("anna", Role::Operator).await;
    let new = "/verwaltung/konten/neu";
    for (fields, said) in [
        (vec![("name", "berta")], "choose a role"),
        (vec![("name", "ber ta"), ("role", "agent")], "made of the letters"),
        (vec![("name", "anna"), ("role", "agent")], "already"),
        (vec![("name", "berta"), ("role", "centre")], "at least one"),
        (
            vec![("name", "berta"), ("role", "agent"), ("centres", "fulda")],
            "choose none",
        ),
    ] {
        let seen = anna.post_own(&desk, new, &fields).await;
        assert!(
            seen.status == StatusCode::UNPROCESSABLE_ENTITY && seen.says(said),
            "{fields:?}: {}",
            seen.text
        );
    }
    let fields = [
        ("name", "berta"),
        ("role", "centre"),
        ("centres", "fulda"),
        ("centres", "giessen"),
    ];
    let made = anna.post_own(&desk, new, &fields).await;
    let initial = made
        .text
        .split("<span class=\"code\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let mut berta = Browser::new();
    assert_eq!(berta.sign_in(&desk, "berta", initial).await.location(), "/");
    let list = anna.get(&desk, "/verwaltung/konten").await;
    assert!(list.says("berta") && list.says("waits for the first login") && !list.says(initial));
    let log = desk.log().await;
    let (me, her) = (number(&desk, "anna").await, number(&desk, "berta").await);
    assert!(
        log.iter()
            .any(|line| line.ends_with(&format!("account={me} account-made account={her} centre")))
    );
}

#[tokio::test]
async fn a_change_of_an_account_ends_what_it_was_doing() {
    let desk = Desk::new().await;
    let mut anna = desk.ready("anna", Role::Operator).await;
    let mut berta = desk.ready("berta", Role::Planner).await;
    let path = format!("/verwaltung/konten/{}", number(&desk, "berta").await);
    let shown = anna.get(&desk, &path).await;
    assert!(shown.says("value=\"planner\" checked"), "{}", shown.text);
    let role = [("what", "duty"), ("role", "auditor")];
    assert_eq!(
        anna.post_own(&desk, &path, &role).await.location(),
        format!("{path}?erledigt=1")
    );
    assert_eq!(berta.get(&desk, "/konto").await.location(), "/anmelden");
    berta.close();
    berta.come_in(&desk, "berta").await;
    assert_eq!(berta.get(&desk, "/pruefung/protokoll").await.status, StatusCode::OK);
    anna.post_own(&desk, &path, &[("what", "disable")]).await;
    assert_eq!(berta.get(&desk, "/pruefung/protokoll").await.location(), "/anmelden");
    berta.close();
    assert!(berta.sign_in(&desk, "berta", PASSWORD).await.says("not right"));
    anna.post_own(&desk, &path, &[("what", "enable")]).await;
    let reset = anna.post_own(&desk, &path, &[("what", "reset")]).await;
    let initial = reset
        .text
        .split("<span class=\"code\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert!(
        berta.sign_in(&desk, "berta", PASSWORD).await.says("not right"),
        "the old password is gone"
    );
    assert_eq!(berta.sign_in(&desk, "berta", initial).await.location(), "/");
    assert_eq!(berta.get(&desk, "/").await.location(), "/konto/kennwort");
}

#[tokio::test]
async fn the_last_administrator_is_told_to_make_another_one_first() {
    let desk = Desk::new().await;
    let mut anna = desk.ready("anna", Role::Operator).await;
    let first = format!("/verwaltung/konten/{}", number(&desk, "first").await);
    anna.post_own(&desk, &first, &[("what", "disable")]).await;
    let own = format!("/verwaltung/konten/{}", number(&desk, "anna").await);
    for fields in [vec![("what", "disable")], vec![("what", "duty"), ("role", "agent")]] {
        let refused = anna.post_own(&desk, &own, &fields).await;
        assert!(
            refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says("last account"),
            "{}",
            refused.text
        );
    }
    assert_eq!(anna.get(&desk, "/verwaltung/konten").await.status, StatusCode::OK);
    assert_eq!(
        anna.get(&desk, "/verwaltung/konten/99").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        anna.get(&desk, "/verwaltung/konten/x").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_program_reads_what_its_token_allows_and_as_long_as_it_does() {
    let desk = Desk::new().await;
    let token = async |scopes| {
        desk.staff
            .make_token(Actor::Command, "reports", scopes, 30)
            .await
            .unwrap()
    };
    let (id, reader) = token(vec![Right::AuditLog]).await;
    let (_, other) = token(vec![Right::Overview]).await;
    let call = async |bearer: &str| {
        let request = Browser::new().request("GET", "/api/v1/staff/audit-log?from=2");
        let request = request.header("authorization", format!("Bearer {bearer}"));
        desk.send(request.body(Body::empty()).unwrap()).await
    };
    let seen = call(&reader).await;
    let answer: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
    assert_eq!(
        (seen.status, answer["lines"].as_array().unwrap().len()),
        (StatusCode::OK, 2),
        "{answer}"
    );
    assert_eq!(
        (&answer["lines"][0]["number"], &answer["next"]),
        (&2.into(), &serde_json::Value::Null)
    );
    assert_eq!(call(&other).await.status, StatusCode::FORBIDDEN);
    for wrong in ["", "dran_", &reader[5..], &format!("{reader}0")] {
        assert_eq!(call(wrong).await.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    desk.staff
        .store()
        .revoke_api_token(id, Actor::Command, desk.now())
        .await
        .unwrap();
    assert_eq!(call(&reader).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_log_is_read_page_by_page_and_names_nobody() {
    let desk = Desk::new().await;
    let mut otto = desk.ready("otto", Role::Auditor).await;
    let person = dran_service::staff::Person::Series(4711);
    let actor = dran_core::staff::log::Actor::Command;
    for _ in 0..150 {
        let access = dran_service::staff::Access::Read;
        desk.staff.record_access(actor, access, &[person]).await.unwrap();
    }
    let page = otto.get(&desk, "/pruefung/protokoll").await;
    assert_eq!(page.text.matches("<li><bdi>").count(), 100);
    let lines = page.text.split("<ol class=\"log\"").nth(1).unwrap();
    assert!(
        lines.contains("read series=4711") && !lines.contains("otto"),
        "staff are numbers: {lines}"
    );
    let older = page
        .text
        .split("href=\"/pruefung/protokoll?vor=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let older = otto.get(&desk, &format!("/pruefung/protokoll?vor={older}")).await;
    assert!(
        older.says("1 2021-01-12T07:00:00.000Z command account-made account=1 operator"),
        "{}",
        older.text
    );
    assert!(!older.says("Older lines"));
    let report = desk.staff.verify_log().await.unwrap();
    assert!(report.broken.is_empty() && report.lines > 150);
    let end = desk.staff.store().audit_log_end().await.unwrap().unwrap();
    assert_eq!((report.lines, report.head), (end.number, end.head));
}
