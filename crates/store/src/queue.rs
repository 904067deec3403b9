//! The queue in front of a writer: how a batch gathers, and which lane goes first.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

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

/// Commands of citizens that a batch may take beside a command of staff; the others are left for the next one. Staff
/// wait for so many and for a commit, not for the thousand of a full batch. Fewer would be a commit for each, and
/// citizens would get next to nothing done while five hundred agents work.
pub(crate) const BESIDE_STAFF_MAX: usize = 32;

/// A command in the queue.
pub(crate) struct Queued<J> {
    pub(crate) job: J,
    /// Since when, by the monotonic clock; none for a command of staff, whose waiting steers nobody's admission.
    pub(crate) at: Option<Duration>,
}

impl<J> Queued<J> {
    pub(crate) fn is_of_staff(&self) -> bool {
        self.at.is_none()
    }
}

/// Where a writer takes its commands from: what staff ask goes first, however many citizens wait, and then what lets
/// people into the line, however many are booking.
pub(crate) struct Intake<J> {
    staff: mpsc::Receiver<Queued<J>>,
    door: mpsc::Receiver<Queued<J>>,
    public: mpsc::Receiver<Queued<J>>,
}

/// A way into a writer.
pub(crate) type Lane<J> = mpsc::Sender<Queued<J>>;

/// The ways into a writer; it ends when all are dropped.
pub(crate) struct Lanes<J> {
    pub(crate) staff: Lane<J>,
    /// Who comes is in the line within a second: not when those inside have booked.
    pub(crate) door: Lane<J>,
    pub(crate) public: Lane<J>,
}

/// The lanes into a writer, each with that bound, and where they end.
pub(crate) fn lanes<J>(each_max: usize) -> (Lanes<J>, Intake<J>) {
    let (staff, from_staff) = mpsc::channel(each_max);
    let (door, from_door) = mpsc::channel(each_max);
    let (public, from_public) = mpsc::channel(each_max);
    let intake = Intake {
        staff: from_staff,
        door: from_door,
        public: from_public,
    };
    (Lanes { staff, door, public }, intake)
}

impl<J> Intake<J> {
    /// Waits until there is a command, and takes what is there; false when all lanes have ended.
    pub(crate) async fn wait(&mut self, batch: &mut Vec<Queued<J>>) -> bool {
        let ended = |lane: &mpsc::Receiver<Queued<J>>| lane.is_closed() && lane.is_empty();
        while batch.is_empty() {
            let first = tokio::select! {
                biased;
                first = self.staff.recv(), if !ended(&self.staff) => first,
                first = self.door.recv(), if !ended(&self.door) => first,
                first = self.public.recv(), if !ended(&self.public) => first,
                else => return false,
            };
            batch.extend(first);
        }
        self.take(batch);
        true
    }

    /// Lets commands of citizens gather for so long, unless staff ask for something.
    pub(crate) async fn pause(&mut self, time: Duration, batch: &mut Vec<Queued<J>>) {
        if let Ok(Some(of_staff)) = timeout(time, self.staff.recv()).await {
            batch.insert(0, of_staff);
        }
        self.take(batch);
    }

    /// Takes what is there, without waiting.
    pub(crate) fn take(&mut self, batch: &mut Vec<Queued<J>>) {
        self.take_of_staff(batch);
        self.take_of_citizens(batch, BATCH_MAX);
    }

    /// Takes what staff ask, up to their share.
    pub(crate) fn take_of_staff(&mut self, batch: &mut Vec<Queued<J>>) {
        let mut of_staff = 0;
        while batch.len() < BATCH_MAX
            && of_staff < STAFF_SHARE
            && let Ok(job) = self.staff.try_recv()
        {
            batch.push(job);
            of_staff += 1;
        }
    }

    /// Takes what lets citizens in, and then what they ask who are inside, until the batch has so many.
    pub(crate) fn take_of_citizens(&mut self, batch: &mut Vec<Queued<J>>, most: usize) {
        self.take_at_the_door(batch, most);
        while batch.len() < most
            && let Ok(job) = self.public.try_recv()
        {
            batch.push(job);
        }
    }

    /// Takes what lets citizens in, until the batch has so many.
    pub(crate) fn take_at_the_door(&mut self, batch: &mut Vec<Queued<J>>, most: usize) {
        while batch.len() < most
            && let Ok(job) = self.door.try_recv()
        {
            batch.push(job);
        }
    }
}

/// Those who were just answered come back with their next command within microseconds. Without this,
/// the first of them would be committed alone and all the others wait for that commit.
pub(crate) fn gather<J>(jobs: &mut impl FnMut(&mut Vec<Queued<J>>), batch: &mut Vec<Queued<J>>, answered: usize) {
    // Giving the core away may take milliseconds on a busy machine: not while staff wait.
    if batch.first().is_some_and(Queued::is_of_staff) {
        return;
    }
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
