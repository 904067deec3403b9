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
