//! How the time of a scenario becomes the time of this machine.

use crate::scenario::span::Length;

/// The time of a replay, in microseconds since its start.
pub type Micros = u64;

/// Maps the scenario's time, which is 0 at the opening, to the replay's.
///
/// `--speed` compresses what people do: when they come, how long they read and speak, when they come back. What the
/// service tells them in its own time (when to ask again) stays as it is told. If the opening is nearer than the
/// scenario begins, those who come before it come closer together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    opening: Micros,
    /// Seconds of the replay for a second of the scenario, before and after the opening.
    before: f64,
    after: f64,
    thinks: bool,
}

impl Pace {
    /// A pace at which the opening is so many seconds after the start, and the first ones come `lead_s` seconds of
    /// the scenario before it. Without `thinks`, pages take nobody any time.
    pub fn new(speed: f64, opening_s: f64, lead_s: f64, thinks: bool) -> Self {
        let wanted = lead_s / speed;
        let before = if wanted > opening_s {
            opening_s / lead_s
        } else {
            1.0 / speed
        };
        Self {
            opening: micros(opening_s),
            before,
            after: 1.0 / speed,
            thinks,
        }
    }

    /// When a moment of the scenario comes, given in seconds from the opening.
    pub fn moment(&self, at_s: f64) -> Micros {
        if at_s < 0.0 {
            self.opening.saturating_sub(micros(-at_s * self.before))
        } else {
            self.opening + micros(at_s * self.after)
        }
    }

    /// How long something takes that takes so many milliseconds in the scenario.
    pub fn length_ms(&self, millis: f64) -> Micros {
        micros(millis / 1_000.0 * self.after)
    }

    /// The same for a length that is written down.
    pub fn length(&self, length: Length) -> Micros {
        self.length_ms(length.0 as f64)
    }

    /// How long somebody thinks.
    pub fn thought_ms(&self, millis: f64) -> Micros {
        if self.thinks { self.length_ms(millis) } else { 0 }
    }

    /// The opening.
    pub fn opening(&self) -> Micros {
        self.opening
    }

    /// Which second of the scenario a moment of the replay is.
    pub fn scenario_s(&self, at: Micros) -> f64 {
        let apart = at as f64 - self.opening as f64;
        let rate = if apart < 0.0 { self.before } else { self.after };
        apart / 1e6 / rate.max(f64::MIN_POSITIVE)
    }
}

fn micros(seconds: f64) -> Micros {
    (seconds * 1e6).round() as Micros
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faster_pace_brings_everything_closer_to_the_opening() {
        let pace = Pace::new(10.0, 60.0, 300.0, true);
        assert_eq!(pace.moment(-300.0), 30_000_000);
        assert_eq!(pace.moment(0.0), 60_000_000);
        assert_eq!(pace.moment(100.0), 70_000_000);
        assert_eq!(pace.thought_ms(5_000.0), 500_000);
        assert!((pace.scenario_s(70_000_000) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn who_comes_before_an_opening_that_is_near_comes_before_it_all_the_same() {
        let pace = Pace::new(1.0, 30.0, 1_800.0, true);
        assert_eq!(pace.moment(-1_800.0), 0);
        assert_eq!(pace.moment(-900.0), 15_000_000);
        assert_eq!(pace.moment(10.0), 40_000_000);
    }

    #[test]
    fn after_an_opening_that_was_everybody_of_before_comes_at_once() {
        let pace = Pace::new(2.0, 0.0, 1_800.0, true);
        assert_eq!(pace.moment(-900.0), 0);
        assert_eq!(pace.moment(10.0), 5_000_000);
    }

    #[test]
    fn machines_do_not_think() {
        assert_eq!(Pace::new(1.0, 0.0, 0.0, false).thought_ms(60_000.0), 0);
    }
}
