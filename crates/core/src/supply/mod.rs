//! What can be booked: deliveries, releases, series slots and proposals.

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
