//! The public status: the numbers of the day, how it went, and the account of who was called when.

use askama::Template;
use jiff::civil::{DateTime, Time};

use super::chart::Chart;
use super::shell::Shell;

/// How the day stands, for everybody.
#[derive(Clone, Debug, Template)]
#[template(path = "status.html")]
pub struct Status {
    /// The frame.
    pub shell: Shell,
    /// When it was so.
    pub at: DateTime,
    /// Tickets given out.
    pub joined: u64,
    /// Positions called.
    pub called: u64,
    /// Series booked.
    pub booked: u64,
    /// Series that nobody holds or has booked.
    pub free: u64,
    /// The lines.
    pub lines: Vec<StatusLine>,
    /// How the day went; none before there are two minutes of it.
    pub chart: Option<Chart>,
    /// The account.
    pub account: StatusAccount,
}

/// One line of people.
#[derive(Clone, Debug)]
pub struct StatusLine {
    /// Names of its centres.
    pub centres: String,
    /// Tickets given out.
    pub joined: u64,
    /// Positions called.
    pub called: u64,
    /// Series left.
    pub free: u64,
    /// How long the next one to be called has been waiting, in whole minutes; none if nobody waits.
    pub waited_min: Option<u64>,
}

/// The account of who was called when.
#[derive(Clone, Debug)]
pub struct StatusAccount {
    /// How many lines it has.
    pub lines: u64,
    /// The head of all of them, in hexadecimal.
    pub head: String,
    /// Its files, oldest first: lines from, to, and where.
    pub files: Vec<(u64, u64, String)>,
}

/// The numbers of a minute, for the table under the chart.
#[derive(Clone, Debug)]
pub struct StatusMinute {
    /// The end of the minute.
    pub at: Time,
    /// Tickets given out, positions called, tickets that have booked.
    pub numbers: [u64; 3],
}
