//! How long it will take: a range that is right four times out of five, and whose end is a promise.
//!
//! # Method
//!
//! **Rate.** The meter counts turnover: calls, less those that filled permits nobody had used, with a
//! weight that fades by `e` every [`MEMORY_S`]. The first calls of a day fill all permits at once and
//! say nothing of how soon the next ones come. A prior counts as [`PRIOR_S`] seconds at the rate that
//! the permits in use and the usual turnaround promise.
//!
//! **Range.** With `n` weighted calls over `T` weighted seconds, prior included, and prior's share `q`:
//!
//! ```text
//! mean    = (ahead + 1) · T / n
//! σ²      = 1 / (ahead + 1) + 1 / n + DRIFT² + (PRIOR_DEVIATION · q)²
//! range   = mean · exp(-a·z·σ) … mean · exp(+b·z·σ),   z = 1.2816 (80 % of a normal distribution)
//! ```
//!
//! The terms of σ²: chance in the calls before one, chance in what was measured, how the rate changes
//! during a day, and how wrong a promise made before the first booking may be.
//!
//! **Calibration.** `a` and `b` are not believed but learned, for each line: by adaptive conformal
//! inference (Gibbs and Candès 2021). Every ten seconds the meter notes what it tells somewhere in the
//! line. When that turns out too late, `b` grows by nine tenths of a step, else it shrinks by one tenth;
//! `a` likewise for too soon. So in the long run one in ten is called later and one sooner than told,
//! whatever the distribution; in the first minutes the starting values carry.
//!
//! **Promise.** What has been told is kept: for every position the earliest end that was ever told, as a
//! line through few knots. A later forecast may bring the end forward, and moves it back only when it
//! has become unlikely to hold: when not even four fifths of the mean wait fit before it. Then the end
//! stands behind the earliest told, and [`Wait::cause`] says why for as long as that is so: somebody who
//! looks twice never sees the end move back without it, however long they were away, and nothing is
//! kept per visitor. A service that starts again begins with the last forecast ([`WaitMeter::resumed`]): what
//! was told before stands, and what was measured is its prior.

mod kept;

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

/// Calls older than this many seconds count for less than 1/e: long against the bursts of calling,
/// short against a change of agents' shifts.
const MEMORY_S: f64 = 600.0;
/// The prior counts as so many seconds at the promised rate: as long as the first bookings take.
const PRIOR_S: f64 = 300.0;
/// Standard deviation of the promised rate, relative.
const PRIOR_DEVIATION: f64 = 0.35;
/// Standard deviation of the rate's own change while somebody waits, relative.
const DRIFT: f64 = 0.12;
/// However little is known, a range goes no further than this: a wider one would tell nothing.
const DEVIATION_MAX: f64 = 1.0;
/// 80 % of a normal distribution lie within so many standard deviations.
const Z_80: f64 = 1.2816;
/// Where the calibration starts: ends are held once told, so they need less room than beginnings.
const LOW_START: f64 = 1.02;
const HIGH_START: f64 = 0.6;
/// The calibration stays between these factors.
const FACTOR_MIN: f64 = 0.3;
const FACTOR_MAX: f64 = 3.0;
/// A step of the calibration.
const STEP: f64 = 0.03;
/// Share of visitors called sooner than told, and as many later.
const MISS_GOAL: f64 = 0.1;
/// Nobody books in no time: as long as the prior counts, the first permits come free this much later.
const FIRST_BOOKING_S: f64 = 30.0;
/// The loop calls in batches, and pages ask every few seconds.
const ROUNDING_S: f64 = 2.0;
/// An end is given up when less than this share of the mean wait fits before it.
const GIVE_UP: f64 = 0.9;
/// How often the meter notes what it tells, and of how many places at most at once.
const PROBE_EVERY_S: f64 = 10.0;
const PROBES_MAX: usize = 4096;
/// Probes go through the line by the golden ratio, which spreads any number of them evenly.
const GOLDEN: f64 = 0.618_033_988_749_895;
/// A knot every quarter of its distance at first, and none further apart than half of it later.
const KNOT_NEW: u32 = 4;
const KNOT_SPLIT: u32 = 2;
/// Ends are told in seconds; a difference below that is none.
const SAME_END_S: f64 = 1.0;
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

/// What somebody in the line is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// From now.
    pub range: WaitRange,
    /// Why its end is later than what this place was told before, if it is.
    pub cause: Option<WaitCause>,
}

/// Why an end was moved back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitCause {
    /// The line waited for series to book.
    Supply,
    /// The line was paused.
    Pause,
    /// Bookings take longer, or fewer are let in, than when it was told.
    Slower,
}

/// What was told at one position.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Knot {
    position: u32,
    /// The end told now, and the earliest ever told, in seconds since 1970.
    end_s: f64,
    earliest_s: f64,
    cause: WaitCause,
}

/// What a line tells, for the waiting path: no lock, no allocation, some twenty multiplications.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forecast {
    called: u32,
    /// Calls and seconds, prior included; no calls while there is nothing to tell.
    calls: f64,
    seconds: f64,
    /// How much of that is prior.
    prior_share: f64,
    low_factor: f64,
    high_factor: f64,
    /// By position; the first at or before the front, the last behind everybody.
    knots: Vec<Knot>,
}

/// Measures one line and keeps its promise.
#[derive(Clone, Debug)]
pub struct WaitMeter {
    /// Calls each permit promises a second, before anything is measured.
    promised_per_s: f64,
    /// The promise for all permits, once the first are in use.
    prior_per_s: Option<f64>,
    calls: f64,
    seconds: f64,
    at_s: f64,
    /// In units of calls: permits in use or claimed over the claim of one call. None until it is known.
    load: Option<f64>,
    forecast: Forecast,
    probes: VecDeque<Probe>,
    next_probe_s: f64,
    probe_at: f64,
}

#[derive(Clone, Copy, Debug)]
struct Probe {
    position: u32,
    low_s: f64,
    end_s: f64,
}

impl WaitMeter {
    /// A meter of a line that was called up to `called`. `turnaround`: how long a permit is used, before
    /// anything is measured.
    pub fn new(now: Timestamp, called: u32, turnaround: Duration) -> Self {
        Self {
            promised_per_s: 1.0 / turnaround.as_secs_f64(),
            prior_per_s: None,
            calls: 0.0,
            seconds: 0.0,
            at_s: seconds(now),
            load: None,
            forecast: Forecast {
                called,
                low_factor: LOW_START,
                high_factor: HIGH_START,
                ..Forecast::default()
            },
            probes: VecDeque::new(),
            next_probe_s: seconds(now),
            probe_at: 0.0,
        }
    }

    /// A meter that goes on where the one ended that told `forecast`.
    pub fn resumed(now: Timestamp, called: u32, turnaround: Duration, forecast: Forecast) -> Self {
        let mut meter = Self::new(now, called, turnaround);
        meter.prior_per_s = forecast.per_s();
        meter.forecast = Forecast {
            called: forecast.called.max(called),
            ..forecast
        };
        meter
    }

    /// What to tell.
    pub fn forecast(&self) -> &Forecast {
        &self.forecast
    }

    /// One step of a line that moves: called up to `called`, given out up to `joined`, with a load of so
    /// many calls: permits in use or claimed, divided by what one call claims.
    pub fn step(&mut self, now: Timestamp, called: u32, joined: u32, load: f64) {
        let now_s = seconds(now).max(self.at_s);
        let calls = f64::from(called.saturating_sub(self.forecast.called));
        if self.prior_per_s.is_none() && load > 0.0 {
            self.prior_per_s = Some(load * self.promised_per_s);
            // The first permits replace nobody's.
            self.load = Some(load - calls);
        }
        let grown = self.load.map_or(0.0, |before| load - before);
        let fade = (-(now_s - self.at_s) / MEMORY_S).exp();
        self.calls = (self.calls * fade + calls - grown).max(0.0);
        self.seconds = self.seconds * fade + MEMORY_S * (1.0 - fade);
        self.at_s = now_s;
        self.load = Some(load);
        self.forecast.called = self.forecast.called.max(called);
        self.learn(now_s);
        let prior_calls = self.prior_per_s.unwrap_or(0.0) * PRIOR_S;
        self.forecast.calls = self.calls + prior_calls;
        self.forecast.seconds = self.seconds + PRIOR_S;
        self.forecast.prior_share = PRIOR_S / self.forecast.seconds;
        if self.forecast.calls > 0.0 {
            self.forecast.promise(now_s, joined);
            self.probe(now_s, joined);
        }
    }

    /// One step of a line that does not move, because it is paused or has nothing to book: such time
    /// says nothing of its rate, and the promise must be made anew.
    pub fn stand_still(&mut self, now: Timestamp, called: u32, load: f64, cause: WaitCause) {
        self.at_s = seconds(now).max(self.at_s);
        self.load = Some(load);
        self.forecast.called = self.forecast.called.max(called);
        self.forecast.release(cause);
        self.probes.clear();
    }

    /// One step of a line in which nobody waits: there is nothing to measure.
    pub fn idle(&mut self, now: Timestamp, called: u32, load: f64) {
        self.at_s = seconds(now).max(self.at_s);
        self.load = Some(load);
        self.forecast.called = self.forecast.called.max(called);
    }

    fn probe(&mut self, now_s: f64, joined: u32) {
        let called = self.forecast.called;
        if now_s < self.next_probe_s || joined <= called || self.probes.len() >= PROBES_MAX {
            return;
        }
        self.next_probe_s = now_s + PROBE_EVERY_S;
        self.probe_at = (self.probe_at + GOLDEN).fract();
        let position = called + (f64::from(joined - called) * self.probe_at) as u32;
        if let Some(told) = self.forecast.told(position, now_s) {
            self.probes.push_back(Probe {
                position,
                low_s: told.low_s,
                end_s: told.end_s,
            });
        }
    }

    /// Compares what was told with what came.
    fn learn(&mut self, now_s: f64) {
        let called = self.forecast.called;
        let (mut low, mut high) = (self.forecast.low_factor, self.forecast.high_factor);
        self.probes.retain(|probe| {
            let waits = probe.position >= called;
            if waits && now_s <= probe.end_s {
                return true;
            }
            high += STEP * (f64::from(u8::from(waits)) - MISS_GOAL);
            let too_soon = !waits && now_s < probe.low_s;
            low += STEP * (f64::from(u8::from(too_soon)) - MISS_GOAL);
            false
        });
        self.forecast.low_factor = low.clamp(FACTOR_MIN, FACTOR_MAX);
        self.forecast.high_factor = high.clamp(FACTOR_MIN, FACTOR_MAX);
    }
}

/// What a position is told, in seconds since 1970.
struct Told {
    low_s: f64,
    end_s: f64,
    cause: Option<WaitCause>,
}

impl Forecast {
    /// Calls per second, measured and expected together. `None` while there is neither.
    pub fn per_s(&self) -> Option<f64> {
        (self.calls > 0.0).then(|| self.calls / self.seconds)
    }

    /// The wait of a position that is not called yet. `None` while nothing can be told.
    pub fn expected(&self, position: u32, now: Timestamp) -> Option<Wait> {
        let now_s = seconds(now);
        let told = self.told(position, now_s)?;
        Some(Wait {
            range: WaitRange {
                low: at_most_the_longest(told.low_s - now_s),
                high: at_most_the_longest(told.end_s - now_s),
            },
            cause: told.cause,
        })
    }

    fn told(&self, position: u32, now_s: f64) -> Option<Told> {
        if self.calls <= 0.0 {
            return None;
        }
        let (low_s, _, high_s) = self.range(position);
        let knot = self.told_at(position);
        let end_s = knot.map_or(now_s + high_s, |knot| knot.end_s);
        if !end_s.is_finite() {
            return None; // let go, and not yet told anew
        }
        Some(Told {
            low_s: (now_s + low_s).min(end_s),
            end_s,
            cause: knot
                .filter(|knot| knot.end_s > knot.earliest_s + SAME_END_S)
                .map(|knot| knot.cause),
        })
    }

    /// The forecast for a position: low, mean and high, in seconds from now.
    fn range(&self, position: u32) -> (f64, f64, f64) {
        let turns = f64::from(position.saturating_sub(self.called)) + 1.0;
        let mean = turns * self.seconds / self.calls;
        let prior = PRIOR_DEVIATION * self.prior_share;
        let variance = 1.0 / turns + 1.0 / self.calls + DRIFT * DRIFT + prior * prior;
        let width = Z_80 * variance.sqrt().min(DEVIATION_MAX);
        let low = mean * (-self.low_factor * width).exp();
        let high = mean * (self.high_factor * width).exp();
        (low, mean, high + FIRST_BOOKING_S * self.prior_share + ROUNDING_S)
    }

    /// What a position was told: between the knots on both sides.
    fn told_at(&self, position: u32) -> Option<Knot> {
        let after = self.knots.partition_point(|knot| knot.position < position);
        let next = *self.knots.get(after)?;
        match after.checked_sub(1).map(|before| self.knots[before]) {
            Some(before) if next.position != position => Some(between(before, next, position)),
            _ => Some(next),
        }
    }

    /// Keeps what was told, brings it forward where that has become likely, and moves it back where it
    /// has become unlikely to hold.
    fn promise(&mut self, now_s: f64, joined: u32) {
        self.reach(now_s, joined);
        self.refine();
        let mut next_end_s = f64::INFINITY;
        for index in (0..self.knots.len()).rev() {
            let mut knot = self.knots[index];
            let (_, mean_s, high_s) = self.range(knot.position);
            let nobody_was_told = index > 0 && self.knots[index - 1].position >= joined;
            if nobody_was_told {
                (knot.end_s, knot.earliest_s) = (now_s + high_s, f64::INFINITY);
            } else if knot.position >= self.called && knot.end_s < now_s + GIVE_UP * mean_s {
                knot.cause = WaitCause::Slower;
                knot.end_s = now_s + high_s;
            }
            knot.end_s = knot.end_s.min(now_s + high_s).min(next_end_s);
            knot.earliest_s = knot.earliest_s.min(knot.end_s);
            next_end_s = knot.end_s;
            self.knots[index] = knot;
        }
    }

    /// Adds knots until the last is behind everybody, and drops those that the front has passed.
    fn reach(&mut self, now_s: f64, joined: u32) {
        let passed = self.knots.partition_point(|knot| knot.position <= self.called);
        self.knots.drain(..passed.saturating_sub(1));
        // Some more, for those who join until the next step.
        let reach = joined.saturating_add(joined.saturating_sub(self.called) / 8 + 64);
        while self.knots.last().is_none_or(|last| last.position < reach) {
            let last = self.knots.last().map_or(self.called, |last| {
                let distance = last.position.saturating_sub(self.called) / KNOT_NEW;
                last.position.saturating_add(distance.max(1))
            });
            let end_s = now_s + self.range(last).2;
            self.knots.push(Knot {
                position: last,
                end_s,
                earliest_s: end_s,
                cause: WaitCause::Slower,
            });
            if last == u32::MAX {
                break;
            }
        }
    }

    /// Puts knots between those that have come near. They lie on the line, so nothing told changes.
    fn refine(&mut self) {
        let mut index = 1;
        while index < self.knots.len() {
            let (before, next) = (self.knots[index - 1], self.knots[index]);
            let apart = next.position - before.position;
            let distance = next.position.saturating_sub(self.called);
            if apart > (distance / KNOT_SPLIT).max(1) && next.position > self.called {
                let middle = between(before, next, before.position + apart / 2);
                self.knots.insert(index, middle);
                if middle.position <= self.called {
                    self.knots.remove(0);
                }
            } else {
                index += 1;
            }
        }
    }

    /// Lets every end be told anew, for this cause; the earliest told stay known.
    fn release(&mut self, cause: WaitCause) {
        for knot in &mut self.knots {
            knot.end_s = f64::INFINITY;
            knot.cause = cause;
        }
    }
}

/// On the straight line between two knots.
fn between(before: Knot, next: Knot, position: u32) -> Knot {
    let share = f64::from(position - before.position) / f64::from(next.position - before.position);
    let on_the_line = |before: f64, next: f64| {
        if before.is_finite() && next.is_finite() {
            before + share * (next - before)
        } else {
            next
        }
    };
    Knot {
        position,
        end_s: on_the_line(before.end_s, next.end_s),
        earliest_s: on_the_line(before.earliest_s, next.earliest_s),
        cause: next.cause,
    }
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

/// Seconds as a duration, from none to [`WAIT_MAX`].
fn at_most_the_longest(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds.clamp(0.0, WAIT_MAX.as_secs_f64()))
}

#[cfg(test)]
mod tests;
