//! Being inside: the permit behind a token, prolonged or given back.

use dran_core::ids::{CampaignId, CentreId, DistrictId, TicketId};
use dran_core::line::ticket::PermitToken;
use dran_store::{ExtendPermit, Failure, Fault, Permit, PermitRefusal, PermitState};

use crate::Service;

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
}
