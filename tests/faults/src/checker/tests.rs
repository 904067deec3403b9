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
fn a_position_beyond_all_tickets_and_an_order_drawn_twice_are_found() {
    let joined = done(
        Deed::Join,
        "",
        json!({ "ticket": "t", "pool": "kassel", "position": 12 }),
    );
    assert_eq!(calls(&[joined], &[]), ["what_was_acknowledged_is_there"]);
    let drawn = |number: u32| json!({ "line": format!("{number} 1970-01-01T00:00:01.000Z probe drawn kassel=3") });
    assert_eq!(calls::check(&[], &[], &[drawn(1)], true), []);
    let found = calls::check(&[], &[], &[drawn(1), drawn(2)], true);
    assert_eq!(promises(&found), ["the_order_is_drawn_once"]);
}

#[test]
fn who_is_told_to_come_was_called() {
    let joined = done(
        Deed::Join,
        "",
        json!({ "ticket": "t", "pool": "kassel", "position": 3 }),
    );
    let told = done(Deed::Poll, "t", json!({ "position": 3, "state": "called" }));
    assert_eq!(calls(&[joined.clone(), told.clone()], &[3]), [""; 0]);
    assert_eq!(calls(&[joined, told], &[2]), ["who_enters_was_called"]);
}

#[test]
fn a_cancelled_series_that_is_booked_still_is_found_and_one_that_nobody_cancelled() {
    let in_state = |state: &str| by_key(vec![json!({ "code": "A", "state": state })], "code");
    let told = [
        silent(Deed::Cancel, "A"),
        refused(Deed::Cancel, "A", "booking-cancelled"),
    ];
    let found = |told: &[Operation], state: &str| {
        let found = cancellations(told, &in_state(state));
        promises(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found(&told, "cancelled"), [""; 0]);
    assert_eq!(found(&told, "booked"), ["what_was_acknowledged_is_there"]);
    assert_eq!(
        found(&[silent(Deed::Cancel, "A")], "cancelled"),
        ["every_unknown_is_resolved"]
    );
    assert_eq!(found(&[], "cancelled"), ["nothing_happens_unasked"]);
    assert_eq!(found(&[], "booked"), [""; 0]);
}

#[test]
fn who_stands_before_somebody_who_came_long_before_is_found() {
    let joined = |invoked_ms: i64, position: u64| Operation {
        invoked_ms,
        returned_ms: invoked_ms + 10,
        ..done(
            Deed::Join,
            "",
            json!({ "ticket": position.to_string(), "pool": "kassel", "position": position }),
        )
    };
    let found = |operations: &[Operation]| {
        let found = arrivals::check(operations, 1_000);
        promises(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found(&[joined(0, 1), joined(5_000, 2)]), [""; 0]);
    assert_eq!(found(&[joined(0, 2), joined(1_000, 1)]), [""; 0], "within the slack");
    assert_eq!(
        found(&[joined(0, 2), joined(5_000, 1)]),
        ["who_came_earlier_stands_before"]
    );
}

/// A round in which two booked, one after the leader was gone.
fn round() -> (Books, Vec<Operation>, Circumstances) {
    let told = json!({ "receipt": "R", "series": [{ "booking_code": "A" }] });
    let operations = vec![
        done(
            Deed::Join,
            "",
            json!({ "ticket": "t", "pool": "kassel", "position": 1 }),
        ),
        done(Deed::Enter, "t", json!({})),
        done(Deed::Register, "r", json!({})),
        silent(Deed::Book, "a"),
        done(Deed::Book, "a", told),
        done(Deed::Move, "m", json!({})),
    ];
    let books = Books {
        bookings: booked("a", 1_500),
        registrations: by_key(vec![json!({ "key": "r" })], "key"),
        moves: by_key(vec![json!({ "key": "m" })], "key"),
        series: by_key(vec![json!({ "code": "A", "state": "booked" })], "code"),
        lines: vec![json!({ "pool": "kassel", "called": 5, "tickets": 9 })],
        account: account(&[1, 5]),
        ..Books::default()
    };
    let circumstances = Circumstances {
        clocks_agree: true,
        order_slack_ms: 1_000,
        leaderless: Some(Leaderless {
            from_ms: 1_000,
            to_ms: 9_000,
        }),
    };
    (books, operations, circumstances)
}

#[test]
fn a_round_in_which_all_was_well_is_called_so() {
    let (books, operations, circumstances) = round();
    assert_eq!(check(&books, &operations, circumstances), []);
    let gone = circumstances.leaderless.unwrap();
    assert_eq!(books.takeover(gone), Some(Duration::from_millis(1)));
}

#[test]
fn a_leader_that_nobody_takes_over_from_is_found() {
    let (books, operations, circumstances) = round();
    let gone = Leaderless {
        from_ms: 2_000,
        to_ms: 9_000,
    };
    let found = check(
        &books,
        &operations,
        Circumstances {
            leaderless: Some(gone),
            ..circumstances
        },
    );
    assert_eq!(promises(&found), ["another_node_takes_over"]);
}

#[test]
fn what_is_missing_in_each_book_is_found() {
    let (_, operations, circumstances) = round();
    let found = |spoil: fn(&mut Books)| {
        let (mut books, _, _) = round();
        spoil(&mut books);
        let found = check(&books, &operations, circumstances);
        promises(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        found(|books| books.bookings.clear()),
        ["what_was_acknowledged_is_there"]
    );
    assert_eq!(found(|books| books.moves.clear()), ["what_was_acknowledged_is_there"]);
    assert_eq!(
        found(|books| books.registrations.clear()),
        ["what_was_acknowledged_is_there"]
    );
    assert_eq!(
        found(|books| books.account.clear()),
        ["who_enters_was_called", "another_node_takes_over"]
    );
    assert_eq!(
        found(|books| books.account = account(&[1, 5, 5])),
        ["nobody_is_called_twice"]
    );
    assert_eq!(
        found(|books| books.broken.push(Violation::new("no_person_twice", "found"))),
        ["no_person_twice"]
    );
}

#[test]
fn every_query_finds_what_it_is_for_and_nothing_where_all_is_well() {
    let cluster = Cluster::shared();
    let broken = cluster.create_database(None).unwrap();
    cluster.sql(&broken.name, include_str!("tables.sql")).unwrap();
    let well = cluster.create_database(Some(&broken.name)).unwrap();
    cluster.sql(&broken.name, include_str!("broken.sql")).unwrap();
    cluster.sql(&well.name, include_str!("well.sql")).unwrap();
    for (promise, sql) in PROMISES {
        let found = cluster.sql(&broken.name, sql).unwrap();
        let mut found: Vec<&str> = found.lines().collect();
        found.sort_unstable();
        let expected = BROKEN.iter().filter(|(name, _)| *name == promise);
        let expected: Vec<&str> = expected.map(|(_, found)| *found).collect();
        assert_eq!(found, expected, "{promise}");
        assert!(!found.is_empty(), "{promise} finds nothing");
        assert_eq!(cluster.sql(&well.name, sql).unwrap(), "", "{promise}");
    }
}

/// What each query says of `broken.sql`.
const BROKEN: [(&str, &str); 13] = [
    ("no_slot_over_capacity", "slot 1: 2 of 1 used, 0 said to be free"),
    ("no_slot_over_capacity", "slot 2: 1 of 2 used, 2 said to be free"),
    ("no_dose_given_twice", "centre 1: 3 appointments, 2 doses"),
    ("no_person_twice", "Liesel Muster, 1935-03-08: series 1, 2"),
    ("no_orphan_dose", "series 1: doses 1 at 10, its slot has 10 and 20"),
    ("no_party_torn_apart", "booking 2: 1 series for 0 persons"),
    ("one_confirmation_for_a_series", "series 1: 0 confirmations"),
    ("one_confirmation_for_a_series", "series 2: 2 confirmations"),
    ("one_call_for_a_ticket", "2 messages `call` to one visitor"),
    ("the_account_is_a_chain", "line 1 does not follow"),
    (
        "only_called_tickets_have_permits",
        "line 1: 2 permits, 1 called, 1 tickets, highest 5",
    ),
    ("no_attempt_twice", "attempt 01: 2 registrations"),
    ("no_attempt_twice", "attempt 02: 2 bookings"),
];
