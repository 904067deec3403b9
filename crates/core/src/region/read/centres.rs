//! Reads the centres of a region file.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml::de::DeTable;

use super::Known;
use super::fields::{Fields, Key};
use super::hours::{HOURS, opening_hours};
use super::section::{Tables, check_unique_id, name_of};
use super::values;
use crate::ids::{CentreId, DistrictId};
use crate::region::diagnostics::Log;
use crate::region::{Address, Centre, OpeningHours, Position};

const ID: Key = Key::new("id", r#"id = "kassel-stadt""#);
const NAME: Key = Key::new("name", r#"name = "Impfzentrum Stadt Kassel""#);
const DISTRICT: Key = Key::new("district", r#"district = "06611""#);
const ADDRESS: Key = Key::new(
    "address",
    r#"address = { street = "Damaschkestraße 25", postcode = "34121", city = "Kassel" }"#,
);
const STREET: Key = Key::new("street", r#"street = "Damaschkestraße 25""#);
const POSTCODE: Key = Key::new("postcode", r#"postcode = "34121""#);
const CITY: Key = Key::new("city", r#"city = "Kassel""#);
const POSITION: Key = Key::new("position", "position = { latitude = 51.2969, longitude = 9.4845 }");
const LATITUDE: Key = Key::new("latitude", "latitude = 51.2969");
const LONGITUDE: Key = Key::new("longitude", "longitude = 9.4845");
const OPEN_FROM: Key = Key::new("open_from", "open_from = 2021-01-19");
const LANES: Key = Key::new("lanes", "lanes = 10");
const MINUTES_PER_LANE: Key = Key::new("minutes_per_lane", "minutes_per_lane = 5");
const SLOT_MINUTES: Key = Key::new("slot_minutes", "slot_minutes = 15");
const CLOSED_ON: Key = Key::new("closed_on", "closed_on = [2021-04-04]");
const WHEELCHAIR: Key = Key::new("wheelchair", "wheelchair = true");

/// More lanes than the largest hall has: a higher number is a slip.
const LANES_MAX: i64 = 500;

/// The longest a vaccination or a slot may take, in minutes: a day of work.
const MINUTES_MAX: i64 = 720;

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

/// Reads `[[centres]]`; wrong ones are reported and left out.
pub(super) fn centres(
    log: &mut Log<'_>,
    tables: &Tables<'_, '_>,
    defaults: Option<(&DeTable<'_>, Range<usize>)>,
    known: &Known,
) -> Vec<Centre> {
    let defaults = defaults
        .map(|(table, span)| Fields::open(log, table, span, "[centre_defaults]".to_owned(), &SHARED).all_optional());
    if let Some(defaults) = &defaults {
        // Read for what may be wrong with it, even where every centre has values of its own.
        let _ = working(log, defaults);
    }
    let keys = [&[&ID, &NAME, &DISTRICT, &ADDRESS, &POSITION], &SHARED[..]].concat();
    let mut seen = BTreeMap::new();
    let mut centres = Vec::new();
    for (index, (table, span)) in tables.iter().enumerate() {
        let fields = Fields::open(log, table, span.clone(), name_of(table, "centre", index), &keys);
        check_unique_id(log, &fields, &ID, &mut seen);
        centres.extend(centre(log, &fields.or_from(defaults.as_ref()), known));
    }
    centres
}

fn centre(log: &mut Log<'_>, fields: &Fields<'_, '_>, known: &Known) -> Option<Centre> {
    let id = fields.required(log, &ID, values::id);
    let name = fields.required(log, &NAME, values::text);
    let district = fields.required(log, &DISTRICT, values::reference("district", &known.districts));
    let address = fields
        .table(log, &ADDRESS)
        .and_then(|(table, span)| address(log, table, span, fields.of(&ADDRESS)));
    let position = fields
        .table(log, &POSITION)
        .and_then(|(table, span)| position(log, table, span, fields.of(&POSITION)));
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
        closed_on: fields.list(log, &CLOSED_ON, values::date),
        wheelchair: fields.required(log, &WHEELCHAIR, values::truth),
    }
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
