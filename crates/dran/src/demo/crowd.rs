//! The synthetic crowd: `dran storm`, against the demo it is part of.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use dran_storm::replay::{self, Plan};
use dran_storm::scenario::Scenario;
use dran_storm::target::Target;
use tokio_util::sync::CancellationToken;

use super::summary::Summary;
use crate::sources;

/// Who comes, for a crowd of 3,000.
const DAY: &str = include_str!("../../../../scenarios/demo.toml");
/// Connections of the crowd: each is two open files of this process, which many systems give 1,024.
const CONNECTIONS_MAX: usize = 256;
/// More requests than any demo lasts for.
const REQUESTS_MAX: u64 = u64::MAX;

/// A crowd.
pub struct Crowd {
    /// The service.
    pub address: SocketAddr,
    /// How many people come.
    pub people: u32,
    /// Where the service puts its messages.
    pub messages: PathBuf,
    /// Where they are counted.
    pub summary: Arc<Summary>,
    /// Decides who they are.
    pub seed: u64,
}

impl Crowd {
    /// Lets everybody come; ends when it is told to stop.
    pub async fn come(self, stop: CancellationToken) -> Result<()> {
        if self.people > 0 {
            let ending = Arc::new(AtomicBool::new(false));
            let coming = tokio::task::spawn_blocking({
                let ending = ending.clone();
                move || self.replay(ending)
            });
            tokio::pin!(coming);
            tokio::select! {
                () = stop.cancelled() => {
                    ending.store(true, Ordering::Relaxed);
                    coming.await??;
                }
                came = &mut coming => came??,
            }
        }
        stop.cancelled().await;
        Ok(())
    }

    fn replay(self, stop: Arc<AtomicBool>) -> Result<()> {
        let scenario = Scenario::parse(DAY)?;
        let whole: f64 = scenario.people.iter().map(|people| f64::from(people.count.0)).sum();
        let plan = Plan {
            scenario: Arc::new(scenario),
            target: Target::parse(&format!("http://{}", self.address))?,
            staff: None,
            campaign: None,
            speed: 1.0,
            scale: f64::from(self.people) / whole,
            thinks: true,
            seed: self.seed,
            threads: 1,
            connections_max: CONNECTIONS_MAX,
            requests_max: REQUESTS_MAX,
            spool: Some(self.messages),
            clock: sources::monotonic,
            stop,
        };
        let start = replay::begin(&plan)?;
        let replay = replay::run(&plan, start, |moment| self.summary.note(moment.notes))?;
        self.summary.note(replay.day.notes());
        Ok(())
    }
}
