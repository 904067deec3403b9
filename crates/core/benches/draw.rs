//! The draw of a whole country at once: ten million tickets on one core, their seconds and the memory
//! of the process. Nothing here asserts: `cargo xtask bench draw` prints what this machine does.

use std::time::Instant;

use dran_core::ids::{CampaignId, PoolId};
use dran_core::line::draw::{Seed, positions};

/// Tickets of the largest line that is promised.
const TICKETS: u32 = 10_000_000;
/// The bounds that issue 3 sets: the yardsticks.
const SECONDS_MAX: f64 = 1.0;
const MEGABYTES_MAX: f64 = 50.0;
/// Each with a seed of its own; the quickest is told, because others use the machine too.
const ROUNDS: u8 = 5;

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn main() {
    let (campaign, pool) = (CampaignId::new("bench"), PoolId::new("all"));
    let mut quickest = f64::INFINITY;
    for round in 0..ROUNDS {
        let seed = Seed::new(&campaign, &pool, TICKETS, &[round; 32], "");
        let begun = Instant::now();
        let drawn = positions(&seed, TICKETS);
        let seconds = begun.elapsed().as_secs_f64();
        eprintln!("round {round}: {seconds:.3} s, ticket 0 stands at {}", drawn[0]);
        quickest = quickest.min(seconds);
    }
    print("draw_of_10_million", quickest, "s", SECONDS_MAX);
    if let Some(megabytes) = peak_megabytes() {
        print("draw_of_10_million_memory", megabytes, "MB", MEGABYTES_MAX);
    }
}

fn print(name: &str, value: f64, unit: &str, yardstick_value: f64) {
    let ratio = value / yardstick_value;
    println!(
        r#"{{"name":"{name}","value":{value:.3},"unit":"{unit}","yardstick":"the bound that is promised","yardstick_value":{yardstick_value},"ratio":{ratio:.3}}}"#
    );
}

/// The most memory that this process has held, code and libraries included; Linux tells it.
fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}
