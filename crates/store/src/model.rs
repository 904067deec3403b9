//! What goes into the store's operations and what comes out.

use dran_core::campaign::{Campaign, CampaignState};
use dran_core::ids::{
    AttemptKey, CampaignId, CentreId, DeliveryId, DistrictId, GroupId, HoldId, Language, LineNo, MessageId, Party,
    RegistrationId, SeriesSlotId, TicketId, VaccineId,
};
use jiff::Timestamp;
use jiff::civil::Date;

// --- campaigns ------------------------------------------------------------------------------------

/// A campaign to be created. `campaign.pools[..].line` is ignored: the store numbers the lines.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    /// The campaign.
    pub campaign: Campaign,
    /// The secret of the draw, 32 random bytes; revealed at the opening.
    pub draw_secret: [u8; 32],
    /// SHA-256 commitment to it, published from now on.
    pub draw_commitment: [u8; 32],
    /// When the commitment was made.
    pub committed_at: Timestamp,
}

/// A campaign as the store knows it.
#[derive(Clone, Debug)]
pub struct StoredCampaign {
    /// The campaign with its line numbers.
    pub campaign: Campaign,
    /// Where it stands.
    pub state: CampaignState,
    /// The secret of the draw; not to be shown before `drawn_at` is set.
    pub draw_secret: [u8; 32],
    /// The published commitment.
    pub draw_commitment: [u8; 32],
    /// When it was published.
    pub committed_at: Timestamp,
    /// When the order was drawn.
    pub drawn_at: Option<Timestamp>,
    /// Active permits, by the store's own count.
    pub permits_active: u32,
    /// Per line: its marks, in the order of `campaign.pools`.
    pub lines: Vec<StoredLine>,
}

/// The marks of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredLine {
    /// Its number.
    pub line: LineNo,
    /// The next ticket number that has not been leased.
    pub next_number: u32,
    /// How many tickets took part in the draw, once drawn.
    pub drawn_n: Option<u32>,
    /// How many positions have been called.
    pub called: u32,
}

/// Why a campaign cannot be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateCampaignRefusal {
    /// There is one of that name.
    NameTaken,
    /// The deployment has no line numbers left (4,095).
    NoLinesLeft,
    /// A centre is not known to the store.
    UnknownCentre(CentreId),
}

/// Why an opening cannot be set or drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningRefusal {
    /// There is no such campaign.
    UnknownCampaign,
    /// Its order is drawn already.
    AlreadyDrawn,
}

/// The result of an opening.
#[derive(Clone, Debug)]
pub struct RecordDraw {
    /// The campaign.
    pub campaign: CampaignId,
    /// When it was drawn.
    pub drawn_at: Timestamp,
    /// N per line.
    pub counts: Vec<(LineNo, u32)>,
}

// --- supply ---------------------------------------------------------------------------------------

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

// --- permits --------------------------------------------------------------------------------------

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

// --- registration ---------------------------------------------------------------------------------

/// A person as the store keeps it (`Person`). Parsed and normalised by `core` before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRecord {
    /// Given names; may be empty for people with one name.
    pub given_name: String,
    /// Family name; may be empty for people with one name.
    pub family_name: String,
    /// Date of birth.
    pub birth_date: Date,
    /// `f`, `m`, `d` or `x` (not told).
    pub sex: char,
    /// Postcode of residence.
    pub postcode: String,
    /// District of residence.
    pub district: DistrictId,
    /// The priority group claimed.
    pub group: GroupId,
    /// Keyed hash of what makes a person the same person; unique among booked series.
    pub person_key: [u8; 32],
}

/// How a registration is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactRecord {
    /// A mobile number in E.164 form.
    Sms(String),
    /// An e-mail address.
    Email(String),
    /// Neither: a letter to this street and town; postcode is the first person's.
    Letter {
        /// Street and number.
        street: String,
        /// Town.
        town: String,
    },
}

/// A registration to be stored.
#[derive(Clone, Debug)]
pub struct NewRegistration {
    /// Sent twice, done once.
    pub attempt_key: AttemptKey,
    /// The campaign it is for.
    pub campaign: CampaignId,
    /// One or two persons.
    pub persons: Vec<PersonRecord>,
    /// How to reach them.
    pub contact: ContactRecord,
    /// The language of messages.
    pub language: Language,
    /// The hashed verification code and its message; none for letters, which are verified at once.
    pub code: Option<NewCode>,
    /// Now.
    pub now: Timestamp,
}

/// A verification code on its way.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// Keyed hash of the code.
    pub hash: [u8; 32],
    /// Until when it is valid.
    pub valid_until: Timestamp,
    /// The message that carries it.
    pub message: NewMessage,
}

/// A registration (`Registrierung`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its identity.
    pub id: RegistrationId,
    /// The campaign it is for.
    pub campaign: CampaignId,
    /// One or two persons.
    pub persons: Vec<PersonRecord>,
    /// How to reach them.
    pub contact: ContactRecord,
    /// The language of messages.
    pub language: Language,
    /// When the contact was verified.
    pub verified_at: Option<Timestamp>,
    /// Wrong tries at the current code.
    pub code_tries: u32,
    /// Codes sent so far.
    pub codes_sent: u32,
}

/// Why a registration was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterRefusal {
    /// There is no such campaign.
    UnknownCampaign,
}

/// A code typed in.
#[derive(Clone, Copy, Debug)]
pub struct Verify {
    /// The registration.
    pub registration: RegistrationId,
    /// Keyed hash of what was typed.
    pub code_hash: [u8; 32],
    /// How many wrong tries a code survives.
    pub tries_max: u32,
    /// Now.
    pub now: Timestamp,
}

/// Why a code was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyRefusal {
    /// There is no such registration.
    UnknownRegistration,
    /// Wrong; so many tries are left (0: ask for a new code).
    Wrong {
        /// Tries left with this code.
        tries_left: u32,
    },
    /// Its time is over; ask for a new one.
    Expired,
}

/// A new code is asked for, to the same contact or a corrected one.
#[derive(Clone, Debug)]
pub struct ResendCode {
    /// The registration.
    pub registration: RegistrationId,
    /// The contact, if it was mistyped before.
    pub contact: Option<ContactRecord>,
    /// The new code; none if the contact is now a letter.
    pub code: Option<NewCode>,
    /// How many codes one registration may be sent.
    pub sends_max: u32,
    /// Now.
    pub now: Timestamp,
}

/// Why no new code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResendRefusal {
    /// There is no such registration.
    UnknownRegistration,
    /// It is verified already.
    AlreadyVerified,
    /// As many codes as allowed were sent.
    TooMany,
}

// --- holds and bookings ---------------------------------------------------------------------------

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

// --- messages -------------------------------------------------------------------------------------

/// The road a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// To a mobile number.
    Sms,
    /// To an e-mail address.
    Email,
    /// Printed and posted.
    Letter,
}

/// What a message is about; the audit counts by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// A verification code.
    Code,
    /// A confirmed booking.
    Confirmation,
    /// A cancelled one.
    Cancellation,
    /// A moved one.
    Move,
}

/// A message to be put into the outbox together with what caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The road.
    pub channel: Channel,
    /// What it is about.
    pub kind: MessageKind,
    /// The booking codes it confirms or changes; empty for a verification code.
    pub booking_codes: Vec<String>,
    /// Number, address, or postal address lines.
    pub recipient: String,
    /// Language of the text.
    pub language: Language,
    /// Subject; empty for SMS.
    pub subject: String,
    /// The text.
    pub body: String,
    /// An iCalendar object to attach.
    pub calendar: Option<String>,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its identity; the e-mail's Message-ID is made of it, so that a message sent twice is known.
    pub id: MessageId,
    /// What is to be sent.
    pub message: NewMessage,
    /// When it was put in.
    pub created_at: Timestamp,
    /// Tries so far.
    pub tries: u32,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageOutcome {
    /// Which.
    pub id: MessageId,
    /// Sent, or failed with the next try.
    pub result: MessageResult,
}

/// How a try to send ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageResult {
    /// The gateway took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It did not; try again.
    Failed {
        /// When to try again.
        next_try_at: Timestamp,
        /// The gateway's word, without the recipient.
        reason: String,
    },
    /// It never will (bad address, too many tries); kept for the operator.
    GivenUp {
        /// The gateway's word, without the recipient.
        reason: String,
    },
}

// --- looking --------------------------------------------------------------------------------------

/// Counts of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Series that were released.
    pub series_released: u64,
    /// Series nobody holds or has booked.
    pub series_free: u64,
    /// Series held right now.
    pub series_held: u64,
    /// Series booked.
    pub series_booked: u64,
    /// Series cancelled.
    pub series_cancelled: u64,
    /// Active permits.
    pub permits_active: u64,
    /// Messages waiting to be sent.
    pub messages_waiting: u64,
    /// Messages sent.
    pub messages_sent: u64,
}

/// The answer of `dran audit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// One entry per promise.
    pub checks: Vec<AuditCheck>,
}

impl AuditReport {
    /// Whether every promise holds.
    pub fn ok(&self) -> bool {
        self.checks.iter().all(|check| check.violations.is_empty())
    }
}

/// One promise, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCheck {
    /// Stable name: `no_slot_above_capacity`.
    pub name: &'static str,
    /// How many rows were looked at.
    pub rows: u64,
    /// The offending rows, in words, without personal data.
    pub violations: Vec<String>,
}
