//! Joining with an attempt key: sent twice, joined once. For doors that send again by themselves.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use dran_core::ids::AttemptKey;
use dran_core::line::ticket::Ticket;
use dran_store::KeptJoin;
use tokio::sync::OnceCell;

use crate::{JoinError, Joining, Service};

/// Attempts remembered, the newest: a desk of 530 agents takes this many calls in more than half an hour.
const ATTEMPTS_MAX: usize = 4_096;

/// The tickets of attempts that this node has seen, so that a try that comes again while the first is under way takes
/// no second number. What an attempt has taken is kept by the store, for all nodes.
#[derive(Default)]
pub(crate) struct Joins(Mutex<VecDeque<(AttemptKey, Arc<OnceCell<Ticket>>)>>);

impl Joins {
    /// Where the ticket of an attempt is or will be.
    fn of(&self, attempt: AttemptKey) -> Arc<OnceCell<Ticket>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, ticket)) = known.iter().rev().find(|(made, _)| *made == attempt) {
            return ticket.clone();
        }
        if known.len() == ATTEMPTS_MAX {
            known.pop_front();
        }
        let ticket = Arc::new(OnceCell::new());
        known.push_back((attempt, ticket.clone()));
        ticket
    }
}

impl Service {
    /// [`Service::join`], once for each attempt, on whatever node it comes again.
    ///
    /// # Errors
    /// As [`Service::join`]; then the attempt may be made again.
    pub async fn join_once(&self, joining: &Joining, attempt: AttemptKey) -> Result<Ticket, JoinError> {
        let ticket = self.joins().of(attempt);
        let joined = ticket.get_or_try_init(|| async {
            let taken = self.join(joining).await?.ticket;
            let join = KeptJoin {
                ticket: taken.id,
                joined_at: taken.joined_at,
            };
            let kept = self.store().phone().keep_join(attempt, join).await;
            let kept = kept.map_err(JoinError::Fault)?;
            Ok(Ticket {
                id: kept.ticket,
                joined_at: kept.joined_at,
                ..taken
            })
        });
        joined.await.copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_known_until_as_many_newer_ones_were_made() {
        let joins = Joins::default();
        let key = |number: usize| AttemptKey((number as u128).to_be_bytes());
        let first = joins.of(key(0));
        for number in 1..ATTEMPTS_MAX {
            joins.of(key(number));
        }
        assert!(Arc::ptr_eq(&first, &joins.of(key(0))));
        joins.of(key(ATTEMPTS_MAX));
        assert!(!Arc::ptr_eq(&first, &joins.of(key(0))));
    }
}
