#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use dran_core::ids::Language;
use jiff::civil::{date, time};

use super::*;
use crate::format::NumberStyle;

fn speaker(tag: &str) -> Speaker {
    Texts::builtin().unwrap().speaker(&Language::new(tag))
}

fn problems(
    german: &'static [(&'static str, &'static str)],
    english: &'static [(&'static str, &'static str)],
) -> Vec<String> {
    let locale = |tag, files| LocaleSource {
        tag,
        direction: "ltr",
        numbers: NumberStyle::GroupedByPoint,
        files,
    };
    let error = Texts::from_sources(&[locale("de", german), locale("en", english)]).err();
    error
        .map(|error| error.problems.iter().map(ToString::to_string).collect())
        .unwrap_or_default()
}

#[test]
fn german_and_english_have_the_same_keys_and_variables() {
    if let Err(error) = Texts::builtin() {
        assert_eq!(error.to_string(), "");
    }
}

#[test]
fn a_missing_key_is_told_with_its_file() {
    let found = problems(
        &[("de/a.ftl", "one = eins\ntwo = zwei\n")],
        &[("en/a.ftl", "one = one\nthree = three\n")],
    );
    assert_eq!(
        found,
        [
            "en: two is missing (it is in de/a.ftl)",
            "de: three is missing (it is in en/a.ftl)"
        ]
    );
}

#[test]
fn a_key_that_stands_twice_is_told_with_both_files() {
    let found = problems(
        &[("de/a.ftl", "one = eins\n"), ("de/b.ftl", "one = zwei\n")],
        &[("en/a.ftl", "one = one\n")],
    );
    assert_eq!(found, ["de/b.ftl: one stands already in de/a.ftl"]);
}

#[test]
fn another_variable_is_told() {
    let found = problems(&[("de/a.ftl", "one = { $a }\n")], &[("en/a.ftl", "one = { $b }\n")]);
    assert_eq!(
        found,
        [r#"en/a.ftl: one uses the variables ["b"], it should use ["a"]"#]
    );
}

#[test]
fn broken_syntax_is_told_with_its_line() {
    let found = problems(
        &[("de/a.ftl", "one = eins\ntwo = { $\n")],
        &[("en/a.ftl", "one = one\n")],
    );
    assert!(
        found
            .iter()
            .any(|problem| problem.starts_with("de/a.ftl:2: ") || problem.starts_with("de/a.ftl:3: ")),
        "{found:?}"
    );
}

#[test]
fn a_reference_to_nothing_and_a_key_without_text_are_told() {
    let found = problems(
        &[(
            "de/a.ftl",
            "one = { two } { -name } { DATETIME(1) }\nthree =\n    .title = drei\n",
        )],
        &[("en/a.ftl", "one = one\nthree = three\n")],
    );
    assert_eq!(
        found,
        [
            "de/a.ftl: three has no text",
            "de/a.ftl: one refers to -name, which is not there",
            "de/a.ftl: one refers to DATETIME(), which is not there",
            "de/a.ftl: one refers to two, which is not there",
        ]
    );
}

#[test]
fn an_unknown_key_is_answered_with_itself() {
    assert_eq!(speaker("de").text("no-such-key"), "no-such-key");
}

#[test]
fn an_unknown_language_speaks_german() {
    assert_eq!(speaker("tlh").language().as_str(), "de");
    assert_eq!(speaker("en").language().as_str(), "en");
    assert_eq!(speaker("en").direction(), "ltr");
}

#[test]
fn numbers_inside_texts_are_written_as_the_language_writes_them() {
    assert_eq!(
        speaker("de").text_with("format-minutes", &[("number", 1234.into())]),
        "1.234 Minuten"
    );
    assert_eq!(
        speaker("en").text_with("format-minutes", &[("number", 1_234_567.into())]),
        "1,234,567 minutes"
    );
    assert_eq!(
        speaker("de").text_with("format-minutes", &[("number", 1.into())]),
        "1 Minute"
    );
}

#[test]
fn values_are_not_wrapped_in_direction_marks() {
    let text = speaker("de").text_with("format-wait-about", &[("wait", "Zoë".into())]);
    assert_eq!(text, "etwa Zoë");
}

#[test]
fn whole_numbers_are_grouped_by_three() {
    let written = [0, 999, 1_000, 60_000, 20_000_000].map(|number| speaker("de").number(number));
    assert_eq!(written, ["0", "999", "1.000", "60.000", "20.000.000"]);
    assert_eq!(speaker("en").number(1234), "1,234");
}

#[test]
fn days_are_said_in_full_and_in_short() {
    assert_eq!(speaker("de").date(date(2021, 1, 19)), "Dienstag, 19. Januar 2021");
    assert_eq!(speaker("en").date(date(2021, 1, 19)), "Tuesday 19 January 2021");
    assert_eq!(speaker("de").date_short(date(2021, 3, 7)), "So, 07.03.2021");
    assert_eq!(speaker("en").date_short(date(2021, 12, 31)), "Fri 31 Dec 2021");
}

#[test]
fn every_month_and_weekday_has_its_own_name() {
    for tag in ["de", "en"] {
        let speaker = speaker(tag);
        let months: std::collections::BTreeSet<_> = (1..=12).map(|month| speaker.date(date(2021, month, 1))).collect();
        let weekdays: std::collections::BTreeSet<_> = (1..=7)
            .map(|day| speaker.date_short(date(2021, 2, day))[..3].to_owned())
            .collect();
        assert_eq!((months.len(), weekdays.len()), (12, 7), "{tag}");
    }
}

#[test]
fn times_are_said_as_people_say_them() {
    let times = [
        time(0, 0, 0, 0),
        time(0, 5, 0, 0),
        time(9, 30, 0, 0),
        time(12, 0, 0, 0),
        time(12, 5, 0, 0),
        time(18, 0, 0, 0),
    ];
    let german = times.map(|time| speaker("de").time(time));
    assert_eq!(
        german,
        [
            "0:00 Uhr",
            "0:05 Uhr",
            "9:30 Uhr",
            "12:00 Uhr",
            "12:05 Uhr",
            "18:00 Uhr"
        ]
    );
    let english = times.map(|time| speaker("en").time(time));
    assert_eq!(
        english,
        ["12 midnight", "12:05 am", "9:30 am", "12 noon", "12:05 pm", "6:00 pm"]
    );
}

#[test]
fn durations_are_told_in_their_two_largest_units() {
    let minutes = [0, 1, 45, 60, 90, 1440, 3065];
    assert_eq!(
        minutes.map(|minutes| speaker("de").duration(minutes)),
        [
            "0 Minuten",
            "1 Minute",
            "45 Minuten",
            "1 Stunde",
            "1 Stunde 30 Minuten",
            "1 Tag",
            "2 Tage 3 Stunden"
        ]
    );
}

#[test]
fn waits_are_rounded_outwards_and_told_in_words() {
    let minute = 60;
    let hour = 60 * minute;
    let cases = [
        (0, 59, "weniger als 1 Minute"),
        (0, 60, "höchstens 1 Minute"),
        (0, 9 * minute + 1, "höchstens 10 Minuten"),
        (2 * minute, 5 * minute, "2 bis 5 Minuten"),
        (3 * minute, 3 * minute, "etwa 3 Minuten"),
        (22 * minute, 38 * minute, "20 bis 40 Minuten"),
        (4 * minute, 12 * minute, "4 bis 15 Minuten"),
        (50 * minute, 3 * hour, "50 Minuten bis 3 Stunden"),
        (100 * minute, 130 * minute, "1,5 bis 2,5 Stunden"),
        (6 * hour + 1, 8 * hour - 1, "6 bis 8 Stunden"),
        (20 * hour, 72 * hour, "20 Stunden bis 3 Tage"),
        (49 * hour, 72 * hour, "2 bis 3 Tage"),
        (u32::MAX, 0, "49.710 bis 49.711 Tage"),
    ];
    for (low_s, high_s, said) in cases {
        assert_eq!(speaker("de").wait_range(low_s, high_s), said, "{low_s}..{high_s}");
    }
    assert_eq!(speaker("en").wait_range(22 * minute, 38 * minute), "20 to 40 minutes");
}

#[test]
fn the_language_is_chosen_from_what_is_offered() {
    let texts = Texts::builtin().unwrap();
    let offered = [Language::new("de"), Language::new("en")];
    let cases = [
        (None, "de"),
        (Some(""), "de"),
        (Some("en"), "en"),
        (Some("EN-gb"), "en"),
        (Some("de-AT,de;q=0.9,en;q=0.8"), "de"),
        (Some("fr, en;q=0.7, de;q=0.3"), "en"),
        (Some("en;q=0"), "de"),
        (Some("en;q=NaN, ;;;, q=1"), "de"),
        (Some("tr"), "de"),
        (Some("*"), "de"),
    ];
    for (header, chosen) in cases {
        assert_eq!(texts.negotiate(header, &offered).as_str(), chosen, "{header:?}");
    }
    assert_eq!(texts.negotiate(Some("de"), &[Language::new("en")]).as_str(), "en");
    assert_eq!(texts.negotiate(Some("de"), &[]).as_str(), "de");
}
