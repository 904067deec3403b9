//! A map by ticket that is read without a lock: every poll reads, few write.
//!
//! It is spread over shards that are replaced as a whole: who reads takes the shard as it is, who writes
//! copies it. Writers must take turns: each owner of a map has a lock of its own for them.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use dran_core::ids::TicketId;

/// A map from tickets to `V`.
pub(crate) struct TicketMap<V> {
    shards: Box<[ArcSwap<HashMap<TicketId, V>>]>,
}

impl<V: Clone> TicketMap<V> {
    /// An empty map. A write copies the entries of one shard: so many shards that this stays little.
    pub(crate) fn new(shards: usize) -> Self {
        Self {
            shards: (0..shards).map(|_| ArcSwap::default()).collect(),
        }
    }

    /// What is known of a ticket.
    pub(crate) fn get(&self, ticket: TicketId) -> Option<V> {
        self.shard(ticket).load().get(&ticket).cloned()
    }

    /// Notes something of a ticket. What was known of it before.
    pub(crate) fn insert(&self, ticket: TicketId, value: V) -> Option<V> {
        let shard = self.shard(ticket);
        let mut entries = HashMap::clone(&shard.load());
        let before = entries.insert(ticket, value);
        shard.store(Arc::new(entries));
        before
    }

    /// Notes many at once, each shard copied only once.
    pub(crate) fn extend(&self, all: impl IntoIterator<Item = (TicketId, V)>) {
        let mut by_shard: Vec<Vec<(TicketId, V)>> = self.shards.iter().map(|_| Vec::new()).collect();
        for (ticket, value) in all {
            by_shard[self.shard_no(ticket)].push((ticket, value));
        }
        for (shard, new) in self.shards.iter().zip(by_shard) {
            if !new.is_empty() {
                let mut entries = HashMap::clone(&shard.load());
                entries.extend(new);
                shard.store(Arc::new(entries));
            }
        }
    }

    fn shard(&self, ticket: TicketId) -> &ArcSwap<HashMap<TicketId, V>> {
        &self.shards[self.shard_no(ticket)]
    }

    /// Numbers of a line are given out in a row, so they spread evenly.
    fn shard_no(&self, ticket: TicketId) -> usize {
        (ticket.number.0 as usize).wrapping_add(usize::from(ticket.line.0)) % self.shards.len()
    }
}

#[cfg(test)]
mod tests {
    use dran_core::ids::{LineNo, TicketNumber};

    use super::*;

    fn ticket(line: u16, number: u32) -> TicketId {
        TicketId {
            line: LineNo(line),
            number: TicketNumber(number),
        }
    }

    #[test]
    fn what_was_noted_last_is_known_whatever_the_shard() {
        let map = TicketMap::new(4);
        map.extend((0..100).map(|number| (ticket(1, number), number)));
        assert_eq!(map.insert(ticket(1, 7), 700), Some(7));
        assert_eq!(map.insert(ticket(2, 7), 1), None);
        map.extend([(ticket(1, 8), 800)]);
        let known = [(1, 6), (1, 7), (1, 8), (2, 7), (2, 8)].map(|(line, number)| map.get(ticket(line, number)));
        assert_eq!(known, [Some(6), Some(700), Some(800), Some(1), None]);
    }

    #[test]
    fn who_reads_while_others_write_sees_a_whole_entry() {
        let map = TicketMap::new(2);
        map.insert(ticket(1, 1), [0_u64; 4]);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for round in 1..2_000 {
                    map.insert(ticket(1, 1), [round; 4]);
                }
            });
            scope.spawn(|| {
                let mut last = 0;
                while last < 1_999 {
                    let seen = map.get(ticket(1, 1)).unwrap_or_default();
                    assert!(seen.iter().all(|part| *part == seen[0]) && seen[0] >= last, "{seen:?}");
                    last = seen[0];
                }
            });
        });
    }
}
