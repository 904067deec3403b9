//! The bars of a scenario: what must hold, measured how, and how much of it.

use serde::Deserialize;

use crate::kind::{KINDS, Kind};

/// A figure of a replay that a bar can be put on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Of those who came, how many have a ticket, in per cent.
    JoinedPercent,
    /// Times that somebody was not given a ticket and had to ask again.
    JoinsNotGiven,
    /// Answers with a status of 500 or more: what a citizen sees as an error page.
    ErrorPages,
    /// Requests without a good answer: error pages, lost connections, half a minute without an answer.
    FailedRequests,
    /// Tickets that the service no longer knew.
    PlacesLost,
    /// Callers who gave up after all their redials.
    CallersTurnedAway,
    /// Series booked through the whole flow.
    Booked,
    /// Seconds of this machine from the opening until the last of them.
    BookedWithinS,
    /// Requests sent in a second, the mean of the time in which any were due.
    RequestsPerS,
    /// Requests sent in all.
    Requests,
    /// How long the whole replay took, in seconds of this machine.
    TookS,
    /// Requests that were due and never sent, because nothing here could send them.
    NotSent,
    /// How late the generator itself was, in milliseconds, in 99 of 100 cases.
    LagP99Ms,
    /// Half of all requests of agents in calls are answered within so many milliseconds.
    DeskP50Ms,
    /// 99 of 100 of them are.
    DeskP99Ms,
    /// Requests of agents without a good answer, pages that said something else than they should, and agents who
    /// were not let in.
    DeskErrors,
    /// A latency of a kind, in milliseconds from the intended time.
    Latency(Kind, Percentile),
}

/// Which of all latencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percentile {
    /// Half are below.
    P50,
    /// 99 of 100 are below.
    P99,
    /// 999 of 1,000 are below.
    P999,
    /// None is above.
    Max,
}

const NAMED: [(&str, Measure); 16] = [
    ("joined_percent", Measure::JoinedPercent),
    ("joins_not_given", Measure::JoinsNotGiven),
    ("error_pages", Measure::ErrorPages),
    ("failed_requests", Measure::FailedRequests),
    ("places_lost", Measure::PlacesLost),
    ("callers_turned_away", Measure::CallersTurnedAway),
    ("booked", Measure::Booked),
    ("booked_within_s", Measure::BookedWithinS),
    ("requests_per_s", Measure::RequestsPerS),
    ("requests", Measure::Requests),
    ("took_s", Measure::TookS),
    ("not_sent", Measure::NotSent),
    ("lag_p99_ms", Measure::LagP99Ms),
    ("desk_p50_ms", Measure::DeskP50Ms),
    ("desk_p99_ms", Measure::DeskP99Ms),
    ("desk_errors", Measure::DeskErrors),
];

const PERCENTILES: [(&str, Percentile); 4] = [
    ("_p50_ms", Percentile::P50),
    ("_p99_ms", Percentile::P99),
    ("_p999_ms", Percentile::P999),
    ("_max_ms", Percentile::Max),
];

impl Measure {
    /// The measure of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        if let Some((_, measure)) = NAMED.iter().find(|(known, _)| *known == name) {
            return Some(*measure);
        }
        let (ending, percentile) = PERCENTILES.iter().find(|(ending, _)| name.ends_with(ending))?;
        let kind = name.strip_suffix(ending)?;
        let kind = KINDS.into_iter().find(|known| known.name() == kind)?;
        Some(Self::Latency(kind, *percentile))
    }

    /// Its name.
    pub fn name(self) -> String {
        if let Self::Latency(kind, percentile) = self {
            let ending = PERCENTILES.iter().find(|(_, known)| *known == percentile);
            return format!("{}{}", kind.name(), ending.map_or("", |(ending, _)| ending));
        }
        let named = NAMED.iter().find(|(_, known)| *known == self);
        named.map_or(String::new(), |(name, _)| (*name).to_owned())
    }

    /// Whether it can be measured only where agents work at the desk.
    pub fn needs_the_desk(self) -> bool {
        match self {
            Self::DeskP50Ms | Self::DeskP99Ms | Self::DeskErrors => true,
            Self::Latency(kind, _) => kind.is_at_the_desk(),
            _ => false,
        }
    }

    /// Whether it grows with the crowd: its goal is multiplied by `--scale`.
    fn grows_with_the_crowd(self) -> bool {
        matches!(self, Self::Booked | Self::Requests | Self::RequestsPerS)
    }
}

/// On which side of a number a figure must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// At least.
    AtLeast(f64),
    /// At most.
    AtMost(f64),
}

impl Goal {
    /// Whether a figure reaches it.
    pub fn is_reached_by(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }

    fn times(self, scale: f64) -> Self {
        match self {
            Self::AtLeast(least) => Self::AtLeast((least * scale).floor()),
            Self::AtMost(most) => Self::AtMost((most * scale).ceil()),
        }
    }

    /// As it is written in a scenario.
    pub fn text(self) -> String {
        match self {
            Self::AtLeast(least) => format!(">= {least}"),
            Self::AtMost(most) => format!("<= {most}"),
        }
    }
}

/// Something that must hold.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Bar {
    /// What is measured.
    pub measure: Measure,
    /// How much of it.
    pub goal: Goal,
}

/// A bar as it is written: `{ name = "join_max_ms", goal = "<= 1000" }`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    goal: String,
}

/// What is no bar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BarError {
    /// Nothing is measured under this name.
    #[error("nothing is measured under the name `{0}`; there are {known} and, for each kind of request, names like `poll_p99_ms`",
        known = NAMED.map(|(name, _)| name).join(", "))]
    Name(String),
    /// Not understood.
    #[error("`{0}` is no goal; write `>= 60000` or `<= 100`")]
    Goal(String),
}

impl TryFrom<Written> for Bar {
    type Error = BarError;

    fn try_from(written: Written) -> Result<Self, BarError> {
        let measure = Measure::of_name(&written.name).ok_or(BarError::Name(written.name))?;
        let number = |text: &str| {
            text.trim()
                .replace('_', "")
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
        };
        let goal = match (written.goal.strip_prefix(">="), written.goal.strip_prefix("<=")) {
            (Some(least), _) => number(least).map(Goal::AtLeast),
            (_, Some(most)) => number(most).map(Goal::AtMost),
            _ => None,
        };
        let goal = goal.ok_or(BarError::Goal(written.goal))?;
        Ok(Self { measure, goal })
    }
}

impl Bar {
    /// The bar for a crowd of another size.
    pub fn scaled(&self, scale: f64) -> Self {
        Self {
            measure: self.measure,
            goal: if self.measure.grows_with_the_crowd() {
                self.goal.times(scale)
            } else {
                self.goal
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, goal: &str) -> Result<Bar, BarError> {
        Bar::try_from(Written {
            name: name.to_owned(),
            goal: goal.to_owned(),
        })
    }

    #[test]
    fn every_measure_is_found_by_its_name() {
        for (name, measure) in NAMED {
            assert_eq!(Measure::of_name(name), Some(measure));
            assert_eq!(measure.name(), name);
        }
        let poll = Measure::Latency(Kind::Poll, Percentile::P99);
        assert_eq!(Measure::of_name("poll_p99_ms"), Some(poll));
        assert_eq!(poll.name(), "poll_p99_ms");
        assert_eq!(Measure::of_name("tea_p99_ms"), None);
    }

    #[test]
    fn a_goal_is_read_and_compared() {
        let reached = |goal, value| bar("booked", goal).map(|bar| bar.goal.is_reached_by(value));
        assert_eq!(reached(">= 60_000", 60_000.0), Ok(true));
        assert_eq!(reached(">= 60000", 59_999.0), Ok(false));
        assert_eq!(reached("<=100", 100.5), Ok(false));
        assert!(matches!(bar("booked", "about 5"), Err(BarError::Goal(_))));
        assert!(matches!(bar("booked", ">= NaN"), Err(BarError::Goal(_))));
        assert!(matches!(bar("boked", ">= 5"), Err(BarError::Name(_))));
    }

    #[test]
    fn only_what_grows_with_the_crowd_is_scaled() {
        let scaled = |name, goal| bar(name, goal).map(|bar| bar.scaled(0.1).goal);
        assert_eq!(scaled("booked", ">= 60005"), Ok(Goal::AtLeast(6_000.0)));
        assert_eq!(scaled("join_max_ms", "<= 1000"), Ok(Goal::AtMost(1_000.0)));
    }
}
