//! Series per second at the store, both engines, each beside a bare loop of the same statements in batches of the
//! same size on the same schema.
//!
//! Arguments: `sqlite` or `postgres` for one engine only, `million` for PostgreSQL with a million bookings inside,
//! `nodes` for three nodes on one database beside one. Prints one JSON object a line. Nothing is asserted: it
//! measures.

use std::time::Instant;

#[path = "store/bare.rs"]
mod bare;
#[path = "store/bare_sqlite.rs"]
#[expect(dead_code, reason = "the bench of bookings uses the rest of it")]
mod bare_sqlite;
#[path = "store/postgres.rs"]
mod postgres;
#[path = "store/sqlite.rs"]
mod sqlite;
#[path = "../src/postgres/sets/statements.rs"]
mod statements;
#[path = "store/world.rs"]
mod world;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Each figure is the median of so many runs, store and yardstick in turn.
const RUNS: usize = 3;

const SERIES_PER_S: &str = "series/s";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |word: &str| arguments.iter().any(|argument| argument == word);
    let all = !["sqlite", "postgres", "million", "nodes"].into_iter().any(asked);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if all || asked("sqlite") {
        sqlite::measure(&runtime)?;
    }
    if all || asked("postgres") {
        postgres::measure(&runtime)?;
    }
    if asked("million") {
        postgres::measure_filled(&runtime)?;
    }
    if asked("nodes") {
        postgres::measure_nodes(&runtime)?;
    }
    Ok(())
}

/// A figure beside its yardstick.
struct Figure<'a> {
    name: &'a str,
    unit: &'a str,
    rates: Vec<f64>,
    yardstick: &'a str,
    yardstick_rates: Vec<f64>,
}

impl Figure<'_> {
    fn print(self) {
        let (value, yardstick_value) = (median(self.rates), median(self.yardstick_rates));
        println!(
            "{{\"name\":\"{}\",\"value\":{value:.0},\"unit\":\"{}\",\"yardstick\":\"{}\",\
             \"yardstick_value\":{yardstick_value:.0},\"ratio\":{:.3}}}",
            self.name,
            self.unit,
            self.yardstick,
            value / yardstick_value
        );
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the time that passes")]
fn now() -> Instant {
    Instant::now()
}
