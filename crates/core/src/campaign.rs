//! Campaigns and their pools.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::ids::{CampaignId, CentreId, DistrictId, GroupId, LineNo, PoolId};
use crate::phone::PhonePolicy;
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
    /// Whether callers may come in beside the line.
    pub phone: PhonePolicy,
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
    /// People may join, and who is inside may book; nobody is called or let in.
    Paused,
    /// It has ended: nobody joins, is called or let in; who is inside may book.
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
/// A pool is named after its first centre; where another pool begins with the same one, after all of
/// its centres, joined with `_`.
pub fn pools(region: &Region, centres: &[CentreId]) -> Result<Vec<Pool>, PoolsError> {
    let taking_part: BTreeSet<&CentreId> = centres.iter().collect();
    let unknown = taking_part.iter().filter(|id| region.centre(id).is_none());
    let mut error = PoolsError {
        unknown_centres: unknown.map(|id| (*id).clone()).collect(),
        ..PoolsError::default()
    };
    let mut served: Vec<(Vec<CentreId>, Vec<DistrictId>)> = Vec::new();
    for district in &region.districts {
        let serving = serving_centres(region, district, &taking_part);
        if serving.is_empty() {
            error.unserved_districts.push(district.id.clone());
        } else if let Some((_, districts)) = served.iter_mut().find(|(centres, _)| *centres == serving) {
            districts.push(district.id.clone());
        } else {
            served.push((serving, vec![district.id.clone()]));
        }
    }
    if error != PoolsError::default() {
        return Err(error);
    }
    let begin_with = |first: &CentreId| {
        served
            .iter()
            .filter(|(centres, _)| centres.first() == Some(first))
            .count()
    };
    let name = |centres: &[CentreId]| match centres {
        [first, ..] if begin_with(first) == 1 => PoolId::new(first.as_str()),
        _ => PoolId::new(centres.iter().map(CentreId::as_str).collect::<Vec<_>>().join("_")),
    };
    let pool = |(centres, districts): &(Vec<CentreId>, Vec<DistrictId>)| Pool {
        id: name(centres),
        line: LineNo(0),
        centres: centres.clone(),
        districts: districts.clone(),
    };
    Ok(served.iter().map(pool).collect())
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

#[cfg(test)]
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where its example is wrong"
)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// A region of centres that are alike and of districts with (own centres, regional ones, postcodes).
    fn region(centres: &[&str], districts: &[(&[&str], &[&str], &[&str])]) -> Region {
        let mut text = r#"
            id = "insel"
            name = { de = "Insel" }
            country = "DE"
            time_zone = "Europe/Berlin"
            languages = ["de"]
            hotline.numbers = [{ dial = "116117", shown = "116 117" }]
            hotline.hours = [{ days = "mon-sun", opens = 08:00:00, closes = 20:00:00 }]
            vaccines = [{ id = "a", name = "A", cvx = 212, doses = 1, rules = [
                { from = 2021-01-01, age_min = 16, source = "STIKO" },
            ] }]
            groups = [{ id = "alle", name.de = "Alle", explanation.de = "Alle", proof.de = "Ausweis",
                basis = "Beispiel", entitled_from = 2021-01-01 }]
            [centre_defaults]
            open_from = 2021-02-01
            hours = [{ days = "mon-sun", opens = 08:00:00, closes = 20:00:00 }]
            lanes = 4
            minutes_per_lane = 10
            slot_minutes = 15
            wheelchair = true
        "#
        .to_owned();
        for id in centres {
            text += &format!("[[centres]]\nid = {id:?}\nname = {id:?}\ndistrict = \"d0\"\n");
        }
        for (number, (own, regional, postcodes)) in districts.iter().enumerate() {
            text += &format!("[[districts]]\nid = \"d{number}\"\nname = \"D{number}\"\npopulation_thousand = 1\n");
            text += &format!("centres = {own:?}\nregional = {regional:?}\npostcodes = {postcodes:?}\n");
        }
        Region::parse(&text).unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"))
    }

    fn ids(names: &[&str]) -> Vec<CentreId> {
        names.iter().map(|name| CentreId::new(*name)).collect()
    }

    /// Each pool as `name: centres / districts`.
    fn told(pools: Result<Vec<Pool>, PoolsError>) -> Vec<String> {
        let pools = pools.unwrap_or_else(|error| panic!("{error}"));
        let told = |pool: &Pool| format!("{}: {} / {}", pool.id, list(&pool.centres), list(&pool.districts));
        pools.iter().map(told).collect()
    }

    #[test]
    fn districts_that_the_same_centres_serve_share_a_line() {
        let region = region(
            &["nord", "mitte", "sued"],
            &[
                (&["nord"], &["mitte"], &["10001"]),
                (&["mitte"], &[], &["10002"]),
                (&["sued"], &["mitte"], &["10003"]),
            ],
        );
        assert_eq!(told(pools(&region, &ids(&["mitte"]))), ["mitte: mitte / d0, d1, d2"]);
        assert_eq!(
            told(pools(&region, &ids(&["sued", "mitte"]))),
            ["mitte: mitte / d0, d1", "sued: sued / d2"]
        );
        let own = ["nord: nord / d0", "mitte: mitte / d1", "sued: sued / d2"];
        assert_eq!(told(pools(&region, &ids(&["sued", "mitte", "nord", "nord"]))), own);
    }

    #[test]
    fn a_pool_of_several_centres_is_named_after_the_first_unless_another_has_that_name() {
        let region = region(
            &["nord", "sued"],
            &[
                (&["sued", "nord"], &[], &["10001"]),
                (&["nord", "sued"], &[], &["10002"]),
                (&["nord"], &[], &["10003"]),
                (&["sued"], &[], &["10004"]),
            ],
        );
        assert_eq!(
            told(pools(&region, &ids(&["nord", "sued"]))),
            ["nord_sued: nord, sued / d0, d1", "nord: nord / d2", "sued: sued / d3"]
        );
    }

    #[test]
    fn unknown_centres_and_districts_that_nobody_serves_are_told_together() {
        let region = region(
            &["nord", "sued"],
            &[(&["nord"], &[], &["10001"]), (&["sued"], &[], &["10002"])],
        );
        let error = pools(&region, &ids(&["nord", "west"])).expect_err("west is unknown, d1 is not served");
        assert_eq!(error.unknown_centres, ids(&["west"]));
        assert_eq!(error.unserved_districts, [DistrictId::new("d1")]);
        assert_eq!(
            error.to_string(),
            "the region has no centre west; no centre of the campaign serves the district d1"
        );
    }

    #[test]
    fn a_postcode_may_lie_in_several_districts_and_so_in_several_pools() {
        let region = region(
            &["nord", "sued"],
            &[
                (&["nord"], &[], &["10001", "10002"]),
                (&["sued"], &[], &["10002"]),
                (&[], &["sued"], &["10002"]),
            ],
        );
        let campaign = Campaign {
            id: CampaignId::new("c"),
            opens_at: date(2021, 1, 12)
                .at(8, 0, 0, 0)
                .to_zoned(region.time_zone.clone())
                .expect("a time")
                .timestamp(),
            centres: ids(&["nord", "sued"]),
            groups: Vec::new(),
            pools: pools(&region, &ids(&["nord", "sued"])).expect("all are served"),
            phone: PhonePolicy::OneLine,
        };
        let of = |code: &str| -> Vec<&str> {
            let code = Postcode::parse(code).expect("a postcode");
            campaign
                .pools_of_postcode(&region, &code)
                .into_iter()
                .map(|pool| pool.id.as_str())
                .collect()
        };
        assert_eq!(of("10001"), ["nord"]);
        assert_eq!(of("10002"), ["nord", "sued"]);
        assert!(of("99999").is_empty());
        let pool_of = |id: &str| {
            campaign
                .pool_of_district(&DistrictId::new(id))
                .map(|pool| pool.id.as_str())
        };
        assert_eq!((pool_of("d2"), pool_of("d9")), (Some("sued"), None));
        assert_eq!(
            campaign.pool(&PoolId::new("sued")).map(|pool| pool.centres.len()),
            Some(1)
        );
    }
}
