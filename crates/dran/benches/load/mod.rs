//! What the benches of the desk share: a deployment with the real program, agents at work, citizens in any number.

pub mod citizens;
pub mod report;
pub mod staff;
pub mod world;

use std::time::Duration;

use tokio::time::Instant;

/// Now; what is measured is time.
#[expect(clippy::disallowed_methods, reason = "what is measured is time")]
pub fn now() -> Instant {
    Instant::now()
}

/// The moment after so long.
pub fn after(duration: Duration) -> Instant {
    now() + duration
}
