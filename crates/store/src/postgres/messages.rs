//! The outbox: messages that are written with what caused them, and what became of them.

use dran_core::ids::{Language, LineNo, MessageId};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::rows::{at, channel, channel_word, id, leading, maybe_at, message_kind, message_kind_word, ms};
use super::session::Tx;
use super::sql::{Value, all, execute, expect_rows, get, insert, maybe, optional, params};
use crate::{Fault, Message, MessageOutcome, MessageResult, NewMessage};

/// Puts messages of a line into the outbox, due at once.
pub(super) async fn put(tx: &Tx, line: LineNo, messages: &[NewMessage], now: Timestamp) -> Result<(), Fault> {
    for message in messages {
        put_one(tx, line, message, now).await?;
    }
    Ok(())
}

/// Puts one message into the outbox and answers its number.
pub(super) async fn put_one(tx: &Tx, line: LineNo, message: &NewMessage, now: Timestamp) -> Result<i64, Fault> {
    let id = insert(
        tx,
        "INSERT INTO outbox
             (id, channel, kind, recipient, language, subject, body, calendar, created_at, due_at)
             OVERRIDING SYSTEM VALUE
             VALUES ($1::bigint | nextval('outbox_id_seq'), $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id",
        params![
            leading(line, 0),
            channel_word(message.channel),
            message_kind_word(message.kind),
            &message.recipient,
            message.language.as_str(),
            &message.subject,
            &message.body,
            &message.calendar,
            ms(now),
        ],
    )
    .await?;
    for (ordinal, code) in message.booking_codes.iter().enumerate() {
        let known = execute(
            tx,
            "INSERT INTO outbox_series (message, ordinal, series)
                 SELECT $1::bigint, $2::integer, series FROM series_code WHERE booking_code = $3",
            params![id, ordinal as i64, code],
        )
        .await?;
        expect_rows(known, 1, "a series that a message is about")?;
    }
    Ok(id)
}

/// See [`crate::Store::due_messages`].
pub(super) async fn due(tx: &Tx, now: Timestamp, limit: u32) -> Result<Vec<Message>, Fault> {
    read(
        tx,
        "SELECT id, channel, kind, recipient, language, subject, body, calendar, created_at, tries, sent_at
         FROM outbox WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2",
        params![ms(now), limit],
    )
    .await
}

/// See [`crate::Store::recent_messages`].
pub(super) async fn recent(tx: &Tx, limit: u32) -> Result<Vec<Message>, Fault> {
    read(
        tx,
        "SELECT id, channel, kind, recipient, language, subject, body, calendar, created_at, tries, sent_at
         FROM outbox ORDER BY (id & 1099511627775) DESC LIMIT $1",
        params![limit],
    )
    .await
}

/// See [`crate::Store::settle_messages`].
pub(super) async fn settle(tx: &Tx, outcomes: &[MessageOutcome]) -> Result<(), Fault> {
    let mut sent: u64 = 0;
    for MessageOutcome { id, result } in outcomes {
        let settled = match result {
            MessageResult::Sent { at } => {
                let settled = execute(
                    tx,
                    "UPDATE outbox SET sent_at = $2, due_at = NULL, tries = tries + 1
                     WHERE id = $1 AND due_at IS NOT NULL",
                    params![id.0, ms(*at)],
                )
                .await?;
                sent += settled as u64;
                settled
            }
            MessageResult::Failed { next_try_at, reason } => {
                execute(
                    tx,
                    "UPDATE outbox SET due_at = $2, failure = $3, tries = tries + 1
                 WHERE id = $1 AND due_at IS NOT NULL",
                    params![id.0, ms(*next_try_at), reason],
                )
                .await?
            }
            MessageResult::GivenUp { reason } => {
                execute(
                    tx,
                    "UPDATE outbox SET due_at = NULL, failure = $2, tries = tries + 1
                 WHERE id = $1 AND due_at IS NOT NULL",
                    params![id.0, reason],
                )
                .await?
            }
        };
        // A message settled before stays as it was: it may be sent twice, but is counted once.
        if settled == 0 {
            let known = optional(tx, "SELECT 1 FROM outbox WHERE id = $1", params![id.0], |_| Ok(())).await?;
            expect_rows(usize::from(known.is_some()), 1, "a message that is settled")?;
        }
    }
    if sent > 0 {
        let counted = execute(
            tx,
            "UPDATE tally SET value = value + $1 WHERE name = 'messages_sent'",
            params![sent as i64],
        )
        .await?;
        expect_rows(counted, 1, "the count of sent messages")?;
    }
    Ok(())
}

async fn read(tx: &Tx, sql: &'static str, params: &[Value<'_>]) -> Result<Vec<Message>, Fault> {
    let mut messages = all(tx, sql, params, read_message).await?;
    for message in &mut messages {
        message.message.booking_codes = all(
            tx,
            "SELECT booking_code FROM outbox_series JOIN series ON series.id = outbox_series.series
             WHERE message = $1 ORDER BY ordinal",
            params![message.id.0],
            |row| get(row, 0),
        )
        .await?;
    }
    Ok(messages)
}

fn read_message(row: &Row) -> Result<Message, Fault> {
    Ok(Message {
        id: MessageId(get(row, 0)?),
        message: NewMessage {
            channel: channel(row, 1)?,
            kind: message_kind(row, 2)?,
            booking_codes: Vec::new(),
            recipient: get(row, 3)?,
            language: id(row, 4, Language::new)?,
            subject: get(row, 5)?,
            body: get(row, 6)?,
            calendar: maybe(row, 7)?,
        },
        created_at: at(row, 8)?,
        tries: get(row, 9)?,
        sent_at: maybe_at(row, 10)?,
    })
}
