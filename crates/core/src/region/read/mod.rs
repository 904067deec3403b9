//! Reads a region file: the head of the file here, each section in a module of its own.

mod centres;
mod districts;
mod fields;
mod hours;
mod rules;
mod section;
mod syntax;
mod values;

#[cfg(test)]
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where its example is wrong"
)]
mod diagnostics_tests;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use super::{Hotline, HotlineNumber, Localised, Region};
use crate::ids::Language;
use crate::region::diagnostics::{Diagnostic, Log, nearest};
use fields::{Fields, Key};
use hours::{HOURS, opening_hours};

const ID: Key = Key::new("id", r#"id = "hessen""#);
const NAME: Key = Key::new("name", r#"name = { de = "Hessen", en = "Hesse" }"#);
const COUNTRY: Key = Key::new("country", r#"country = "DE""#);
const TIME_ZONE: Key = Key::new("time_zone", r#"time_zone = "Europe/Berlin""#);
const LANGUAGES: Key = Key::new("languages", r#"languages = ["de", "en"]"#);
const HOTLINE: Key = Key::new("hotline", "[hotline]");
const CENTRE_DEFAULTS: Key = Key::new("centre_defaults", "[centre_defaults]");
const CENTRES: Key = Key::new("centres", "[[centres]]");
const DISTRICTS: Key = Key::new("districts", "[[districts]]");
const VACCINES: Key = Key::new("vaccines", "[[vaccines]]");
const GROUPS: Key = Key::new("groups", "[[groups]]");
const SECTIONS: [&Key; 11] = [
    &ID,
    &NAME,
    &COUNTRY,
    &TIME_ZONE,
    &LANGUAGES,
    &HOTLINE,
    &CENTRE_DEFAULTS,
    &CENTRES,
    &DISTRICTS,
    &VACCINES,
    &GROUPS,
];

const NUMBERS: Key = Key::new("numbers", r#"numbers = [{ dial = "116117", shown = "116 117" }]"#);
const DIAL: Key = Key::new("dial", r#"dial = "+4961150592888""#);
const SHOWN: Key = Key::new("shown", r#"shown = "0611 505 92 888""#);

/// What the sections need to know of each other before they are read.
struct Known {
    /// The region's languages; empty where the file does not say them properly.
    languages: Vec<Language>,
    /// The ids of all centres, wrong ones included, so that one mistake is reported once.
    centres: Vec<String>,
    /// The ids of all districts.
    districts: Vec<String>,
    /// The ids of centres that any district names, right or wrong.
    serving_centres: Vec<String>,
}

impl Region {
    /// Reads a region file. Everything that is wrong with it is reported at once, in the order of the
    /// file; where it is not TOML, everything about that, and the rest once it is.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let mut log = Log::new(text);
        let (root, errors) = DeTable::parse_recoverable(text);
        syntax::report(&mut log, &errors);
        // What could be recovered of a broken file would be full of things that only seem to be missing.
        let region = if errors.is_empty() {
            read(&mut log, root.get_ref())
        } else {
            None
        };
        let diagnostics = log.finish();
        region.filter(|_| diagnostics.is_empty()).ok_or(diagnostics)
    }
}

fn read(log: &mut Log<'_>, root: &DeTable<'_>) -> Option<Region> {
    let fields = Fields::open(log, root, 0..0, "the region".to_owned(), &SECTIONS);
    let id = fields.required(log, &ID, values::id);
    let country = fields.required(log, &COUNTRY, values::country);
    let time_zone = fields.required(log, &TIME_ZONE, values::time_zone);
    fields.must_have_entries(log, &LANGUAGES);
    let languages = fields.list(log, &LANGUAGES, values::language);
    let known = Known {
        languages,
        centres: ids_of(root, &CENTRES),
        districts: ids_of(root, &DISTRICTS),
        serving_centres: tables_of(root, &DISTRICTS)
            .flat_map(districts::centres_named_by)
            .collect(),
    };
    let name = localised(log, &fields, &NAME, &known);
    fields.must_have(log, &HOTLINE);
    let hotline = fields
        .table(log, &HOTLINE)
        .and_then(|(table, span)| hotline(log, table, span));
    let defaults = fields.table(log, &CENTRE_DEFAULTS);
    let tables = [&CENTRES, &DISTRICTS, &VACCINES, &GROUPS].map(|key| section(log, &fields, key));
    let [centres, districts, vaccines, groups] = &tables;
    let centres = centres::centres(log, centres, defaults, &known);
    let districts = districts::districts(log, districts, &known);
    let vaccines = rules::vaccines(log, vaccines);
    let groups = rules::groups(log, groups, &known);
    Some(Region {
        id: id?,
        name: name?,
        country: country?,
        time_zone: time_zone?,
        languages: known.languages,
        hotline: hotline?,
        centres,
        districts,
        vaccines,
        groups,
    })
}

/// The tables of a section, of which there must be at least one.
fn section<'a, 'i>(log: &mut Log<'_>, fields: &Fields<'a, 'i>, key: &Key) -> Vec<(&'a DeTable<'i>, Range<usize>)> {
    fields.must_have_entries(log, key);
    fields.tables(log, key)
}

/// The ids that the tables of a section give themselves, right or wrong.
fn ids_of(root: &DeTable<'_>, section: &Key) -> Vec<String> {
    tables_of(root, section)
        .filter_map(|table| table.get(ID.name)?.get_ref().as_str())
        .map(str::to_owned)
        .collect()
}

/// The tables of a section, whatever is wrong with it.
fn tables_of<'a, 'i>(root: &'a DeTable<'i>, section: &Key) -> impl Iterator<Item = &'a DeTable<'i>> {
    let list = root.get(section.name).and_then(|node| node.get_ref().as_array());
    list.into_iter()
        .flat_map(|list| list.iter())
        .filter_map(|node| node.get_ref().as_table())
}

/// Reads a text that is there in several languages, in the region's first one at least.
fn localised(log: &mut Log<'_>, fields: &Fields<'_, '_>, key: &Key, known: &Known) -> Option<Localised> {
    fields.must_have(log, key);
    let (table, span) = fields.table(log, key)?;
    let default = known.languages.first()?.clone();
    let mut texts = BTreeMap::new();
    for (tag, node) in table {
        let language = Language::new(tag.get_ref().as_ref());
        if !known.languages.contains(&language) {
            let like = nearest(language.as_str(), known.languages.iter().map(Language::as_str));
            let instead = match like {
                Some(tag) => format!("`{tag}`"),
                None => "one of the languages of the region, or add it to `languages`".to_owned(),
            };
            let message = format!("has a text in {language:?}, which is no language of the region");
            fields.report_at(log, key, &tag.span(), message, instead);
        }
        let text = fields.accept(log, key, &node.span(), values::text(node.get_ref()));
        texts.extend(text.map(|text| (language, text)));
    }
    if !table.contains_key(default.as_str()) {
        let message = format!("is not there in {default:?}, the region's first language");
        fields.report_at(log, key, &span, message, format!("`{default} = \"...\"` into it"));
    }
    Some(Localised::new(default, texts))
}

fn hotline(log: &mut Log<'_>, table: &DeTable<'_>, span: Range<usize>) -> Option<Hotline> {
    let fields = Fields::open(log, table, span, "the hotline".to_owned(), &[&NUMBERS, &HOURS]);
    fields.must_have_entries(log, &NUMBERS);
    let mut numbers = Vec::new();
    for (table, span) in fields.tables(log, &NUMBERS) {
        let number = Fields::open(log, table, span, "a number of the hotline".to_owned(), &[&DIAL, &SHOWN]);
        let dial = number.required(log, &DIAL, values::dialled);
        let shown = number.required(log, &SHOWN, values::text);
        numbers.extend(dial.zip(shown).map(|(dial, shown)| HotlineNumber { dial, shown }));
    }
    Some(Hotline {
        numbers,
        hours: opening_hours(log, &fields),
    })
}
