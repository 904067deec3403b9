//! Reads the districts of a region file.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::Known;
use super::fields::{Fields, Key};
use super::section::{Tables, check_unique_id, name_of};
use super::values;
use crate::ids::{CentreId, DistrictId};
use crate::region::District;
use crate::region::diagnostics::Log;

const ID: Key = Key::new("id", r#"id = "06611""#);
const NAME: Key = Key::new("name", r#"name = "Kassel""#);
const POSTCODES: Key = Key::new("postcodes", r#"postcodes = ["34117", "34119"]"#);
const CENTRES: Key = Key::new("centres", r#"centres = ["kassel-stadt"]"#);
const REGIONAL: Key = Key::new("regional", r#"regional = ["kassel-stadt"]"#);
const POPULATION: Key = Key::new("population_thousand", "population_thousand = 201");

/// More people, in thousands, than any district has.
const POPULATION_THOUSAND_MAX: i64 = 20_000;

/// Reads `[[districts]]`; wrong ones are reported and left out.
pub(super) fn districts(log: &mut Log<'_>, tables: &Tables<'_, '_>, known: &Known) -> Vec<District> {
    let keys = [&ID, &NAME, &POSTCODES, &CENTRES, &REGIONAL, &POPULATION];
    let mut seen = BTreeMap::new();
    let mut districts = Vec::new();
    for (index, (table, span)) in tables.iter().enumerate() {
        let fields = Fields::open(log, table, span.clone(), name_of(table, "district", index), &keys);
        check_unique_id(log, &fields, &ID, &mut seen);
        districts.extend(district(log, &fields, known));
    }
    districts
}

fn district(log: &mut Log<'_>, fields: &Fields<'_, '_>, known: &Known) -> Option<District> {
    let id = fields.required(log, &ID, values::id);
    let name = fields.required(log, &NAME, values::text);
    let population_thousand = fields.required(log, &POPULATION, values::number(1..=POPULATION_THOUSAND_MAX));
    fields.must_have_entries(log, &POSTCODES);
    let postcodes = fields.list(log, &POSTCODES, values::postcode);
    let centre_id = values::reference("centre", &known.centres);
    let centres = fields.list(log, &CENTRES, &centre_id);
    let regional = fields.list(log, &REGIONAL, &centre_id);
    if fields.is_without_entries(&CENTRES) && fields.is_without_entries(&REGIONAL) {
        let message = format!("no centre serves {}", fields.of(&CENTRES));
        let instead = format!(
            "`{}`, its own, or `{}`, those it shares",
            CENTRES.example, REGIONAL.example
        );
        log.report(&fields.span, message, instead);
    }
    if let Some(own) = regional.iter().find(|centre| centres.contains(centre)) {
        let message = format!("lists {own:?}, one of its own");
        fields.report(log, &REGIONAL, message, "only centres that are not in `centres`");
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
