//! Places kept for a permit while the person confirms.

use dran_core::ids::{HoldId, SeriesSlotId, TicketId};
use jiff::Timestamp;

use super::line::{is_active, permit_of};
use super::rows::{at, kept, ms};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, insert, optional, params};
use super::supply::{Shortage, exchange};
use crate::{Failure, Fault, Hold, HoldRefusal, NewHold};

/// See [`crate::Store::hold`].
pub(super) async fn hold(tx: &Tx, new: &NewHold) -> Result<Hold, Failure<HoldRefusal>> {
    let Some(permit) = permit_of(tx, new.ticket)
        .await?
        .filter(|permit| is_active(permit, new.now))
    else {
        return Err(Failure::Refused(HoldRefusal::NoPermit));
    };
    if new.places.len() != usize::from(permit.party.persons()) {
        return Err(Failure::Refused(HoldRefusal::WrongParty));
    }
    let before = of_ticket(tx, new.ticket).await?;
    if let Some(hold) = &before
        && hold.places == new.places
        && hold.expires_at > kept(new.now)
    {
        return Ok(hold.clone());
    }

    let returned = before.as_ref().map_or(&[][..], |hold| &hold.places);
    exchange(tx, returned, &new.places)
        .await
        .map_err(|failure| match failure {
            Failure::Refused(Shortage::JustWent) => Failure::Refused(HoldRefusal::SlotJustWent),
            Failure::Refused(Shortage::Unknown) => Failure::Refused(HoldRefusal::UnknownSlot),
            Failure::Fault(fault) => Failure::Fault(fault),
        })?;
    if let Some(hold) = &before {
        delete(tx, hold).await?;
    }
    let expires_at = kept(new.expires_at).min(permit.expires_at);
    let id = insert(
        tx,
        "INSERT INTO hold (line_no, number, expires_at) VALUES ($1, $2, $3) RETURNING id",
        params![new.ticket.line.0, new.ticket.number.0, ms(expires_at)],
    )
    .await?;
    for (person_no, slot) in new.places.iter().enumerate() {
        let key = new.ticket;
        let sql = "INSERT INTO hold_place (line_no, number, person_no, slot) VALUES ($1, $2, $3, $4)";
        execute(tx, sql, params![key.line.0, key.number.0, person_no, slot.0]).await?;
    }
    Ok(Hold {
        id: HoldId(id),
        ticket: new.ticket,
        places: new.places.clone(),
        expires_at,
    })
}

/// See [`crate::Store::hold_of`]. Also answers a hold whose time is over but that was not swept yet.
pub(super) async fn of_ticket(tx: &Tx, ticket: TicketId) -> Result<Option<Hold>, Fault> {
    let found = optional(
        tx,
        "SELECT id, expires_at FROM hold WHERE line_no = $1 AND number = $2",
        params![ticket.line.0, ticket.number.0],
        |row| Ok((get::<i64>(row, 0)?, at(row, 1)?)),
    )
    .await?;
    let Some((id, expires_at)) = found else { return Ok(None) };
    let places = all(
        tx,
        "SELECT slot FROM hold_place WHERE line_no = $1 AND number = $2 ORDER BY person_no",
        params![ticket.line.0, ticket.number.0],
        |row| get(row, 0).map(SeriesSlotId),
    )
    .await?;
    Ok(Some(Hold {
        id: HoldId(id),
        ticket,
        places,
        expires_at,
    }))
}

/// Lets the live hold of a ticket live as long as its permit.
pub(super) async fn prolong(tx: &Tx, ticket: TicketId, now: Timestamp, expires_at: Timestamp) -> Result<(), Fault> {
    execute(
        tx,
        "UPDATE hold SET expires_at = $4 WHERE line_no = $1 AND number = $2 AND expires_at > $3",
        params![ticket.line.0, ticket.number.0, ms(now), ms(expires_at)],
    )
    .await?;
    Ok(())
}

/// Ends the hold of a ticket, if it has one, and gives its places back.
pub(super) async fn release(tx: &Tx, ticket: TicketId) -> Result<Vec<SeriesSlotId>, Fault> {
    let Some(hold) = of_ticket(tx, ticket).await? else {
        return Ok(Vec::new());
    };
    delete(tx, &hold).await?;
    exchange(tx, &hold.places, &[]).await.map_err(|failure| match failure {
        Failure::Refused(_) => Fault::Failed("giving places back took some".into()),
        Failure::Fault(fault) => fault,
    })?;
    Ok(hold.places)
}

/// Forgets a hold whose places went elsewhere: into a booking, another hold, or back.
pub(super) async fn delete(tx: &Tx, hold: &Hold) -> Result<(), Fault> {
    let Hold { id, ticket, .. } = hold;
    let places = "DELETE FROM hold_place WHERE line_no = $1 AND number = $2";
    let places = execute(tx, places, params![ticket.line.0, ticket.number.0]).await?;
    expect_rows(places, hold.places.len(), "the places of a hold that ends")?;
    let holds = "DELETE FROM hold WHERE line_no = $1 AND number = $2 AND id = $3";
    let holds = execute(tx, holds, params![ticket.line.0, ticket.number.0, id.0]).await?;
    expect_rows(holds, 1, "a hold that ends")
}
