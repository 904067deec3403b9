//! Reads opening hours, of centres and of the hotline.

use super::fields::{Fields, Key};
use super::values;
use crate::region::OpeningHours;
use crate::region::diagnostics::Log;

pub(super) const HOURS: Key = Key::new(
    "hours",
    r#"hours = [{ days = "mon-sun", opens = 08:00:00, closes = 20:00:00 }]"#,
);
const DAYS: Key = Key::new("days", r#"days = "mon-sun""#);
const OPENS: Key = Key::new("opens", "opens = 08:00:00");
const CLOSES: Key = Key::new("closes", "closes = 20:00:00");

/// Reads `hours`, ascending by opening time: they may not be empty, close before they open, or lie over each other.
pub(super) fn opening_hours(log: &mut Log<'_>, fields: &Fields<'_, '_>) -> Vec<OpeningHours> {
    fields.must_have_entries(log, &HOURS);
    let mut all: Vec<OpeningHours> = Vec::new();
    for (table, span) in fields.tables(log, &HOURS) {
        let of = format!("the hours of {}", fields.of(&HOURS));
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
    all.sort_by_key(|hours| hours.opens);
    all
}
