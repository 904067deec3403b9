#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where its example is wrong"
)]

use super::*;

const SMALL: &str = r#"name = "small"
title = { de = "Klein", en = "Small" }
group = "ab-80"
birth_years = [1925, 1939]
postcodes = ["34117"]
ends = "5m"

[[people]]
name = "early birds"
count = 20
arrive = [["-30s", 0], ["0s", 5]]
tabs = 5
abandon = 0.05

[[bars]]
name = "joined_percent"
goal = ">= 100"
"#;

fn error_of(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    Scenario::parse(&SMALL.replace(from, to)).unwrap_err().to_string()
}

#[test]
fn behaviour_is_a_few_lines_of_data() {
    let scenario = Scenario::parse(SMALL).unwrap();
    assert_eq!(scenario.people[0].tabs, Few(5));
    assert_eq!(scenario.people[0].relatives, Few(1));
    assert!((scenario.lead_s() - 30.0).abs() < 1e-9);
    assert_eq!(scenario.title_in("de"), "Klein");
    assert_eq!(scenario.title_in("tr"), "small");
}

#[test]
fn an_unknown_key_is_an_error_that_names_its_line() {
    let error = error_of("tabs = 5", "tbas = 5");
    assert!(error.contains("line 12") && error.contains("tbas"), "{error}");
}

#[test]
fn a_wrong_value_is_an_error_that_names_its_line_and_what_to_write() {
    let error = error_of("abandon = 0.05", "abandon = 5.0");
    assert!(error.contains("line 13") && error.contains("from 0 to 1"), "{error}");
    let error = error_of("\"5m\"", "\"5 minutes\"");
    assert!(error.contains("line 6") && error.contains("8h30m"), "{error}");
    let error = error_of("joined_percent", "joyned");
    assert!(error.contains("line 1") && error.contains("joins_not_given"), "{error}");
    let error = error_of("count = 20", "count = 4000000000");
    assert!(error.contains("line 10") && error.contains("20000000"), "{error}");
}

#[test]
fn what_only_the_whole_file_can_tell_is_told() {
    assert!(error_of("tabs = 5", "door = \"phone\"").contains("[hotline]"));
    assert!(error_of("\"5m\"", "\"-1m\"").contains("early birds"));
    assert!(error_of("[1925, 1939]", "[1939, 1925]").contains("birth_years"));
    assert!(error_of("[\"34117\"]", "[]").contains("postcodes"));
}

#[test]
fn every_scenario_that_is_shipped_can_be_read_and_is_named_as_its_file() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(path.file_stem().unwrap().to_str(), Some(scenario.name.as_str()));
            assert!(
                scenario.title.contains_key("de") && scenario.title.contains_key("en"),
                "{}",
                scenario.name
            );
            names.push(scenario.name);
        }
    }
    assert!(names.iter().any(|name| name == "rehearsal"), "{names:?}");
}
