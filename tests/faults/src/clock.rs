//! The harness's own clock: what it starts runs by the real one.

use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

/// Unix milliseconds.
pub fn now_ms() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "what is recorded happens in real time")]
    let now = Timestamp::now();
    now.as_millisecond()
}

/// Today in the region.
///
/// # Errors
/// When there is no such time zone.
pub fn today() -> anyhow::Result<Date> {
    #[expect(clippy::disallowed_methods, reason = "the nodes run by the real clock")]
    let now = Zoned::now();
    Ok(now.in_tz("Europe/Berlin")?.date())
}

/// Time that passes.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "faults last for real time")]
        let now = Instant::now();
        Self(now)
    }

    /// How long ago that was.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
