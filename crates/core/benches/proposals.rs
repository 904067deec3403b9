//! What proposals cost over the 60,000 series of Hessen's first opening, beside looking at every slot once.
//!
//! Prints one JSON object a line. Nothing is asserted: it measures.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use dran_core::ids::{CentreId, DeliveryId, Party, SeriesSlotId, VaccineId};
use dran_core::region::Region;
use dran_core::supply::{
    AllowedDays, Asked, Board, CentrePlan, HoldBack, Lot, PartOfDay, Preferences, SeriesSlot, parse_csv_for, plan,
    propose,
};
use jiff::Timestamp;
use jiff::civil::date;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Calls in one run: some milliseconds.
const CALLS: u32 = 2_000;
/// Each figure is the median of so many runs, both in turn.
const RUNS: usize = 15;
/// How many parties are booking in the pool.
const CROWD: u32 = 500;

fn main() -> Outcome<()> {
    let region = Region::parse(include_str!("../../../regions/hessen.toml")).map_err(|found| found[0].to_string())?;
    let released = released(&region)?;
    let days = date(2021, 1, 19)..=date(2021, 2, 5);
    let allowed = [AllowedDays {
        vaccine: VaccineId::new("biontech"),
        days,
    }];
    let anything = Preferences::default();
    let mornings = Preferences {
        part_of_day: Some(PartOfDay::Morning),
        ..Preferences::default()
    };
    for (name, party, preferences, left) in [
        ("all_free", Party::One, &anything, 1),
        ("all_free_couple", Party::Couple, &anything, 1),
        ("all_free_mornings", Party::One, &mornings, 1),
        ("one_slot_in_a_hundred_free", Party::One, &anything, 100),
        ("one_slot_in_a_hundred_free_couple", Party::Couple, &mornings, 100),
    ] {
        let slots = released.iter().zip(0_usize..).map(|(slot, number)| SeriesSlot {
            free: if number % left == 0 { slot.capacity } else { 0 },
            ..slot.clone()
        });
        let board = Board::new(slots.collect(), region.time_zone.clone());
        measure(name, &board, party, preferences, &allowed);
    }
    Ok(())
}

fn measure(name: &str, board: &Board, party: Party, preferences: &Preferences, allowed: &[AllowedDays]) {
    let centres = [CentreId::new("frankfurt")];
    let (mut proposals, mut scans) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        proposals.push(nanoseconds(|call| {
            let asked = Asked {
                centres: &centres,
                party,
                preferences,
                allowed,
                after: Timestamp::UNIX_EPOCH,
                crowd: CROWD,
                seed: u64::from(call),
            };
            black_box(propose(black_box(board), &asked));
        }));
        scans.push(nanoseconds(|_| {
            let fits = board
                .slots()
                .iter()
                .filter(|slot| slot.free > 0 && slot.centre == centres[0]);
            black_box(fits.map(|slot| u64::from(slot.free)).sum::<u64>());
        }));
    }
    let (proposal, scan) = (median(proposals), median(scans));
    println!(
        "{{\"name\":\"proposals_{name}\",\"value\":{proposal:.0},\"unit\":\"ns\",\
         \"yardstick\":\"looking at each of {} slots\",\"yardstick_value\":{scan:.0},\"ratio\":{:.3}}}",
        board.slots().len(),
        proposal / scan
    );
}

/// Everything that the shipped deliveries come to.
fn released(region: &Region) -> Outcome<Vec<SeriesSlot>> {
    let deliveries = include_str!("../../../scenarios/hessen-2021-01-12.deliveries.csv");
    let lines = parse_csv_for(deliveries, region).map_err(|problems| problems[0].to_string())?;
    let vaccine = region.vaccine(&VaccineId::new("biontech")).ok_or("the vaccine")?;
    let mut slots = Vec::new();
    for (centre, number) in region.centres.iter().zip(1_u16..) {
        let of_centre = (1..).zip(&lines).filter(|(_, line)| line.centre == centre.id);
        let lots = of_centre.map(|(id, line)| Lot {
            delivery: DeliveryId(id),
            day: line.day,
            doses_left: line.doses,
        });
        let planned = plan(CentrePlan {
            centre,
            vaccine,
            lots: lots.collect(),
            taken: BTreeMap::new(),
            first_days: date(2021, 1, 19)..=date(2021, 2, 5),
            hold_back: HoldBack::ALL,
            time_zone: &region.time_zone,
        })?;
        slots.extend((1_u32..).zip(planned.slots).map(|(of_centre, slot)| SeriesSlot {
            id: SeriesSlotId::new(number, of_centre),
            centre: centre.id.clone(),
            vaccine: vaccine.id.clone(),
            first: slot.first,
            second: slot.second,
            capacity: slot.capacity,
            free: slot.capacity,
        }));
    }
    Ok(slots)
}

/// The time of one call.
fn nanoseconds(mut call: impl FnMut(u32)) -> f64 {
    #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
    let start = Instant::now();
    for number in 0..CALLS {
        call(number);
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
