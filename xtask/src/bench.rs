//! `cargo xtask bench`: finds the benches, runs them in release, shows what they measured.
//!
//! A bench is a file `crates/*/benches/NAME.rs` with `harness = false`. It prints one JSON object a line on standard
//! output, `{name, value, unit, yardstick, yardstick_value, ratio}`, where `yardstick` names what was measured in the
//! same run for comparison (`null` where there is nothing to compare with), and may say anything on standard error.
//! It gets the arguments after `--`, and cargo's own `--bench` before them, which it ignores.
//!
//! `--keep` writes what a bench measured into `bench/NAME.json`, with the commit and the machine, so that the figures of
//! two days stand beside each other in the history.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::shell::{Workspace, output_of};

/// One bench file of one crate.
#[derive(Debug, PartialEq)]
struct Bench {
    name: String,
    manifest: PathBuf,
}

/// What the command line asked for.
#[derive(Debug, PartialEq)]
struct Options<'a> {
    name: Option<&'a str>,
    json: bool,
    keep: bool,
    bench_arguments: &'a [String],
}

/// Runs the benches with this name, or all.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let options = parse(arguments)?;
    let all = discover(&workspace.root)?;
    let chosen: Vec<&Bench> = all
        .iter()
        .filter(|bench| options.name.is_none_or(|name| name == bench.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = all.iter().map(|bench| bench.name.as_str()).collect();
        bail!(
            "no bench {}; there are: {}",
            options.name.unwrap_or("at all"),
            names.join(", ")
        );
    }
    for bench in chosen {
        run_one(workspace, bench, &options)?;
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Options<'_>> {
    let mut options = Options {
        name: None,
        json: false,
        keep: false,
        bench_arguments: &[],
    };
    for (position, argument) in arguments.iter().enumerate() {
        match argument.as_str() {
            "--" => {
                options.bench_arguments = &arguments[position + 1..];
                break;
            }
            "--json" => options.json = true,
            "--keep" => options.keep = true,
            name if !name.starts_with('-') && options.name.is_none() => options.name = Some(name),
            other => bail!("bench does not know `{other}`; arguments for the bench itself stand after `--`"),
        }
    }
    Ok(options)
}

fn discover(root: &Path) -> Result<Vec<Bench>> {
    let mut benches = Vec::new();
    for package in folder_entries(&root.join("crates"))? {
        let folder = package.join("benches");
        if !folder.is_dir() {
            continue;
        }
        for file in folder_entries(&folder)? {
            if file.extension().is_some_and(|extension| extension == "rs") {
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                benches.push(Bench {
                    name,
                    manifest: package.join("Cargo.toml"),
                });
            }
        }
    }
    Ok(benches)
}

fn folder_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn run_one(workspace: &Workspace, bench: &Bench, options: &Options<'_>) -> Result<()> {
    if !options.json {
        println!("\n{}", bench.name);
    }
    let mut command = workspace.cargo(["bench", "--quiet", "--bench", &bench.name, "--manifest-path"]);
    command
        .arg(&bench.manifest)
        .arg("--")
        .args(options.bench_arguments)
        .stdout(Stdio::piped());
    let mut child = command.spawn().context("failed to start cargo bench")?;
    let output = child.stdout.take().context("cargo bench has an output")?;
    let mut measured = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line.context("failed to read what the bench prints")?;
        match serde_json::from_str::<Value>(&line) {
            Ok(measurement) if measurement.is_object() => {
                if options.json {
                    println!("{line}");
                } else {
                    println!("  {}", sentence(&measurement));
                }
                measured.push(measurement);
            }
            _ => eprintln!("{line}"),
        }
    }
    let status = child.wait().context("failed to wait for cargo bench")?;
    if !status.success() {
        bail!("bench {} failed: {status}", bench.name);
    }
    if options.keep {
        keep(workspace, bench, options.bench_arguments, &measured)?;
    }
    Ok(())
}

/// Writes what a bench measured where the next one finds it.
fn keep(workspace: &Workspace, bench: &Bench, arguments: &[String], measured: &[Value]) -> Result<()> {
    let commit = output_of(workspace.program("git").args(["describe", "--always", "--dirty"]))?;
    let kept = json!({
        "bench": bench.name,
        "arguments": arguments,
        "commit": commit.trim(),
        "cores": std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        "measured": measured,
    });
    let folder = workspace.root.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    let file = folder.join(kept_as(&bench.name, arguments));
    fs::write(&file, format!("{kept:#}\n")).with_context(|| format!("failed to write {}", file.display()))
}

/// One file for a bench, and for each word it was told.
fn kept_as(name: &str, arguments: &[String]) -> String {
    let mut file = name.to_owned();
    for argument in arguments {
        file += "-";
        file.extend(argument.chars().filter(char::is_ascii_alphanumeric));
    }
    file + ".json"
}

/// A measurement for people: what, how much, and against what.
fn sentence(measurement: &Value) -> String {
    let text = |key: &str| measurement[key].as_str().unwrap_or_default();
    let number = |key: &str| measurement[key].as_f64().map(grouped);
    let value = number("value").unwrap_or_else(|| "?".to_owned());
    let mut sentence = format!("{:<44} {value:>14} {}", text("name"), text("unit"));
    if let Some(yardstick_value) = number("yardstick_value") {
        sentence += &format!("  ({} {yardstick_value}", text("yardstick"));
        if let Some(ratio) = measurement["ratio"].as_f64() {
            sentence += &format!(", ratio {ratio:.3}");
        }
        sentence += ")";
    }
    sentence
}

/// Whole numbers in groups of three; small ones with the digits that matter.
fn grouped(value: f64) -> String {
    if value.abs() < 100.0 {
        return format!("{value:.3}");
    }
    let digits = format!("{:.0}", value.abs());
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    if value < 0.0 { format!("-{grouped}") } else { grouped }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn name_and_json_come_in_any_order_and_the_rest_goes_to_the_bench() -> Result<()> {
        let line = words("--json store -- --batch 16");
        let expected = Options {
            name: Some("store"),
            json: true,
            keep: false,
            bench_arguments: &words("--batch 16"),
        };
        assert_eq!(parse(&line)?, expected);
        Ok(())
    }

    #[test]
    fn what_is_kept_is_named_by_what_was_asked() {
        assert_eq!(kept_as("store", &words("postgres")), "store-postgres.json");
        assert_eq!(kept_as("polls", &[]), "polls.json");
    }

    #[test]
    fn an_unknown_option_is_an_error_not_a_bench() {
        assert!(parse(&words("--jsno")).is_err());
        assert!(parse(&words("store poll")).is_err());
    }

    #[test]
    fn a_measurement_reads_as_a_sentence() {
        let measurement = json!({
            "name": "series booked, batch 256", "value": 48123.4, "unit": "series/s",
            "yardstick": "bare insert", "yardstick_value": 96000, "ratio": 0.5013
        });
        let expected = "series booked, batch 256                             48 123 series/s  \
                        (bare insert 96 000, ratio 0.501)";
        assert_eq!(sentence(&measurement), expected);
    }

    #[test]
    fn a_measurement_without_yardstick_stands_alone() {
        let measurement = json!({"name": "poll", "value": 1.5, "unit": "µs", "yardstick": null});
        assert_eq!(
            sentence(&measurement).split_whitespace().collect::<Vec<_>>(),
            ["poll", "1.500", "µs"]
        );
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(1_234_567.0), "1 234 567");
        assert_eq!(grouped(-1_000.0), "-1 000");
        assert_eq!(grouped(999.6), "1 000");
        assert_eq!(grouped(0.5), "0.500");
    }
}
