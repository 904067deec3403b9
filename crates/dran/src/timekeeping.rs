//! One time for all nodes: where the database has a clock of its own, a node whose clock differs goes by that one.
//!
//! What one node writes down another one reads: when a message is due, until when a permit and a code are good. A leader
//! an hour ahead would end every permit and give up every code as too old.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use dran_service::Clock;
use dran_store::{Fault, Store};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

/// Clocks that differ by no more agree: what is left of it after asking over a network is not worth a correction.
const AGREE_WITHIN_MS: i64 = 2_000;
/// An answer that took longer says nothing about the time.
const ANSWER_MAX_MS: i64 = 1_000;
/// How often the database is asked.
const ASKED_EVERY: Duration = Duration::from_secs(2);

/// This machine's clock, and by how much it is put forward.
#[derive(Clone)]
pub struct Timekeeper {
    own: Clock,
    forward_ms: Arc<AtomicI64>,
}

impl Timekeeper {
    /// One that goes by this machine's clock until it has heard otherwise.
    pub fn new(own: Clock) -> Self {
        let forward_ms = Arc::default();
        Self { own, forward_ms }
    }

    /// The time as it is known now.
    pub fn clock(&self) -> Clock {
        let Self { own, forward_ms } = self.clone();
        Clock::new(move || {
            let forward = SignedDuration::from_millis(forward_ms.load(Ordering::Relaxed));
            own.now().saturating_add(forward).unwrap_or(Timestamp::MAX)
        })
    }

    /// Asks the database what time it is.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ask(&self, store: &dyn Store) -> Result<(), Fault> {
        let before = self.own.now();
        if let Some(there) = store.clock().await? {
            self.hear(before, there, self.own.now());
        }
        Ok(())
    }

    /// Asks again and again, until it is told to stop. Without an answer the time stays as it is known.
    pub async fn keep(self, store: Arc<dyn Store>, stop: CancellationToken) {
        while stop
            .run_until_cancelled(tokio::time::sleep(ASKED_EVERY))
            .await
            .is_some()
        {
            if let Err(error) = self.ask(&*store).await {
                tracing::debug!(%error, "the database does not say what time it is");
            }
        }
    }

    /// Takes in what the database's clock said between two looks at this machine's.
    fn hear(&self, before: Timestamp, there: Timestamp, after: Timestamp) {
        let (before, there, after) = (before.as_millisecond(), there.as_millisecond(), after.as_millisecond());
        if !(0..=ANSWER_MAX_MS).contains(&(after - before)) {
            return;
        }
        let off_ms = there - (before + after) / 2;
        let known = self.forward_ms.load(Ordering::Relaxed);
        if (off_ms - known).abs() <= AGREE_WITHIN_MS {
            return;
        }
        let forward_ms = if off_ms.abs() <= AGREE_WITHIN_MS { 0 } else { off_ms };
        self.forward_ms.store(forward_ms, Ordering::Relaxed);
        if forward_ms == 0 {
            tracing::info!("this machine's clock agrees with the database's again");
        } else {
            tracing::error!(forward_ms, "this machine's clock is off: going by the database's");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_MS: i64 = 1_610_449_200_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(NOON_MS + ms).unwrap_or_default()
    }

    /// What a clock says that stands at noon, after the database has answered so often.
    fn after(answers: &[(i64, i64)]) -> Timestamp {
        let keeper = Timekeeper::new(Clock::new(|| at(0)));
        for (there_ms, took_ms) in answers {
            keeper.hear(at(0), at(*there_ms), at(*took_ms));
        }
        keeper.clock().now()
    }

    #[test]
    fn a_clock_an_hour_off_goes_by_the_databases() {
        assert_eq!(after(&[(3_600_000, 0)]), at(3_600_000));
        assert_eq!(after(&[(-3_600_000, 200)]), at(-3_600_100));
        assert_eq!(
            after(&[(3_600_000, 0), (3_601_900, 0)]),
            at(3_600_000),
            "no jumping about"
        );
        assert_eq!(after(&[(3_600_000, 0), (1_000, 0)]), at(0), "set right meanwhile");
    }

    #[test]
    fn clocks_that_agree_and_slow_answers_change_nothing() {
        assert_eq!(after(&[]), at(0));
        assert_eq!(after(&[(2_000, 0)]), at(0));
        assert_eq!(after(&[(3_600_000, 1_001)]), at(0));
        assert_eq!(
            after(&[(3_600_000, -1)]),
            at(0),
            "this machine's clock was set back meanwhile"
        );
    }
}
