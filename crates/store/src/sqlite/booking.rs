//! A hold becomes a booking: series, appointments and messages in one transaction, or nothing.

use dran_core::ids::{SeriesSlotId, TicketId};
use rusqlite::{Connection, ErrorCode};

use super::contacts;
use super::holds;
use super::line::{close, is_active, permit_of};
use super::messages;
use super::phone;
use super::rows::{kept, ms};
use super::series;
use super::sql::{all, execute, expect_rows, insert, optional};
use super::writer::Tx;
use crate::{Booked, Confirm, ConfirmRefusal, Failure, Fault, PermitState};

/// See [`crate::Store::confirm`].
pub(super) fn confirm(tx: &Tx<'_>, confirm: &Confirm) -> Result<Booked, Failure<ConfirmRefusal>> {
    let refused = |refusal| Err(Failure::Refused(refusal));
    let Some(permit) = permit_of(tx, confirm.ticket)? else {
        return refused(ConfirmRefusal::HoldOver);
    };
    if permit.state == PermitState::Booked {
        // Sent twice: the first one's answer. The key is compared, not looked up, so that a key that
        // two visitors happen to share never shows one the other's booking.
        return match made_by(tx, confirm.ticket)? {
            Some((key, booked)) if key == confirm.attempt_key.0 => Ok(booked),
            _ => refused(ConfirmRefusal::HoldOver),
        };
    }
    let hold = match holds::of_ticket(tx, confirm.ticket)? {
        Some(hold)
            if hold.id == confirm.hold && hold.expires_at > kept(confirm.now) && is_active(&permit, confirm.now) =>
        {
            hold
        }
        _ => return refused(ConfirmRefusal::HoldOver),
    };
    let person_keys = persons_of(tx, confirm)?;
    if person_keys.len() != hold.places.len() {
        return refused(ConfirmRefusal::WrongParty);
    }
    if confirm.booking_codes.len() != hold.places.len() {
        return Err(Fault::Failed("a booking needs one code per person".into()).into());
    }
    // The unique key decides. But it speaks after the first write, and then the whole batch has to be run again.
    for (person, person_key) in person_keys.iter().enumerate() {
        if has_series(tx, person_key)? {
            return refused(ConfirmRefusal::PersonHasSeries { person });
        }
    }

    let booking = insert(
        tx,
        "INSERT INTO booking (line_no, number, attempt_key, registration, receipt, booked_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            confirm.ticket.line.0,
            confirm.ticket.number.0,
            confirm.attempt_key.0,
            confirm.registration.0,
            &confirm.receipt,
            ms(confirm.now),
        ),
    )?;
    for (person, person_key) in person_keys.iter().enumerate() {
        let series = insert_series(tx, confirm, booking, person, person_key, hold.places[person])?;
        insert_appointments(tx, series, hold.places[person])?;
    }
    messages::put(tx, &confirm.messages, confirm.now)?;
    // The places leave the hold without becoming free: they are the booking's now.
    holds::delete(tx, &hold)?;
    close(tx, confirm.ticket, PermitState::Booked)?;
    // Who has booked waits for no message any more.
    contacts::delete(tx, confirm.ticket)?;
    phone::end_of_booked(tx, confirm.ticket, confirm.now)?;
    Ok(Booked {
        receipt: confirm.receipt.clone(),
        series: series::of_booking(tx, booking)?,
    })
}

/// The keys of the persons of a registration that may confirm.
fn persons_of(tx: &Tx<'_>, confirm: &Confirm) -> Result<Vec<[u8; 32]>, Failure<ConfirmRefusal>> {
    let verified = optional(
        tx,
        "SELECT verified_at IS NOT NULL FROM registration
         WHERE id = ?1 AND campaign = (SELECT campaign FROM line WHERE line_no = ?2)",
        (confirm.registration.0, confirm.ticket.line.0),
        |row| row.get::<_, bool>(0),
    )?;
    match verified {
        None => Err(Failure::Refused(ConfirmRefusal::UnknownRegistration)),
        Some(false) => Err(Failure::Refused(ConfirmRefusal::NotVerified)),
        Some(true) => Ok(all(
            tx,
            "SELECT person_key FROM registration_person WHERE registration = ?1 ORDER BY person_no",
            [confirm.registration.0],
            |row| row.get(0),
        )?),
    }
}

fn insert_series(
    tx: &Tx<'_>,
    confirm: &Confirm,
    booking: i64,
    person: usize,
    person_key: &[u8; 32],
    slot: SeriesSlotId,
) -> Result<i64, Failure<ConfirmRefusal>> {
    let code = &confirm.booking_codes[person];
    let inserted = insert(
        tx,
        "INSERT INTO series (booking, registration, person_no, person_key, booking_code, slot, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'booked')",
        (booking, confirm.registration.0, person as i64, person_key, code, slot.0),
    );
    // The unique keys decide; only after they said no is there anything to look up.
    match inserted {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            if has_series(tx, person_key)? {
                return Err(Failure::Refused(ConfirmRefusal::PersonHasSeries { person }));
            }
            if optional(tx, "SELECT 1 FROM series WHERE booking_code = ?1", [code], |_| Ok(()))?.is_some() {
                return Err(Failure::Refused(ConfirmRefusal::CodeTaken));
            }
            Err(error.into())
        }
        inserted => Ok(inserted?),
    }
}

fn has_series(tx: &Tx<'_>, person_key: &[u8; 32]) -> rusqlite::Result<bool> {
    let booked = "SELECT 1 FROM series WHERE person_key = ?1 AND state = 'booked'";
    Ok(optional(tx, booked, [person_key], |_| Ok(()))?.is_some())
}

/// Both appointments come from the one row of the slot, so that neither can be without the other.
pub(super) fn insert_appointments(tx: &Tx<'_>, series: i64, slot: SeriesSlotId) -> Result<(), Fault> {
    let inserted = execute(
        tx,
        "INSERT INTO appointment (series, dose, centre_no, starts_at)
         SELECT ?1, 1, centre_no, first_at FROM series_slot WHERE id = ?2
         UNION ALL
         SELECT ?1, 2, centre_no, second_at FROM series_slot WHERE id = ?2 AND second_at IS NOT NULL",
        (series, slot.0),
    )?;
    // One for a vaccine of one dose; the audit compares each with its slot.
    expect_rows(usize::from(inserted > 0), 1, "the appointments of a series")
}

/// See [`crate::Store::booked_by`].
pub(super) fn by_ticket(connection: &Connection, ticket: TicketId) -> rusqlite::Result<Option<Booked>> {
    Ok(made_by(connection, ticket)?.map(|(_, booked)| booked))
}

/// What a ticket has booked, with the attempt key that made it.
fn made_by(connection: &Connection, ticket: TicketId) -> rusqlite::Result<Option<([u8; 16], Booked)>> {
    let found = optional(
        connection,
        "SELECT id, attempt_key, receipt FROM booking WHERE line_no = ?1 AND number = ?2",
        (ticket.line.0, ticket.number.0),
        |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let Some((booking, key, receipt)) = found else {
        return Ok(None);
    };
    Ok(Some((
        key,
        Booked {
            receipt,
            series: series::of_booking(connection, booking)?,
        },
    )))
}
