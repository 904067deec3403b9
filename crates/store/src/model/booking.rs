//! Holds, bookings and series.

use dran_core::ids::{
    AttemptKey, CampaignId, CentreId, HoldId, Language, RegistrationId, SeriesSlotId, TicketId, VaccineId,
};
use jiff::Timestamp;

use super::messages::NewMessage;
use super::registration::{ContactRecord, PersonRecord};

/// Places to be held.
#[derive(Clone, Debug)]
pub struct NewHold {
    /// The permit's ticket.
    pub ticket: TicketId,
    /// One series slot per person, in the order of the persons.
    pub places: Vec<SeriesSlotId>,
    /// Now.
    pub now: Timestamp,
    /// When it ends unless prolonged.
    pub expires_at: Timestamp,
}

/// Places kept for one permit (`Reservierung`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its identity.
    pub id: HoldId,
    /// The permit's ticket.
    pub ticket: TicketId,
    /// One series slot per person.
    pub places: Vec<SeriesSlotId>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why places are not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldRefusal {
    /// The ticket has no active permit.
    NoPermit,
    /// Somebody else was faster; what was held before is still held.
    SlotJustWent,
    /// A series slot does not exist.
    UnknownSlot,
    /// As many places as persons must be held.
    WrongParty,
}

/// A hold to be confirmed.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// Sent twice, done once.
    pub attempt_key: AttemptKey,
    /// The permit's ticket.
    pub ticket: TicketId,
    /// What is held.
    pub hold: HoldId,
    /// Who comes.
    pub registration: RegistrationId,
    /// A fresh booking code per person, in the order of the persons.
    pub booking_codes: Vec<String>,
    /// The receipt that the visitor sees.
    pub receipt: String,
    /// The messages that leave with the booking.
    pub messages: Vec<NewMessage>,
    /// Now.
    pub now: Timestamp,
}

/// A finished booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The receipt.
    pub receipt: String,
    /// One series per person.
    pub series: Vec<Series>,
}

/// All appointments of one person (`Terminpaar`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Manages it on the web, by phone and by letter.
    pub booking_code: String,
    /// Whose.
    pub person: PersonRecord,
    /// How the person is reached.
    pub contact: ContactRecord,
    /// The language of messages.
    pub language: Language,
    /// The campaign it was booked in.
    pub campaign: CampaignId,
    /// Where its places come from.
    pub slot: SeriesSlotId,
    /// The centre.
    pub centre: CentreId,
    /// The vaccine.
    pub vaccine: VaccineId,
    /// Starts of the appointments, first dose first.
    pub starts: Vec<Timestamp>,
    /// Whether it stands.
    pub state: SeriesState,
    /// Grows with every change; the SEQUENCE of RFC 5545.
    pub sequence: u32,
    /// When it was booked.
    pub booked_at: Timestamp,
}

/// Whether a series stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesState {
    /// The appointments stand.
    Booked,
    /// Cancelled; the places are free again.
    Cancelled,
}

/// Why a hold was not turned into a booking. In every case: nothing was booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfirmRefusal {
    /// The hold does not exist, is over, or belongs to another permit.
    HoldOver,
    /// The registration does not exist in the campaign of the ticket.
    UnknownRegistration,
    /// Its contact is not verified.
    NotVerified,
    /// It has another number of persons than the hold has places.
    WrongParty,
    /// Person so-and-so (from 0) has a booked series already.
    PersonHasSeries {
        /// Index in the registration.
        person: usize,
    },
    /// A booking code was drawn that exists; draw again.
    CodeTaken,
}

/// A series to be cancelled.
#[derive(Clone, Debug)]
pub struct Cancel {
    /// Which.
    pub booking_code: String,
    /// The messages that leave with it.
    pub messages: Vec<NewMessage>,
    /// Now.
    pub now: Timestamp,
}

/// The messages of a booked series, once more.
#[derive(Clone, Debug)]
pub struct SendAgain {
    /// Sent twice, told once.
    pub attempt_key: AttemptKey,
    /// Which.
    pub booking_code: String,
    /// What leaves.
    pub messages: Vec<NewMessage>,
    /// Now.
    pub now: Timestamp,
}

/// A series to be moved.
#[derive(Clone, Debug)]
pub struct MoveSeries {
    /// Sent twice, done once.
    pub attempt_key: AttemptKey,
    /// Which.
    pub booking_code: String,
    /// Where to.
    pub to: SeriesSlotId,
    /// The messages that leave with it.
    pub messages: Vec<NewMessage>,
    /// Now.
    pub now: Timestamp,
}

/// Why a series was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesRefusal {
    /// There is no such booking code.
    UnknownCode,
    /// It is cancelled.
    Cancelled,
    /// The new place just went; the old one is kept.
    SlotJustWent,
    /// The new place does not exist or is for another vaccine.
    UnknownSlot,
}
