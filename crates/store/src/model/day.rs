//! What a starting node needs to go on where the last one stopped.

use dran_core::ids::LineNo;
use jiff::Timestamp;

/// How things stood at the end of a minute, all campaigns together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute {
    /// When, within the minute.
    pub at: Timestamp,
    /// Tickets given out.
    pub joined: u32,
    /// Positions called.
    pub called: u32,
    /// Tickets that have booked.
    pub booked: u32,
}

impl Minute {
    /// The minute's number since 1970.
    pub fn number(&self) -> i64 {
        self.at.as_second().div_euclid(60)
    }
}

/// How the day stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptDay {
    /// Minutes, oldest first.
    pub minutes: Vec<Minute>,
    /// What each line tells those who wait, in the spelling of `Forecast::to_bytes`.
    pub forecasts: Vec<(LineNo, Vec<u8>)>,
}
