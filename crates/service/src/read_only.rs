//! When nobody can book: the operator lets bookings rest, or the database is away.
//!
//! The line goes on meanwhile: it is answered from memory. Nobody is called who could not come in, no permit ends,
//! and whoever was inside gets the lost time back before bookings go on.

use std::sync::atomic::{AtomicI64, Ordering};

use dran_store::{Fault, LostTime};
use jiff::{SignedDuration, Timestamp};

use crate::Service;
use crate::node::STALE_AFTER;
use crate::told::Told;

/// The database is away when a look that takes milliseconds has gone on for this long.
const LOOK_TAKES_MOST: SignedDuration = SignedDuration::from_secs(2);
/// After the database was away for longer than the leader is ever silent, it gives the lost time back before
/// anybody is told that theirs is over. If none leads, bookings go on without after this time.
const LEADER_GETS: SignedDuration = SignedDuration::from_secs(5);

/// That nobody can book right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOnly {
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub cause: Cause,
}

/// Why nobody can book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The operator lets bookings rest.
    Operator,
    /// Nothing can be stored.
    Store,
}

/// What this node knows of it. Moments in unix milliseconds, 0 for none.
#[derive(Default)]
pub(crate) struct Rest {
    operator_since: AtomicI64,
    /// When the look into the store that is under way was begun.
    look_begun: AtomicI64,
    /// When the first of the looks was begun that have failed in a row.
    failing_since: AtomicI64,
    /// Until when the leader may give lost time back, after the store was away since the other moment.
    leader_gets_until: AtomicI64,
    was_away_since: AtomicI64,
}

impl Rest {
    /// A look into the store begins.
    pub(crate) fn look_begins(&self, now: Timestamp) {
        self.look_begun.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// It has ended: with what the operator said, or not at all.
    pub(crate) fn look_ended(&self, now: Timestamp, found: Option<Option<Timestamp>>) {
        let begun = self.look_begun.swap(0, Ordering::Relaxed);
        let Some(operator_since) = found else {
            // Kept from the first failure on: only this loop writes it.
            if self.failing_since.load(Ordering::Relaxed) == 0 {
                self.failing_since.store(begun, Ordering::Relaxed);
            }
            return;
        };
        self.operator_since
            .store(operator_since.map_or(0, Timestamp::as_millisecond), Ordering::Relaxed);
        let failing_since = self.failing_since.swap(0, Ordering::Relaxed);
        let slow = begun != 0 && now.as_millisecond() - begun > STALE_AFTER.as_millis() as i64;
        let away_since = if failing_since != 0 { failing_since } else { begun };
        if (failing_since != 0 || slow) && now.as_millisecond() - away_since > STALE_AFTER.as_millis() as i64 {
            let until = now.as_millisecond() + LEADER_GETS.as_millis() as i64;
            self.was_away_since.store(away_since, Ordering::Relaxed);
            self.leader_gets_until.store(until, Ordering::Relaxed);
        }
    }

    /// The leader has been here since: it has given back what was lost.
    pub(crate) fn leader_was_here(&self) {
        self.leader_gets_until.store(0, Ordering::Relaxed);
    }

    fn now(&self, now: Timestamp) -> Option<ReadOnly> {
        let read = |moment: &AtomicI64| Some(moment.load(Ordering::Relaxed)).filter(|ms| *ms != 0);
        let store = |since: i64| (since, Cause::Store);
        let now = now.as_millisecond();
        let slow = |begun: &i64| now - begun > LOOK_TAKES_MOST.as_millis() as i64;
        let (since, cause) = read(&self.operator_since)
            .map(|since| (since, Cause::Operator))
            .or_else(|| read(&self.failing_since).map(store))
            .or_else(|| read(&self.look_begun).filter(slow).map(store))
            .or_else(|| {
                read(&self.leader_gets_until).filter(|until| *until > now)?;
                read(&self.was_away_since).map(store)
            })?;
        let since = Timestamp::from_millisecond(since).ok()?;
        Some(ReadOnly { since, cause })
    }
}

impl Service {
    /// Whether nobody can book right now, since when and why.
    pub fn read_only(&self) -> Option<ReadOnly> {
        self.inner.node.rest.now(self.clock().now())
    }

    /// Whether the operator lets bookings rest.
    pub(crate) fn rests(&self) -> bool {
        self.read_only()
            .is_some_and(|read_only| read_only.cause == Cause::Operator)
    }

    /// As the leader, before anything ends: gives back the time in which no leader was there or could write. What
    /// the leader told last says since when that is, whoever it was.
    pub(crate) async fn give_lost_time_back(&self, told: &[u8]) -> Result<(), Fault> {
        let now = self.clock().now();
        let Some(since) = Told::from_bytes(told).and_then(|told| told.at()) else {
            return Ok(()); // nobody has led yet
        };
        if now.duration_since(since) > STALE_AFTER {
            let lost = LostTime {
                since,
                now,
                expires_at_max: now + self.limits().permit_duration,
            };
            let permits = self.store().give_time_back(lost).await?;
            self.mirror().await?;
            if permits > 0 {
                tracing::info!(
                    permits,
                    lost_s = now.duration_since(since).as_secs(),
                    "gave lost time back"
                );
            }
        }
        self.inner.node.rest.leader_was_here();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000 + seconds)
    }

    fn look(rest: &Rest, from: i64, to: i64, found: Option<Option<Timestamp>>) {
        rest.look_begins(second(from));
        rest.look_ended(second(to), found);
    }

    fn by_store(since: i64) -> Option<ReadOnly> {
        Some(ReadOnly {
            since: second(since),
            cause: Cause::Store,
        })
    }

    #[test]
    fn bookings_rest_while_the_operator_says_so() {
        let rest = Rest::default();
        assert_eq!(rest.now(second(0)), None);
        look(&rest, 1, 1, Some(Some(second(0))));
        let by_operator = ReadOnly {
            since: second(0),
            cause: Cause::Operator,
        };
        assert_eq!(rest.now(second(100)), Some(by_operator));
        look(&rest, 101, 101, Some(None));
        assert_eq!(rest.now(second(101)), None);
    }

    #[test]
    fn bookings_rest_while_looks_fail_or_hang_and_a_short_outage_is_over_at_once() {
        let rest = Rest::default();
        look(&rest, 1, 2, None);
        look(&rest, 3, 4, None);
        assert_eq!(rest.now(second(4)), by_store(1));
        look(&rest, 5, 5, Some(None));
        assert_eq!(rest.now(second(5)), None);
        rest.look_begins(second(6));
        assert_eq!(rest.now(second(8)), None);
        assert_eq!(rest.now(second(9)), by_store(6));
        rest.look_ended(second(10), Some(None));
        assert_eq!(rest.now(second(10)), None);
    }

    #[test]
    fn after_a_long_outage_the_leader_first_gives_the_lost_time_back_if_there_is_one() {
        let rest = Rest::default();
        look(&rest, 1, 30, None);
        look(&rest, 31, 31, Some(None));
        assert_eq!(rest.now(second(31)), by_store(1));
        assert_eq!(rest.now(second(36)), None, "nobody leads");
        look(&rest, 40, 60, Some(None));
        assert_eq!(rest.now(second(61)), by_store(40), "one look that hung for long");
        rest.leader_was_here();
        assert_eq!(rest.now(second(61)), None);
    }
}
