//! The line as the database keeps it: leased ticket numbers, called marks, permits and their end.

use std::collections::BTreeMap;

use dran_core::ids::{CampaignId, LineNo, PoolId, SeriesSlotId, TicketId};
use dran_core::line::account::Deed;
use jiff::Timestamp;
use tokio_postgres::Row;

use super::rows::{at, id, ms, party, permit_state, permit_state_word, ticket};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, optional, params, returning};
use super::{account, folds, holds};
pub(super) use crate::columns::is_active;
use crate::{Enter, EnterRefusal, Expired, ExtendPermit, Failure, Fault, Permit, PermitRefusal, PermitState};

/// Permits and holds that one call of `expire` ends at most, so that bookings behind it in the
/// writer's queue do not wait for long.
const EXPIRE_MAX: u32 = 1000;

/// See [`crate::Store::lease_tickets`].
pub(super) async fn lease(tx: &Tx, line: LineNo, count: u32) -> Result<u32, Fault> {
    let next = returning(
        tx,
        "UPDATE line SET next_number = next_number + $2
         WHERE line_no = $1 AND next_number + $2 <= 4294967295
         RETURNING next_number",
        params![line.0, count],
        |row| get::<u32>(row, 0),
    )
    .await?;
    match next {
        Some(next) => Ok(next - count),
        None => Err(Fault::Failed(format!(
            "line {line} is not known or has no ticket numbers left"
        ))),
    }
}

/// See [`crate::Store::record_calls`].
pub(super) async fn record_calls(tx: &Tx, calls: &[(LineNo, u32)], now: Timestamp) -> Result<(), Fault> {
    let mut moved: BTreeMap<CampaignId, Vec<(PoolId, u32)>> = BTreeMap::new();
    for (line, called) in calls {
        let forward = optional(
            tx,
            "SELECT campaign.id, line.pool FROM line JOIN campaign ON campaign.no = line.campaign
             WHERE line.line_no = $1 AND line.called < $2",
            params![line.0, called],
            |row| Ok((id(row, 0, CampaignId::new)?, id(row, 1, PoolId::new)?)),
        )
        .await?;
        if let Some((campaign, pool)) = forward {
            moved.entry(campaign).or_default().push((pool, *called));
        }
        let touched = execute(
            tx,
            "UPDATE line SET called = greatest(called, $2)
             WHERE line_no = $1 AND $2 <= next_number
               AND (SELECT drawn_at FROM campaign WHERE no = line.campaign) IS NOT NULL",
            params![line.0, called],
        )
        .await?;
        expect_rows(touched, 1, "a drawn line whose called tickets exist")?;
    }
    for (campaign, pools) in &moved {
        account::enter(tx, now, campaign, &Deed::Called(pools)).await?;
    }
    Ok(())
}

/// See [`crate::Store::enter`].
pub(super) async fn enter(tx: &Tx, enter: &Enter) -> Result<Permit, Failure<EnterRefusal>> {
    if let Some(permit) = permit_of(tx, enter.ticket).await? {
        match permit.state {
            PermitState::Booked => return Err(Failure::Refused(EnterRefusal::AlreadyBooked)),
            PermitState::Active if permit.expires_at > enter.now => return Ok(permit),
            PermitState::Active => {
                end(tx, enter.ticket, PermitState::Expired).await?;
            }
            PermitState::Expired | PermitState::Left => {}
        }
    }
    if let Some(permit) = permit_of_place(tx, enter).await? {
        return Ok(permit);
    }
    take_permit(tx, enter).await?;
    execute(
        tx,
        "INSERT INTO permit (line_no, number, party, state, entered_at, expires_at)
         VALUES ($1, $2, $3, 'active', $4, $5)
         ON CONFLICT (line_no, number) DO UPDATE
         SET party = excluded.party, state = 'active', expires_at = excluded.expires_at, extensions = 0",
        params![
            enter.ticket.line.0,
            enter.ticket.number.0,
            enter.party.persons(),
            ms(enter.now),
            ms(enter.expires_at),
        ],
    )
    .await?;
    permit_of(tx, enter.ticket)
        .await?
        .ok_or_else(|| Fault::Failed("a permit that was just written is gone".into()).into())
}

/// The live permit of another ticket of the same place, if places were folded: one place, one permit,
/// whichever of its tickets was shown.
async fn permit_of_place(tx: &Tx, enter: &Enter) -> Result<Option<Permit>, Failure<EnterRefusal>> {
    for other in folds::others(tx, enter.ticket).await? {
        match permit_of(tx, other).await? {
            Some(permit) if permit.state == PermitState::Booked => {
                return Err(Failure::Refused(EnterRefusal::AlreadyBooked));
            }
            Some(permit) if is_active(&permit, enter.now) => return Ok(Some(permit)),
            Some(permit) if permit.state == PermitState::Active => {
                end(tx, other, PermitState::Expired).await?;
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Counts one more active permit in the ticket's campaign, if it is open and has one left.
async fn take_permit(tx: &Tx, enter: &Enter) -> Result<(), Failure<EnterRefusal>> {
    let taken = execute(
        tx,
        "UPDATE campaign SET permits_active = permits_active + 1
         WHERE no = (SELECT campaign FROM line WHERE line_no = $1 AND $2 < next_number)
           AND state = 'open' AND permits_active < $3",
        params![enter.ticket.line.0, enter.ticket.number.0, enter.permits_max],
    )
    .await?;
    if taken == 1 {
        return Ok(());
    }
    let open = optional(
        tx,
        "SELECT state = 'open' FROM campaign
         WHERE no = (SELECT campaign FROM line WHERE line_no = $1 AND $2 < next_number)",
        params![enter.ticket.line.0, enter.ticket.number.0],
        |row| get::<bool>(row, 0),
    )
    .await?;
    Err(Failure::Refused(match open {
        None => EnterRefusal::UnknownLine,
        Some(false) => EnterRefusal::NotOpen,
        Some(true) => EnterRefusal::NoFreePermit,
    }))
}

/// See [`crate::Store::extend_permit`].
pub(super) async fn extend(tx: &Tx, extend: &ExtendPermit) -> Result<Permit, Failure<PermitRefusal>> {
    let touched = execute(
        tx,
        "UPDATE permit SET expires_at = greatest(expires_at, $4), extensions = extensions + 1
         WHERE line_no = $1 AND number = $2 AND state = 'active' AND expires_at > $3 AND extensions < $5",
        params![
            extend.ticket.line.0,
            extend.ticket.number.0,
            ms(extend.now),
            ms(extend.expires_at),
            extend.extensions_max,
        ],
    )
    .await?;
    let permit = permit_of(tx, extend.ticket)
        .await?
        .filter(|permit| is_active(permit, extend.now));
    match permit {
        None => Err(Failure::Refused(PermitRefusal::NotActive)),
        Some(_) if touched == 0 => Err(Failure::Refused(PermitRefusal::TooManyExtensions)),
        Some(permit) => {
            holds::prolong(tx, extend.ticket, extend.now, permit.expires_at).await?;
            Ok(permit)
        }
    }
}

/// See [`crate::Store::leave`].
pub(super) async fn leave(tx: &Tx, ticket: TicketId, now: Timestamp) -> Result<(), Failure<PermitRefusal>> {
    match permit_of(tx, ticket).await? {
        Some(permit) if is_active(&permit, now) => {
            end(tx, ticket, PermitState::Left).await?;
            Ok(())
        }
        _ => Err(Failure::Refused(PermitRefusal::NotActive)),
    }
}

/// See [`crate::Store::permits`].
pub(super) async fn permits(tx: &Tx) -> Result<Vec<Permit>, Fault> {
    all(
        tx,
        "SELECT line_no, number, party, state, entered_at, expires_at, extensions FROM permit",
        &[],
        read_permit,
    )
    .await
}

/// See [`crate::Store::expire`].
pub(super) async fn expire(tx: &Tx, now: Timestamp) -> Result<Expired, Fault> {
    let mut expired = Expired::default();
    let over = all(
        tx,
        "SELECT line_no, number FROM permit WHERE state = 'active' AND expires_at <= $1
         ORDER BY expires_at, line_no, number LIMIT $2",
        params![ms(now), EXPIRE_MAX],
        |row| ticket(row, 0),
    )
    .await?;
    for ticket in over {
        let places = end(tx, ticket, PermitState::Expired).await?;
        expired.holds += u64::from(!places.is_empty());
        expired.places += places.len() as u64;
        expired.permits.push(ticket);
    }
    let over = all(
        tx,
        "SELECT line_no, number FROM hold WHERE expires_at <= $1
         ORDER BY expires_at, line_no, number LIMIT $2",
        params![ms(now), EXPIRE_MAX],
        |row| ticket(row, 0),
    )
    .await?;
    for ticket in over {
        expired.holds += 1;
        expired.places += holds::release(tx, ticket).await?.len() as u64;
    }
    Ok(expired)
}

/// The permit that a ticket has or had.
pub(super) async fn permit_of(tx: &Tx, ticket: TicketId) -> Result<Option<Permit>, Fault> {
    optional(
        tx,
        "SELECT line_no, number, party, state, entered_at, expires_at, extensions FROM permit
         WHERE line_no = $1 AND number = $2",
        params![ticket.line.0, ticket.number.0],
        read_permit,
    )
    .await
}

/// Ends an active permit that did not book, with its hold. Answers the places given back.
async fn end(tx: &Tx, ticket: TicketId, state: PermitState) -> Result<Vec<SeriesSlotId>, Fault> {
    let places = holds::release(tx, ticket).await?;
    close(tx, ticket, state).await?;
    Ok(places)
}

/// Takes an active permit out of use and counts it out of its campaign.
pub(super) async fn close(tx: &Tx, ticket: TicketId, state: PermitState) -> Result<(), Fault> {
    let touched = execute(
        tx,
        "UPDATE permit SET state = $3 WHERE line_no = $1 AND number = $2 AND state = 'active'",
        params![ticket.line.0, ticket.number.0, permit_state_word(state)],
    )
    .await?;
    expect_rows(touched, 1, "an active permit that ends")?;
    let touched = execute(
        tx,
        "UPDATE campaign SET permits_active = permits_active - 1
         WHERE no = (SELECT campaign FROM line WHERE line_no = $1) AND permits_active > 0",
        params![ticket.line.0],
    )
    .await?;
    expect_rows(touched, 1, "a campaign whose permit ends")
}

pub(super) fn read_permit(row: &Row) -> Result<Permit, Fault> {
    Ok(Permit {
        ticket: ticket(row, 0)?,
        party: party(row, 2)?,
        state: permit_state(row, 3)?,
        entered_at: at(row, 4)?,
        expires_at: at(row, 5)?,
        extensions: get(row, 6)?,
    })
}
