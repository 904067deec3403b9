//! The one door to the database: domain operations with their preconditions, no SQL anywhere else.
//!
//! [`Store`] lists the operations; [`sqlite`] is the engine of one machine, [`postgres`] that of several nodes. Every write is one
//! transaction together with whatever else has queued up (group commit), states its precondition in
//! SQL and checks the rows it touched. "Refused" (a rule said no) and "fault" (the database did) are
//! different types.

mod account_checks;
mod backup;
mod columns;
#[cfg(test)]
mod conformance;
mod database;
mod leader_claim;
mod model;
mod operations;
mod phone;
pub mod postgres;
mod pressure;
mod queue;
pub mod sqlite;
mod staff;
mod staff_checks;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use dran_core::ids::{CampaignId, CentreId, LineNo, RegistrationId, TicketId};
use dran_core::line::randomness::PublicValue;
use dran_core::supply::SeriesSlot;
use jiff::Timestamp;
use jiff::civil::Date;

pub use backup::{BackupError, BackupSummary};
pub use database::{Database, OpenError, Sides, UnknownDatabase};
pub use model::*;
pub use operations::OperationsStore;
pub use phone::PhoneStore;
pub use pressure::Monotonic;
pub use staff::StaffStore;

/// What an operation promises to become.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The database did not do what was asked; nothing was changed unless the variant says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The queue in front of the writer is full.
    #[error("the store's queue is full")]
    Busy,
    /// The engine refused or failed; whether the write happened is known: it did not.
    #[error("the store failed: {0}")]
    Failed(String),
    /// The connection went away after the write was sent; only its attempt key can tell.
    #[error("the store went away in the middle of a write")]
    Unknown,
    /// Another node leads, or none does; nothing was written.
    #[error("this node does not lead")]
    NotLeading,
}

/// Why an operation was not carried out: a rule refused it, or the database failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure<R> {
    /// A rule said no; the variant says which.
    #[error("refused")]
    Refused(R),
    /// The database did not answer as it should.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl<R> Failure<R> {
    /// The same with its refusal in other words.
    pub(crate) fn map<T>(self, words: impl FnOnce(R) -> T) -> Failure<T> {
        match self {
            Self::Refused(refusal) => Failure::Refused(words(refusal)),
            Self::Fault(fault) => Failure::Fault(fault),
        }
    }
}

/// How long commands waited before they were begun, since it was last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pressure {
    /// The mean wait in the batch that waited least. In a queue that keeps up some batch starts
    /// fresh; only one that stands makes every batch wait (CoDel, RFC 8289). The least wait of a
    /// single command would say nothing: whoever comes last into a batch never waits.
    pub least: Duration,
    /// The mean wait of all commands.
    pub mean: Duration,
    /// How many these are.
    pub commands: u32,
}

/// The domain operations of dran. All times are parameters; nothing here reads a clock.
pub trait Store: Send + Sync + 'static {
    // --- setting up -----------------------------------------------------------------------------

    /// Makes the region's centres known and gives each its number; known ones keep theirs.
    fn sync_centres(&self, centres: Vec<CentreId>) -> Answer<'_, Result<(), Fault>>;

    /// Creates a campaign with its pools, the sealed secret of its draw and the published commitment.
    /// Line numbers are given out by the store. The id must be new.
    fn create_campaign(&self, new: NewCampaign) -> Answer<'_, Result<StoredCampaign, Failure<CreateCampaignRefusal>>>;

    /// All campaigns with their lines, oldest first.
    fn campaigns(&self) -> Answer<'_, Result<Vec<StoredCampaign>, Fault>>;

    /// Brings the opening of a scheduled campaign forward or back, and names the round that belongs to
    /// it. Refused once N is frozen.
    fn set_opening(&self, opening: SetOpening) -> Answer<'_, Result<(), Failure<OpeningRefusal>>>;

    /// Freezes N per line, for all lines of the campaign at once. Refused before the opening, and if it
    /// was frozen before; the earlier N stands.
    fn freeze(&self, freeze: Freeze) -> Answer<'_, Result<(), Failure<OpeningRefusal>>>;

    /// Takes in the public value of a frozen campaign. The same text again changes nothing; another
    /// one is refused.
    fn record_public_value(
        &self,
        campaign: CampaignId,
        value: PublicValue,
    ) -> Answer<'_, Result<(), Failure<OpeningRefusal>>>;

    /// Records that the order is drawn, and makes the campaign open. Refused before N is frozen and,
    /// when the campaign has named a source, before the public value is there. Refused if it was drawn
    /// before; the earlier draw stands.
    fn record_draw(&self, campaign: CampaignId, drawn_at: Timestamp)
    -> Answer<'_, Result<(), Failure<OpeningRefusal>>>;

    /// Pauses, resumes or closes a campaign. Refused when the step does not fit how it stands.
    fn step(
        &self,
        campaign: CampaignId,
        step: CampaignStep,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Failure<StepRefusal>>>;

    /// Books deliveries in. A delivery with the same reference, centre and vaccine is known already
    /// and left as it is; the answer counts only new ones.
    fn add_deliveries(&self, deliveries: Vec<NewDelivery>) -> Answer<'_, Result<u64, Fault>>;

    /// What is delivered and what of it is already released, by lot.
    fn deliveries(&self) -> Answer<'_, Result<Vec<StoredDelivery>, Fault>>;

    /// Releases series slots with the doses behind them, all or nothing. Refused when a delivery has
    /// fewer doses left than the release wants of it. Slots with the same centre, vaccine, first and
    /// second start grow instead of doubling.
    fn release(&self, release: NewRelease) -> Answer<'_, Result<ReleaseSummary, Failure<ReleaseRefusal>>>;

    /// Every series slot with what is free now. One consistent snapshot.
    fn board(&self) -> Answer<'_, Result<Vec<SeriesSlot>, Fault>>;

    // --- the line -------------------------------------------------------------------------------

    /// Leases the next `count` ticket numbers of a line; nobody else ever gets them, even after a
    /// crash. Answers the first one.
    fn lease_tickets(&self, line: LineNo, count: u32) -> Answer<'_, Result<u32, Fault>>;

    /// Moves the called marks of lines forward, never back. A mark of a line that is not drawn yet, or
    /// beyond the tickets that it has given out, is a fault: there is nobody to call. What has moved is
    /// entered in the account.
    fn record_calls(&self, calls: Vec<(LineNo, u32)>, now: Timestamp) -> Answer<'_, Result<(), Fault>>;

    /// Gives a permit to a called ticket: a new one, the one it already has (same answer again), or
    /// a fresh one after the old expired. Refused when the campaign has `permits_max` active ones or
    /// the ticket has already booked.
    fn enter(&self, enter: Enter) -> Answer<'_, Result<Permit, Failure<EnterRefusal>>>;

    /// Prolongs an active permit and its hold to `expires_at`, at most `extensions_max` times.
    fn extend_permit(&self, extend: ExtendPermit) -> Answer<'_, Result<Permit, Failure<PermitRefusal>>>;

    /// Gives a permit back before its time; its hold is released.
    fn leave(&self, ticket: TicketId, now: Timestamp) -> Answer<'_, Result<(), Failure<PermitRefusal>>>;

    /// All permits that are or were, to fill the memory of a starting node.
    fn permits(&self) -> Answer<'_, Result<Vec<Permit>, Fault>>;

    /// Ends permits and holds whose time is over and gives their places back: the longest overdue
    /// first (by ticket, where they are as long) and at most a thousand, so that bookings do not wait
    /// behind it. Call again when it answered that many.
    fn expire(&self, now: Timestamp) -> Answer<'_, Result<Expired, Fault>>;

    // --- registration and booking ----------------------------------------------------------------

    /// Stores a registration with its verification message, once per attempt key: the same key with
    /// the same contents answers the same registration. With other contents it is another one: the
    /// visitor went back in the form and corrected something.
    fn register(&self, new: NewRegistration) -> Answer<'_, Result<RegistrationId, Failure<RegisterRefusal>>>;

    /// A registration with its persons.
    fn registration(&self, id: RegistrationId) -> Answer<'_, Result<Option<Registration>, Fault>>;

    /// Compares a verification code (by its hash). Each wrong try is counted; after
    /// `tries_max` the code is dead and a new one must be asked for.
    fn verify(&self, verify: Verify) -> Answer<'_, Result<(), Failure<VerifyRefusal>>>;

    /// Replaces the code of a registration that is not verified yet and queues its message; bounded
    /// by `sends_max` per registration.
    fn resend_code(&self, resend: ResendCode) -> Answer<'_, Result<(), Failure<ResendRefusal>>>;

    /// Holds the places of a proposal for a permit, all or none: one series slot per person (twice
    /// the same one for a couple side by side). Holding the same again answers the same hold;
    /// holding something else replaces the permit's hold, and only if the new places are there.
    fn hold(&self, hold: NewHold) -> Answer<'_, Result<Hold, Failure<HoldRefusal>>>;

    /// The hold of a permit, from its making until it is confirmed, replaced or swept.
    fn hold_of(&self, ticket: TicketId) -> Answer<'_, Result<Option<Hold>, Fault>>;

    /// Turns a hold into booked series, appointments and messages, and ends the permit. Once per
    /// ticket: the attempt key that booked answers the same booking, any other `HoldOver`.
    fn confirm(&self, confirm: Confirm) -> Answer<'_, Result<Booked, Failure<ConfirmRefusal>>>;

    /// What a ticket has booked, if anything.
    fn booked_by(&self, ticket: TicketId) -> Answer<'_, Result<Option<Booked>, Fault>>;

    /// The series of a booking code, cancelled ones included.
    fn series(&self, booking_code: String) -> Answer<'_, Result<Option<Series>, Fault>>;

    /// The booking codes of the series of everybody born on that day, cancelled ones included, the newest first: some
    /// hundred in a region of millions, of whom a code typed on a telephone picks one. No more than `limit`.
    fn booking_codes_born_on(&self, birth_date: Date, limit: u32) -> Answer<'_, Result<Vec<String>, Fault>>;

    /// Cancels a booked series: its places are free again, its messages leave with it. Cancelling a
    /// cancelled one answers as if it were done now.
    fn cancel(&self, cancel: Cancel) -> Answer<'_, Result<Series, Failure<SeriesRefusal>>>;

    /// Moves a booked series to another series slot of the same vaccine, both doses at once. Once
    /// per attempt key.
    fn move_series(&self, moved: MoveSeries) -> Answer<'_, Result<Series, Failure<SeriesRefusal>>>;

    /// Puts the messages of a booked series into the outbox once more. Refused once it is cancelled.
    fn send_again(&self, again: SendAgain) -> Answer<'_, Result<(), Failure<SeriesRefusal>>>;

    // --- coming back later ------------------------------------------------------------------------

    /// Puts a contact on a ticket in place of the one it had, with the message that carries its code;
    /// what has left to the ticket before counts on. The same contact again is a new code, or nothing
    /// if it is verified already. Of folded tickets one has the contact for all.
    fn leave_contact(&self, new: NewTicketContact) -> Answer<'_, Result<(), Failure<LeaveContactRefusal>>>;

    /// The contact of a ticket, or of the place it was folded into.
    fn ticket_contact(&self, ticket: TicketId) -> Answer<'_, Result<Option<TicketContact>, Fault>>;

    /// Compares a verification code (by its hash) and, where the contact claims a place for a person,
    /// folds the ticket into the place that has this claim already. Answers the tickets that stand
    /// there together; none if it is alone. A ticket that is inside or has booked is not folded.
    fn verify_contact(&self, verify: VerifyContact)
    -> Answer<'_, Result<Vec<TicketId>, Failure<VerifyContactRefusal>>>;

    /// Deletes the contact of a ticket, and the claim of its place. Whether there was one.
    fn withdraw_contact(&self, ticket: TicketId) -> Answer<'_, Result<bool, Fault>>;

    /// The tickets that stand together, place by place, to fill the memory of a starting node.
    fn folded_places(&self) -> Answer<'_, Result<Vec<Vec<TicketId>>, Fault>>;

    /// Verified contacts of these lines whose position is not known yet, at most `limit` of each.
    fn unplaced_contacts(&self, lines: Vec<LineNo>, limit: u32) -> Answer<'_, Result<Vec<TicketId>, Fault>>;

    /// Notes the positions of contacts, so that the line can be walked by them.
    fn place_contacts(&self, positions: Vec<(TicketId, u32)>) -> Answer<'_, Result<(), Fault>>;

    /// Notices that are due, the foremost first, at most `limit` of each line and kind.
    fn due_notices(&self, marks: Vec<NoticeMarks>, limit: u32) -> Answer<'_, Result<Vec<DueNotice>, Fault>>;

    /// Puts notices into the outbox and marks them as sent, in one transaction. What is marked already
    /// stays as it is and sends nothing. Answers how many messages left.
    fn send_notices(&self, notices: Vec<NewNotice>, now: Timestamp) -> Answer<'_, Result<u32, Fault>>;

    /// Deletes the contacts and claims of closed lines, and contacts whose code was never typed in
    /// before `unverified_before`; at most `limit` of each. Answers how many contacts went.
    fn forget_contacts(
        &self,
        closed: Vec<LineNo>,
        unverified_before: Timestamp,
        limit: u32,
    ) -> Answer<'_, Result<u32, Fault>>;

    // --- messages ---------------------------------------------------------------------------------

    /// Messages that are due, oldest first.
    fn due_messages(&self, now: Timestamp, limit: u32) -> Answer<'_, Result<Vec<Message>, Fault>>;

    /// Marks messages as sent, or as failed with the time of their next try.
    fn settle_messages(&self, outcomes: Vec<MessageOutcome>) -> Answer<'_, Result<(), Fault>>;

    /// The newest messages, newest first, for the demo's outbox page.
    fn recent_messages(&self, limit: u32) -> Answer<'_, Result<Vec<Message>, Fault>>;

    // --- the public account -------------------------------------------------------------------------

    /// Lines of the account from a number on. Campaigns created, drawn, called, paused, resumed and
    /// closed are entered by the operations that do so.
    fn account(&self, from: u32, limit: u32) -> Answer<'_, Result<Vec<AccountLine>, Fault>>;

    /// How long the account is, and the head of all of it.
    fn account_head(&self) -> Answer<'_, Result<AccountHead, Fault>>;

    // --- the day so far -----------------------------------------------------------------------------

    /// Keeps how the day stands, in place of what was kept for the same minutes and lines.
    fn keep_day(&self, day: KeptDay) -> Answer<'_, Result<(), Fault>>;

    /// What was kept: minutes from `since` on, and the last forecast of every line that has one.
    fn kept_day(&self, since: Timestamp) -> Answer<'_, Result<KeptDay, Fault>>;

    // --- several nodes ------------------------------------------------------------------------------

    /// Tries to take the lead, or to keep it: the term in which this node leads, none if another one does.
    /// Once asked, what only a leader does is [`Fault::NotLeading`] from this store unless it leads in the
    /// newest term, whatever it believes itself: freezing, drawing, calling, expiring, notices, keeping the
    /// day, telling. A store that was never asked (a command of the operator, a test) is not bound by it.
    fn lead(&self) -> Answer<'_, Result<Option<Term>, Fault>>;

    /// Tells all nodes how the lines stand, in place of what was told before.
    fn tell(&self, told: Vec<u8>) -> Answer<'_, Result<(), Fault>>;

    /// What this node mirrors, with who has booked after that booking (0 for all).
    fn shared(&self, booked_after: i64) -> Answer<'_, Result<Shared, Fault>>;

    /// The permits of these tickets, as far as they have or had one.
    fn permits_of(&self, tickets: Vec<TicketId>) -> Answer<'_, Result<Vec<Permit>, Fault>>;

    /// What the database's own clock says; none where it goes by this machine's.
    fn clock(&self) -> Answer<'_, Result<Option<Timestamp>, Fault>>;

    // --- times in which nobody books ------------------------------------------------------------------

    /// Lets bookings rest: from now on nodes take none. That they rest already is left as it is.
    fn begin_read_only(&self, now: Timestamp) -> Answer<'_, Result<(), Fault>>;

    /// Lets bookings go on, and gives the time since they rest back to whoever was inside: as
    /// [`Store::give_time_back`]. None if they did not rest.
    fn end_read_only(&self, now: Timestamp, expires_at_max: Timestamp) -> Answer<'_, Result<Option<u64>, Fault>>;

    /// Prolongs permits and holds that had not ended when nobody could book any more, by the time lost since. Time
    /// that was given back once is not given again. Answers how many permits were prolonged.
    fn give_time_back(&self, lost: LostTime) -> Answer<'_, Result<u64, Fault>>;

    // --- staff --------------------------------------------------------------------------------------

    /// The operations of staff accounts.
    fn staff(&self) -> &dyn StaffStore;

    // --- the phone door -----------------------------------------------------------------------------

    /// The operations of the phone door.
    fn phone(&self) -> &dyn PhoneStore;

    // --- the operations page --------------------------------------------------------------------------

    /// What operators do on the day.
    fn operations(&self) -> &dyn OperationsStore;

    // --- looking ----------------------------------------------------------------------------------

    /// Counts of the day.
    fn counts(&self) -> Answer<'_, Result<Counts, Fault>>;

    /// Checks every promise of the database against its rows.
    fn audit(&self, now: Timestamp) -> Answer<'_, Result<AuditReport, Fault>>;

    /// A number that changes whenever what [`Store::board`] answers may have changed.
    fn board_version(&self) -> u64;

    /// How long writes waited since this was last asked; one asker only. `None` when there were none,
    /// or when nothing measures.
    fn pressure(&self) -> Option<Pressure>;
}
