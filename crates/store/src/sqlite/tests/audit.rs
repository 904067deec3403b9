//! Each check of the audit can fail: one lie is written past the constraints, and exactly the check
//! whose promise it breaks names it.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::Connection;

use super::{folder, open};
use crate::conformance::lies::LIES;
use crate::conformance::world::{World, booking_code, second};
use crate::{AuditReport, Store};

#[tokio::test]
async fn exactly_the_check_whose_promise_is_broken_names_it() {
    let folder = folder();
    let path = folder.path().join("true.sqlite");
    a_day(&path).await;
    let truth = audit(&path).await;
    assert!(truth.ok(), "{truth:#?}");
    assert!(
        truth.checks.iter().all(|check| check.rows > 0),
        "every check has rows to look at: {truth:#?}"
    );

    for (number, (check, lie)) in LIES.iter().enumerate() {
        let path = folder.path().join(format!("lie-{number}.sqlite"));
        std::fs::copy(folder.path().join("true.sqlite"), &path).unwrap();
        tell(&path, lie);
        let report = audit(&path).await;
        let speaking: Vec<_> = report
            .checks
            .iter()
            .filter(|check| !check.violations.is_empty())
            .collect();
        let names: Vec<_> = speaking.iter().map(|check| check.name).collect();
        assert_eq!(names, [*check], "{lie}: {speaking:#?}");
        for violation in &speaking[0].violations {
            for personal in ["Höh", "+49", &booking_code(1, 0)] {
                assert!(!violation.contains(personal), "{violation}");
            }
        }
    }
    let told: BTreeSet<_> = LIES.iter().map(|(check, _)| *check).collect();
    let promised: BTreeSet<_> = truth.checks.iter().map(|check| check.name).collect();
    assert_eq!(told, promised, "every check was seen to fail");
}

#[tokio::test]
async fn a_store_that_was_stopped_is_not_late_with_its_holds() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    a_day(&path).await;
    let years_later = open(&path).audit(second(1_000_000_000)).await.unwrap();
    assert!(years_later.ok(), "{years_later:#?}");
}

#[tokio::test]
async fn many_violations_are_cut_short_and_counted() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    a_day(&path).await;
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 130)
                INSERT INTO permit SELECT 1, 5000000 + i, 1, 'left', 0, 0, 0 FROM n";
    tell(&path, many);
    let report = audit(&path).await;
    let beyond = report
        .checks
        .iter()
        .find(|check| check.name == "no_permit_beyond_the_tickets")
        .unwrap();
    assert_eq!(beyond.violations.len(), 101);
    assert_eq!(beyond.violations.last().unwrap(), "and 30 more");
}

async fn a_day(path: &Path) {
    crate::conformance::lies::a_day(&World::open(open(path)).await).await;
}

async fn audit(path: &Path) -> AuditReport {
    open(path).audit(second(60)).await.unwrap()
}

/// Writes past every constraint, as a fault of the disk or of a person with a database tool would.
fn tell(path: &Path, lie: &str) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")
        .unwrap();
    connection.execute_batch(lie).unwrap();
}
