//! What the leader tells the other nodes of the lines, as bytes: so that all of them tell a visitor the same.
//!
//! JSON, because nodes of two versions run beside each other while a deployment is brought up to date.

use dran_core::hex;
use dran_core::ids::LineNo;
use dran_core::line::standing::{LineSnapshot, LineState};
use dran_core::line::wait::Forecast;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// All lines at one moment.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// When, in unix milliseconds.
    pub(crate) at_ms: i64,
    /// How many permits may be in use.
    pub(crate) permits_target: u32,
    /// The lines.
    pub(crate) lines: Vec<ToldLine>,
}

/// One of them. The names are those of `LineSnapshot`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ToldLine {
    line: u16,
    state: ToldState,
    pub(crate) joined: u32,
    pub(crate) called: u32,
    pub(crate) called_before_grace: u32,
    pub(crate) supply_free: u32,
    pub(crate) promised_persons: u32,
    /// Tickets and the persons that they stand for.
    pub(crate) party: (u64, u64),
    pub(crate) waiting_since_ms: Option<i64>,
    forecast: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ToldState {
    Scheduled { opens_at_ms: i64 },
    Drawing { value_at_ms: Option<i64> },
    Open,
    Paused,
    Closed,
}

impl Told {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Numbers and strings: nothing in it can fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// None for what another version wrote that this one cannot read.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Whether it is of the same lines in the same states.
    pub(crate) fn has_states_of(&self, other: &Self) -> bool {
        let states = |told: &ToldLine| (told.line, told.state);
        self.lines.iter().map(states).eq(other.lines.iter().map(states))
    }

    pub(crate) fn at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.at_ms).ok()
    }
}

impl ToldLine {
    /// A line as its leader shows it, with the tickets and persons that its mean party was measured by, and since
    /// when the longest waiting has waited.
    pub(crate) fn new(shown: &LineSnapshot, party: (u64, u64), waiting_since: Option<Timestamp>) -> Self {
        Self {
            line: shown.line.0,
            state: match shown.state {
                LineState::Scheduled { opens_at } => ToldState::Scheduled {
                    opens_at_ms: opens_at.as_millisecond(),
                },
                LineState::Drawing { value_at } => ToldState::Drawing {
                    value_at_ms: value_at.map(Timestamp::as_millisecond),
                },
                LineState::Open => ToldState::Open,
                LineState::Paused => ToldState::Paused,
                LineState::Closed => ToldState::Closed,
            },
            joined: shown.joined,
            called: shown.called,
            called_before_grace: shown.called_before_grace,
            supply_free: shown.supply_free,
            promised_persons: shown.promised_persons,
            party,
            waiting_since_ms: waiting_since.map(Timestamp::as_millisecond),
            forecast: hex::encode(&shown.forecast.to_bytes()),
        }
    }

    pub(crate) fn line(&self) -> LineNo {
        LineNo(self.line)
    }

    /// None if it cannot be read.
    pub(crate) fn state(&self) -> Option<LineState> {
        let at = |ms: i64| Timestamp::from_millisecond(ms).ok();
        Some(match self.state {
            ToldState::Scheduled { opens_at_ms } => LineState::Scheduled {
                opens_at: at(opens_at_ms)?,
            },
            ToldState::Drawing { value_at_ms } => LineState::Drawing {
                value_at: value_at_ms.and_then(at),
            },
            ToldState::Open => LineState::Open,
            ToldState::Paused => LineState::Paused,
            ToldState::Closed => LineState::Closed,
        })
    }

    /// None if it cannot be read.
    pub(crate) fn forecast(&self) -> Option<Forecast> {
        Forecast::from_bytes(&hex::decode(&self.forecast)?)
    }

    pub(crate) fn waiting_since(&self) -> Option<Timestamp> {
        self.waiting_since_ms
            .and_then(|ms| Timestamp::from_millisecond(ms).ok())
    }
}
