//! A promise to ring somebody up: one per campaign and number, however often it redials.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use dran_core::ids::{CallbackId, CampaignId, Language};
use dran_core::line::ticket::Ticket;
use dran_core::phone::PhoneNumber;
use dran_core::phone::callback::{Redial, redial};
use dran_core::region::Postcode;
use dran_core::staff::log::Actor;
use dran_store::{Callback, CallbackCounts, Failure, Fault, NewCallback, NoteCallbackRefusal, Noted};
use tokio::sync::{Mutex, MutexGuard};

use crate::Service;
use crate::join::{JoinError, Joining};

/// How many callers are looked up at the same moment without waiting for one another.
const STRIPES: usize = 256;

/// Who asks for a call-back.
#[derive(Clone, Debug)]
pub struct Calling {
    /// Whom to ring.
    pub phone: PhoneNumber,
    /// The ticket to be taken if the number has none yet.
    pub joining: Joining,
    /// Where the person lives, if it was asked.
    pub postcode: Option<Postcode>,
    /// The language that was spoken.
    pub language: Language,
    /// The agent who asks for the caller; none for the telephone system.
    pub by: Option<Actor>,
}

/// A call-back that was promised, now or before.
#[derive(Clone, Debug)]
pub struct Promised {
    /// The call-back.
    pub callback: Callback,
    /// Its ticket, to be spoken ([`Service::short_code`]) and looked up ([`Service::standing`]).
    pub ticket: Ticket,
    /// Whether it is new.
    pub made: bool,
}

/// Why no call-back was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackError {
    /// There is no ticket for this caller.
    Join(JoinError),
    /// The store said no.
    Refused(NoteCallbackRefusal),
    /// The store failed.
    Fault(Fault),
}

impl From<Failure<NoteCallbackRefusal>> for CallbackError {
    fn from(failure: Failure<NoteCallbackRefusal>) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Fault> for CallbackError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Callers with the same number wait for one another on this node, so that a redial in the same moment takes no
/// second place in the line. Where two nodes are rung at the same moment, the store keeps one call-back, and the
/// other ticket is a gap that nobody holds, as a crash leaves them.
pub(crate) struct Callers {
    stripes: Vec<Mutex<()>>,
    hashing: RandomState,
}

impl Default for Callers {
    fn default() -> Self {
        Self {
            stripes: (0..STRIPES).map(|_| Mutex::default()).collect(),
            hashing: RandomState::new(),
        }
    }
}

impl Callers {
    async fn one_at_a_time(&self, phone: &PhoneNumber) -> MutexGuard<'_, ()> {
        let stripe = self.hashing.hash_one(phone) % STRIPES as u64;
        self.stripes[stripe as usize].lock().await
    }
}

impl Service {
    /// Promises a call-back to whoever rings: the one that is open, or a new one with a ticket of its own. A number
    /// that was given up, or has thought better of it, gets its ticket back.
    ///
    /// # Errors
    /// When there is no line for this caller, or the store failed: then nothing was promised.
    pub async fn callback_for(&self, calling: &Calling) -> Result<Promised, CallbackError> {
        let _alone = self.inner.callers.one_at_a_time(&calling.phone).await;
        let known = self.known_caller(&calling.joining.campaign, &calling.phone).await?;
        let stands = |known: &Callback| redial(known.state, known.settled);
        let ticket = match known {
            Some(known) if stands(&known) == Redial::Open => {
                return Ok(Promised {
                    ticket: known.whole_ticket(),
                    callback: known,
                    made: false,
                });
            }
            Some(known) if stands(&known) == Redial::Again => known.whole_ticket(),
            _ => self.join(&calling.joining).await.map_err(CallbackError::Join)?.ticket,
        };
        self.promise(
            &ticket,
            calling.phone.clone(),
            calling.postcode,
            &calling.language,
            calling.by,
        )
        .await
    }

    /// Promises a call-back for a ticket that was taken at any door. If the number has one that is open, that one is
    /// answered, with its ticket.
    ///
    /// # Errors
    /// When the ticket waits for nothing any more, or the store failed.
    pub async fn promise(
        &self,
        ticket: &Ticket,
        phone: PhoneNumber,
        postcode: Option<Postcode>,
        language: &Language,
        by: Option<Actor>,
    ) -> Result<Promised, CallbackError> {
        let new = NewCallback {
            ticket: ticket.id,
            party: ticket.party,
            birth_year: ticket.birth_year,
            joined_at: ticket.joined_at,
            phone,
            language: language.clone(),
            postcode: postcode.map(|postcode| postcode.as_str().to_owned()),
            by,
            now: self.clock().now(),
        };
        let Noted { callback, made } = self.store().phone().note_callback(new).await?;
        Ok(Promised {
            ticket: callback.whole_ticket(),
            callback,
            made,
        })
    }

    /// The newest call-back of a number in a campaign, whatever its state.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn known_caller(&self, campaign: &CampaignId, phone: &PhoneNumber) -> Result<Option<Callback>, Fault> {
        let store = self.store().phone();
        store.callback_of(campaign.clone(), phone.clone()).await
    }

    /// Ends an open call-back that its caller does not want any more. Whether there was one.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn withdraw_callback(&self, id: CallbackId, by: Option<Actor>) -> Result<bool, Fault> {
        let now = self.clock().now();
        self.store().phone().withdraw_callback(id, by, now).await
    }

    /// How many call-backs there are to be made.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn callback_counts(&self) -> Result<CallbackCounts, Fault> {
        self.store().phone().callback_counts(self.clock().now()).await
    }
}
