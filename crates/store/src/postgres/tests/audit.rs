//! Each check of the audit can fail: one lie is written past the constraints, and exactly the check
//! whose promise it breaks names it.

use std::collections::BTreeSet;
use std::sync::Arc;

use dran_cluster::{Cluster, Database};

use super::{database, open};
use crate::conformance::lies::{LIES, a_day};
use crate::conformance::world::{World, booking_code, second};
use crate::{AuditReport, Store};

/// Takes every check and trigger away, as a person with a database tool could.
const NO_CONSTRAINTS: &str = "
    SET session_replication_role = replica;
    DO $$ DECLARE found record; BEGIN
        FOR found IN SELECT conrelid::regclass AS of, conname FROM pg_constraint
                     WHERE contype = 'c' AND connamespace = 'public'::regnamespace
        LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found.of, found.conname); END LOOP;
    END $$;";

/// Lies about what only this engine keeps in tables of their own.
const OF_THIS_ENGINE: [(&str, &str); 4] = [
    (
        "nobody_booked_twice",
        "DELETE FROM series_person WHERE series = (SELECT min(id) FROM series)",
    ),
    (
        "nobody_booked_twice",
        "UPDATE series_person SET series = (SELECT min(id) + 1 FROM series) WHERE series = (SELECT min(id) FROM series)",
    ),
    (
        "every_booking_is_whole",
        "DELETE FROM series_code WHERE series = (SELECT min(id) FROM series)",
    ),
    (
        "no_row_without_what_it_belongs_to",
        "INSERT INTO series_code (booking_code, series) VALUES ('NOBODY', 999)",
    ),
];

#[tokio::test]
async fn exactly_the_check_whose_promise_is_broken_names_it() {
    let day = database();
    a_day(&World::open(open(&day)).await).await;
    let truth = audit(&day).await;
    assert!(truth.ok(), "{truth:#?}");
    assert!(
        truth.checks.iter().all(|check| check.rows > 0),
        "every check has rows to look at: {truth:#?}"
    );
    for (check, lie) in LIES.iter().chain(&OF_THIS_ENGINE) {
        let copy = Cluster::shared().create_database(Some(&day.name)).unwrap();
        let lie = lie
            .replace("zeroblob(16)", r"'\x00000000000000000000000000000000'")
            .replace("DROP INDEX series_person_once;", "")
            .replace("DROP TRIGGER account_is_not_changed;", "")
            .replace("DROP TRIGGER account_is_not_shortened;", "")
            .replace("DROP TRIGGER audit_log_is_not_changed;", "")
            .replace("DROP TRIGGER audit_log_is_not_shortened;", "");
        Cluster::shared()
            .sql(&copy.name, &format!("{NO_CONSTRAINTS} {lie}"))
            .unwrap();
        let report = audit(&copy).await;
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

async fn audit(database: &Database) -> AuditReport {
    let store: Arc<dyn Store> = open(database);
    store.audit(second(60)).await.unwrap()
}
