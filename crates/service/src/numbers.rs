//! Ticket numbers of one line: leased from the store in blocks, given out without a lock.
//!
//! A number is durable before anybody holds it: the store moves the line's mark past a whole block
//! first. What a crash burns of a block is a gap in the line, never a number given twice. Blocks grow
//! with the rush and shrink after it, so that a gap stays small against the crowd.

use std::sync::atomic::{AtomicU64, Ordering};

use dran_core::ids::{LineNo, TicketNumber};
use dran_store::{Fault, Store};
use jiff::Timestamp;
use tokio::sync::Mutex;

/// The smallest block: a quiet line wastes no more than this on a crash.
const BLOCK_MIN: u32 = 32;
/// The largest block: a second's worth of joins at the speed of the hottest replay.
const BLOCK_MAX: u32 = 65_536;

/// The ticket numbers of one line on this node.
pub struct TicketNumbers {
    line: LineNo,
    /// The next number to give out (low half) and the first one not leased (high half), in one word
    /// so that both change together.
    range: AtomicU64,
    lease: Mutex<Lease>,
}

struct Lease {
    block: u32,
    last_at: Option<Timestamp>,
}

fn pack(next: u32, end: u32) -> u64 {
    u64::from(end) << 32 | u64::from(next)
}

fn unpack(range: u64) -> (u32, u32) {
    (range as u32, (range >> 32) as u32)
}

impl TicketNumbers {
    /// Starts with nothing leased; `next_number` is the store's mark, so that [`Self::next_number`]
    /// tells how many were given out before.
    pub fn new(line: LineNo, next_number: u32) -> Self {
        Self {
            line,
            range: AtomicU64::new(pack(next_number, next_number)),
            lease: Mutex::new(Lease {
                block: BLOCK_MIN,
                last_at: None,
            }),
        }
    }

    /// The number the next ticket will get: how many were given out, gaps included.
    pub fn next_number(&self) -> u32 {
        unpack(self.range.load(Ordering::Acquire)).0
    }

    /// Gives out one number; leases a block when none is left.
    ///
    /// # Errors
    /// The store's fault when a block was needed and could not be leased; no number is lost by it.
    pub async fn take(&self, store: &dyn Store, now: Timestamp) -> Result<TicketNumber, Fault> {
        loop {
            if let Some(number) = self.take_leased() {
                return Ok(number);
            }
            let mut lease = self.lease.lock().await;
            let (next, end) = unpack(self.range.load(Ordering::Acquire));
            if next < end {
                continue; // another joiner leased meanwhile
            }
            let rushed = lease
                .last_at
                .is_some_and(|last| now.duration_since(last).as_millis() < 1_000);
            lease.block = if rushed {
                (lease.block * 2).min(BLOCK_MAX)
            } else {
                (lease.block / 2).max(BLOCK_MIN)
            };
            let first = store.lease_tickets(self.line, lease.block).await?;
            lease.last_at = Some(now);
            // Nothing is left in the old block, so takers can only be waiting for this store.
            self.range.store(pack(first, first + lease.block), Ordering::Release);
        }
    }

    /// Whether a number can be given out without the store.
    pub fn has_leased(&self) -> bool {
        let (next, end) = unpack(self.range.load(Ordering::Acquire));
        next < end
    }

    /// Gives out one number of those leased before. None if none is left.
    pub fn take_leased(&self) -> Option<TicketNumber> {
        self.range
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |range| {
                let (next, end) = unpack(range);
                (next < end).then(|| pack(next + 1, end))
            })
            .ok()
            .map(|range| TicketNumber(unpack(range).0))
    }
}
