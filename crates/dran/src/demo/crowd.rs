//! The synthetic crowd: who comes, when, and how they behave.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use dran_store::Store;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::client::Client;
use super::person::{Manner, Person};
use super::phones::Phones;
use super::summary::Summary;

/// A crowd.
pub struct Crowd {
    /// The service.
    pub address: SocketAddr,
    /// How many people come.
    pub people: u32,
    /// From the start until the last one comes.
    pub arrive_within: Duration,
    /// Their telephones.
    pub phones: Phones,
    /// Where they are counted.
    pub summary: Arc<Summary>,
    /// Decides who they are.
    pub seed: u64,
}

/// Where they live: postcodes of the six regional centres and of districts they serve.
const POSTCODES: [&str; 18] = [
    "34117", "34225", "34454", "34212", "35390", "35573", "35037", "36037", "36251", "36304", "60311", "60594",
    "61348", "63065", "65183", "65510", "64283", "64625",
];
/// One in so many comes with a partner.
const COUPLES_ONE_IN: u32 = 6;
/// One in so many goes away and never comes back: about the no-shows of 2021 at the screen.
const GONE_ONE_IN: u32 = 20;
/// One in so many has neither mobile nor e-mail.
const LETTER_ONE_IN: u32 = 10;

impl Crowd {
    /// Lets everybody come; ends when all are done or it is told to stop.
    pub async fn come(self, store: Arc<dyn Store>, stop: CancellationToken) {
        let client = Client::new(self.address);
        let delivering = tokio::spawn(self.phones.clone().deliver(store, stop.clone()));
        let people = TaskTracker::new();
        let mut random = StdRng::seed_from_u64(self.seed);
        for number in 0..self.people {
            let manner = Manner {
                arrives_after: self.arrive_within.mul_f64(random.random::<f64>()),
                thinks: Duration::from_millis(random.random_range(500..4_000)),
                postcode: POSTCODES[random.random_range(0..POSTCODES.len())],
                couple: random.random_ratio(1, COUPLES_ONE_IN),
                goes_away: random.random_ratio(1, GONE_ONE_IN),
                by_letter: random.random_ratio(1, LETTER_ONE_IN),
                birth_year: random.random_range(1925..=1939),
                attempt_keys: [random.random(), random.random()],
            };
            let person = Person {
                number,
                manner,
                client: client.clone(),
                phones: self.phones.clone(),
                summary: self.summary.clone(),
            };
            let stop = stop.clone();
            people.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = person.live() => {}
                }
            });
        }
        people.close();
        tokio::select! {
            () = stop.cancelled() => {}
            () = people.wait() => {}
        }
        stop.cancelled().await;
        // It ends by the same token; a panic in it would have been logged by the runtime.
        let _ = delivering.await;
    }
}
