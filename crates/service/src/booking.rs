//! Registration, verification, proposals, hold and confirmation: what a permit lets its holder do.

use dran_core::codes::{BookingCode, Receipt, VerificationCode};
use dran_core::contact::Contact;
use dran_core::ids::{
    AttemptKey, CampaignId, CentreId, DistrictId, GroupId, HoldId, Language, RegistrationId, TicketId,
};
use dran_core::line::ticket::PermitToken;
use dran_core::person::{BirthDate, PersonName, Sex, person_key_material};
use dran_core::region::{NotEntitled, Postcode};
use dran_core::supply::{
    AllowedDays, Asked, Preferences, Proposal, ProposalKey, SeriesSlot, allowed_days, propose, resolve,
};
use dran_store::{
    Booked, Confirm, ConfirmRefusal, ContactRecord, ExtendPermit, Failure, Fault, Hold, HoldRefusal, NewCode, NewHold,
    NewMessage, NewRegistration, Permit, PermitRefusal, PermitState, PersonRecord, RegisterRefusal, Registration,
    ResendCode, ResendRefusal, Verify, VerifyRefusal,
};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::Service;
use crate::certain::until_certain;
use crate::messages::Upcoming;
use crate::unsettled::Write;

/// How often a fresh booking code is drawn when it exists already: of 10^16 codes one in a billion
/// does, so a second try is next to never needed.
const CODE_DRAWS_MAX: u32 = 4;

/// A person who wants to be vaccinated, parsed.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Name.
    pub name: PersonName,
    /// Date of birth.
    pub birth_date: BirthDate,
    /// Sex, for the vaccination report.
    pub sex: Sex,
    /// Postcode of residence.
    pub postcode: Postcode,
    /// District of residence.
    pub district: DistrictId,
    /// The priority group claimed.
    pub group: GroupId,
}

/// One or two persons with the contact they share.
#[derive(Clone, Debug)]
pub struct NewPersons {
    /// The campaign they register for.
    pub campaign: CampaignId,
    /// One or two.
    pub persons: Vec<NewPerson>,
    /// How to reach them.
    pub contact: Contact,
    /// The language of messages.
    pub language: Language,
    /// Sent twice, done once.
    pub attempt_key: AttemptKey,
}

/// Why a registration was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterError {
    /// There is no such campaign.
    UnknownCampaign,
    /// The campaign is not open to that group.
    GroupNotServed {
        /// Index of the person.
        person: usize,
    },
    /// The person is not entitled.
    NotEntitled {
        /// Index of the person.
        person: usize,
        /// By which rule.
        why: NotEntitled,
    },
    /// Both persons of the couple are the same one.
    SamePerson,
    /// The store failed.
    Fault(Fault),
}

/// Why no new code was sent.
pub type ResendError = Failure<ResendRefusal>;
/// Why a code was not accepted.
pub type VerifyError = Failure<VerifyRefusal>;

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

/// Where an active permit belongs.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    /// The permit.
    pub permit: Permit,
    /// Its campaign.
    pub campaign: CampaignId,
    /// The districts whose people stand in its pool.
    pub districts: Vec<DistrictId>,
    /// The centres of its pool.
    pub centres: Vec<CentreId>,
}

impl Service {
    /// The active permit behind a permit token, and where it belongs. None if it is over. One that is not
    /// known here may have been given by another node a moment ago: then the store is asked.
    ///
    /// # Errors
    /// The store's fault if it had to be asked.
    pub async fn whereabouts(&self, token: &PermitToken) -> Result<Option<Whereabouts>, Fault> {
        let permit = match self.active_permit(token.ticket) {
            Some(permit) => permit,
            None => {
                let look = self.permits().look();
                let found = self.store().permits_of(vec![token.ticket]).await?;
                self.permits().note_looked_up(found, look);
                let Some(permit) = self.active_permit(token.ticket) else {
                    return Ok(None);
                };
                permit
            }
        };
        Ok(self.line(token.ticket.line).map(|line| Whereabouts {
            permit,
            campaign: line.campaign,
            districts: line.pool.districts,
            centres: line.pool.centres,
        }))
    }

    fn active_permit(&self, ticket: TicketId) -> Option<Permit> {
        let permit = self.permits().get(ticket)?.permit;
        let active = permit.state == PermitState::Active && permit.expires_at > self.clock().now();
        active.then_some(permit)
    }

    /// Prolongs a permit by its whole duration from now.
    ///
    /// # Errors
    /// When the permit is over or was prolonged as often as allowed.
    pub async fn extend(&self, ticket: TicketId) -> Result<Permit, Failure<PermitRefusal>> {
        let (now, limits) = (self.clock().now(), *self.limits());
        let extend = ExtendPermit {
            ticket,
            now,
            expires_at: now + limits.permit_duration,
            extensions_max: limits.permit_extensions_max,
        };
        let permit = self.store().extend_permit(extend).await?;
        self.permits().note(permit);
        Ok(permit)
    }

    /// Gives a permit back before its time, so that the next person may enter.
    ///
    /// # Errors
    /// When the ticket has no active permit.
    pub async fn leave(&self, ticket: TicketId) -> Result<(), Failure<PermitRefusal>> {
        self.store().leave(ticket, self.clock().now()).await?;
        self.permits().note_end(ticket, PermitState::Left);
        Ok(())
    }

    /// Stores one or two persons with their contact and sends the verification code.
    ///
    /// # Errors
    /// When somebody is not entitled, or the store failed.
    pub async fn register(&self, new: NewPersons) -> Result<RegistrationId, RegisterError> {
        let campaign = self.campaign(&new.campaign).ok_or(RegisterError::UnknownCampaign)?;
        let horizon = self.horizon(&campaign.campaign.centres);
        let mut persons: Vec<PersonRecord> = Vec::with_capacity(new.persons.len());
        for (index, person) in new.persons.iter().enumerate() {
            let group = campaign
                .campaign
                .groups
                .contains(&person.group)
                .then(|| self.region().group(&person.group));
            let group = group.flatten().ok_or(RegisterError::GroupNotServed { person: index })?;
            group
                .entitles(person.birth_date.date(), horizon)
                .map_err(|why| RegisterError::NotEntitled { person: index, why })?;
            persons.push(self.record(person));
        }
        if let [first, second] = &persons[..]
            && first.person_key == second.person_key
        {
            return Err(RegisterError::SamePerson);
        }
        let contact = contact_record(&new.contact);
        let now = self.clock().now();
        let registration = NewRegistration {
            attempt_key: new.attempt_key,
            campaign: new.campaign,
            persons,
            code: self.new_code(&contact, &new.language, now),
            contact,
            language: new.language,
            now,
        };
        self.store()
            .register(registration)
            .await
            .map_err(|failure| match failure {
                Failure::Refused(RegisterRefusal::UnknownCampaign) => RegisterError::UnknownCampaign,
                Failure::Fault(fault) => RegisterError::Fault(fault),
            })
    }

    /// The last day on which anything can be booked in these centres: who becomes entitled by then
    /// may register now. Today if nothing is free.
    pub(crate) fn horizon(&self, centres: &[CentreId]) -> Date {
        let last = self.supply().last_first(centres);
        let day = last.map(|last| last.to_zoned(self.region().time_zone.clone()).date());
        day.map_or_else(|| self.today(), |day| day.max(self.today()))
    }

    /// Today, as the region's calendar has it.
    pub fn today(&self) -> Date {
        self.clock().now().to_zoned(self.region().time_zone.clone()).date()
    }

    fn record(&self, person: &NewPerson) -> PersonRecord {
        let material = person_key_material(&person.name, person.birth_date.date(), person.postcode);
        PersonRecord {
            given_name: person.name.given().to_owned(),
            family_name: person.name.family().to_owned(),
            birth_date: person.birth_date.date(),
            sex: person.sex.code(),
            postcode: person.postcode.as_str().to_owned(),
            district: person.district.clone(),
            group: person.group.clone(),
            person_key: self.hash_key().hash("person", &[&material]),
        }
    }

    pub(crate) fn new_code(&self, contact: &ContactRecord, language: &Language, now: Timestamp) -> Option<NewCode> {
        let code = VerificationCode::from_random(&self.entropy().bytes());
        let valid_until = now + self.limits().code_duration();
        let message = self.code_message(contact, language, code.as_str(), valid_until)?;
        Some(NewCode {
            hash: self.code_hash(contact, &code),
            valid_until,
            message,
        })
    }

    /// The hash of a code; it depends on the contact, so that a code sent to a mistyped number proves
    /// nothing about the right one.
    pub(crate) fn code_hash(&self, contact: &ContactRecord, code: &VerificationCode) -> [u8; 32] {
        let contact = match contact {
            ContactRecord::Sms(number) => number,
            ContactRecord::Email(address) => address,
            ContactRecord::Letter { .. } => "",
        };
        self.hash_key()
            .hash("verification-code", &[contact.as_bytes(), code.as_str().as_bytes()])
    }

    /// A registration with its persons.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn registration(&self, id: RegistrationId) -> Result<Option<Registration>, Fault> {
        self.store().registration(id).await
    }

    /// Compares a verification code.
    ///
    /// # Errors
    /// When it is wrong, too old or tried too often.
    pub async fn verify(&self, id: RegistrationId, code: &VerificationCode) -> Result<(), VerifyError> {
        let registration = self.store().registration(id).await?;
        let registration = registration.ok_or(Failure::Refused(VerifyRefusal::UnknownRegistration))?;
        let verify = Verify {
            registration: id,
            code_hash: self.code_hash(&registration.contact, code),
            tries_max: self.limits().code_tries_max,
            now: self.clock().now(),
        };
        self.store().verify(verify).await
    }

    /// Sends a new code, to the same contact or a corrected one.
    ///
    /// # Errors
    /// When the registration is verified already or was sent as many codes as allowed.
    pub async fn resend_code(&self, id: RegistrationId, corrected: Option<&Contact>) -> Result<(), ResendError> {
        let registration = self.store().registration(id).await?;
        let registration = registration.ok_or(Failure::Refused(ResendRefusal::UnknownRegistration))?;
        let corrected = corrected.map(contact_record);
        let now = self.clock().now();
        let contact = corrected.as_ref().unwrap_or(&registration.contact);
        let resend = ResendCode {
            registration: id,
            code: self.new_code(contact, &registration.language, now),
            contact: corrected,
            sends_max: self.limits().code_sends_max,
            now,
        };
        self.store().resend_code(resend).await
    }

    /// Up to five series for a permit, the soonest first. Persons that are known already narrow them
    /// to the vaccines and days they may all have.
    pub fn proposals(&self, at: &Whereabouts, preferences: &Preferences, persons: &[PersonRecord]) -> Vec<Proposal> {
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
    pub(crate) fn allowed(&self, persons: &[PersonRecord]) -> Vec<AllowedDays> {
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
    pub async fn hold(
        &self,
        at: &Whereabouts,
        key: &ProposalKey,
        persons: &[PersonRecord],
    ) -> Result<Chosen, HoldError> {
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
        self.permits().note_holding(ticket, at.permit.party.persons());
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
        let supply = self.supply();
        let slots: Option<Vec<_>> = hold.places.iter().map(|id| supply.board.slot(*id).cloned()).collect();
        Ok(slots.map(|slots| Chosen { hold, slots }))
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
        let chosen = self.held(ticket).await?.filter(|chosen| chosen.hold.id == hold);
        let slots = chosen.map(|chosen| chosen.slots).unwrap_or_default();
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
        self.allowed(std::slice::from_ref(person))
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

pub(crate) fn contact_record(contact: &Contact) -> ContactRecord {
    match contact {
        Contact::Sms(mobile) => ContactRecord::Sms(mobile.as_str().to_owned()),
        Contact::Email(email) => ContactRecord::Email(email.as_str().to_owned()),
        Contact::Letter(address) => ContactRecord::Letter {
            street: address.street().to_owned(),
            town: address.town().to_owned(),
        },
    }
}
