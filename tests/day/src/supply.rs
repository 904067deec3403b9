//! Deliveries and releases of the day, and who looks at the board.

use dran_core::ids::{CentreId, DeliveryId, SeriesSlotId, VaccineId};
use dran_core::supply::SeriesSlot;
use dran_store::{NewDelivery, NewRelease, NewSeriesSlot, StoredDelivery};
use jiff::civil::date;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::world::{CENTRES, LINES, moment, second};

/// The vaccines, with the days to the second dose.
const VACCINES: [(&str, Option<i64>); 3] = [("biontech", Some(21)), ("moderna", Some(28)), ("janssen", None)];

/// Series in a slot at most.
const CAPACITY_MAX: u32 = 60;

/// The time of a slot that refused releases would let grow.
const GROWING: i64 = 5000;

/// The first slots of the board, which everybody wants.
const HOT_SLOTS: usize = 4;

/// A delivery of each vaccine for each centre.
pub fn deliveries(doses: u32) -> Vec<NewDelivery> {
    let of_centre = |centre: &'static str| {
        VACCINES.iter().map(move |(vaccine, _)| NewDelivery {
            reference: format!("LS-{centre}-{vaccine}"),
            centre: CentreId::new(centre),
            vaccine: VaccineId::new(*vaccine),
            day: date(2021, 1, 12),
            doses,
        })
    };
    CENTRES.into_iter().flat_map(of_centre).collect()
}

/// A release of about so many series.
pub fn release(stored: &[StoredDelivery], series: u32, at: i64, rng: &mut StdRng) -> NewRelease {
    let mut slots = Vec::new();
    let mut made = 0;
    while made < series {
        let delivery = &stored[rng.random_range(0..stored.len())];
        let capacity = rng.random_range(1..=CAPACITY_MAX);
        slots.push(slot(delivery, capacity, rng.random_range(0..2000)));
        made += capacity;
    }
    NewRelease { at: moment(at), slots }
}

/// A release that stands, and some that a rule refuses: too many doses, no such centre, doses that do not match.
pub fn impossible(stored: &[StoredDelivery], at: i64) -> [NewRelease; 5] {
    let good = || slot(&stored[0], 10, GROWING);
    let too_many = slot(&stored[0], 1_000_000_000, 5001);
    let nowhere = NewSeriesSlot {
        centre: CentreId::new("atlantis"),
        ..slot(&stored[0], 1, 5002)
    };
    let unmatched = NewSeriesSlot {
        doses: vec![(stored[0].id, 1, 9)],
        ..good()
    };
    let refused = |slots| NewRelease { at: moment(at), slots };
    [
        // What is there already, and would grow.
        refused(vec![good()]),
        refused(vec![unmatched.clone()]),
        refused(vec![good(), too_many]),
        refused(vec![good(), nowhere]),
        refused(vec![good(), unmatched]),
    ]
}

fn slot(delivery: &StoredDelivery, capacity: u32, time: i64) -> NewSeriesSlot {
    let of = &delivery.delivery;
    let days = VACCINES.iter().find(|(vaccine, _)| *vaccine == of.vaccine.as_str());
    let second_after = days.and_then(|(_, days)| *days);
    let first_s = 7 * 86_400 + time * 300;
    let doses = |dose| (delivery.id, dose, capacity);
    NewSeriesSlot {
        centre: of.centre.clone(),
        vaccine: of.vaccine.clone(),
        first: second(first_s),
        second: second_after.map(|days| second(first_s + days * 86_400)),
        doses: std::iter::once(doses(1))
            .chain(second_after.map(|_| doses(2)))
            .collect(),
        capacity,
    }
}

/// A delivery that nobody has booked in.
pub const NO_DELIVERY: DeliveryId = DeliveryId(999_999);

/// What visitors see: the board as it was at the beginning of the round.
#[derive(Default)]
pub struct Board {
    slots: Vec<SeriesSlot>,
    /// Slots of each line with free places, the soonest first.
    of_line: Vec<Vec<usize>>,
}

impl Board {
    /// Sorts a board by lines.
    pub fn new(slots: Vec<SeriesSlot>) -> Self {
        let of_line = |centres: &[&str]| {
            let offered = |at: &usize| slots[*at].free > 0 && centres.contains(&slots[*at].centre.as_str());
            let mut of_line: Vec<usize> = (0..slots.len()).filter(offered).collect();
            of_line.sort_by_key(|at| (slots[*at].first, slots[*at].id));
            of_line
        };
        Self {
            of_line: LINES.iter().map(|(_, centres, _)| of_line(centres)).collect(),
            slots,
        }
    }

    /// What a visitor of a line reaches for: often what everybody wants, now and then what is gone.
    pub fn choose(&self, line: usize, rng: &mut StdRng) -> Option<SeriesSlotId> {
        if rng.random_bool(0.02) {
            return self.any(rng);
        }
        let offered = self.of_line.get(line)?;
        let window = if rng.random_bool(0.5) { HOT_SLOTS } else { offered.len() };
        let window = window.min(offered.len());
        (window > 0).then(|| self.slots[offered[rng.random_range(0..window)]].id)
    }

    /// Any slot, free or not, here or elsewhere.
    pub fn any(&self, rng: &mut StdRng) -> Option<SeriesSlotId> {
        (!self.slots.is_empty()).then(|| self.slots[rng.random_range(0..self.slots.len())].id)
    }
}
