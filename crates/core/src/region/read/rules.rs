//! Reads the dated rules of a region file: vaccines and priority groups.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml::de::DeTable;

use super::fields::{Fields, Key};
use super::section::{Tables, check_unique_id, name_of};
use super::values;
use super::{Known, localised};
use crate::ids::{GroupId, VaccineId};
use crate::region::diagnostics::Log;
use crate::region::{PriorityGroup, Vaccine, VaccineRule};

const ID: Key = Key::new("id", r#"id = "biontech""#);
const NAME: Key = Key::new("name", r#"name = "Comirnaty""#);
const CVX: Key = Key::new("cvx", "cvx = 208");
const DOSES: Key = Key::new("doses", "doses = 2");
const RULES: Key = Key::new("rules", "[[vaccines.rules]]");

const FROM: Key = Key::new("from", "from = 2021-04-01");
const INTERVAL_DAYS_MIN: Key = Key::new("interval_days_min", "interval_days_min = 21");
const INTERVAL_DAYS_MAX: Key = Key::new("interval_days_max", "interval_days_max = 42");
const AGE_MIN: Key = Key::new("age_min", "age_min = 16");
const AGE_MAX: Key = Key::new("age_max", "age_max = 64");
const SOURCE: Key = Key::new("source", r#"source = "STIKO, 14 January 2021""#);

const GROUP_ID: Key = Key::new("id", r#"id = "ab-80""#);
const GROUP_NAME: Key = Key::new("name", r#"name = { de = "80 Jahre und älter", en = "80 and older" }"#);
const EXPLANATION: Key = Key::new(
    "explanation",
    r#"explanation = { de = "Sie sind 80 Jahre oder älter.", en = "..." }"#,
);
const PROOF: Key = Key::new("proof", r#"proof = { de = "Personalausweis", en = "Identity card" }"#);
const BASIS: Key = Key::new("basis", r#"basis = "CoronaImpfV § 2 Abs. 1 Nr. 1""#);
const ENTITLED_FROM: Key = Key::new("entitled_from", "entitled_from = 2021-01-12");

/// The longest interval between two doses, in days: a year.
const INTERVAL_DAYS_MAX_MAX: i64 = 366;

/// The highest age a rule may name.
const AGE_YEARS_MAX: i64 = crate::person::AGE_YEARS_MAX as i64;

/// Reads `[[vaccines]]`; wrong ones are reported and left out.
pub(super) fn vaccines(log: &mut Log<'_>, tables: &Tables<'_, '_>) -> Vec<Vaccine> {
    let mut seen = BTreeMap::new();
    let mut vaccines = Vec::new();
    for (index, (table, span)) in tables.iter().enumerate() {
        let of = name_of(table, "vaccine", index);
        let fields = Fields::open(log, table, span.clone(), of, &[&ID, &NAME, &CVX, &DOSES, &RULES]);
        check_unique_id(log, &fields, &ID, &mut seen);
        vaccines.extend(vaccine(log, &fields));
    }
    vaccines
}

fn vaccine(log: &mut Log<'_>, fields: &Fields<'_, '_>) -> Option<Vaccine> {
    let id = fields.required(log, &ID, values::id);
    let name = fields.required(log, &NAME, values::text);
    let cvx = fields.required(log, &CVX, values::number(1..=999));
    let doses = fields.required(log, &DOSES, values::number(1..=2));
    fields.must_have_entries(log, &RULES);
    let mut rules: Vec<VaccineRule> = Vec::new();
    let mut last_from: Option<Date> = None;
    for (table, span) in fields.tables(log, &RULES) {
        let keys = [
            &FROM,
            &INTERVAL_DAYS_MIN,
            &INTERVAL_DAYS_MAX,
            &AGE_MIN,
            &AGE_MAX,
            &SOURCE,
        ];
        let entry = Fields::open(log, table, span, format!("a rule of {}", fields.of(&RULES)), &keys);
        let from = entry.required(log, &FROM, values::date);
        check_ascending(log, &entry, last_from, from);
        last_from = from.or(last_from);
        rules.extend(rule(log, &entry, from, doses));
    }
    Some(Vaccine {
        id: VaccineId::new(id?),
        name: name?,
        cvx: cvx?,
        doses: doses?,
        rules,
    })
}

/// A rule must hold from a later day than the rule above it.
fn check_ascending(log: &mut Log<'_>, entry: &Fields<'_, '_>, last: Option<Date>, from: Option<Date>) {
    if let (Some(last), Some(from)) = (last, from)
        && from <= last
    {
        let message = format!("is {from}, not later than that of the rule above it ({last})");
        entry.report(
            log,
            &FROM,
            message,
            "the rules in the order of their days, each day once",
        );
    }
}

fn rule(log: &mut Log<'_>, entry: &Fields<'_, '_>, from: Option<Date>, doses: Option<u8>) -> Option<VaccineRule> {
    let interval = interval(log, entry, doses);
    let age_min = entry.required(log, &AGE_MIN, values::number(0..=AGE_YEARS_MAX));
    let age_max: Option<u8> = entry.optional(log, &AGE_MAX, values::number(0..=AGE_YEARS_MAX));
    let source = entry.required(log, &SOURCE, values::text);
    if let (Some(min), Some(max)) = (age_min, age_max)
        && max < min
    {
        entry.report(
            log,
            &AGE_MAX,
            format!("is {max}, below `age_min` ({min})"),
            format!("`age_max = {min}` or more"),
        );
    }
    let (interval_days_min, interval_days_max) = interval?;
    Some(VaccineRule {
        from: from?,
        interval_days_min,
        interval_days_max,
        age_min: age_min?,
        age_max,
        source: source?,
    })
}

/// The interval between two doses; a vaccine of one dose has none.
fn interval(log: &mut Log<'_>, entry: &Fields<'_, '_>, doses: Option<u8>) -> Option<(u16, u16)> {
    let keys = [&INTERVAL_DAYS_MIN, &INTERVAL_DAYS_MAX];
    if doses == Some(1) {
        for key in keys.into_iter().filter(|key| entry.node(key).is_some()) {
            entry.report(
                log,
                key,
                "is there although the vaccine has one dose",
                "nothing here, or `doses = 2`",
            );
        }
        return Some((0, 0));
    }
    let [min, max]: [Option<u16>; 2] =
        keys.map(|key| entry.required(log, key, values::number(1..=INTERVAL_DAYS_MAX_MAX)));
    let (min, max) = min.zip(max)?;
    if max < min {
        let message = format!("is {max}, below `interval_days_min` ({min})");
        entry.report(
            log,
            &INTERVAL_DAYS_MAX,
            message,
            format!("`interval_days_max = {min}` or more"),
        );
    }
    Some((min, max))
}

/// Reads `[[groups]]`; wrong ones are reported and left out.
pub(super) fn groups(log: &mut Log<'_>, tables: &Tables<'_, '_>, known: &Known) -> Vec<PriorityGroup> {
    let mut seen = BTreeMap::new();
    let mut groups = Vec::new();
    for (index, (table, span)) in tables.iter().enumerate() {
        groups.extend(group(log, table, span, index, &mut seen, known));
    }
    groups
}

fn group<'a>(
    log: &mut Log<'_>,
    table: &'a DeTable<'_>,
    span: &Range<usize>,
    index: usize,
    seen: &mut BTreeMap<&'a str, usize>,
    known: &Known,
) -> Option<PriorityGroup> {
    let keys = [
        &GROUP_ID,
        &GROUP_NAME,
        &EXPLANATION,
        &PROOF,
        &BASIS,
        &AGE_MIN,
        &ENTITLED_FROM,
    ];
    let fields = Fields::open(log, table, span.clone(), name_of(table, "group", index), &keys);
    check_unique_id(log, &fields, &GROUP_ID, seen);
    let id = fields.required(log, &GROUP_ID, values::id);
    let name = localised(log, &fields, &GROUP_NAME, known);
    let explanation = localised(log, &fields, &EXPLANATION, known);
    let proof = localised(log, &fields, &PROOF, known);
    let basis = fields.required(log, &BASIS, values::text);
    let age_min = fields.optional(log, &AGE_MIN, values::number(0..=AGE_YEARS_MAX));
    let entitled_from = fields.required(log, &ENTITLED_FROM, values::date);
    Some(PriorityGroup {
        id: GroupId::new(id?),
        name: name?,
        explanation: explanation?,
        proof: proof?,
        basis: basis?,
        age_min,
        entitled_from: entitled_from?,
    })
}
