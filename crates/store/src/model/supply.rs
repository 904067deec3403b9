//! Deliveries and releases.

use dran_core::ids::{CentreId, DeliveryId, SeriesSlotId, VaccineId};
use jiff::Timestamp;
use jiff::civil::Date;

/// Doses announced or delivered (`Lieferung`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// The supplier's or planner's reference; unique with centre and vaccine.
    pub reference: String,
    /// Where the doses arrive.
    pub centre: CentreId,
    /// What arrives.
    pub vaccine: VaccineId,
    /// From which day they can be used.
    pub day: Date,
    /// How many doses.
    pub doses: u32,
}

/// A delivery with what is already released of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDelivery {
    /// Its identity.
    pub id: DeliveryId,
    /// What was booked in.
    pub delivery: NewDelivery,
    /// Doses that back released first places.
    pub released_first: u32,
    /// Doses that back released second places.
    pub released_second: u32,
}

/// One release: slots and the doses behind them.
#[derive(Clone, Debug)]
pub struct NewRelease {
    /// When it was made.
    pub at: Timestamp,
    /// Its slots.
    pub slots: Vec<NewSeriesSlot>,
}

/// A series slot to be released, with its doses.
#[derive(Clone, Debug)]
pub struct NewSeriesSlot {
    /// Where.
    pub centre: CentreId,
    /// What.
    pub vaccine: VaccineId,
    /// Start of the first appointment.
    pub first: Timestamp,
    /// Start of the second.
    pub second: Option<Timestamp>,
    /// The doses behind it: (delivery, dose 1 or 2, doses). Per dose they sum to the capacity.
    pub doses: Vec<(DeliveryId, u8, u32)>,
    /// How many series.
    pub capacity: u32,
}

/// What a release added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseSummary {
    /// Series slots new or grown.
    pub slots: u64,
    /// Series that can be booked because of it.
    pub series: u64,
}

/// Why a release was refused; nothing of it was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseRefusal {
    /// A centre is not known to the store.
    UnknownCentre(CentreId),
    /// More doses were asked of a delivery than it has left for that centre and vaccine.
    DeliveryExceeded(DeliveryId),
    /// The doses behind a slot do not sum to its capacity.
    DosesDoNotMatch(SeriesSlotId),
}
