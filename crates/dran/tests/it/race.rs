//! More people than places.

use std::collections::HashMap;

use tokio::task::JoinSet;

use crate::deployment::{Deployment, Opening};
use crate::http::{Call, Client};
use crate::visitor::{End, Visitor};

const PLACES: usize = 20;
const CLIENTS: u32 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_clients_fight_for_twenty_places() {
    let deployment = Deployment::new(2 * PLACES as u32, &Opening::OnCommand, "");
    let server = deployment.serve();
    let mut joining = JoinSet::new();
    for number in 0..CLIENTS {
        let visitor = Visitor::new(server.address, number);
        joining.spawn(async move { (visitor.join().await, visitor) });
    }
    let joined = joining.join_all().await;
    deployment.open();
    let mut booking = JoinSet::new();
    for (ticket, visitor) in joined {
        booking.spawn(async move { visitor.live(&ticket).await });
    }
    let mut codes = Vec::new();
    let mut refusals: HashMap<String, usize> = HashMap::new();
    for end in booking.join_all().await {
        match end {
            End::Booked(code) => codes.push(code),
            End::Refused(kind) => *refusals.entry(kind).or_default() += 1,
            End::Lost(_) => panic!("the service went away"),
        }
    }
    assert_eq!(codes.len(), PLACES, "{refusals:?}");
    assert_eq!(refusals.values().sum::<usize>(), CLIENTS as usize - PLACES);
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), PLACES, "everybody has a code of their own");

    let status = Client::new(server.address)
        .send(&Call::get("/api/v1/status"))
        .await
        .expect(200);
    assert_eq!(
        (&status["held"], &status["permits"]),
        (&0.into(), &0.into()),
        "{status}"
    );
    server.stop();
    assert_eq!(deployment.audit().series(), PLACES as u64);
}
