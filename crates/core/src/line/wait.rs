//! How long it will take, as a range that is right four times out of five.
//!
//! # Method
//!
//! The meter counts called positions with a weight that fades by `e` every [`MEMORY`]: `n` weighted
//! calls over `T` weighted seconds. To these a prior is added, as if eight calls had been
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
//! batches. σ is at most 1.

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
/// No range is told wider than from a quarter to four times the mean, however little is known: a wider
/// one would tell nothing.
const DEVIATION_MAX: f64 = 1.0;
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

    /// Calls per second, measured and expected together. `None` while there is neither.
    pub fn per_s(&self, now: Timestamp) -> Option<f64> {
        let measured = self.at_time(now);
        let (prior_calls, prior_seconds) = self
            .prior_per_s
            .map_or((0.0, 0.0), |rate| (PRIOR_CALLS, PRIOR_CALLS / rate));
        let seconds = prior_seconds + measured.seconds;
        (seconds > 0.0).then(|| (prior_calls + measured.calls) / seconds)
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
        let deviation = (DISPERSION / turns + DISPERSION / calls + DRIFT * DRIFT)
            .sqrt()
            .min(DEVIATION_MAX);
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_610_434_800 + seconds).unwrap()
    }

    /// A meter that has seen so many calls every ten seconds for so long.
    fn measured(calls_every_10_s: u32, seconds: i64) -> RateMeter {
        let mut meter = RateMeter::new(at(0), None);
        for tick in 1..=seconds / 10 {
            meter.record(at(10 * tick), calls_every_10_s);
        }
        meter
    }

    fn middle_s(range: WaitRange) -> f64 {
        (range.low.as_secs_f64() * range.high.as_secs_f64()).sqrt()
    }

    #[test]
    fn without_prior_or_call_nothing_is_promised() {
        assert_eq!(RateMeter::new(at(0), None).expected(0, at(60)), None);
        assert_eq!(RateMeter::new(at(0), Some(0.0)).expected(0, at(60)), None);
        assert_eq!(RateMeter::new(at(0), Some(f64::NAN)).expected(0, at(60)), None);
        let mut called_at_once = RateMeter::new(at(0), None);
        called_at_once.record(at(0), 100);
        assert_eq!(
            called_at_once.expected(0, at(0)),
            None,
            "no time has passed to tell a rate from"
        );
    }

    #[test]
    fn at_first_the_promise_of_permits_and_turnaround_counts() {
        let rate = promised_rate(300.0, Duration::from_secs(300));
        let range = RateMeter::new(at(0), Some(rate)).expected(599, at(0)).unwrap();
        assert!((599.0..601.0).contains(&middle_s(range)), "{range:?}");
        assert!(range.high > 2 * range.low, "a promise alone is not precise: {range:?}");
    }

    #[test]
    fn soon_the_measured_rate_counts() {
        let mut meter = RateMeter::new(at(0), Some(100.0));
        for tick in 1..=60 {
            meter.record(at(10 * tick), 20);
        }
        let range = meter.expected(1_199, at(600)).unwrap();
        assert!((580.0..610.0).contains(&middle_s(range)), "{range:?}");
    }

    #[test]
    fn a_changed_rate_is_learned_within_two_memories() {
        let mut meter = measured(20, 3_600);
        for tick in 361..=480 {
            meter.record(at(10 * tick), 40);
        }
        let range = meter.expected(1_199, at(4_800)).unwrap();
        assert!((300.0..350.0).contains(&middle_s(range)), "{range:?}");
    }

    #[test]
    fn a_line_that_stands_still_promises_longer_and_longer_waits() {
        let meter = measured(20, 600);
        let waits: Vec<_> = (0..10)
            .filter_map(|minutes| meter.expected(99, at(600 + 60 * minutes)))
            .collect();
        assert_eq!(waits.len(), 10);
        assert!(waits.is_sorted_by(|sooner, later| sooner.low < later.low && sooner.high < later.high));
    }

    #[test]
    fn no_wait_is_longer_than_the_longest() {
        let range = measured(1, 10).expected(u32::MAX, at(10_000)).unwrap();
        assert_eq!(range.high, WAIT_MAX);
    }

    #[test]
    fn a_clock_that_goes_back_changes_nothing() {
        let meter = measured(20, 600);
        assert_eq!(meter.expected(99, at(0)), meter.expected(99, at(600)));
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): random numbers that are the same in every run.
    fn uniform(state: &mut u64) -> f64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    #[test]
    fn four_of_five_waits_fall_into_their_range_on_a_random_line() {
        let (mut right, mut asked) = (0, 0);
        for run in 0..400_u64 {
            let mut state = run;
            let mut meter = RateMeter::new(at(0), None);
            let mut called = 0;
            let mut promised: Vec<(u32, i64, WaitRange)> = Vec::new();
            // Permits come free one by one at random, one every two seconds on average.
            for second in 1..=2_400_i64 {
                let calls = u32::from(uniform(&mut state) < 0.5);
                called += calls;
                meter.record(at(second), calls);
                if second == 600 {
                    let ahead = [10, 50, 200, 600].map(|ahead| (called + ahead, meter.expected(ahead, at(second))));
                    promised.extend(ahead.map(|(position, range)| (position, second, range.unwrap())));
                }
                promised.retain(|(position, asked_at, range)| {
                    let waits = *position >= called;
                    if !waits {
                        let waited = Duration::from_secs((second - asked_at) as u64);
                        asked += 1;
                        right += u32::from(range.low <= waited && waited <= range.high);
                    }
                    waits
                });
            }
        }
        // A line steadier than the method allows for is inside more often; that is the safe side.
        assert!(asked >= 1_590, "{asked} of 1600 were called");
        assert!(right * 100 >= asked * 80, "{right} of {asked}");
    }

    proptest! {
        #[test]
        fn who_stands_further_back_is_told_a_later_time(
            calls in 1..1_000_u32,
            seconds in 10..10_000_i64,
            ahead in 0..1_000_000_u32,
            more in 1..1_000_000_u32,
        ) {
            let meter = measured(calls, seconds);
            let (near, far) = (meter.expected(ahead, at(seconds)).unwrap(), meter.expected(ahead + more, at(seconds)).unwrap());
            prop_assert!(near.low <= near.high);
            prop_assert!(near.low <= far.low);
            prop_assert!(near.high <= far.high);
        }
    }
}
