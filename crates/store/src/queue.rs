//! The queue in front of a writer, alike in both engines: how a batch gathers.

use std::time::Duration;

use tokio::sync::mpsc;

/// Commands in one transaction at most. More would not be faster by much, and the first in the batch
/// waits for the last.
pub(crate) const BATCH_MAX: usize = 1024;

/// Rounds without anything new in the queue after which a batch starts that is smaller than the last
/// one. Together some tens of microseconds, to save a commit of hundreds.
const GATHER_ROUNDS_MAX: u32 = 16;

/// Length of such a round, in hints to the processor that this is a spin loop.
const GATHER_SPINS: u32 = 100;

/// A command in the queue.
pub(crate) struct Queued<J> {
    pub(crate) job: J,
    /// Since when, by the monotonic clock.
    pub(crate) at: Duration,
}

/// Those who were just answered come back with their next command within microseconds. Without this,
/// the first of them would be committed alone and all the others wait for that commit.
pub(crate) fn gather<J>(jobs: &mut mpsc::Receiver<Queued<J>>, batch: &mut Vec<Queued<J>>, answered: usize) {
    let mut rounds = 0;
    while batch.len() < answered && rounds < GATHER_ROUNDS_MAX {
        if rounds == 0 {
            // They may be waiting for this very core. Once only while nobody comes: on a busy machine
            // it can be milliseconds until it is given back.
            std::thread::yield_now();
        } else {
            (0..GATHER_SPINS).for_each(|_| std::hint::spin_loop());
        }
        rounds += 1;
        while batch.len() < BATCH_MAX
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
            rounds = 0;
        }
    }
}
