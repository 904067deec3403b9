//! Rules about any text file: its length, and words that must not stand in it.

use super::{File, Problem};

/// From here on a file no longer fits in the head; it must be split.
const LINES_MAX: usize = 600;

/// From here on a file should be looked at: does it still tell one story?
const LINES_ADVISED: usize = 400;

/// Files that people write and read as programs. Texts, region files and recorded outputs may be as long as they are.
const CODE: [&str; 7] = ["rs", "ts", "js", "mjs", "css", "html", "sql"];

/// Marks of unfinished work.
const UNFINISHED_WORDS: [&str; 3] = ["TODO", "FIXME", "XXX"];
const UNFINISHED_MACROS: [&str; 2] = ["todo!", "unimplemented!"];

/// Folders that exist on one machine only. In two parts, like the hosts below, so that this file keeps its own rule.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/", "root/"),
    concat!("/", "home/"),
    concat!("/", "Users/"),
    concat!("/", "work/"),
];

/// Package hosts: which one is asked is the business of the machine that asks.
const PACKAGE_HOSTS: [&str; 8] = [
    concat!("registry", ".npmjs."),
    concat!("registry", ".yarnpkg."),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("index", ".crates.io"),
    concat!("static", ".crates.io"),
    concat!("deb", ".debian.org"),
    concat!("proxy", ".golang.org"),
];

/// How Cargo.lock and deny.toml name the crates.io registry; a name, not the host that is asked.
const CRATES_IO_SOURCE: &str = "https://github.com/rust-lang/crates.io-index";

pub fn too_long(file: &File) -> Vec<Problem> {
    let lines = code_lines(file);
    if lines <= LINES_MAX {
        return Vec::new();
    }
    vec![file.problem(lines, format!("{lines} lines; split what is over {LINES_MAX}"))]
}

/// Advice, not a problem.
pub fn getting_long(file: &File) -> Option<Problem> {
    let lines = code_lines(file);
    (lines > LINES_ADVISED && lines <= LINES_MAX).then(|| {
        file.problem(
            lines,
            format!("{lines} lines; over {LINES_ADVISED} a file rarely tells one story"),
        )
    })
}

fn code_lines(file: &File) -> usize {
    if CODE.contains(&file.extension()) {
        file.text.lines().count()
    } else {
        0
    }
}

pub fn unfinished(file: &File) -> Vec<Problem> {
    if file.is_lock_file() || file.is_tidy_itself() {
        return Vec::new();
    }
    let words = UNFINISHED_WORDS.iter().filter(|_| !is_about_this_rule(file));
    let macros = UNFINISHED_MACROS.iter().filter(|_| file.is_rust());
    let forbidden: Vec<&str> = words.chain(macros).copied().collect();
    find(file, &forbidden, |word| {
        format!("`{word}`: finish it, or write an issue")
    })
}

/// The guide for contributors must name what is not wanted.
fn is_about_this_rule(file: &File) -> bool {
    file.path == "CONTRIBUTING.md"
}

pub fn machine_paths(file: &File) -> Vec<Problem> {
    if file.is_lock_file() {
        return Vec::new();
    }
    find(file, &MACHINE_PATHS, |path| {
        format!("`{path}` exists on one machine only")
    })
}

pub fn package_hosts(file: &File) -> Vec<Problem> {
    let mut problems = find(file, &PACKAGE_HOSTS, |host| format!("`{host}` names a package host"));
    for (number, line) in file.lines() {
        let foreign_crate = file.path.ends_with("Cargo.lock")
            && line.starts_with("source = ")
            && line != format!("source = \"registry+{CRATES_IO_SOURCE}\"");
        let resolved_package = file.path.ends_with("package-lock.json") && line.contains("\"resolved\"");
        if foreign_crate || resolved_package {
            problems.push(file.problem(number, "the lock file names where a package was fetched from"));
        }
    }
    problems
}

/// Where one of these stands in the file, as a word of its own at its beginning and its end.
fn find(file: &File, forbidden: &[&str], message: impl Fn(&str) -> String) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in file.lines() {
        for word in forbidden.iter().filter(|word| stands_alone(line, word)) {
            problems.push(file.problem(number, message(word)));
        }
    }
    problems
}

/// Whether the word stands in the line without letters that would make it a part of another word or path.
fn stands_alone(line: &str, word: &str) -> bool {
    let is_part_of_word = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        let ends_open = word.ends_with(|character: char| !character.is_alphanumeric());
        let is_subfolder = word.starts_with('/') && before.is_some_and(|character| "./-}".contains(character));
        !before.is_some_and(is_part_of_word) && !is_subfolder && (ends_open || !after.is_some_and(is_part_of_word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_a_length_it_may_not_pass_and_data_has_none() {
        let lines = |count: usize| "line\n".repeat(count);
        assert!(too_long(&File::new("a.rs", &lines(LINES_MAX))).is_empty());
        assert_eq!(too_long(&File::new("a.rs", &lines(LINES_MAX + 1))).len(), 1);
        assert!(too_long(&File::new("regions/hessen.toml", &lines(LINES_MAX + 1))).is_empty());
    }

    #[test]
    fn a_file_between_the_two_limits_gets_advice() {
        let lines = |count: usize| "line\n".repeat(count);
        assert!(getting_long(&File::new("a.rs", &lines(LINES_ADVISED))).is_none());
        assert!(getting_long(&File::new("a.rs", &lines(LINES_ADVISED + 1))).is_some());
        assert!(getting_long(&File::new("a.rs", &lines(LINES_MAX + 1))).is_none());
    }

    #[test]
    fn marks_of_unfinished_work_are_found_as_words() {
        assert_eq!(unfinished(&File::new("a.rs", "// TODO later")).len(), 1);
        assert_eq!(unfinished(&File::new("a.rs", "fn f() { todo!() }")).len(), 1);
        assert_eq!(unfinished(&File::new("README.md", "FIXME: write this")).len(), 1);
        assert!(unfinished(&File::new("a.rs", "const MASTODON: u8 = 1; let method = 1;")).is_empty());
        assert!(unfinished(&File::new("e2e/package-lock.json", "sha512-XXX/TODO+")).is_empty());
    }

    #[test]
    fn folders_of_one_machine_are_found_and_urls_are_not() {
        assert_eq!(
            machine_paths(&File::new("a.toml", &format!("path = \"{}dran\"", MACHINE_PATHS[0]))).len(),
            1
        );
        assert_eq!(
            machine_paths(&File::new("a.md", &format!("see {}somebody/notes", MACHINE_PATHS[1]))).len(),
            1
        );
        assert!(machine_paths(&File::new("a.md", "https://example.org/home/page and ./work/x")).is_empty());
    }

    #[test]
    fn package_hosts_are_found_and_the_name_of_the_registry_is_not() {
        let registry = format!("registry=https://{}org/", PACKAGE_HOSTS[0]);
        assert_eq!(package_hosts(&File::new(".npmrc", &registry)).len(), 1);
        let lock = format!("source = \"registry+{CRATES_IO_SOURCE}\"");
        assert!(package_hosts(&File::new("Cargo.lock", &lock)).is_empty());
    }

    #[test]
    fn lock_files_may_not_say_where_packages_came_from() {
        assert_eq!(
            package_hosts(&File::new("Cargo.lock", "source = \"registry+https://mirror/index\"")).len(),
            1
        );
        assert_eq!(
            package_hosts(&File::new(
                "e2e/package-lock.json",
                "\"resolved\": \"https://mirror/x.tgz\""
            ))
            .len(),
            1
        );
    }
}
