//! Agents book while the web stands at four times what it can take.
//!
//! The real program in a process of its own. First it is measured how many requests of citizens it answers in a second
//! when everybody asks again at once; then what agents' requests take while no citizen comes; then the same while
//! citizens come at four times that rate, by their schedule, whatever has been answered so far. What agents do is
//! measured from the moment at which each request was meant to be sent, on the same machine as everything else.
//!
//! The bars: 99 of 100 requests of a booking (proposals, hold, confirm; looking somebody up) within twice the time that
//! they take while nobody comes, and no error. Missing one is exit code 1.
//!
//! `cargo xtask bench isolation -- [--postgres] [--seconds N]`
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a setup or a step that fails is a failed bench"
)]

#[path = "../tests/it/agents.rs"]
mod agents;
#[path = "../tests/it/deployment.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod deployment;
#[path = "../tests/it/http.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod http;
#[expect(dead_code, reason = "the other bench uses more of it")]
mod load;

use std::time::Duration;

use agents::Deed;
use load::citizens::{Crowd, capacity};
use load::report::{Report, within_ms};
use load::staff::{WARM_UP, WARM_UP_PACE, Work, pause_at_pace, work};
use load::world::World;

/// Agents of KVWL on 25 January 2021, and how much faster than in 2021 they work here.
const AGENTS: u32 = 530;
const PACE: u32 = 3;
/// How long each part is measured, unless told otherwise.
const SECONDS: u64 = 40;
const CAPACITY_SECONDS: u64 = 8;
/// Until the queues of citizens are full.
const LOAD_STANDS: Duration = Duration::from_secs(5);
/// How many times the capacity comes.
const TIMES: f64 = 4.0;
/// How much longer agents may wait then.
const LONGER: f64 = 2.0;
/// What a booking is made of.
const BOOKING: [Deed; 4] = [Deed::Search, Deed::Proposals, Deed::Hold, Deed::Confirm];

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().collect();
    let on_postgresql = arguments.iter().any(|argument| argument == "--postgres");
    let seconds = arguments
        .iter()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(SECONDS);
    let lasts = Duration::from_secs(seconds);
    let mut world = World::start(on_postgresql, AGENTS);
    let (citizens, mut report) = (world.server.address, Report::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let measured =
        |agents: &mut Vec<agents::Agent>, lasts, pace| runtime.block_on(work(agents, lasts, pause_at_pace(pace)));

    let most = capacity(citizens, Duration::from_secs(CAPACITY_SECONDS));
    report.figure(
        "isolation, requests of citizens that are answered in a second",
        most.per_s(),
        "1/s",
    );
    measured(&mut world.agents, WARM_UP, WARM_UP_PACE);
    let idle = measured(&mut world.agents, lasts, PACE);
    let crowd = Crowd::start(citizens, Some(TIMES * most.per_s()));
    measured(&mut world.agents, LOAD_STANDS, PACE);
    let loaded = measured(&mut world.agents, lasts, PACE);
    let answers = crowd.end();
    report.at_least(
        "isolation, citizens who come in a second",
        answers.came_per_s(),
        "1/s",
        0.95 * TIMES * most.per_s(),
    );
    report.figure("isolation, of them answered in a second", answers.per_s(), "1/s");
    report.figure("isolation, of them answered wrongly", answers.bad as f64, "answers");

    idle.tell(&mut report, "isolation, without citizens");
    loaded.tell(&mut report, "isolation, beside them");
    for deeds in BOOKING.iter().map(std::slice::from_ref).chain([&BOOKING[..], &[]]) {
        compare(&mut report, &idle, &loaded, deeds);
    }
    world.deployment.audit();
    report.end()
}

/// Prints what the deeds take with and without citizens. The bar is on all of a booking together.
fn compare(report: &mut Report, idle: &Work, loaded: &Work, deeds: &[Deed]) {
    let word = match deeds {
        [deed] => format!("{deed:?}").to_lowercase(),
        [] => "every request".to_owned(),
        _ => "a booking's requests".to_owned(),
    };
    let (mut without, mut beside) = (idle.times_of(deeds), loaded.times_of(deeds));
    let name = |what: &str| format!("isolation, {word}, {what}");
    report.figure(
        &name("half within, without citizens"),
        within_ms(&mut without, 0.5),
        "ms",
    );
    report.figure(&name("half within, beside them"), within_ms(&mut beside, 0.5), "ms");
    let (p99_idle, p99) = (within_ms(&mut without, 0.99), within_ms(&mut beside, 0.99));
    report.figure(&name("99 % within, without citizens"), p99_idle, "ms");
    if deeds.len() > 1 {
        report.at_most(&name("99 % within, beside them"), p99, "ms", LONGER * p99_idle);
    } else {
        report.figure(&name("99 % within, beside them"), p99, "ms");
    }
}
