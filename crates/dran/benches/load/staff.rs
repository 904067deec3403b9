//! Agents at work: how long each of their requests takes.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use super::after;
use super::report::{Report, within_ms};
use crate::agents::{Agent, Deed};

/// A first round before anything is measured: every agent has booked for somebody then.
pub const WARM_UP: Duration = Duration::from_secs(12);
pub const WARM_UP_PACE: u32 = 10;
/// What an agent does in turn: seven requests of a booking, five of looking somebody up, three of a call-back.
const DEEDS_OF_A_ROUND: u32 = 15;

/// What agents did.
#[derive(Default)]
pub struct Work {
    /// How long each deed took, from the moment at which it was meant to begin.
    pub times: BTreeMap<Deed, Vec<Duration>>,
    /// Series that they have booked.
    pub booked: u32,
    /// What the desk said that it should not.
    pub errors: Vec<String>,
    /// How long they worked.
    pub lasted: Duration,
}

/// Lets all agents work for so long, each with such a pause before every request.
pub async fn work(agents: &mut Vec<Agent>, lasts: Duration, pause: Duration) -> Work {
    let (told, mut heard) = unbounded_channel();
    let mut working = JoinSet::new();
    let (begin, end, count) = (after(Duration::ZERO), after(lasts), agents.len() as u32);
    for (number, mut agent) in (0..count).zip(agents.drain(..)) {
        agent.pause = pause;
        agent.until = Some(end);
        agent.told = Some(told.clone());
        // They did not all begin in the same moment.
        agent.due = after(pause * number / count);
        working.spawn(async move {
            let (mut booked, mut errors) = (0, Vec::new());
            // Nor do they all do the same at the same time.
            for part in number.. {
                let done = match part % 3 {
                    0 => agent.book().await.map(|_| booked += 1),
                    1 => agent.look_up().await,
                    _ => agent.call_back().await,
                };
                if agent.is_over() {
                    break;
                }
                errors.extend(done.err());
            }
            // Once nobody can tell any more, all is told.
            agent.told = None;
            (agent, booked, errors)
        });
    }
    drop(told);
    let mut work = Work::default();
    while let Some((deed, took)) = heard.recv().await {
        work.times.entry(deed).or_default().push(took);
    }
    while let Some(done) = working.join_next().await {
        let (agent, booked, errors) = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        agents.push(agent);
        work.booked += booked;
        work.errors.extend(errors);
    }
    work.lasted = begin.elapsed();
    work
}

impl Work {
    /// The times of some deeds, of all where none is named.
    pub fn times_of(&self, deeds: &[Deed]) -> Vec<Duration> {
        let of = self
            .times
            .iter()
            .filter(|(deed, _)| deeds.is_empty() || deeds.contains(deed));
        of.flat_map(|(_, times)| times).copied().collect()
    }

    /// Requests in a second.
    pub fn per_s(&self) -> f64 {
        self.times_of(&[]).len() as f64 / self.lasted.as_secs_f64()
    }

    /// Prints what it was like; errors are a bar.
    pub fn tell(&self, report: &mut Report, name: &str) {
        for error in self.errors.iter().take(3) {
            eprintln!("{name}: {}", error.chars().take(2_000).collect::<String>());
        }
        report.figure(&format!("{name}, requests in a second"), self.per_s(), "1/s");
        report.figure(&format!("{name}, series booked"), f64::from(self.booked), "series");
        report.at_most(&format!("{name}, errors"), self.errors.len() as f64, "errors", 0.0);
    }

    /// Prints how long each kind of deed took; with a bar for 99 of 100 of them.
    pub fn tell_deeds(&self, report: &mut Report, name: &str, bar_ms: f64) {
        for (deed, times) in &self.times {
            let mut times = times.clone();
            let word = format!("{deed:?}").to_lowercase();
            report.figure(
                &format!("{name}, {word}, half within"),
                within_ms(&mut times, 0.5),
                "ms",
            );
            let p99 = within_ms(&mut times, 0.99);
            report.at_most(&format!("{name}, {word}, 99 % within"), p99, "ms", bar_ms);
        }
    }
}

/// The pause before each request, at so many times the pace of 2021: a call in three and a half minutes.
pub fn pause_at_pace(times: u32) -> Duration {
    Duration::from_secs(210) / DEEDS_OF_A_ROUND / times
}
