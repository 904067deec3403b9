//! The queue in front of a writer: how a batch gathers, and the lane of its own that staff have.

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

/// Commands of staff that may go before the citizens' in one batch. There are more agents than this only on paper: each
/// asks for one thing at a time.
const STAFF_SHARE: usize = BATCH_MAX / 2;

/// A command in the queue.
pub(crate) struct Queued<J> {
    pub(crate) job: J,
    /// Since when, by the monotonic clock, if it counts.
    pub(crate) at: Option<Duration>,
}

/// Where a writer takes its commands from: what staff ask goes first, however many citizens wait.
pub(crate) struct Intake<J> {
    public: mpsc::Receiver<Queued<J>>,
    staff: mpsc::Receiver<Queued<J>>,
}

/// The two lanes into a writer, each with its own bound, and where they end.
pub(crate) fn lanes<J>(
    public_max: usize,
    staff_max: usize,
) -> (mpsc::Sender<Queued<J>>, mpsc::Sender<Queued<J>>, Intake<J>) {
    let (public, from_public) = mpsc::channel(public_max);
    let (staff, from_staff) = mpsc::channel(staff_max);
    let intake = Intake {
        public: from_public,
        staff: from_staff,
    };
    (public, staff, intake)
}

impl<J> Intake<J> {
    /// Waits until there is a command, and takes what is there; false when both lanes have ended.
    pub(crate) async fn wait(&mut self, batch: &mut Vec<Queued<J>>) -> bool {
        let ended = |lane: &mpsc::Receiver<Queued<J>>| lane.is_closed() && lane.is_empty();
        while batch.is_empty() {
            let first = tokio::select! {
                biased;
                first = self.staff.recv(), if !ended(&self.staff) => first,
                first = self.public.recv(), if !ended(&self.public) => first,
                else => return false,
            };
            batch.extend(first);
        }
        self.take(batch);
        true
    }

    /// Takes what is there, without waiting.
    pub(crate) fn take(&mut self, batch: &mut Vec<Queued<J>>) {
        let mut of_staff = 0;
        while batch.len() < BATCH_MAX
            && of_staff < STAFF_SHARE
            && let Ok(job) = self.staff.try_recv()
        {
            batch.push(job);
            of_staff += 1;
        }
        while batch.len() < BATCH_MAX
            && let Ok(job) = self.public.try_recv()
        {
            batch.push(job);
        }
    }
}

/// Those who were just answered come back with their next command within microseconds. Without this,
/// the first of them would be committed alone and all the others wait for that commit.
pub(crate) fn gather<J>(jobs: &mut impl FnMut(&mut Vec<Queued<J>>), batch: &mut Vec<Queued<J>>, answered: usize) {
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
        let before = batch.len();
        jobs(batch);
        if batch.len() > before {
            rounds = 0;
        }
    }
}
