//! How many callers are put through: never more than agents are ready for.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// How long a caller who was put through may still be ringing, before the agent's state says on call.
pub const CONNECT_TAKES: SignedDuration = SignedDuration::from_secs(20);

/// Callers who were put through a moment ago: their agents still count as ready.
#[derive(Clone, Debug, Default)]
pub struct Connects {
    recent: VecDeque<Timestamp>,
}

impl Connects {
    /// Whether one more caller may be put through, with so many agents ready; if so, it is noted.
    pub fn try_connect(&mut self, ready: u32, now: Timestamp) -> bool {
        while self
            .recent
            .front()
            .is_some_and(|at| now.duration_since(*at) >= CONNECT_TAKES)
        {
            self.recent.pop_front();
        }
        let may = u32::try_from(self.recent.len()).is_ok_and(|ringing| ringing < ready);
        if may {
            self.recent.push_back(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    #[test]
    fn no_more_callers_are_put_through_than_agents_are_ready() {
        let mut connects = Connects::default();
        assert!(!connects.try_connect(0, second(0)));
        let through = (0..100).filter(|_| connects.try_connect(3, second(1))).count();
        assert_eq!(through, 3);
    }

    #[test]
    fn an_agent_who_is_ready_still_after_the_ringing_is_rung_again() {
        let mut connects = Connects::default();
        assert!(connects.try_connect(1, second(0)));
        assert!(!connects.try_connect(1, second(19)));
        assert!(connects.try_connect(1, second(20)));
    }
}
