//! Deliveries, releases, and the one place where a slot's free places change.

use dran_core::ids::{CentreId, DeliveryId, SeriesSlotId, VaccineId};
use dran_core::supply::SeriesSlot;
use rusqlite::Connection;

use super::campaigns::centre_no;
use super::rows::{at, day, id, maybe_at, ms};
use super::sql::{all, execute, expect_rows, one, optional};
use super::writer::Tx;
pub(super) use crate::columns::Shortage;
use crate::columns::changes;
use crate::{Failure, Fault, NewDelivery, NewRelease, NewSeriesSlot, ReleaseRefusal, ReleaseSummary, StoredDelivery};

/// See [`crate::Store::add_deliveries`].
pub(super) fn add_deliveries(tx: &Tx<'_>, deliveries: &[NewDelivery]) -> Result<u64, Fault> {
    let mut added = 0;
    for delivery in deliveries {
        let Some(centre_no) = centre_no(tx, &delivery.centre)? else {
            return Err(Fault::Failed(format!(
                "the centre {} is not known to the store",
                delivery.centre
            )));
        };
        added += execute(
            tx,
            "INSERT INTO delivery (reference, centre_no, vaccine, day, doses) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (reference, centre_no, vaccine) DO NOTHING",
            (
                &delivery.reference,
                centre_no,
                delivery.vaccine.as_str(),
                delivery.day.to_string(),
                delivery.doses,
            ),
        )? as u64;
    }
    Ok(added)
}

/// See [`crate::Store::deliveries`].
pub(super) fn deliveries(connection: &Connection) -> rusqlite::Result<Vec<StoredDelivery>> {
    all(
        connection,
        "SELECT delivery.id, reference, centre.id, vaccine, day, doses, released_first, released_second
         FROM delivery JOIN centre ON centre.no = delivery.centre_no ORDER BY delivery.id",
        [],
        |row| {
            Ok(StoredDelivery {
                id: DeliveryId(row.get(0)?),
                delivery: NewDelivery {
                    reference: row.get(1)?,
                    centre: id(row, 2, CentreId::new)?,
                    vaccine: id(row, 3, VaccineId::new)?,
                    day: day(row, 4)?,
                    doses: row.get(5)?,
                },
                released_first: row.get(6)?,
                released_second: row.get(7)?,
            })
        },
    )
}

/// See [`crate::Store::release`].
pub(super) fn release(tx: &Tx<'_>, new: &NewRelease) -> Result<ReleaseSummary, Failure<ReleaseRefusal>> {
    let mut summary = ReleaseSummary { slots: 0, series: 0 };
    for slot in &new.slots {
        let id = add_places(tx, slot)?;
        let doses_of = |dose| {
            slot.doses
                .iter()
                .filter(|of| of.1 == dose)
                .map(|of| u64::from(of.2))
                .sum::<u64>()
        };
        let second_wanted = if slot.second.is_some() { slot.capacity } else { 0 };
        if doses_of(1) != u64::from(slot.capacity) || doses_of(2) != u64::from(second_wanted) {
            return Err(Failure::Refused(ReleaseRefusal::DosesDoNotMatch(id)));
        }
        for &(delivery, dose, doses) in &slot.doses {
            allocate(tx, id, delivery, dose, doses)?;
        }
        summary.slots += 1;
        summary.series += u64::from(slot.capacity);
    }
    if summary.slots > 0 {
        tx.board_changed();
    }
    Ok(summary)
}

/// Makes the slot, or lets the one that is there grow.
fn add_places(tx: &Tx<'_>, slot: &NewSeriesSlot) -> Result<SeriesSlotId, Failure<ReleaseRefusal>> {
    let Some(centre_no) = centre_no(tx, &slot.centre)? else {
        return Err(Failure::Refused(ReleaseRefusal::UnknownCentre(slot.centre.clone())));
    };
    let second_at = slot.second.map(ms);
    let grown: Option<i64> = optional(
        tx,
        "UPDATE series_slot SET capacity = capacity + ?5, free = free + ?5
         WHERE centre_no = ?1 AND vaccine = ?2 AND first_at = ?3 AND coalesce(second_at, 0) = coalesce(?4, 0)
         RETURNING id",
        (
            centre_no,
            slot.vaccine.as_str(),
            ms(slot.first),
            second_at,
            slot.capacity,
        ),
        |row| row.get(0),
    )?;
    if let Some(id) = grown {
        return Ok(SeriesSlotId(id));
    }
    let number: u32 = one(
        tx,
        "UPDATE centre SET slots_made = slots_made + 1 WHERE no = ?1 RETURNING slots_made",
        [centre_no],
        |row| row.get(0),
    )?;
    let id = SeriesSlotId::new(centre_no, number);
    execute(
        tx,
        "INSERT INTO series_slot (id, centre_no, vaccine, first_at, second_at, capacity, free)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        (
            id.0,
            centre_no,
            slot.vaccine.as_str(),
            ms(slot.first),
            second_at,
            slot.capacity,
        ),
    )?;
    Ok(id)
}

/// Puts doses of a delivery behind a slot of the same centre and vaccine.
fn allocate(
    tx: &Tx<'_>,
    slot: SeriesSlotId,
    delivery: DeliveryId,
    dose: u8,
    doses: u32,
) -> Result<(), Failure<ReleaseRefusal>> {
    let taken = execute(
        tx,
        "UPDATE delivery
         SET released_first = released_first + iif(?3 = 1, ?4, 0),
             released_second = released_second + iif(?3 = 2, ?4, 0)
         WHERE id = ?1 AND released_first + released_second + ?4 <= doses
           AND EXISTS (SELECT 1 FROM series_slot
                       WHERE id = ?2 AND centre_no = delivery.centre_no AND vaccine = delivery.vaccine)",
        (delivery.0, slot.0, dose, doses),
    )?;
    if taken != 1 {
        return Err(Failure::Refused(ReleaseRefusal::DeliveryExceeded(delivery)));
    }
    execute(
        tx,
        "INSERT INTO dose_allocation (slot, dose, delivery, doses) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (slot, dose, delivery) DO UPDATE SET doses = doses + excluded.doses",
        (slot.0, dose, delivery.0, doses),
    )?;
    Ok(())
}

/// See [`crate::Store::board`].
pub(super) fn board(connection: &Connection) -> rusqlite::Result<Vec<SeriesSlot>> {
    all(
        connection,
        "SELECT series_slot.id, centre.id, vaccine, first_at, second_at, capacity, free
         FROM series_slot JOIN centre ON centre.no = series_slot.centre_no ORDER BY series_slot.id",
        [],
        |row| {
            Ok(SeriesSlot {
                id: SeriesSlotId(row.get(0)?),
                centre: id(row, 1, CentreId::new)?,
                vaccine: id(row, 2, VaccineId::new)?,
                first: at(row, 3)?,
                second: maybe_at(row, 4)?,
                capacity: row.get(5)?,
                free: row.get(6)?,
            })
        },
    )
}

/// Gives back the places of `returned` and takes those of `wanted`, all or none. The slots are
/// touched in the order of their numbers, so that two exchanges can never wait for each other on an
/// engine that locks rows.
pub(super) fn exchange(
    tx: &Tx<'_>,
    returned: &[SeriesSlotId],
    wanted: &[SeriesSlotId],
) -> Result<(), Failure<Shortage>> {
    let changes = changes(returned, wanted);
    if changes.len() > 1 {
        // So that a refusal comes before anything was written, and the batch need not be run again.
        for &(slot, change) in changes.iter().filter(|(_, change)| *change < 0) {
            let enough = "SELECT free >= ?2 FROM series_slot WHERE id = ?1";
            match optional(tx, enough, (slot.0, -change), |row| row.get::<_, bool>(0))? {
                Some(true) => {}
                Some(false) => return Err(Failure::Refused(Shortage::JustWent)),
                None => return Err(Failure::Refused(Shortage::Unknown)),
            }
        }
    }
    for (slot, change) in changes {
        if change < 0 {
            take(tx, slot, -change)?;
        } else if change > 0 {
            give_back(tx, slot, change)?;
        }
    }
    Ok(())
}

fn take(tx: &Tx<'_>, slot: SeriesSlotId, places: i64) -> Result<(), Failure<Shortage>> {
    let touched = execute(
        tx,
        "UPDATE series_slot SET free = free - ?2 WHERE id = ?1 AND free >= ?2",
        (slot.0, places),
    )?;
    if touched == 1 {
        tx.board_changed();
        return Ok(());
    }
    let known = optional(tx, "SELECT 1 FROM series_slot WHERE id = ?1", [slot.0], |_| Ok(()))?;
    Err(Failure::Refused(if known.is_some() {
        Shortage::JustWent
    } else {
        Shortage::Unknown
    }))
}

fn give_back(tx: &Tx<'_>, slot: SeriesSlotId, places: i64) -> Result<(), Fault> {
    let touched = execute(
        tx,
        "UPDATE series_slot SET free = free + ?2 WHERE id = ?1 AND free + ?2 <= capacity",
        (slot.0, places),
    )?;
    expect_rows(touched, 1, "a slot whose place is given back")?;
    tx.board_changed();
    Ok(())
}
