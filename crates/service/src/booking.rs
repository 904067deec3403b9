//! Proposals, hold and confirmation: from a registration to a booking.

use dran_core::codes::{BookingCode, Receipt};
use dran_core::ids::{AttemptKey, HoldId, RegistrationId, SeriesSlotId, TicketId};
use dran_core::supply::{
    AllowedDays, Asked, Preferences, Proposal, ProposalKey, SeriesSlot, allowed_days, propose, resolve,
};
use dran_store::{
    Booked, Confirm, ConfirmRefusal, Failure, Fault, Hold, HoldRefusal, NewHold, NewMessage, PermitState, PersonRecord,
    Registration,
};
use jiff::civil::Date;

use crate::Service;
use crate::certain::until_certain;
use crate::entitlement::Claim;
use crate::inside::Whereabouts;
use crate::messages::Upcoming;
use crate::unsettled::Write;

/// How often a fresh booking code is drawn when it exists already: of 10^16 codes one in a billion
/// does, so a second try is next to never needed.
const CODE_DRAWS_MAX: u32 = 4;

/// Why a proposal is not held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldError {
    /// The proposal is not for this pool, this party or this age.
    NotForThisTicket,
    /// The store said no, or failed.
    Store(Failure<HoldRefusal>),
}

/// Why a hold was not turned into a booking. Nothing was booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfirmError {
    /// Person so-and-so may not have the vaccine or the day that is held.
    NotForThisPerson {
        /// Index of the person.
        person: usize,
    },
    /// The store said no, or failed; nothing was booked.
    Store(Failure<ConfirmRefusal>),
    /// The connection to the database was lost in the commit and has not come back: nobody knows yet whether it
    /// is booked. The same attempt key asked again will tell.
    Unknown {
        /// The receipt of the booking, if there is one.
        receipt: String,
    },
}

impl From<Fault> for ConfirmError {
    fn from(fault: Fault) -> Self {
        Self::Store(Failure::Fault(fault))
    }
}

/// A hold with what it holds, for the review page.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The hold.
    pub hold: Hold,
    /// The series slots, one per person.
    pub slots: Vec<SeriesSlot>,
}

impl Service {
    /// Up to five series for a permit, the soonest first. Persons that are known already narrow them
    /// to the vaccines and days they may all have.
    pub fn proposals(&self, at: &Whereabouts, preferences: &Preferences, persons: &[Claim]) -> Vec<Proposal> {
        let allowed = self.allowed(persons);
        propose(&self.supply().board, &self.asked(at, preferences, &allowed))
    }

    fn asked<'a>(&self, at: &'a Whereabouts, preferences: &'a Preferences, allowed: &'a [AllowedDays]) -> Asked<'a> {
        let ticket = at.permit.ticket;
        Asked {
            centres: &at.centres,
            party: at.permit.party,
            preferences,
            allowed,
            after: self.clock().now(),
            crowd: self.permits().in_use_of(ticket.line).permits,
            seed: u64::from(ticket.line.0) << 32 | u64::from(ticket.number.0),
        }
    }

    /// Which vaccine these persons may all get first on which days; with nobody known, every vaccine
    /// on every day.
    pub(crate) fn allowed(&self, persons: &[Claim]) -> Vec<AllowedDays> {
        let births: Vec<Date> = persons.iter().map(|person| person.birth_date).collect();
        let entitled = persons.iter().filter_map(|person| {
            self.region()
                .group(&person.group)
                .map(|group| group.entitled_from(person.birth_date))
        });
        allowed_days(&self.region().vaccines, &births, entitled.max().unwrap_or(Date::MIN))
    }

    /// Holds a proposal for a permit.
    ///
    /// # Errors
    /// When it does not belong to the permit's pool, or somebody else was faster.
    pub async fn hold(&self, at: &Whereabouts, key: &ProposalKey, persons: &[Claim]) -> Result<Chosen, HoldError> {
        let supply = self.supply();
        let (allowed, unbound) = (self.allowed(persons), Preferences::default());
        let proposal = resolve(&supply.board, &self.asked(at, &unbound, &allowed), key);
        let proposal = proposal.ok_or(HoldError::NotForThisTicket)?;
        let slots: Vec<SeriesSlot> = proposal
            .places
            .iter()
            .filter_map(|id| supply.board.slot(*id).cloned())
            .collect();
        let (ticket, expires_at) = (at.permit.ticket, at.permit.expires_at);
        let hold = NewHold {
            ticket,
            places: proposal.places,
            now: self.clock().now(),
            expires_at,
        };
        let hold = match self.store().hold(hold).await {
            Ok(hold) => hold,
            Err(failure) => {
                if failure == Failure::Refused(HoldRefusal::SlotJustWent)
                    && let Err(fault) = self.refresh_supply_since(self.clock().now()).await
                {
                    tracing::warn!(%fault, "the board stays as old as it is");
                }
                return Err(HoldError::Store(failure));
            }
        };
        self.permits().note_hold(&hold);
        Ok(Chosen { hold, slots })
    }

    /// What a permit holds right now.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn held(&self, ticket: TicketId) -> Result<Option<Chosen>, Fault> {
        let Some(hold) = self.store().hold_of(ticket).await? else {
            return Ok(None);
        };
        Ok(self.slots(&hold.places).map(|slots| Chosen { hold, slots }))
    }

    /// What is held, as the board has it; none if the board is older than the slots.
    fn slots(&self, places: &[SeriesSlotId]) -> Option<Vec<SeriesSlot>> {
        let supply = self.supply();
        places.iter().map(|id| supply.board.slot(*id).cloned()).collect()
    }

    /// The slots of a hold, without asking the store where it was made here; none if the ticket has no such hold.
    async fn slots_held(&self, ticket: TicketId, hold: HoldId) -> Result<Vec<SeriesSlot>, Fault> {
        let known = self.permits().places_of(ticket, hold);
        if let Some(slots) = known.and_then(|places| self.slots(&places)) {
            return Ok(slots);
        }
        let chosen = self.held(ticket).await?.filter(|chosen| chosen.hold.id == hold);
        Ok(chosen.map(|chosen| chosen.slots).unwrap_or_default())
    }

    /// Turns a hold into appointments. Sent twice with the same attempt key it books once and
    /// answers the same.
    ///
    /// # Errors
    /// Says why nothing was booked.
    pub async fn confirm(
        &self,
        ticket: TicketId,
        hold: HoldId,
        registration: RegistrationId,
        attempt_key: AttemptKey,
    ) -> Result<Booked, ConfirmError> {
        let booking = Write::Booking(ticket);
        let outcome = self.try_confirm(ticket, hold, registration, attempt_key).await;
        match &outcome {
            Err(ConfirmError::Unknown { receipt }) => self.unsettled().note(booking, receipt.clone()),
            Err(ConfirmError::Store(Failure::Fault(_))) => {
                // This try has booked nothing; of the one before nothing is known still.
                if let Some(receipt) = self.unsettled().receipt(&booking) {
                    return Err(ConfirmError::Unknown { receipt });
                }
            }
            Ok(_) | Err(_) => self.unsettled().settle(&booking),
        }
        outcome
    }

    async fn try_confirm(
        &self,
        ticket: TicketId,
        hold: HoldId,
        registration: RegistrationId,
        attempt_key: AttemptKey,
    ) -> Result<Booked, ConfirmError> {
        let found = self.store().registration(registration).await?;
        let found = found.ok_or(refused(ConfirmRefusal::UnknownRegistration))?;
        let slots = self.slots_held(ticket, hold).await?;
        if let Some(person) = self.first_not_allowed(&found.persons, &slots) {
            return Err(ConfirmError::NotForThisPerson { person });
        }
        let receipt = self.receipt(attempt_key);
        for _ in 0..CODE_DRAWS_MAX {
            let codes: Vec<BookingCode> = found
                .persons
                .iter()
                .map(|_| BookingCode::from_random(&self.entropy().bytes()))
                .collect();
            let confirm = Confirm {
                attempt_key,
                ticket,
                hold,
                registration,
                booking_codes: codes.iter().map(|code| code.as_str().to_owned()).collect(),
                receipt: receipt.clone(),
                messages: self.confirmation_messages(&found, &slots, &codes),
                now: self.clock().now(),
            };
            match until_certain(|| self.store().confirm(confirm.clone())).await {
                Ok(booked) => {
                    self.permits().note_end(ticket, PermitState::Booked);
                    return Ok(booked);
                }
                Err(Failure::Refused(ConfirmRefusal::CodeTaken)) => {}
                Err(Failure::Fault(Fault::Unknown)) => return Err(ConfirmError::Unknown { receipt }),
                Err(failure) => return Err(ConfirmError::Store(failure)),
            }
        }
        Err(refused(ConfirmRefusal::CodeTaken))
    }

    /// The receipt of an attempt: the same however often it is made, and for nobody to guess.
    fn receipt(&self, attempt_key: AttemptKey) -> String {
        let hash = self.hash_key().hash("receipt", &[&attempt_key.0]);
        let (random, _) = hash.split_first_chunk().unwrap_or((&[0; 16], &[]));
        Receipt::from_random(random).to_string()
    }

    /// What a ticket has booked.
    ///
    /// # Errors
    /// The store's fault, or [`ConfirmError::Unknown`] while nobody knows what became of a confirmation.
    pub async fn booked_by(&self, ticket: TicketId) -> Result<Option<Booked>, ConfirmError> {
        self.store().booked_by(ticket).await.map_err(|fault| {
            let receipt = self.unsettled().receipt(&Write::Booking(ticket));
            receipt.map_or(fault.into(), |receipt| ConfirmError::Unknown { receipt })
        })
    }

    fn first_not_allowed(&self, persons: &[PersonRecord], slots: &[SeriesSlot]) -> Option<usize> {
        persons
            .iter()
            .zip(slots)
            .position(|(person, slot)| !self.may_have(person, slot))
    }

    /// Whether this person may have the vaccine of this slot on its day.
    pub(crate) fn may_have(&self, person: &PersonRecord, slot: &SeriesSlot) -> bool {
        let day = slot.first.to_zoned(self.region().time_zone.clone()).date();
        self.allowed(&[person.into()])
            .iter()
            .any(|allowed| allowed.vaccine == slot.vaccine && allowed.days.contains(&day))
    }

    fn confirmation_messages(
        &self,
        registration: &Registration,
        slots: &[SeriesSlot],
        codes: &[BookingCode],
    ) -> Vec<NewMessage> {
        if slots.len() != registration.persons.len() {
            return Vec::new(); // the store refuses this booking, or answers an earlier one
        }
        let booked: Vec<_> = registration
            .persons
            .iter()
            .zip(slots)
            .zip(codes)
            .map(|((person, slot), code)| Upcoming {
                person,
                booking_code: code.as_str(),
                slot,
                sequence: 0,
            })
            .collect();
        self.confirmation_message(&registration.contact, &registration.language, &booked)
            .into_iter()
            .collect()
    }
}

fn refused(refusal: ConfirmRefusal) -> ConfirmError {
    ConfirmError::Store(Failure::Refused(refusal))
}
