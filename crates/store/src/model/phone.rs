//! The phone door: call-backs, what agents are doing, notes, and looking people up.

use std::time::Duration;

use dran_core::ids::{
    CallbackId, CampaignId, CentreId, Language, LineNo, NoteId, Party, RegistrationId, StaffId, TicketId, VaccineId,
};
use dran_core::line::ticket::Ticket;
use dran_core::phone::{AgentState, CallbackState, PhoneNumber, Settled};
use dran_core::staff::StaffName;
use dran_core::staff::log::Actor;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::booking::SeriesState;
use super::registration::{ContactRecord, PersonRecord};

/// How many persons a search shows at most.
pub const FOUND_MAX: usize = 20;
/// How long a note may be, in characters.
pub const NOTE_CHARS_MAX: usize = 2_000;

/// A call-back to be promised.
#[derive(Clone, Debug)]
pub struct NewCallback {
    /// The ticket that is to be called.
    pub ticket: TicketId,
    /// For how many persons it stands.
    pub party: Party,
    /// Its year of birth, to spell the ticket.
    pub birth_year: u16,
    /// When it was taken, likewise.
    pub joined_at: Timestamp,
    /// Whom to ring.
    pub phone: PhoneNumber,
    /// The language that was spoken.
    pub language: Language,
    /// Where the person lives, if it was asked.
    pub postcode: Option<String>,
    /// The agent who promises it; none if the telephone system does.
    pub by: Option<Actor>,
    /// Now.
    pub now: Timestamp,
}

/// Why no call-back was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteCallbackRefusal {
    /// No line has given out this ticket.
    UnknownTicket,
    /// The campaign is closed: nobody will be called.
    Closed,
    /// The ticket has booked.
    Done,
}

/// A call-back as it stands after somebody rang.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The one open call-back of the number; its ticket is the caller's, whichever was brought along.
    pub callback: Callback,
    /// Whether it is new: a redial makes nothing.
    pub made: bool,
}

/// A call-back (`Rückruf`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Its identity.
    pub id: CallbackId,
    /// The campaign it is for.
    pub campaign: CampaignId,
    /// The ticket that is to be called.
    pub ticket: TicketId,
    /// For how many persons it stands.
    pub party: Party,
    /// Its year of birth.
    pub birth_year: u16,
    /// When the ticket was taken.
    pub joined_at: Timestamp,
    /// Whom to ring.
    pub phone: PhoneNumber,
    /// The language that was spoken.
    pub language: Language,
    /// Where the person lives, if it was asked.
    pub postcode: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub state: CallbackState,
    /// The position of its place, once drawn.
    pub position: Option<u32>,
    /// When the line had reached it.
    pub called_at: Option<Timestamp>,
    /// When it is to be made; set while it is due or claimed.
    pub due_at: Option<Timestamp>,
    /// Tries that reached nobody.
    pub tries: u32,
    /// The agent who is at it, and since when or with what act last.
    pub claimed: Option<(StaffId, Timestamp)>,
    /// How it was settled last.
    pub settled: Option<Settled>,
    /// The agent who settled it; none if the caller or a booking did.
    pub settled_by: Option<StaffId>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Callback {
    /// The ticket, whole: it can be sealed, spoken and shown.
    pub fn whole_ticket(&self) -> Ticket {
        Ticket {
            id: self.ticket,
            party: self.party,
            birth_year: self.birth_year,
            joined_at: self.joined_at,
        }
    }
}

/// How far the call-backs of a line may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallbackMarks {
    /// The line.
    pub line: LineNo,
    /// Positions below it are called.
    pub called: u32,
    /// Parties above it find nothing to book and are not rung up.
    pub party_max: u8,
}

/// A call-back that is settled by the agent who has it.
#[derive(Clone, Copy, Debug)]
pub struct SettleCallback {
    /// Which.
    pub id: CallbackId,
    /// Who has claimed it.
    pub account: StaffId,
    /// How it went.
    pub settled: Settled,
    /// Now.
    pub now: Timestamp,
}

/// Why a call-back was not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettleRefusal {
    /// There is no such call-back.
    UnknownCallback,
    /// The claim is over: another agent has it, or will.
    NotClaimed,
}

/// How many call-backs there are to be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallbackCounts {
    /// Whose turn has not come.
    pub waiting: u32,
    /// To be made now.
    pub due: u32,
    /// To be made later, because nobody was reached.
    pub later: u32,
    /// That an agent is at.
    pub claimed: u32,
    /// Since when the longest due one waits.
    pub due_since: Option<Timestamp>,
}

/// What an agent is doing now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentNow {
    /// The account.
    pub account: StaffId,
    /// Its name.
    pub name: StaffName,
    /// What the agent is doing, silence and logging out taken into account.
    pub state: AgentState,
    /// Since when the agent says so.
    pub since: Timestamp,
    /// When the agent was last heard of.
    pub seen: Timestamp,
}

/// The figures of an agent's day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgentDay {
    /// Calls taken or made.
    pub calls: u32,
    /// Bookings that were confirmed; a couple is one.
    pub bookings: u32,
    /// Time on the line.
    pub talked: Duration,
}

/// A note to be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct NewNote {
    /// About whom.
    pub registration: RegistrationId,
    /// Who writes it.
    pub account: StaffId,
    /// At most [`NOTE_CHARS_MAX`] characters.
    pub text: String,
    /// Now.
    pub now: Timestamp,
}

impl std::fmt::Debug for NewNote {
    /// Leaves the text out: it must not get into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewNote({})", self.registration)
    }
}

/// Why a note was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddNoteRefusal {
    /// There is no such registration.
    UnknownRegistration,
}

/// What an agent wrote about a registration (`Notiz`).
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// Its number.
    pub id: NoteId,
    /// About whom.
    pub registration: RegistrationId,
    /// Who wrote it.
    pub account: StaffId,
    /// The writer's name.
    pub name: StaffName,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

impl std::fmt::Debug for Note {
    /// Leaves the text out: it must not get into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Note({})", self.id)
    }
}

/// What an agent looks for.
#[derive(Clone, PartialEq, Eq)]
pub enum Search {
    /// A person by family name, however it is typed, and date of birth.
    Name {
        /// Family name; of people with one name, that one.
        family_name: String,
        /// Date of birth.
        birth_date: Date,
    },
    /// Whoever is reached at this number.
    Phone(PhoneNumber),
    /// The appointments of a booking code, in its kept form.
    Code(String),
    /// The booking of a receipt, in its kept form.
    Receipt(String),
}

impl std::fmt::Debug for Search {
    /// Leaves out what is looked for: it must not get into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Name { .. } => "Search::Name",
            Self::Phone(_) => "Search::Phone",
            Self::Code(_) => "Search::Code",
            Self::Receipt(_) => "Search::Receipt",
        })
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundPeople {
    /// Persons, the newest registration first; at most [`FOUND_MAX`].
    pub people: Vec<FoundPerson>,
    /// The newest call-back of the number in each campaign, for a search by phone.
    pub callbacks: Vec<Callback>,
    /// Whether there are more.
    pub more: bool,
}

/// A person that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPerson {
    /// The registration.
    pub registration: RegistrationId,
    /// The campaign it is for.
    pub campaign: CampaignId,
    /// Which of its persons, from 0.
    pub person_no: usize,
    /// The person.
    pub person: PersonRecord,
    /// How the person is reached.
    pub contact: ContactRecord,
    /// The language of messages.
    pub language: Language,
    /// When the contact was verified.
    pub verified_at: Option<Timestamp>,
    /// The appointments, booked or cancelled; none if there never were any.
    pub series: Option<FoundSeries>,
}

/// The appointments of a person that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSeries {
    /// The number of the row, as the audit log names it.
    pub id: i64,
    /// The booking code.
    pub booking_code: String,
    /// The receipt of the booking.
    pub receipt: String,
    /// Whether it stands.
    pub state: SeriesState,
    /// The centre.
    pub centre: CentreId,
    /// The vaccine.
    pub vaccine: VaccineId,
    /// Starts of the appointments, first dose first.
    pub starts: Vec<Timestamp>,
}

/// How long the attempt of a form is remembered. Nobody sends a form again on the next day.
pub(crate) const ATTEMPTS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A ticket that an attempt has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptJoin {
    /// The ticket.
    pub ticket: TicketId,
    /// When it was taken.
    pub joined_at: Timestamp,
}

/// Somebody whom an agent has on the line wants to come in beside the line.
#[derive(Clone, Copy, Debug)]
pub struct EnterByPhone {
    /// The permit that is asked for, as of a called ticket.
    pub enter: super::permits::Enter,
    /// The agent.
    pub account: StaffId,
}

/// Why somebody was not let in beside the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnterByPhoneRefusal {
    /// The campaign has one line for all doors.
    OneLine,
    /// As of a called ticket.
    Enter(super::permits::EnterRefusal),
}
