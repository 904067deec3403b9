//! Rounds: so many requests over kept connections, and what they cost the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use crate::generator::Connection;
use crate::server::Server;
use crate::{Outcome, now};

/// Polls from which the mean length of an answer is taken.
const PROBES: usize = 1_000;

/// What one round measured.
pub struct Round {
    /// Requests answered in a second.
    pub per_s: f64,
    /// Of the server for each, in user and kernel together.
    pub cpu_us: f64,
}

/// The median of some rounds.
pub fn median(rounds: &[Round], figure: fn(&Round) -> f64) -> f64 {
    let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Asks so many times over so many kept connections.
pub async fn round(server: &Server, connections: usize, polls: usize, requests: &Arc<[Vec<u8>]>) -> Outcome<Round> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        let mut connection = Connection::open(server.address).await?;
        connection.ask(&requests[0]).await?; // accepted, not only queued
        open.push(connection);
    }
    let next = Arc::new(AtomicUsize::new(0));
    let mut asking = JoinSet::new();
    let (cpu_before, started) = (server.cpu_time()?, now());
    for mut connection in open {
        let (next, requests) = (Arc::clone(&next), Arc::clone(requests));
        asking.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= polls {
                    return Outcome::Ok(connection); // closed after the round, not in it
                }
                connection.ask(&requests[number % requests.len()]).await?;
            }
        });
    }
    let asked = asking.join_all().await;
    let (elapsed, cpu) = (started.elapsed(), server.cpu_time()? - cpu_before);
    asked.into_iter().collect::<Outcome<Vec<Connection>>>()?;
    let round = Round {
        per_s: polls as f64 / elapsed.as_secs_f64(),
        cpu_us: cpu.as_secs_f64() * 1e6 / polls as f64,
    };
    eprintln!(
        "{} on {connections} connections: {:.0} requests/s, {:.2} µs of CPU for each",
        server.name, round.per_s, round.cpu_us
    );
    Ok(round)
}

/// How long an answer's body is, the mean of some.
pub async fn mean_body_bytes(server: &Server, requests: &[Vec<u8>]) -> Outcome<usize> {
    let mut connection = Connection::open(server.address).await?;
    let mut sum = 0;
    let probes = &requests[..PROBES.min(requests.len())];
    for request in probes {
        sum += connection.ask(request).await?;
    }
    Ok(sum / probes.len())
}
