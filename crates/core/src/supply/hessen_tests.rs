//! The supply of Hessen on 12 January 2021: the files this project ships release exactly 60,000
//! series.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::*;
use crate::ids::DeliveryId;
use crate::region::Region;

const REGION: &str = include_str!("../../../../regions/hessen.toml");
const DELIVERIES: &str = include_str!("../../../../scenarios/hessen-2021-01-12.deliveries.csv");

/// The six centres that opened on 19 January.
const REGIONAL: [&str; 6] = [
    "darmstadt",
    "frankfurt",
    "fulda",
    "giessen",
    "kassel-stadt",
    "wiesbaden",
];

fn region() -> Result<Region, String> {
    Region::parse(REGION).map_err(|problems| problems.iter().map(|problem| format!("{problem}\n")).collect())
}

fn deliveries(text: &str) -> Result<Vec<DeliveryLine>, String> {
    parse_csv_for(text, &region()?).map_err(|problems| problems.iter().map(|problem| format!("{problem}\n")).collect())
}

#[test]
fn the_deliveries_are_those_of_the_three_weeks() -> Result<(), String> {
    let mut weeks: BTreeMap<Date, u32> = BTreeMap::new();
    for line in deliveries(DELIVERIES)? {
        *weeks.entry(line.day).or_default() += line.doses;
        assert!(REGIONAL.contains(&line.centre.as_str()));
    }
    let expected = [
        (date(2021, 1, 18), 49_000),
        (date(2021, 1, 25), 49_000),
        (date(2021, 2, 1), 22_000),
    ];
    assert_eq!(weeks.into_iter().collect::<Vec<_>>(), expected);
    Ok(())
}

#[test]
fn their_release_gives_exactly_60_000_series_in_the_six_regional_centres() -> Result<(), String> {
    let region = region()?;
    let mut series = BTreeMap::new();
    let mut days: BTreeMap<Date, u64> = BTreeMap::new();
    let lines = deliveries(DELIVERIES)?;
    for centre in &region.centres {
        let of_centre = (1..).zip(&lines).filter(|(_, line)| line.centre == centre.id);
        let lot = |(id, line): (i64, &DeliveryLine)| Lot {
            delivery: DeliveryId(id),
            day: line.day,
            doses_left: line.doses,
        };
        let lots: Vec<Lot> = of_centre.map(lot).collect();
        let released = plan(CentrePlan {
            centre,
            vaccine: region.vaccine(&VaccineId::new("biontech")).ok_or("no biontech")?,
            lots,
            taken: BTreeMap::new(),
            first_days: date(2021, 1, 19)..=date(2021, 2, 5),
            hold_back: HoldBack::ALL,
            time_zone: &region.time_zone,
        })
        .map_err(|refusal| refusal.to_string())?;
        assert_eq!(
            (released.left_over.doses, released.left_over.no_lane),
            (0, 0),
            "{}",
            centre.id
        );
        for slot in &released.slots {
            let day_of = |start| region.time_zone.to_datetime(start).date();
            let first_day = day_of(slot.first);
            *days.entry(first_day).or_default() += u64::from(slot.capacity);
            assert_eq!(
                slot.second.map(|second| (day_of(second) - first_day).get_days()),
                Some(21)
            );
        }
        if released.series() > 0 {
            series.insert(centre.id.as_str(), released.series());
        }
    }
    assert_eq!(series.values().sum::<u64>(), 60_000);
    assert_eq!(series.keys().copied().collect::<Vec<_>>(), REGIONAL);
    assert_eq!(days.keys().min(), Some(&date(2021, 1, 19)));
    assert_eq!(days.keys().max(), Some(&date(2021, 2, 5)));
    assert_eq!(days.len(), 18, "every day has appointments");
    Ok(())
}

#[test]
fn a_centre_or_vaccine_that_the_region_does_not_have_is_told_with_the_one_meant() {
    let text = "reference,centre,vaccine,day,doses\na,kassel,bionteck,2021-01-18,5\nb,kassel-stad,mRNA,2021-01-18,5\n";
    let problems = deliveries(text).err().unwrap_or_default();
    let lines: Vec<&str> = problems.lines().collect();
    assert_eq!(lines.len(), 4, "{problems}");
    assert!(
        lines[0].starts_with("line 2: the region has no centre `kassel`; write one of bergstrasse, "),
        "{}",
        lines[0]
    );
    assert_eq!(lines[1], "line 2: the region has no vaccine `bionteck`; write biontech");
    assert_eq!(
        lines[2],
        "line 3: the region has no centre `kassel-stad`; write kassel-stadt"
    );
    assert!(
        lines[3].starts_with("line 3: the region has no vaccine `mrna`; write one of biontech, "),
        "{}",
        lines[3]
    );
}
