//! What can be booked: deliveries, releases, series slots and proposals.
//!
//! The way of a dose: a line of a delivery file becomes a lot, a release turns lots and lanes into series
//! slots, the [`Board`] indexes what is free of them, and [`propose`] offers up to five to a visitor.

mod board;
mod delivery;
mod eligibility;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod hessen_tests;
mod proposals;
mod release;

pub use board::{Board, DayAvailability};
pub use delivery::{CsvProblem, DOSES_MAX, DeliveryLine, LINES_MAX, REFERENCE_CHARS_MAX, parse_csv, parse_csv_for};
pub use eligibility::{AllowedDays, allowed_days};
pub use proposals::{
    Asked, COUPLE_APART_MAX_S, NotAProposal, PROPOSALS_MAX, PartOfDay, Preferences, Proposal, ProposalKey, Starts,
    propose, resolve,
};
pub use release::{
    CentrePlan, FIRST_DAYS_MAX, HoldBack, HoldBackError, LeftOver, Lot, PlanRefusal, PlannedSeriesSlot, ReleasePlan,
    places_taken, plan,
};

use jiff::Timestamp;

use crate::ids::{CentreId, SeriesSlotId, VaccineId};

/// The unit of supply: a first-dose slot together with the second-dose slot that belongs to it, and
/// how many series both can still take.
///
/// A first place is never offered without its second because the two are one row: one conditional
/// decrement books both, for one person or for a couple.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesSlot {
    /// Its identity; begins with the centre.
    pub id: SeriesSlotId,
    /// Where both doses are given.
    pub centre: CentreId,
    /// What is given.
    pub vaccine: VaccineId,
    /// Start of the first appointment.
    pub first: Timestamp,
    /// Start of the second appointment; none for a vaccine of one dose.
    pub second: Option<Timestamp>,
    /// How many series were released here.
    pub capacity: u32,
    /// How many of them nobody holds or has booked.
    pub free: u32,
}
