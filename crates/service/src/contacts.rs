//! A contact on a ticket: left, verified, changed, withdrawn.

use dran_core::codes::VerificationCode;
use dran_core::contact::Contact;
use dran_core::ids::{Language, TicketId};
use dran_core::line::ticket::Ticket;
use dran_core::person::{BirthDate, PersonName, place_key_material};
use dran_store::{
    ContactRecord, Failure, Fault, LeaveContactRefusal, NewTicketContact, TicketContact, VerifyContact,
    VerifyContactRefusal,
};

use crate::Service;
use crate::registration::contact_record;

/// Whose place it is, where one place per person is asked for.
#[derive(Clone, Debug)]
pub struct PlaceHolder {
    /// Name.
    pub name: PersonName,
    /// Date of birth.
    pub birth_date: BirthDate,
}

/// Why a ticket gets no contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaveContactError {
    /// A letter would come too late.
    ByLetter,
    /// Name and date of birth are needed here, and were not given.
    PersonMissing,
    /// The store said no, or failed.
    Store(Failure<LeaveContactRefusal>),
}

impl Service {
    /// Leaves a contact on a ticket and sends its verification code. Where one place per person is
    /// asked for, it says whose place it is.
    ///
    /// # Errors
    /// When it cannot be reached before its turn, or waits for nothing any more.
    pub async fn leave_contact(
        &self,
        ticket: &Ticket,
        contact: &Contact,
        holder: Option<&PlaceHolder>,
        language: &Language,
    ) -> Result<(), LeaveContactError> {
        let contact = contact_record(contact);
        let claim = match (self.limits().one_place_per_person, holder) {
            (false, _) => None,
            (true, None) => return Err(LeaveContactError::PersonMissing),
            (true, Some(holder)) => Some(self.claim(ticket, &contact, holder)),
        };
        let now = self.clock().now();
        let code = self
            .new_code(&contact, language, now)
            .ok_or(LeaveContactError::ByLetter)?;
        let new = NewTicketContact {
            ticket: ticket.id,
            party: ticket.party,
            birth_year: ticket.birth_year,
            joined_at: ticket.joined_at,
            contact,
            language: language.clone(),
            claim,
            code,
            sends_max: self.limits().code_sends_max,
            now,
        };
        self.store().leave_contact(new).await.map_err(LeaveContactError::Store)
    }

    /// Sends a new code to the contact of a ticket.
    ///
    /// # Errors
    /// When there is none, or as many codes as allowed were sent.
    pub async fn resend_contact_code(&self, ticket: &Ticket) -> Result<(), LeaveContactError> {
        let refused = |refusal| LeaveContactError::Store(Failure::Refused(refusal));
        let known = self.ticket_contact(ticket.id).await;
        let known = known.map_err(|fault| LeaveContactError::Store(fault.into()))?;
        let known = known.ok_or(refused(LeaveContactRefusal::UnknownTicket))?;
        let now = self.clock().now();
        let code = self.new_code(&known.contact, &known.language, now);
        let new = NewTicketContact {
            ticket: known.ticket,
            party: ticket.party,
            birth_year: ticket.birth_year,
            joined_at: ticket.joined_at,
            contact: known.contact,
            language: known.language,
            claim: known.claim,
            code: code.ok_or(LeaveContactError::ByLetter)?,
            sends_max: self.limits().code_sends_max,
            now,
        };
        self.store().leave_contact(new).await.map_err(LeaveContactError::Store)
    }

    /// The contact of a ticket.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn ticket_contact(&self, ticket: TicketId) -> Result<Option<TicketContact>, Fault> {
        self.store().ticket_contact(ticket).await
    }

    /// Compares a verification code. Whether the ticket now stands together with another one of the
    /// same person.
    ///
    /// # Errors
    /// When it is wrong, too old or tried too often.
    pub async fn verify_contact(
        &self,
        ticket: TicketId,
        code: &VerificationCode,
    ) -> Result<bool, Failure<VerifyContactRefusal>> {
        let known = self.ticket_contact(ticket).await?;
        let known = known.ok_or(Failure::Refused(VerifyContactRefusal::NoContact))?;
        let verify = VerifyContact {
            ticket,
            code_hash: self.code_hash(&known.contact, code),
            tries_max: self.limits().code_tries_max,
            now: self.clock().now(),
        };
        let together = self.store().verify_contact(verify).await?;
        let folded = !together.is_empty();
        if folded {
            self.folds().stand_together(&together);
        }
        Ok(folded)
    }

    /// Deletes the contact of a ticket. Whether there was one.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn withdraw_contact(&self, ticket: TicketId) -> Result<bool, Fault> {
        self.store().withdraw_contact(ticket).await
    }

    /// What makes two tickets one person's: the line and the party are in it, so that nobody loses the
    /// line of another centre, or a spouse, by it.
    fn claim(&self, ticket: &Ticket, contact: &ContactRecord, holder: &PlaceHolder) -> [u8; 32] {
        let address = match contact {
            ContactRecord::Sms(address) | ContactRecord::Email(address) => address.as_str(),
            ContactRecord::Letter { .. } => "",
        };
        let (line, party) = (ticket.id.line.0.to_be_bytes(), [ticket.party.persons()]);
        let person = place_key_material(&holder.name, holder.birth_date.date());
        self.hash_key()
            .hash("place", &[&line, &party, address.as_bytes(), &person])
    }
}
