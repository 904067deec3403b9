//! The schema beside `packaging/citus/distribute.sql`, which would spread it over several servers: nothing in it is in
//! the way. `docs/scale.md` explains the classes; a new table has to be put into one.

use std::collections::{BTreeMap, BTreeSet};

use dran_cluster::Cluster;
use dran_core::ids::LineNo;

use super::{database, open};
use crate::conformance::world::{World, key, message, person_of, second};
use crate::{MessageKind, SendAgain};

const SCRIPT: &str = include_str!("../../../../../packaging/citus/distribute.sql");

/// Tables that stay where they are: chains and single rows that are written in order, what concerns staff, and the
/// schema's own history.
const ON_THE_COORDINATOR: &[&str] = &[
    "account",
    "agent_booking",
    "agent_day",
    "agent_state",
    "announcement",
    "announcement_text",
    "api_token",
    "attempt",
    "audit_log",
    "callback",
    "day_minute",
    "leadership",
    "node",
    "note",
    "operation",
    "phone_entry",
    "schema_migration",
    "staff_account",
    "staff_account_centre",
    "staff_login_failure",
    "staff_recovery_code",
    "staff_session",
    "tally",
];

/// Where the rows of a table are.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    /// On one server.
    Coordinator,
    /// On all servers.
    Everywhere,
    /// Each on the server that the value of a column leads to; tables of one group go by the same values.
    Spread { by: String, group: String },
}

use Place::{Coordinator, Everywhere, Spread};

/// What the script says of each table.
fn places() -> BTreeMap<String, Place> {
    let mut places: BTreeMap<String, Place> = ON_THE_COORDINATOR
        .iter()
        .map(|table| ((*table).to_owned(), Coordinator))
        .collect();
    for line in SCRIPT.lines().filter(|line| line.starts_with("SELECT")) {
        let mut words = line.split('\'').skip(1).step_by(2).map(str::to_owned);
        let table = words.next().unwrap();
        let place = if line.contains("create_reference_table") {
            Everywhere
        } else {
            let by = words.next().unwrap();
            let group = words.next().unwrap_or_else(|| table.clone());
            Spread { by, group }
        };
        assert_eq!(places.insert(table, place), None, "named twice: {line}");
    }
    places
}

fn place<'a>(places: &'a BTreeMap<String, Place>, table: &str) -> &'a Place {
    places
        .get(table)
        .unwrap_or_else(|| panic!("the table {table} has no place in packaging/citus/distribute.sql"))
}

/// Rows of a query of columns.
fn rows<const COLUMNS: usize>(sql: &str) -> Vec<[String; COLUMNS]> {
    let rows = Cluster::shared().sql(&database().name, sql).unwrap();
    let columns = |row: &str| {
        let columns: Vec<_> = row.split('|').map(str::to_owned).collect();
        columns.try_into().unwrap()
    };
    rows.lines().map(columns).collect()
}

#[test]
fn every_table_has_a_place() {
    let tables: BTreeSet<String> =
        rows::<1>("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
            .into_iter()
            .map(|[table]| table)
            .collect();
    let named: BTreeSet<String> = places().into_keys().collect();
    assert_eq!(tables, named);
}

#[test]
fn every_unique_key_contains_what_spreads_its_table() {
    let places = places();
    let keys = rows::<3>(
        "SELECT t.relname, i.indexrelid::regclass,
                coalesce((SELECT string_agg(attname, ' ') FROM pg_attribute
                          WHERE attrelid = indrelid AND attnum = ANY (indkey)), '')
         FROM pg_index i JOIN pg_class t ON t.oid = indrelid
         WHERE indisunique AND relnamespace = 'public'::regnamespace AND relkind = 'r'",
    );
    let mut compared = 0;
    for [table, key, columns] in &keys {
        if let Spread { by, .. } = place(&places, table) {
            assert!(
                columns.split(' ').any(|column| column == by),
                "{key} of {table}: {columns}, without {by}"
            );
            compared += 1;
        }
    }
    let spread = places.values().filter(|place| matches!(place, Spread { .. })).count();
    assert!(compared >= spread, "{compared} keys of {spread} tables");
}

#[test]
fn no_foreign_key_leaves_a_server() {
    let places = places();
    let references = rows::<4>(
        "SELECT conname, from_table.relname, to_table.relname,
                (SELECT string_agg(child.attname || '=' || parent.attname, ' ')
                 FROM unnest(conkey, confkey) AS pair (child_no, parent_no)
                 JOIN pg_attribute AS child ON child.attrelid = conrelid AND child.attnum = child_no
                 JOIN pg_attribute AS parent ON parent.attrelid = confrelid AND parent.attnum = parent_no)
         FROM pg_constraint
         JOIN pg_class from_table ON from_table.oid = conrelid
         JOIN pg_class to_table ON to_table.oid = confrelid
         WHERE contype = 'f' AND from_table.relnamespace = 'public'::regnamespace",
    );
    assert!(!references.is_empty());
    for [name, from, to, columns] in &references {
        let stays = match (place(&places, from), place(&places, to)) {
            (_, Everywhere) | (Coordinator, Coordinator) => true,
            (Spread { by, group }, Spread { by: key, group: others }) => {
                group == others && columns.split(' ').any(|pair| *pair == format!("{by}={key}"))
            }
            _ => false,
        };
        assert!(stays, "{name}: {from} -> {to} by {columns}");
    }
}

#[test]
fn a_slots_number_begins_with_its_centre() {
    let check = "SELECT count(*) FROM pg_constraint
                 WHERE conrelid = 'series_slot'::regclass AND pg_get_constraintdef(oid) LIKE '%((id >> 32) = centre_no)%'";
    assert_eq!(Cluster::shared().sql(&database().name, check).unwrap(), "1");
}

/// Rows whose number does not lead with their line, and how many rows there are.
const ASTRAY: &str = "
    SELECT count(*) FILTER (WHERE id >> 40 <> 1), count(*) FROM (
        SELECT id FROM registration UNION ALL SELECT id FROM series UNION ALL SELECT id FROM outbox) AS numbered";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_numbers_of_registrations_series_and_messages_begin_with_their_line() {
    let database = database();
    let world = World::open(open(&database)).await;
    let slot = world.slot(5).await;
    let (visitor, booked) = world.book(1, &[slot]).await;
    assert_eq!(visitor.ticket.line, LineNo(1));
    // A correction is carried out alone, as is what is sent again.
    let corrected = world.new_registration(1, vec![person_of(9, 0)]);
    world.store.register(corrected).await.unwrap();
    let again = SendAgain {
        attempt_key: key(77),
        booking_code: booked.series[0].booking_code.clone(),
        messages: vec![message(MessageKind::Confirmation, vec![])],
        now: second(9),
    };
    world.store.send_again(again).await.unwrap();
    world.audit_is_clean().await;
    let counted = Cluster::shared().sql(&database.name, ASTRAY).unwrap();
    // Two registrations, a series, two codes, and the confirmation twice.
    assert_eq!(counted.trim(), "0|7");
}
