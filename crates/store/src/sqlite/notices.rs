//! The messages before the turn and at the call: walked by position, marked with the message's number.

use dran_core::ids::{Language, LineNo, TicketId};
use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::messages;
use super::rows::{at, contact, id, ms, party, ticket};
use super::sql::{all, execute, expect_rows};
use super::writer::Tx;
use crate::{DueNotice, Fault, NewNotice, NoticeKind, NoticeMarks};

/// See [`crate::Store::unplaced_contacts`].
pub(super) fn unplaced(connection: &Connection, lines: &[LineNo], limit: u32) -> rusqlite::Result<Vec<TicketId>> {
    let mut found = Vec::new();
    for line in lines {
        found.extend(all(
            connection,
            "SELECT line_no, number FROM ticket_contact
             WHERE line_no = ?1 AND position IS NULL AND verified_at IS NOT NULL
             ORDER BY number LIMIT ?2",
            (line.0, limit),
            |row| ticket(row, 0),
        )?);
    }
    Ok(found)
}

/// See [`crate::Store::place_contacts`]. A contact that was withdrawn meanwhile has no position.
pub(super) fn place(tx: &Tx<'_>, positions: &[(TicketId, u32)]) -> Result<(), Fault> {
    for (ticket, position) in positions {
        execute(
            tx,
            "UPDATE ticket_contact SET position = ?3 WHERE line_no = ?1 AND number = ?2",
            (ticket.line.0, ticket.number.0, position),
        )?;
    }
    Ok(())
}

/// See [`crate::Store::due_notices`].
pub(super) fn due(connection: &Connection, marks: &[NoticeMarks], limit: u32) -> rusqlite::Result<Vec<DueNotice>> {
    let mut due = Vec::new();
    for marks in marks {
        due.extend(all(
            connection,
            "SELECT line_no, number, party, birth_year, joined_at, contact_kind, contact_address, NULL, language, position
             FROM ticket_contact INDEXED BY ticket_contact_call
             WHERE line_no = ?1 AND position < ?2 AND party <= ?3
               AND call_at IS NULL AND verified_at IS NOT NULL AND position IS NOT NULL
             ORDER BY position LIMIT ?4",
            (marks.line.0, marks.called, marks.party_max, limit),
            |row| read(row, NoticeKind::Call),
        )?);
        due.extend(all(
            connection,
            "SELECT line_no, number, party, birth_year, joined_at, contact_kind, contact_address, NULL, language, position
             FROM ticket_contact INDEXED BY ticket_contact_soon
             WHERE line_no = ?1 AND position >= ?2 AND position < ?3 AND party <= ?4
               AND soon_at IS NULL AND verified_at IS NOT NULL AND position IS NOT NULL
             ORDER BY position LIMIT ?5",
            (marks.line.0, marks.called, marks.soon, marks.party_max, limit),
            |row| read(row, NoticeKind::Soon),
        )?);
    }
    Ok(due)
}

fn read(row: &Row<'_>, kind: NoticeKind) -> rusqlite::Result<DueNotice> {
    Ok(DueNotice {
        kind,
        ticket: ticket(row, 0)?,
        party: party(row, 2)?,
        birth_year: row.get(3)?,
        joined_at: at(row, 4)?,
        contact: contact(row, 5)?,
        language: id(row, 8, Language::new)?,
        position: row.get(9)?,
    })
}

/// See [`crate::Store::send_notices`].
pub(super) fn send(tx: &Tx<'_>, notices: &[NewNotice], now: Timestamp) -> Result<u32, Fault> {
    let mut sent = 0;
    for NewNotice { ticket, kind, message } in notices {
        // The mark first: a notice that is marked already, or whose contact is gone, leaves no message.
        let marked = match kind {
            NoticeKind::Soon => execute(
                tx,
                "UPDATE ticket_contact SET soon_at = ?3
                 WHERE line_no = ?1 AND number = ?2 AND soon_at IS NULL AND verified_at IS NOT NULL",
                (ticket.line.0, ticket.number.0, ms(now)),
            )?,
            // Who is called needs no word before the turn any more.
            NoticeKind::Call => execute(
                tx,
                "UPDATE ticket_contact SET call_at = ?3, soon_at = coalesce(soon_at, ?3)
                 WHERE line_no = ?1 AND number = ?2 AND call_at IS NULL AND verified_at IS NOT NULL",
                (ticket.line.0, ticket.number.0, ms(now)),
            )?,
        };
        let Some(message) = message.as_ref().filter(|_| marked == 1) else {
            continue;
        };
        let id = messages::put_one(tx, message, now)?;
        let key = (ticket.line.0, ticket.number.0, id);
        let touched = match kind {
            NoticeKind::Soon => execute(
                tx,
                "UPDATE ticket_contact SET soon_message = ?3 WHERE line_no = ?1 AND number = ?2",
                key,
            )?,
            NoticeKind::Call => execute(
                tx,
                "UPDATE ticket_contact SET call_message = ?3 WHERE line_no = ?1 AND number = ?2",
                key,
            )?,
        };
        expect_rows(touched, 1, "a contact whose notice left")?;
        sent += 1;
    }
    Ok(sent)
}
