//! The rows that a batch needs, by their keys.

use std::collections::HashMap;

use dran_core::ids::{HoldId, SeriesSlotId, TicketId};

use super::super::line::read_permit;
use super::super::rows::{at, ticket};
use super::super::session::Tx;
use super::super::sql::{Value, all, get};
use crate::{Fault, Hold, Permit};

/// The two columns of tickets, as arrays.
pub(super) fn columns<'v>(tickets: impl Iterator<Item = TicketId>) -> [Value<'v>; 2] {
    let (lines, numbers) = tickets
        .map(|ticket| (i64::from(ticket.line.0), i64::from(ticket.number.0)))
        .unzip();
    [Value::Ints(lines), Value::Ints(numbers)]
}

/// The permits of tickets, each named once.
pub(super) const PERMITS: &str = "SELECT line_no, number, party, state, entered_at, expires_at, extensions
     FROM unnest($1::integer[], $2::bigint[]) AS asked (line_no, number) JOIN permit USING (line_no, number)";

/// Reads [`PERMITS`].
pub(super) async fn permits(tx: &Tx, tickets: &[Value<'_>; 2]) -> Result<HashMap<TicketId, Permit>, Fault> {
    let found = all(tx, PERMITS, tickets, read_permit).await?;
    Ok(found.into_iter().map(|permit| (permit.ticket, permit)).collect())
}

/// The holds of tickets, each named once, with their places, in the order of the persons.
pub(super) const HOLDS: &str = "SELECT line_no, number, id, expires_at, slot
     FROM unnest($1::integer[], $2::bigint[]) AS asked (line_no, number)
     JOIN hold USING (line_no, number) JOIN hold_place USING (line_no, number) ORDER BY line_no, number, person_no";

/// Reads [`HOLDS`].
pub(super) async fn holds(tx: &Tx, tickets: &[Value<'_>; 2]) -> Result<HashMap<TicketId, Hold>, Fault> {
    let places = all(tx, HOLDS, tickets, |row| {
        Ok((ticket(row, 0)?, get(row, 2)?, at(row, 3)?, get(row, 4)?))
    })
    .await?;
    let mut holds: HashMap<TicketId, Hold> = HashMap::with_capacity(places.len());
    for (ticket, id, expires_at, slot) in places {
        let hold = holds.entry(ticket).or_insert_with(|| Hold {
            id: HoldId(id),
            ticket,
            places: Vec::with_capacity(2),
            expires_at,
        });
        hold.places.push(SeriesSlotId(slot));
    }
    Ok(holds)
}

/// Fresh numbers of a sequence: `sql` draws as many as it is told.
pub(super) async fn fresh(tx: &Tx, sql: &'static str, count: usize) -> Result<std::vec::IntoIter<i64>, Fault> {
    tx.note_write();
    let drawn = all(tx, sql, &[Value::from(count)], |row| get(row, 0)).await?;
    Ok(drawn.into_iter())
}

/// What cannot happen: fewer numbers than asked for, a row that was read a moment ago.
pub(super) fn missing(what: &str) -> Fault {
    Fault::Failed(format!("{what} is missing in a batch"))
}
