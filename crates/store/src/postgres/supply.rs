//! Deliveries, releases, and the one place where a slot's free places change.

use dran_core::ids::{CentreId, DeliveryId, SeriesSlotId, VaccineId};
use dran_core::supply::SeriesSlot;

use super::campaigns::centre_no;
use super::rows::{at, day, id, maybe_at, ms};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, optional, params, returning};
pub(super) use crate::columns::Shortage;
use crate::columns::changes;
use crate::{Failure, Fault, NewDelivery, NewRelease, NewSeriesSlot, ReleaseRefusal, ReleaseSummary, StoredDelivery};

/// See [`crate::Store::add_deliveries`].
pub(super) async fn add_deliveries(tx: &Tx, deliveries: &[NewDelivery]) -> Result<u64, Fault> {
    let mut added = 0;
    for delivery in deliveries {
        let Some(centre_no) = centre_no(tx, &delivery.centre).await? else {
            return Err(Fault::Failed(format!(
                "the centre {} is not known to the store",
                delivery.centre
            )));
        };
        added += execute(
            tx,
            "INSERT INTO delivery (reference, centre_no, vaccine, day, doses) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (reference, centre_no, vaccine) DO NOTHING",
            params![
                &delivery.reference,
                centre_no,
                delivery.vaccine.as_str(),
                delivery.day.to_string(),
                delivery.doses,
            ],
        )
        .await? as u64;
    }
    Ok(added)
}

/// See [`crate::Store::deliveries`].
pub(super) async fn deliveries(tx: &Tx) -> Result<Vec<StoredDelivery>, Fault> {
    all(
        tx,
        "SELECT delivery.id, reference, centre.id, vaccine, day, doses, released_first, released_second
         FROM delivery JOIN centre ON centre.no = delivery.centre_no ORDER BY delivery.id",
        &[],
        |row| {
            Ok(StoredDelivery {
                id: DeliveryId(get(row, 0)?),
                delivery: NewDelivery {
                    reference: get(row, 1)?,
                    centre: id(row, 2, CentreId::new)?,
                    vaccine: id(row, 3, VaccineId::new)?,
                    day: day(row, 4)?,
                    doses: get(row, 5)?,
                },
                released_first: get(row, 6)?,
                released_second: get(row, 7)?,
            })
        },
    )
    .await
}

/// See [`crate::Store::release`].
pub(super) async fn release(tx: &Tx, new: &NewRelease) -> Result<ReleaseSummary, Failure<ReleaseRefusal>> {
    let mut summary = ReleaseSummary { slots: 0, series: 0 };
    for slot in &new.slots {
        let id = add_places(tx, slot).await?;
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
            allocate(tx, id, delivery, dose, doses).await?;
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
async fn add_places(tx: &Tx, slot: &NewSeriesSlot) -> Result<SeriesSlotId, Failure<ReleaseRefusal>> {
    let Some(centre_no) = centre_no(tx, &slot.centre).await? else {
        return Err(Failure::Refused(ReleaseRefusal::UnknownCentre(slot.centre.clone())));
    };
    let second_at = slot.second.map(ms);
    let grown: Option<i64> = returning(
        tx,
        "UPDATE series_slot SET capacity = capacity + $5, free = free + $5
         WHERE centre_no = $1 AND vaccine = $2 AND first_at = $3 AND coalesce(second_at, 0) = coalesce($4::bigint, 0)
         RETURNING id",
        params![
            centre_no,
            slot.vaccine.as_str(),
            ms(slot.first),
            second_at,
            slot.capacity,
        ],
        |row| get(row, 0),
    )
    .await?;
    if let Some(id) = grown {
        return Ok(SeriesSlotId(id));
    }
    let number: Option<u32> = returning(
        tx,
        "UPDATE centre SET slots_made = slots_made + 1 WHERE no = $1 RETURNING slots_made",
        params![centre_no],
        |row| get(row, 0),
    )
    .await?;
    let number = number.ok_or_else(|| Fault::Failed("a centre that was just there is gone".into()))?;
    let id = SeriesSlotId::new(centre_no, number);
    execute(
        tx,
        "INSERT INTO series_slot (id, centre_no, vaccine, first_at, second_at, capacity, free)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        params![
            id.0,
            centre_no,
            slot.vaccine.as_str(),
            ms(slot.first),
            second_at,
            slot.capacity,
        ],
    )
    .await?;
    Ok(id)
}

/// Puts doses of a delivery behind a slot of the same centre and vaccine.
async fn allocate(
    tx: &Tx,
    slot: SeriesSlotId,
    delivery: DeliveryId,
    dose: u8,
    doses: u32,
) -> Result<(), Failure<ReleaseRefusal>> {
    let taken = execute(
        tx,
        "UPDATE delivery
         SET released_first = released_first + CASE $3::bigint WHEN 1 THEN $4::bigint ELSE 0 END,
             released_second = released_second + CASE $3::bigint WHEN 2 THEN $4::bigint ELSE 0 END
         WHERE id = $1 AND released_first + released_second + $4 <= doses
           AND EXISTS (SELECT 1 FROM series_slot
                       WHERE id = $2 AND centre_no = delivery.centre_no AND vaccine = delivery.vaccine)",
        params![delivery.0, slot.0, dose, doses],
    )
    .await?;
    if taken != 1 {
        return Err(Failure::Refused(ReleaseRefusal::DeliveryExceeded(delivery)));
    }
    execute(
        tx,
        "INSERT INTO dose_allocation (slot, dose, delivery, doses) VALUES ($1, $2, $3, $4)
         ON CONFLICT (slot, dose, delivery) DO UPDATE SET doses = dose_allocation.doses + excluded.doses",
        params![slot.0, dose, delivery.0, doses],
    )
    .await?;
    Ok(())
}

/// See [`crate::Store::board`].
pub(super) async fn board(tx: &Tx) -> Result<Vec<SeriesSlot>, Fault> {
    all(
        tx,
        "SELECT series_slot.id, centre.id, vaccine, first_at, second_at, capacity, free
         FROM series_slot JOIN centre ON centre.no = series_slot.centre_no ORDER BY series_slot.id",
        &[],
        |row| {
            Ok(SeriesSlot {
                id: SeriesSlotId(get(row, 0)?),
                centre: id(row, 1, CentreId::new)?,
                vaccine: id(row, 2, VaccineId::new)?,
                first: at(row, 3)?,
                second: maybe_at(row, 4)?,
                capacity: get(row, 5)?,
                free: get(row, 6)?,
            })
        },
    )
    .await
}

/// Gives back the places of `returned` and takes those of `wanted`, all or none. The slots are
/// touched in the order of their numbers, so that two exchanges can never wait for each other on an
/// engine that locks rows.
pub(super) async fn exchange(
    tx: &Tx,
    returned: &[SeriesSlotId],
    wanted: &[SeriesSlotId],
) -> Result<(), Failure<Shortage>> {
    for (slot, change) in changes(returned, wanted) {
        if change < 0 {
            take(tx, slot, -change).await?;
        } else if change > 0 {
            give_back(tx, slot, change).await?;
        }
    }
    Ok(())
}

async fn take(tx: &Tx, slot: SeriesSlotId, places: i64) -> Result<(), Failure<Shortage>> {
    let touched = execute(
        tx,
        "UPDATE series_slot SET free = free - $2 WHERE id = $1 AND free >= $2",
        params![slot.0, places],
    )
    .await?;
    if touched == 1 {
        tx.board_changed();
        return Ok(());
    }
    let known = optional(tx, "SELECT 1 FROM series_slot WHERE id = $1", params![slot.0], |_| {
        Ok(())
    })
    .await?;
    Err(Failure::Refused(if known.is_some() {
        Shortage::JustWent
    } else {
        Shortage::Unknown
    }))
}

async fn give_back(tx: &Tx, slot: SeriesSlotId, places: i64) -> Result<(), Fault> {
    let touched = execute(
        tx,
        "UPDATE series_slot SET free = free + $2 WHERE id = $1 AND free + $2 <= capacity",
        params![slot.0, places],
    )
    .await?;
    expect_rows(touched, 1, "a slot whose place is given back")?;
    tx.board_changed();
    Ok(())
}
