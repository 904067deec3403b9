//! The line as the database keeps it: leased ticket numbers, called marks, permits and their end.

use std::collections::BTreeMap;

use dran_core::ids::{CampaignId, LineNo, PoolId, SeriesSlotId, TicketId};
use dran_core::line::account::Deed;
use jiff::Timestamp;
use rusqlite::Connection;

use super::rows::{at, id, ms, party, permit_state, permit_state_word, ticket};
use super::sql::{all, execute, expect_rows, optional};
use super::writer::Tx;
use super::{account, folds, holds};
pub(super) use crate::columns::is_active;
use crate::{Enter, EnterRefusal, Expired, ExtendPermit, Failure, Fault, Permit, PermitRefusal, PermitState};

/// Permits and holds that one call of `expire` ends at most, so that bookings behind it in the
/// writer's queue do not wait for long.
const EXPIRE_MAX: u32 = 1000;

/// See [`crate::Store::lease_tickets`].
pub(super) fn lease(tx: &Tx<'_>, line: LineNo, count: u32) -> Result<u32, Fault> {
    let next = optional(
        tx,
        "UPDATE line SET next_number = next_number + ?2
         WHERE line_no = ?1 AND next_number + ?2 <= 4294967295
         RETURNING next_number",
        (line.0, count),
        |row| row.get::<_, u32>(0),
    )?;
    match next {
        Some(next) => Ok(next - count),
        None => Err(Fault::Failed(format!(
            "line {line} is not known or has no ticket numbers left"
        ))),
    }
}

/// See [`crate::Store::record_calls`].
pub(super) fn record_calls(tx: &Tx<'_>, calls: &[(LineNo, u32)], now: Timestamp) -> Result<(), Fault> {
    let mut moved: BTreeMap<CampaignId, Vec<(PoolId, u32)>> = BTreeMap::new();
    for (line, called) in calls {
        let forward = optional(
            tx,
            "SELECT campaign.id, line.pool FROM line JOIN campaign ON campaign.no = line.campaign
             WHERE line.line_no = ?1 AND line.called < ?2",
            (line.0, called),
            |row| Ok((id(row, 0, CampaignId::new)?, id(row, 1, PoolId::new)?)),
        )?;
        if let Some((campaign, pool)) = forward {
            moved.entry(campaign).or_default().push((pool, *called));
        }
        let touched = execute(
            tx,
            "UPDATE line SET called = max(called, ?2)
             WHERE line_no = ?1 AND ?2 <= next_number
               AND (SELECT drawn_at FROM campaign WHERE no = line.campaign) IS NOT NULL",
            (line.0, called),
        )?;
        expect_rows(touched, 1, "a drawn line whose called tickets exist")?;
    }
    for (campaign, pools) in &moved {
        account::enter(tx, now, campaign, &Deed::Called(pools))?;
    }
    Ok(())
}

/// See [`crate::Store::enter`].
pub(super) fn enter(tx: &Tx<'_>, enter: &Enter) -> Result<Permit, Failure<EnterRefusal>> {
    if let Some(permit) = permit_of(tx, enter.ticket)? {
        match permit.state {
            PermitState::Booked => return Err(Failure::Refused(EnterRefusal::AlreadyBooked)),
            PermitState::Active if permit.expires_at > enter.now => return Ok(permit),
            PermitState::Active => {
                end(tx, enter.ticket, PermitState::Expired)?;
            }
            PermitState::Expired | PermitState::Left => {}
        }
    }
    if let Some(permit) = permit_of_place(tx, enter)? {
        return Ok(permit);
    }
    take_permit(tx, enter)?;
    execute(
        tx,
        "INSERT INTO permit (line_no, number, party, state, entered_at, expires_at)
         VALUES (?1, ?2, ?3, 'active', ?4, ?5)
         ON CONFLICT (line_no, number) DO UPDATE
         SET party = excluded.party, state = 'active', expires_at = excluded.expires_at, extensions = 0",
        (
            enter.ticket.line.0,
            enter.ticket.number.0,
            enter.party.persons(),
            ms(enter.now),
            ms(enter.expires_at),
        ),
    )?;
    permit_of(tx, enter.ticket)?.ok_or_else(|| Fault::Failed("a permit that was just written is gone".into()).into())
}

/// The live permit of another ticket of the same place, if places were folded: one place, one permit,
/// whichever of its tickets was shown.
fn permit_of_place(tx: &Tx<'_>, enter: &Enter) -> Result<Option<Permit>, Failure<EnterRefusal>> {
    for other in folds::others(tx, enter.ticket)? {
        match permit_of(tx, other)? {
            Some(permit) if permit.state == PermitState::Booked => {
                return Err(Failure::Refused(EnterRefusal::AlreadyBooked));
            }
            Some(permit) if is_active(&permit, enter.now) => return Ok(Some(permit)),
            Some(permit) if permit.state == PermitState::Active => {
                end(tx, other, PermitState::Expired)?;
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Counts one more active permit in the ticket's campaign, if it is open and has one left.
fn take_permit(tx: &Tx<'_>, enter: &Enter) -> Result<(), Failure<EnterRefusal>> {
    let taken = execute(
        tx,
        "UPDATE campaign SET permits_active = permits_active + 1
         WHERE no = (SELECT campaign FROM line WHERE line_no = ?1 AND ?2 < next_number)
           AND state = 'open' AND permits_active < ?3",
        (enter.ticket.line.0, enter.ticket.number.0, enter.permits_max),
    )?;
    if taken == 1 {
        return Ok(());
    }
    let open = optional(
        tx,
        "SELECT state = 'open' FROM campaign
         WHERE no = (SELECT campaign FROM line WHERE line_no = ?1 AND ?2 < next_number)",
        (enter.ticket.line.0, enter.ticket.number.0),
        |row| row.get::<_, bool>(0),
    )?;
    Err(Failure::Refused(match open {
        None => EnterRefusal::UnknownLine,
        Some(false) => EnterRefusal::NotOpen,
        Some(true) => EnterRefusal::NoFreePermit,
    }))
}

/// See [`crate::Store::extend_permit`].
pub(super) fn extend(tx: &Tx<'_>, extend: &ExtendPermit) -> Result<Permit, Failure<PermitRefusal>> {
    let touched = execute(
        tx,
        "UPDATE permit SET expires_at = max(expires_at, ?4), extensions = extensions + 1
         WHERE line_no = ?1 AND number = ?2 AND state = 'active' AND expires_at > ?3 AND extensions < ?5",
        (
            extend.ticket.line.0,
            extend.ticket.number.0,
            ms(extend.now),
            ms(extend.expires_at),
            extend.extensions_max,
        ),
    )?;
    let permit = permit_of(tx, extend.ticket)?.filter(|permit| is_active(permit, extend.now));
    match permit {
        None => Err(Failure::Refused(PermitRefusal::NotActive)),
        Some(_) if touched == 0 => Err(Failure::Refused(PermitRefusal::TooManyExtensions)),
        Some(permit) => {
            holds::prolong(tx, extend.ticket, extend.now, permit.expires_at)?;
            Ok(permit)
        }
    }
}

/// See [`crate::Store::leave`].
pub(super) fn leave(tx: &Tx<'_>, ticket: TicketId, now: Timestamp) -> Result<(), Failure<PermitRefusal>> {
    match permit_of(tx, ticket)? {
        Some(permit) if is_active(&permit, now) => {
            end(tx, ticket, PermitState::Left)?;
            Ok(())
        }
        _ => Err(Failure::Refused(PermitRefusal::NotActive)),
    }
}

/// See [`crate::Store::permits`].
pub(super) fn permits(connection: &Connection) -> rusqlite::Result<Vec<Permit>> {
    all(
        connection,
        "SELECT line_no, number, party, state, entered_at, expires_at, extensions FROM permit",
        [],
        read_permit,
    )
}

/// See [`crate::Store::expire`].
pub(super) fn expire(tx: &Tx<'_>, now: Timestamp) -> Result<Expired, Fault> {
    let mut expired = Expired::default();
    let over = all(
        tx,
        "SELECT line_no, number FROM permit WHERE state = 'active' AND expires_at <= ?1
         ORDER BY expires_at, line_no, number LIMIT ?2",
        (ms(now), EXPIRE_MAX),
        |row| ticket(row, 0),
    )?;
    for ticket in over {
        let places = end(tx, ticket, PermitState::Expired)?;
        expired.holds += u64::from(!places.is_empty());
        expired.places += places.len() as u64;
        expired.permits.push(ticket);
    }
    let over = all(
        tx,
        "SELECT line_no, number FROM hold WHERE expires_at <= ?1
         ORDER BY expires_at, line_no, number LIMIT ?2",
        (ms(now), EXPIRE_MAX),
        |row| ticket(row, 0),
    )?;
    for ticket in over {
        expired.holds += 1;
        expired.places += holds::release(tx, ticket)?.len() as u64;
    }
    Ok(expired)
}

/// The permit that a ticket has or had.
pub(super) fn permit_of(connection: &Connection, ticket: TicketId) -> rusqlite::Result<Option<Permit>> {
    optional(
        connection,
        "SELECT line_no, number, party, state, entered_at, expires_at, extensions FROM permit
         WHERE line_no = ?1 AND number = ?2",
        (ticket.line.0, ticket.number.0),
        read_permit,
    )
}

/// Ends an active permit that did not book, with its hold. Answers the places given back.
fn end(tx: &Tx<'_>, ticket: TicketId, state: PermitState) -> Result<Vec<SeriesSlotId>, Fault> {
    let places = holds::release(tx, ticket)?;
    close(tx, ticket, state)?;
    Ok(places)
}

/// Takes an active permit out of use and counts it out of its campaign.
pub(super) fn close(tx: &Tx<'_>, ticket: TicketId, state: PermitState) -> Result<(), Fault> {
    let touched = execute(
        tx,
        "UPDATE permit SET state = ?3 WHERE line_no = ?1 AND number = ?2 AND state = 'active'",
        (ticket.line.0, ticket.number.0, permit_state_word(state)),
    )?;
    expect_rows(touched, 1, "an active permit that ends")?;
    let touched = execute(
        tx,
        "UPDATE campaign SET permits_active = permits_active - 1
         WHERE no = (SELECT campaign FROM line WHERE line_no = ?1) AND permits_active > 0",
        [ticket.line.0],
    )?;
    expect_rows(touched, 1, "a campaign whose permit ends")
}

pub(super) fn read_permit(row: &rusqlite::Row<'_>) -> rusqlite::Result<Permit> {
    Ok(Permit {
        ticket: ticket(row, 0)?,
        party: party(row, 2)?,
        state: permit_state(row, 3)?,
        entered_at: at(row, 4)?,
        expires_at: at(row, 5)?,
        extensions: row.get(6)?,
    })
}
