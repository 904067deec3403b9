//! Work before joining: challenges handed out, solutions accepted once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use dran_core::line::work::{CHALLENGE_DURATION, Challenge};
use jiff::Timestamp;

use crate::app::App;

/// Nonces kept in one generation, some 16 MB; a rush beyond it forgets the older generation early, and a
/// solution could then serve twice.
const SPENT_MAX: usize = 1_000_000;

/// A solved challenge as it was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Solved<'a> {
    /// The challenge.
    pub challenge: &'a str,
    /// The number.
    pub solution: &'a str,
}

/// The nonces that were used, in two generations, each as long as a challenge lives.
#[derive(Default)]
pub struct Spent(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    new: HashSet<u64>,
    old: HashSet<u64>,
    turned_at: Option<Timestamp>,
}

impl Spent {
    /// Uses a nonce. Whether it was unused.
    pub fn spend(&self, nonce: u64, now: Timestamp) -> bool {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turned_at = *spent.turned_at.get_or_insert(now);
        if now.duration_since(turned_at) > CHALLENGE_DURATION || spent.new.len() >= SPENT_MAX {
            spent.old = std::mem::take(&mut spent.new);
            spent.turned_at = Some(now);
        }
        !spent.old.contains(&nonce) && spent.new.insert(nonce)
    }
}

impl App {
    /// A fresh challenge and its zero bits, if work is asked for.
    pub fn challenge(&self) -> Option<(String, u8)> {
        let difficulty = self.service.limits().join_work_bits?.get();
        let challenge = Challenge {
            difficulty,
            issued_at: self.service.clock().now(),
            nonce: self.service.entropy().number(),
        };
        Some((challenge.seal(self.service.keys()), difficulty))
    }

    /// Whether the work was done, and for this one join.
    pub(crate) fn is_solved(&self, work: Solved<'_>, difficulty: u8) -> bool {
        let now = self.service.clock().now();
        let keys = self.service.keys();
        let checked = Challenge::check(work.challenge, work.solution, difficulty, keys, now);
        checked.is_ok_and(|challenge| self.spent().spend(challenge.nonce, now))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_nonce_serves_once_for_as_long_as_its_challenge_lives() {
        let (spent, start) = (Spent::default(), Timestamp::UNIX_EPOCH);
        assert!(spent.spend(1, start));
        for minutes in [0, 10, 20, 25] {
            assert!(!spent.spend(1, start + SignedDuration::from_mins(minutes)), "{minutes}");
        }
        assert!(spent.spend(2, start));
    }
}
