//! Every diagnostic of a region file: one mistake, its line, and what to write instead.

use proptest::prelude::*;

use crate::region::Region;

/// A small file with nothing wrong in it.
const GOOD: &str = r#"id = "insel"
name = { de = "Insel", en = "Island" }
country = "DE"
time_zone = "Europe/Berlin"
languages = ["de", "en"]

[hotline]
numbers = [{ dial = "116117", shown = "116 117" }]
hours = [{ days = "mon-fri", opens = 08:00:00, closes = 20:00:00 }]

[centre_defaults]
lanes = 4
minutes_per_lane = 10

[[centres]]
id = "nord"
name = "Impfzentrum Nord"
district = "001"
address = { street = "Hafen 1", postcode = "12345", city = "Norden" }
position = { latitude = 54.5, longitude = 8.25 }
open_from = 2021-02-01
hours = [
    { days = "mon-fri", opens = 08:00:00, closes = 12:00:00 },
    { days = "mon-fri, sun", opens = 14:00:00, closes = 18:00:00 },
]
slot_minutes = 15
closed_on = [2021-04-04, 2021-04-05]
wheelchair = true

[[districts]]
id = "001"
name = "Nordkreis"
population_thousand = 12
postcodes = ["12345", "12346"]
centres = ["nord"]

[[districts]]
id = "002"
name = "Südkreis"
population_thousand = 9
postcodes = ["12346", "12347"]
regional = ["nord"]

[[vaccines]]
id = "a"
name = "Impfstoff A"
cvx = 208
doses = 2

[[vaccines.rules]]
from = 2021-01-01
interval_days_min = 21
interval_days_max = 42
age_min = 16
age_max = 64
source = "STIKO"

[[vaccines.rules]]
from = 2021-04-01
interval_days_min = 42
interval_days_max = 42
age_min = 16
source = "STIKO"

[[vaccines]]
id = "b"
name = "Impfstoff B"
cvx = 212
doses = 1

[[vaccines.rules]]
from = 2021-04-01
age_min = 60
source = "STIKO"

[[groups]]
id = "ab-80"
basis = "CoronaImpfV § 2"
age_min = 80
entitled_from = 2021-01-12
name = { de = "80 und älter", en = "80 and older" }
explanation = { de = "Sie sind 80." }
proof = { de = "Ausweis" }
"#;

const CASES: &str = include_str!("diagnostics_cases.txt");

fn said_about(text: &str) -> Vec<String> {
    match Region::parse(text) {
        Ok(_) => vec!["nothing".to_owned()],
        Err(diagnostics) => diagnostics.iter().map(ToString::to_string).collect(),
    }
}

/// One case: a passage, what is put in its place, and what should be said.
#[derive(Default)]
struct Case {
    good: String,
    bad: String,
    said: Vec<String>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (mark, rest) = line.split_at(1);
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if mark == "-" {
            cases.push(Case::default());
        }
        let case = cases.last_mut().expect("a case begins with -");
        match mark {
            "-" => case.good = rest.replace("\\n", "\n"),
            "+" => case.bad = rest.replace("\\n", "\n"),
            ">" => case.said.push(rest.to_owned()),
            _ => panic!("this line of the cases begins with none of - + > #: {line}"),
        }
    }
    cases
}

#[test]
fn every_mistake_is_told_with_its_line_and_what_to_write_instead() {
    assert_eq!(said_about(GOOD), ["nothing"]);
    for Case { good, bad, said } in cases() {
        assert_eq!(GOOD.matches(&good).count(), 1, "{good:?} is not there exactly once");
        assert_eq!(said_about(&GOOD.replace(&good, &bad)), said, "{good} => {bad}");
    }
}

#[test]
fn mistakes_in_all_sections_are_told_at_once() {
    let mut text = GOOD.to_owned();
    for (good, bad) in [
        ("lanes = 4", "lanes = 0"),
        ("doses = 1", "doses = 9"),
        ("age_min = 80", "age_min = 800"),
    ] {
        text = text.replace(good, bad);
    }
    text = text.replace(r#"["12345", "12346"]"#, r#"["1234"]"#);
    let lines: Vec<usize> = Region::parse(&text)
        .expect_err("four mistakes")
        .iter()
        .map(|d| d.line)
        .collect();
    assert_eq!(lines, [12, 34, 69, 71, 71, 79]);
}

#[test]
fn a_mistake_in_the_defaults_is_told_once_however_many_centres_take_it() {
    let second = "\n[[centres]]\nid = \"mitte\"\nname = \"Impfzentrum Mitte\"\ndistrict = \"001\"\n\
        open_from = 2021-02-01\nhours = [{ days = \"mon\", opens = 08:00:00, closes = 12:00:00 }]\n\
        slot_minutes = 15\nwheelchair = false\n\n[[districts]]\nid = \"001\"";
    let text = GOOD.replacen("\n[[districts]]\nid = \"001\"", second, 1);
    let text = text.replace(r#"centres = ["nord"]"#, r#"centres = ["nord", "mitte"]"#);
    assert_eq!(said_about(&text), ["nothing"]);
    assert_eq!(said_about(&text.replace("lanes = 4", "lanes = 0")).len(), 1);
}

#[test]
fn hours_are_put_in_order() {
    let text = GOOD.replace(
        "opens = 08:00:00, closes = 12:00:00",
        "opens = 19:00:00, closes = 20:00:00",
    );
    let region = Region::parse(&text).expect("hours in any order are good");
    let opens: Vec<i8> = region.centres[0].hours.iter().map(|hours| hours.opens.hour()).collect();
    assert_eq!(opens, [14, 19]);
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_do_not_matter() {
    assert_eq!(said_about(&GOOD.replace('\n', "\r\n")), ["nothing"]);
    assert_eq!(said_about(&format!("\u{feff}{GOOD}")), ["nothing"]);
    let wrong = GOOD.replace("lanes = 4", "lanes = 0");
    assert_eq!(said_about(&wrong.replace('\n', "\r\n")), said_about(&wrong));
}

#[test]
fn a_file_of_brackets_alone_is_answered() {
    assert_ne!(said_about(&"[".repeat(100_000)), ["nothing"]);
    assert_ne!(said_about(&format!("id = {}", "[".repeat(100_000))), ["nothing"]);
    assert_ne!(said_about(&format!("id = {}", "{a=".repeat(100_000))), ["nothing"]);
    assert_ne!(said_about(&format!("id{} = 1", ".a".repeat(100_000))), ["nothing"]);
    assert_ne!(said_about(""), ["nothing"]);
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        if let Err(diagnostics) = Region::parse(&text) {
            prop_assert!(!diagnostics.is_empty());
        }
    }

    #[test]
    fn a_file_with_a_passage_torn_out_is_answered(
        from in 0..GOOD.len(),
        length in 0usize..60,
        put in prop_oneof![Just(""), Just("\""), Just("["), Just("]"), Just("="), Just("\n"), Just("[[centres]]"), Just("-1"), Just("😀")],
    ) {
        let boundary = |at: usize| (0..=at).rev().find(|at| GOOD.is_char_boundary(*at)).unwrap_or(0);
        let (from, to) = (boundary(from), boundary((from + length).min(GOOD.len())));
        let text = format!("{}{put}{}", &GOOD[..from], &GOOD[to..]);
        if let Err(diagnostics) = Region::parse(&text) {
            prop_assert!(!diagnostics.is_empty());
            let lines = text.lines().count() + 1;
            prop_assert!(diagnostics.iter().all(|d| (1..=lines).contains(&d.line) && d.column >= 1));
        }
    }
}
