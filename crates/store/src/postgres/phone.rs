//! The phone door.

use dran_core::ids::{CallbackId, CampaignId, LineNo, RegistrationId, StaffId, TicketId};
use dran_core::phone::{AgentState, PhoneNumber};
use dran_core::staff::log::Actor;
use jiff::Timestamp;
use jiff::civil::Date;

use super::PostgresStore;
use crate::{
    AddNoteRefusal, AgentDay, AgentNow, Answer, Callback, CallbackCounts, CallbackMarks, EnterByPhone,
    EnterByPhoneRefusal, Failure, Fault, FoundPeople, NewCallback, NewNote, Note, NoteCallbackRefusal, Noted, Permit,
    PhoneStore, Search, SettleCallback, SettleRefusal,
};

impl PhoneStore for PostgresStore {
    fn note_callback(&self, _new: NewCallback) -> Answer<'_, Result<Noted, Failure<NoteCallbackRefusal>>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn callback_of(&self, _campaign: CampaignId, _phone: PhoneNumber) -> Answer<'_, Result<Option<Callback>, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn callback(&self, _id: CallbackId) -> Answer<'_, Result<Option<Callback>, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn withdraw_callback(
        &self,
        _id: CallbackId,
        _by: Option<Actor>,
        _now: Timestamp,
    ) -> Answer<'_, Result<bool, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn unplaced_callbacks(
        &self,
        _lines: Vec<LineNo>,
        _limit: u32,
    ) -> Answer<'_, Result<Vec<(CallbackId, TicketId)>, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn place_callbacks(&self, _positions: Vec<(CallbackId, u32)>) -> Answer<'_, Result<(), Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn mark_callbacks_due(
        &self,
        _marks: Vec<CallbackMarks>,
        _limit: u32,
        _now: Timestamp,
    ) -> Answer<'_, Result<u32, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn claim_callback(&self, _account: StaffId, _now: Timestamp) -> Answer<'_, Result<Option<Callback>, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn keep_callback(&self, _id: CallbackId, _account: StaffId, _now: Timestamp) -> Answer<'_, Result<bool, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn settle_callback(&self, _settle: SettleCallback) -> Answer<'_, Result<Callback, Failure<SettleRefusal>>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn callback_counts(&self, _now: Timestamp) -> Answer<'_, Result<CallbackCounts, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn forget_callbacks(&self, _closed: Vec<LineNo>, _limit: u32) -> Answer<'_, Result<u32, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn set_agent_state(
        &self,
        _account: StaffId,
        _state: AgentState,
        _day: Date,
        _now: Timestamp,
    ) -> Answer<'_, Result<(), Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn note_agent_seen(&self, _account: StaffId, _now: Timestamp) -> Answer<'_, Result<(), Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn agents(&self, _now: Timestamp) -> Answer<'_, Result<Vec<AgentNow>, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn note_agent_booking(&self, _account: StaffId, _ticket: TicketId, _day: Date) -> Answer<'_, Result<(), Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn agent_day(&self, _account: StaffId, _day: Date) -> Answer<'_, Result<AgentDay, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn add_note(&self, _new: NewNote) -> Answer<'_, Result<Note, Failure<AddNoteRefusal>>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn notes_of(&self, _registration: RegistrationId) -> Answer<'_, Result<Vec<Note>, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn find_people(&self, _search: Search) -> Answer<'_, Result<FoundPeople, Fault>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
    fn enter_by_phone(&self, _enter: EnterByPhone) -> Answer<'_, Result<Permit, Failure<EnterByPhoneRefusal>>> {
        Box::pin(async { Err(Fault::Failed("not built yet".to_owned()).into()) })
    }
}
