//! A replay as it went: its seconds put together, of all threads.

use std::collections::BTreeMap;

use crate::crowd::notes::Notes;
use crate::kind::{KINDS, Kind};
use crate::tally::{Counts, Latencies, Second, no_latencies};
use crate::target::Status;

/// One second of all threads.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Which second of the replay.
    pub at_s: u32,
    /// Counts by kind.
    pub counts: [Counts; KINDS.len()],
    /// Of everything answered in it, in milliseconds; none where nothing was.
    pub latency: Option<Percentiles>,
    /// Of what agents asked in calls; none where they asked nothing.
    pub desk: Option<Percentiles>,
    /// How late the generator was, the worst hundredth, in milliseconds.
    pub lag_p99_ms: f64,
    /// What had become of people.
    pub notes: Notes,
    /// Connections open.
    pub connections: u32,
    /// Connections opened in it.
    pub opened: u32,
    /// People there.
    pub present: u32,
    /// Agents on a call.
    pub agents_busy: u32,
    /// Messages that had arrived.
    pub messages: u64,
    /// What the service said of itself.
    pub seen: Option<Seen>,
}

/// Some latencies in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percentiles {
    /// Half are below.
    pub p50: f64,
    /// 99 of 100 are below.
    pub p99: f64,
    /// None is above.
    pub max: f64,
}

/// The public numbers of a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Tickets given out.
    pub joined: u64,
    /// Positions called.
    pub called: u64,
    /// Permits in use.
    pub permits: u64,
    /// Series booked.
    pub booked: u64,
    /// Series free.
    pub free: u64,
}

impl Seen {
    /// Of what a service publishes.
    pub fn of(status: &Status) -> Self {
        let lines = status.campaigns.iter().flat_map(|campaign| &campaign.lines);
        let (joined, called) = lines.fold((0, 0), |(joined, called), line| {
            (joined + line.joined, called + line.called)
        });
        Self {
            joined,
            called,
            permits: status.permits,
            booked: status.booked,
            free: status.free,
        }
    }
}

/// Everything of a replay.
#[derive(Clone, Debug)]
pub struct Day {
    threads: u32,
    begun: BTreeMap<u32, Vec<Second>>,
    last_notes: BTreeMap<u32, Notes>,
    /// Its seconds, in order.
    pub moments: Vec<Moment>,
    /// All latencies by kind, in microseconds.
    pub latencies: Vec<Latencies>,
    /// How late every request was, in microseconds.
    pub lag: Latencies,
    /// Requests given up.
    pub not_sent: u64,
}

/// Milliseconds of a histogram's microseconds.
pub fn ms(micros: u64) -> f64 {
    (micros as f64 / 10.0).round() / 100.0
}

impl Percentiles {
    /// Of some latencies; none of none.
    pub fn of(latencies: &Latencies) -> Option<Self> {
        (!latencies.is_empty()).then(|| Self {
            p50: ms(latencies.value_at_quantile(0.5)),
            p99: ms(latencies.value_at_quantile(0.99)),
            max: ms(latencies.max()),
        })
    }
}

impl Day {
    /// Nothing has happened yet.
    pub fn new(threads: u32) -> Self {
        Self {
            threads,
            begun: BTreeMap::new(),
            last_notes: BTreeMap::new(),
            moments: Vec::new(),
            latencies: KINDS.iter().map(|_| no_latencies()).collect(),
            lag: no_latencies(),
            not_sent: 0,
        }
    }

    /// A thread's second is over. The moment, when it was the last thread's.
    pub fn add(&mut self, thread: u32, second: Second, messages: u64, seen: Option<Seen>) -> Option<&Moment> {
        self.last_notes.insert(thread, second.notes);
        let at_s = second.at_s;
        let begun = self.begun.entry(at_s).or_default();
        begun.push(second);
        if begun.len() < self.threads as usize {
            return None;
        }
        let seconds = self.begun.remove(&at_s)?;
        let moment = self.put_together(at_s, &seconds, messages, seen);
        self.moments.push(moment);
        self.moments.last()
    }

    /// Threads have ended, each in a second of its own: what is left is put together as it is.
    pub fn end(&mut self, messages: u64) {
        for (at_s, seconds) in std::mem::take(&mut self.begun) {
            let moment = self.put_together(at_s, &seconds, messages, None);
            self.moments.push(moment);
        }
        self.moments.sort_by_key(|moment| moment.at_s);
    }

    fn put_together(&mut self, at_s: u32, seconds: &[Second], messages: u64, seen: Option<Seen>) -> Moment {
        let (mut all, mut desk, mut lag) = (no_latencies(), no_latencies(), no_latencies());
        let mut moment = Moment {
            at_s,
            counts: Default::default(),
            latency: None,
            desk: None,
            lag_p99_ms: 0.0,
            notes: Notes::default(),
            connections: 0,
            opened: 0,
            present: 0,
            agents_busy: 0,
            messages,
            seen,
        };
        for second in seconds {
            for (sum, counts) in moment.counts.iter_mut().zip(&second.counts) {
                sum.add(counts);
            }
            for (kind, latencies) in &second.latencies {
                // All histograms have the same bounds: adding them cannot fail.
                let _ = all.add(latencies);
                if kind.is_at_the_desk() {
                    let _ = desk.add(latencies);
                }
                let _ = self.latencies[kind.index()].add(latencies);
            }
            let _ = lag.add(&second.lag);
            let _ = self.lag.add(&second.lag);
            self.not_sent += second.not_sent;
            moment.connections += second.connections;
            moment.opened += second.opened;
            moment.present += second.present;
            moment.agents_busy += second.agents_busy;
        }
        self.last_notes.values().for_each(|notes| moment.notes.add(notes));
        moment.latency = Percentiles::of(&all);
        moment.desk = Percentiles::of(&desk);
        moment.lag_p99_ms = ms(lag.value_at_quantile(0.99));
        moment
    }

    /// What became of people.
    pub fn notes(&self) -> Notes {
        let mut notes = Notes::default();
        self.last_notes.values().for_each(|of_thread| notes.add(of_thread));
        notes
    }

    /// Counts of a kind over the whole replay.
    pub fn counts(&self, kind: Kind) -> Counts {
        let mut counts = Counts::default();
        self.moments
            .iter()
            .for_each(|moment| counts.add(&moment.counts[kind.index()]));
        counts
    }

    /// What agents' requests in calls took, of all kinds, in microseconds.
    pub fn desk_latencies(&self) -> Latencies {
        let mut sum = no_latencies();
        let at_the_desk = KINDS.into_iter().filter(|kind| kind.is_at_the_desk());
        at_the_desk.for_each(|kind| {
            // The same bounds again.
            let _ = sum.add(&self.latencies[kind.index()]);
        });
        sum
    }

    /// Counts of all kinds.
    pub fn all_counts(&self) -> Counts {
        let mut counts = Counts::default();
        KINDS.into_iter().for_each(|kind| counts.add(&self.counts(kind)));
        counts
    }
}
