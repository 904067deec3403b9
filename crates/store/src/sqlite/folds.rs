//! Places that several tickets share because they are one person's.

use dran_core::ids::{LineNo, TicketId};
use jiff::Timestamp;
use rusqlite::Connection;

use super::line::{is_active, permit_of};
use super::rows::ticket;
use super::sql::{all, execute, expect_rows, insert, optional};
use super::writer::Tx;
use crate::{Fault, PermitState};

/// The other tickets of a ticket's place; none for a ticket that stands alone.
pub(super) fn others(connection: &Connection, ticket: TicketId) -> rusqlite::Result<Vec<TicketId>> {
    all(
        connection,
        "SELECT other.line_no, other.number
         FROM ticket_place AS me JOIN ticket_place AS other ON other.place = me.place AND other.number <> me.number
         WHERE me.line_no = ?1 AND me.number = ?2
         ORDER BY other.number",
        (ticket.line.0, ticket.number.0),
        |row| super::rows::ticket(row, 0),
    )
}

/// See [`crate::Store::folded_places`].
pub(super) fn all_folded(connection: &Connection) -> rusqlite::Result<Vec<Vec<TicketId>>> {
    let members = all(
        connection,
        "SELECT line_no, number, place FROM ticket_place
         WHERE place IN (SELECT place FROM ticket_place GROUP BY place HAVING count(*) > 1)
         ORDER BY place, number",
        [],
        |row| Ok((ticket(row, 0)?, row.get::<_, i64>(2)?)),
    )?;
    let places = members.chunk_by(|(_, a), (_, b)| a == b);
    Ok(places
        .map(|place| place.iter().map(|(ticket, _)| *ticket).collect())
        .collect())
}

/// Binds a ticket to the place of a claim: its own from now on, or the one that has the claim already.
/// Answers all tickets of that place if they are several.
pub(super) fn bind(tx: &Tx<'_>, ticket: TicketId, claim: &[u8; 32], now: Timestamp) -> Result<Vec<TicketId>, Fault> {
    let claimed = optional(tx, "SELECT id FROM place WHERE claim = ?1", [claim], |row| {
        row.get::<_, i64>(0)
    })?;
    let own = place_of(tx, ticket)?;
    match (own, claimed) {
        (None, claimed) => {
            let place = match claimed {
                Some(_) if is_served(tx, ticket, now)? => return Ok(Vec::new()),
                Some(place) => place,
                None => insert(
                    tx,
                    "INSERT INTO place (line_no, claim) VALUES (?1, ?2)",
                    (ticket.line.0, claim),
                )?,
            };
            insert(
                tx,
                "INSERT INTO ticket_place (line_no, number, place) VALUES (?1, ?2, ?3)",
                (ticket.line.0, ticket.number.0, place),
            )?;
        }
        (Some(own), None) => {
            let touched = execute(tx, "UPDATE place SET claim = ?2 WHERE id = ?1", (own, claim))?;
            expect_rows(touched, 1, "a place that is claimed anew")?;
        }
        (Some(own), Some(place)) if own != place => {
            if is_served(tx, ticket, now)? {
                return Ok(Vec::new());
            }
            execute(tx, "UPDATE ticket_place SET place = ?2 WHERE place = ?1", (own, place))?;
            let touched = execute(tx, "DELETE FROM place WHERE id = ?1", [own])?;
            expect_rows(touched, 1, "a place that is given up")?;
        }
        (Some(_), Some(_)) => {}
    }
    let others = others(tx, ticket)?;
    if others.is_empty() {
        return Ok(others);
    }
    Ok(std::iter::once(ticket).chain(others).collect())
}

/// Lets go of what ties a place to a contact and a person. A place of one ticket is nothing without it.
pub(super) fn release_claim(tx: &Tx<'_>, ticket: TicketId) -> Result<(), Fault> {
    let Some(place) = place_of(tx, ticket)? else {
        return Ok(());
    };
    if others(tx, ticket)?.is_empty() {
        execute(tx, "DELETE FROM ticket_place WHERE place = ?1", [place])?;
        let touched = execute(tx, "DELETE FROM place WHERE id = ?1", [place])?;
        return expect_rows(touched, 1, "a place without a claim");
    }
    let touched = execute(tx, "UPDATE place SET claim = NULL WHERE id = ?1", [place])?;
    expect_rows(touched, 1, "a place whose claim is forgotten")
}

/// Whether a ticket, or one that shares its place, is inside or has booked.
fn is_served(tx: &Tx<'_>, ticket: TicketId, now: Timestamp) -> Result<bool, Fault> {
    for ticket in std::iter::once(ticket).chain(others(tx, ticket)?) {
        let permit = permit_of(tx, ticket)?;
        if permit.is_some_and(|permit| permit.state == PermitState::Booked || is_active(&permit, now)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn place_of(tx: &Tx<'_>, ticket: TicketId) -> rusqlite::Result<Option<i64>> {
    optional(
        tx,
        "SELECT place FROM ticket_place WHERE line_no = ?1 AND number = ?2",
        (ticket.line.0, ticket.number.0),
        |row| row.get(0),
    )
}

/// Forgets the claims of a closed line, at most `limit`.
pub(super) fn forget_claims(tx: &Tx<'_>, line: LineNo, limit: u32) -> Result<(), Fault> {
    execute(
        tx,
        "UPDATE place SET claim = NULL
         WHERE id IN (SELECT id FROM place WHERE line_no = ?1 AND claim IS NOT NULL LIMIT ?2)",
        (line.0, limit),
    )?;
    Ok(())
}
