//! The region of the day: four centres, two districts, two campaigns with three lines.

use dran_core::campaign::{Campaign, Pool};
use dran_core::ids::{CampaignId, CentreId, DistrictId, GroupId, LineNo, PoolId};
use dran_core::line::randomness::Randomness;
use dran_core::phone::PhonePolicy;
use dran_store::NewCampaign;
use jiff::Timestamp;

/// Where appointments are given.
pub const CENTRES: [&str; 4] = ["kassel", "fulda", "giessen", "hanau"];

/// The lines: campaign, centres, districts.
pub const LINES: [(usize, &[&str], &str); 3] = [
    (0, &["kassel", "fulda"], "06611"),
    (0, &["giessen", "hanau"], "06531"),
    (1, &["kassel"], "06611"),
];

/// The campaigns: the one for all, and one for care workers that opens first.
pub const CAMPAIGNS: [&str; 2] = ["winter", "care"];

/// Microseconds behind the opening, as a moment. The store keeps milliseconds, and is told more.
pub fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(1_610_434_800_000_000 + micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Seconds behind the opening.
pub fn second(seconds: i64) -> Timestamp {
    moment(seconds * 1_000_000)
}

/// The campaign of a number.
pub fn campaign_id(campaign: usize) -> CampaignId {
    CampaignId::new(CAMPAIGNS[campaign])
}

/// A campaign with its pools.
pub fn new_campaign(campaign: usize) -> NewCampaign {
    let of_it = LINES.iter().filter(|line| line.0 == campaign);
    let pools: Vec<Pool> = of_it
        .map(|(_, centres, district)| Pool {
            id: PoolId::new(centres[0]),
            line: LineNo(0),
            centres: centres.iter().map(|centre| CentreId::new(*centre)).collect(),
            districts: vec![DistrictId::new(*district)],
        })
        .collect();
    NewCampaign {
        campaign: Campaign {
            id: campaign_id(campaign),
            opens_at: second(0),
            centres: pools.iter().flat_map(|pool| pool.centres.clone()).collect(),
            groups: vec![GroupId::new("80-plus"), GroupId::new("care")],
            pools,
            phone: PhonePolicy::OneLine,
        },
        draw_secret: [campaign as u8 + 1; 32],
        draw_commitment: [campaign as u8 + 2; 32],
        committed_at: second(-86_400),
        randomness: Randomness::None,
    }
}
