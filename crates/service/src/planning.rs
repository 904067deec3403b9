//! What planners do: book deliveries in, release slots, create campaigns. Pages and commands share it.

use std::ops::RangeInclusive;

use dran_core::campaign::{Campaign, PoolsError, pools};
use dran_core::ids::{CampaignId, CentreId, GroupId, VaccineId};
use dran_core::line::draw::commitment;
use dran_core::region::Region;
use dran_core::supply::{CentrePlan, DeliveryLine, HoldBack, LeftOver, Lot, PlanRefusal, places_taken, plan};
use dran_store::{
    CreateCampaignRefusal, Failure, Fault, NewCampaign, NewDelivery, NewRelease, NewSeriesSlot, ReleaseRefusal,
    ReleaseSummary, Store, StoredCampaign,
};
use jiff::Timestamp;
use jiff::civil::Date;

/// What is to be released.
#[derive(Clone, Debug)]
pub struct ReleaseOrder {
    /// Of which vaccine.
    pub vaccine: VaccineId,
    /// In which centres; empty for all of the region.
    pub centres: Vec<CentreId>,
    /// On which days first doses are given.
    pub first_days: RangeInclusive<Date>,
    /// Which share of the second doses must be in stock at the first.
    pub hold_back: HoldBack,
}

/// What a release did.
#[derive(Clone, Debug)]
pub struct Released {
    /// What was added.
    pub summary: ReleaseSummary,
    /// What could not be released, per centre with any, and why.
    pub left_over: Vec<(CentreId, LeftOver)>,
}

/// Why nothing was released.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The region has no such vaccine.
    #[error("the region has no vaccine {0}")]
    UnknownVaccine(VaccineId),
    /// The region has no such centre.
    #[error("the region has no centre {0}")]
    UnknownCentre(CentreId),
    /// The days cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanRefusal),
    /// The store refused: somebody else released from the same deliveries meanwhile.
    #[error("the store refused the release: {0:?}")]
    Refused(ReleaseRefusal),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A campaign to be created.
#[derive(Clone, Debug)]
pub struct CampaignOrder {
    /// Its name.
    pub id: CampaignId,
    /// When it opens.
    pub opens_at: Timestamp,
    /// Its centres; empty for all of the region.
    pub centres: Vec<CentreId>,
    /// The priority groups it is open to.
    pub groups: Vec<GroupId>,
}

/// Why no campaign was created.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// A campaign's name stands in links.
    #[error("a campaign's name has up to 64 lower-case letters, digits and hyphens; `{0}` has others")]
    Name(CampaignId),
    /// Nobody could join.
    #[error("a campaign is open to at least one priority group")]
    NoGroups,
    /// The region has no such group.
    #[error("the region has no priority group {0}")]
    UnknownGroup(GroupId),
    /// The centres do not serve the region.
    #[error(transparent)]
    Pools(#[from] PoolsError),
    /// The store refused.
    #[error("the store refused the campaign: {0:?}")]
    Refused(CreateCampaignRefusal),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Books deliveries in; how many of them were new.
///
/// # Errors
/// The store's fault; then none was booked in.
pub async fn import_deliveries(store: &dyn Store, lines: Vec<DeliveryLine>) -> Result<u64, Fault> {
    let delivery = |line: DeliveryLine| NewDelivery {
        reference: line.reference,
        centre: line.centre,
        vaccine: line.vaccine,
        day: line.day,
        doses: line.doses,
    };
    store.add_deliveries(lines.into_iter().map(delivery).collect()).await
}

/// Plans a release from what is delivered and not yet released, and carries it out: all or nothing.
///
/// # Errors
/// Says what cannot be planned, or that the store refused.
pub async fn release(
    region: &Region,
    store: &dyn Store,
    order: &ReleaseOrder,
    now: Timestamp,
) -> Result<Released, ReleaseError> {
    let vaccine = region
        .vaccine(&order.vaccine)
        .ok_or_else(|| ReleaseError::UnknownVaccine(order.vaccine.clone()))?;
    if let Some(unknown) = order.centres.iter().find(|id| region.centre(id).is_none()) {
        return Err(ReleaseError::UnknownCentre(unknown.clone()));
    }
    let (deliveries, board) = (store.deliveries().await?, store.board().await?);
    let (mut slots, mut left_over) = (Vec::new(), Vec::new());
    let wanted = |id: &CentreId| order.centres.is_empty() || order.centres.contains(id);
    for centre in region.centres.iter().filter(|centre| wanted(&centre.id)) {
        let ours = deliveries
            .iter()
            .filter(|stored| stored.delivery.centre == centre.id && stored.delivery.vaccine == vaccine.id);
        let lots: Vec<Lot> = ours
            .map(|stored| Lot {
                delivery: stored.id,
                day: stored.delivery.day,
                doses_left: stored.delivery.doses - stored.released_first - stored.released_second,
            })
            .collect();
        if lots.is_empty() {
            continue;
        }
        let planned = plan(CentrePlan {
            centre,
            vaccine,
            lots,
            taken: places_taken(board.iter().filter(|slot| slot.centre == centre.id)),
            first_days: order.first_days.clone(),
            hold_back: order.hold_back,
            time_zone: &region.time_zone,
        })?;
        if planned.left_over != LeftOver::default() {
            left_over.push((centre.id.clone(), planned.left_over));
        }
        slots.extend(planned.slots.into_iter().map(|slot| NewSeriesSlot {
            centre: centre.id.clone(),
            vaccine: vaccine.id.clone(),
            first: slot.first,
            second: slot.second,
            doses: slot.doses,
            capacity: slot.capacity,
        }));
    }
    let summary = store
        .release(NewRelease { at: now, slots })
        .await
        .map_err(|failure| match failure {
            Failure::Refused(refusal) => ReleaseError::Refused(refusal),
            Failure::Fault(fault) => ReleaseError::Fault(fault),
        })?;
    Ok(Released { summary, left_over })
}

/// Creates a campaign, its pools and lines, and publishes the commitment to the secret of its draw.
///
/// # Errors
/// Says what is wrong with the order, or that the store refused.
pub async fn create_campaign(
    region: &Region,
    store: &dyn Store,
    order: CampaignOrder,
    draw_secret: [u8; 32],
    now: Timestamp,
) -> Result<StoredCampaign, CampaignError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=64).contains(&order.id.as_str().len()) || !order.id.as_str().bytes().all(allowed) {
        return Err(CampaignError::Name(order.id));
    }
    if order.groups.is_empty() {
        return Err(CampaignError::NoGroups);
    }
    if let Some(unknown) = order.groups.iter().find(|id| region.group(id).is_none()) {
        return Err(CampaignError::UnknownGroup(unknown.clone()));
    }
    let all = || region.centres.iter().map(|centre| centre.id.clone()).collect();
    let centres: Vec<CentreId> = if order.centres.is_empty() { all() } else { order.centres };
    let pools = pools(region, &centres)?;
    store.sync_centres(all()).await?;
    let draw_commitment = commitment(&order.id, &draw_secret);
    let campaign = Campaign {
        id: order.id,
        opens_at: order.opens_at,
        centres,
        groups: order.groups,
        pools,
    };
    let new = NewCampaign {
        campaign,
        draw_secret,
        draw_commitment,
        committed_at: now,
    };
    store.create_campaign(new).await.map_err(|failure| match failure {
        Failure::Refused(refusal) => CampaignError::Refused(refusal),
        Failure::Fault(fault) => CampaignError::Fault(fault),
    })
}
