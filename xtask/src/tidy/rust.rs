//! Rules about Rust files: the invariants of the architecture that show in the text.

use super::{File, Problem};

/// What only a caller of the core may do, by the path that does it.
const EFFECTS: [&str; 8] = [
    "tokio",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "rand::",
    "libc::",
];

/// The same modules inside `use std::{...}`.
const EFFECTS_OF_STD: [&str; 5] = ["fs", "net", "env", "process", "thread"];

/// Openings of SQL statements, as they are written in this repository: keywords in capitals.
const SQL: [&str; 9] = [
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "ALTER TABLE ",
    "BEGIN IMMEDIATE",
    "PRAGMA ",
];

/// A test that does not run proves nothing.
pub fn ignored_tests(file: &File) -> Vec<Problem> {
    find(
        file,
        &["#[ignore"],
        "a test that is ignored proves nothing: repair it or delete it",
    )
}

/// `expect` ends by itself when its reason is gone; `allow` stays for ever.
pub fn allowed_lints(file: &File) -> Vec<Problem> {
    find(
        file,
        &["#[allow(", "#![allow("],
        "write #[expect(..., reason = \"...\")] instead of allow",
    )
}

/// No SQL outside the store: the database is behind `Store`. The servers that tests start are asked about
/// themselves, and know no table of dran.
pub fn sql_outside_the_store(file: &File) -> Vec<Problem> {
    if file.path.starts_with("crates/store/") || file.path.starts_with("crates/cluster/") {
        return Vec::new();
    }
    find(
        file,
        &SQL,
        "SQL lives in crates/store only: make it an operation of Store",
    )
}

/// The core is pure and synchronous: time and random bytes are parameters, input and output are its caller's.
pub fn effects_in_the_core(file: &File) -> Vec<Problem> {
    if !file.path.starts_with("crates/core/src/") {
        return Vec::new();
    }
    let message = "the core does no input or output, starts nothing and draws no randomness";
    let mut problems = find(file, &EFFECTS, message);
    for (number, line) in file.lines() {
        let imported = line.trim_start().strip_prefix("use std::{");
        let words = imported.into_iter().flat_map(|list| list.split([',', '}', ':', ' ']));
        if words.into_iter().any(|word| EFFECTS_OF_STD.contains(&word)) {
            problems.push(file.problem(number, message));
        }
    }
    problems
}

/// Lines of code, comments left out, that hold one of these.
fn find(file: &File, forbidden: &[&str], message: &str) -> Vec<Problem> {
    if !file.is_rust() || file.is_tidy_itself() {
        return Vec::new();
    }
    let code = file.lines().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let hits = code.filter(|(_, line)| forbidden.iter().any(|word| stands_in(line, word)));
    hits.map(|(number, _)| file.problem(number, message)).collect()
}

/// Whether the word stands in the line and does not merely end a longer one (`operand::` holds no `rand::`).
fn stands_in(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        !before.is_some_and(|character| character.is_alphanumeric() || character == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_tests_are_found_with_and_without_a_reason() {
        assert_eq!(ignored_tests(&File::new("a.rs", "    #[ignore]")).len(), 1);
        assert_eq!(ignored_tests(&File::new("a.rs", "#[ignore = \"slow\"]")).len(), 1);
        assert!(ignored_tests(&File::new("CONTRIBUTING.md", "no #[ignore]")).is_empty());
    }

    #[test]
    fn allow_is_found_and_expect_is_not() {
        assert_eq!(allowed_lints(&File::new("a.rs", "#![allow(dead_code)]")).len(), 1);
        assert!(allowed_lints(&File::new("a.rs", "#[expect(dead_code, reason = \"later\")]")).is_empty());
    }

    #[test]
    fn sql_is_at_home_in_the_store_only() {
        let statement = "let rows = query(\"SELECT id FROM slot\");";
        assert_eq!(
            sql_outside_the_store(&File::new("crates/web/src/lib.rs", statement)).len(),
            1
        );
        assert!(sql_outside_the_store(&File::new("crates/store/src/sqlite/mod.rs", statement)).is_empty());
        assert!(sql_outside_the_store(&File::new("crates/web/src/lib.rs", "/// SELECT is the store's")).is_empty());
        assert!(sql_outside_the_store(&File::new("crates/web/src/lib.rs", "\"Robert'); DROP TABLE x\"")).is_empty());
    }

    #[test]
    fn the_core_reaches_for_nothing_outside() {
        let core = |line: &str| effects_in_the_core(&File::new("crates/core/src/line/mod.rs", line)).len();
        assert_eq!(core("use std::fs::File;"), 1);
        assert_eq!(core("use std::{collections::BTreeMap, env};"), 1);
        assert_eq!(core("let host = tokio::net::lookup_host(name);"), 1);
        assert_eq!(core("let number = rand::random();"), 1);
        assert_eq!(core("use std::collections::BTreeMap; let operand::Kind = x;"), 0);
        assert_eq!(core("/// No tokio here."), 0);
        assert!(effects_in_the_core(&File::new("crates/dran/src/main.rs", "use std::fs;")).is_empty());
    }
}
