//! Times in which nobody can book, and the permits that get them back.

use super::rows::ms;
use super::sql::{execute, expect_rows, one};
use super::writer::Tx;
use crate::{Fault, LostTime};
use jiff::Timestamp;

/// See [`crate::Store::begin_read_only`].
pub(super) fn begin(tx: &Tx<'_>, now: Timestamp) -> Result<(), Fault> {
    let touched = execute(
        tx,
        "UPDATE leadership SET read_only_since = coalesce(read_only_since, ?1)",
        [ms(now)],
    )?;
    expect_rows(touched, 1, "the read-only mode")
}

/// See [`crate::Store::end_read_only`].
pub(super) fn end(tx: &Tx<'_>, now: Timestamp, expires_at_max: Timestamp) -> Result<Option<u64>, Fault> {
    let since: Option<i64> = one(tx, "SELECT read_only_since FROM leadership", [], |row| row.get(0))?;
    let Some(since) = since else { return Ok(None) };
    execute(tx, "UPDATE leadership SET read_only_since = NULL", [])?;
    give_back_since(tx, since, now, expires_at_max).map(Some)
}

/// See [`crate::Store::give_time_back`].
pub(super) fn give_back(tx: &Tx<'_>, lost: &LostTime) -> Result<u64, Fault> {
    give_back_since(tx, ms(lost.since), lost.now, lost.expires_at_max)
}

fn give_back_since(tx: &Tx<'_>, since: i64, now: Timestamp, expires_at_max: Timestamp) -> Result<u64, Fault> {
    let given: i64 = one(tx, "SELECT given_back_to FROM leadership", [], |row| row.get(0))?;
    let (since, now, most) = (since.max(given), ms(now), ms(expires_at_max));
    if now <= since {
        return Ok(0);
    }
    execute(tx, "UPDATE leadership SET given_back_to = ?1", [now])?;
    execute(
        tx,
        "UPDATE hold SET expires_at = min(expires_at + ?2, ?3) WHERE expires_at > ?1 AND expires_at < ?3",
        [since, now - since, most],
    )?;
    let prolonged = execute(
        tx,
        "UPDATE permit SET expires_at = min(expires_at + ?2, ?3)
         WHERE state = 'active' AND expires_at > ?1 AND expires_at < ?3",
        [since, now - since, most],
    )?;
    Ok(prolonged as u64)
}
