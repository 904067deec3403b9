//! Ticket numbers of one line: leased from the store in blocks, given out without a lock.
//!
//! A number is durable before anybody holds it: the store moves the line's mark past a whole block
//! first. What a crash burns of a block is a gap in the line, never a number given twice. A block is what a
//! tenth of a second needs, and is given out for a second after it was known that no other node had leased behind
//! it, as one does that stood still meanwhile: nobody stands before somebody who came more than a second earlier. Who
//! waits while a block is being leased came before the next one is asked for, which has a number for each of them,
//! however long the store takes. Whoever asked may go away meanwhile: the next in the queue waits for the same answer.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use dran_core::ids::{LineNo, TicketNumber};
use dran_store::{Fault, Store};
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

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
    leasing: Mutex<Leasing>,
}

#[derive(Default)]
struct Leasing {
    last: Option<Lease>,
    next: Option<Asked>,
}

/// The last block.
struct Lease {
    block: u32,
    /// When it was asked for: before anybody else could lease behind it.
    asked_at: Timestamp,
    /// Who had come to wait by then, and the numbers for them.
    came_before: u64,
    kept: Range<u32>,
    /// The first number for those who come later.
    rest: u32,
}

/// A block that the store has been asked for.
struct Asked {
    block: u32,
    asked_at: Timestamp,
    came_before: u64,
    /// How many waited.
    waited: u32,
    first: JoinHandle<Result<u32, Fault>>,
}

impl Lease {
    /// How large the next block should be, when so many have come since this one was asked for.
    fn next_block(&self, came: u32, now: Timestamp) -> u32 {
        let lasted_ms = now.duration_since(self.asked_at).as_millis().max(1);
        let needed = (i128::from(came) * i128::from(BLOCK_LASTS_MS))
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
            leasing: Mutex::default(),
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
    pub async fn take(&self, store: &Arc<dyn Store>, clock: &Clock) -> Result<TicketNumber, Fault> {
        let line = self.line;
        let lease = |block| {
            let store = Arc::clone(store);
            async move { store.lease_tickets(line, block).await }
        };
        self.take_or(clock, lease).await
    }

    async fn take_or<F>(&self, clock: &Clock, mut lease: impl FnMut(u32) -> F) -> Result<TicketNumber, Fault>
    where
        F: Future<Output = Result<u32, Fault>> + Send + 'static,
    {
        if let Some(number) = self.take_leased(clock.now()) {
            return Ok(number);
        }
        let waiting = Waiting::begin(self);
        let mut leasing = self.leasing.lock().await;
        let came_before = waiting.came_before;
        drop(waiting);
        loop {
            if let Some(last) = &mut leasing.last
                && came_before < last.came_before
                && let Some(number) = last.kept.next()
            {
                return Ok(TicketNumber(number));
            }
            if leasing.next.is_none() {
                let now = clock.now();
                if let Some(number) = self.take_leased(now) {
                    return Ok(number); // another joiner leased meanwhile
                }
                leasing.next = Some(self.ask(leasing.last.as_ref(), now, &mut lease));
            }
            if let Some(asked) = &mut leasing.next {
                let first = (&mut asked.first).await;
                let first = first.unwrap_or_else(|error| Err(Fault::Failed(error.to_string())));
                if let Some(asked) = leasing.next.take() {
                    leasing.last = Some(self.begin_block(&asked, first?));
                }
            }
        }
    }

    /// Asks for as many as wait, and as a tenth of a second needs.
    fn ask<F>(&self, last: Option<&Lease>, now: Timestamp, lease: impl FnOnce(u32) -> F) -> Asked
    where
        F: Future<Output = Result<u32, Fault>> + Send + 'static,
    {
        // Whoever asks does not wait any more, and is counted all the same.
        let waited = self.waiting.load(Ordering::Acquire).min(BLOCK_MAX - 1) + 1;
        let came_before = self.came.load(Ordering::Acquire);
        let (next, _) = unpack(self.range.load(Ordering::Acquire));
        let needed = last.map_or(1, |last| last.next_block(next.saturating_sub(last.rest) + waited, now));
        let block = needed.max(waited);
        Asked {
            block,
            asked_at: now,
            came_before,
            waited,
            first: tokio::spawn(lease(block)),
        }
    }

    fn begin_block(&self, asked: &Asked, first: u32) -> Lease {
        let (rest, end) = (first + asked.waited, first + asked.block);
        // Nothing is given out of the old block any more: it is used up, or it is over.
        self.range.store(pack(rest, end), Ordering::Release);
        self.until_ms
            .store(asked.asked_at.as_millisecond() + BLOCK_LIVES_MS, Ordering::Release);
        self.mark.fetch_max(end, Ordering::AcqRel);
        Lease {
            block: asked.block,
            asked_at: asked.asked_at,
            came_before: asked.came_before,
            kept: first..rest,
            rest,
        }
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
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use jiff::SignedDuration;
    use tokio::sync::oneshot;

    use super::*;

    fn leased() -> Lease {
        Lease {
            block: 8,
            asked_at: Timestamp::UNIX_EPOCH,
            came_before: 0,
            kept: 0..0,
            rest: 100,
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
        let first = numbers.take_or(&Clock::new(|| after(0)), async |_| Ok(0)).await;
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

    /// Joins, and leases from that number on if it has to.
    fn join(numbers: &Arc<TicketNumbers>, first: u32) -> impl Future<Output = Result<TicketNumber, Fault>> + use<> {
        let numbers = numbers.clone();
        async move {
            numbers
                .take_or(&Clock::new(|| after(0)), |_| async move { Ok(first) })
                .await
        }
    }

    /// Somebody whose lease is not answered yet: who joins, how many were asked for, and where to answer.
    async fn slow(
        numbers: &Arc<TicketNumbers>,
    ) -> (JoinHandle<Result<TicketNumber, Fault>>, u32, oneshot::Sender<u32>) {
        let numbers = numbers.clone();
        let (answer, answered) = oneshot::channel();
        let (asked, is_asked) = oneshot::channel();
        let mut once = Some((asked, answered));
        let joining = tokio::spawn(async move {
            let lease = |block| {
                let (asked, answered) = once.take().unwrap();
                asked.send(block).unwrap();
                async move { Ok(answered.await.unwrap()) }
            };
            numbers.take_or(&Clock::new(|| after(0)), lease).await
        });
        (joining, is_asked.await.unwrap(), answer)
    }

    async fn until_so_many_wait(numbers: &TicketNumbers, count: u32) {
        while numbers.waiting.load(Ordering::Acquire) < count {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn who_waits_for_a_lease_is_before_whoever_leases_later_and_who_comes_afterwards_is_not() {
        let numbers = Arc::new(TicketNumbers::new(LineNo(1), 0));
        let (first, block, answer) = slow(&numbers).await;
        assert_eq!(block, 1);
        // Three come while the store is slow. The first of them leases for all.
        let waiting = [50, 60, 70].map(|at| tokio::spawn(join(&numbers, at)));
        until_so_many_wait(&numbers, 3).await;
        answer.send(10).unwrap();
        assert_eq!(first.await.unwrap(), Ok(TicketNumber(10)));
        let mut got = Vec::new();
        for one in waiting {
            got.push(one.await.unwrap().unwrap().0);
        }
        assert_eq!(got, [50, 51, 52]);
        // What was kept for somebody who went away is nobody's.
        numbers.leasing.lock().await.last.as_mut().unwrap().kept = 51..53;
        numbers.range.store(pack(54, 54), Ordering::Release);
        assert_eq!(join(&numbers, 90).await, Ok(TicketNumber(90)));
    }

    #[tokio::test]
    async fn a_lease_whose_asker_went_away_is_for_those_who_wait() {
        let numbers = Arc::new(TicketNumbers::new(LineNo(1), 0));
        let (first, _, answer) = slow(&numbers).await;
        let second = tokio::spawn(join(&numbers, 50));
        until_so_many_wait(&numbers, 1).await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        answer.send(10).unwrap();
        // It came after the first lease was asked for, which kept a number for the first alone.
        assert_eq!(second.await.unwrap(), Ok(TicketNumber(50)));
        assert_eq!(numbers.leasing.lock().await.last.as_ref().unwrap().block, 4);
    }
}
