//! Reads the centres and districts of a region file and checks that they fit together.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::diagnostics::Log;
use super::fields::{Fields, Key, Reading};
use super::parse::{HOURS, Known, opening_hours};
use super::{Address, Centre, District, OpeningHours, Position, values};
use crate::ids::{CentreId, DistrictId};

const ID: Key = Key {
    name: "id",
    example: r#"id = "kassel-stadt""#,
};
const NAME: Key = Key {
    name: "name",
    example: r#"name = "Impfzentrum Stadt Kassel""#,
};
const DISTRICT: Key = Key {
    name: "district",
    example: r#"district = "06611""#,
};
const ADDRESS: Key = Key {
    name: "address",
    example: r#"address = { street = "Damaschkestraße 25", postcode = "34121", city = "Kassel" }"#,
};
const STREET: Key = Key {
    name: "street",
    example: r#"street = "Damaschkestraße 25""#,
};
const POSTCODE: Key = Key {
    name: "postcode",
    example: r#"postcode = "34121""#,
};
const CITY: Key = Key {
    name: "city",
    example: r#"city = "Kassel""#,
};
const POSITION: Key = Key {
    name: "position",
    example: "position = { latitude = 51.2969, longitude = 9.4845 }",
};
const LATITUDE: Key = Key {
    name: "latitude",
    example: "latitude = 51.2969",
};
const LONGITUDE: Key = Key {
    name: "longitude",
    example: "longitude = 9.4845",
};
const OPEN_FROM: Key = Key {
    name: "open_from",
    example: "open_from = 2021-01-19",
};
const LANES: Key = Key {
    name: "lanes",
    example: "lanes = 10",
};
const MINUTES_PER_LANE: Key = Key {
    name: "minutes_per_lane",
    example: "minutes_per_lane = 5",
};
const SLOT_MINUTES: Key = Key {
    name: "slot_minutes",
    example: "slot_minutes = 15",
};
const CLOSED_ON: Key = Key {
    name: "closed_on",
    example: "closed_on = [2021-04-04]",
};
const WHEELCHAIR: Key = Key {
    name: "wheelchair",
    example: "wheelchair = true",
};

/// More lanes than the largest hall has: a higher number is a slip.
const LANES_MAX: i64 = 500;

/// The longest a vaccination or a slot may take, in minutes: a day of work.
const MINUTES_MAX: i64 = 720;

/// More people, in thousands, than any district has.
const POPULATION_THOUSAND_MAX: i64 = 20_000;

/// Keys that a centre may leave to `[centre_defaults]`.
const SHARED: [&Key; 7] = [
    &OPEN_FROM,
    &HOURS,
    &LANES,
    &MINUTES_PER_LANE,
    &SLOT_MINUTES,
    &CLOSED_ON,
    &WHEELCHAIR,
];

const DISTRICT_ID: Key = Key {
    name: "id",
    example: r#"id = "06611""#,
};
const DISTRICT_NAME: Key = Key {
    name: "name",
    example: r#"name = "Kassel""#,
};
const POSTCODES: Key = Key {
    name: "postcodes",
    example: r#"postcodes = ["34117", "34119"]"#,
};
const CENTRES: Key = Key {
    name: "centres",
    example: r#"centres = ["kassel-stadt"]"#,
};
const REGIONAL: Key = Key {
    name: "regional",
    example: r#"regional = ["kassel-stadt"]"#,
};
const POPULATION: Key = Key {
    name: "population_thousand",
    example: "population_thousand = 201",
};

/// The tables of a section with their places.
pub(super) type Tables<'a, 'i> = [(&'a DeTable<'i>, Range<usize>)];

/// Names a table by its id where it has one, else by its number in the section.
pub(super) fn name_of(table: &DeTable<'_>, thing: &str, index: usize) -> String {
    match table.get("id").and_then(|node| node.get_ref().as_str()) {
        Some(id) => format!("{thing} {id:?}"),
        None => format!("{thing} number {}", index + 1),
    }
}

/// Reports an id that an earlier table of the section has.
pub(super) fn check_unique_id<'a>(
    log: &mut Log<'_>,
    fields: &Fields<'a, '_>,
    key: &Key,
    seen: &mut BTreeMap<&'a str, usize>,
) {
    let Some(node) = fields.node(key) else { return };
    let Some(id) = node.get_ref().as_str() else { return };
    match seen.get(id) {
        Some(line) => {
            let instead = format!("another id, or delete one of the two (line {line})");
            log.report(&node.span(), format!("the id {id:?} is taken"), instead);
        }
        None => drop(seen.insert(id, log.line(node.span().start))),
    }
}

/// Reads `[[centres]]`; wrong ones are reported and left out.
pub(super) fn centres(
    log: &mut Log<'_>,
    tables: &Tables<'_, '_>,
    defaults: Option<(&DeTable<'_>, Range<usize>)>,
    known: &Known,
) -> Vec<Centre> {
    if let Some((table, span)) = defaults.clone() {
        // Read for what may be wrong with it, even where every centre has values of its own.
        let fields = Fields::open(log, table, span, "[centre_defaults]".to_owned(), &SHARED).all_optional();
        let _ = working(log, &fields);
    }
    let defaults = defaults.map(|(table, _)| table);
    let keys = [&[&ID, &NAME, &DISTRICT, &ADDRESS, &POSITION], &SHARED[..]].concat();
    let mut seen = BTreeMap::new();
    let mut centres = Vec::new();
    for (index, (table, span)) in tables.iter().enumerate() {
        let fields = Fields::open(log, table, span.clone(), name_of(table, "centre", index), &keys);
        check_unique_id(log, &fields, &ID, &mut seen);
        centres.extend(centre(log, &fields.or_from(defaults), known));
    }
    centres
}

fn centre(log: &mut Log<'_>, fields: &Fields<'_, '_>, known: &Known) -> Option<Centre> {
    let id = fields.required(log, &ID, values::id);
    let name = fields.required(log, &NAME, values::text);
    let district = fields.required(log, &DISTRICT, values::reference("district", &known.districts));
    let address = fields
        .table(log, &ADDRESS)
        .and_then(|(table, span)| address(log, table, span, &fields.of));
    let position = fields
        .table(log, &POSITION)
        .and_then(|(table, span)| position(log, table, span, &fields.of));
    let working = working(log, fields);
    if let Some(id) = id.as_ref().filter(|id| !known.serving_centres.contains(id)) {
        // Nobody could ever be booked there: most likely a district was forgotten.
        let instead = format!("`centres = [{id:?}]` in the district it serves");
        fields.report(log, &ID, "is named by no district", instead);
    }
    let centre = Centre {
        id: CentreId::new(id?),
        name: name?,
        district: DistrictId::new(district?),
        address,
        position,
        open_from: working.open_from?,
        hours: working.hours,
        lanes: working.lanes?,
        minutes_per_lane: working.minutes_per_lane?,
        slot_minutes: working.slot_minutes?,
        closed_on: working.closed_on,
        wheelchair: working.wheelchair?,
    };
    check_slots(log, fields, &centre);
    Some(centre)
}

/// What centres have in common or each for itself: when and how much they work.
struct Working {
    open_from: Option<Date>,
    hours: Vec<OpeningHours>,
    lanes: Option<u16>,
    minutes_per_lane: Option<u16>,
    slot_minutes: Option<u16>,
    closed_on: Vec<Date>,
    wheelchair: Option<bool>,
}

fn working(log: &mut Log<'_>, fields: &Fields<'_, '_>) -> Working {
    Working {
        open_from: fields.required(log, &OPEN_FROM, values::date),
        hours: opening_hours(log, fields),
        lanes: fields.required(log, &LANES, values::number(1..=LANES_MAX)),
        minutes_per_lane: fields.required(log, &MINUTES_PER_LANE, values::number(1..=MINUTES_MAX)),
        slot_minutes: fields.required(log, &SLOT_MINUTES, values::number(1..=MINUTES_MAX)),
        closed_on: closed_on(log, fields),
        wheelchair: fields.required(log, &WHEELCHAIR, values::truth),
    }
}

fn closed_on(log: &mut Log<'_>, fields: &Fields<'_, '_>) -> Vec<Date> {
    let mut days = Vec::new();
    for (day, span) in fields.list(log, &CLOSED_ON, values::date).unwrap_or_default() {
        if days.contains(&day) {
            log.report(
                &span,
                format!("`closed_on` of {} lists {day} twice", fields.of),
                "it once",
            );
        }
        days.push(day);
    }
    days
}

/// A centre must be able to vaccinate somebody within one slot, and a slot must fit into its hours.
fn check_slots(log: &mut Log<'_>, fields: &Fields<'_, '_>, centre: &Centre) {
    if centre.places_per_slot() == 0 {
        let message = format!(
            "is {}, too short for a single vaccination with {} lanes of {} minutes",
            centre.slot_minutes, centre.lanes, centre.minutes_per_lane
        );
        fields.report(
            log,
            &SLOT_MINUTES,
            message,
            format!("`slot_minutes = {}` or more", centre.minutes_per_lane),
        );
    }
    let minutes_open = |hours: &OpeningHours| hours.opens.duration_until(hours.closes).as_mins();
    for hours in centre.hours.iter().filter(|hours| hours.closes > hours.opens) {
        if minutes_open(hours) < i64::from(centre.slot_minutes) {
            let message = format!("is {}, longer than the centre is open at a time", centre.slot_minutes);
            fields.report(
                log,
                &SLOT_MINUTES,
                message,
                format!("`slot_minutes = {}` or less", minutes_open(hours)),
            );
        }
    }
}

fn address(log: &mut Log<'_>, table: &DeTable<'_>, span: Range<usize>, of: &str) -> Option<Address> {
    let fields = Fields::open(
        log,
        table,
        span,
        format!("the address of {of}"),
        &[&STREET, &POSTCODE, &CITY],
    );
    let street = fields.required(log, &STREET, values::text);
    let postcode = fields.required(log, &POSTCODE, values::postcode);
    let city = fields.required(log, &CITY, values::text);
    Some(Address {
        street: street?,
        postcode: postcode?,
        city: city?,
    })
}

fn position(log: &mut Log<'_>, table: &DeTable<'_>, span: Range<usize>, of: &str) -> Option<Position> {
    let fields = Fields::open(
        log,
        table,
        span,
        format!("the position of {of}"),
        &[&LATITUDE, &LONGITUDE],
    );
    let latitude = fields.required(log, &LATITUDE, values::degrees(90.0));
    let longitude = fields.required(log, &LONGITUDE, values::degrees(180.0));
    Some(Position {
        latitude: latitude?,
        longitude: longitude?,
    })
}

/// Reads `[[districts]]`; wrong ones are reported and left out.
pub(super) fn districts(log: &mut Log<'_>, tables: &Tables<'_, '_>, known: &Known) -> Vec<District> {
    let keys = [
        &DISTRICT_ID,
        &DISTRICT_NAME,
        &POSTCODES,
        &CENTRES,
        &REGIONAL,
        &POPULATION,
    ];
    let mut seen = BTreeMap::new();
    let mut districts = Vec::new();
    for (index, (table, span)) in tables.iter().enumerate() {
        let fields = Fields::open(log, table, span.clone(), name_of(table, "district", index), &keys);
        check_unique_id(log, &fields, &DISTRICT_ID, &mut seen);
        districts.extend(district(log, &fields, known));
    }
    districts
}

fn district(log: &mut Log<'_>, fields: &Fields<'_, '_>, known: &Known) -> Option<District> {
    let id = fields.required(log, &DISTRICT_ID, values::id);
    let name = fields.required(log, &DISTRICT_NAME, values::text);
    let population_thousand = fields.required(log, &POPULATION, values::number(1..=POPULATION_THOUSAND_MAX));
    fields.must_have(log, &POSTCODES);
    let postcodes = each_once(log, fields, &POSTCODES, values::postcode);
    let centre_id = values::reference("centre", &known.centres);
    let centres = each_once(log, fields, &CENTRES, &centre_id);
    let regional = each_once(log, fields, &REGIONAL, &centre_id);
    if fields.node(&CENTRES).is_none() && fields.node(&REGIONAL).is_none() {
        log.report(
            &fields.span,
            format!("no centre serves {}", fields.of),
            format!(
                "`{}`, its own, or `{}`, those it shares",
                CENTRES.example, REGIONAL.example
            ),
        );
    }
    if let Some(own) = regional.iter().find(|centre| centres.contains(centre)) {
        fields.report(
            log,
            &REGIONAL,
            format!("lists {own:?}, one of its own"),
            "only centres that are not in `centres`",
        );
    }
    let ids = |texts: Vec<String>| texts.into_iter().map(CentreId::new).collect();
    Some(District {
        id: DistrictId::new(id?),
        name: name?,
        postcodes,
        centres: ids(centres),
        regional: ids(regional),
        population_thousand: population_thousand?,
    })
}

/// The elements of a list, in which none may stand twice and there must be one where the key is there.
fn each_once<'i, T: PartialEq + std::fmt::Debug>(
    log: &mut Log<'_>,
    fields: &Fields<'_, 'i>,
    key: &Key,
    read: impl Fn(&DeValue<'i>) -> Reading<T>,
) -> Vec<T> {
    let Some(elements) = fields.list(log, key, read) else {
        return Vec::new();
    };
    if fields.is_empty_list(key) {
        fields.report(
            log,
            key,
            "is empty",
            format!("`{}`, or leave the key out if it may be", key.example),
        );
    }
    let mut once = Vec::with_capacity(elements.len());
    for (element, span) in elements {
        if once.contains(&element) {
            log.report(
                &span,
                format!("`{}` of {} lists {element:?} twice", key.name, fields.of),
                "it once",
            );
        } else {
            once.push(element);
        }
    }
    once
}

/// The centres that a district names, right or wrong.
pub(super) fn centres_named_by(district: &DeTable<'_>) -> Vec<String> {
    let lists = [&CENTRES, &REGIONAL]
        .into_iter()
        .filter_map(|key| district.get(key.name)?.get_ref().as_array());
    lists
        .flat_map(|list| list.iter())
        .filter_map(|node| node.get_ref().as_str())
        .map(str::to_owned)
        .collect()
}
