//! The phone door: call-backs, agents, people, and coming in beside the line.

mod agents;
pub(super) mod attempts;
mod callbacks;
mod entering;
mod people;

use dran_core::ids::{AttemptKey, CallbackId, CampaignId, LineNo, RegistrationId, StaffId, TicketId};
use dran_core::phone::{AgentState, PhoneNumber};
use dran_core::staff::log::Actor;
use jiff::Timestamp;
use jiff::civil::Date;

use super::PostgresStore;
use super::session::Tx;
use crate::{
    AddNoteRefusal, AgentDay, AgentNow, Answer, Callback, CallbackCounts, CallbackMarks, EnterByPhone,
    EnterByPhoneRefusal, Failure, Fault, FoundPeople, KeptJoin, NewCallback, NewNote, Note, NoteCallbackRefusal, Noted,
    Permit, PhoneStore, Search, SettleCallback, SettleRefusal,
};

pub(super) use agents::note_logged_out;
pub(super) use callbacks::end_of_booked;

impl PhoneStore for PostgresStore {
    fn keep_join(&self, attempt: AttemptKey, join: KeptJoin) -> Answer<'_, Result<KeptJoin, Fault>> {
        self.writer
            .write(async move |tx: &Tx| attempts::keep_join(tx, attempt, join).await)
    }

    fn note_callback(&self, new: NewCallback) -> Answer<'_, Result<Noted, Failure<NoteCallbackRefusal>>> {
        self.writer.write(async move |tx: &Tx| callbacks::note(tx, &new).await)
    }

    fn callback_of(&self, campaign: CampaignId, phone: PhoneNumber) -> Answer<'_, Result<Option<Callback>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| callbacks::of_number(tx, &campaign, &phone).await)
    }

    fn callback(&self, id: CallbackId) -> Answer<'_, Result<Option<Callback>, Fault>> {
        self.readers.read(async move |tx: &Tx| callbacks::get(tx, id).await)
    }

    fn withdraw_callback(&self, id: CallbackId, by: Option<Actor>, now: Timestamp) -> Answer<'_, Result<bool, Fault>> {
        self.writer
            .write(async move |tx: &Tx| callbacks::withdraw(tx, id, by, now).await)
    }

    fn unplaced_callbacks(
        &self,
        lines: Vec<LineNo>,
        limit: u32,
    ) -> Answer<'_, Result<Vec<(CallbackId, TicketId)>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| callbacks::unplaced(tx, &lines, limit).await)
    }

    fn place_callbacks(&self, positions: Vec<(CallbackId, u32)>) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(async move |tx: &Tx| callbacks::place(tx, &positions).await)
    }

    fn mark_callbacks_due(
        &self,
        marks: Vec<CallbackMarks>,
        limit: u32,
        now: Timestamp,
    ) -> Answer<'_, Result<u32, Fault>> {
        self.write_leading(async move |tx: &Tx| callbacks::mark_due(tx, &marks, limit, now).await)
    }

    fn claim_callback(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<Option<Callback>, Fault>> {
        self.writer
            .write(async move |tx: &Tx| callbacks::claim(tx, account, now).await)
    }

    fn keep_callback(&self, id: CallbackId, account: StaffId, now: Timestamp) -> Answer<'_, Result<bool, Fault>> {
        self.writer
            .write(async move |tx: &Tx| callbacks::keep(tx, id, account, now).await)
    }

    fn settle_callback(&self, settle: SettleCallback) -> Answer<'_, Result<Callback, Failure<SettleRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| callbacks::settle(tx, &settle).await)
    }

    fn callbacks_due(&self, now: Timestamp) -> Answer<'_, Result<u32, Fault>> {
        self.readers.read(async move |tx: &Tx| callbacks::due(tx, now).await)
    }

    fn callback_counts(&self, now: Timestamp) -> Answer<'_, Result<CallbackCounts, Fault>> {
        self.readers.read(async move |tx: &Tx| callbacks::counts(tx, now).await)
    }

    fn forget_callbacks(&self, closed: Vec<LineNo>, limit: u32) -> Answer<'_, Result<u32, Fault>> {
        self.write_leading(async move |tx: &Tx| callbacks::forget(tx, &closed, limit).await)
    }

    fn set_agent_state(
        &self,
        account: StaffId,
        state: AgentState,
        day: Date,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| agents::set(tx, account, state, day, now).await)
    }

    fn note_agent_seen(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| agents::note_seen(tx, account, now).await)
    }

    fn agents(&self, now: Timestamp) -> Answer<'_, Result<Vec<AgentNow>, Fault>> {
        self.readers.read(async move |tx: &Tx| agents::list(tx, now).await)
    }

    fn agent(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<Option<AgentNow>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| agents::of(tx, account, now).await)
    }

    fn note_agent_booking(&self, account: StaffId, ticket: TicketId, day: Date) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(async move |tx: &Tx| agents::note_booking(tx, account, ticket, day).await)
    }

    fn agent_day(&self, account: StaffId, day: Date) -> Answer<'_, Result<AgentDay, Fault>> {
        self.readers
            .read(async move |tx: &Tx| agents::day(tx, account, day).await)
    }

    fn add_note(&self, new: NewNote) -> Answer<'_, Result<Note, Failure<AddNoteRefusal>>> {
        self.writer.write(async move |tx: &Tx| people::add_note(tx, &new).await)
    }

    fn notes_of(&self, registration: RegistrationId) -> Answer<'_, Result<Vec<Note>, Fault>> {
        self.readers
            .read(async move |tx: &Tx| people::notes_of(tx, registration).await)
    }

    fn find_people(&self, search: Search) -> Answer<'_, Result<FoundPeople, Fault>> {
        self.readers.read(async move |tx: &Tx| people::find(tx, &search).await)
    }

    fn enter_by_phone(&self, enter: EnterByPhone) -> Answer<'_, Result<Permit, Failure<EnterByPhoneRefusal>>> {
        self.writer
            .write(async move |tx: &Tx| entering::enter(tx, &enter).await)
    }
}
