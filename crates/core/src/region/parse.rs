//! Reads a region file: the head of the file here, its sections in `places` and `rules`.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use super::diagnostics::{Diagnostic, Log, nearest};
use super::fields::{Fields, Key};
use super::{Hotline, HotlineNumber, Localised, OpeningHours, Region, places, rules, values};
use crate::ids::Language;

const ID: Key = Key {
    name: "id",
    example: r#"id = "hessen""#,
};
const NAME: Key = Key {
    name: "name",
    example: r#"name = { de = "Hessen", en = "Hesse" }"#,
};
const COUNTRY: Key = Key {
    name: "country",
    example: r#"country = "DE""#,
};
const TIME_ZONE: Key = Key {
    name: "time_zone",
    example: r#"time_zone = "Europe/Berlin""#,
};
const LANGUAGES: Key = Key {
    name: "languages",
    example: r#"languages = ["de", "en"]"#,
};
const HOTLINE: Key = Key {
    name: "hotline",
    example: "[hotline]",
};
const CENTRE_DEFAULTS: Key = Key {
    name: "centre_defaults",
    example: "[centre_defaults]",
};
const CENTRES: Key = Key {
    name: "centres",
    example: "[[centres]]",
};
const DISTRICTS: Key = Key {
    name: "districts",
    example: "[[districts]]",
};
const VACCINES: Key = Key {
    name: "vaccines",
    example: "[[vaccines]]",
};
const GROUPS: Key = Key {
    name: "groups",
    example: "[[groups]]",
};
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

const NUMBERS: Key = Key {
    name: "numbers",
    example: r#"numbers = [{ dial = "116117", shown = "116 117" }]"#,
};
const DIAL: Key = Key {
    name: "dial",
    example: r#"dial = "+4961150592888""#,
};
const SHOWN: Key = Key {
    name: "shown",
    example: r#"shown = "0611 505 92 888""#,
};

pub(super) const HOURS: Key = Key {
    name: "hours",
    example: r#"hours = [{ days = "mon-sun", opens = 08:00:00, closes = 20:00:00 }]"#,
};
const DAYS: Key = Key {
    name: "days",
    example: r#"days = "mon-sun""#,
};
const OPENS: Key = Key {
    name: "opens",
    example: "opens = 08:00:00",
};
const CLOSES: Key = Key {
    name: "closes",
    example: "closes = 20:00:00",
};

/// What the sections need to know of each other before they are read.
pub(super) struct Known {
    /// The region's languages; none where the file does not say them properly.
    languages: Option<Vec<Language>>,
    /// The ids of all centres, wrong ones included, so that one mistake is reported once.
    pub(super) centres: Vec<String>,
    /// The ids of all districts.
    pub(super) districts: Vec<String>,
    /// The ids of centres that any district names, right or wrong.
    pub(super) serving_centres: Vec<String>,
}

impl Region {
    /// Reads a region file. Everything that is wrong with it is reported at once, in the order of the
    /// file; where it is not TOML, everything about that.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let mut log = Log::new(text);
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            log.report(
                &span,
                format!("this cannot be read: {}", error.message()),
                syntax_help(error.message()),
            );
        }
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

fn syntax_help(message: &str) -> &'static str {
    if message.contains("duplicate key") {
        "each key once, and delete the other"
    } else {
        "`key = value` on one line: texts in quotation marks, lists in [ ], dates as 2021-01-19, times as 08:00:00"
    }
}

fn read(log: &mut Log<'_>, root: &DeTable<'_>) -> Option<Region> {
    let fields = Fields::open(log, root, 0..0, "the region".to_owned(), &SECTIONS);
    let id = fields.required(log, &ID, values::id);
    let country = fields.required(log, &COUNTRY, values::country);
    let time_zone = fields.required(log, &TIME_ZONE, values::time_zone);
    let known = Known {
        languages: languages(log, &fields),
        centres: ids_of(root, &CENTRES),
        districts: ids_of(root, &DISTRICTS),
        serving_centres: tables_of(root, &DISTRICTS).flat_map(places::centres_named_by).collect(),
    };
    let name = localised(log, &fields, &NAME, &known);
    fields.must_have(log, &HOTLINE);
    let hotline = fields
        .table(log, &HOTLINE)
        .and_then(|(table, span)| hotline(log, table, span));
    let defaults = fields.table(log, &CENTRE_DEFAULTS);
    let tables = [&CENTRES, &DISTRICTS, &VACCINES, &GROUPS].map(|key| section(log, &fields, key));
    let [centres, districts, vaccines, groups] = &tables;
    let centres = places::centres(log, centres, defaults, &known);
    let districts = places::districts(log, districts, &known);
    let vaccines = rules::vaccines(log, vaccines);
    let groups = rules::groups(log, groups, &known);
    Some(Region {
        id: id?,
        name: name?,
        country: country?,
        time_zone: time_zone?,
        languages: known.languages?,
        hotline: hotline?,
        centres,
        districts,
        vaccines,
        groups,
    })
}

/// The tables of a section, of which there must be at least one.
fn section<'a, 'i>(log: &mut Log<'_>, fields: &Fields<'a, 'i>, key: &Key) -> Vec<(&'a DeTable<'i>, Range<usize>)> {
    fields.must_have(log, key);
    if fields.is_empty_list(key) {
        fields.report(log, key, "is empty", format!("`{}` with its keys", key.example));
    }
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

fn languages(log: &mut Log<'_>, fields: &Fields<'_, '_>) -> Option<Vec<Language>> {
    fields.must_have(log, &LANGUAGES);
    let written = fields.list(log, &LANGUAGES, values::language)?;
    let mut languages = Vec::new();
    for (language, span) in written {
        if languages.contains(&language) {
            log.report(&span, format!("the language {language} is listed twice"), "it once");
        }
        languages.push(language);
    }
    if languages.is_empty() {
        fields.report(log, &LANGUAGES, "names no language", format!("`{}`", LANGUAGES.example));
        return None;
    }
    Some(languages)
}

/// Reads a text that is there in several languages, in the region's first one at least.
pub(super) fn localised(log: &mut Log<'_>, fields: &Fields<'_, '_>, key: &Key, known: &Known) -> Option<Localised> {
    fields.must_have(log, key);
    let (table, span) = fields.table(log, key)?;
    let mut texts = BTreeMap::new();
    for (tag, node) in table {
        let language = Language::new(tag.get_ref().as_ref());
        let listed = known
            .languages
            .as_ref()
            .is_none_or(|languages| languages.contains(&language));
        if !listed {
            let tags = known.languages.iter().flatten().map(Language::as_str);
            let instead = nearest(language.as_str(), tags).map_or_else(
                || "one of the languages of the region, or add it to `languages`".to_owned(),
                |tag| format!("`{tag}`"),
            );
            let message = format!(
                "`{}` of {} has a text in {language:?}, no language of the region",
                key.name, fields.of
            );
            log.report(&tag.span(), message, instead);
        }
        match values::text(node.get_ref()) {
            Ok(text) => drop(texts.insert(language, text)),
            Err(wrong) => {
                let instead = wrong.instead.unwrap_or_else(|| format!("`{}`", key.example));
                log.report(
                    &node.span(),
                    format!("`{}` of {} {}", key.name, fields.of, wrong.message),
                    instead,
                );
            }
        }
    }
    let default = known.languages.as_ref()?.first()?.clone();
    if !table.contains_key(default.as_str()) {
        let message = format!(
            "`{}` of {} is not there in {default:?}, the region's first language",
            key.name, fields.of
        );
        log.report(&span, message, format!("`{default} = \"...\"` into it"));
    }
    Some(Localised::new(default, texts))
}

fn hotline(log: &mut Log<'_>, table: &DeTable<'_>, span: Range<usize>) -> Option<Hotline> {
    let fields = Fields::open(log, table, span, "the hotline".to_owned(), &[&NUMBERS, &HOURS]);
    fields.must_have(log, &NUMBERS);
    let mut numbers = Vec::new();
    for (table, span) in fields.tables(log, &NUMBERS) {
        let number = Fields::open(log, table, span, "a number of the hotline".to_owned(), &[&DIAL, &SHOWN]);
        let dial = number.required(log, &DIAL, values::dialled);
        let shown = number.required(log, &SHOWN, values::text);
        numbers.extend(dial.zip(shown).map(|(dial, shown)| HotlineNumber { dial, shown }));
    }
    if fields.is_empty_list(&NUMBERS) {
        fields.report(log, &NUMBERS, "is empty", format!("`{}`", NUMBERS.example));
    }
    Some(Hotline {
        numbers,
        hours: opening_hours(log, &fields),
    })
}

/// Reads `hours`: they may not be empty, close before they open, or lie over each other.
pub(super) fn opening_hours(log: &mut Log<'_>, fields: &Fields<'_, '_>) -> Vec<OpeningHours> {
    fields.must_have(log, &HOURS);
    let tables = fields.tables(log, &HOURS);
    if fields.is_empty_list(&HOURS) {
        fields.report(log, &HOURS, "is empty", format!("`{}`", HOURS.example));
    }
    let mut all: Vec<OpeningHours> = Vec::new();
    for (table, span) in tables {
        let of = format!("the hours of {}", fields.of);
        let entry = Fields::open(log, table, span, of, &[&DAYS, &OPENS, &CLOSES]);
        let weekdays = entry.required(log, &DAYS, values::weekdays);
        let opens = entry.required(log, &OPENS, values::time);
        let closes = entry.required(log, &CLOSES, values::time);
        let (Some(weekdays), Some(opens), Some(closes)) = (weekdays, opens, closes) else {
            continue;
        };
        if closes <= opens {
            entry.report(
                log,
                &CLOSES,
                format!("is {closes}, not later than `opens` ({opens})"),
                "a later time of the same day; hours beyond midnight are two entries",
            );
        }
        let overlaps =
            |other: &OpeningHours| other.weekdays.meets(weekdays) && other.opens < closes && opens < other.closes;
        if all.iter().any(overlaps) {
            entry.report(log, &DAYS, "lies over hours before it", "each time of the week once");
        }
        all.push(OpeningHours {
            weekdays,
            opens,
            closes,
        });
    }
    all
}
