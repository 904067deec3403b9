//! The terminal while a replay goes on: bars where there is one, a line every few seconds where there is none.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::crowd::notes::Notes;
use crate::day::Moment;
use crate::pace::Pace;

/// Where there is no terminal: a line after so many seconds.
const LINE_EVERY_S: u32 = 5;
/// The bars' width.
const BAR: &str = "{prefix:>8} {bar:40} {pos:>9} / {len} {msg}";

/// What the terminal shows.
pub struct Live {
    all: MultiProgress,
    bars: [ProgressBar; 3],
    state: ProgressBar,
    pace: Pace,
}

impl Live {
    /// For a replay at a pace.
    pub fn new(pace: Pace) -> Self {
        let all = MultiProgress::new();
        let bar = |name: &'static str| {
            let bar = all.add(ProgressBar::new(1));
            if let Ok(style) = ProgressStyle::with_template(BAR) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_prefix(name);
            bar
        };
        let bars = [bar("joined"), bar("called"), bar("booked")];
        let state = all.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            state.set_style(style);
        }
        state.enable_steady_tick(Duration::from_millis(500));
        Self { all, bars, state, pace }
    }

    /// A second is over.
    pub fn show(&self, moment: &Moment) {
        let Notes {
            came,
            joined,
            called,
            booked,
            ..
        } = moment.notes;
        for (bar, number) in self.bars.iter().zip([joined, called, booked]) {
            bar.set_length(came.max(1));
            bar.set_position(number);
        }
        let line = line(moment, &self.pace);
        if self.all.is_hidden() && moment.at_s.is_multiple_of(LINE_EVERY_S) {
            println!("{line}");
        }
        self.state.set_message(line);
    }

    /// The replay is over.
    pub fn end(&self) {
        self.bars.iter().chain([&self.state]).for_each(ProgressBar::abandon);
    }
}

/// A second in one line.
pub fn line(moment: &Moment, pace: &Pace) -> String {
    let (mut sent, mut failed) = (0, 0);
    for counts in &moment.counts {
        sent += counts.sent;
        failed += counts.failed();
    }
    let latency = moment.latency.map_or("no answers".to_owned(), |latency| {
        format!("p50 {} ms, p99 {} ms", latency.p50, latency.p99)
    });
    let notes = &moment.notes;
    let mut line = format!(
        "{}  {sent} requests/s, {latency}, {failed} failed | came {}, joined {}, called {}, booked {} | {} connections",
        clock(pace.scenario_s(u64::from(moment.at_s + 1) * 1_000_000)),
        notes.came,
        notes.joined,
        notes.called,
        notes.booked,
        moment.connections,
    );
    if moment.agents_busy > 0 {
        line.push_str(&format!(", {} agents speak", moment.agents_busy));
    }
    if let Some(desk) = moment.desk {
        line.push_str(&format!(", desk p50 {} ms, p99 {} ms", desk.p50, desk.p99));
    }
    if moment.lag_p99_ms > crate::bars::LAG_P99_MS_MAX {
        line.push_str(&format!(" | THE GENERATOR IS {} ms LATE", moment.lag_p99_ms));
    }
    line
}

/// A time before or after the opening: `-0:12:05`, `+1:00:30`.
pub fn clock(at_s: f64) -> String {
    let (sign, seconds) = (if at_s < 0.0 { '-' } else { '+' }, at_s.abs() as u64);
    format!("{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_from_the_opening() {
        assert_eq!(clock(-725.0), "-0:12:05");
        assert_eq!(clock(3_630.4), "+1:00:30");
    }
}
