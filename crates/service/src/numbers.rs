//! Ticket numbers of one line: leased from the store in blocks, given out without a lock.
//!
//! A number is durable before anybody holds it: the store moves the line's mark past a whole block
//! first. What a crash burns of a block is a gap in the line, never a number given twice. A block is what a
//! tenth of a second needs, and what is left of it after a second is given up once another node has leased
//! behind it: nobody stands before somebody who came more than a second earlier.

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use dran_core::ids::{LineNo, TicketNumber};
use dran_store::{Fault, Store};
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::Clock;

/// The largest block.
const BLOCK_MAX: u32 = 65_536;
/// How many times as large as the last one a block may be.
const GROWTH_MAX: u32 = 4;
/// For how long a block should last, in milliseconds. Up to ten joins a second take one number each, and
/// leave no gaps.
const BLOCK_LASTS_MS: i64 = 100;
/// For how long numbers of a block are given out when another node has leased since, in milliseconds.
const BLOCK_LIVES_MS: i64 = 1_000;

/// The ticket numbers of one line on this node.
pub struct TicketNumbers {
    line: LineNo,
    /// The next number to give out (low half) and the first one not leased (high half), in one word
    /// so that both change together.
    range: AtomicU64,
    /// Until when these are given out, in unix milliseconds.
    until_ms: AtomicI64,
    /// The first number that no node has leased, as it was last heard.
    mark: AtomicU32,
    lease: Mutex<Option<Lease>>,
}

/// The last block.
#[derive(Clone, Copy)]
struct Lease {
    first: u32,
    block: u32,
    /// When it was there. Who waited for it came before, however long the store took.
    at: Timestamp,
}

impl Lease {
    /// How large the next block should be, when so many of this one are given out now.
    fn next_block(self, used: u32, now: Timestamp) -> u32 {
        let lasted_ms = now.duration_since(self.at).as_millis().max(1);
        let needed = (i128::from(used) * i128::from(BLOCK_LASTS_MS))
            .div_euclid(lasted_ms)
            .max(1);
        let most = self.block.saturating_mul(GROWTH_MAX).min(BLOCK_MAX);
        u32::try_from(needed).unwrap_or(most).min(most)
    }
}

fn pack(next: u32, end: u32) -> u64 {
    u64::from(end) << 32 | u64::from(next)
}

fn unpack(range: u64) -> (u32, u32) {
    (range as u32, (range >> 32) as u32)
}

impl TicketNumbers {
    /// Starts with nothing leased; `mark` is the store's, so that [`Self::next_number`] tells how many were
    /// given out before.
    pub fn new(line: LineNo, mark: u32) -> Self {
        Self {
            line,
            range: AtomicU64::new(pack(mark, mark)),
            until_ms: AtomicI64::new(i64::MIN),
            mark: AtomicU32::new(mark),
            lease: Mutex::new(None),
        }
    }

    /// The number the next ticket will get: how many were given out, gaps included. Where another node has
    /// leased since, its numbers count as given out.
    pub fn next_number(&self) -> u32 {
        let (next, end) = unpack(self.range.load(Ordering::Acquire));
        let mark = self.mark.load(Ordering::Acquire);
        if mark > end { mark } else { next }
    }

    /// Notes the first number that no node has leased.
    pub fn note_mark(&self, mark: u32) {
        self.mark.fetch_max(mark, Ordering::AcqRel);
    }

    /// Gives out one number; leases a block when none is left.
    ///
    /// # Errors
    /// The store's fault when a block was needed and could not be leased; no number is lost by it.
    pub async fn take(&self, store: &dyn Store, clock: &Clock) -> Result<TicketNumber, Fault> {
        loop {
            if let Some(number) = self.take_leased(clock.now()) {
                return Ok(number);
            }
            let mut lease = self.lease.lock().await;
            let now = clock.now();
            if self.has_leased(now) {
                continue; // another joiner leased meanwhile
            }
            let (next, _) = unpack(self.range.load(Ordering::Acquire));
            let block = lease.map_or(1, |last| last.next_block(next.saturating_sub(last.first), now));
            let first = store.lease_tickets(self.line, block).await?;
            let at = clock.now();
            *lease = Some(Lease { first, block, at });
            // Nothing is given out of the old block any more: it is used up, or it is over. One number at
            // least is for who has leased, however long that took.
            self.range.store(pack(first + 1, first + block), Ordering::Release);
            self.note_mark(first + block);
            self.until_ms
                .store(at.as_millisecond() + BLOCK_LIVES_MS, Ordering::Release);
            return Ok(TicketNumber(first));
        }
    }

    /// Whether a number can be given out without the store.
    pub fn has_leased(&self, now: Timestamp) -> bool {
        let (next, end) = unpack(self.range.load(Ordering::Acquire));
        next < end && !self.is_over(end, now)
    }

    /// Whether the block that ends there is too old for what others have leased since.
    fn is_over(&self, end: u32, now: Timestamp) -> bool {
        self.mark.load(Ordering::Acquire) > end && now.as_millisecond() >= self.until_ms.load(Ordering::Acquire)
    }

    /// Gives out one number of those leased before. None if none is left.
    pub fn take_leased(&self, now: Timestamp) -> Option<TicketNumber> {
        self.range
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |range| {
                let (next, end) = unpack(range);
                (next < end && !self.is_over(end, now)).then(|| pack(next + 1, end))
            })
            .ok()
            .map(|range| TicketNumber(unpack(range).0))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const LEASED: Lease = Lease {
        first: 100,
        block: 8,
        at: Timestamp::UNIX_EPOCH,
    };

    fn after(ms: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(ms)
    }

    #[test]
    fn a_block_is_what_a_tenth_of_a_second_needs() {
        assert_eq!(LEASED.next_block(8, after(100)), 8);
        assert_eq!(LEASED.next_block(8, after(50)), 16);
        assert_eq!(LEASED.next_block(8, after(60_000)), 1);
        assert_eq!(LEASED.next_block(0, after(1_000)), 1);
        // A rush from nothing, and a clock that was set back.
        assert_eq!(LEASED.next_block(8, after(0)), 32);
        assert_eq!(LEASED.next_block(8, after(-60_000)), 32);
        let large = Lease {
            block: 60_000,
            ..LEASED
        };
        assert_eq!(large.next_block(60_000, after(1)), BLOCK_MAX);
    }

    #[test]
    fn what_another_node_has_leased_counts_as_given_out() {
        let numbers = TicketNumbers::new(LineNo(1), 10);
        assert_eq!(numbers.next_number(), 10);
        numbers.note_mark(30);
        numbers.note_mark(20);
        assert_eq!(numbers.next_number(), 30);
        assert!(!numbers.has_leased(after(0)));
    }
}
