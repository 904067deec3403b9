//! A release: the slots of weeks at once, worked out here and written as sets. One round trip for each of tens of
//! thousands of rows would hold the lock of all writers for minutes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dran_core::ids::{CentreId, DeliveryId, SeriesSlotId};

use super::rows::ms;
use super::session::Tx;
use super::sql::{Value, all, execute, expect_rows, get, maybe};
use crate::{Failure, Fault, NewRelease, NewSeriesSlot, ReleaseRefusal, ReleaseSummary};

/// Slots that are written with one statement.
const SLOTS_AT_ONCE: usize = 4096;

/// What makes a slot another one: centre, vaccine, first and second start.
type Key = (u16, String, i64, Option<i64>);

/// A delivery's doses, as far as a release may take them.
struct Stock {
    centre_no: u16,
    vaccine: String,
    left: u64,
    first: u64,
    second: u64,
}

/// What there is before the release, and what becomes of it.
#[derive(Default)]
struct Plan {
    /// Number and slots made of each centre.
    centres: HashMap<CentreId, (u16, u32)>,
    stock: BTreeMap<DeliveryId, Stock>,
    slots: HashMap<Key, SeriesSlotId>,
    /// Places that known slots get.
    grown: BTreeMap<SeriesSlotId, u32>,
    /// New slots with their places.
    made: BTreeMap<SeriesSlotId, (Key, u32)>,
    /// Doses by slot, dose and delivery.
    allocated: BTreeMap<(SeriesSlotId, u8, DeliveryId), u64>,
}

/// See [`crate::Store::release`].
pub(super) async fn release(tx: &Tx, new: &NewRelease) -> Result<ReleaseSummary, Failure<ReleaseRefusal>> {
    let mut plan = Plan::read(tx, new).await?;
    let mut summary = ReleaseSummary { slots: 0, series: 0 };
    for slot in &new.slots {
        plan.add(slot).map_err(Failure::Refused)?;
        summary.slots += 1;
        summary.series += u64::from(slot.capacity);
    }
    plan.write(tx).await?;
    if summary.slots > 0 {
        tx.board_changed();
    }
    Ok(summary)
}

impl Plan {
    async fn read(tx: &Tx, new: &NewRelease) -> Result<Self, Fault> {
        let mut plan = Self::default();
        let centres = all(tx, "SELECT id, no, slots_made FROM centre", &[], |row| {
            Ok((get::<String>(row, 0)?, (get(row, 1)?, get(row, 2)?)))
        });
        for (id, centre) in centres.await? {
            plan.centres.insert(CentreId::new(id), centre);
        }
        let of_slots = |slot: &NewSeriesSlot| Some(i64::from(plan.centres.get(&slot.centre)?.0));
        let wanted = each(new.slots.iter().filter_map(of_slots));
        let vaccines = each(new.slots.iter().map(|slot| Some(slot.vaccine.as_str())));
        let known = all(
            tx,
            "SELECT centre_no, vaccine, first_at, second_at, id FROM series_slot
             WHERE centre_no = ANY ($1::integer[]) AND vaccine = ANY ($2::text[])",
            &[Value::Ints(wanted), Value::Texts(vaccines)],
            |row| {
                let key = (get(row, 0)?, get(row, 1)?, get(row, 2)?, maybe(row, 3)?);
                Ok((key, SeriesSlotId(get(row, 4)?)))
            },
        )
        .await?;
        plan.slots = known.into_iter().collect();
        let deliveries = new
            .slots
            .iter()
            .flat_map(|slot| &slot.doses)
            .map(|(delivery, ..)| delivery.0);
        let stock = all(
            tx,
            "SELECT id, centre_no, vaccine, doses - released_first - released_second FROM delivery
             WHERE id = ANY ($1::bigint[])",
            &[Value::Ints(each(deliveries))],
            |row| {
                let stock = Stock {
                    centre_no: get(row, 1)?,
                    vaccine: get(row, 2)?,
                    left: get(row, 3)?,
                    first: 0,
                    second: 0,
                };
                Ok((DeliveryId(get(row, 0)?), stock))
            },
        )
        .await?;
        plan.stock = stock.into_iter().collect();
        Ok(plan)
    }

    /// Makes the slot, or lets the one that is there grow, and puts doses behind it.
    fn add(&mut self, slot: &NewSeriesSlot) -> Result<(), ReleaseRefusal> {
        let unknown = || ReleaseRefusal::UnknownCentre(slot.centre.clone());
        let (centre_no, slots_made) = self.centres.get_mut(&slot.centre).ok_or_else(unknown)?;
        let vaccine = slot.vaccine.as_str();
        let key = (*centre_no, vaccine.to_owned(), ms(slot.first), slot.second.map(ms));
        let id = match self.slots.get(&key) {
            Some(id) => *id,
            None => {
                *slots_made += 1;
                let id = SeriesSlotId::new(*centre_no, *slots_made);
                self.slots.insert(key.clone(), id);
                self.made.insert(id, (key, 0));
                id
            }
        };
        match self.made.get_mut(&id) {
            Some((_, places)) => *places += slot.capacity,
            None => *self.grown.entry(id).or_default() += slot.capacity,
        }
        let doses_of = |dose| {
            let of_dose = slot.doses.iter().filter(|of| of.1 == dose);
            of_dose.map(|of| u64::from(of.2)).sum::<u64>()
        };
        let second_wanted = if slot.second.is_some() { slot.capacity } else { 0 };
        if doses_of(1) != u64::from(slot.capacity) || doses_of(2) != u64::from(second_wanted) {
            return Err(ReleaseRefusal::DosesDoNotMatch(id));
        }
        for &(delivery, dose, doses) in &slot.doses {
            let stock = self.stock.get_mut(&delivery).filter(|stock| {
                stock.centre_no == *centre_no && stock.vaccine == vaccine && stock.left >= u64::from(doses)
            });
            let stock = stock.ok_or(ReleaseRefusal::DeliveryExceeded(delivery))?;
            stock.left -= u64::from(doses);
            *if dose == 1 { &mut stock.first } else { &mut stock.second } += u64::from(doses);
            *self.allocated.entry((id, dose, delivery)).or_default() += u64::from(doses);
        }
        Ok(())
    }

    async fn write(&self, tx: &Tx) -> Result<(), Fault> {
        let made: Vec<_> = self.made.iter().collect();
        for made in made.chunks(SLOTS_AT_ONCE) {
            let vaccines = made.iter().map(|(_, (key, _))| Some(key.1.as_str()));
            let slots = [
                ints(made, |(id, _)| id.0),
                ints(made, |(_, (key, _))| i64::from(key.0)),
                Value::Texts(vaccines.collect()),
                ints(made, |(_, (key, _))| key.2),
                Value::MaybeInts(made.iter().map(|(_, (key, _))| key.3).collect()),
                ints(made, |(_, (_, places))| i64::from(*places)),
            ];
            let inserted = execute(
                tx,
                "INSERT INTO series_slot (id, centre_no, vaccine, first_at, second_at, capacity, free)
                 SELECT made.*, places
                 FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
                     AS made (id, centre_no, vaccine, first_at, second_at, places)",
                &slots,
            )
            .await?;
            expect_rows(inserted, made.len(), "released slots")?;
        }
        let grown: Vec<_> = self.grown.iter().collect();
        for grown in grown.chunks(SLOTS_AT_ONCE) {
            let touched = execute(
                tx,
                "UPDATE series_slot SET capacity = capacity + places, free = free + places
                 FROM unnest($1::bigint[], $2::bigint[]) AS grown (slot, places) WHERE id = slot",
                &[
                    ints(grown, |(id, _)| id.0),
                    ints(grown, |(_, places)| i64::from(**places)),
                ],
            )
            .await?;
            expect_rows(touched, grown.len(), "slots that grow")?;
        }
        let centres: Vec<_> = self.centres.values().collect();
        execute(
            tx,
            "UPDATE centre SET slots_made = made FROM unnest($1::integer[], $2::bigint[]) AS counted (centre_no, made)
             WHERE no = centre_no AND slots_made <> made",
            &[
                ints(&centres, |centre| i64::from(centre.0)),
                ints(&centres, |centre| i64::from(centre.1)),
            ],
        )
        .await?;
        let stock: Vec<_> = self
            .stock
            .iter()
            .filter(|(_, stock)| stock.first + stock.second > 0)
            .collect();
        let touched = execute(
            tx,
            "UPDATE delivery SET released_first = released_first + first, released_second = released_second + second
             FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS released (delivery_id, first, second)
             WHERE id = delivery_id",
            &[
                ints(&stock, |(id, _)| id.0),
                ints(&stock, |(_, stock)| stock.first as i64),
                ints(&stock, |(_, stock)| stock.second as i64),
            ],
        )
        .await?;
        expect_rows(touched, stock.len(), "deliveries that are released")?;
        let allocated: Vec<_> = self.allocated.iter().collect();
        for allocated in allocated.chunks(SLOTS_AT_ONCE) {
            let touched = execute(
                tx,
                "INSERT INTO dose_allocation (slot, dose, delivery, doses)
                 SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[])
                 ON CONFLICT (slot, dose, delivery) DO UPDATE SET doses = dose_allocation.doses + excluded.doses",
                &[
                    ints(allocated, |((slot, ..), _)| slot.0),
                    ints(allocated, |((_, dose, _), _)| i64::from(*dose)),
                    ints(allocated, |((.., delivery), _)| delivery.0),
                    ints(allocated, |(_, doses)| **doses as i64),
                ],
            )
            .await?;
            expect_rows(touched, allocated.len(), "allocations of doses")?;
        }
        Ok(())
    }
}

/// Each value once.
fn each<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A column.
fn ints<'v, T>(rows: &[T], value: impl Fn(&T) -> i64) -> Value<'v> {
    Value::Ints(rows.iter().map(value).collect())
}
