//! How many may be inside: the target that follows the store, and what is known of the called.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dran_core::line::arrival::{Arrivals, Chances};
use dran_core::line::target::{Bounds, Target};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::{Limits, Service};

/// How often the store's pressure is looked at. Apart from the leader's loop, which waits for the store.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Shared by the loops; held for a few additions.
pub(crate) struct Admission(Mutex<State>);

struct State {
    target: Target,
    arrivals: Arrivals,
    /// Permits in use or claimed, in the campaign that has most.
    used: u32,
}

impl Admission {
    pub(crate) fn new(limits: &Limits, now: Timestamp) -> Self {
        let bounds = Bounds {
            min: limits.permits_min,
            max: limits.permits_max,
            delay_goal: limits.delay_goal,
        };
        let grace = Duration::try_from(limits.arrival_grace).unwrap_or_default();
        Self(Mutex::new(State {
            target: Target::new(bounds, now),
            arrivals: Arrivals::new(grace),
            used: 0,
        }))
    }

    /// Permits that may be in use at once.
    pub(crate) fn target(&self) -> u32 {
        self.state().target.permits()
    }

    /// How likely the called come; learns from what `look` shows it first.
    pub(crate) fn learn(&self, look: impl FnOnce(&mut Arrivals)) -> Chances {
        let mut state = self.state();
        look(&mut state.arrivals);
        state.arrivals.chances()
    }

    pub(crate) fn note_used(&self, permits: u32) {
        self.state().used = permits;
    }

    /// Takes over the leader's target.
    pub(crate) fn follow(&self, permits: u32) {
        self.state().target.follow(permits);
    }

    fn step(&self, now: Timestamp, delay: Option<Duration>) -> (u32, u32) {
        let mut state = self.state();
        let (before, used) = (state.target.permits(), state.used);
        state.target.step(now, delay, used);
        (before, state.target.permits())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whole steps only: a panicked holder left nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// How many permits may be in use in a campaign now: between the operator's bounds, and lower while
    /// the store is slow.
    pub fn permits_target(&self) -> u32 {
        self.inner.admission.target()
    }

    /// Lets the target follow the store until it is told to stop.
    pub(crate) async fn follow_the_store(&self, stop: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            if !*self.leading().borrow() {
                continue; // the leader's target is followed
            }
            let delay = self.store().pressure().map(|pressure| pressure.least);
            let (before, now) = self.inner.admission.step(self.clock().now(), delay);
            let max = self.limits().permits_max;
            if now < before && before == max {
                tracing::warn!(
                    permits = now,
                    delay_ms = delay.map(|delay| delay.as_millis()),
                    "the store is slow: fewer are let in"
                );
            } else if before < now && now == max {
                tracing::info!(permits = now, "the store keeps up again: as many are let in as before");
            }
        }
    }
}
