//! Places that several tickets share because they are one person's.

use dran_core::ids::{LineNo, TicketId};
use jiff::Timestamp;

use super::line::{is_active, permit_of};
use super::rows::ticket;
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, insert, optional, params};
use crate::{Fault, PermitState};

/// The other tickets of a ticket's place; none for a ticket that stands alone.
pub(super) async fn others(tx: &Tx, ticket: TicketId) -> Result<Vec<TicketId>, Fault> {
    all(
        tx,
        "SELECT other.line_no, other.number
         FROM ticket_place AS me JOIN ticket_place AS other ON other.place = me.place AND other.number <> me.number
         WHERE me.line_no = $1 AND me.number = $2
         ORDER BY other.number",
        params![ticket.line.0, ticket.number.0],
        |row| super::rows::ticket(row, 0),
    )
    .await
}

/// See [`crate::Store::folded_places`].
pub(super) async fn all_folded(tx: &Tx) -> Result<Vec<Vec<TicketId>>, Fault> {
    let members = all(
        tx,
        "SELECT line_no, number, place FROM ticket_place
         WHERE place IN (SELECT place FROM ticket_place GROUP BY place HAVING count(*) > 1)
         ORDER BY place, number",
        &[],
        |row| Ok((ticket(row, 0)?, get::<i64>(row, 2)?)),
    )
    .await?;
    let places = members.chunk_by(|(_, a), (_, b)| a == b);
    Ok(places
        .map(|place| place.iter().map(|(ticket, _)| *ticket).collect())
        .collect())
}

/// Binds a ticket to the place of a claim: its own from now on, or the one that has the claim already.
/// Answers all tickets of that place if they are several.
pub(super) async fn bind(tx: &Tx, ticket: TicketId, claim: &[u8; 32], now: Timestamp) -> Result<Vec<TicketId>, Fault> {
    let claimed = optional(
        tx,
        "SELECT id FROM place WHERE line_no = $1 AND claim = $2",
        params![ticket.line.0, claim],
        |row| get::<i64>(row, 0),
    )
    .await?;
    let own = place_of(tx, ticket).await?;
    match (own, claimed) {
        (None, claimed) => {
            let place = match claimed {
                Some(_) if is_served(tx, ticket, now).await? => return Ok(Vec::new()),
                Some(place) => place,
                None => {
                    insert(
                        tx,
                        "INSERT INTO place (line_no, claim) VALUES ($1, $2) RETURNING id",
                        params![ticket.line.0, claim],
                    )
                    .await?
                }
            };
            execute(
                tx,
                "INSERT INTO ticket_place (line_no, number, place) VALUES ($1, $2, $3)",
                params![ticket.line.0, ticket.number.0, place],
            )
            .await?;
        }
        (Some(own), None) => {
            let touched = execute(
                tx,
                "UPDATE place SET claim = $3 WHERE line_no = $1 AND id = $2",
                params![ticket.line.0, own, claim],
            )
            .await?;
            expect_rows(touched, 1, "a place that is claimed anew")?;
        }
        (Some(own), Some(place)) if own != place => {
            if is_served(tx, ticket, now).await? {
                return Ok(Vec::new());
            }
            execute(
                tx,
                "UPDATE ticket_place SET place = $2 WHERE place = $1",
                params![own, place],
            )
            .await?;
            let touched = execute(
                tx,
                "DELETE FROM place WHERE line_no = $1 AND id = $2",
                params![ticket.line.0, own],
            )
            .await?;
            expect_rows(touched, 1, "a place that is given up")?;
        }
        (Some(_), Some(_)) => {}
    }
    let others = others(tx, ticket).await?;
    if others.is_empty() {
        return Ok(others);
    }
    Ok(std::iter::once(ticket).chain(others).collect())
}

/// Lets go of what ties a place to a contact and a person. A place of one ticket is nothing without it.
pub(super) async fn release_claim(tx: &Tx, ticket: TicketId) -> Result<(), Fault> {
    let Some(place) = place_of(tx, ticket).await? else {
        return Ok(());
    };
    if others(tx, ticket).await?.is_empty() {
        execute(tx, "DELETE FROM ticket_place WHERE place = $1", params![place]).await?;
        let touched = execute(
            tx,
            "DELETE FROM place WHERE line_no = $1 AND id = $2",
            params![ticket.line.0, place],
        )
        .await?;
        return expect_rows(touched, 1, "a place without a claim");
    }
    let touched = execute(
        tx,
        "UPDATE place SET claim = NULL WHERE line_no = $1 AND id = $2",
        params![ticket.line.0, place],
    )
    .await?;
    expect_rows(touched, 1, "a place whose claim is forgotten")
}

/// Whether a ticket, or one that shares its place, is inside or has booked.
async fn is_served(tx: &Tx, ticket: TicketId, now: Timestamp) -> Result<bool, Fault> {
    for ticket in std::iter::once(ticket).chain(others(tx, ticket).await?) {
        let permit = permit_of(tx, ticket).await?;
        if permit.is_some_and(|permit| permit.state == PermitState::Booked || is_active(&permit, now)) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn place_of(tx: &Tx, ticket: TicketId) -> Result<Option<i64>, Fault> {
    optional(
        tx,
        "SELECT place FROM ticket_place WHERE line_no = $1 AND number = $2",
        params![ticket.line.0, ticket.number.0],
        |row| get(row, 0),
    )
    .await
}

/// Forgets the claims of a closed line, at most `limit`.
pub(super) async fn forget_claims(tx: &Tx, line: LineNo, limit: u32) -> Result<(), Fault> {
    execute(
        tx,
        "UPDATE place SET claim = NULL
         WHERE line_no = $1 AND id IN (SELECT id FROM place WHERE line_no = $1 AND claim IS NOT NULL LIMIT $2)",
        params![line.0, limit],
    )
    .await?;
    Ok(())
}
