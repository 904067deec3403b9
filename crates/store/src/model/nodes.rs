//! What the nodes of a deployment share: who leads, and what each of them mirrors.

use dran_core::ids::{AnnouncementId, LineNo, TicketId};
use dran_core::operations::PermitBounds;
use jiff::Timestamp;

use super::Permit;

/// The time in which one node leads, numbered from 1. Later terms have higher numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term(pub i64);

/// What nodes mirror in memory, read in one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// How far each line is.
    pub lines: Vec<LineMark>,
    /// Permits that have not ended.
    pub active: Vec<ActivePermit>,
    /// Tickets that have booked since the booking asked for, oldest first, at most ten thousand.
    pub booked: Vec<TicketId>,
    /// The number of the last of these bookings, or of the one asked for.
    pub booked_up_to: i64,
    /// What the leader told last; empty before anybody led.
    pub told: Vec<u8>,
    /// Since when bookings rest because the operator said so.
    pub read_only_since: Option<Timestamp>,
    /// The bounds of permits that the operator has set; none: as the node is configured.
    pub bounds: Option<PermitBounds>,
    /// The announcement that is shown now.
    pub announcement: Option<AnnouncementId>,
}

/// A time in which nobody could book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostTime {
    /// When it began.
    pub since: Timestamp,
    /// When it is over.
    pub now: Timestamp,
    /// No permit is prolonged beyond this.
    pub expires_at_max: Timestamp,
}

/// How far a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineMark {
    /// The line.
    pub line: LineNo,
    /// The first ticket number that no node has leased.
    pub next_number: u32,
    /// Positions called.
    pub called: u32,
}

/// A permit that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivePermit {
    /// The permit.
    pub permit: Permit,
    /// Places it holds.
    pub holding: u8,
}
