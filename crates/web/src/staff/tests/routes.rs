//! Every address with every role.

use axum::http::{Method, StatusCode};
use dran_core::staff::{ROLES, Right, Role, may};

use super::{Browser, Desk};
use crate::staff::call::Gate;
use crate::staff::routes;

const GET: Method = Method::GET;
const POST: Method = Method::POST;

/// What every address of the staff side needs, written down once more: a new one has to be put here too.
const TABLE: &[(Method, &str, Gate)] = &[
    (GET, "/", Gate::Open),
    (GET, "/anmelden", Gate::Open),
    (POST, "/anmelden", Gate::Open),
    (POST, "/anmelden/code", Gate::Open),
    (GET, "/anmelden/extern", Gate::Open),
    (GET, "/anmelden/zurueck", Gate::Open),
    (POST, "/abmelden", Gate::Session),
    (GET, "/konto", Gate::Right(Right::OwnAccount)),
    (GET, "/konto/kennwort", Gate::Session),
    (POST, "/konto/kennwort", Gate::Session),
    (GET, "/konto/app", Gate::Session),
    (POST, "/konto/app", Gate::Session),
    (GET, "/konto/wiederherstellung", Gate::Right(Right::OwnAccount)),
    (POST, "/konto/wiederherstellung", Gate::Right(Right::OwnAccount)),
    (POST, "/konto/sitzungen", Gate::Right(Right::OwnAccount)),
    (GET, "/verwaltung/konten", Gate::Right(Right::Accounts)),
    (GET, "/verwaltung/konten/neu", Gate::Right(Right::Accounts)),
    (POST, "/verwaltung/konten/neu", Gate::Right(Right::Accounts)),
    (GET, "/verwaltung/konten/{account}", Gate::Right(Right::Accounts)),
    (POST, "/verwaltung/konten/{account}", Gate::Right(Right::Accounts)),
    (GET, "/desk", Gate::Right(Right::Desk)),
    (POST, "/desk", Gate::Right(Right::Desk)),
    (GET, "/desk/gebucht/{place}", Gate::Right(Right::Desk)),
    (GET, "/desk/gebucht/{place}/druck", Gate::Right(Right::Desk)),
    (POST, "/desk/rueckruf", Gate::Right(Right::Desk)),
    (POST, "/desk/zustand", Gate::Right(Right::Desk)),
    (POST, "/desk/da", Gate::Right(Right::Desk)),
    (GET, "/desk/suche", Gate::Right(Right::Desk)),
    (POST, "/desk/suche", Gate::Right(Right::Desk)),
    (GET, "/desk/termin/{code}", Gate::Right(Right::Desk)),
    (POST, "/desk/termin/{code}", Gate::Right(Right::Desk)),
    (GET, "/desk/termin/{code}/verschieben", Gate::Right(Right::Desk)),
    (POST, "/desk/termin/{code}/verschieben", Gate::Right(Right::Desk)),
    (GET, "/desk/termin/{code}/druck", Gate::Right(Right::Desk)),
    (GET, "/desk/hilfe", Gate::Right(Right::Desk)),
    (GET, "/betrieb", Gate::Right(Right::Overview)),
    (POST, "/betrieb", Gate::Right(Right::Operations)),
    (GET, "/betrieb/zahlen", Gate::Right(Right::Overview)),
    (POST, "/betrieb/freigabe", Gate::Right(Right::Planning)),
    (GET, "/pruefung/protokoll", Gate::Right(Right::AuditLog)),
    (GET, "/api/v1/staff/audit-log", Gate::Token(Right::AuditLog)),
    (GET, "/api/v1/staff/operations", Gate::Token(Right::Overview)),
];

#[test]
fn every_address_needs_what_the_table_says() {
    let routed = routes();
    let routed: Vec<_> = routed
        .table()
        .iter()
        .map(|route| (route.method.clone(), route.path, route.gate))
        .collect();
    assert_eq!(routed, TABLE);
}

/// Who asks.
enum Asker {
    Nobody,
    /// With the initial password, before anything is set up.
    Beginner,
    WithRole(Role),
}

#[tokio::test]
async fn nobody_comes_in_where_the_role_does_not_reach() {
    let desk = Desk::new().await;
    let initial = desk.account("beginner", Role::Operator).await;
    let mut beginner = Browser::new();
    beginner.sign_in(&desk, "beginner", &initial).await;
    let mut askers = vec![(Asker::Nobody, Browser::new()), (Asker::Beginner, beginner)];
    for role in ROLES {
        let browser = desk.ready(role.word(), role).await;
        askers.push((Asker::WithRole(role), browser));
    }
    let mut seen = 0;
    for (asker, browser) in &mut askers {
        for (method, path, gate) in TABLE {
            let answer = ask(&desk, browser, asker, method, path).await;
            let (status, location) = (answer.status, answer.location());
            let what = format!("{method} {path}: {status} {location}");
            let barred = status == StatusCode::FORBIDDEN;
            match (&*asker, gate) {
                (_, Gate::Open) => assert!(!barred && !status.is_server_error(), "{what}"),
                (_, Gate::Token(_)) => assert_eq!(status, StatusCode::UNAUTHORIZED, "a session is no token: {what}"),
                (Asker::Nobody, _) => assert_eq!((status, location), (StatusCode::SEE_OTHER, "/anmelden"), "{what}"),
                (_, Gate::Session) => assert!(!barred && location != "/anmelden", "{what}"),
                (Asker::Beginner, Gate::Right(_)) => {
                    assert_eq!((status, location), (StatusCode::SEE_OTHER, "/konto/kennwort"), "{what}");
                }
                (Asker::WithRole(role), Gate::Right(right)) if may(*role, *right) => {
                    assert!(
                        !barred && location != "/anmelden" && !status.is_server_error(),
                        "{role:?} {what}"
                    );
                }
                (Asker::WithRole(role), Gate::Right(_)) => assert!(barred, "{role:?} {what}"),
            }
            seen += 1;
            if *path == "/abmelden" {
                match &*asker {
                    Asker::Nobody => {}
                    Asker::Beginner => drop(browser.sign_in(&desk, "beginner", &initial).await),
                    Asker::WithRole(role) => drop(browser.come_in(&desk, role.word()).await),
                }
            }
        }
    }
    assert_eq!(seen, TABLE.len() * (ROLES.len() + 2));
}

async fn ask(desk: &Desk, browser: &mut Browser, asker: &Asker, method: &Method, path: &str) -> super::Seen {
    let path = path
        .replace("{account}", "1")
        .replace("{place}", "1-0")
        .replace("{code}", "K7QM3XPA9TRW");
    if *method == GET {
        return browser.get(desk, &path).await;
    }
    match asker {
        Asker::Nobody => browser.post(desk, &path, &[]).await,
        _ => browser.post_own(desk, &path, &[]).await,
    }
}

#[tokio::test]
async fn who_asks_for_what_the_role_does_not_reach_is_in_the_log() {
    let desk = Desk::new().await;
    let mut agent = desk.ready("agent", Role::Agent).await;
    agent.get(&desk, "/verwaltung/konten").await;
    let log = desk.log().await;
    assert!(log.last().unwrap().ends_with("account=2 barred account=2"), "{log:?}");
}

#[tokio::test]
async fn what_is_not_there_says_so_in_the_frame_of_the_staff_side() {
    let desk = Desk::new().await;
    let mut browser = Browser::new();
    let missing = browser.get(&desk, "/desk/nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.says("Staff, Hesse"), "{}", missing.text);
    assert!(!missing.header("content-security-policy").is_empty());
    let wrong_way = browser.get(&desk, "/abmelden").await;
    assert_eq!(wrong_way.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(browser.get(&desk, "/healthz").await.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.get(&desk, "/readyz").await.status, StatusCode::NO_CONTENT);
}
