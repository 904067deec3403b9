//! No statement that runs while people book may look through a table that grows with every booking.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use dran_core::ids::{Party, RegistrationId, TicketId};
use dran_core::phone::{AgentState, Settled};
use jiff::civil::date;
use rusqlite::{Connection, StatementStatus};

use super::{create, folder, open};
use crate::conformance::callbacks::{asked, due, number};
use crate::conformance::contacts::{contact_on, marks, notice, verified};
use crate::conformance::desk::by_phone;
use crate::conformance::staff::agent;
use crate::conformance::world::{World, booking_code, key, message, second};
use crate::{
    Cancel, ExtendPermit, MessageKind, MessageOutcome, MessageResult, MoveSeries, NewNote, NewTicketContact,
    ResendCode, Search, SettleCallback,
};

/// Tables that grow with every visitor.
const GROWING: [&str; 18] = [
    "permit",
    "hold",
    "hold_place",
    "registration",
    "registration_person",
    "booking",
    "series",
    "appointment",
    "series_move",
    "outbox",
    "outbox_series",
    "ticket_contact",
    "place",
    "ticket_place",
    "callback",
    "agent_booking",
    "note",
    "phone_entry",
];

/// Partial indexes that hold only what waits, is inside or was cancelled; reading them whole is their use.
const SMALL_INDEXES: [&str; 3] = ["outbox_due", "permit_active", "series_cancelled"];

/// What may scan: queries of the whole, asked for at a start, once a second, or by an operator.
const MAY_SCAN: [(&str, &str); 5] = [
    (
        "SELECT line_no, number, party, state, entered_at, expires_at, extensions FROM permit",
        "at a start",
    ),
    (
        "AS held FROM hold_place",
        "counts what is held now, a few thousand rows",
    ),
    ("FROM outbox ORDER BY id DESC LIMIT", "reads the newest only"),
    ("GROUP BY place HAVING count(*) > 1", "at a start"),
    (
        "FROM callback INDEXED BY callback_open",
        "counts those that are open, for an operator",
    ),
];

/// What was prepared on each file: tests run side by side, and a day is judged by its own statements alone.
static SEEN: Mutex<BTreeMap<String, BTreeSet<&'static str>>> = Mutex::new(BTreeMap::new());

/// Called for every statement that this crate prepares.
pub(crate) fn note(connection: &Connection, sql: &'static str) {
    let path = connection.path().unwrap_or_default().to_owned();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.entry(path).or_default().insert(sql);
}

#[tokio::test]
async fn no_statement_of_the_day_scans_what_grows() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    let world = World::open(open(&path)).await;
    a_day(&world).await;
    drop(world);

    let connection = Connection::open(&path).unwrap();
    let statements = SEEN.lock().unwrap().remove(connection.path().unwrap()).unwrap();
    let of_the_day: Vec<_> = statements.iter().filter(|sql| is_of_the_day(sql)).collect();
    assert!(of_the_day.len() > 50, "the day runs {} statements", of_the_day.len());
    let mut scans = Vec::new();
    for sql in of_the_day {
        for step in plan(&connection, sql) {
            let scanned = GROWING.iter().find(|table| {
                step.strip_prefix("SCAN ")
                    .is_some_and(|rest| rest.split(' ').next() == Some(table))
                    && !SMALL_INDEXES
                        .iter()
                        .any(|index| step.ends_with(&format!("INDEX {index}")))
            });
            if scanned.is_some() && !MAY_SCAN.iter().any(|(part, _)| sql.contains(part)) {
                scans.push(format!("{step}: {sql}"));
            }
        }
    }
    assert!(scans.is_empty(), "{scans:#?}");
}

#[test]
fn a_scan_is_seen_as_one() {
    let folder = folder();
    let path = folder.path().join("dran.sqlite");
    drop(open(&path));
    let connection = Connection::open(&path).unwrap();
    let steps = plan(&connection, "SELECT id FROM series WHERE sequence > 3");
    assert_eq!(steps, ["SCAN series"]);
}

#[test]
fn a_statement_is_planned_once_whatever_it_is_asked() {
    let folder = folder();
    let connection = crate::sqlite::open::open_writer(&folder.path().join("dran.sqlite"), &create()).unwrap();
    let mut statement = connection
        .prepare("SELECT slot FROM hold_place WHERE hold = ?1 ORDER BY person_no")
        .unwrap();
    for hold in 0..10 {
        assert!(!statement.exists([hold]).unwrap());
    }
    assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
}

/// Everything that happens while people book.
async fn a_day(world: &World) {
    let (from, to) = (world.slot(9).await, world.slot(9).await);
    let registration = world.store.register(world.new_registration(90, vec![])).await.unwrap();
    let code = world.new_registration(91, vec![]).code;
    let resend = ResendCode {
        registration,
        contact: None,
        code,
        sends_max: 3,
        now: second(1),
    };
    world.store.resend_code(resend).await.unwrap();
    world.store.registration(registration).await.unwrap();
    world
        .store
        .record_calls(vec![(world.line, 5)], second(60))
        .await
        .unwrap();

    let (visitor, booked) = world.book(1, &[from, from]).await;
    world.store.booked_by(visitor.ticket).await.unwrap();
    let booking_code = booked.series[0].booking_code.clone();
    world.store.series(booking_code.clone()).await.unwrap();
    let messages = vec![message(MessageKind::Move, vec![booking_code.clone()])];
    let moved = MoveSeries {
        attempt_key: key(1),
        booking_code: booking_code.clone(),
        to,
        messages,
        now: second(3),
    };
    world.store.move_series(moved).await.unwrap();
    world
        .store
        .cancel(Cancel {
            booking_code,
            messages: vec![],
            now: second(4),
        })
        .await
        .unwrap();

    let holding = world.visitor(2, Party::One).await;
    world.hold(&holding, &[from]).await.unwrap();
    world.store.hold_of(holding.ticket).await.unwrap();
    let extend = ExtendPermit {
        ticket: holding.ticket,
        now: second(5),
        expires_at: second(2000),
        extensions_max: 2,
    };
    world.store.extend_permit(extend).await.unwrap();
    let leaving = world.visitor(3, Party::One).await;
    what_a_node_mirrors(world, leaving.ticket).await;
    world.store.leave(leaving.ticket, second(5)).await.unwrap();
    world.store.expire(second(9000)).await.unwrap();

    coming_back(world).await;
    on_the_phone(world, registration).await;

    let due = world.store.due_messages(second(9000), 10).await.unwrap();
    let sent = |at| MessageResult::Sent { at: second(at) };
    let outcomes = due
        .iter()
        .map(|due| MessageOutcome {
            id: due.id,
            result: sent(9000),
        })
        .collect();
    world.store.settle_messages(outcomes).await.unwrap();
    world.store.recent_messages(10).await.unwrap();
    world.store.counts().await.unwrap();
}

/// Four times a second on every node.
async fn what_a_node_mirrors(world: &World, inside: TicketId) {
    assert!(world.store.lead().await.unwrap().is_some());
    world.store.tell(b"the lines".to_vec()).await.unwrap();
    let shared = world.store.shared(0).await.unwrap();
    assert!(!shared.active.is_empty());
    world.store.shared(1).await.unwrap();
    world.store.permits_of(vec![inside]).await.unwrap();
    world.store.kept_day(second(0)).await.unwrap();
}

/// Contacts on tickets, and two tickets of one person.
async fn coming_back(world: &World) {
    for number in [11, 12] {
        let ticket = world.ticket(number);
        let new = NewTicketContact {
            claim: Some([9; 32]),
            ..contact_on(ticket)
        };
        verified(world, new).await;
    }
    let lines = vec![world.line, world.other_line];
    let unplaced = world.store.unplaced_contacts(lines.clone(), 10).await.unwrap();
    let positions = unplaced.into_iter().map(|ticket| (ticket, 0)).collect();
    world.store.place_contacts(positions).await.unwrap();
    let due = world.store.due_notices(marks(world.line, 1, 1), 10).await.unwrap();
    let notices = due.iter().map(notice).collect();
    world.store.send_notices(notices, second(5)).await.unwrap();
    world.store.folded_places().await.unwrap();
    world.store.withdraw_contact(world.ticket(11)).await.unwrap();
    world.store.forget_contacts(lines, second(0), 10).await.unwrap();
}

/// Call-backs, an agent's state and figures, notes, and every kind of search.
async fn on_the_phone(world: &World, registration: RegistrationId) {
    let phone = world.store.phone();
    let (anna, today) = (agent(&*world.store, "anna").await, date(2021, 1, 12));
    let id = due(world, 6, 70).await;
    phone.unplaced_callbacks(vec![world.line], 10).await.unwrap();
    phone.callback_of(world.campaign.clone(), number(6)).await.unwrap();
    phone.claim_callback(anna, second(71)).await.unwrap();
    phone.keep_callback(id, anna, second(72)).await.unwrap();
    let settle = SettleCallback {
        id,
        account: anna,
        settled: Settled::NotWanted,
        now: second(73),
    };
    phone.settle_callback(settle).await.unwrap();
    phone.note_callback(asked(world.ticket(7), 6)).await.unwrap();
    phone.withdraw_callback(id, None, second(74)).await.unwrap();
    phone.callback_counts(second(75)).await.unwrap();
    phone.callbacks_due(second(75)).await.unwrap();
    for state in AgentState::ALL {
        phone.set_agent_state(anna, state, today, second(80)).await.unwrap();
    }
    phone.note_agent_seen(anna, second(81)).await.unwrap();
    phone.agents(second(82)).await.unwrap();
    phone.agent(anna, second(82)).await.unwrap();
    phone.note_agent_booking(anna, world.ticket(1), today).await.unwrap();
    phone.agent_day(anna, today).await.unwrap();
    let note = NewNote {
        registration,
        account: anna,
        text: "Rollstuhl".into(),
        now: second(83),
    };
    phone.add_note(note).await.unwrap();
    phone.notes_of(registration).await.unwrap();
    for search in [
        Search::Name {
            family_name: "Höh".into(),
            birth_date: date(1936, 2, 29),
        },
        Search::Phone(number(6)),
        Search::Code(booking_code(1, 0)),
        Search::Receipt("receipt 1".into()),
    ] {
        phone.find_people(search).await.unwrap();
    }
    let spring = World::first_come(std::sync::Arc::clone(&world.store)).await;
    let entered = phone.enter_by_phone(by_phone(&spring, 7, anna, 84)).await;
    assert!(entered.is_ok());
    phone.forget_callbacks(vec![world.line], 10).await.unwrap();
}

/// The audit looks at everything by intention, and tests write statements of their own.
fn is_of_the_day(sql: &str) -> bool {
    let first = sql.split_whitespace().next().unwrap_or_default();
    let audits = crate::sqlite::audit::statements();
    ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&first) && !audits.contains(&sql)
}

fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let parameters = statement.parameter_count();
    let nothing = vec![rusqlite::types::Null; parameters];
    let steps = statement
        .query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3))
        .unwrap();
    steps.map(Result::unwrap).collect()
}
