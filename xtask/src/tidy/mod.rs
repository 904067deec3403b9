//! Style as a test: rules about the text of the tracked files that no compiler knows.
//!
//! A rule is a function from files to problems, and has its own tests beside it. What a formatter, clippy or
//! cargo-deny can check does not belong here.

mod manifests;
mod proofs;
mod rust;
mod templates;
mod words;

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::output_of;

/// A tracked text file.
pub struct File {
    /// From the root of the repository, with forward slashes.
    path: String,
    text: String,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    /// The rules must name what they forbid.
    fn is_tidy_itself(&self) -> bool {
        self.path.starts_with("xtask/src/tidy/")
    }

    /// Written by a tool: nobody reads it, and its checksums may spell anything.
    fn is_lock_file(&self) -> bool {
        self.path.ends_with("Cargo.lock") || self.path.ends_with("package-lock.json")
    }

    /// Lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    fn problem(&self, line: usize, message: impl Into<String>) -> Problem {
        Problem {
            path: self.path.clone(),
            line,
            message: message.into(),
        }
    }
}

/// What a rule found, where.
#[derive(Debug, PartialEq)]
pub struct Problem {
    path: String,
    line: usize,
    message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}

type FileRule = fn(&File) -> Vec<Problem>;
type TreeRule = fn(&[File]) -> Vec<Problem>;

/// Rules that look at one file at a time.
const FILE_RULES: [FileRule; 9] = [
    words::too_long,
    words::unfinished,
    words::machine_paths,
    words::package_hosts,
    rust::ignored_tests,
    rust::allowed_lints,
    rust::sql_outside_the_store,
    rust::effects_in_the_core,
    templates::text_outside_the_locales,
];

/// Rules that compare files with each other.
const TREE_RULES: [TreeRule; 6] = [
    manifests::members_without_the_lints,
    manifests::versions_outside_the_root,
    manifests::unused_dependencies,
    manifests::dependencies_without_a_reason,
    manifests::dependencies_in_the_wrong_place,
    proofs::tests_that_are_not_there,
];

/// Checks every tracked file under the root; prints what is wrong and fails when anything is.
pub fn check(root: &Path) -> Result<()> {
    let files = tracked_files(root)?;
    for advice in files.iter().flat_map(words::getting_long) {
        println!("    advice: {advice}");
    }
    let problems = problems(&files);
    for problem in &problems {
        println!("    {problem}");
    }
    match problems.len() {
        0 => {
            println!("    {} files are tidy", files.len());
            Ok(())
        }
        1 => bail!("1 problem"),
        several => bail!("{several} problems"),
    }
}

fn problems(files: &[File]) -> Vec<Problem> {
    let of_files = FILE_RULES.iter().flat_map(|rule| files.iter().flat_map(rule));
    let of_tree = TREE_RULES.iter().flat_map(|rule| rule(files));
    of_files.chain(of_tree).collect()
}

/// What git tracks, and what is new and not ignored: a problem shows before it is committed.
fn tracked_files(root: &Path) -> Result<Vec<File>> {
    let mut list = Command::new("git");
    // The checkout of a build server may belong to somebody else than who runs this.
    list.args([
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let paths = output_of(list.current_dir(root))?;
    let mut files = Vec::new();
    for path in paths.split_terminator('\0') {
        // Neither deleted files nor pictures have text to look at.
        if let Ok(text) = fs::read_to_string(root.join(path)) {
            files.push(File::new(path, &text));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_where_it_is() {
        let problem = File::new("crates/core/src/lib.rs", "").problem(7, "too long");
        assert_eq!(problem.to_string(), "crates/core/src/lib.rs:7: too long");
    }

    #[test]
    fn every_rule_is_asked() {
        let long = "\n".repeat(700);
        let files = [
            File::new(
                "crates/core/src/line.rs",
                &format!("{long}use tokio::sync;\n#[ignore]\n#[allow(unused)]"),
            ),
            File::new(
                "crates/web/src/lib.rs",
                concat!("\"INSERT INTO slot\" // TODO registry", ".npmjs.org /", "root/x"),
            ),
            File::new("crates/web/templates/page.html", "<p>Willkommen</p>"),
            File::new("crates/web/Cargo.toml", "[dependencies]\nrusqlite = \"1\""),
            File::new("Cargo.toml", "[workspace.dependencies]\nanyhow = \"1\""),
            File::new("docs/security.md", "`nobody_has_written_this`"),
        ];
        let mut found: Vec<String> = problems(&files).into_iter().map(|problem| problem.message).collect();
        found.dedup();
        assert!(found.len() >= FILE_RULES.len() + TREE_RULES.len(), "{found:#?}");
    }

    #[test]
    fn what_is_tracked_is_found() -> Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
        assert!(
            tracked_files(root)?
                .iter()
                .any(|file| file.path == "xtask/src/tidy/mod.rs")
        );
        Ok(())
    }
}
