//! Whole bookings through HTTP: a place in the line, called, in, proposals, registered, held, confirmed.
//!
//! The real program in a process of its own, and visitors who do all that one after the other, each asking again as
//! soon as they have an answer: a closed loop at machine speed. Beside it, in the same run, a bare hyper server that
//! answers the same requests with the answers that the program has given to its first visitor, and a bare loop of the
//! same writes in SQLite. Ratios first; nothing is asserted but that everybody is booked and the audit is clean.
//!
//! `cargo xtask bench bookings -- [SERIES] [--postgres]`
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a setup or a step that fails is a failed bench"
)]

#[path = "../../web/benches/polls/bare.rs"]
#[expect(dead_code, reason = "the other benches use the rest of it")]
mod bare;
#[path = "../../store/benches/store/bare_sqlite.rs"]
#[expect(dead_code, reason = "the store's bench uses the rest of it")]
mod bare_sqlite;
#[path = "../tests/it/deployment.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod deployment;
#[path = "../../web/benches/polls/server.rs"]
#[expect(dead_code, reason = "the other benches use more of it")]
mod server;
#[path = "bookings/twin.rs"]
mod twin;
#[path = "bookings/visitors.rs"]
mod visitors;
#[path = "../../store/benches/store/world.rs"]
#[expect(dead_code, reason = "the store's bench uses more of it")]
mod world;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use deployment::{CAMPAIGN, CENTRES, Deployment, Opening};
use dran_cluster::{Cluster, Durability};
use serde_json::json;
use server::{SERVE_BARE, Server, cpu_time};
use visitors::{Booked, Crowd};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Series booked, unless told otherwise.
const SERIES: u32 = 20_000;
/// Series before anything is measured.
const WARM_UP: u32 = 500;
/// Visitors at a time, each with a connection: as many as wait for the line to call them and for one commit together.
const VISITORS: u32 = 1_024;
/// Everybody comes from one address, and permits are for all who are there.
const LIMITS: &str = "joins_per_minute = 0\npermits_max = 5000";
/// Doses of a centre and days of first doses for the series of one run; more doses are there than are booked, so that
/// the last ones do not search for theirs.
const DOSES_PER_SERIES: u32 = 1;
const SERIES_PER_DAY: u32 = 1_500;
/// How many series the bare loop commits together, as the store does with so many visitors.
const BATCH: u32 = 256;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == SERVE_BARE) {
        return twin::serve(arguments.get(1).ok_or("which answers?")?);
    }
    let series = arguments
        .iter()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(SERIES);
    let on_postgresql = arguments.iter().any(|argument| argument == "--postgres");
    let ours = through_dran(series, on_postgresql)?;
    let bare = through_bare_hyper(series, &ours)?;
    let engine = if on_postgresql { "PostgreSQL" } else { "SQLite" };
    print(
        &format!("series booked in a second, {engine}"),
        "series/s",
        ours.per_s(series),
        "bare hyper, the same requests",
        bare.per_s(series),
    );
    if !on_postgresql {
        let runtime = tokio::runtime::Runtime::new()?;
        let loop_per_s = runtime.block_on(bare_sqlite::whole_visits(BATCH, series))?;
        let yardstick = format!("bare loop of the same writes, batches of {BATCH}");
        print(
            "series booked in a second",
            "series/s",
            ours.per_s(series),
            &yardstick,
            loop_per_s,
        );
    }
    let yardstick = "bare hyper, the same requests";
    print(
        "processor of the server for a series",
        "µs",
        ours.cpu_us(series),
        yardstick,
        bare.cpu_us(series),
    );
    let requests = |run: &Run| run.booked.requests as f64 / f64::from(series);
    print(
        "requests for a series",
        "requests",
        requests(&ours),
        yardstick,
        requests(&bare),
    );
    for (kind, times) in &ours.booked.times {
        for (share, word) in [(0.5, "half"), (0.99, "99 %")] {
            let value = visitors::within_ms(times, share);
            println!(
                "{}",
                json!({"name": format!("{kind}, {word} within"), "value": value, "unit": "ms",
                "yardstick": null, "yardstick_value": null, "ratio": null})
            );
        }
    }
    Ok(())
}

/// One run, and what it cost the server.
struct Run {
    booked: Booked,
    cpu: Duration,
}

impl Run {
    fn per_s(&self, series: u32) -> f64 {
        f64::from(series) / self.booked.took.as_secs_f64()
    }

    fn cpu_us(&self, series: u32) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / f64::from(series)
    }
}

/// The program, with supply for everybody and a line that is open.
fn through_dran(series: u32, on_postgresql: bool) -> Outcome<Run> {
    let cluster = on_postgresql.then(|| Cluster::start(Durability::Full).unwrap());
    let url = cluster
        .as_ref()
        .map(|cluster| cluster.create_database(None).unwrap().url);
    let mut deployment = Deployment::empty(url.as_deref(), LIMITS);
    deployment.log_level = "error";
    let all = series + WARM_UP;
    deployment.deliver_to(
        "T1",
        CENTRES,
        DOSES_PER_SERIES * all,
        i64::from(all.div_ceil(SERIES_PER_DAY)),
    );
    deployment.create_campaign_with(CAMPAIGN, &Opening::AtOnce, "first-come");
    let service = deployment.serve();
    let run = measured(service.address, series, || cpu_time(service.pid()))?;
    drop(service);
    let booked = deployment.audit().series();
    if booked != u64::from(all) {
        return Err(format!("{booked} series are booked, and {all} visitors came").into());
    }
    Ok(run)
}

/// What answers nothing but what it was told.
fn through_bare_hyper(series: u32, ours: &Run) -> Outcome<Run> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), serde_json::to_vec(&ours.booked.answers)?)?;
    let path = file.path().to_string_lossy().into_owned();
    let (server, _) = Server::start(&[SERVE_BARE, &path])?;
    measured(server.address, series, || server.cpu_time())
}

fn measured(address: SocketAddr, series: u32, cpu: impl Fn() -> Outcome<Duration>) -> Outcome<Run> {
    let crowd = Crowd::new(address, CAMPAIGN);
    crowd.book(series..series + WARM_UP, VISITORS)?;
    let before = cpu()?;
    let booked = crowd.book(0..series, VISITORS)?;
    Ok(Run {
        booked,
        cpu: cpu()? - before,
    })
}

fn print(name: &str, unit: &str, value: f64, yardstick: &str, beside: f64) {
    println!(
        "{}",
        json!({"name": name, "value": value, "unit": unit, "yardstick": yardstick,
        "yardstick_value": beside, "ratio": value / beside})
    );
}

fn cores() -> std::io::Result<usize> {
    std::thread::available_parallelism().map(usize::from)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the time that passes")]
fn now() -> Instant {
    Instant::now()
}
