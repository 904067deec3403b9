//! When a waiting page may ask again: often in front, seldom behind, and all together never above
//! the operator's budget.
//!
//! # The rate of one page
//!
//! `B` is the budget in requests a second, `A` the tickets that may ask at all. A ticket without a
//! rank (before the draw, or called long ago) asks at the equal share `B / A`. In a line of `W`
//! ranked tickets of which the first `F` are its front, the one with rank `k` (from 0) asks at
//!
//! ```text
//! r(k) = B / (2·A) · ( 1 + g(k) ),   g(k) = W / max(k + 1, F) / (1 + ln(W / F))
//! ```
//!
//! Half of the budget is shared equally, so nobody waits longer than twice the equal share's
//! interval; the other half goes by nearness: beyond the front the interval grows with the distance,
//! as the time until the turn does.
//!
//! # Why the budget holds for every crowd
//!
//! Within a line `Σ 1/max(k+1, F)` over `k < W` is `F · 1/F` for the front, and for the others
//! `1/(F+1) + … + 1/W ≤ ln(W / F)`. So `Σ g(k) ≤ W`, and the line's rates sum to at most
//! `B / (2·A) · 2·W = B · W / A`: each line gets the share of the budget that it has of the crowd.
//! Tickets without a rank get `B / A` each. As `A` is at least the sum of all `W` and of those without
//! rank, all rates together are at most `B`. The least interval ([`INTERVAL_MIN`]), rounding up to
//! milliseconds and the jitter only make intervals longer.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::Timestamp;

/// No page asks more often than this, however small the crowd: a place moves slower than that.
pub const INTERVAL_MIN: Duration = Duration::from_secs(2);
/// Jitter makes an interval longer by up to this share, so that pages that asked together do not
/// stay together.
const JITTER_SHARE: f64 = 0.25;

/// The operator's bound and the whole crowd it is shared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollBudget {
    /// Requests per second of all waiting pages together.
    pub per_s: NonZeroU32,
    /// How many tickets may ask: those of all lines that are not done. Too high a number is safe
    /// (pages ask less often), too low a one is not.
    pub crowd: u32,
}

impl PollBudget {
    /// The interval at which `crowd` pages ask `per_s` times a second together.
    fn equal_interval_s(self) -> f64 {
        f64::from(self.crowd.max(1)) / f64::from(self.per_s.get())
    }
}

/// Where a ticket stands among those of its line that still ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// How many of the line ask before it, from 0.
    pub rank: u32,
    /// How many tickets of the line are ranked.
    pub line: u32,
    /// How many of them are its front: called lately, or about to be.
    pub front: u32,
}

/// When a page may ask again. `rank` is `None` as long as its ticket has none. `jitter` is 32 random
/// bits; it only makes the interval longer.
pub fn poll_after(rank: Option<Rank>, budget: PollBudget, jitter: u32) -> Duration {
    let equal_s = budget.equal_interval_s();
    let interval_s = match rank {
        None => equal_s,
        Some(Rank { rank, line, front }) => {
            let line = f64::from(line.max(1));
            let front = f64::from(front.max(1)).min(line);
            let nearness = line / (f64::from(rank) + 1.0).max(front) / (1.0 + (line / front).ln());
            2.0 * equal_s / (1.0 + nearness)
        }
    };
    rounded_up(interval_s.max(INTERVAL_MIN.as_secs_f64()) * (1.0 + JITTER_SHARE * unit(jitter)))
}

/// When a page may ask again while its line is not open yet. Nobody has a rank, so all ask at the
/// equal share; whoever would next ask after the opening asks at a random moment of the equal share's
/// interval from the opening on. So every page asks once in that interval, spread evenly, however
/// synchronous they were before: the opening itself brings no more than the budget.
pub fn poll_after_before_opening(opens_at: Timestamp, now: Timestamp, budget: PollBudget, jitter: u32) -> Duration {
    let regular = poll_after(None, budget, jitter);
    let until_opening = Duration::try_from(opens_at.duration_since(now)).unwrap_or(Duration::ZERO);
    if regular < until_opening {
        return regular;
    }
    let spread_s = budget.equal_interval_s().max(INTERVAL_MIN.as_secs_f64());
    (until_opening + rounded_up(spread_s * unit(jitter))).max(INTERVAL_MIN)
}

/// Random bits as a number from 0 to just below 1.
fn unit(jitter: u32) -> f64 {
    f64::from(jitter) / (f64::from(u32::MAX) + 1.0)
}

/// Whole milliseconds, rounded up: never sooner than asked.
fn rounded_up(seconds: f64) -> Duration {
    Duration::from_millis((seconds * 1e3).ceil() as u64)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn budget(per_s: u32, crowd: u32) -> PollBudget {
        PollBudget {
            per_s: NonZeroU32::new(per_s).unwrap(),
            crowd,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_610_434_800 + seconds).unwrap()
    }

    /// Requests per second of a whole line: the sum of 1/interval over all its ranks, with a jitter
    /// that differs from page to page.
    fn requests_per_s(line: u32, front: u32, budget: PollBudget, jitter: u32) -> f64 {
        (0..line)
            .map(|rank| {
                let jitter = jitter.wrapping_mul(rank);
                1.0 / poll_after(Some(Rank { rank, line, front }), budget, jitter).as_secs_f64()
            })
            .sum()
    }

    #[test]
    fn ten_million_waiting_people_stay_within_the_budget() {
        for front in [1, 2_000] {
            let sum = requests_per_s(10_000_000, front, budget(5_000, 10_000_000), 0);
            assert!(sum <= 5_000.0, "{sum} with a front of {front}");
            assert!(sum >= 2_500.0, "{sum}: the budget is there to be used");
        }
    }

    #[test]
    fn a_small_crowd_asks_at_the_least_interval() {
        let near = poll_after(
            Some(Rank {
                rank: 0,
                line: 200,
                front: 10,
            }),
            budget(2_000, 200),
            0,
        );
        let unranked = poll_after(None, budget(2_000, 200), 0);
        assert_eq!((near, unranked), (INTERVAL_MIN, INTERVAL_MIN));
        assert_eq!(
            poll_after(None, budget(2_000, 0), 0),
            INTERVAL_MIN,
            "an empty line divides by nothing"
        );
    }

    #[test]
    fn a_million_people_ask_as_often_as_their_distance_needs() {
        let interval_s = |rank| {
            let rank = Rank {
                rank,
                line: 1_000_000,
                front: 500,
            };
            poll_after(Some(rank), budget(2_000, 1_000_000), 0).as_secs()
        };
        assert_eq!(
            [0, 1_000, 10_000, 100_000, 999_999].map(interval_s),
            [4, 8, 79, 462, 895]
        );
    }

    #[test]
    fn whoever_has_no_rank_asks_at_the_equal_share() {
        assert_eq!(
            poll_after(None, budget(1_000, 1_000_000), 0),
            Duration::from_secs(1_000)
        );
    }

    #[test]
    fn the_opening_brings_no_more_than_the_budget_however_synchronous_the_pages_were() {
        let budget = budget(100, 100_000);
        // All asked in the same second, 10 s before the opening.
        let mut asks_per_10_s = [0_u32; 101];
        for page in 0..100_000_u32 {
            let again = poll_after_before_opening(at(0), at(-10), budget, page.wrapping_mul(2_654_435_769));
            asks_per_10_s[(again.as_secs() as usize - 10) / 10] += 1;
        }
        assert!(
            asks_per_10_s[..100].iter().all(|asks| (900..=1_100).contains(asks)),
            "{asks_per_10_s:?}"
        );
        assert_eq!(asks_per_10_s[100], 0);
    }

    #[test]
    fn long_before_the_opening_pages_ask_at_the_equal_share() {
        assert_eq!(
            poll_after_before_opening(at(0), at(-7_200), budget(100, 10_000), 0),
            Duration::from_secs(100)
        );
    }

    #[test]
    fn an_opening_that_is_late_is_asked_for_as_if_it_were_now() {
        let again = poll_after_before_opening(at(0), at(30), budget(100, 10_000), 1 << 31);
        assert_eq!(again, Duration::from_secs(50));
        assert_eq!(
            poll_after_before_opening(at(0), at(0), budget(100, 10), 0),
            INTERVAL_MIN
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn all_lines_together_stay_within_the_budget(
            lines in proptest::collection::vec((0..20_000_u32, 0..30_000_u32), 0..6),
            without_rank in 0..20_000_u32,
            per_s in 1..10_000_u32,
            jitter: u32,
        ) {
            let crowd = lines.iter().map(|(line, _)| line).sum::<u32>() + without_rank;
            let budget = budget(per_s, crowd);
            let ranked: f64 = lines.iter().map(|(line, front)| requests_per_s(*line, *front, budget, jitter)).sum();
            let others: f64 = (0..without_rank)
                .map(|page| 1.0 / poll_after(None, budget, jitter.wrapping_mul(page)).as_secs_f64())
                .sum();
            prop_assert!(ranked + others <= f64::from(per_s) * (1.0 + 1e-9), "{} > {per_s}", ranked + others);
        }

        #[test]
        fn who_is_nearer_never_waits_longer_to_ask(
            line in 1..10_000_000_u32,
            front: u32,
            near: u32,
            far: u32,
            per_s in 1..10_000_u32,
            jitter: u32,
        ) {
            let (near, far) = (near % line, far % line);
            let interval = |rank| poll_after(Some(Rank { rank, line, front }), budget(per_s, line), jitter);
            prop_assert!(interval(near.min(far)) <= interval(near.max(far)));
        }

        #[test]
        fn nobody_waits_longer_than_twice_the_equal_share(
            line in 1..10_000_000_u32,
            front: u32,
            rank: u32,
            per_s in 1..10_000_u32,
            jitter: u32,
        ) {
            let interval = poll_after(Some(Rank { rank: rank % line, line, front }), budget(per_s, line), jitter);
            let equal_s = (f64::from(line) / f64::from(per_s)).max(INTERVAL_MIN.as_secs_f64());
            prop_assert!(interval.as_secs_f64() <= 2.0 * equal_s * (1.0 + JITTER_SHARE) + 0.001);
            prop_assert!(interval >= INTERVAL_MIN);
        }

        #[test]
        fn no_input_breaks_the_interval(rank: u32, line: u32, front: u32, crowd: u32, per_s in 1..u32::MAX, jitter: u32) {
            let interval = poll_after(Some(Rank { rank, line, front }), budget(per_s, crowd), jitter);
            prop_assert!(interval >= INTERVAL_MIN);
        }

        #[test]
        fn a_page_asked_before_the_opening_asks_again_within_the_spread_after_it(
            before_s in 0..100_000_i64,
            crowd in 0..10_000_000_u32,
            per_s in 1..10_000_u32,
            jitter: u32,
        ) {
            let budget = budget(per_s, crowd);
            let again = poll_after_before_opening(at(0), at(-before_s), budget, jitter);
            let spread_s = budget.equal_interval_s().max(INTERVAL_MIN.as_secs_f64());
            prop_assert!(again >= INTERVAL_MIN);
            prop_assert!(again.as_secs_f64() <= before_s as f64 + spread_s + INTERVAL_MIN.as_secs_f64());
        }
    }
}
