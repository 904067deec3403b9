//! The messages before the turn and at the call: walked by position, marked with the message's number.

use dran_core::ids::{Language, LineNo, TicketId};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::messages;
use super::rows::{at, contact, id, ms, party, ticket};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, params};
use crate::{DueNotice, Fault, NewNotice, NoticeKind, NoticeMarks};

/// See [`crate::Store::unplaced_contacts`].
pub(super) async fn unplaced(tx: &Tx, lines: &[LineNo], limit: u32) -> Result<Vec<TicketId>, Fault> {
    let mut found = Vec::new();
    for line in lines {
        found.extend(
            all(
                tx,
                "SELECT line_no, number FROM ticket_contact
             WHERE line_no = $1 AND position IS NULL AND verified_at IS NOT NULL
             ORDER BY number LIMIT $2",
                params![line.0, limit],
                |row| ticket(row, 0),
            )
            .await?,
        );
    }
    Ok(found)
}

/// See [`crate::Store::place_contacts`]. A contact that was withdrawn meanwhile has no position.
pub(super) async fn place(tx: &Tx, positions: &[(TicketId, u32)]) -> Result<(), Fault> {
    for (ticket, position) in positions {
        execute(
            tx,
            "UPDATE ticket_contact SET position = $3 WHERE line_no = $1 AND number = $2",
            params![ticket.line.0, ticket.number.0, position],
        )
        .await?;
    }
    Ok(())
}

/// See [`crate::Store::due_notices`].
pub(super) async fn due(tx: &Tx, marks: &[NoticeMarks], limit: u32) -> Result<Vec<DueNotice>, Fault> {
    let mut due = Vec::new();
    for marks in marks {
        due.extend(all(
            tx,
            "SELECT line_no, number, party, birth_year, joined_at, contact_kind, contact_address, NULL, language, position
             FROM ticket_contact
             WHERE line_no = $1 AND position < $2 AND party <= $3
               AND call_at IS NULL AND verified_at IS NOT NULL AND position IS NOT NULL
             ORDER BY position LIMIT $4", params![marks.line.0, marks.called, marks.party_max, limit],
            |row| read(row, NoticeKind::Call)).await?);
        due.extend(all(
            tx,
            "SELECT line_no, number, party, birth_year, joined_at, contact_kind, contact_address, NULL, language, position
             FROM ticket_contact
             WHERE line_no = $1 AND position >= $2 AND position < $3 AND party <= $4
               AND soon_at IS NULL AND verified_at IS NOT NULL AND position IS NOT NULL
             ORDER BY position LIMIT $5", params![marks.line.0, marks.called, marks.soon, marks.party_max, limit],
            |row| read(row, NoticeKind::Soon)).await?);
    }
    Ok(due)
}

fn read(row: &Row, kind: NoticeKind) -> Result<DueNotice, Fault> {
    Ok(DueNotice {
        kind,
        ticket: ticket(row, 0)?,
        party: party(row, 2)?,
        birth_year: get(row, 3)?,
        joined_at: at(row, 4)?,
        contact: contact(row, 5)?,
        language: id(row, 8, Language::new)?,
        position: get(row, 9)?,
    })
}

/// See [`crate::Store::send_notices`].
pub(super) async fn send(tx: &Tx, notices: &[NewNotice], now: Timestamp) -> Result<u32, Fault> {
    let mut sent = 0;
    for NewNotice { ticket, kind, message } in notices {
        // The mark first: a notice that is marked already, or whose contact is gone, leaves no message.
        let marked = match kind {
            NoticeKind::Soon => {
                execute(
                    tx,
                    "UPDATE ticket_contact SET soon_at = $3
                 WHERE line_no = $1 AND number = $2 AND soon_at IS NULL AND verified_at IS NOT NULL",
                    params![ticket.line.0, ticket.number.0, ms(now)],
                )
                .await?
            }
            // Who is called needs no word before the turn any more.
            NoticeKind::Call => {
                execute(
                    tx,
                    "UPDATE ticket_contact SET call_at = $3, soon_at = coalesce(soon_at, $3)
                 WHERE line_no = $1 AND number = $2 AND call_at IS NULL AND verified_at IS NOT NULL",
                    params![ticket.line.0, ticket.number.0, ms(now)],
                )
                .await?
            }
        };
        let Some(message) = message.as_ref().filter(|_| marked == 1) else {
            continue;
        };
        let id = messages::put_one(tx, ticket.line, message, now).await?;
        let key = params![ticket.line.0, ticket.number.0, id];
        let touched = match kind {
            NoticeKind::Soon => {
                execute(
                    tx,
                    "UPDATE ticket_contact SET soon_message = $3 WHERE line_no = $1 AND number = $2",
                    key,
                )
                .await?
            }
            NoticeKind::Call => {
                execute(
                    tx,
                    "UPDATE ticket_contact SET call_message = $3 WHERE line_no = $1 AND number = $2",
                    key,
                )
                .await?
            }
        };
        expect_rows(touched, 1, "a contact whose notice left")?;
        sent += 1;
    }
    Ok(sent)
}
