//! The tables of a section: their names, and that no two have the same id.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use super::fields::{Fields, Key};
use crate::region::diagnostics::Log;

/// The tables of a section with their places.
pub(super) type Tables<'a, 'i> = [(&'a DeTable<'i>, Range<usize>)];

/// Names a table by its id where it has one, else by its number in the section.
pub(super) fn name_of(table: &DeTable<'_>, thing: &str, index: usize) -> String {
    match table.get("id").and_then(|node| node.get_ref().as_str()) {
        Some(id) => format!("{thing} {id:?}"),
        None => format!("{thing} number {}", index + 1),
    }
}

/// Reports an id that an earlier table of the section has.
pub(super) fn check_unique_id<'a>(
    log: &mut Log<'_>,
    fields: &Fields<'a, '_>,
    key: &Key,
    seen: &mut BTreeMap<&'a str, usize>,
) {
    let Some(node) = fields.node(key) else { return };
    let Some(id) = node.get_ref().as_str() else { return };
    match seen.get(id) {
        Some(line) => {
            let instead = format!("another id, or delete one of the two (line {line})");
            log.report(&node.span(), format!("the id {id:?} is taken"), instead);
        }
        None => drop(seen.insert(id, log.line(node.span().start))),
    }
}
