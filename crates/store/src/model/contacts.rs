//! Contacts on tickets, the notices that leave to them, and folded places.

use dran_core::ids::{Language, LineNo, Party, TicketId};
use jiff::Timestamp;

use super::messages::NewMessage;
use super::registration::{ContactRecord, NewCode};

/// A contact to be put on a ticket, not verified yet.
#[derive(Clone, Debug)]
pub struct NewTicketContact {
    /// The ticket.
    pub ticket: TicketId,
    /// For how many persons it stands.
    pub party: Party,
    /// Its year of birth, for the ticket in the message's link.
    pub birth_year: u16,
    /// When it was taken, likewise.
    pub joined_at: Timestamp,
    /// A mobile number or an e-mail address.
    pub contact: ContactRecord,
    /// The language of messages.
    pub language: Language,
    /// Keyed hash of line, party, contact and person, where one place per person is asked for.
    pub claim: Option<[u8; 32]>,
    /// The verification code and its message.
    pub code: NewCode,
    /// How many codes may be sent for one ticket.
    pub sends_max: u32,
    /// Now.
    pub now: Timestamp,
}

/// Why a ticket gets no contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveContactRefusal {
    /// No line has given out this ticket.
    UnknownTicket,
    /// The campaign is closed: there is nothing to tell any more.
    Closed,
    /// The ticket has booked.
    Done,
    /// As many codes as allowed were sent.
    TooMany,
}

/// The contact of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketContact {
    /// The ticket that it was left on; another one of the same place when places were folded.
    pub ticket: TicketId,
    /// A mobile number or an e-mail address.
    pub contact: ContactRecord,
    /// The language of messages.
    pub language: Language,
    /// Keyed hash of line, party, contact and person, if it was asked for.
    pub claim: Option<[u8; 32]>,
    /// When the contact was verified.
    pub verified_at: Option<Timestamp>,
    /// Until when the newest code is valid.
    pub code_valid_until: Timestamp,
    /// Codes sent so far.
    pub codes_sent: u32,
    /// When the message before the turn left, or was needless.
    pub soon_at: Option<Timestamp>,
    /// When the message at the call left, or was needless.
    pub call_at: Option<Timestamp>,
}

/// A code typed in for a ticket's contact.
#[derive(Clone, Copy, Debug)]
pub struct VerifyContact {
    /// The ticket.
    pub ticket: TicketId,
    /// Keyed hash of what was typed.
    pub code_hash: [u8; 32],
    /// How many wrong tries a code survives.
    pub tries_max: u32,
    /// Now.
    pub now: Timestamp,
}

/// Why a contact is not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyContactRefusal {
    /// The ticket has no contact.
    NoContact,
    /// Wrong; so many tries are left (0: ask for a new code).
    Wrong {
        /// Tries left with this code.
        tries_left: u32,
    },
    /// Its time is over; ask for a new one.
    Expired,
}

/// How far the notices of a line may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeMarks {
    /// The line.
    pub line: LineNo,
    /// Positions below it are called.
    pub called: u32,
    /// Positions below it come to their turn within the lead time; not below `called`.
    pub soon: u32,
    /// Parties above it find nothing to book and are not told to come.
    pub party_max: u8,
}

/// Which of the two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// Before the turn.
    Soon,
    /// At the call.
    Call,
}

/// A notice that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueNotice {
    /// Which message.
    pub kind: NoticeKind,
    /// The ticket that the contact was left on.
    pub ticket: TicketId,
    /// For how many persons it stands.
    pub party: Party,
    /// Its year of birth, to spell the ticket.
    pub birth_year: u16,
    /// When it was taken, likewise.
    pub joined_at: Timestamp,
    /// The position of its place.
    pub position: u32,
    /// Where the message goes.
    pub contact: ContactRecord,
    /// Its language.
    pub language: Language,
}

/// A notice that leaves now, or is needless and only marked as done.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// The ticket of the due notice.
    pub ticket: TicketId,
    /// Which message.
    pub kind: NoticeKind,
    /// None if it is needless: the holder is inside already.
    pub message: Option<NewMessage>,
}
