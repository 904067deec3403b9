//! Rules about Cargo.toml and package.json: who may depend on what, and why it is there.

use super::{File, Problem};

/// Where the reasons stand, one table row for each dependency.
const REASONS: &str = "docs/decisions/dependencies.md";

/// Dependencies that have one home, so that the architecture holds: who else needs them asks that crate.
const HOMES: [(&str, &str); 4] = [
    ("rusqlite", "crates/store"),
    ("tokio-postgres", "crates/store"),
    ("askama", "crates/web"),
    ("lettre", "crates/notify"),
];

/// What the core may not depend on, whatever for.
const NOT_FOR_THE_CORE: [&str; 8] = [
    "tokio",
    "tokio-util",
    "hyper",
    "hyper-util",
    "axum",
    "libc",
    "rand",
    "socket2",
];

/// A dependency as a manifest declares it.
#[derive(Debug, PartialEq)]
struct Dependency<'a> {
    name: &'a str,
    declaration: &'a str,
    line: usize,
    /// Tests alone use it.
    is_for_tests: bool,
}

/// `missing_docs`, `unwrap_used` and the rest hold in every crate or they hold in none.
pub fn members_without_the_lints(files: &[File]) -> Vec<Problem> {
    let without = members(files).filter(|file| !file.text.contains("[lints]\nworkspace = true"));
    without
        .map(|file| file.problem(1, "the crate does not take the lints of the workspace"))
        .collect()
}

/// One version of each dependency, in one place.
pub fn versions_outside_the_root(files: &[File]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in members(files) {
        for dependency in dependencies(file).filter(|dependency| !is_from_workspace(dependency)) {
            let message = format!(
                "declare `{}` in the root Cargo.toml and write `.workspace = true`",
                dependency.name
            );
            problems.push(file.problem(dependency.line, message));
        }
    }
    problems
}

fn is_from_workspace(dependency: &Dependency<'_>) -> bool {
    dependency.declaration == "workspace" || dependency.declaration.contains("workspace = true")
}

/// What no crate uses is not declared.
pub fn unused_dependencies(files: &[File]) -> Vec<Problem> {
    let Some(root) = root(files) else { return Vec::new() };
    let is_used = |name: &str| members(files).any(|file| dependencies(file).any(|used| used.name == name));
    let unused = dependencies(root).filter(|dependency| !is_used(dependency.name));
    unused
        .map(|dependency| root.problem(dependency.line, format!("no crate uses `{}`", dependency.name)))
        .collect()
}

/// Every dependency has its row, and every row its dependency.
pub fn dependencies_without_a_reason(files: &[File]) -> Vec<Problem> {
    let reasons = files.iter().find(|file| file.path == REASONS);
    let named: Vec<(usize, &str)> = reasons
        .into_iter()
        .flat_map(File::lines)
        .filter_map(named_in_row)
        .collect();
    let mut problems = Vec::new();
    let mut declared = Vec::new();
    for file in files {
        for (line, name) in foreign_dependencies(file) {
            if !named.iter().any(|(_, reasoned)| *reasoned == name) {
                problems.push(file.problem(line, format!("`{name}` has no row in {REASONS}: why is it needed?")));
            }
            declared.push(name);
        }
    }
    for (line, name) in named.into_iter().filter(|(_, name)| !declared.contains(name)) {
        problems.extend(reasons.map(|reasons| reasons.problem(line, format!("nothing depends on `{name}` any more"))));
    }
    problems
}

/// The dependency that a row of the table is about: ``| `anyhow` | ... |``.
fn named_in_row((number, line): (usize, &str)) -> Option<(usize, &str)> {
    let (name, _) = line.strip_prefix("| `")?.split_once('`')?;
    Some((number, name))
}

/// Dependencies that others wrote, with their lines: of the workspace, of the fuzz targets, of the browser tests.
fn foreign_dependencies(file: &File) -> Vec<(usize, &str)> {
    match file.path.as_str() {
        "Cargo.toml" | "fuzz/Cargo.toml" => {
            let foreign = dependencies(file).filter(|dependency| !dependency.declaration.contains("path = "));
            foreign.map(|dependency| (dependency.line, dependency.name)).collect()
        }
        "e2e/package.json" => npm_packages(file),
        _ => Vec::new(),
    }
}

fn npm_packages(file: &File) -> Vec<(usize, &str)> {
    let inside = file
        .lines()
        .skip_while(|(_, line)| !line.contains("ependencies\": {"))
        .skip(1);
    let entries = inside.take_while(|(_, line)| !line.trim_start().starts_with('}'));
    entries
        .filter_map(|(number, line)| Some((number, line.trim_start().strip_prefix('"')?.split_once('"')?.0)))
        .collect()
}

/// Databases, templates and mail each have one crate; the core has none of what touches the world.
pub fn dependencies_in_the_wrong_place(files: &[File]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in members(files) {
        for dependency in dependencies(file).filter(|dependency| !dependency.is_for_tests) {
            let name = dependency.name;
            let home = HOMES.iter().find(|(homed, _)| *homed == name).map(|(_, home)| *home);
            if let Some(home) = home.filter(|home| file.path != format!("{home}/Cargo.toml")) {
                problems.push(file.problem(dependency.line, format!("`{name}` belongs to {home} alone")));
            }
            if file.path == "crates/core/Cargo.toml" && NOT_FOR_THE_CORE.contains(&name) {
                problems.push(file.problem(dependency.line, format!("the core is pure and has no use for `{name}`")));
            }
        }
    }
    problems
}

fn root(files: &[File]) -> Option<&File> {
    files.iter().find(|file| file.path == "Cargo.toml")
}

fn members(files: &[File]) -> impl Iterator<Item = &File> {
    let is_member =
        |path: &str| path == "xtask/Cargo.toml" || path.starts_with("crates/") || path.starts_with("tests/");
    files
        .iter()
        .filter(move |file| file.path.ends_with("/Cargo.toml") && is_member(&file.path))
}

/// The entries of all sections of dependencies. Entries are written on one line each, as everywhere here.
fn dependencies(file: &File) -> impl Iterator<Item = Dependency<'_>> {
    let mut section = "";
    file.lines().filter_map(move |(number, line)| {
        if let Some(header) = line.trim().strip_prefix('[') {
            section = header.trim_end_matches(']');
            return None;
        }
        if !section.ends_with("dependencies") {
            return None;
        }
        let (key, value) = line.split_once('=')?;
        let (name, field) = key.trim().split_once('.').unwrap_or((key.trim(), ""));
        let declaration = if field == "workspace" { field } else { value.trim() };
        (!name.starts_with('#')).then_some(Dependency {
            name,
            declaration,
            line: number,
            is_for_tests: section == "dev-dependencies",
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "[workspace]\nmembers = []\n\n[workspace.dependencies]\n\
        dran-core = { path = \"crates/core\" }\nanyhow = \"1\"\nrusqlite = { version = \"0.41\" }\n";

    fn reasons(rows: &str) -> File {
        File::new(REASONS, &format!("| dependency | why |\n| --- | --- |\n{rows}"))
    }

    #[test]
    fn entries_are_read_in_each_of_their_spellings() {
        let file = File::new(
            "crates/web/Cargo.toml",
            "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\nb = { workspace = true, features = [] }\n\
             [dev-dependencies]\n# c = \"1\"\nd = \"2\"\n[lints]\nworkspace = true\n",
        );
        let entries: Vec<_> = dependencies(&file)
            .map(|entry| (entry.name, entry.line, entry.is_for_tests))
            .collect();
        assert_eq!(entries, [("a", 4, false), ("b", 5, false), ("d", 8, true)]);
    }

    #[test]
    fn a_member_takes_the_lints() {
        let with = File::new("crates/web/Cargo.toml", "[lints]\nworkspace = true\n");
        let without = File::new("crates/core/Cargo.toml", "[package]\n");
        let problems = members_without_the_lints(&[with, without]);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].path, "crates/core/Cargo.toml");
    }

    #[test]
    fn versions_stand_in_the_root_alone() {
        let own = File::new("crates/web/Cargo.toml", "[dependencies]\nanyhow = \"1\"\n");
        let shared = File::new("crates/core/Cargo.toml", "[dependencies]\nanyhow.workspace = true\n");
        let problems = versions_outside_the_root(&[File::new("Cargo.toml", ROOT), own, shared]);
        assert_eq!(
            problems.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>(),
            ["crates/web/Cargo.toml"]
        );
    }

    #[test]
    fn what_nobody_uses_is_found() {
        let user = File::new(
            "crates/store/Cargo.toml",
            "[dependencies]\ndran-core.workspace = true\nrusqlite.workspace = true\n",
        );
        let problems = unused_dependencies(&[File::new("Cargo.toml", ROOT), user]);
        assert_eq!(
            problems,
            [File::new("Cargo.toml", "").problem(6, "no crate uses `anyhow`")]
        );
    }

    #[test]
    fn a_dependency_without_a_row_and_a_row_without_a_dependency_are_found() {
        let files = [
            File::new("Cargo.toml", ROOT),
            reasons("| `anyhow` | errors |\n| `gone` | once used |\n"),
        ];
        let problems = dependencies_without_a_reason(&files);
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (problem.path.as_str(), problem.line))
            .collect();
        assert_eq!(found, [("Cargo.toml", 7), (REASONS, 4)]);
    }

    #[test]
    fn npm_packages_need_a_reason_too() {
        let package =
            "{\n  \"devDependencies\": {\n    \"@playwright/test\": \"1.0.0\"\n  },\n  \"private\": true\n}\n";
        let files = [File::new("e2e/package.json", package), reasons("")];
        assert_eq!(dependencies_without_a_reason(&files).len(), 1);
        let files = [
            File::new("e2e/package.json", package),
            reasons("| `@playwright/test` | drives the browser |\n"),
        ];
        assert!(dependencies_without_a_reason(&files).is_empty());
    }

    #[test]
    fn the_database_driver_is_the_stores_and_the_core_is_pure() {
        let web = File::new("crates/web/Cargo.toml", "[dependencies]\nrusqlite.workspace = true\n");
        let core = File::new("crates/core/Cargo.toml", "[dependencies]\ntokio.workspace = true\n");
        let store = File::new(
            "crates/store/Cargo.toml",
            "[dependencies]\nrusqlite.workspace = true\ntokio.workspace = true\n",
        );
        let tests = File::new(
            "crates/dran/Cargo.toml",
            "[dev-dependencies]\nrusqlite.workspace = true\n",
        );
        let found: Vec<_> = dependencies_in_the_wrong_place(&[web, core, store, tests])
            .into_iter()
            .map(|p| p.path)
            .collect();
        assert_eq!(found, ["crates/web/Cargo.toml", "crates/core/Cargo.toml"]);
    }
}
