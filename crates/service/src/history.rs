//! The day so far, for the public status: what happened minute by minute, and since when people wait.
//!
//! It is read from memory. The leader's loop keeps it in the store every few seconds, with what those who
//! wait are told, so that a service that starts again goes on where it stopped.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dran_core::ids::LineNo;
use dran_core::line::wait::Forecast;
use dran_store::{Fault, KeptDay, Minute};
use jiff::{SignedDuration, Timestamp};

use crate::Service;

/// A day and a half: an opening from the evening before until the next evening.
const MINUTES_MAX: usize = 36 * 60;
/// Minutes kept at once: the one that runs, and the last word on the one before.
const KEPT_AT_ONCE: usize = 2;

impl Service {
    /// How the day went, minute by minute, oldest first.
    pub fn minutes(&self) -> Vec<Minute> {
        self.inner.history.minutes()
    }

    /// Keeps how the day stands in the store.
    pub(crate) async fn keep_day(&self) -> Result<(), Fault> {
        let lines = self.inner.lines.load_full();
        let lines = lines.campaigns.iter().flat_map(|campaign| &campaign.lines);
        let forecasts = lines.filter_map(|line| {
            let snapshot = line.snapshot.load();
            let told = snapshot.forecast.per_s().is_some();
            told.then(|| (line.line, snapshot.forecast.to_bytes()))
        });
        let day = KeptDay {
            minutes: self.inner.history.newest(KEPT_AT_ONCE),
            forecasts: forecasts.collect(),
        };
        self.store().keep_day(day).await
    }
}

/// Reads how the day stood: its minutes, and what each line told.
pub(crate) fn resumed(kept: KeptDay) -> (History, HashMap<LineNo, Forecast>) {
    let forecasts = kept.forecasts.into_iter().filter_map(|(line, bytes)| {
        let forecast = Forecast::from_bytes(&bytes);
        if forecast.is_none() {
            tracing::warn!(
                line = line.0,
                "what the line told before cannot be read; it is told anew"
            );
        }
        Some((line, forecast?))
    });
    (History(Mutex::new(kept.minutes.into())), forecasts.collect())
}

/// Since when minutes are shown.
pub(crate) fn shown_since(now: Timestamp) -> Timestamp {
    now - SignedDuration::from_mins(MINUTES_MAX as i64)
}

/// The minutes of the day.
#[derive(Default)]
pub(crate) struct History(Mutex<VecDeque<Minute>>);

impl History {
    /// Notes how things stand; the last note of a minute stays.
    pub(crate) fn note(&self, minute: Minute) {
        let mut minutes = lock(&self.0);
        if let Some(last) = minutes.back_mut()
            && last.number() == minute.number()
        {
            *last = minute;
            return;
        }
        if minutes.len() >= MINUTES_MAX {
            minutes.pop_front();
        }
        minutes.push_back(minute);
    }

    /// The newest minutes, so many at most, oldest first.
    fn newest(&self, count: usize) -> Vec<Minute> {
        let minutes = lock(&self.0);
        minutes.range(minutes.len().saturating_sub(count)..).copied().collect()
    }

    /// All minutes, oldest first.
    pub(crate) fn minutes(&self) -> Vec<Minute> {
        lock(&self.0).iter().copied().collect()
    }
}

/// Who joined until when, in a line: so that it can be told how long the next one to be called waits,
/// without keeping anything of a ticket.
#[derive(Default)]
pub(crate) struct JoinMarks(Mutex<VecDeque<(Timestamp, u32)>>);

impl JoinMarks {
    /// Notes how many had joined, once a minute, and forgets those who are called. Since when the next
    /// one to be called waits: a ticket that took part in the draw since then, a later one since the
    /// minute in which it joined. None if nobody waits.
    pub(crate) fn waiting_since(&self, now: Timestamp, line: &LineMarks) -> Option<Timestamp> {
        let mut arrivals = lock(&self.0);
        if arrivals
            .back()
            .is_none_or(|&(at, joined)| joined < line.joined && !same_minute(at, now))
        {
            arrivals.push_back((now, line.joined));
        }
        while let Some(&(_, joined)) = arrivals.front()
            && joined <= line.called
            && arrivals.len() > 1
        {
            arrivals.pop_front();
        }
        if line.called >= line.joined {
            return None;
        }
        match line.drawn {
            Some((drawn_at, n)) if line.called < n => Some(drawn_at),
            Some((drawn_at, _)) => {
                let minute = arrivals.iter().find(|&&(_, joined)| joined > line.called);
                minute.map(|&(at, _)| at.max(drawn_at))
            }
            // Before the draw nobody waits to be called.
            None => None,
        }
    }
}

/// How far a line is.
pub(crate) struct LineMarks {
    /// Tickets given out.
    pub(crate) joined: u32,
    /// Positions called.
    pub(crate) called: u32,
    /// When the order was drawn, and of how many tickets.
    pub(crate) drawn: Option<(Timestamp, u32)>,
}

fn same_minute(a: Timestamp, b: Timestamp) -> bool {
    a.as_second().div_euclid(60) == b.as_second().div_euclid(60)
}

/// How long ago that is; nothing for the future.
pub fn waited(since: Timestamp, now: Timestamp) -> SignedDuration {
    now.duration_since(since).max(SignedDuration::ZERO)
}

// Whole steps only: a panicked holder left nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_last_note_of_a_minute_stays() {
        let history = History::default();
        for (second, joined) in [(0, 1), (59, 2), (60, 3), (200, 4)] {
            history.note(Minute {
                at: at(second),
                joined,
                called: 0,
                booked: 0,
            });
        }
        let joined: Vec<u32> = history.minutes().iter().map(|minute| minute.joined).collect();
        assert_eq!(joined, [2, 3, 4]);
    }

    #[test]
    fn who_was_drawn_waits_since_the_draw_and_who_came_later_since_then() {
        let marks = JoinMarks::default();
        let since = |now: i64, joined, called| {
            let drawn = (now >= 600).then_some((at(600), 100));
            marks
                .waiting_since(at(now), &LineMarks { joined, called, drawn })
                .map(Timestamp::as_second)
        };
        assert_eq!(since(0, 100, 0), None, "before the draw");
        assert_eq!(since(600, 100, 0), Some(600));
        assert_eq!(since(660, 140, 40), Some(600));
        assert_eq!(since(720, 180, 99), Some(600));
        assert_eq!(since(780, 200, 100), Some(660), "joined by the minute 660");
        assert_eq!(since(840, 200, 140), Some(720));
        assert_eq!(since(900, 200, 199), Some(780));
        assert_eq!(since(960, 200, 200), None, "all are called");
        assert_eq!(since(1_200, 201, 200), Some(1_200));
    }
}
