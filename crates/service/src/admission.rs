//! How many may be inside: the target that follows the store, and what is known of the called.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dran_core::line::arrival::{Arrivals, Chances};
use dran_core::line::target::{Bounds, Target};
use dran_core::operations::PermitBounds;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::operations::Permits;
use crate::{Limits, Service};

/// How often the store's pressure is looked at. Apart from the leader's loop, which waits for the store.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A delay that was measured longer ago says nothing about now.
const DELAY_COUNTS_FOR: SignedDuration = SignedDuration::from_secs(5);

/// Shared by the loops; held for a few additions.
pub(crate) struct Admission(Mutex<State>);

struct State {
    target: Target,
    /// Without what operators set.
    configured: Bounds,
    /// What operators have set.
    set: Option<PermitBounds>,
    /// The last delay that was measured here, and when.
    delay: Option<(Timestamp, Duration)>,
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
            configured: bounds,
            set: None,
            delay: None,
            arrivals: Arrivals::new(grace),
            used: 0,
        }))
    }

    /// Permits that may be in use at once.
    pub(crate) fn target(&self) -> u32 {
        self.state().target.permits()
    }

    /// The target and what it moves between.
    pub(crate) fn permits(&self) -> Permits {
        let state = self.state();
        Permits {
            target: state.target.permits(),
            bounds: state.target.bounds(),
            configured: state.configured,
            set: state.set.is_some(),
        }
    }

    /// Moves between what operators have set from now on, or what is configured.
    pub(crate) fn bind(&self, set: Option<PermitBounds>) {
        let mut state = self.state();
        if state.set == set {
            return;
        }
        let configured = state.configured;
        state.set = set;
        state.target.bind(Bounds {
            min: set.map_or(configured.min, PermitBounds::min),
            max: set.map_or(configured.max, PermitBounds::max),
            ..configured
        });
    }

    /// How long commands wait for the store here; none if there were none lately.
    pub(crate) fn delay(&self, now: Timestamp) -> Option<Duration> {
        let (at, delay) = self.state().delay?;
        (now.duration_since(at) < DELAY_COUNTS_FOR).then_some(delay)
    }

    fn note_delay(&self, now: Timestamp, delay: Option<Duration>) {
        if let Some(delay) = delay {
            self.state().delay = Some((now, delay));
        }
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
            let at = self.clock().now();
            let delay = self.store().pressure().map(|pressure| pressure.least);
            self.inner.admission.note_delay(at, delay);
            if !*self.leading().borrow() {
                continue; // the leader's target is followed
            }
            let (before, now) = self.inner.admission.step(at, delay);
            let max = self.inner.admission.permits().bounds.max;
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
