//! Requests counted and timed: by kind, second by second.

use hdrhistogram::Histogram;

use crate::crowd::notes::Notes;
use crate::kind::{KINDS, Kind};
use crate::pace::Micros;

/// Latencies in microseconds. Two digits are kept: nobody decides by the third.
pub type Latencies = Histogram<u32>;

const DIGITS: u8 = 2;
/// The longest latency that is told apart from longer ones.
const LATENCY_MAX: Micros = 600_000_000;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A status of 200 to 399.
    Good,
    /// A status of 400 to 499: the contract's way to say not now, not this one.
    Refused,
    /// A status of 500 or more.
    ErrorPage,
    /// No answer: the connection was refused or lost, or half a minute went by.
    NoAnswer,
}

impl Outcome {
    /// The outcome of a status; 0 is none.
    pub fn of_status(status: u16) -> Self {
        match status {
            0 => Self::NoAnswer,
            500.. => Self::ErrorPage,
            400.. => Self::Refused,
            _ => Self::Good,
        }
    }
}

/// Counts of one kind of request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sent.
    pub sent: u64,
    /// Answered well.
    pub good: u64,
    /// Refused.
    pub refused: u64,
    /// Error pages.
    pub error_pages: u64,
    /// Without an answer.
    pub no_answer: u64,
}

impl Counts {
    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.good += other.good;
        self.refused += other.refused;
        self.error_pages += other.error_pages;
        self.no_answer += other.no_answer;
    }

    /// Error pages and requests without an answer.
    pub fn failed(&self) -> u64 {
        self.error_pages + self.no_answer
    }
}

/// One second of one thread.
#[derive(Clone, Debug)]
pub struct Second {
    /// Which second, from the start of the replay.
    pub at_s: u32,
    /// Counts by kind, in the order of [`KINDS`].
    pub counts: [Counts; KINDS.len()],
    /// Latencies by kind; none where nothing was answered.
    pub latencies: Vec<(Kind, Latencies)>,
    /// How late requests were sent, against the time they were due.
    pub lag: Latencies,
    /// Requests that were due and could not be sent, ever.
    pub not_sent: u64,
    /// Everything that became of people since the start.
    pub notes: Notes,
    /// Connections open.
    pub connections: u32,
    /// Connections opened in this second.
    pub opened: u32,
    /// People and programs that are there.
    pub present: u32,
    /// Agents on a call.
    pub agents_busy: u32,
}

/// Counts while a thread goes through a second.
#[derive(Debug)]
pub struct Tally {
    counts: [Counts; KINDS.len()],
    latencies: Vec<Option<Latencies>>,
    lag: Latencies,
    not_sent: u64,
    opened: u32,
}

/// What the end of a second adds to it.
#[derive(Clone, Copy, Debug)]
pub struct Closing {
    /// Which second.
    pub at_s: u32,
    /// Everything so far.
    pub notes: Notes,
    /// Connections open.
    pub connections: u32,
    /// People there.
    pub present: u32,
    /// Agents on a call.
    pub agents_busy: u32,
}

/// An empty histogram.
pub fn no_latencies() -> Latencies {
    // The bounds are constants that the library accepts; if it did not, an unbounded one does the same.
    Latencies::new_with_bounds(1, LATENCY_MAX, DIGITS).unwrap_or_else(|_| unbounded())
}

#[expect(
    clippy::expect_used,
    reason = "from 0 to 5 digits are accepted, and this is a constant"
)]
fn unbounded() -> Latencies {
    Latencies::new(DIGITS).expect("two digits are accepted")
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            counts: [Counts::default(); KINDS.len()],
            latencies: (0..KINDS.len()).map(|_| None).collect(),
            lag: no_latencies(),
            not_sent: 0,
            opened: 0,
        }
    }
}

impl Tally {
    /// A request was sent that was due at `intended`.
    pub fn sent(&mut self, kind: Kind, intended: Micros, now: Micros) {
        self.counts[kind.index()].sent += 1;
        self.lag.saturating_record(now.saturating_sub(intended).max(1));
    }

    /// Its answer is there, or never will be.
    pub fn answered(&mut self, kind: Kind, outcome: Outcome, intended: Micros, now: Micros) {
        let counts = &mut self.counts[kind.index()];
        match outcome {
            Outcome::Good => counts.good += 1,
            Outcome::Refused => counts.refused += 1,
            Outcome::ErrorPage => counts.error_pages += 1,
            Outcome::NoAnswer => counts.no_answer += 1,
        }
        let latencies = self.latencies[kind.index()].get_or_insert_with(no_latencies);
        latencies.saturating_record(now.saturating_sub(intended).max(1));
    }

    /// A request was due and is given up: nothing here could send it.
    pub fn not_sent(&mut self) {
        self.not_sent += 1;
    }

    /// A connection was opened.
    pub fn opened(&mut self) {
        self.opened += 1;
    }

    /// Ends a second and begins the next one.
    pub fn close(&mut self, closing: Closing) -> Second {
        let done = std::mem::take(self);
        let kinds = KINDS.into_iter().zip(done.latencies);
        Second {
            at_s: closing.at_s,
            counts: done.counts,
            latencies: kinds.filter_map(|(kind, latencies)| Some((kind, latencies?))).collect(),
            lag: done.lag,
            not_sent: done.not_sent,
            notes: closing.notes,
            connections: closing.connections,
            opened: done.opened,
            present: closing.present,
            agents_busy: closing.agents_busy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_counts_from_the_intended_time_however_late_it_was_sent() {
        let mut tally = Tally::default();
        tally.sent(Kind::Poll, 1_000_000, 3_000_000);
        tally.answered(Kind::Poll, Outcome::Good, 1_000_000, 3_010_000);
        let second = tally.close(Closing {
            at_s: 3,
            notes: Notes::default(),
            connections: 1,
            present: 1,
            agents_busy: 0,
        });
        assert_eq!(second.counts[Kind::Poll.index()].good, 1);
        let (kind, latencies) = &second.latencies[0];
        assert_eq!(*kind, Kind::Poll);
        assert!(
            (1_990_000..=2_030_000).contains(&latencies.max()),
            "{}",
            latencies.max()
        );
        assert!(
            (1_980_000..=2_020_000).contains(&second.lag.max()),
            "{}",
            second.lag.max()
        );
    }

    #[test]
    fn statuses_are_told_apart() {
        let outcomes = [0, 200, 201, 304, 404, 409, 429, 500, 503].map(Outcome::of_status);
        use Outcome::{ErrorPage, Good, NoAnswer, Refused};
        assert_eq!(
            outcomes,
            [
                NoAnswer, Good, Good, Good, Refused, Refused, Refused, ErrorPage, ErrorPage
            ]
        );
    }
}
