//! A hold becomes a booking: series, appointments and messages in one transaction, or nothing.

use dran_core::ids::{SeriesSlotId, TicketId};

use super::contacts;
use super::holds;
use super::line::{close, is_active, permit_of};
use super::messages;
use super::phone;
use super::rows::{kept, leading, ms};
use super::series;
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, insert, optional, params};
use crate::{Booked, Confirm, ConfirmRefusal, Failure, Fault, PermitState};

/// See [`crate::Store::confirm`].
pub(super) async fn confirm(tx: &Tx, confirm: &Confirm) -> Result<Booked, Failure<ConfirmRefusal>> {
    let refused = |refusal| Err(Failure::Refused(refusal));
    let Some(permit) = permit_of(tx, confirm.ticket).await? else {
        return refused(ConfirmRefusal::HoldOver);
    };
    if permit.state == PermitState::Booked {
        // Sent twice: the first one's answer. The key is compared, not looked up, so that a key that
        // two visitors happen to share never shows one the other's booking.
        return match made_by(tx, confirm.ticket).await? {
            Some((key, booked)) if key == confirm.attempt_key.0 => Ok(booked),
            _ => refused(ConfirmRefusal::HoldOver),
        };
    }
    let hold = match holds::of_ticket(tx, confirm.ticket).await? {
        Some(hold)
            if hold.id == confirm.hold && hold.expires_at > kept(confirm.now) && is_active(&permit, confirm.now) =>
        {
            hold
        }
        _ => return refused(ConfirmRefusal::HoldOver),
    };
    let person_keys = persons_of(tx, confirm).await?;
    if person_keys.len() != hold.places.len() {
        return refused(ConfirmRefusal::WrongParty);
    }
    if confirm.booking_codes.len() != hold.places.len() {
        return Err(Fault::Failed("a booking needs one code per person".into()).into());
    }

    let booking = insert(
        tx,
        "INSERT INTO booking (line_no, number, attempt_key, registration, receipt, booked_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        params![
            confirm.ticket.line.0,
            confirm.ticket.number.0,
            confirm.attempt_key.0,
            confirm.registration.0,
            &confirm.receipt,
            ms(confirm.now),
        ],
    )
    .await?;
    for (person, person_key) in person_keys.iter().enumerate() {
        let series = insert_series(tx, confirm, booking, person, person_key, hold.places[person]).await?;
        insert_appointments(tx, series, hold.places[person]).await?;
    }
    messages::put(tx, confirm.ticket.line, &confirm.messages, confirm.now).await?;
    // The places leave the hold without becoming free: they are the booking's now.
    holds::delete(tx, &hold).await?;
    close(tx, confirm.ticket, PermitState::Booked).await?;
    // Who has booked waits for no message any more.
    contacts::delete(tx, confirm.ticket).await?;
    phone::end_of_booked(tx, confirm.ticket, confirm.now).await?;
    match by_ticket(tx, confirm.ticket).await? {
        Some(booked) => Ok(booked),
        None => Err(Fault::Failed("a booking that was just written is gone".into()).into()),
    }
}

/// The keys of the persons of a registration that may confirm.
async fn persons_of(tx: &Tx, confirm: &Confirm) -> Result<Vec<[u8; 32]>, Failure<ConfirmRefusal>> {
    let verified = optional(
        tx,
        "SELECT verified_at IS NOT NULL FROM registration
         WHERE id = $1 AND campaign = (SELECT campaign FROM line WHERE line_no = $2)",
        params![confirm.registration.0, confirm.ticket.line.0],
        |row| get::<bool>(row, 0),
    )
    .await?;
    match verified {
        None => Err(Failure::Refused(ConfirmRefusal::UnknownRegistration)),
        Some(false) => Err(Failure::Refused(ConfirmRefusal::NotVerified)),
        Some(true) => Ok(all(
            tx,
            "SELECT person_key FROM registration_person WHERE registration = $1 ORDER BY person_no",
            params![confirm.registration.0],
            |row| get(row, 0),
        )
        .await?),
    }
}

async fn insert_series(
    tx: &Tx,
    confirm: &Confirm,
    booking: i64,
    person: usize,
    person_key: &[u8; 32],
    slot: SeriesSlotId,
) -> Result<i64, Failure<ConfirmRefusal>> {
    let code = &confirm.booking_codes[person];
    let series = insert(
        tx,
        "INSERT INTO series (id, booking, registration, person_no, person_key, booking_code, slot, state)
         OVERRIDING SYSTEM VALUE
         VALUES ($1::bigint | nextval('series_id_seq'), $2, $3, $4, $5, $6, $7, 'booked') RETURNING id",
        params![
            leading(confirm.ticket.line, 0),
            booking,
            confirm.registration.0,
            person,
            person_key,
            code,
            slot.0
        ],
    )
    .await?;
    // The unique keys decide.
    let once = "INSERT INTO series_person (person_key, series) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    if execute(tx, once, params![person_key, series]).await? == 0 {
        return Err(Failure::Refused(ConfirmRefusal::PersonHasSeries { person }));
    }
    let once = "INSERT INTO series_code (booking_code, series) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    if execute(tx, once, params![code, series]).await? == 0 {
        return Err(Failure::Refused(ConfirmRefusal::CodeTaken));
    }
    Ok(series)
}

/// Both appointments come from the one row of the slot, so that neither can be without the other.
pub(super) async fn insert_appointments(tx: &Tx, series: i64, slot: SeriesSlotId) -> Result<(), Fault> {
    let inserted = execute(
        tx,
        "INSERT INTO appointment (series, dose, centre_no, starts_at)
         SELECT $1::bigint, 1, centre_no, first_at FROM series_slot WHERE id = $2
         UNION ALL
         SELECT $1::bigint, 2, centre_no, second_at FROM series_slot WHERE id = $2 AND second_at IS NOT NULL",
        params![series, slot.0],
    )
    .await?;
    // One for a vaccine of one dose; the audit compares each with its slot.
    expect_rows(usize::from(inserted > 0), 1, "the appointments of a series")
}

/// See [`crate::Store::booked_by`].
pub(super) async fn by_ticket(tx: &Tx, ticket: TicketId) -> Result<Option<Booked>, Fault> {
    Ok(made_by(tx, ticket).await?.map(|(_, booked)| booked))
}

/// What a ticket has booked, with the attempt key that made it.
async fn made_by(tx: &Tx, ticket: TicketId) -> Result<Option<([u8; 16], Booked)>, Fault> {
    let found = optional(
        tx,
        "SELECT id, attempt_key, receipt FROM booking WHERE line_no = $1 AND number = $2",
        params![ticket.line.0, ticket.number.0],
        |row| Ok((get::<i64>(row, 0)?, get(row, 1)?, get(row, 2)?)),
    )
    .await?;
    let Some((booking, key, receipt)) = found else {
        return Ok(None);
    };
    Ok(Some((
        key,
        Booked {
            receipt,
            series: series::of_booking(tx, booking).await?,
        },
    )))
}
