//! Looks at the public numbers of every node all the time.

use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::task::JoinSet;

use crate::attempt::{Asker, Town};
use crate::client::Call;
use crate::history::Deed;

/// Whose looks they are in the history.
pub const OBSERVER: u32 = u32::MAX;

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// One look after the other at each node, until the set is dropped.
pub fn watch(town: &Arc<Town>) -> JoinSet<()> {
    let mut looking = JoinSet::new();
    for node in 0..town.fronts.len() {
        let asker = Asker {
            visitor: OBSERVER,
            rng: StdRng::seed_from_u64(0),
            town: town.clone(),
        };
        looking.spawn(async move {
            let mut ticks = tokio::time::interval(LOOK_EVERY);
            loop {
                ticks.tick().await;
                asker
                    .once_at(node, Deed::Status, "", &Call::get("/api/v1/status"))
                    .await;
            }
        });
    }
    looking
}
