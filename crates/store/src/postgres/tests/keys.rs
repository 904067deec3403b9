//! Which key each table begins with: what may be spread over several servers as it is, and what may not.
//! `docs/scale.md` explains the classes; a new table has to choose one.

use std::collections::BTreeSet;

use dran_cluster::Cluster;

use super::database;

/// A table, and what each of its keys begins with.
enum Led {
    /// With the number of a centre, or of a slot, which begins with its centre's.
    ByCentre,
    /// With the number of a line, which is that of one pool: its districts and their centres.
    ByLine,
    /// It is small, changes seldom or once a second, and every server would have a copy.
    Everywhere,
    /// With a number of its own or of what it belongs to: it grows with the people, and the rule of the
    /// design does not hold for it. What would have to be done stands in `docs/scale.md`.
    NotYet,
}

use Led::{ByCentre, ByLine, Everywhere, NotYet};

const TABLES: &[(&str, Led)] = &[
    ("account", Everywhere),
    ("api_token", Everywhere),
    ("appointment", NotYet),
    // It grows with the work of staff, some hundred lines a minute, and is one chain: it stays on one server.
    ("audit_log", Everywhere),
    ("booking", NotYet),
    ("campaign", Everywhere),
    ("campaign_centre", Everywhere),
    ("campaign_group", Everywhere),
    ("centre", Everywhere),
    ("day_minute", Everywhere),
    ("delivery", Everywhere),
    ("dose_allocation", ByCentre),
    ("hold", ByLine),
    ("hold_place", ByLine),
    ("leadership", Everywhere),
    ("line", Everywhere),
    ("line_centre", Everywhere),
    ("line_district", Everywhere),
    ("line_forecast", ByLine),
    ("message_kind", Everywhere),
    ("outbox", NotYet),
    ("outbox_series", NotYet),
    ("permit", ByLine),
    ("place", NotYet),
    ("registration", NotYet),
    ("registration_person", NotYet),
    ("schema_migration", Everywhere),
    ("series", NotYet),
    ("series_move", NotYet),
    ("series_slot", ByCentre),
    ("staff_account", Everywhere),
    ("staff_account_centre", Everywhere),
    ("staff_login_failure", Everywhere),
    ("staff_recovery_code", Everywhere),
    ("staff_session", Everywhere),
    ("tally", Everywhere),
    ("ticket_contact", ByLine),
    ("ticket_place", ByLine),
];

/// Columns that begin a key as the class wants it. `series_slot.id` is `centre_no << 32 | …`, which a CHECK
/// of the schema says.
const OF_CENTRE: &[&str] = &["centre_no", "slot", "series_slot.id"];
const OF_LINE: &[&str] = &["line_no"];

fn class(table: &str) -> &'static Led {
    let found = TABLES.iter().find(|(name, _)| *name == table);
    &found.unwrap_or_else(|| panic!("the table {table} has no class here")).1
}

/// Rows of a query of two columns.
fn pairs(sql: &str) -> Vec<(String, String)> {
    let rows = Cluster::shared().sql(&database().name, sql).unwrap();
    let pair = |row: &str| row.split_once('|').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    rows.lines().map(pair).collect()
}

#[test]
fn every_key_begins_as_the_class_of_its_table_says() {
    let keys = pairs(
        "SELECT t.relname, coalesce(a.attname, '')
         FROM pg_index i JOIN pg_class t ON t.oid = indrelid
         LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkey[0]
         WHERE indisunique AND relnamespace = 'public'::regnamespace AND relkind = 'r'",
    );
    for (table, first) in &keys {
        let begins = |columns: &[&str]| {
            columns.contains(&first.as_str()) || columns.contains(&format!("{table}.{first}").as_str())
        };
        match class(table) {
            ByCentre => assert!(begins(OF_CENTRE), "a key of {table} begins with {first}"),
            ByLine => assert!(begins(OF_LINE), "a key of {table} begins with {first}"),
            Everywhere => {}
            // Where all of them do, the table is in the wrong class.
            NotYet => assert!(
                keys.iter().any(|(of, first)| of == table
                    && ![OF_CENTRE, OF_LINE]
                        .iter()
                        .any(|columns| columns.contains(&first.as_str()))),
                "{table} holds the rule"
            ),
        }
    }
    let with_keys: BTreeSet<_> = keys.iter().map(|(table, _)| table.as_str()).collect();
    let listed: BTreeSet<_> = TABLES.iter().map(|(table, _)| *table).collect();
    assert_eq!(with_keys, listed);
}

#[test]
fn every_foreign_key_stays_with_its_line_or_its_centre() {
    let references = pairs(
        "SELECT from_table.relname || ' -> ' || to_table.relname,
                from_table.relname || '.' || from_column.attname || ' ' || to_table.relname || '.' || to_column.attname
         FROM pg_constraint
         JOIN pg_class from_table ON from_table.oid = conrelid
         JOIN pg_class to_table ON to_table.oid = confrelid
         JOIN pg_attribute from_column ON from_column.attrelid = conrelid AND from_column.attnum = conkey[1]
         JOIN pg_attribute to_column ON to_column.attrelid = confrelid AND to_column.attnum = confkey[1]
         WHERE contype = 'f' AND from_table.relnamespace = 'public'::regnamespace",
    );
    for (reference, columns) in &references {
        let (from, to) = reference.split_once(" -> ").unwrap();
        let stays = match (class(from), class(to)) {
            (_, Everywhere) => true,
            (ByLine, ByLine) => *columns == format!("{from}.line_no {to}.line_no"),
            (ByCentre, ByCentre) => *columns == format!("{from}.slot {to}.id"),
            _ => false,
        };
        assert!(stays, "{reference} leaves its line or its centre");
        // What every server has a copy of cannot refer to what only one of them has.
        assert!(
            !matches!(class(from), Everywhere) || matches!(class(to), Everywhere),
            "{reference}"
        );
    }
}

#[test]
fn a_slots_number_begins_with_its_centre() {
    let check = "SELECT count(*) FROM pg_constraint
                 WHERE conrelid = 'series_slot'::regclass AND pg_get_constraintdef(oid) LIKE '%((id >> 32) = centre_no)%'";
    assert_eq!(Cluster::shared().sql(&database().name, check).unwrap(), "1");
}
