//! A checker that never finds anything proves nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::json;

use super::*;

fn asked(deed: Deed, key: &str, outcome: Outcome) -> Operation {
    Operation {
        id: 0,
        visitor: 1,
        deed,
        node: 0,
        key: key.to_owned(),
        invoked_ms: 1_000,
        returned_ms: 2_000,
        outcome,
    }
}

fn done(deed: Deed, key: &str, told: Value) -> Operation {
    asked(deed, key, Outcome::Ok(told))
}

fn refused(deed: Deed, key: &str, kind: &str) -> Operation {
    asked(deed, key, Outcome::Failed(kind.to_owned()))
}

fn silent(deed: Deed, key: &str) -> Operation {
    asked(deed, key, Outcome::Unknown("reset".to_owned()))
}

fn promises(violations: &[Violation]) -> Vec<&str> {
    violations.iter().map(|violation| violation.promise).collect()
}

fn booked(key: &str, at_ms: i64) -> HashMap<String, Value> {
    by_key(
        vec![json!({ "key": key, "receipt": "R", "booked_at": at_ms, "codes": ["A"] })],
        "key",
    )
}

#[track_caller]
fn finds(operations: &[Operation], rows: &HashMap<String, Value>, expected: &[&str]) {
    let found = attempts(operations, Deed::Book, rows, Some("booked_at"));
    assert_eq!(promises(&found), expected, "{found:?}");
}

#[test]
fn what_was_acknowledged_has_to_be_there() {
    let told = [silent(Deed::Book, "a"), done(Deed::Book, "a", json!({}))];
    finds(&told, &booked("a", 1_500), &[]);
    finds(&told, &HashMap::new(), &["what_was_acknowledged_is_there"]);
}

#[test]
fn what_was_refused_may_not_be_there() {
    let told = [silent(Deed::Book, "a"), refused(Deed::Book, "a", "hold-over")];
    finds(&told, &HashMap::new(), &[]);
    finds(&told, &booked("a", 1_500), &["what_was_refused_is_not_there"]);
}

#[test]
fn an_unknown_that_stays_one_is_found() {
    finds(
        &[silent(Deed::Book, "a")],
        &HashMap::new(),
        &["every_unknown_is_resolved"],
    );
    finds(
        &[silent(Deed::Book, "a")],
        &booked("a", 1_500),
        &["every_unknown_is_resolved"],
    );
}

#[test]
fn a_booking_of_nobody_is_found() {
    finds(&[], &booked("a", 1_500), &["nothing_happens_unasked"]);
}

#[test]
fn who_was_told_that_nothing_was_changed_was_told_the_truth() {
    let denied = refused(Deed::Book, "a", "unavailable");
    let again = Operation {
        invoked_ms: 3_000,
        returned_ms: 4_000,
        ..done(Deed::Book, "a", json!({}))
    };
    let told = [denied, again];
    finds(&told, &booked("a", 3_500), &[]);
    finds(&told, &booked("a", 1_500), &["what_is_denied_was_not_done"]);
}

#[test]
fn another_receipt_is_found() {
    let told = |receipt: &str| {
        [done(
            Deed::Book,
            "a",
            json!({ "receipt": receipt, "series": [{ "booking_code": "A" }] }),
        )]
    };
    assert_eq!(told_codes(&told("R"), &booked("a", 0)), []);
    let found = told_codes(&told("S"), &booked("a", 0));
    assert_eq!(promises(&found), ["who_is_booked_is_told_the_same"]);
}

fn account(marks: &[u64]) -> Vec<Value> {
    let line = |(number, mark): (usize, &u64)| json!({ "line": format!("{number} 1970-01-01T00:00:01.{number:03}Z probe called kassel={mark}") });
    (1..).zip(marks).map(line).collect()
}

fn calls(operations: &[Operation], marks: &[u64]) -> Vec<String> {
    let lines = [json!({ "pool": "kassel", "called": 9, "tickets": 9 })];
    let found = calls::check(operations, &lines, &account(marks), true);
    promises(&found).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_call_back_and_a_call_again_are_found() {
    assert_eq!(calls(&[], &[3, 5]), [""; 0]);
    assert_eq!(calls(&[], &[3, 3]), ["nobody_is_called_twice"]);
    assert_eq!(calls(&[], &[3, 2]), ["calls_never_go_back", "nobody_is_called_twice"]);
    let status = |called: u64| {
        done(
            Deed::Status,
            "",
            json!({ "campaigns": [{ "lines": [{ "pool": "kassel", "called": called }] }] }),
        )
    };
    assert_eq!(calls(&[status(4), status(3)], &[]), ["calls_never_go_back"]);
}

#[test]
fn who_enters_was_called_before() {
    let joined = done(
        Deed::Join,
        "",
        json!({ "ticket": "t", "pool": "kassel", "position": null }),
    );
    let polled = |position: u64| done(Deed::Poll, "t", json!({ "position": position }));
    let entered = done(Deed::Enter, "t", json!({}));
    assert_eq!(calls(&[joined.clone(), polled(3), entered.clone()], &[3]), [""; 0]);
    assert_eq!(
        calls(&[joined.clone(), polled(4), entered.clone()], &[3]),
        ["who_enters_was_called"]
    );
    let late = Operation {
        returned_ms: 1_000,
        ..entered
    };
    assert_eq!(
        calls(&[joined.clone(), polled(3), late], &[3]),
        ["who_enters_was_called"]
    );
    assert_eq!(calls(&[joined, polled(3), polled(2)], &[]), ["a_position_stays"]);
}

#[test]
fn a_position_of_two_tickets_is_found() {
    let joined = |ticket: &str| {
        done(
            Deed::Join,
            "",
            json!({ "ticket": ticket, "pool": "kassel", "position": 2 }),
        )
    };
    assert_eq!(calls(&[joined("t"), joined("u")], &[]), ["a_position_is_one_tickets"]);
}

#[test]
fn every_query_finds_what_it_is_for() {
    let cluster = Cluster::shared();
    let database = cluster.create_database(None).unwrap();
    cluster.sql(&database.name, include_str!("broken.sql")).unwrap();
    for (promise, sql) in PROMISES {
        let found = cluster.sql(&database.name, sql).unwrap();
        assert!(!found.is_empty(), "{promise} finds nothing");
    }
}
