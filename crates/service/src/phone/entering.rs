//! Coming in for a caller: through the line like everybody, or beside it where the campaign says so.

use dran_core::campaign::CampaignState;
use dran_core::ids::StaffId;
use dran_core::line::standing::StandingState;
use dran_core::line::ticket::Ticket;
use dran_core::phone::PhonePolicy;
use dran_store::{EnterByPhone, EnterByPhoneRefusal, EnterRefusal, Failure, Permit, PermitState};

use crate::Service;
use crate::lines::{EnterError, Standing};

impl Service {
    /// Lets in whom an agent has on the line. A called ticket enters like any other. One that is not called enters
    /// only where the campaign's policy is first-come, while the pool has supply beyond what is promised to those
    /// called, and a permit is free; that is a line of the public account.
    ///
    /// # Errors
    /// Says why it does not get in; its place is kept in every case.
    pub async fn enter_for_caller(&self, ticket: &Ticket, account: StaffId) -> Result<(Permit, String), EnterError> {
        let standing = self.standing(ticket).ok_or(EnterError::UnknownLine)?;
        let called = match standing.standing {
            Standing::InLine(in_line) => in_line.state == StandingState::Called,
            Standing::Entered(_) | Standing::Done => true,
        };
        if called || self.phone_policy(ticket) == PhonePolicy::OneLine {
            return self.enter(ticket).await;
        }
        self.enter_beside_the_line(ticket, account).await
    }

    /// What holds for the callers of a ticket's campaign.
    pub fn phone_policy(&self, ticket: &Ticket) -> PhonePolicy {
        let lines = self.lines();
        let mut campaigns = lines.campaigns.iter();
        let campaign = campaigns.find(|campaign| campaign.lines.iter().any(|line| line.line == ticket.id.line));
        campaign.map_or(PhonePolicy::OneLine, |campaign| campaign.stored.campaign.phone)
    }

    async fn enter_beside_the_line(&self, ticket: &Ticket, account: StaffId) -> Result<(Permit, String), EnterError> {
        let lines = self.lines();
        let line = lines.get(ticket.id.line).ok_or(EnterError::UnknownLine)?;
        let snapshot = line.snapshot.load_full();
        let free = self.supply().free(&line.pool.centres, self.clock().now());
        if free.saturating_sub(snapshot.promised_persons) < u32::from(ticket.party.persons()) {
            return Err(EnterError::BeyondSupply);
        }
        let enter = EnterByPhone {
            enter: self.asked_permit(ticket),
            account,
        };
        match self.store().phone().enter_by_phone(enter).await {
            Ok(permit) => {
                self.permits().note(permit);
                line.note_entered(ticket.id);
                Ok((permit, self.permit_token(ticket, &permit)))
            }
            Err(Failure::Refused(EnterByPhoneRefusal::OneLine)) => Err(EnterError::NotCalled),
            Err(Failure::Refused(EnterByPhoneRefusal::Enter(refusal))) => Err(match refusal {
                EnterRefusal::NoFreePermit => EnterError::NoFreePermit,
                EnterRefusal::NotOpen => EnterError::NotCalled,
                EnterRefusal::UnknownLine => EnterError::UnknownLine,
                EnterRefusal::AlreadyBooked => {
                    self.permits().note_end(ticket.id, PermitState::Booked);
                    EnterError::AlreadyBooked
                }
            }),
            Err(Failure::Fault(_)) => Err(EnterError::Fault),
        }
    }

    /// The lines of campaigns that have ended.
    pub(crate) fn closed_lines(&self) -> Vec<dran_core::ids::LineNo> {
        let lines = self.lines();
        let closed = lines
            .campaigns
            .iter()
            .filter(|campaign| campaign.stored.state == CampaignState::Closed);
        closed
            .flat_map(|campaign| campaign.lines.iter().map(|line| line.line))
            .collect()
    }
}
