//! Places kept for a permit while the person confirms.

use dran_core::ids::{HoldId, SeriesSlotId, TicketId};
use jiff::Timestamp;
use rusqlite::Connection;

use super::line::{is_active, permit_of};
use super::rows::{at, kept, ms};
use super::sql::{all, execute, expect_rows, insert, optional};
use super::supply::{Shortage, exchange};
use super::writer::Tx;
use crate::{Failure, Fault, Hold, HoldRefusal, NewHold};

/// See [`crate::Store::hold`].
pub(super) fn hold(tx: &Tx<'_>, new: &NewHold) -> Result<Hold, Failure<HoldRefusal>> {
    let Some(permit) = permit_of(tx, new.ticket)?.filter(|permit| is_active(permit, new.now)) else {
        return Err(Failure::Refused(HoldRefusal::NoPermit));
    };
    if new.places.len() != usize::from(permit.party.persons()) {
        return Err(Failure::Refused(HoldRefusal::WrongParty));
    }
    let before = of_ticket(tx, new.ticket)?;
    if let Some(hold) = &before
        && hold.places == new.places
        && hold.expires_at > kept(new.now)
    {
        return Ok(hold.clone());
    }

    let returned = before.as_ref().map_or(&[][..], |hold| &hold.places);
    exchange(tx, returned, &new.places).map_err(|failure| match failure {
        Failure::Refused(Shortage::JustWent) => Failure::Refused(HoldRefusal::SlotJustWent),
        Failure::Refused(Shortage::Unknown) => Failure::Refused(HoldRefusal::UnknownSlot),
        Failure::Fault(fault) => Failure::Fault(fault),
    })?;
    if let Some(hold) = &before {
        delete(tx, hold)?;
    }
    let expires_at = kept(new.expires_at).min(permit.expires_at);
    let id = insert(
        tx,
        "INSERT INTO hold (line_no, number, expires_at) VALUES (?1, ?2, ?3)",
        (new.ticket.line.0, new.ticket.number.0, ms(expires_at)),
    )?;
    for (person_no, slot) in new.places.iter().enumerate() {
        let sql = "INSERT INTO hold_place (hold, person_no, slot) VALUES (?1, ?2, ?3)";
        execute(tx, sql, (id, person_no as i64, slot.0))?;
    }
    Ok(Hold {
        id: HoldId(id),
        ticket: new.ticket,
        places: new.places.clone(),
        expires_at,
    })
}

/// See [`crate::Store::hold_of`]. Also answers a hold whose time is over but that was not swept yet.
pub(super) fn of_ticket(connection: &Connection, ticket: TicketId) -> rusqlite::Result<Option<Hold>> {
    let found = optional(
        connection,
        "SELECT id, expires_at FROM hold WHERE line_no = ?1 AND number = ?2",
        (ticket.line.0, ticket.number.0),
        |row| Ok((row.get::<_, i64>(0)?, at(row, 1)?)),
    )?;
    let Some((id, expires_at)) = found else { return Ok(None) };
    let places = all(
        connection,
        "SELECT slot FROM hold_place WHERE hold = ?1 ORDER BY person_no",
        [id],
        |row| row.get(0).map(SeriesSlotId),
    )?;
    Ok(Some(Hold {
        id: HoldId(id),
        ticket,
        places,
        expires_at,
    }))
}

/// Lets the live hold of a ticket live as long as its permit.
pub(super) fn prolong(tx: &Tx<'_>, ticket: TicketId, now: Timestamp, expires_at: Timestamp) -> Result<(), Fault> {
    execute(
        tx,
        "UPDATE hold SET expires_at = ?4 WHERE line_no = ?1 AND number = ?2 AND expires_at > ?3",
        (ticket.line.0, ticket.number.0, ms(now), ms(expires_at)),
    )?;
    Ok(())
}

/// Ends the hold of a ticket, if it has one, and gives its places back.
pub(super) fn release(tx: &Tx<'_>, ticket: TicketId) -> Result<Vec<SeriesSlotId>, Fault> {
    let Some(hold) = of_ticket(tx, ticket)? else {
        return Ok(Vec::new());
    };
    delete(tx, &hold)?;
    exchange(tx, &hold.places, &[]).map_err(|failure| match failure {
        Failure::Refused(_) => Fault::Failed("giving places back took some".into()),
        Failure::Fault(fault) => fault,
    })?;
    Ok(hold.places)
}

/// Forgets a hold whose places went elsewhere: into a booking, another hold, or back.
pub(super) fn delete(tx: &Tx<'_>, hold: &Hold) -> Result<(), Fault> {
    let places = execute(tx, "DELETE FROM hold_place WHERE hold = ?1", [hold.id.0])?;
    expect_rows(places, hold.places.len(), "the places of a hold that ends")?;
    let holds = execute(tx, "DELETE FROM hold WHERE id = ?1", [hold.id.0])?;
    expect_rows(holds, 1, "a hold that ends")
}
