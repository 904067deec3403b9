//! Named steps with their times, and a last line that says how it went.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Runs steps one after the other and remembers how long each took.
pub struct Steps {
    planned: usize,
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// A run of this many steps.
    pub fn of(planned: usize) -> Self {
        Self {
            planned,
            done: Vec::new(),
        }
    }

    /// Prints the name, runs the step, prints its time. The first failure ends the run.
    pub fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n==> {}/{} {name}", self.done.len() + 1, self.planned);
        let start = now();
        let outcome = work();
        let took = now() - start;
        println!(
            "    {name}: {} after {}",
            if outcome.is_ok() { "ok" } else { "FAILED" },
            shown(took)
        );
        self.done.push((name, took));
        outcome.with_context(|| format!("step `{name}` failed; {}", self.summary()))
    }

    /// The line at the end: what ran, and how long.
    pub fn summary(&self) -> String {
        let total: Duration = self.done.iter().map(|(_, took)| *took).sum();
        let mut line = format!("{} of {} steps in {}", self.done.len(), self.planned, shown(total));
        for (position, (name, took)) in self.done.iter().enumerate() {
            let opening = if position == 0 { ": " } else { ", " };
            let _ = write!(line, "{opening}{name} {}", shown(*took));
        }
        line
    }
}

#[expect(clippy::disallowed_methods, reason = "a build tool measures its own steps")]
fn now() -> Instant {
    Instant::now()
}

fn shown(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn times_read_naturally() {
        assert_eq!(shown(Duration::from_millis(1_540)), "1.5 s");
        assert_eq!(shown(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn a_failing_step_says_its_name_and_what_ran_before() {
        let mut steps = Steps::of(3);
        assert!(steps.step("first", || Ok(())).is_ok());
        let outcome = steps.step("second", || Err(anyhow!("the reason")));
        let message = outcome.map_err(|error| format!("{error:#}")).err().unwrap_or_default();
        assert!(
            message.starts_with("step `second` failed; 2 of 3 steps in "),
            "{message}"
        );
        assert!(message.ends_with("the reason"), "{message}");
    }
}
