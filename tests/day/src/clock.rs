//! Time that passes for the machine; the day itself has its own.

use std::time::{Duration, Instant};

/// Time since it was started.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "how long an engine takes is measured")]
        let now = Instant::now();
        Self(now)
    }

    /// How long ago that was.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
