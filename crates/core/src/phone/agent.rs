//! What an agent is doing, and who counts as there.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Who has not been heard of for so long is away, whatever was said last: a closed browser says nothing.
pub const AWAY_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Pages of an agent note that somebody is there when it was last noted so long ago, or longer: a write for each of
/// them would be most of what five hundred agents write.
pub const SEEN_EVERY: SignedDuration = SignedDuration::from_secs(20);
const _: () = assert!(SEEN_EVERY.as_secs() * 4 < AWAY_AFTER.as_secs());

/// What an agent is doing (`Zustand`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AgentState {
    /// Takes the next call.
    Ready,
    /// Has somebody on the line.
    OnCall,
    /// Finishes what the call was about.
    WrapUp,
    /// Has a break.
    Break,
    /// Logged out, or silent for [`AWAY_AFTER`].
    Away,
}

impl AgentState {
    /// Every state, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Ready, Self::OnCall, Self::WrapUp, Self::Break, Self::Away];

    /// The word of the state in columns and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::OnCall => "on-call",
            Self::WrapUp => "wrap-up",
            Self::Break => "break",
            Self::Away => "away",
        }
    }

    /// The state of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether a call may be put through.
    pub fn is_free(self) -> bool {
        self == Self::Ready
    }
}

/// What an agent is doing now, who said so and was last heard of then.
pub fn state_now(said: AgentState, seen: Timestamp, now: Timestamp) -> AgentState {
    if now.duration_since(seen) >= AWAY_AFTER {
        AgentState::Away
    } else {
        said
    }
}

/// How long somebody was on the line since then, by an agent who was last heard of at `seen`: no longer than until
/// the silence counted as being away, so that a browser left open over night is no call of ten hours.
pub fn talked(since: Timestamp, seen: Timestamp, now: Timestamp) -> Duration {
    let until = now.min(seen + AWAY_AFTER);
    Duration::try_from(until.duration_since(since)).unwrap_or(Duration::ZERO)
}

/// What an agent said last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    /// What.
    pub state: AgentState,
    /// Since when.
    pub since: Timestamp,
    /// When the agent was last heard of.
    pub seen: Timestamp,
}

/// What comes of an agent's next word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// Since when the new state holds.
    pub since: Timestamp,
    /// Calls that begin with it.
    pub calls: u32,
    /// Time on the line that ends with it.
    pub talked: Duration,
}

/// What comes of it when an agent says this now. The same word again changes nothing, unless the agent had counted as
/// away in between.
pub fn say(before: Option<Said>, state: AgentState, now: Timestamp) -> Change {
    let calls = u32::from(state == AgentState::OnCall && before.is_none_or(|before| before.state != state));
    match before {
        Some(before) if before.state == state && state_now(state, before.seen, now) == state => Change {
            since: before.since,
            calls,
            talked: Duration::ZERO,
        },
        Some(before) if before.state == AgentState::OnCall => Change {
            since: now,
            calls,
            talked: talked(before.since, before.seen, now),
        },
        _ => Change {
            since: now,
            calls,
            talked: Duration::ZERO,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for state in AgentState::ALL {
            assert_eq!(AgentState::of_word(state.word()), Some(state));
        }
        assert_eq!(AgentState::of_word("asleep"), None);
    }

    #[test]
    fn only_who_is_ready_is_free() {
        let free: Vec<_> = AgentState::ALL.into_iter().filter(|state| state.is_free()).collect();
        assert_eq!(free, [AgentState::Ready]);
    }

    #[test]
    fn who_is_silent_for_two_minutes_is_away() {
        assert_eq!(state_now(AgentState::Ready, second(0), second(119)), AgentState::Ready);
        assert_eq!(state_now(AgentState::Ready, second(0), second(120)), AgentState::Away);
    }

    fn said(state: AgentState, since: i64, seen: i64) -> Option<Said> {
        Some(Said {
            state,
            since: second(since),
            seen: second(seen),
        })
    }

    #[test]
    fn a_call_is_counted_when_it_begins_and_its_time_when_it_ends() {
        let begins = say(said(AgentState::Ready, 0, 50), AgentState::OnCall, second(60));
        assert_eq!(
            (begins.calls, begins.talked, begins.since),
            (1, Duration::ZERO, second(60))
        );
        let goes_on = say(said(AgentState::OnCall, 60, 100), AgentState::OnCall, second(120));
        assert_eq!(
            (goes_on.calls, goes_on.talked, goes_on.since),
            (0, Duration::ZERO, second(60))
        );
        let ends = say(said(AgentState::OnCall, 60, 180), AgentState::WrapUp, second(200));
        assert_eq!(
            (ends.calls, ends.talked, ends.since),
            (0, Duration::from_secs(140), second(200))
        );
        let first = say(None, AgentState::OnCall, second(5));
        assert_eq!((first.calls, first.since), (1, second(5)));
    }

    #[test]
    fn who_comes_back_from_silence_is_in_the_state_since_then() {
        let back = say(said(AgentState::Ready, 0, 10), AgentState::Ready, second(1_000));
        assert_eq!(back.since, second(1_000));
        let back = say(said(AgentState::OnCall, 0, 10), AgentState::OnCall, second(1_000));
        assert_eq!((back.calls, back.talked), (0, Duration::from_secs(130)));
    }

    #[test]
    fn a_call_ends_at_the_latest_when_the_agent_counts_as_away() {
        assert_eq!(talked(second(0), second(200), second(210)), Duration::from_secs(210));
        assert_eq!(talked(second(0), second(200), second(36_000)), Duration::from_secs(320));
        assert_eq!(talked(second(50), second(40), second(10)), Duration::ZERO);
    }
}
