//! Campaigns and their pools.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::ids::{CampaignId, CentreId, DistrictId, GroupId, LineNo, PoolId};
use crate::region::{District, Postcode, Region};

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

impl Campaign {
    /// The pool of that name.
    pub fn pool(&self, id: &PoolId) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.id == *id)
    }

    /// The pool in which the people of that district stand.
    pub fn pool_of_district(&self, district: &DistrictId) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.districts.contains(district))
    }

    /// The pools in which people of that postcode can stand. None: no district lists the postcode,
    /// and the person picks the district. Several: its districts stand in different lines, and the
    /// person picks among them.
    pub fn pools_of_postcode(&self, region: &Region, postcode: &Postcode) -> Vec<&Pool> {
        let districts = region.districts_of(postcode);
        let lives_in = |pool: &&Pool| districts.iter().any(|district| pool.districts.contains(&district.id));
        self.pools.iter().filter(lives_in).collect()
    }
}

/// Why no pools can be made for a campaign; all that is wrong at once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PoolsError {
    /// Centres that the region does not have.
    pub unknown_centres: Vec<CentreId>,
    /// Districts that no centre of the campaign serves: their people could not join any line.
    pub unserved_districts: Vec<DistrictId>,
}

impl std::error::Error for PoolsError {}

impl std::fmt::Display for PoolsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if !self.unknown_centres.is_empty() {
            parts.push(format!("the region has no centre {}", list(&self.unknown_centres)));
        }
        if !self.unserved_districts.is_empty() {
            parts.push(format!(
                "no centre of the campaign serves the district {}",
                list(&self.unserved_districts)
            ));
        }
        f.write_str(&parts.join("; "))
    }
}

fn list<T: std::fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

/// The pools of a campaign in `centres`, in the order of the region's districts. Districts that the
/// same centres serve stand in one line. Line numbers are 0: the store gives them out.
///
/// A pool is named after its first centre, and after all of them, joined with `_`, where two pools
/// begin with the same one.
pub fn pools(region: &Region, centres: &[CentreId]) -> Result<Vec<Pool>, PoolsError> {
    let taking_part: BTreeSet<&CentreId> = centres.iter().collect();
    let mut error = PoolsError {
        unknown_centres: taking_part
            .iter()
            .filter(|id| region.centre(id).is_none())
            .map(|id| (*id).clone())
            .collect(),
        unserved_districts: Vec::new(),
    };
    let mut pools: Vec<Pool> = Vec::new();
    for district in &region.districts {
        let serving = serving_centres(region, district, &taking_part);
        if let Some(pool) = pools.iter_mut().find(|pool| pool.centres == serving) {
            pool.districts.push(district.id.clone());
        } else if let Some(first) = serving.first() {
            let name_taken = pools.iter().any(|pool| pool.centres.first() == Some(first));
            let id = if name_taken {
                joined_name(&serving)
            } else {
                PoolId::new(first.as_str())
            };
            pools.push(Pool {
                id,
                line: LineNo(0),
                centres: serving,
                districts: vec![district.id.clone()],
            });
        } else {
            error.unserved_districts.push(district.id.clone());
        }
    }
    if error == PoolsError::default() {
        Ok(pools)
    } else {
        Err(error)
    }
}

/// A district's own centres that take part, else the regional ones that do; in the region's order of
/// centres, so that the same centres always make the same pool.
fn serving_centres(region: &Region, district: &District, taking_part: &BTreeSet<&CentreId>) -> Vec<CentreId> {
    let own_take_part = district.centres.iter().any(|id| taking_part.contains(id));
    let candidates = if own_take_part {
        &district.centres
    } else {
        &district.regional
    };
    let serves = |id: &CentreId| taking_part.contains(id) && candidates.contains(id);
    region
        .centres
        .iter()
        .map(|centre| &centre.id)
        .filter(|id| serves(id))
        .cloned()
        .collect()
}

fn joined_name(centres: &[CentreId]) -> PoolId {
    PoolId::new(centres.iter().map(CentreId::as_str).collect::<Vec<_>>().join("_"))
}
