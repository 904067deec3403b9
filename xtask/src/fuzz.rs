//! `cargo xtask fuzz`: runs the targets of `fuzz/` in libFuzzer, on stable Rust.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::machine;
use crate::shell::{Workspace, output_of, succeed};

/// Coverage feedback for libFuzzer from the compiler's own pass. No address sanitizer: our code has no `unsafe`, and
/// without it stable Rust is enough.
const COVERAGE_FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// How long each target runs when nothing else is said, in seconds.
const SECONDS_DEFAULT: u32 = 60;

/// The longest input, in bytes: region files and deliveries are the longest that anything here parses.
const INPUT_BYTES_MAX: u32 = 16_384;

/// One input may take this long, in seconds; more is a finding.
const INPUT_TIMEOUT_S: u32 = 5;

/// What the command line asked for.
#[derive(Debug, PartialEq)]
struct Options<'a> {
    target: Option<&'a str>,
    seconds: u32,
}

/// Runs one target, or all one after the other.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let options = parse(arguments)?;
    machine::prepare_for_fuzzing(workspace)?;
    let all = targets(workspace)?;
    let chosen: Vec<String> = all
        .iter()
        .filter(|name| options.target.is_none_or(|wanted| wanted == *name))
        .cloned()
        .collect();
    if chosen.is_empty() {
        bail!(
            "no fuzz target {}; there are: {}",
            options.target.unwrap_or("at all"),
            all.join(", ")
        );
    }
    fuzz(workspace, &chosen, options.seconds)
}

fn parse(arguments: &[String]) -> Result<Options<'_>> {
    let mut options = Options {
        target: None,
        seconds: SECONDS_DEFAULT,
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seconds" => {
                let seconds = arguments.next().context("--seconds needs a number")?;
                options.seconds = seconds
                    .parse()
                    .with_context(|| format!("`{seconds}` is no number of seconds"))?;
            }
            target if !target.starts_with('-') && options.target.is_none() => options.target = Some(target),
            other => bail!("fuzz does not know `{other}`"),
        }
    }
    Ok(options)
}

/// The names of the files in `fuzz/fuzz_targets`.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.root.join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).with_context(|| format!("failed to list {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        names.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Builds the targets and gives each of these to `launch`, one after the other.
fn fuzz(workspace: &Workspace, names: &[String], seconds: u32) -> Result<()> {
    let programs = build(workspace)?;
    for name in names {
        println!("    fuzzing {name} for {seconds} s");
        let folder = workspace.root.join("fuzz");
        let corpus = folder.join("corpus").join(name);
        let artifacts = folder.join("artifacts").join(name);
        for needed in [&corpus, &artifacts] {
            fs::create_dir_all(needed).with_context(|| format!("failed to create {}", needed.display()))?;
        }
        let mut program = workspace.program(programs.join(name));
        program.arg(&corpus).arg(folder.join("seeds").join(name));
        program.args([
            format!("-max_total_time={seconds}"),
            format!("-max_len={INPUT_BYTES_MAX}"),
            format!("-timeout={INPUT_TIMEOUT_S}"),
            format!("-artifact_prefix={}/", artifacts.display()),
        ]);
        succeed(&mut program).with_context(|| format!("inputs that were found lie in {}", artifacts.display()))?;
    }
    Ok(())
}

/// Builds all targets and returns the folder of the programs.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let target_folder = workspace.target.join("fuzz");
    let triple = host_triple(workspace)?;
    let mut build = workspace.cargo(["build", "--locked", "--manifest-path", "fuzz/Cargo.toml"]);
    // With --target the flags are for the programs alone, not for build scripts and macros.
    build
        .args(["--target", &triple, "--target-dir"])
        .arg(&target_folder)
        .env("RUSTFLAGS", COVERAGE_FLAGS);
    succeed(&mut build)?;
    Ok(target_folder.join(triple).join("debug"))
}

fn host_triple(workspace: &Workspace) -> Result<String> {
    let version = output_of(workspace.program("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_target_and_a_time_may_be_named() -> Result<()> {
        assert_eq!(
            parse(&words("ticket --seconds 5"))?,
            Options {
                target: Some("ticket"),
                seconds: 5
            }
        );
        assert_eq!(
            parse(&[])?,
            Options {
                target: None,
                seconds: SECONDS_DEFAULT
            }
        );
        Ok(())
    }

    #[test]
    fn a_time_that_is_no_number_is_an_error() {
        assert!(parse(&words("--seconds soon")).is_err());
        assert!(parse(&words("--seconds")).is_err());
    }
}
