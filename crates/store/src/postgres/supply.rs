//! Deliveries, and the one place where a slot's free places change.

use dran_core::ids::{CentreId, DeliveryId, SeriesSlotId, VaccineId};
use dran_core::supply::SeriesSlot;

use super::campaigns::centre_no;
use super::rows::{at, day, id, maybe_at};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, optional, params};
pub(super) use crate::columns::Shortage;
use crate::columns::changes;
use crate::{Failure, Fault, NewDelivery, StoredDelivery};

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
