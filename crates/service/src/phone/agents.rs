//! Who of the agents is free and what they have to do, from memory: a telephone system that asks must not wait for the
//! database, and a page of the desk should not count a hundred thousand call-backs.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use dran_core::phone::{AWAY_AFTER, AgentState, Connects};
use dran_store::Fault;
use jiff::Timestamp;

use crate::Service;

/// How many agents do what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentCounts {
    /// Who would take a call.
    pub ready: u32,
    /// Who has somebody on the line.
    pub on_call: u32,
    /// Who finishes what a call was about.
    pub wrap_up: u32,
    /// Who has a break.
    pub on_break: u32,
    /// As of when.
    pub as_of: Timestamp,
}

impl AgentCounts {
    fn nobody(as_of: Timestamp) -> Self {
        Self {
            ready: 0,
            on_call: 0,
            wrap_up: 0,
            on_break: 0,
            as_of,
        }
    }

    fn count(states: impl Iterator<Item = AgentState>, as_of: Timestamp) -> Self {
        let mut counts = Self::nobody(as_of);
        for state in states {
            match state {
                AgentState::Ready => counts.ready += 1,
                AgentState::OnCall => counts.on_call += 1,
                AgentState::WrapUp => counts.wrap_up += 1,
                AgentState::Break => counts.on_break += 1,
                AgentState::Away => {}
            }
        }
        counts
    }
}

/// What a node knows of its agents.
pub(crate) struct Agents {
    counts: ArcSwap<AgentCounts>,
    /// Call-backs to be made now.
    due: AtomicU32,
    connects: Mutex<Connects>,
}

impl Agents {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            counts: ArcSwap::from_pointee(AgentCounts::nobody(now)),
            due: AtomicU32::new(0),
            connects: Mutex::default(),
        }
    }
}

impl Service {
    /// How many agents do what, at most a second or two old. Nobody, once that is so old that all of them would
    /// count as away.
    pub fn agents(&self) -> AgentCounts {
        let (counts, now) = (**self.inner.agents.counts.load(), self.clock().now());
        if now.duration_since(counts.as_of) >= AWAY_AFTER {
            return AgentCounts::nobody(counts.as_of);
        }
        counts
    }

    /// How many call-backs are to be made now, as of a second or two ago.
    pub fn callbacks_due(&self) -> u32 {
        self.inner.agents.due.load(Ordering::Relaxed)
    }

    /// Whether a caller may be put through to an agent now. If so, it counts as put through: no more callers ring
    /// than agents are ready for.
    pub fn try_connect(&self) -> bool {
        let (ready, now) = (self.agents().ready, self.clock().now());
        let mut connects = self
            .inner
            .agents
            .connects
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connects.try_connect(ready, now)
    }

    /// Reads what the agents are doing, and how many call-backs they have to make.
    pub(crate) async fn refresh_agents(&self) -> Result<(), Fault> {
        let now = self.clock().now();
        let agents = self.store().phone().agents(now).await?;
        let counts = AgentCounts::count(agents.iter().map(|agent| agent.state), now);
        self.inner.agents.counts.store(Arc::new(counts));
        let due = self.store().phone().callbacks_due(now).await?;
        self.inner.agents.due.store(due, Ordering::Relaxed);
        Ok(())
    }
}
