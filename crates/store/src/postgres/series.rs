//! A booked series afterwards: shown, cancelled, moved.

use dran_core::ids::{CampaignId, CentreId, Language, SeriesSlotId, VaccineId};
use jiff::civil::Date;
use tokio_postgres::Row;

use super::messages;
use super::phone::attempts;
use super::registration::read_person;
use super::rows::{at, contact, id, line_of, ms, series_state};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get as column, optional, params};
use super::supply::{Shortage, exchange};
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
pub(super) async fn get(tx: &Tx, booking_code: &str) -> Result<Option<Series>, Fault> {
    Ok(find(tx, booking_code).await?.map(|(_, series)| series))
}

/// See [`crate::Store::booking_codes_born_on`].
pub(super) async fn codes_born_on(tx: &Tx, birth_date: Date, limit: u32) -> Result<Vec<String>, Fault> {
    all(
        tx,
        "SELECT booking_code FROM registration_person
         JOIN series ON series.registration = registration_person.registration
                    AND series.person_no = registration_person.person_no
         WHERE birth_date = $1 ORDER BY (series.id & 1099511627775) DESC LIMIT $2",
        params![birth_date.to_string(), i64::from(limit)],
        |row| column(row, 0),
    )
    .await
}

/// The series of a booking in the order of its persons.
pub(super) async fn of_booking(tx: &Tx, booking: i64) -> Result<Vec<Series>, Fault> {
    let found = all(
        tx,
        select_series!("WHERE series.booking = $1 ORDER BY series.person_no"),
        params![booking],
        read,
    )
    .await?;
    let mut series = Vec::with_capacity(found.len());
    for found in found {
        series.push(with_starts(tx, found).await?.1);
    }
    Ok(series)
}

/// See [`crate::Store::cancel`].
pub(super) async fn cancel(tx: &Tx, cancel: &Cancel) -> Result<Series, Failure<SeriesRefusal>> {
    let Some((id, series)) = find(tx, &cancel.booking_code).await? else {
        return Err(Failure::Refused(SeriesRefusal::UnknownCode));
    };
    if series.state == SeriesState::Cancelled {
        return Ok(series);
    }
    let touched = execute(
        tx,
        "UPDATE series SET state = 'cancelled', sequence = sequence + 1 WHERE id = $1 AND state = 'booked'",
        params![id],
    )
    .await?;
    expect_rows(touched, 1, "a booked series that is cancelled")?;
    let touched = execute(
        tx,
        "DELETE FROM series_person WHERE person_key = $1 AND series = $2",
        params![series.person.person_key, id],
    )
    .await?;
    expect_rows(touched, 1, "the person of a series that is cancelled")?;
    change_places(tx, &[series.slot], &[]).await?;
    messages::put(tx, line_of(id), &cancel.messages, cancel.now).await?;
    reread(tx, &cancel.booking_code).await
}

/// See [`crate::Store::send_again`].
pub(super) async fn send_again(tx: &Tx, again: &SendAgain) -> Result<(), Failure<SeriesRefusal>> {
    match find(tx, &again.booking_code).await? {
        None => Err(Failure::Refused(SeriesRefusal::UnknownCode)),
        Some((_, series)) if series.state == SeriesState::Cancelled => Err(Failure::Refused(SeriesRefusal::Cancelled)),
        Some(_) if !attempts::is_first(tx, again.attempt_key, again.now).await? => Ok(()),
        Some((id, _)) => Ok(messages::put(tx, line_of(id), &again.messages, again.now).await?),
    }
}

/// See [`crate::Store::move_series`].
pub(super) async fn move_series(tx: &Tx, moved: &MoveSeries) -> Result<Series, Failure<SeriesRefusal>> {
    let Some((id, series)) = find(tx, &moved.booking_code).await? else {
        return Err(Failure::Refused(SeriesRefusal::UnknownCode));
    };
    let done_before = "SELECT 1 FROM series_move WHERE series = $1 AND attempt_key = $2";
    if optional(tx, done_before, params![id, moved.attempt_key.0], |_| Ok(()))
        .await?
        .is_some()
    {
        return Ok(series);
    }
    if series.state == SeriesState::Cancelled {
        return Err(Failure::Refused(SeriesRefusal::Cancelled));
    }
    let same_vaccine = "SELECT 1 FROM series_slot WHERE id = $1 AND vaccine = $2";
    if optional(tx, same_vaccine, params![moved.to.0, series.vaccine.as_str()], |_| {
        Ok(())
    })
    .await?
    .is_none()
    {
        return Err(Failure::Refused(SeriesRefusal::UnknownSlot));
    }

    execute(
        tx,
        "INSERT INTO series_move (series, attempt_key, from_slot, to_slot, moved_at) VALUES ($1, $2, $3, $4, $5)",
        params![id, moved.attempt_key.0, series.slot.0, moved.to.0, ms(moved.now)],
    )
    .await?;
    change_places(tx, &[series.slot], &[moved.to]).await?;
    let touched = execute(
        tx,
        "UPDATE series SET slot = $2, sequence = sequence + 1 WHERE id = $1 AND state = 'booked' AND slot = $3",
        params![id, moved.to.0, series.slot.0],
    )
    .await?;
    expect_rows(touched, 1, "a booked series that is moved")?;
    let appointments = execute(tx, "DELETE FROM appointment WHERE series = $1", params![id]).await?;
    expect_rows(
        appointments,
        series.starts.len(),
        "the appointments of a series that is moved",
    )?;
    super::booking::insert_appointments(tx, id, moved.to).await?;
    messages::put(tx, line_of(id), &moved.messages, moved.now).await?;
    reread(tx, &moved.booking_code).await
}

async fn change_places(
    tx: &Tx,
    returned: &[SeriesSlotId],
    wanted: &[SeriesSlotId],
) -> Result<(), Failure<SeriesRefusal>> {
    exchange(tx, returned, wanted).await.map_err(|failure| match failure {
        Failure::Refused(Shortage::JustWent) => Failure::Refused(SeriesRefusal::SlotJustWent),
        Failure::Refused(Shortage::Unknown) => Failure::Refused(SeriesRefusal::UnknownSlot),
        Failure::Fault(fault) => Failure::Fault(fault),
    })
}

async fn reread(tx: &Tx, booking_code: &str) -> Result<Series, Failure<SeriesRefusal>> {
    get(tx, booking_code)
        .await?
        .ok_or_else(|| Fault::Failed("a series that was just written is gone".into()).into())
}

async fn find(tx: &Tx, booking_code: &str) -> Result<Option<(i64, Series)>, Fault> {
    let found = optional(
        tx,
        select_series!("WHERE series.id = (SELECT series FROM series_code WHERE series_code.booking_code = $1)"),
        params![booking_code],
        read,
    )
    .await?;
    match found {
        Some(found) => with_starts(tx, found).await.map(Some),
        None => Ok(None),
    }
}

async fn with_starts(tx: &Tx, (id, mut series): (i64, Series)) -> Result<(i64, Series), Fault> {
    series.starts = all(
        tx,
        "SELECT starts_at FROM appointment WHERE series = $1 ORDER BY dose",
        params![id],
        |row| at(row, 0),
    )
    .await?;
    Ok((id, series))
}

fn read(row: &Row) -> Result<(i64, Series), Fault> {
    let series = Series {
        booking_code: column(row, 1)?,
        person: read_person(row, 2)?,
        contact: contact(row, 10)?,
        language: id(row, 13, Language::new)?,
        campaign: id(row, 14, CampaignId::new)?,
        slot: SeriesSlotId(column(row, 15)?),
        centre: id(row, 16, CentreId::new)?,
        vaccine: id(row, 17, VaccineId::new)?,
        starts: Vec::new(),
        state: series_state(row, 18)?,
        sequence: column(row, 19)?,
        booked_at: at(row, 20)?,
    };
    Ok((column(row, 0)?, series))
}
