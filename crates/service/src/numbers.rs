//! Ticket numbers of one line: leased from the store in blocks, given out without a lock.
//!
//! A number is durable before anybody holds it: the store moves the line's mark past a whole block
//! first. What a crash burns of a block is a gap in the line, never a number given twice. A block is what a
//! tenth of a second needs, and is given out for a second after it was known that no other node had leased behind
//! it, as one does that stood still meanwhile: nobody stands before somebody who came more than a second earlier. Who
//! waits while a block is being leased came before it, so the next one has a number for each of them, however long
//! the store takes.

use std::ops::Range;
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
/// For how long numbers of a block are given out after it was known that nobody had leased behind it, in milliseconds.
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
    /// How many have ever come to wait for a lease, and how many do.
    came: AtomicU64,
    waiting: AtomicU32,
    lease: Mutex<Option<Lease>>,
}

/// The last block.
struct Lease {
    first: u32,
    block: u32,
    /// When it was asked for: before anybody else could lease behind it.
    asked_at: Timestamp,
    /// Who had come to wait by then, and the numbers for them.
    came_before: u64,
    kept: Range<u32>,
}

impl Lease {
    /// How large the next block should be, when so many of this one are given out now.
    fn next_block(&self, used: u32, now: Timestamp) -> u32 {
        let lasted_ms = now.duration_since(self.asked_at).as_millis().max(1);
        let needed = (i128::from(used) * i128::from(BLOCK_LASTS_MS))
            .div_euclid(lasted_ms)
            .max(1);
        let most = self.block.saturating_mul(GROWTH_MAX).min(BLOCK_MAX);
        u32::try_from(needed).unwrap_or(most).min(most)
    }
}

/// Somebody who waits for a lease, until this is dropped.
struct Waiting<'a> {
    numbers: &'a TicketNumbers,
    /// How many came before.
    came_before: u64,
}

impl<'a> Waiting<'a> {
    fn begin(numbers: &'a TicketNumbers) -> Self {
        numbers.waiting.fetch_add(1, Ordering::AcqRel);
        let came_before = numbers.came.fetch_add(1, Ordering::AcqRel);
        Self { numbers, came_before }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.numbers.waiting.fetch_sub(1, Ordering::AcqRel);
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
            came: AtomicU64::new(0),
            waiting: AtomicU32::new(0),
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

    /// Notes the first number that no node has leased, read from the store no earlier than `as_of`.
    pub fn note_mark(&self, mark: u32, as_of: Timestamp) {
        self.mark.fetch_max(mark, Ordering::AcqRel);
        let (_, end) = unpack(self.range.load(Ordering::Acquire));
        if mark == end {
            let until_ms = as_of.as_millisecond() + BLOCK_LIVES_MS;
            self.until_ms.fetch_max(until_ms, Ordering::AcqRel);
        }
    }

    /// Gives out one number; leases a block when none is left.
    ///
    /// # Errors
    /// The store's fault when a block was needed and could not be leased; no number is lost by it.
    pub async fn take(&self, store: &dyn Store, clock: &Clock) -> Result<TicketNumber, Fault> {
        self.take_or(clock, |block| store.lease_tickets(self.line, block)).await
    }

    async fn take_or<F>(&self, clock: &Clock, lease_tickets: impl FnOnce(u32) -> F) -> Result<TicketNumber, Fault>
    where
        F: Future<Output = Result<u32, Fault>>,
    {
        if let Some(number) = self.take_leased(clock.now()) {
            return Ok(number);
        }
        let waiting = Waiting::begin(self);
        let mut lease = self.lease.lock().await;
        let came_before = waiting.came_before;
        drop(waiting);
        if let Some(last) = lease.as_mut()
            && came_before < last.came_before
            && let Some(number) = last.kept.next()
        {
            return Ok(TicketNumber(number));
        }
        let asked_at = clock.now();
        if let Some(number) = self.take_leased(asked_at) {
            return Ok(number); // another joiner leased meanwhile
        }
        let others = self.waiting.load(Ordering::Acquire).min(BLOCK_MAX - 1);
        let came_before = self.came.load(Ordering::Acquire);
        let (next, _) = unpack(self.range.load(Ordering::Acquire));
        let needed = lease
            .as_ref()
            .map_or(1, |last| last.next_block(next.saturating_sub(last.first), asked_at));
        let block = needed.max(others + 1);
        let first = lease_tickets(block).await?;
        let end = first + block;
        let kept = first + 1..first + 1 + others;
        // Nothing is given out of the old block any more: it is used up, or it is over. One number at least is for who
        // has leased, however long that took.
        self.range.store(pack(kept.end, end), Ordering::Release);
        self.until_ms
            .store(asked_at.as_millisecond() + BLOCK_LIVES_MS, Ordering::Release);
        self.mark.fetch_max(end, Ordering::AcqRel);
        *lease = Some(Lease {
            first,
            block,
            asked_at,
            came_before,
            kept,
        });
        Ok(TicketNumber(first))
    }

    /// Whether a number can be given out without the store.
    pub fn has_leased(&self, now: Timestamp) -> bool {
        let (next, end) = unpack(self.range.load(Ordering::Acquire));
        next < end && !self.is_over(now)
    }

    /// Whether it is too long ago that nobody had leased behind the block.
    fn is_over(&self, now: Timestamp) -> bool {
        now.as_millisecond() >= self.until_ms.load(Ordering::Acquire)
    }

    /// Gives out one number of those leased before. None if none is left.
    pub fn take_leased(&self, now: Timestamp) -> Option<TicketNumber> {
        if self.is_over(now) {
            return None;
        }
        self.range
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |range| {
                let (next, end) = unpack(range);
                (next < end).then(|| pack(next + 1, end))
            })
            .ok()
            .map(|range| TicketNumber(unpack(range).0))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::SignedDuration;
    use tokio::sync::oneshot;

    use super::*;

    fn leased() -> Lease {
        Lease {
            first: 100,
            block: 8,
            asked_at: Timestamp::UNIX_EPOCH,
            came_before: 0,
            kept: 0..0,
        }
    }

    fn after(ms: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(ms)
    }

    #[test]
    fn a_block_is_what_a_tenth_of_a_second_needs() {
        assert_eq!(leased().next_block(8, after(100)), 8);
        assert_eq!(leased().next_block(8, after(50)), 16);
        assert_eq!(leased().next_block(8, after(60_000)), 1);
        assert_eq!(leased().next_block(0, after(1_000)), 1);
        // A rush from nothing, and a clock that was set back.
        assert_eq!(leased().next_block(8, after(0)), 32);
        assert_eq!(leased().next_block(8, after(-60_000)), 32);
        let large = Lease {
            block: 60_000,
            ..leased()
        };
        assert_eq!(large.next_block(60_000, after(1)), BLOCK_MAX);
    }

    #[test]
    fn what_another_node_has_leased_counts_as_given_out() {
        let numbers = TicketNumbers::new(LineNo(1), 10);
        assert_eq!(numbers.next_number(), 10);
        numbers.note_mark(30, after(0));
        numbers.note_mark(20, after(0));
        assert_eq!(numbers.next_number(), 30);
        assert!(!numbers.has_leased(after(0)));
    }

    /// Numbers of a block of four from 0, of which 0 is given out, asked for at 0 ms.
    async fn block_of_four() -> TicketNumbers {
        let numbers = TicketNumbers::new(LineNo(1), 0);
        let clock = Clock::new(|| after(0));
        let first = numbers.take_or(&clock, async |_| Ok(0)).await;
        assert_eq!(first, Ok(TicketNumber(0)));
        numbers.range.store(pack(1, 4), Ordering::Release);
        numbers
    }

    #[tokio::test]
    async fn a_node_that_stood_still_gives_nothing_out_until_it_knows_that_nobody_leased_behind() {
        let numbers = block_of_four().await;
        assert_eq!(numbers.take_leased(after(999)), Some(TicketNumber(1)));
        assert_eq!(
            numbers.take_leased(after(15_000)),
            None,
            "it stood still, and has heard nothing"
        );
        numbers.note_mark(4, after(15_000));
        assert_eq!(numbers.take_leased(after(15_100)), Some(TicketNumber(2)));
        numbers.note_mark(7, after(16_500));
        assert_eq!(
            numbers.take_leased(after(16_500)),
            None,
            "another node has leased behind"
        );
    }

    #[tokio::test]
    async fn who_waits_for_a_lease_is_before_whoever_leases_later_and_who_comes_afterwards_is_not() {
        let numbers = Arc::new(TicketNumbers::new(LineNo(1), 0));
        let clock = Clock::new(|| after(0));
        let (answer, answered) = oneshot::channel();
        let (asked, is_asked) = oneshot::channel();
        let join = |leases_at: u32| {
            let (numbers, clock) = (numbers.clone(), clock.clone());
            async move { numbers.take_or(&clock, async |_| Ok(leases_at)).await }
        };
        let slow = {
            let (numbers, clock) = (numbers.clone(), clock.clone());
            let lease = async |block| {
                let _ = asked.send(block);
                Ok(answered.await.unwrap_or_default())
            };
            tokio::spawn(async move { numbers.take_or(&clock, lease).await })
        };
        assert_eq!(is_asked.await, Ok(1));
        // Three come while the store is slow. The first of them leases for all.
        let waiting = [join(50), join(60), join(70)].map(tokio::spawn);
        while numbers.waiting.load(Ordering::Acquire) < 3 {
            tokio::task::yield_now().await;
        }
        let _ = answer.send(10);
        assert_eq!(slow.await.ok(), Some(Ok(TicketNumber(10))));
        let mut got = Vec::new();
        for one in waiting {
            got.push(one.await.ok());
        }
        assert_eq!(got, [50, 51, 52].map(|number| Some(Ok(TicketNumber(number)))));
        // What was kept for somebody who went away is nobody's.
        if let Some(lease) = numbers.lease.lock().await.as_mut() {
            lease.kept = 51..53;
        }
        numbers.range.store(pack(54, 54), Ordering::Release);
        assert_eq!(join(90).await, Ok(TicketNumber(90)));
    }
}
