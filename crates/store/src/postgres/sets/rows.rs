//! The rows that a batch needs, by their keys.

use std::collections::HashMap;

use dran_core::ids::{HoldId, SeriesSlotId, TicketId};
use jiff::Timestamp;

use super::super::line::read_permit;
use super::super::rows::{at, channel_word, message_kind_word, ms, ticket};
use super::super::session::Tx;
use super::super::sql::{Value, all, get};
use super::statements::{HOLDS, PERMITS};
use crate::{Fault, Hold, NewMessage, Permit};

/// The two columns of tickets, as arrays.
pub(super) fn columns<'v>(tickets: impl Iterator<Item = TicketId>) -> [Value<'v>; 2] {
    let (lines, numbers) = tickets
        .map(|ticket| (i64::from(ticket.line.0), i64::from(ticket.number.0)))
        .unzip();
    [Value::Ints(lines), Value::Ints(numbers)]
}

/// Reads [`PERMITS`].
pub(super) async fn permits(tx: &Tx, tickets: &[Value<'_>; 2]) -> Result<HashMap<TicketId, Permit>, Fault> {
    let found = all(tx, PERMITS, tickets, read_permit).await?;
    Ok(found.into_iter().map(|permit| (permit.ticket, permit)).collect())
}

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

/// How many numbers of a sequence are drawn at a time. A connection that ends leaves a gap of so many.
const DRAWN_AHEAD: usize = 1024;

/// So many numbers of a sequence.
pub(super) async fn drawn(tx: &Tx, sql: &'static str, count: usize) -> Result<Vec<i64>, Fault> {
    tx.note_write();
    all(tx, sql, &[Value::from(count)], |row| get(row, 0)).await
}

/// Fresh numbers of a sequence, in no order among nodes: `sql` draws as many as it is told, so many ahead that few batches have to ask.
pub(super) async fn fresh(tx: &Tx, sql: &'static str, count: usize) -> Result<std::vec::IntoIter<i64>, Fault> {
    let mut numbers = tx.take_numbers(sql, count);
    let missing = count - numbers.len();
    if missing > 0 {
        let mut ahead = drawn(tx, sql, missing.max(DRAWN_AHEAD)).await?.into_iter();
        numbers.extend(ahead.by_ref().take(missing));
        tx.keep_numbers(sql, ahead);
    }
    Ok(numbers.into_iter())
}

/// A message with its number and when it was made.
pub(super) type MadeMessage<'m> = (i64, &'m NewMessage, Timestamp);

/// The columns of messages, each due at once.
pub(super) fn message_columns<'m>(messages: &[MadeMessage<'m>]) -> [Value<'m>; 9] {
    let of = || messages.iter().map(|(_, message, _)| *message);
    [
        messages.iter().map(|(id, ..)| *id).collect(),
        Value::Texts(of().map(|message| Some(channel_word(message.channel))).collect()),
        Value::Texts(of().map(|message| Some(message_kind_word(message.kind))).collect()),
        Value::Texts(of().map(|message| Some(message.recipient.as_str())).collect()),
        Value::Texts(of().map(|message| Some(message.language.as_str())).collect()),
        Value::Texts(of().map(|message| Some(message.subject.as_str())).collect()),
        Value::Texts(of().map(|message| Some(message.body.as_str())).collect()),
        Value::Texts(of().map(|message| message.calendar.as_deref()).collect()),
        messages.iter().map(|(.., at)| ms(*at)).collect(),
    ]
}

/// What cannot happen: fewer numbers than asked for, a row that was read a moment ago.
pub(super) fn missing(what: &str) -> Fault {
    Fault::Failed(format!("{what} is missing in a batch"))
}
