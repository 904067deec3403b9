//! What an agent does at the desk: call-backs, states, notes, searches. Each look at a person's data and each change of
//! it is a line of the audit log.

use dran_core::ids::{CallbackId, RegistrationId, StaffId, TicketId};
use dran_core::phone::{AgentState, SEEN_EVERY, Settled};
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use dran_store::{
    AddNoteRefusal, AgentDay, AgentNow, Callback, Failure, Fault, FoundPeople, NOTE_CHARS_MAX, NewNote, Note,
    PhoneStore, Search, SettleCallback, SettleRefusal,
};
use jiff::civil::Date;

use super::Staff;

/// Why a note was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// There is nothing in it.
    Empty,
    /// It is longer than [`NOTE_CHARS_MAX`].
    TooLong,
    /// There is no such registration.
    UnknownRegistration,
}

impl Staff {
    /// The first call-back that is due, for this agent and nobody else; the one that the agent has already, if any.
    /// Its number to ring is a look at a person's data.
    ///
    /// # Errors
    /// The store's fault; then nothing was claimed, or the same agent gets it again.
    pub async fn take_next(&self, account: StaffId) -> Result<Option<Callback>, Fault> {
        self.phone().claim_callback(account, self.now()).await
    }

    /// Notes that an agent is still at a claimed call-back, so that it does not run out. Whether it is still this
    /// agent's.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn keep_callback(&self, account: StaffId, id: CallbackId) -> Result<bool, Fault> {
        self.phone().keep_callback(id, account, self.now()).await
    }

    /// Settles the call-back that an agent has. Sent twice, done once.
    ///
    /// # Errors
    /// When the agent has it no longer.
    pub async fn settle_callback(
        &self,
        account: StaffId,
        id: CallbackId,
        settled: Settled,
    ) -> Result<Callback, Failure<SettleRefusal>> {
        let now = self.now();
        let settle = SettleCallback {
            id,
            account,
            settled,
            now,
        };
        self.phone().settle_callback(settle).await
    }

    /// Notes what an agent is doing from now on; `today` is the region's.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn set_agent_state(&self, account: StaffId, state: AgentState, today: Date) -> Result<(), Fault> {
        self.phone().set_agent_state(account, state, today, self.now()).await
    }

    /// What an agent is doing, and that the agent is there: noted where that was some time ago.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn look_in(&self, account: StaffId) -> Result<Option<AgentNow>, Fault> {
        let agent = self.agent(account).await?;
        if agent
            .as_ref()
            .is_some_and(|agent| self.now().duration_since(agent.seen) >= SEEN_EVERY)
        {
            self.note_agent_seen(account).await?;
            return self.agent(account).await;
        }
        Ok(agent)
    }

    /// Notes that an agent is there.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn note_agent_seen(&self, account: StaffId) -> Result<(), Fault> {
        self.phone().note_agent_seen(account, self.now()).await
    }

    /// What every agent is doing.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn agents(&self) -> Result<Vec<AgentNow>, Fault> {
        self.phone().agents(self.now()).await
    }

    /// What one agent is doing, who ever said so.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn agent(&self, account: StaffId) -> Result<Option<AgentNow>, Fault> {
        self.phone().agent(account, self.now()).await
    }

    /// Counts the booking of a ticket for the agent who made it, once.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn note_agent_booking(&self, account: StaffId, ticket: TicketId, today: Date) -> Result<(), Fault> {
        self.phone().note_agent_booking(account, ticket, today).await
    }

    /// An agent's own figures of a day.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn agent_day(&self, account: StaffId, day: Date) -> Result<AgentDay, Fault> {
        self.phone().agent_day(account, day).await
    }

    /// Looks people up. Nothing is shown before the search and everybody it shows are in the log.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn search(&self, actor: Actor, search: Search) -> Result<FoundPeople, Fault> {
        let found = self.phone().find_people(search).await?;
        let count = u32::try_from(found.people.len() + found.callbacks.len()).unwrap_or(u32::MAX);
        let people = found.people.iter().map(|person| match &person.series {
            Some(series) => Subject::Series(series.id),
            None => Subject::Registration(person.registration),
        });
        let callbacks = found.callbacks.iter().map(|callback| Subject::Callback(callback.id));
        let shown = people.chain(callbacks);
        let acts = std::iter::once(Subject::Search { found: count }).chain(shown);
        let acts = acts.map(|subject| Entry::new(actor, Act::Read, subject)).collect();
        self.store().record_acts(acts, self.now()).await?;
        Ok(found)
    }

    /// The notes about a registration, oldest first; that they are read is logged before.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn notes(&self, actor: Actor, registration: RegistrationId) -> Result<Vec<Note>, Fault> {
        let act = Entry::new(actor, Act::Read, Subject::Registration(registration));
        self.store().record_acts(vec![act], self.now()).await?;
        self.phone().notes_of(registration).await
    }

    /// Keeps a note.
    ///
    /// # Errors
    /// When there is nothing in it, it is too long, or about nobody.
    pub async fn add_note(
        &self,
        account: StaffId,
        registration: RegistrationId,
        text: &str,
    ) -> Result<Note, Failure<NoteError>> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Failure::Refused(NoteError::Empty));
        }
        if text.chars().count() > NOTE_CHARS_MAX {
            return Err(Failure::Refused(NoteError::TooLong));
        }
        let new = NewNote {
            registration,
            account,
            text: text.to_owned(),
            now: self.now(),
        };
        self.phone().add_note(new).await.map_err(|failure| match failure {
            Failure::Refused(AddNoteRefusal::UnknownRegistration) => Failure::Refused(NoteError::UnknownRegistration),
            Failure::Fault(fault) => Failure::Fault(fault),
        })
    }

    fn phone(&self) -> &dyn PhoneStore {
        self.parts.store.phone()
    }
}
