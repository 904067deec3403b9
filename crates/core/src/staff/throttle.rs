//! How fast anybody may try to log in (OWASP ASVS 5.0 § 6.3.1, NIST SP 800-63B § 3.2.2).
//!
//! Three things are counted, each by failures since the last success:
//!
//! | counted | free | then | at most | forgotten after | tries a day for ever |
//! | --- | ---: | --- | ---: | ---: | ---: |
//! | an account from browsers that have never logged in to it | 5 | 1 s, doubled | 15 min | a day | 96 |
//! | an account from one browser that has | 5 | 1 s, doubled | 5 min | a day | 288 |
//! | a network over all accounts, from browsers that have never logged in | 50 | 1 s, doubled | 1 min | an hour | 1,440 |
//!
//! Nobody is locked out for ever: the longest wait is a quarter of an hour. Nor can anybody lock somebody out by
//! guessing: a browser that has logged in to the account before (a signed cookie says so) is counted for itself.
//! Among passwords of twelve characters that are not common, and codes of six digits that change every half minute,
//! a hundred tries a day find nothing.

use jiff::{SignedDuration, Timestamp};

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Counted {
    /// Tries at an account from unknown browsers.
    Account,
    /// Tries at an account from one browser that has logged in to it.
    Browser,
    /// Tries from a network, whatever the account.
    Network,
}

/// Failures at an account are forgotten after so long without another. Within an hour, who pauses and begins again
/// with the free tries would get through more than who goes on.
const OF_ACCOUNT_FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// Those of a network: who stands behind its address changes.
const OF_NETWORK_FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Tries at an account before the first delay: people mistype, and caps lock is on.
const OF_ACCOUNT_FREE: u32 = 5;
const OF_ACCOUNT_DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);
const OF_BROWSER_DELAY_MAX: SignedDuration = SignedDuration::from_mins(5);
/// A call centre of 500 stands behind one address: one in ten mistypes at eight in the morning.
const OF_NETWORK_FREE: u32 = 50;
const OF_NETWORK_DELAY_MAX: SignedDuration = SignedDuration::from_mins(1);

/// Failures so far, and when the last one was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When the last one was.
    pub last_at: Timestamp,
}

impl Failures {
    /// These failures and one more now.
    pub fn and_one(counted: Counted, known: Option<Self>, now: Timestamp) -> Self {
        let known = known.filter(|known| !known.is_forgotten(counted, now));
        Self {
            count: known.map_or(0, |known| known.count).saturating_add(1),
            last_at: now,
        }
    }

    fn is_forgotten(&self, counted: Counted, now: Timestamp) -> bool {
        let after = match counted {
            Counted::Account | Counted::Browser => OF_ACCOUNT_FORGOTTEN_AFTER,
            Counted::Network => OF_NETWORK_FORGOTTEN_AFTER,
        };
        now.duration_since(self.last_at) >= after
    }
}

/// Failures whose last one is older than this are of no use to any of them.
pub fn forgotten_before(now: Timestamp) -> Timestamp {
    now.saturating_sub(OF_ACCOUNT_FORGOTTEN_AFTER).unwrap_or(Timestamp::MIN)
}

/// When the next try is allowed, if that is not now.
pub fn not_before(counted: Counted, failures: &Failures, now: Timestamp) -> Option<Timestamp> {
    let (free, delay_max) = match counted {
        Counted::Account => (OF_ACCOUNT_FREE, OF_ACCOUNT_DELAY_MAX),
        Counted::Browser => (OF_ACCOUNT_FREE, OF_BROWSER_DELAY_MAX),
        Counted::Network => (OF_NETWORK_FREE, OF_NETWORK_DELAY_MAX),
    };
    if failures.count < free || failures.is_forgotten(counted, now) {
        return None;
    }
    // 2²⁰ seconds are longer than every bound.
    let doubled = SignedDuration::from_secs(1 << (failures.count - free).min(20));
    let until = failures.last_at + doubled.min(delay_max);
    (now < until).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Counted; 3] = [Counted::Account, Counted::Browser, Counted::Network];
    const DAY_S: i64 = 24 * 3600;

    fn second(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    /// Tries in so many days by a guesser who tries as soon as it is allowed, and after each `burst` of tries
    /// pauses for so long.
    fn tries(counted: Counted, days: i64, burst: u32, pause: SignedDuration) -> u32 {
        let (mut now, mut tries, mut known) = (second(0), 0, None);
        while now < second(days * DAY_S) {
            match known.and_then(|known| not_before(counted, &known, now)) {
                Some(until) => now = until,
                None => {
                    known = Some(Failures::and_one(counted, known, now));
                    tries += 1;
                    if tries % burst == 0 {
                        now += pause;
                    }
                }
            }
        }
        tries
    }

    #[test]
    fn a_few_mistakes_cost_nothing_and_then_each_costs_twice_the_one_before() {
        let wait = |count| {
            let failed = Failures {
                count,
                last_at: second(0),
            };
            let until = not_before(Counted::Account, &failed, second(0))?;
            Some(until.duration_since(second(0)).as_secs())
        };
        let waits = [4, 5, 6, 7, 14, 15, 1_000].map(wait);
        assert_eq!(
            waits,
            [None, Some(1), Some(2), Some(4), Some(512), Some(900), Some(900)]
        );
    }

    #[test]
    fn nobody_guesses_faster_than_the_table_says_however_they_pause() {
        // The free tries and the short delays come once.
        for (counted, a_day, once, forgotten_after) in [
            (Counted::Account, 96, 20, OF_ACCOUNT_FORGOTTEN_AFTER),
            (Counted::Browser, 288, 20, OF_ACCOUNT_FORGOTTEN_AFTER),
            (Counted::Network, 1_440, 60, OF_NETWORK_FORGOTTEN_AFTER),
        ] {
            let never = tries(counted, 10, u32::MAX, SignedDuration::ZERO);
            assert!(
                (10 * a_day..=10 * a_day + once).contains(&never),
                "{counted:?}: {never}"
            );
            for burst in 1..200 {
                let pausing = tries(counted, 10, burst, forgotten_after);
                assert!(
                    pausing <= 10 * a_day + once,
                    "{counted:?}, {burst} at a time: {pausing}"
                );
            }
        }
    }

    #[test]
    fn nobody_is_locked_out_for_ever() {
        for counted in KINDS {
            let worst = Failures {
                count: u32::MAX,
                last_at: second(0),
            };
            let until = not_before(counted, &worst, second(0));
            assert!(until.is_some_and(|until| until <= second(900)), "{counted:?}");
            assert_eq!(not_before(counted, &worst, second(900)), None);
            assert_eq!(Failures::and_one(counted, Some(worst), second(DAY_S)).count, 1);
        }
    }
}
