//! What planners do: book deliveries in, release slots, create campaigns. Pages and commands share it.

use std::ops::RangeInclusive;

use dran_core::campaign::{Campaign, PoolsError, pools};
use dran_core::ids::{CampaignId, CentreId, GroupId, VaccineId};
use dran_core::line::draw::commitment;
use dran_core::line::randomness::{
    DRAND_AFTER_S_MIN, DrandChain, DrandRound, LotteryError, PublicValue, Randomness, lottery_value,
};
use dran_core::phone::PhonePolicy;
use dran_core::region::Region;
use dran_core::supply::{CentrePlan, DeliveryLine, HoldBack, LeftOver, Lot, PlanRefusal, places_taken, plan};
use dran_store::{
    CreateCampaignRefusal, Failure, Fault, NewCampaign, NewDelivery, NewRelease, NewSeriesSlot, OpeningRefusal,
    ReleaseRefusal, ReleaseSummary, SetOpening, Store, StoredCampaign,
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
    /// Where the public value of its draw comes from.
    pub randomness: RandomnessOrder,
    /// Whether callers may come in beside the line.
    pub phone: PhonePolicy,
}

/// The source of a draw's public value, as it is ordered: the round follows from the opening.
#[derive(Clone, Debug, Default)]
pub enum RandomnessOrder {
    /// None: the secret alone decides.
    #[default]
    None,
    /// A drand network.
    Drand {
        /// `quicknet` or `default`.
        chain: String,
        /// The round is the first one so many seconds after the opening.
        after_s: u32,
    },
    /// An official lottery, named so that anyone finds its numbers.
    Lottery(String),
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
    /// drand has no such network, as far as is known here.
    #[error("there is no drand network `{0}`; write quicknet or default")]
    UnknownChain(String),
    /// N could not be read before the value is known.
    #[error("the drand round has to come at least {DRAND_AFTER_S_MIN} seconds after the opening")]
    RoundTooEarly,
    /// Nobody could find its numbers.
    #[error("say which draw of the lottery counts, with its day")]
    NoLottery,
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
    let (planned, left_over) = plan_release(region, store, order, now).await?;
    let summary = store.release(planned).await.map_err(|failure| match failure {
        Failure::Refused(refusal) => ReleaseError::Refused(refusal),
        Failure::Fault(fault) => ReleaseError::Fault(fault),
    })?;
    Ok(Released { summary, left_over })
}

/// Plans a release, and does nothing yet; with what could not be released, per centre with any.
///
/// # Errors
/// Says what cannot be planned.
pub async fn plan_release(
    region: &Region,
    store: &dyn Store,
    order: &ReleaseOrder,
    now: Timestamp,
) -> Result<(NewRelease, Vec<(CentreId, LeftOver)>), ReleaseError> {
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
    Ok((NewRelease { at: now, slots }, left_over))
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
    let randomness = randomness(&order.randomness, order.opens_at, now)?;
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
        phone: order.phone,
    };
    let new = NewCampaign {
        campaign,
        draw_secret,
        draw_commitment,
        committed_at: now,
        randomness,
    };
    store.create_campaign(new).await.map_err(|failure| match failure {
        Failure::Refused(refusal) => CampaignError::Refused(refusal),
        Failure::Fault(fault) => CampaignError::Fault(fault),
    })
}

/// The source with the round that belongs to the opening.
fn randomness(order: &RandomnessOrder, opens_at: Timestamp, now: Timestamp) -> Result<Randomness, CampaignError> {
    match order {
        RandomnessOrder::None => Ok(Randomness::None),
        RandomnessOrder::Lottery(draw) if draw.trim().is_empty() => Err(CampaignError::NoLottery),
        RandomnessOrder::Lottery(draw) => Ok(Randomness::Lottery {
            draw: draw.trim().to_owned(),
        }),
        RandomnessOrder::Drand { after_s, .. } if *after_s < DRAND_AFTER_S_MIN => Err(CampaignError::RoundTooEarly),
        RandomnessOrder::Drand { chain, after_s } => {
            let known = DrandChain::named(chain).ok_or_else(|| CampaignError::UnknownChain(chain.clone()))?;
            Ok(Randomness::Drand(DrandRound::name(known, *after_s, opens_at, now)))
        }
    }
}

/// Moves the opening of a campaign that is not frozen, and names the drand round that belongs to it.
///
/// # Errors
/// When there is none of that name, or its N is frozen.
pub async fn set_opening(
    store: &dyn Store,
    campaign: &CampaignId,
    opens_at: Timestamp,
    now: Timestamp,
) -> Result<(), Failure<OpeningRefusal>> {
    let stored = find(store, campaign).await?;
    let stored = stored.ok_or(Failure::Refused(OpeningRefusal::UnknownCampaign))?;
    let randomness = match stored.randomness {
        Randomness::Drand(named) => {
            Randomness::Drand(DrandRound::name(named.chain, named.after_s, opens_at.max(now), now))
        }
        other => other,
    };
    let opening = SetOpening {
        campaign: campaign.clone(),
        opens_at,
        randomness,
    };
    store.set_opening(opening).await
}

/// Why a typed public value was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// There is none of that name.
    #[error("there is no campaign {0}")]
    UnknownCampaign(CampaignId),
    /// The campaign has no use for one.
    #[error("{0} has named no public randomness: the secret alone makes its order")]
    NoSource(CampaignId),
    /// A value from before the freezing would be worth nothing.
    #[error("N is not frozen yet: the value counts from the opening on")]
    NotFrozen,
    /// It stands.
    #[error("another public value was taken in before; it stands")]
    OtherValue,
    /// What was typed is not the value of the named round.
    #[error("this is not the value of the named drand round: {0}")]
    Beacon(#[from] dran_drand::BeaconError),
    /// What was typed cannot be lottery numbers.
    #[error(transparent)]
    Lottery(#[from] LotteryError),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Takes in the public value of a campaign as somebody has typed it: drand's JSON or signature, which
/// is checked, or the numbers of the lottery. Answers the text that enters the seed.
///
/// # Errors
/// Says why it cannot be the value, or that it is too early for it.
pub async fn take_in_value(
    store: &dyn Store,
    campaign: &CampaignId,
    typed: &str,
    now: Timestamp,
) -> Result<String, ValueError> {
    let stored = find(store, campaign).await?;
    let stored = stored.ok_or_else(|| ValueError::UnknownCampaign(campaign.clone()))?;
    let frozen_at = stored.frozen_at.ok_or(ValueError::NotFrozen)?;
    let (text, beacon) = match &stored.randomness {
        Randomness::None => return Err(ValueError::NoSource(campaign.clone())),
        Randomness::Lottery { .. } => (lottery_value(typed)?, None),
        Randomness::Drand(named) => {
            let beacon = dran_drand::read_beacon(typed, named)?;
            (beacon.value(), Some(beacon))
        }
    };
    let value = PublicValue {
        text: text.clone(),
        at: now.max(frozen_at),
        beacon,
    };
    match store.record_public_value(campaign.clone(), value).await {
        Ok(()) => Ok(text),
        Err(Failure::Fault(fault)) => Err(fault.into()),
        Err(Failure::Refused(OpeningRefusal::UnknownCampaign)) => Err(ValueError::UnknownCampaign(campaign.clone())),
        Err(Failure::Refused(OpeningRefusal::NotFrozen)) => Err(ValueError::NotFrozen),
        Err(Failure::Refused(OpeningRefusal::NoSuchSource)) => Err(ValueError::NoSource(campaign.clone())),
        Err(Failure::Refused(_)) => Err(ValueError::OtherValue),
    }
}

async fn find(store: &dyn Store, campaign: &CampaignId) -> Result<Option<StoredCampaign>, Fault> {
    let campaigns = store.campaigns().await?;
    Ok(campaigns.into_iter().find(|stored| stored.campaign.id == *campaign))
}
