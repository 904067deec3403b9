//! What the operator sets: every bound of the service, with its unit and its reason.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::SignedDuration;

/// A tenth of what one core answers; see `docs/performance.md`.
const POLL_BUDGET_PER_S: NonZeroU32 = NonZeroU32::new(2_000).unwrap();

/// The operator's bounds. The defaults are those of a state of six million people on one machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// How many permits a campaign may have in use at once. A booking takes minutes of a person and
    /// milliseconds of the machine, so this bounds people's competition for the same rows more than
    /// it bounds load.
    pub permits_max: u32,
    /// How many permits a campaign may have in use at least, however slow the store is: somebody must
    /// get on, and only those who are inside show whether it has recovered.
    pub permits_min: u32,
    /// How long commands may wait for the store while nothing is done about it. A healthy disk keeps
    /// them for a few milliseconds, and nobody who books notices less than a tenth of a second. See
    /// [`dran_core::line::target`].
    pub delay_goal: Duration,
    /// How long a permit lasts before it must be prolonged.
    pub permit_duration: SignedDuration,
    /// How often a permit may be prolonged: at least ten times (WCAG 2.2, 2.2.1 Timing Adjustable).
    pub permit_extensions_max: u32,
    /// How long a called ticket counts as about to enter; after that others are called in its stead
    /// and it enters with the next free permit.
    pub arrival_grace: SignedDuration,
    /// How often all waiting visitors together may ask, in requests a second.
    pub poll_budget_per_s: NonZeroU32,
    /// How often a wrong verification code may be typed before a new one is needed.
    pub code_tries_max: u32,
    /// How many codes one registration may be sent.
    pub code_sends_max: u32,
}

impl Limits {
    /// How long a verification code lives: as long as the permit it belongs to can be prolonged, and
    /// 30 minutes at least.
    pub fn code_duration(&self) -> SignedDuration {
        let whole_permit = self
            .permit_duration
            .checked_mul(self.permit_extensions_max.min(1_000) as i32 + 1)
            .unwrap_or(SignedDuration::from_hours(24));
        whole_permit.max(SignedDuration::from_mins(30))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            permits_max: 2_000,
            permits_min: 50,
            delay_goal: Duration::from_millis(50),
            permit_duration: SignedDuration::from_mins(20),
            permit_extensions_max: 12,
            arrival_grace: SignedDuration::from_secs(120),
            poll_budget_per_s: POLL_BUDGET_PER_S,
            code_tries_max: 6,
            code_sends_max: 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_outlives_every_permit_it_can_belong_to() {
        let limits = Limits::default();
        let longest = limits.permit_duration * (limits.permit_extensions_max as i32 + 1);
        assert!(limits.code_duration() >= longest);
        let short = Limits {
            permit_duration: SignedDuration::from_secs(1),
            permit_extensions_max: 0,
            ..limits
        };
        assert_eq!(short.code_duration(), SignedDuration::from_mins(30));
    }
}
