//! Campaigns and their pools.

use jiff::Timestamp;

use crate::ids::{CampaignId, CentreId, DistrictId, GroupId, LineNo, PoolId};

/// An opening: whom it is for, where, and when (`Impfaktion`).
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    /// The operator's name for it.
    pub id: CampaignId,
    /// When the order is drawn and calling begins.
    pub opens_at: Timestamp,
    /// The centres whose released places it gives out.
    pub centres: Vec<CentreId>,
    /// The priority groups it is open to.
    pub groups: Vec<GroupId>,
    /// Its pools, one line each.
    pub pools: Vec<Pool>,
}

/// The centres that one person can be booked into; every pool has its own line.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Named after its first centre.
    pub id: PoolId,
    /// The number of its line.
    pub line: LineNo,
    /// The centres that serve it.
    pub centres: Vec<CentreId>,
    /// The districts whose people stand in it.
    pub districts: Vec<DistrictId>,
}

/// Where a campaign stands in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CampaignState {
    /// People join; the order is not drawn yet.
    Scheduled,
    /// Drawn; people are called.
    Open,
    /// People may join and book what they hold, nobody is called.
    Paused,
    /// Nobody joins any more.
    Closed,
}
