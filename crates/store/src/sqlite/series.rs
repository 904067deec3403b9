//! A booked series afterwards: shown, cancelled, moved.

use dran_core::ids::{CampaignId, CentreId, Language, SeriesSlotId, VaccineId};
use jiff::civil::Date;
use rusqlite::{Connection, Row};

use super::messages;
use super::phone::attempts;
use super::registration::read_person;
use super::rows::{at, contact, id, ms, series_state};
use super::sql::{all, execute, expect_rows, optional};
use super::supply::{Shortage, exchange};
use super::writer::Tx;
use crate::{Cancel, Failure, Fault, MoveSeries, SendAgain, Series, SeriesRefusal, SeriesState};

/// The columns of a series in the order in which [`read`] takes them, up to what selects the rows.
macro_rules! select_series {
    ($which:literal) => {
        concat!(
            "SELECT series.id, booking_code, given_name, family_name, birth_date, sex, postcode, district, group_id,
                    registration_person.person_key, contact_kind, contact_address, contact_town, language, campaign.id,
                    slot, centre.id, vaccine, series.state, sequence, booked_at
             FROM series
             JOIN booking ON booking.id = series.booking
             JOIN registration ON registration.id = series.registration
             JOIN registration_person ON registration_person.registration = series.registration
                                     AND registration_person.person_no = series.person_no
             JOIN campaign ON campaign.no = registration.campaign
             JOIN series_slot ON series_slot.id = series.slot
             JOIN centre ON centre.no = series_slot.centre_no ",
            $which
        )
    };
}

/// See [`crate::Store::series`].
pub(super) fn get(connection: &Connection, booking_code: &str) -> rusqlite::Result<Option<Series>> {
    Ok(find(connection, booking_code)?.map(|(_, series)| series))
}

/// See [`crate::Store::booking_codes_born_on`].
pub(super) fn codes_born_on(connection: &Connection, birth_date: Date, limit: u32) -> rusqlite::Result<Vec<String>> {
    all(
        connection,
        "SELECT booking_code FROM registration_person
         JOIN series ON series.registration = registration_person.registration
                    AND series.person_no = registration_person.person_no
         WHERE birth_date = ?1 ORDER BY series.id DESC LIMIT ?2",
        (birth_date.to_string(), limit),
        |row| row.get(0),
    )
}

/// The series of a booking in the order of its persons.
pub(super) fn of_booking(connection: &Connection, booking: i64) -> rusqlite::Result<Vec<Series>> {
    let found = all(
        connection,
        select_series!("WHERE series.booking = ?1 ORDER BY series.person_no"),
        [booking],
        read,
    )?;
    found
        .into_iter()
        .map(|found| with_starts(connection, found).map(|(_, series)| series))
        .collect()
}

/// See [`crate::Store::cancel`].
pub(super) fn cancel(tx: &Tx<'_>, cancel: &Cancel) -> Result<Series, Failure<SeriesRefusal>> {
    let Some((id, series)) = find(tx, &cancel.booking_code)? else {
        return Err(Failure::Refused(SeriesRefusal::UnknownCode));
    };
    if series.state == SeriesState::Cancelled {
        return Ok(series);
    }
    let touched = execute(
        tx,
        "UPDATE series SET state = 'cancelled', sequence = sequence + 1 WHERE id = ?1 AND state = 'booked'",
        [id],
    )?;
    expect_rows(touched, 1, "a booked series that is cancelled")?;
    change_places(tx, &[series.slot], &[])?;
    messages::put(tx, &cancel.messages, cancel.now)?;
    reread(tx, &cancel.booking_code)
}

/// See [`crate::Store::send_again`].
pub(super) fn send_again(tx: &Tx<'_>, again: &SendAgain) -> Result<(), Failure<SeriesRefusal>> {
    match find(tx, &again.booking_code)? {
        None => Err(Failure::Refused(SeriesRefusal::UnknownCode)),
        Some((_, series)) if series.state == SeriesState::Cancelled => Err(Failure::Refused(SeriesRefusal::Cancelled)),
        Some(_) if !attempts::is_first(tx, again.attempt_key, again.now)? => Ok(()),
        Some(_) => Ok(messages::put(tx, &again.messages, again.now)?),
    }
}

/// See [`crate::Store::move_series`].
pub(super) fn move_series(tx: &Tx<'_>, moved: &MoveSeries) -> Result<Series, Failure<SeriesRefusal>> {
    let Some((id, series)) = find(tx, &moved.booking_code)? else {
        return Err(Failure::Refused(SeriesRefusal::UnknownCode));
    };
    let done_before = "SELECT 1 FROM series_move WHERE series = ?1 AND attempt_key = ?2";
    if optional(tx, done_before, (id, moved.attempt_key.0), |_| Ok(()))?.is_some() {
        return Ok(series);
    }
    if series.state == SeriesState::Cancelled {
        return Err(Failure::Refused(SeriesRefusal::Cancelled));
    }
    let same_vaccine = "SELECT 1 FROM series_slot WHERE id = ?1 AND vaccine = ?2";
    if optional(tx, same_vaccine, (moved.to.0, series.vaccine.as_str()), |_| Ok(()))?.is_none() {
        return Err(Failure::Refused(SeriesRefusal::UnknownSlot));
    }

    change_places(tx, &[series.slot], &[moved.to])?;
    execute(
        tx,
        "INSERT INTO series_move (series, attempt_key, from_slot, to_slot, moved_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        (id, moved.attempt_key.0, series.slot.0, moved.to.0, ms(moved.now)),
    )?;
    let touched = execute(
        tx,
        "UPDATE series SET slot = ?2, sequence = sequence + 1 WHERE id = ?1 AND state = 'booked' AND slot = ?3",
        (id, moved.to.0, series.slot.0),
    )?;
    expect_rows(touched, 1, "a booked series that is moved")?;
    let appointments = execute(tx, "DELETE FROM appointment WHERE series = ?1", [id])?;
    expect_rows(
        appointments,
        series.starts.len(),
        "the appointments of a series that is moved",
    )?;
    super::booking::insert_appointments(tx, id, moved.to)?;
    messages::put(tx, &moved.messages, moved.now)?;
    reread(tx, &moved.booking_code)
}

fn change_places(
    tx: &Tx<'_>,
    returned: &[SeriesSlotId],
    wanted: &[SeriesSlotId],
) -> Result<(), Failure<SeriesRefusal>> {
    exchange(tx, returned, wanted).map_err(|failure| match failure {
        Failure::Refused(Shortage::JustWent) => Failure::Refused(SeriesRefusal::SlotJustWent),
        Failure::Refused(Shortage::Unknown) => Failure::Refused(SeriesRefusal::UnknownSlot),
        Failure::Fault(fault) => Failure::Fault(fault),
    })
}

fn reread(tx: &Tx<'_>, booking_code: &str) -> Result<Series, Failure<SeriesRefusal>> {
    get(tx, booking_code)?.ok_or_else(|| Fault::Failed("a series that was just written is gone".into()).into())
}

fn find(connection: &Connection, booking_code: &str) -> rusqlite::Result<Option<(i64, Series)>> {
    let found = optional(
        connection,
        select_series!("WHERE series.booking_code = ?1"),
        [booking_code],
        read,
    )?;
    found.map(|found| with_starts(connection, found)).transpose()
}

fn with_starts(connection: &Connection, (id, mut series): (i64, Series)) -> rusqlite::Result<(i64, Series)> {
    series.starts = all(
        connection,
        "SELECT starts_at FROM appointment WHERE series = ?1 ORDER BY dose",
        [id],
        |row| at(row, 0),
    )?;
    Ok((id, series))
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Series)> {
    let series = Series {
        booking_code: row.get(1)?,
        person: read_person(row, 2)?,
        contact: contact(row, 10)?,
        language: id(row, 13, Language::new)?,
        campaign: id(row, 14, CampaignId::new)?,
        slot: SeriesSlotId(row.get(15)?),
        centre: id(row, 16, CentreId::new)?,
        vaccine: id(row, 17, VaccineId::new)?,
        starts: Vec::new(),
        state: series_state(row, 18)?,
        sequence: row.get(19)?,
        booked_at: at(row, 20)?,
    };
    Ok((row.get(0)?, series))
}
