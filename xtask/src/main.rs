//! `cargo xtask`: everything that is checked, measured and fuzzed has its one entry here.

mod bench;
mod browser;
mod day;
mod faults;
mod fuzz;
mod machine;
mod shell;
mod steps;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::shell::Workspace;

const USAGE: &str = "\
cargo xtask test                         install what the tests need, then check everything
cargo xtask ci                           the same with the settings of a build server
cargo xtask tidy                         style as a test
cargo xtask e2e [-- PLAYWRIGHT_ARGS]     the browser tests alone
cargo xtask bench [NAME] [--json] [--keep] [-- BENCH_ARGS]
                                         measure; --json prints one object a line
cargo xtask fuzz [TARGET] [--seconds N]  fuzz what parses
cargo xtask faults [-- --seed N --minutes M --only FAULT]
                                         kill, cut and fill what can be, and compare the books
cargo xtask day [--people N] [--seed S]  the same day on SQLite and PostgreSQL, and compare every answer";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        bail!("no command given\n{USAGE}")
    };
    if command == "help" || command == "--help" {
        println!("{USAGE}");
        return Ok(());
    }
    let workspace = Workspace::locate()?;
    match (command.as_str(), rest) {
        ("test", []) => test::everything(&workspace),
        ("ci", []) => test::everything(&workspace.with_ci_settings()),
        ("tidy", []) => tidy::check(&workspace.root),
        ("e2e", rest) => {
            machine::prepare_for_browser(&workspace)?;
            browser::run(&workspace, arguments_after_dashes(rest)?)
        }
        ("bench", rest) => bench::run(&workspace, rest),
        ("fuzz", rest) => fuzz::run(&workspace, rest),
        ("faults", rest) => faults::run(&workspace, arguments_after_dashes(rest)?),
        ("day", rest) => day::run(&workspace, rest),
        ("test" | "ci" | "tidy", _) => bail!("`{command}` takes no arguments\n{USAGE}"),
        _ => bail!("unknown command `{command}`\n{USAGE}"),
    }
}

/// What stands after `--`; anything before it is a mistake.
fn arguments_after_dashes(arguments: &[String]) -> Result<&[String]> {
    match arguments.split_first() {
        None => Ok(&[]),
        Some((dashes, rest)) if dashes == "--" => Ok(rest),
        Some((other, _)) => bail!("unexpected `{other}`: arguments for the tool stand after `--`\n{USAGE}"),
    }
}
