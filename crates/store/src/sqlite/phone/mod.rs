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

use super::SqliteStore;
use crate::{
    AddNoteRefusal, AgentDay, AgentNow, Answer, Callback, CallbackCounts, CallbackMarks, EnterByPhone,
    EnterByPhoneRefusal, Failure, Fault, FoundPeople, KeptJoin, NewCallback, NewNote, Note, NoteCallbackRefusal, Noted,
    Permit, PhoneStore, Search, SettleCallback, SettleRefusal,
};

pub(super) use agents::note_logged_out;
pub(super) use callbacks::end_of_booked;

impl PhoneStore for SqliteStore {
    fn keep_join(&self, attempt: AttemptKey, join: KeptJoin) -> Answer<'_, Result<KeptJoin, Fault>> {
        self.writer.write(move |tx| attempts::keep_join(tx, attempt, join))
    }

    fn note_callback(&self, new: NewCallback) -> Answer<'_, Result<Noted, Failure<NoteCallbackRefusal>>> {
        self.writer.write(move |tx| callbacks::note(tx, &new))
    }

    fn callback_of(&self, campaign: CampaignId, phone: PhoneNumber) -> Answer<'_, Result<Option<Callback>, Fault>> {
        self.readers
            .read(move |connection| callbacks::of_number(connection, &campaign, &phone))
    }

    fn callback(&self, id: CallbackId) -> Answer<'_, Result<Option<Callback>, Fault>> {
        self.readers.read(move |connection| callbacks::get(connection, id))
    }

    fn withdraw_callback(&self, id: CallbackId, by: Option<Actor>, now: Timestamp) -> Answer<'_, Result<bool, Fault>> {
        self.writer.write(move |tx| callbacks::withdraw(tx, id, by, now))
    }

    fn unplaced_callbacks(
        &self,
        lines: Vec<LineNo>,
        limit: u32,
    ) -> Answer<'_, Result<Vec<(CallbackId, TicketId)>, Fault>> {
        self.readers
            .read(move |connection| callbacks::unplaced(connection, &lines, limit))
    }

    fn place_callbacks(&self, positions: Vec<(CallbackId, u32)>) -> Answer<'_, Result<(), Fault>> {
        self.write_leading(move |tx| callbacks::place(tx, &positions))
    }

    fn mark_callbacks_due(
        &self,
        marks: Vec<CallbackMarks>,
        limit: u32,
        now: Timestamp,
    ) -> Answer<'_, Result<u32, Fault>> {
        self.write_leading(move |tx| callbacks::mark_due(tx, &marks, limit, now))
    }

    fn claim_callback(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<Option<Callback>, Fault>> {
        self.writer.write(move |tx| callbacks::claim(tx, account, now))
    }

    fn keep_callback(&self, id: CallbackId, account: StaffId, now: Timestamp) -> Answer<'_, Result<bool, Fault>> {
        self.writer.write(move |tx| callbacks::keep(tx, id, account, now))
    }

    fn settle_callback(&self, settle: SettleCallback) -> Answer<'_, Result<Callback, Failure<SettleRefusal>>> {
        self.writer.write(move |tx| callbacks::settle(tx, &settle))
    }

    fn callbacks_due(&self, now: Timestamp) -> Answer<'_, Result<u32, Fault>> {
        self.readers.read(move |connection| callbacks::due(connection, now))
    }

    fn callback_counts(&self, now: Timestamp) -> Answer<'_, Result<CallbackCounts, Fault>> {
        self.readers.read(move |connection| callbacks::counts(connection, now))
    }

    fn forget_callbacks(&self, closed: Vec<LineNo>, limit: u32) -> Answer<'_, Result<u32, Fault>> {
        self.write_leading(move |tx| callbacks::forget(tx, &closed, limit))
    }

    fn set_agent_state(
        &self,
        account: StaffId,
        state: AgentState,
        day: Date,
        now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| agents::set(tx, account, state, day, now))
    }

    fn note_agent_seen(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| agents::note_seen(tx, account, now))
    }

    fn agents(&self, now: Timestamp) -> Answer<'_, Result<Vec<AgentNow>, Fault>> {
        self.readers.read(move |connection| agents::list(connection, now))
    }

    fn agent(&self, account: StaffId, now: Timestamp) -> Answer<'_, Result<Option<AgentNow>, Fault>> {
        self.readers
            .read(move |connection| agents::get(connection, account, now))
    }

    fn note_agent_booking(&self, account: StaffId, ticket: TicketId, day: Date) -> Answer<'_, Result<(), Fault>> {
        self.writer
            .write(move |tx| agents::note_booking(tx, account, ticket, day))
    }

    fn agent_day(&self, account: StaffId, day: Date) -> Answer<'_, Result<AgentDay, Fault>> {
        self.readers
            .read(move |connection| agents::day(connection, account, day))
    }

    fn add_note(&self, new: NewNote) -> Answer<'_, Result<Note, Failure<AddNoteRefusal>>> {
        self.writer.write(move |tx| people::add_note(tx, &new))
    }

    fn notes_of(&self, registration: RegistrationId) -> Answer<'_, Result<Vec<Note>, Fault>> {
        self.readers
            .read(move |connection| people::notes_of(connection, registration))
    }

    fn find_people(&self, search: Search) -> Answer<'_, Result<FoundPeople, Fault>> {
        self.readers.read(move |connection| people::find(connection, &search))
    }

    fn enter_by_phone(&self, enter: EnterByPhone) -> Answer<'_, Result<Permit, Failure<EnterByPhoneRefusal>>> {
        self.writer.write(move |tx| entering::enter(tx, &enter))
    }
}
