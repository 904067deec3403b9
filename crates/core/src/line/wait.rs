//! How long it will take, as a range that is right four times out of five.
//!
//! # Method
//!
//! The meter counts called positions with a weight that fades by `e` every [`MEMORY`]: `n` weighted
//! calls over `T` weighted seconds. To these a prior is added, as if [`PRIOR_CALLS`] calls had been
//! seen at the rate that permits and turnaround promise (the conjugate Gamma prior of a Poisson rate);
//! it carries the first minutes and is soon outweighed. With the prior's calls `n₀` and seconds `T₀`
//!
//! ```text
//! rate λ  = (n₀ + n) / (T₀ + T)
//! mean    = (ahead + 1) / λ
//! σ²      = D / (ahead + 1) + D / (n₀ + n) + drift²
//! range   = mean · exp(-z·σ) … mean · exp(+z·σ),   z = 1.2816 (80 % of a normal distribution)
//! ```
//!
//! The terms of σ² are: how unevenly the calls before one will come, how little has been measured, and
//! how the rate itself changes during a day. `D` is the index of dispersion of calls, which come in
//! batches.

use std::time::Duration;

use jiff::Timestamp;

/// Calls older than this count for less than 1/e: long against the bursts of calling, short against
/// a change of agents' shifts.
pub const MEMORY: Duration = Duration::from_secs(600);
/// The prior counts as so many calls: enough for a first range, outweighed within a minute of a
/// line that moves.
const PRIOR_CALLS: f64 = 8.0;
/// Index of dispersion (variance over mean) of calls: they come in batches of freed permits.
const DISPERSION: f64 = 2.0;
/// Standard deviation of the rate's own change while somebody waits, relative.
const DRIFT: f64 = 0.15;
/// 80 % of a normal distribution lie within so many standard deviations.
const Z_80: f64 = 1.2816;
/// Nobody is told a longer wait than this: past it the line has all but stopped.
pub const WAIT_MAX: Duration = Duration::from_secs(14 * 24 * 3600);

/// An expected wait: four out of five come to their turn within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitRange {
    /// One in ten is called sooner.
    pub low: Duration,
    /// One in ten is called later.
    pub high: Duration,
}

/// Measures how fast a line is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateMeter {
    /// Calls seen, each faded since.
    calls: f64,
    /// Seconds seen, faded likewise.
    seconds: f64,
    /// When `calls` and `seconds` were last brought up to date.
    at: Timestamp,
    /// Calls per second that are expected before anything is measured.
    prior_per_s: Option<f64>,
}

impl RateMeter {
    /// A meter that begins to measure now. `prior_per_s` is what permits and turnaround promise this
    /// line (see [`promised_rate`]); without it nothing is expected before the first call.
    pub fn new(now: Timestamp, prior_per_s: Option<f64>) -> Self {
        let prior_per_s = prior_per_s.filter(|rate| rate.is_finite() && *rate > 0.0);
        Self {
            calls: 0.0,
            seconds: 0.0,
            at: now,
            prior_per_s,
        }
    }

    /// Takes in that `called` positions were called since the last record. A clock that went back
    /// counts as no time.
    pub fn record(&mut self, now: Timestamp, called: u32) {
        *self = self.at_time(now);
        self.calls += f64::from(called);
    }

    /// The range of the wait of a ticket with `ahead` uncalled positions before it. `None` while
    /// there is neither a measurement nor a prior.
    pub fn expected(&self, ahead: u32, now: Timestamp) -> Option<WaitRange> {
        let measured = self.at_time(now);
        let (prior_calls, prior_seconds) = self
            .prior_per_s
            .map_or((0.0, 0.0), |rate| (PRIOR_CALLS, PRIOR_CALLS / rate));
        let calls = prior_calls + measured.calls;
        let seconds = prior_seconds + measured.seconds;
        if calls <= 0.0 || seconds <= 0.0 {
            return None;
        }
        let turns = f64::from(ahead) + 1.0;
        let mean_s = turns * seconds / calls;
        let deviation = (DISPERSION / turns + DISPERSION / calls + DRIFT * DRIFT).sqrt();
        let factor = (Z_80 * deviation).exp();
        Some(WaitRange {
            low: at_most_the_longest(mean_s / factor),
            high: at_most_the_longest(mean_s * factor),
        })
    }

    /// The same meter, faded until `now`.
    fn at_time(&self, now: Timestamp) -> Self {
        let elapsed_s = now.duration_since(self.at).as_secs_f64();
        if elapsed_s <= 0.0 {
            return *self;
        }
        let memory_s = MEMORY.as_secs_f64();
        let fade = (-elapsed_s / memory_s).exp();
        let seconds = self.seconds * fade + memory_s * (1.0 - fade);
        Self {
            calls: self.calls * fade,
            seconds,
            at: now,
            ..*self
        }
    }
}

/// Calls per second that a number of permits gives when each is used for the turnaround, on average.
pub fn promised_rate(permits: f64, turnaround: Duration) -> f64 {
    permits / turnaround.as_secs_f64()
}

/// Seconds as a duration, bounded by [`WAIT_MAX`].
fn at_most_the_longest(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds.min(WAIT_MAX.as_secs_f64()))
}
