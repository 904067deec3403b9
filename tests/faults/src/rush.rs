//! A rush on another line: many people who join it at every node and are never called, because nothing is delivered
//! there. Nodes lease numbers ahead in a rush only, and the checker looks at the order.

use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;
use tokio::task::JoinSet;

use crate::attempt::{Asker, Town};
use crate::client::Call;
use crate::deployment::{CAMPAIGN, POSTCODE_WITHOUT_DOSES};
use crate::history::Deed;

/// The number of the first of them.
const FIRST: u32 = 1 << 24;
/// How often one comes to each node. A node leases what a tenth of a second needs: two numbers.
const EVERY: Duration = Duration::from_millis(60);

/// Somebody comes to each node all the time, until the set is dropped.
pub fn begin(town: &Arc<Town>) -> JoinSet<()> {
    let mut coming = JoinSet::new();
    let nodes = town.fronts.len();
    for node in 0..nodes {
        let town = town.clone();
        coming.spawn(async move {
            let mut ticks = tokio::time::interval(EVERY);
            // They do not wait for each other, and end with this task.
            let mut joining = JoinSet::new();
            for visitor in (FIRST..u32::MAX).skip(node).step_by(nodes) {
                ticks.tick().await;
                while joining.try_join_next().is_some() {}
                joining.spawn(join(town.clone(), node, visitor));
            }
        });
    }
    coming
}

async fn join(town: Arc<Town>, node: usize, visitor: u32) {
    let asker = Asker {
        visitor,
        rng: StdRng::seed_from_u64(0),
        town,
    };
    let body = json!({ "campaign": CAMPAIGN, "postcode": POSTCODE_WITHOUT_DOSES, "birth_year": 1935 });
    asker
        .once_at(node, Deed::Join, "", &Call::post("/api/v1/line", body))
        .await;
}
