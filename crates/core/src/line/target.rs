//! How many permits may be in use: grown slowly while the store keeps up, cut fast when it does not.
//!
//! # Method
//!
//! Additive increase, multiplicative decrease (AIMD: Chiu and Jain 1989; TCP, RFC 5681), steered by
//! queueing delay as in Breakwater (Cho et al., OSDI 2020) and DAGOR (Zhou et al., SoCC 2018): not by
//! how long commands take, which depends on what they do, but by how long they wait to be begun.
//!
//! - The signal is the least delay of an interval, as in CoDel (RFC 8289): a burst that the store
//!   clears within the interval is none of its business, a queue that stands is.
//! - While the signal is under its goal the target rises by a tenth of the span from `min` to `max`
//!   every second.
//! - While it is over, each step cuts the target, the deeper the further the delay is over its goal, at
//!   most by half. It is cut from the permits in use, if they are fewer: permits that nobody uses did
//!   not cause the delay, and cutting them would not end it (RFC 7661).
//! - No signal, no step: nothing was begun, because nothing was asked or because a batch goes on. (The
//!   leader's loop itself asks twice a second.)
//!
//! A target that falls throws nobody out. It stops new calls and new entries until enough have left.

use std::time::Duration;

use jiff::Timestamp;

/// The operator's bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The target never falls below this, whatever the delay: somebody must get on, and only those who
    /// are inside show whether the store has recovered.
    pub min: u32,
    /// The target never rises above this. Where the target starts.
    pub max: u32,
    /// Queueing delay that is still fine.
    pub delay_goal: Duration,
}

impl Bounds {
    /// An operator who lowers the maximum alone means the minimum too.
    fn lowest(&self) -> u32 {
        self.min.min(self.max)
    }
}

/// From `min` to `max` takes so long: with the time to clear a queue, less than half a minute.
const GROWTH_FULL_S: f64 = 10.0;
/// A step cuts by this share for each goal that the delay is over its goal: a quarter at twice the goal.
const CUT_PER_GOAL: f64 = 0.25;
/// A step leaves at least this share: four steps take a target to a sixteenth.
const CUT_LEAVES_MIN: f64 = 0.5;
/// Growth counts at most so much time since the last step: after a pause nobody knows how the store is.
const STEP_MAX_S: f64 = 1.0;

/// The bound on permits in use, as it is now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    bounds: Bounds,
    permits: f64,
    at: Timestamp,
}

impl Target {
    /// Starts at the operator's maximum: that is the promise of the machine until it breaks it.
    pub fn new(bounds: Bounds, now: Timestamp) -> Self {
        Self {
            bounds,
            permits: f64::from(bounds.max),
            at: now,
        }
    }

    /// One step: takes in the least queueing delay since the last step, while `in_use` permits were in
    /// use or about to be. `None`: nothing was queued.
    pub fn step(&mut self, now: Timestamp, delay: Option<Duration>, in_use: u32) {
        let Some(delay) = delay else { return };
        let elapsed_s = now.duration_since(self.at).as_secs_f64().clamp(0.0, STEP_MAX_S);
        self.at = now;
        let (min, max) = (f64::from(self.bounds.lowest()), f64::from(self.bounds.max));
        let goals = delay.as_secs_f64() / self.bounds.delay_goal.as_secs_f64().max(f64::MIN_POSITIVE);
        self.permits = if goals > 1.0 {
            let leaves = (1.0 - CUT_PER_GOAL * (goals - 1.0)).max(CUT_LEAVES_MIN);
            self.permits.min(f64::from(in_use)) * leaves
        } else {
            self.permits + (max - min) * elapsed_s / GROWTH_FULL_S
        }
        .clamp(min, max);
    }

    /// Moves between other bounds from now on. A lower maximum counts at once; a higher one is grown into, because
    /// nobody knows yet whether the store can take it.
    pub fn bind(&mut self, bounds: Bounds) {
        self.bounds = bounds;
        self.permits = self.permits.clamp(f64::from(bounds.lowest()), f64::from(bounds.max));
    }

    /// The bounds it moves between.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// How many permits may be in use.
    pub fn permits(&self) -> u32 {
        self.permits as u32
    }

    /// Stands where another node's target stands.
    pub fn follow(&mut self, permits: u32) {
        self.permits = f64::from(permits.max(self.bounds.lowest()).min(self.bounds.max));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNDS: Bounds = Bounds {
        min: 50,
        max: 2_000,
        delay_goal: Duration::from_millis(50),
    };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_610_434_800_000 + millis).unwrap()
    }

    /// A target at its maximum after so many steps of 250 ms with that delay.
    fn after(steps: i64, delay_ms: u64, in_use: u32) -> Target {
        let mut target = Target::new(BOUNDS, at(0));
        for step in 1..=steps {
            target.step(at(250 * step), Some(Duration::from_millis(delay_ms)), in_use);
        }
        target
    }

    #[test]
    fn a_store_that_keeps_up_leaves_the_operators_maximum() {
        assert_eq!(after(100, 49, 2_000).permits(), 2_000);
        let mut idle = Target::new(BOUNDS, at(0));
        idle.step(at(250), None, 0);
        assert_eq!(idle.permits(), 2_000);
    }

    #[test]
    fn a_store_ten_times_too_slow_takes_the_target_to_a_sixteenth_within_a_second() {
        assert_eq!(after(4, 500, 2_000).permits(), 125);
    }

    #[test]
    fn a_delay_a_little_over_its_goal_cuts_a_little() {
        assert_eq!(after(1, 60, 2_000).permits(), 1_900);
        assert_eq!(after(1, 100, 2_000).permits(), 1_500);
    }

    #[test]
    fn the_target_is_cut_from_what_is_used() {
        assert_eq!(after(1, 5_000, 600).permits(), 300);
    }

    #[test]
    fn from_the_minimum_it_is_back_within_half_a_minute() {
        let mut target = after(20, 5_000, 2_000);
        assert_eq!(target.permits(), 50);
        for step in 21..=20 + 10 * 4 {
            target.step(at(250 * step), Some(Duration::from_millis(1)), 50);
        }
        assert_eq!(target.permits(), 2_000);
    }

    #[test]
    fn a_lower_maximum_counts_at_once_and_a_higher_one_is_grown_into() {
        let mut target = Target::new(BOUNDS, at(0));
        target.bind(Bounds { max: 400, ..BOUNDS });
        assert_eq!(target.permits(), 400);
        target.bind(Bounds { max: 4_050, ..BOUNDS });
        assert_eq!(target.permits(), 400);
        target.step(at(1_000), Some(Duration::ZERO), 400);
        assert_eq!(target.permits(), 800);
        target.bind(Bounds {
            min: 900,
            max: 4_050,
            ..BOUNDS
        });
        assert_eq!(target.permits(), 900, "the minimum too");
    }

    #[test]
    fn a_long_time_without_a_step_is_not_grown_over() {
        let mut target = after(20, 5_000, 2_000);
        target.step(at(3_600_000), None, 0);
        assert_eq!(target.permits(), 50, "nothing was begun");
        target.step(at(3_600_000), Some(Duration::ZERO), 0);
        assert_eq!(target.permits(), 50 + 1_950 / 10);
        target.step(at(0), Some(Duration::ZERO), 0);
        assert_eq!(
            target.permits(),
            50 + 1_950 / 10,
            "a clock that goes back counts as no time"
        );
    }

    proptest! {
        #[test]
        fn the_target_stays_between_the_operators_bounds(
            min in 0..3_000_u32,
            max in 0..3_000_u32,
            goal_ms in 0..100_u64,
            steps in proptest::collection::vec((0..5_000_i64, proptest::option::of(0..10_000_u64), 0..3_000_u32), 0..50),
            followed in 0..3_000_u32,
        ) {
            let bounds = Bounds { min, max, delay_goal: Duration::from_millis(goal_ms) };
            let mut target = Target::new(bounds, at(0));
            let mut now = 0;
            for (elapsed, delay_ms, in_use) in steps {
                now += elapsed;
                target.step(at(now), delay_ms.map(Duration::from_millis), in_use);
                prop_assert!((min.min(max)..=max).contains(&target.permits()));
            }
            target.follow(followed);
            prop_assert!((min.min(max)..=max).contains(&target.permits()));
        }
    }
}
