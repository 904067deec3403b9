//! Joining a line: never refused because of load.

use std::sync::Arc;

use dran_core::campaign::CampaignState;
use dran_core::ids::{CampaignId, DistrictId, LineNo, Party, PoolId, TicketId, TicketNumber};
use dran_core::line::standing::{Standing, standing};
use dran_core::line::ticket::Ticket;
use dran_core::person::BirthYear;
use dran_core::region::Postcode;
use dran_store::Fault;

use crate::Service;
use crate::lines::{LiveCampaign, LiveLine};

/// How a joiner's pool is chosen.
#[derive(Clone, Debug)]
pub enum PoolChoice {
    /// By where the person lives.
    Postcode(Postcode),
    /// By district, when the postcode is not enough.
    District(DistrictId),
    /// By name.
    Pool(PoolId),
}

/// A new ticket.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The pool in whose line it stands.
    pub pool: PoolId,
    /// The ticket.
    pub ticket: Ticket,
    /// As a signed string.
    pub token: String,
    /// Where it stands.
    pub standing: Standing,
}

/// Why somebody did not get a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// There is no such campaign.
    UnknownCampaign,
    /// The campaign takes no more people.
    Closed,
    /// No group of the campaign can take in somebody of that year of birth.
    NotEntitled,
    /// No district lists that postcode: choose one.
    UnknownPostcode,
    /// Several districts share that postcode: choose one.
    SeveralDistricts(Vec<DistrictId>),
    /// The campaign serves nobody there.
    NotServed,
    /// The store failed.
    Fault(Fault),
}

/// Who wants to join, and where.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The campaign.
    pub campaign: CampaignId,
    /// Which of its lines.
    pub choice: PoolChoice,
    /// For how many.
    pub party: Party,
    /// Year of birth of the (older) person.
    pub birth_year: BirthYear,
}

impl Service {
    /// Gives a place in the line. Never fails because of load.
    ///
    /// # Errors
    /// When the campaign is not for this person, or the place of residence is not enough.
    pub async fn join(&self, joining: &Joining) -> Result<Joined, JoinError> {
        let line = self.line_to_join(joining)?;
        let number = if self.apart {
            // Not from the block that citizens wait for: asked for alone, as another node would.
            self.store.lease_tickets(line.line, 1).await.map(TicketNumber)
        } else {
            line.numbers.take(&self.store, self.clock()).await
        };
        Ok(self.joined(&line, number.map_err(JoinError::Fault)?, joining))
    }

    /// [`Service::join`] without awaiting anything: where a number is at hand that was leased before, and
    /// nothing is wrong. `may` is asked last, and nothing is taken if it says no. If none comes of it, ask
    /// [`Service::join`].
    pub fn join_at_once(&self, joining: &Joining, may: impl FnOnce() -> bool) -> Option<Joined> {
        let line = self.line_to_join(joining).ok()?;
        let now = self.clock().now();
        let number = (line.numbers.has_leased(now) && may()).then(|| line.numbers.take_leased(now))??;
        Some(self.joined(&line, number, joining))
    }

    fn joined(&self, line: &LiveLine, number: TicketNumber, joining: &Joining) -> Joined {
        let now = self.clock().now();
        line.note_joined(joining.party);
        let ticket = Ticket {
            id: TicketId {
                line: line.line,
                number,
            },
            party: joining.party,
            birth_year: joining.birth_year.get().unsigned_abs(),
            joined_at: now,
        };
        let snapshot = line.snapshot.load();
        let jitter = self.jitter(&ticket, now);
        Joined {
            pool: line.pool.id.clone(),
            ticket,
            token: ticket.seal(self.keys()),
            standing: standing(&snapshot, &ticket, self.poll_budget(), now, jitter),
        }
    }

    /// The line that a join with these answers finds, without taking a number.
    ///
    /// # Errors
    /// As [`Service::join`].
    pub fn may_join(&self, joining: &Joining) -> Result<LineNo, JoinError> {
        self.line_to_join(joining).map(|line| line.line)
    }

    fn line_to_join(&self, joining: &Joining) -> Result<Arc<LiveLine>, JoinError> {
        let lines = self.inner.lines.load();
        let campaign = lines
            .campaigns
            .iter()
            .find(|campaign| campaign.stored.campaign.id == joining.campaign);
        let campaign = campaign.ok_or(JoinError::UnknownCampaign)?;
        if campaign.stored.state == CampaignState::Closed {
            return Err(JoinError::Closed);
        }
        let horizon = self.horizon(&campaign.stored.campaign.centres);
        let groups = campaign
            .stored
            .campaign
            .groups
            .iter()
            .filter_map(|group| self.region().group(group));
        if !groups
            .into_iter()
            .any(|group| group.could_be_entitled(joining.birth_year, horizon))
        {
            return Err(JoinError::NotEntitled);
        }
        let line = match &joining.choice {
            PoolChoice::Pool(pool) => campaign.lines.iter().find(|line| line.pool.id == *pool),
            PoolChoice::District(district) => line_of_district(campaign, district),
            PoolChoice::Postcode(postcode) => {
                let mut districts: Vec<DistrictId> = self
                    .region()
                    .districts_of(postcode)
                    .iter()
                    .map(|district| district.id.clone())
                    .collect();
                districts.dedup();
                let mut of_districts: Vec<_> = districts.iter().map(|id| line_of_district(campaign, id)).collect();
                of_districts.dedup_by_key(|line| line.map(|line| line.line));
                match of_districts[..] {
                    [] => return Err(JoinError::UnknownPostcode),
                    [line] => line,
                    _ => return Err(JoinError::SeveralDistricts(districts)),
                }
            }
        };
        line.cloned().ok_or(JoinError::NotServed)
    }
}

fn line_of_district<'a>(campaign: &'a LiveCampaign, district: &DistrictId) -> Option<&'a Arc<LiveLine>> {
    campaign
        .lines
        .iter()
        .find(|line| line.pool.districts.contains(district))
}
