//! How long commands wait in the writer's queue: what admission is steered by.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Pressure;

/// A clock that never goes back: the time since any fixed moment.
pub type Monotonic = fn() -> Duration;

/// Measures the queue. Callers read the clock once per command; the lock is taken by the writer's
/// thread twice a batch and by who asks, never by a caller.
pub(crate) struct Gauge {
    monotonic: Option<Monotonic>,
    seen: Mutex<Seen>,
}

/// Since it was last asked.
#[derive(Default)]
struct Seen {
    least: Option<Duration>,
    sum: Duration,
    commands: u32,
    /// When the batch began that is being written now.
    running_since: Option<Duration>,
}

impl Gauge {
    pub(crate) fn new(monotonic: Option<Monotonic>) -> Self {
        Self {
            monotonic,
            seen: Mutex::default(),
        }
    }

    /// The time by the monotonic clock; always the same without one.
    pub(crate) fn now(&self) -> Duration {
        self.monotonic.map_or(Duration::ZERO, |read| read())
    }

    /// A batch begins of commands that were queued then.
    pub(crate) fn begin(&self, queued: impl Iterator<Item = Duration>) {
        if self.monotonic.is_none() {
            return;
        }
        let now = self.now();
        let (mut sum, mut commands) = (Duration::ZERO, 0);
        for at in queued {
            sum += now.saturating_sub(at);
            commands += 1;
        }
        let mut seen = self.seen();
        seen.running_since = Some(now);
        seen.take_in(sum, commands);
    }

    /// The batch is written.
    pub(crate) fn end(&self) {
        self.seen().running_since = None;
    }

    /// What was measured since the last call. `waiting`: whether commands are in the queue now. Those
    /// behind a batch that does not end count as well, as if they had come evenly since it began.
    pub(crate) fn take(&self, waiting: bool) -> Option<Pressure> {
        self.monotonic?;
        let now = self.now();
        let mut seen = self.seen();
        let running_since = seen.running_since;
        // Only when no batch began in the meantime: then this one has run for long.
        if waiting
            && seen.least.is_none()
            && let Some(since) = running_since
        {
            seen.take_in(now.saturating_sub(since) / 2, 1);
        }
        let seen = std::mem::replace(
            &mut *seen,
            Seen {
                running_since,
                ..Seen::default()
            },
        );
        Some(Pressure {
            least: seen.least?,
            mean: seen.sum / seen.commands,
            commands: seen.commands,
        })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Sums are whole whatever panicked.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn take_in(&mut self, sum: Duration, commands: u32) {
        let Some(mean) = sum.checked_div(commands) else { return };
        self.least = Some(self.least.map_or(mean, |least| least.min(mean)));
        self.sum = self.sum.saturating_add(sum);
        self.commands = self.commands.saturating_add(commands);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A gauge whose clock stands where the test puts it.
    macro_rules! gauge {
        ($millis:ident) => {
            static $millis: AtomicU64 = AtomicU64::new(0);
            fn read() -> Duration {
                Duration::from_millis($millis.load(Ordering::Relaxed))
            }
        };
    }

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_burst_that_one_batch_clears_leaves_a_small_least_delay() {
        gauge!(NOW);
        let gauge = Gauge::new(Some(read));
        NOW.store(100, Ordering::Relaxed);
        gauge.begin([ms(20), ms(40)].into_iter());
        gauge.end();
        NOW.store(200, Ordering::Relaxed);
        gauge.begin([ms(199)].into_iter());
        gauge.end();
        let pressure = gauge.take(false).unwrap();
        assert_eq!(pressure.least, ms(1));
        assert_eq!(pressure.mean, ms(141) / 3);
        assert_eq!(pressure.commands, 3);
        assert_eq!(gauge.take(false), None, "nothing was queued since");
    }

    #[test]
    fn who_waits_behind_a_batch_that_does_not_end_is_noticed_meanwhile() {
        gauge!(NOW);
        let gauge = Gauge::new(Some(read));
        gauge.begin([ms(0)].into_iter());
        assert_eq!(gauge.take(false).unwrap().least, ms(0));
        NOW.store(3_000, Ordering::Relaxed);
        assert_eq!(gauge.take(false), None, "nobody waits");
        assert_eq!(gauge.take(true).unwrap().least, ms(1_500));
        gauge.end();
        assert_eq!(gauge.take(true), None, "they will be counted with their batch");
    }

    #[test]
    fn without_a_clock_nothing_is_measured() {
        let gauge = Gauge::new(None);
        gauge.begin([ms(0)].into_iter());
        assert_eq!(gauge.take(true), None);
    }
}
