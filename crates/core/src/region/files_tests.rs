//! The region files that come with dran.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::campaign::pools;
use crate::ids::{CentreId, DistrictId, GroupId, VaccineId};

const HESSEN: &str = include_str!("../../../../regions/hessen.toml");
const WESTFALEN_LIPPE: &str = include_str!("../../../../regions/westfalen-lippe.toml");

/// The centres that opened first in Hessen, on 19 January 2021.
const REGIONAL: [&str; 6] = [
    "darmstadt",
    "wiesbaden",
    "frankfurt",
    "giessen",
    "fulda",
    "kassel-stadt",
];

fn region(text: &str) -> Region {
    Region::parse(text).unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
}

fn centre_ids(names: &[&str]) -> Vec<CentreId> {
    names.iter().map(|name| CentreId::new(*name)).collect()
}

#[test]
fn hessen_has_its_28_centres_and_26_districts() {
    let hessen = region(HESSEN);
    assert_eq!((hessen.centres.len(), hessen.districts.len()), (28, 26));
    assert_eq!(hessen.time_zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(
        hessen.languages.iter().map(|l| l.as_str()).collect::<Vec<_>>(),
        ["de", "en"]
    );
    assert_eq!(hessen.hotline.numbers[1].shown, "0611 505 92 888");
    let first_day: BTreeSet<&str> = hessen
        .centres
        .iter()
        .filter(|c| c.is_open_on(date(2021, 1, 19)))
        .map(|c| c.id.as_str())
        .collect();
    assert_eq!(first_day, REGIONAL.into_iter().collect());
    assert!(hessen.centres.iter().all(|centre| centre.is_open_on(date(2021, 2, 9))));
    assert!(
        hessen
            .centres
            .iter()
            .all(|centre| centre.address.is_some() && centre.position.is_some())
    );
    let people: u32 = hessen
        .districts
        .iter()
        .map(|district| district.population_thousand)
        .sum();
    assert_eq!(people, 6293);
}

#[test]
fn the_six_regional_centres_can_take_the_60_000_series_of_12_january() {
    let hessen = region(HESSEN);
    let mut places = 0;
    for centre in hessen.centres.iter().filter(|c| c.open_from == date(2021, 1, 19)) {
        for day in date(2021, 1, 19)
            .series(jiff::ToSpan::days(1))
            .take_while(|day| *day <= date(2021, 2, 5))
        {
            for (opens, closes) in centre.hours_on(day) {
                let slots = opens.duration_until(closes).as_mins() / i64::from(centre.slot_minutes);
                places += slots * i64::from(centre.places_per_slot());
            }
        }
    }
    assert_eq!(places, 108_864);
}

#[test]
fn on_12_january_everybody_in_hessen_stands_in_one_of_six_lines() {
    let hessen = region(HESSEN);
    let pools = pools(&hessen, &centre_ids(&REGIONAL)).unwrap_or_else(|error| panic!("{error}"));
    let mut names: Vec<&str> = pools.iter().map(|pool| pool.id.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "darmstadt",
            "frankfurt",
            "fulda",
            "giessen",
            "kassel-stadt",
            "wiesbaden"
        ]
    );
    assert_eq!(pools.iter().map(|pool| pool.districts.len()).sum::<usize>(), 26);
    let marburg = DistrictId::new("06534");
    assert!(
        pools
            .iter()
            .any(|pool| pool.id.as_str() == "giessen" && pool.districts.contains(&marburg))
    );
}

#[test]
fn on_3_february_every_district_of_hessen_has_its_own_line() {
    let hessen = region(HESSEN);
    let all: Vec<CentreId> = hessen.centres.iter().map(|centre| centre.id.clone()).collect();
    let pools = pools(&hessen, &all).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(pools.len(), 26);
    let two: Vec<&str> = pools
        .iter()
        .filter(|pool| pool.centres.len() == 2)
        .map(|pool| pool.id.as_str())
        .collect();
    assert_eq!(two, ["pfungstadt", "hanau"]);
}

#[test]
fn the_rules_of_the_vaccines_follow_their_dates() {
    let hessen = region(HESSEN);
    let window = |vaccine: &str, first| {
        let rule = hessen
            .vaccine(&VaccineId::new(vaccine))
            .and_then(|vaccine| vaccine.rule_on(first));
        rule.map(|rule| rule.window(first))
    };
    assert_eq!(
        window("biontech", date(2021, 1, 19)),
        Some((date(2021, 2, 9), date(2021, 3, 2)))
    );
    assert_eq!(
        window("moderna", date(2021, 3, 31)),
        Some((date(2021, 4, 28), date(2021, 5, 12)))
    );
    assert_eq!(
        window("biontech", date(2021, 4, 1)),
        Some((date(2021, 5, 13), date(2021, 5, 13)))
    );
    assert_eq!(
        window("astrazeneca", date(2021, 2, 9)),
        Some((date(2021, 4, 13), date(2021, 5, 4)))
    );
    assert_eq!(window("astrazeneca", date(2021, 1, 19)), None);
    let astrazeneca = hessen.vaccine(&VaccineId::new("astrazeneca"));
    let fits = |first, born| {
        astrazeneca
            .and_then(|v| v.rule_on(first))
            .map(|rule| rule.fits_age(born, first))
    };
    let (march, april) = (date(2021, 3, 31), date(2021, 4, 1));
    assert_eq!(fits(march, date(1956, 4, 1)), Some(true));
    assert_eq!(fits(march, date(1956, 3, 31)), Some(false));
    assert_eq!(fits(april, date(1961, 4, 1)), Some(true));
    assert_eq!(fits(april, date(1961, 4, 2)), Some(false));
}

#[test]
fn people_of_80_are_entitled_in_hessen_on_12_january_and_people_of_70_on_23_february() {
    let hessen = region(HESSEN);
    let entitles = |group: &str, born, on| hessen.group(&GroupId::new(group)).map(|group| group.entitles(born, on));
    let opening = date(2021, 1, 12);
    assert_eq!(entitles("ab-80", date(1941, 1, 12), opening), Some(Ok(())));
    assert_eq!(
        entitles("ab-80", date(1941, 1, 13), opening),
        Some(Err(NotEntitled::TooYoung { age_min: 80 }))
    );
    let later = NotEntitled::NotYet {
        from: date(2021, 2, 23),
    };
    assert_eq!(entitles("ab-70", date(1950, 1, 1), opening), Some(Err(later)));
    assert_eq!(entitles("ab-70", date(1950, 1, 1), date(2021, 2, 23)), Some(Ok(())));
    assert_eq!(entitles("pflegeheim", date(1990, 1, 1), opening), Some(Ok(())));
}

#[test]
fn a_postcode_that_no_district_of_hessen_lists_belongs_to_none() {
    let hessen = region(HESSEN);
    let districts = |code: &str| -> Vec<String> {
        let code = Postcode::parse(code).unwrap_or_else(|error| panic!("{error}"));
        hessen
            .districts_of(&code)
            .into_iter()
            .map(|district| district.name.clone())
            .collect()
    };
    assert_eq!(districts("34121"), ["Kassel"]);
    assert!(districts("10115").is_empty());
}

#[test]
fn nothing_of_hessen_is_needed_to_serve_westfalen_lippe() {
    let region = region(WESTFALEN_LIPPE);
    assert_eq!((region.centres.len(), region.districts.len()), (27, 27));
    assert!(
        region
            .centres
            .iter()
            .all(|centre| centre.address.is_none() && centre.is_open_on(date(2021, 2, 8)))
    );
    let all: Vec<CentreId> = region.centres.iter().map(|centre| centre.id.clone()).collect();
    let pools = pools(&region, &all).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(pools.len(), 27);
    assert!(
        pools
            .iter()
            .all(|pool| pool.centres.len() == 1 && pool.districts.len() == 1)
    );
    // Nordrhein-Westfalen went to twelve weeks a month before the others.
    let first = date(2021, 3, 1);
    let rule = region
        .vaccine(&VaccineId::new("astrazeneca"))
        .and_then(|vaccine| vaccine.rule_on(first));
    assert_eq!(rule.map(|rule| rule.interval_days_min), Some(84));
}

#[test]
fn the_planners_document_explains_every_key_and_section_of_the_files() {
    let document = include_str!("../../../../docs/region-file.md");
    let written = HESSEN.lines().filter_map(|line| {
        let key = line
            .split_once(" = ")
            .map(|(key, _)| key.split('.').next().unwrap_or(key));
        key.or_else(|| line.starts_with('[').then_some(line))
            .filter(|key| !key.starts_with(['#', ' ']))
    });
    let unexplained: BTreeSet<&str> = written.filter(|key| !document.contains(&format!("`{key}`"))).collect();
    assert_eq!(unexplained, BTreeSet::new());
}
