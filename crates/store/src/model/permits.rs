//! Permits: the right to use the booking pages now.

use dran_core::ids::{Party, TicketId};
use jiff::Timestamp;

/// A called ticket wants to enter.
#[derive(Clone, Copy, Debug)]
pub struct Enter {
    /// The ticket.
    pub ticket: TicketId,
    /// How many persons it stands for.
    pub party: Party,
    /// Now.
    pub now: Timestamp,
    /// When the permit ends unless prolonged.
    pub expires_at: Timestamp,
    /// The bound on active permits of the campaign.
    pub permits_max: u32,
}

/// The right to use the booking pages now, for one ticket (`Einlass`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit {
    /// Whose.
    pub ticket: TicketId,
    /// How many persons.
    pub party: Party,
    /// Where it stands.
    pub state: PermitState,
    /// First entry.
    pub entered_at: Timestamp,
    /// When it ends unless prolonged.
    pub expires_at: Timestamp,
    /// How often it was prolonged.
    pub extensions: u32,
}

/// Where a permit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermitState {
    /// In use.
    Active,
    /// Ended by a booking.
    Booked,
    /// Its time ran out; the ticket may enter again.
    Expired,
    /// Given back; the ticket may enter again.
    Left,
}

/// Why a ticket got no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnterRefusal {
    /// The line does not exist, or never gave out that ticket.
    UnknownLine,
    /// Every permit is in use; the ticket keeps its turn.
    NoFreePermit,
    /// The ticket has booked already.
    AlreadyBooked,
    /// The campaign is not open (scheduled, paused or closed).
    NotOpen,
}

/// A permit to be prolonged.
#[derive(Clone, Copy, Debug)]
pub struct ExtendPermit {
    /// Whose.
    pub ticket: TicketId,
    /// Now.
    pub now: Timestamp,
    /// The new end, also of its hold.
    pub expires_at: Timestamp,
    /// How often a permit may be prolonged.
    pub extensions_max: u32,
}

/// Why a permit could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermitRefusal {
    /// The ticket has no active permit.
    NotActive,
    /// It was prolonged as often as allowed.
    TooManyExtensions,
}

/// What ended because its time was over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Tickets whose permit ended.
    pub permits: Vec<TicketId>,
    /// Holds that ended.
    pub holds: u64,
    /// Series places given back.
    pub places: u64,
}
