//! The outbox: messages that are written with what caused them, and what became of them.

use dran_core::ids::{Language, MessageId};
use jiff::Timestamp;
use rusqlite::{Connection, Params, Row};

use super::rows::{at, channel, channel_word, id, maybe_at, message_kind, message_kind_word, ms};
use super::sql::{all, execute, expect_rows, insert, optional};
use super::writer::Tx;
use crate::{Fault, Message, MessageOutcome, MessageResult, NewMessage};

/// Puts messages into the outbox, due at once.
pub(super) fn put(tx: &Tx<'_>, messages: &[NewMessage], now: Timestamp) -> Result<(), Fault> {
    for message in messages {
        put_one(tx, message, now)?;
    }
    Ok(())
}

/// Puts one message into the outbox and answers its number.
pub(super) fn put_one(tx: &Tx<'_>, message: &NewMessage, now: Timestamp) -> Result<i64, Fault> {
    let id = insert(
        tx,
        "INSERT INTO outbox
             (channel, kind, recipient, language, subject, body, calendar, created_at, due_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        (
            channel_word(message.channel),
            message_kind_word(message.kind),
            &message.recipient,
            message.language.as_str(),
            &message.subject,
            &message.body,
            &message.calendar,
            ms(now),
        ),
    )?;
    for (ordinal, code) in message.booking_codes.iter().enumerate() {
        let known = execute(
            tx,
            "INSERT INTO outbox_series (message, ordinal, series)
                 SELECT ?1, ?2, id FROM series WHERE booking_code = ?3",
            (id, ordinal as i64, code),
        )?;
        expect_rows(known, 1, "a series that a message is about")?;
    }
    Ok(id)
}

/// See [`crate::Store::due_messages`].
pub(super) fn due(connection: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<Message>> {
    read(
        connection,
        "SELECT id, channel, kind, recipient, language, subject, body, calendar, created_at, tries, sent_at
         FROM outbox WHERE due_at IS NOT NULL AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2",
        (ms(now), limit),
    )
}

/// See [`crate::Store::recent_messages`].
pub(super) fn recent(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Message>> {
    read(
        connection,
        "SELECT id, channel, kind, recipient, language, subject, body, calendar, created_at, tries, sent_at
         FROM outbox ORDER BY id DESC LIMIT ?1",
        [limit],
    )
}

/// See [`crate::Store::settle_messages`].
pub(super) fn settle(tx: &Tx<'_>, outcomes: &[MessageOutcome]) -> Result<(), Fault> {
    let mut sent: u64 = 0;
    for MessageOutcome { id, result } in outcomes {
        let settled = match result {
            MessageResult::Sent { at } => {
                let settled = execute(
                    tx,
                    "UPDATE outbox SET sent_at = ?2, due_at = NULL, tries = tries + 1
                     WHERE id = ?1 AND due_at IS NOT NULL",
                    (id.0, ms(*at)),
                )?;
                sent += settled as u64;
                settled
            }
            MessageResult::Failed { next_try_at, reason } => execute(
                tx,
                "UPDATE outbox SET due_at = ?2, failure = ?3, tries = tries + 1
                 WHERE id = ?1 AND due_at IS NOT NULL",
                (id.0, ms(*next_try_at), reason),
            )?,
            MessageResult::GivenUp { reason } => execute(
                tx,
                "UPDATE outbox SET due_at = NULL, failure = ?2, tries = tries + 1
                 WHERE id = ?1 AND due_at IS NOT NULL",
                (id.0, reason),
            )?,
        };
        // A message settled before stays as it was: it may be sent twice, but is counted once.
        if settled == 0 {
            let known = optional(tx, "SELECT 1 FROM outbox WHERE id = ?1", [id.0], |_| Ok(()))?;
            expect_rows(usize::from(known.is_some()), 1, "a message that is settled")?;
        }
    }
    if sent > 0 {
        let counted = execute(
            tx,
            "UPDATE tally SET value = value + ?1 WHERE name = 'messages_sent'",
            [sent as i64],
        )?;
        expect_rows(counted, 1, "the count of sent messages")?;
    }
    Ok(())
}

fn read(connection: &Connection, sql: &'static str, params: impl Params) -> rusqlite::Result<Vec<Message>> {
    let mut messages = all(connection, sql, params, read_message)?;
    for message in &mut messages {
        message.message.booking_codes = all(
            connection,
            "SELECT booking_code FROM outbox_series JOIN series ON series.id = outbox_series.series
             WHERE message = ?1 ORDER BY ordinal",
            [message.id.0],
            |row| row.get(0),
        )?;
    }
    Ok(messages)
}

fn read_message(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: MessageId(row.get(0)?),
        message: NewMessage {
            channel: channel(row, 1)?,
            kind: message_kind(row, 2)?,
            booking_codes: Vec::new(),
            recipient: row.get(3)?,
            language: id(row, 4, Language::new)?,
            subject: row.get(5)?,
            body: row.get(6)?,
            calendar: row.get(7)?,
        },
        created_at: at(row, 8)?,
        tries: row.get(9)?,
        sent_at: maybe_at(row, 10)?,
    })
}
