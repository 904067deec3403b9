//! Figures as `cargo xtask bench` reads them, and bars that they have to keep.

use std::time::Duration;

use serde_json::json;

/// The figures of a bench, and how many of its bars are missed.
#[derive(Default)]
pub struct Report {
    missed: u32,
}

impl Report {
    /// Prints a figure.
    pub fn figure(&self, name: &str, value: f64, unit: &str) {
        print(name, value, unit, None);
    }

    /// Prints a figure that may be so much at most.
    pub fn at_most(&mut self, name: &str, value: f64, unit: &str, bar: f64) {
        print(name, value, unit, Some(("at most", bar)));
        self.missed += u32::from(value > bar);
    }

    /// Prints a figure that has to be so much at least.
    pub fn at_least(&mut self, name: &str, value: f64, unit: &str, bar: f64) {
        print(name, value, unit, Some(("at least", bar)));
        self.missed += u32::from(value < bar);
    }

    /// Ends the bench: with exit code 1 if a bar is missed.
    ///
    /// # Errors
    /// How many are missed.
    pub fn end(self) -> Result<(), String> {
        match self.missed {
            0 => Ok(()),
            missed => Err(format!("{missed} bars are missed")),
        }
    }
}

fn print(name: &str, value: f64, unit: &str, bar: Option<(&str, f64)>) {
    let ratio = bar.filter(|(_, bar)| *bar > 0.0).map(|(_, bar)| value / bar);
    let line = json!({
        "name": name, "value": value, "unit": unit, "yardstick": bar.map(|(word, _)| word),
        "yardstick_value": bar.map(|(_, bar)| bar), "ratio": ratio
    });
    println!("{line}");
}

/// The time within which this share of them were done, in milliseconds; 0 where there are none.
pub fn within_ms(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let at = (times.len().saturating_sub(1) as f64 * share).ceil() as usize;
    times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}
