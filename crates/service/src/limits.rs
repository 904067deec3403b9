//! What the operator sets: every bound of the service, with its unit and its reason.

use std::num::{NonZeroU8, NonZeroU32};
use std::time::Duration;

use jiff::SignedDuration;

/// A tenth of what one core answers; see `docs/performance.md`.
const POLL_BUDGET_PER_S: NonZeroU32 = NonZeroU32::new(2_000).unwrap();

/// Tickets that one IPv4 address or IPv6 /64 may take in a minute, and at once. A nursing home of 200 whose
/// staff takes all tickets at the same moment stays below it three times over. Behind one address of a
/// carrier's NAT stand at most some 2,000 subscribers; if one in four of them joined in the same five
/// minutes, that would be 100 a minute. A single machine that wants every number of a line (16 million)
/// would need 19 days.
const JOINS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).unwrap();

/// Without work, while it is asked for: a home where nobody's computer runs scripts takes its tickets within
/// some minutes, and a program gains too little to be worth an address.
const JOINS_WITHOUT_WORK_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();

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
    /// How many tickets one network may take in a minute; none is no bound, for a service behind a proxy that
    /// hides its visitors' addresses.
    pub joins_per_minute: Option<NonZeroU32>,
    /// How many zero bits a device looks for before it joins; none in normal use.
    pub join_work_bits: Option<NonZeroU8>,
    /// How many tickets one network may take in a minute without that work, for who has no scripts.
    pub joins_without_work_per_minute: NonZeroU32,
    /// How long before their turn those who left a contact are told.
    pub notice_lead: std::time::Duration,
    /// Whether a ticket that leaves a contact must say whose place it is, and folds into the place that
    /// this person has already with the same contact.
    pub one_place_per_person: bool,
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
            joins_per_minute: Some(JOINS_PER_MINUTE),
            join_work_bits: None,
            joins_without_work_per_minute: JOINS_WITHOUT_WORK_PER_MINUTE,
            notice_lead: std::time::Duration::from_secs(30 * 60),
            one_place_per_person: false,
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
