//! A rule about documents that name tests: what they name must be there.

use std::collections::BTreeSet;

use super::{File, Problem};

/// Each line of it rests on a test.
const DOCUMENTS: [&str; 1] = ["docs/security.md"];

/// A name of a test is a sentence; what has fewer words is something else.
const UNDERSCORES_MIN: usize = 3;

/// Names of tests, or of checks of the audit, that a document gives and no Rust file has.
pub fn tests_that_are_not_there(files: &[File]) -> Vec<Problem> {
    let known: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.is_rust())
        .flat_map(|file| file.text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .filter(|word| is_sentence(word))
        .collect();
    let documents = files.iter().filter(|file| DOCUMENTS.contains(&file.path.as_str()));
    let named = documents.flat_map(|file| file.lines().map(move |(number, line)| (file, number, line)));
    named
        .flat_map(|(file, number, line)| {
            let words = line.split('`').skip(1).step_by(2).filter(|word| is_sentence(word));
            let missing = words.filter(|word| !known.contains(word));
            missing.map(move |word| file.problem(number, format!("there is no test `{word}`")))
        })
        .collect()
}

fn is_sentence(word: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    word.chars().all(fits) && word.matches('_').count() >= UNDERSCORES_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_test_must_be_there() {
        let document = |text: &str| File::new("docs/security.md", text);
        let code = File::new("crates/core/src/lib.rs", "fn who_logs_out_is_out() {}");
        let there = document("W `who_logs_out_is_out`, `type=\"password\"`, `max_age`");
        assert_eq!(tests_that_are_not_there(&[there, code]), []);
        let code = File::new("crates/core/src/lib.rs", "fn who_logs_out_is_out() {}");
        let gone = document("one line\nW `who_logs_in_is_in`");
        let found = tests_that_are_not_there(&[gone, code]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].to_string(),
            "docs/security.md:2: there is no test `who_logs_in_is_in`"
        );
    }
}
