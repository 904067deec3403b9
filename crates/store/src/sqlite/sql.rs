//! The few ways in which statements are run: always prepared once and cached, always with parameters.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};

pub(super) use crate::columns::expect_rows;

/// How many prepared statements a connection keeps; more than this crate has.
pub(super) const STATEMENTS_MAX: usize = 256;

/// Runs a statement and answers how many rows it touched.
pub(super) fn execute(connection: &Connection, sql: &'static str, params: impl Params) -> rusqlite::Result<usize> {
    prepare(connection, sql)?.execute(params)
}

/// Runs an insertion and answers the number of the new row.
pub(super) fn insert(connection: &Connection, sql: &'static str, params: impl Params) -> rusqlite::Result<i64> {
    prepare(connection, sql)?.insert(params)
}

/// The one row that there must be.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &'static str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    prepare(connection, sql)?.query_row(params, read)
}

/// The row, if there is one.
pub(super) fn optional<T>(
    connection: &Connection,
    sql: &'static str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    one(connection, sql, params, read).optional()
}

/// All rows.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &'static str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    prepare(connection, sql)?.query_map(params, read)?.collect()
}

fn prepare<'c>(connection: &'c Connection, sql: &'static str) -> rusqlite::Result<CachedStatement<'c>> {
    #[cfg(test)]
    super::tests::plans::note(connection, sql);
    connection.prepare_cached(sql)
}
