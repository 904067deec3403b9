//! Whether the bars of a scenario were reached.

use crate::day::{Day, Percentiles, ms};
use crate::kind::KINDS;
use crate::pace::Pace;
use crate::scenario::bar::{Bar, Goal, Measure, Percentile};

/// How late the generator may be in 99 of 100 cases. Beyond it the figures say more about the generator than about the
/// service, and every replay has this bar, whether its scenario names it or not.
pub const LAG_P99_MS_MAX: f64 = 50.0;

/// A bar and what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What was measured.
    pub measure: Measure,
    /// What it should be.
    pub goal: Goal,
    /// What it is; none if nothing happened that could be measured.
    pub value: Option<f64>,
    /// Whether it is reached. What could not be measured is not.
    pub pass: bool,
}

/// Judges a day by the bars of its scenario, for a crowd of this size. Bars of the desk are left out where no agents
/// worked at it: the report says which doors were played.
pub fn judge(bars: &[Bar], scale: f64, day: &Day, pace: &Pace, at_the_desk: bool) -> Vec<Verdict> {
    let played = bars.iter().filter(|bar| at_the_desk || !bar.measure.needs_the_desk());
    let mut bars: Vec<Bar> = played.map(|bar| bar.scaled(scale)).collect();
    for (measure, most) in [(Measure::LagP99Ms, LAG_P99_MS_MAX), (Measure::NotSent, 0.0)] {
        if bars.iter().all(|bar| bar.measure != measure) {
            let goal = Goal::AtMost(most);
            bars.push(Bar { measure, goal });
        }
    }
    let verdict = |bar: Bar| {
        let value = value(bar.measure, day, pace).map(|value| (value * 100.0).round() / 100.0);
        Verdict {
            measure: bar.measure,
            goal: bar.goal,
            value,
            pass: value.is_some_and(|value| bar.goal.is_reached_by(value)),
        }
    };
    bars.into_iter().map(verdict).collect()
}

/// What a measure is on a day.
pub fn value(measure: Measure, day: &Day, pace: &Pace) -> Option<f64> {
    let (notes, counts) = (day.notes(), day.all_counts());
    let after_opening = |at: u64| at.saturating_sub(pace.opening()) as f64 / 1e6;
    Some(match measure {
        Measure::JoinedPercent => {
            // Rounded down: all but one are not all.
            (notes.came > 0).then(|| (notes.joined as f64 / notes.came as f64 * 10_000.0).floor() / 100.0)?
        }
        Measure::JoinsNotGiven => notes.joins_not_given as f64,
        Measure::ErrorPages => counts.error_pages as f64,
        Measure::FailedRequests => counts.failed() as f64,
        Measure::PlacesLost => notes.places_lost as f64,
        Measure::CallersTurnedAway => notes.gave_up as f64,
        Measure::Booked => notes.booked as f64,
        Measure::BookedWithinS => (notes.booked > 0).then(|| after_opening(notes.last_booked))?,
        Measure::RequestsPerS => requests_per_s(day)?,
        Measure::Requests => counts.sent as f64,
        Measure::TookS => f64::from(day.moments.last()?.at_s + 1),
        Measure::NotSent => day.not_sent as f64,
        Measure::LagP99Ms => ms(day.lag.value_at_quantile(0.99)),
        Measure::DeskP50Ms => Percentiles::of(&day.desk_latencies())?.p50,
        Measure::DeskP99Ms => Percentiles::of(&day.desk_latencies())?.p99,
        Measure::DeskErrors => {
            let failed: u64 = KINDS
                .into_iter()
                .filter(|kind| kind.is_at_the_desk())
                .map(|kind| day.counts(kind).failed())
                .sum();
            (failed + notes.desk_surprises + notes.agents_refused) as f64
        }
        Measure::Latency(kind, percentile) => {
            let latencies = &day.latencies[kind.index()];
            if latencies.is_empty() {
                return None;
            }
            ms(match percentile {
                Percentile::P50 => latencies.value_at_quantile(0.5),
                Percentile::P99 => latencies.value_at_quantile(0.99),
                Percentile::P999 => latencies.value_at_quantile(0.999),
                Percentile::Max => latencies.max(),
            })
        }
    })
}

/// The mean from the first to the last whole second in which anything was sent. Seconds at either end are parts.
fn requests_per_s(day: &Day) -> Option<f64> {
    let sent: Vec<u64> = day
        .moments
        .iter()
        .map(|moment| moment.counts.iter().map(|counts| counts.sent).sum())
        .collect();
    let first = sent.iter().position(|sent| *sent > 0)?;
    let last = sent.iter().rposition(|sent| *sent > 0)?;
    let whole = if last > first + 1 {
        &sent[first + 1..last]
    } else {
        &sent[first..=last]
    };
    Some(whole.iter().sum::<u64>() as f64 / whole.len() as f64)
}
