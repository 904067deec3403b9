//! The operations of the phone door. What an agent sees or changes of a person is a line of the audit log in the same
//! transaction, where the operation says so.

use dran_core::ids::{AttemptKey, CallbackId, CampaignId, LineNo, RegistrationId, StaffId, TicketId};
use dran_core::phone::{AgentState, PhoneNumber};
use dran_core::staff::log::Actor;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{
    AddNoteRefusal, AgentDay, AgentNow, Answer, Callback, CallbackCounts, CallbackMarks, EnterByPhone,
    EnterByPhoneRefusal, Failure, Fault, FoundPeople, KeptJoin, NewCallback, NewNote, Note, NoteCallbackRefusal, Noted,
    Permit, Search, SettleCallback, SettleRefusal,
};

/// The operations of the phone door. All times are parameters; nothing here reads a clock.
pub trait PhoneStore: Send + Sync {
    // --- joining ------------------------------------------------------------------------------------

    /// Keeps the ticket that an attempt has taken. Where one is kept already, on whatever node, that one is answered,
    /// and the other stays a gap.
    fn keep_join(&self, attempt: AttemptKey, join: KeptJoin) -> Answer<'_, Result<KeptJoin, Fault>>;

    // --- call-backs ---------------------------------------------------------------------------------

    /// Promises a call-back, one per campaign and number: where one is open, that one is answered and nothing is
    /// made; where the newest was given up or not wanted, it is open again with the ticket that it had. Logged if an
    /// agent does it.
    fn note_callback(&self, new: NewCallback) -> Answer<'_, Result<Noted, Failure<NoteCallbackRefusal>>>;

    /// The newest call-back of a number in a campaign, whatever its state.
    fn callback_of(&self, campaign: CampaignId, phone: PhoneNumber) -> Answer<'_, Result<Option<Callback>, Fault>>;

    /// The call-back of that number.
    fn callback(&self, id: CallbackId) -> Answer<'_, Result<Option<Callback>, Fault>>;

    /// Ends an open call-back that is not wanted any more, by the caller or by an agent (then it is logged). Whether
    /// there was one to end.
    fn withdraw_callback(&self, id: CallbackId, by: Option<Actor>, now: Timestamp) -> Answer<'_, Result<bool, Fault>>;

    /// Open call-backs of these lines whose position is not known yet, at most `limit` of each.
    fn unplaced_callbacks(
        &self,
        lines: Vec<LineNo>,
        limit: u32,
    ) -> Answer<'_, Result<Vec<(CallbackId, TicketId)>, Fault>>;

    /// Notes the positions of call-backs, so that the line can be walked by them.
    fn place_callbacks(&self, positions: Vec<(CallbackId, u32)>) -> Answer<'_, Result<(), Fault>>;

    /// Makes call-backs due whose position is called, at most `limit` of each line, the foremost first; and those
    /// whose claim has run out are due again. A mark beyond what the line has called marks nothing beyond it. Answers
    /// how many are due that were not.
    fn mark_callbacks_due(
        &self,
        marks: Vec<CallbackMarks>,
        limit: u32,
        now: Timestamp,
    ) -> Answer<'_, Result<u32, Fault>>;

    /// Gives the first due call-back to an agent and to nobody else. Who has one already gets it again. None if none
    /// is due. Logged.
    fn claim_callback(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<Option<Callback>, Fault>>;

    /// Notes that an agent is still at a claimed call-back. Whether it is still this agent's.
    fn keep_callback(&self, id: CallbackId, account: StaffId, now: Timestamp) -> Answer<'_, Result<bool, Fault>>;

    /// Settles a claimed call-back. Sent twice, done once: the same outcome of the same agent again answers how it
    /// stands. A booking of its ticket has settled it already, which `Booked` agrees to. Logged.
    fn settle_callback(&self, settle: SettleCallback) -> Answer<'_, Result<Callback, Failure<SettleRefusal>>>;

    /// How many call-backs are to be made now; unlike [`Self::callback_counts`] it does not walk those that wait.
    fn callbacks_due(&self, now: Timestamp) -> Answer<'_, Result<u32, Fault>>;

    /// How many call-backs there are.
    fn callback_counts(&self, now: Timestamp) -> Answer<'_, Result<CallbackCounts, Fault>>;

    /// Deletes the call-backs of closed lines, at most `limit` of each. Answers how many.
    fn forget_callbacks(&self, closed: Vec<LineNo>, limit: u32) -> Answer<'_, Result<u32, Fault>>;

    // --- agents -------------------------------------------------------------------------------------

    /// Notes what an agent is doing from now on, and counts calls and time on the line for `day`. The same state
    /// again only says that the agent is there.
    fn set_agent_state(
        &self,
        account: StaffId,
        state: AgentState,
        day: Date,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>>;

    /// Notes that an agent is there, whatever the state.
    fn note_agent_seen(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<(), Fault>>;

    /// What every agent is doing who ever said so, by name.
    fn agents(&self, now: Timestamp) -> Answer<'_, Result<Vec<AgentNow>, Fault>>;

    /// What one agent is doing, who ever said so.
    fn agent(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<Option<AgentNow>, Fault>>;

    /// Notes that an agent has made the booking of a ticket: once for a ticket, by the first.
    fn note_agent_booking(&self, account: StaffId, ticket: TicketId, day: Date) -> Answer<'_, Result<(), Fault>>;

    /// The figures of an agent's day.
    fn agent_day(&self, account: StaffId, day: Date) -> Answer<'_, Result<AgentDay, Fault>>;

    // --- people -------------------------------------------------------------------------------------

    /// Keeps a note. Logged.
    fn add_note(&self, new: NewNote) -> Answer<'_, Result<Note, Failure<AddNoteRefusal>>>;

    /// The notes about a registration, oldest first.
    fn notes_of(&self, registration: RegistrationId) -> Answer<'_, Result<Vec<Note>, Fault>>;

    /// Looks people up. The caller logs what it shows.
    fn find_people(&self, search: Search) -> Answer<'_, Result<FoundPeople, Fault>>;

    // --- coming in beside the line --------------------------------------------------------------------

    /// Gives a permit to a ticket that is not called, where the campaign's policy is first-come: on the conditions of
    /// [`crate::Store::enter`], with a line of the public account and one of the audit log. A ticket that has an
    /// active permit gets the same answer again, and no second line.
    fn enter_by_phone(&self, enter: EnterByPhone) -> Answer<'_, Result<Permit, Failure<EnterByPhoneRefusal>>>;
}
