//! 530 agents at once, beside a web that is calm.
//!
//! The real program in a process of its own. In 2021 a call took three and a half minutes; here they do what belongs to
//! one three times as fast, and then ten times: a booking, looking somebody up with a note, a call-back. Each request
//! is measured from the moment at which it was meant to be sent, on the same machine as everything else.
//!
//! The bars: 99 of 100 requests of every kind within 150 ms, and no error. Missing one is exit code 1.
//!
//! `cargo xtask bench agents -- [--postgres] [--seconds N]`
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

use load::citizens::Crowd;
use load::report::Report;
use load::staff::{WARM_UP, WARM_UP_PACE, pause_at_pace, work};
use load::world::World;

/// Agents of KVWL on 25 January 2021.
const AGENTS: u32 = 530;
/// How much faster than in 2021 they work.
const PACES: [u32; 2] = [3, 10];
/// How long each pace is measured, unless told otherwise.
const SECONDS: u64 = 40;
/// Citizens who come in a second: a calm web.
const CITIZENS_PER_S: f64 = 200.0;
/// What 99 of 100 requests of any kind may take.
const P99_MS_MAX: f64 = 150.0;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().collect();
    let on_postgresql = arguments.iter().any(|argument| argument == "--postgres");
    let seconds = arguments
        .iter()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(SECONDS);
    let mut world = World::start(on_postgresql, AGENTS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let crowd = Crowd::start(world.server.address, Some(CITIZENS_PER_S));
    let mut report = Report::default();
    runtime.block_on(work(&mut world.agents, WARM_UP, pause_at_pace(WARM_UP_PACE)));
    for pace in PACES {
        let name = format!("{AGENTS} agents at {pace} times the pace of 2021");
        let done = work(&mut world.agents, Duration::from_secs(seconds), pause_at_pace(pace));
        let done = runtime.block_on(done);
        done.tell(&mut report, &name);
        done.tell_deeds(&mut report, &name, P99_MS_MAX);
    }
    let answers = crowd.end();
    report.figure("citizens answered beside them in a second", answers.per_s(), "1/s");
    world.deployment.audit();
    report.end()
}
