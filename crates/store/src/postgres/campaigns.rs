//! Centres, campaigns, and their steps on the day.

use dran_core::campaign::{Campaign, CampaignState, Pool};
use dran_core::ids::{CampaignId, CentreId, DistrictId, GroupId, LineNo, PoolId};
use dran_core::line::account::Deed;
use dran_core::line::randomness::Randomness;
use jiff::Timestamp;

use super::account;
use super::rows::{at, campaign_state, id, maybe_at, ms, phone_policy, public_value, randomness};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, insert, maybe, one, optional, params};
use crate::{
    CampaignStep, CreateCampaignRefusal, Failure, Fault, NewCampaign, StepRefusal, StoredCampaign, StoredLine,
};

/// Line numbers end here, so that one fits the short code of a ticket.
const LINE_NO_MAX: u16 = 4095;

/// See [`crate::Store::sync_centres`].
pub(super) async fn sync_centres(tx: &Tx, centres: &[CentreId]) -> Result<(), Fault> {
    for centre in centres {
        execute(
            tx,
            "INSERT INTO centre (no, id) SELECT coalesce(max(no), 0) + 1, $1 FROM centre HAVING count(*) FILTER (WHERE id = $1) = 0", params![centre.as_str()]).await?;
    }
    Ok(())
}

/// The number of a centre, if it is known.
pub(super) async fn centre_no(tx: &Tx, centre: &CentreId) -> Result<Option<u16>, Fault> {
    optional(
        tx,
        "SELECT no FROM centre WHERE id = $1",
        params![centre.as_str()],
        |row| get(row, 0),
    )
    .await
}

/// See [`crate::Store::create_campaign`].
pub(super) async fn create(tx: &Tx, new: &NewCampaign) -> Result<StoredCampaign, Failure<CreateCampaignRefusal>> {
    let campaign = &new.campaign;
    let refused = |refusal| Err(Failure::Refused(refusal));
    if number(tx, &campaign.id).await?.is_some() {
        return refused(CreateCampaignRefusal::NameTaken);
    }
    let lines_used: u16 = one(tx, "SELECT coalesce(max(line_no), 0) FROM line", &[], |row| get(row, 0)).await?;
    if campaign.pools.len() > usize::from(LINE_NO_MAX - lines_used) {
        return refused(CreateCampaignRefusal::NoLinesLeft);
    }

    let (drand, lottery) = match &new.randomness {
        Randomness::None => (None, None),
        Randomness::Drand(named) => (Some(named), None),
        Randomness::Lottery { draw } => (None, Some(draw)),
    };
    let no = insert(
        tx,
        "INSERT INTO campaign (id, opens_at, state, draw_secret, draw_commitment, committed_at, randomness,
                               drand_chain, drand_round, drand_after_s, drand_named_at, lottery, phone)
         VALUES ($1, $2, 'scheduled', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING no",
        params![
            campaign.id.as_str(),
            ms(campaign.opens_at),
            new.draw_secret,
            new.draw_commitment,
            ms(new.committed_at),
            new.randomness.kind(),
            drand.map(|named| named.chain.hash),
            drand.map(|named| named.round as i64),
            drand.map(|named| named.after_s),
            drand.map(|named| ms(named.named_at)),
            lottery,
            campaign.phone.word(),
        ],
    )
    .await?;
    for (ordinal, centre) in campaign.centres.iter().enumerate() {
        let sql = "INSERT INTO campaign_centre (campaign, ordinal, centre_no) VALUES ($1, $2, $3)";
        execute(tx, sql, params![no, ordinal as i64, known(tx, centre).await?]).await?;
    }
    for (ordinal, group) in campaign.groups.iter().enumerate() {
        let sql = "INSERT INTO campaign_group (campaign, ordinal, group_id) VALUES ($1, $2, $3)";
        execute(tx, sql, params![no, ordinal as i64, group.as_str()]).await?;
    }
    for (ordinal, pool) in campaign.pools.iter().enumerate() {
        let line = insert(
            tx,
            "INSERT INTO line (campaign, ordinal, pool, line_no)
             SELECT $1::bigint, $2::integer, $3::text, coalesce(max(line_no), 0) + 1 FROM line RETURNING line_no",
            params![no, ordinal as i64, pool.id.as_str()],
        )
        .await?;
        for (ordinal, centre) in pool.centres.iter().enumerate() {
            let sql = "INSERT INTO line_centre (line_no, ordinal, centre_no) VALUES ($1, $2, $3)";
            execute(tx, sql, params![line, ordinal as i64, known(tx, centre).await?]).await?;
        }
        for (ordinal, district) in pool.districts.iter().enumerate() {
            let sql = "INSERT INTO line_district (line_no, ordinal, district) VALUES ($1, $2, $3)";
            execute(tx, sql, params![line, ordinal as i64, district.as_str()]).await?;
        }
    }
    account::enter(
        tx,
        new.committed_at,
        &campaign.id,
        &Deed::Committed(&new.draw_commitment),
    )
    .await?;
    Ok(stored(tx, no).await?)
}

async fn known(tx: &Tx, centre: &CentreId) -> Result<u16, Failure<CreateCampaignRefusal>> {
    let no = centre_no(tx, centre).await?;
    no.ok_or_else(|| Failure::Refused(CreateCampaignRefusal::UnknownCentre(centre.clone())))
}

/// See [`crate::Store::campaigns`].
pub(super) async fn list(tx: &Tx) -> Result<Vec<StoredCampaign>, Fault> {
    let numbers = all(tx, "SELECT no FROM campaign ORDER BY no", &[], |row| get::<i64>(row, 0)).await?;
    let mut campaigns = Vec::with_capacity(numbers.len());
    for no in numbers {
        campaigns.push(stored(tx, no).await?);
    }
    Ok(campaigns)
}

/// See [`crate::Store::step`].
pub(super) async fn step(
    tx: &Tx,
    campaign: &CampaignId,
    step: CampaignStep,
    now: Timestamp,
) -> Result<(), Failure<StepRefusal>> {
    let state = optional(
        tx,
        "SELECT state FROM campaign WHERE id = $1",
        params![campaign.as_str()],
        |row| campaign_state(row, 0),
    )
    .await?;
    let state = state.ok_or(Failure::Refused(StepRefusal::UnknownCampaign))?;
    let (word, deed) = match (step, state) {
        (CampaignStep::Pause, CampaignState::Open) => ("paused", Deed::Paused),
        (CampaignStep::Resume, CampaignState::Paused) => ("open", Deed::Resumed),
        (CampaignStep::Close, CampaignState::Scheduled | CampaignState::Open | CampaignState::Paused) => {
            ("closed", Deed::Closed)
        }
        _ => return Err(Failure::Refused(StepRefusal::NotFrom(state))),
    };
    let touched = execute(
        tx,
        "UPDATE campaign SET state = $2 WHERE id = $1",
        params![campaign.as_str(), word],
    )
    .await?;
    expect_rows(touched, 1, "a campaign that takes a step")?;
    Ok(account::enter(tx, now, campaign, &deed).await?)
}

/// The number of a campaign, if there is one of that name.
pub(super) async fn number(tx: &Tx, campaign: &CampaignId) -> Result<Option<i64>, Fault> {
    optional(
        tx,
        "SELECT no FROM campaign WHERE id = $1",
        params![campaign.as_str()],
        |row| get(row, 0),
    )
    .await
}

async fn stored(tx: &Tx, no: i64) -> Result<StoredCampaign, Fault> {
    let lines = all(
        tx,
        "SELECT line_no, next_number, drawn_n, called, pool FROM line WHERE campaign = $1 ORDER BY ordinal",
        params![no],
        |row| {
            let line = LineNo(get(row, 0)?);
            let marks = StoredLine {
                line,
                next_number: get(row, 1)?,
                drawn_n: maybe(row, 2)?,
                called: get(row, 3)?,
            };
            Ok((marks, id(row, 4, PoolId::new)?))
        },
    )
    .await?;
    let mut pools = Vec::with_capacity(lines.len());
    for (marks, pool) in &lines {
        pools.push(Pool {
            id: pool.clone(),
            line: marks.line,
            centres: all(
                tx,
                "SELECT centre.id FROM line_centre JOIN centre ON centre.no = line_centre.centre_no
                 WHERE line_no = $1 ORDER BY ordinal",
                params![marks.line.0],
                |row| id(row, 0, CentreId::new),
            )
            .await?,
            districts: all(
                tx,
                "SELECT district FROM line_district WHERE line_no = $1 ORDER BY ordinal",
                params![marks.line.0],
                |row| id(row, 0, DistrictId::new),
            )
            .await?,
        });
    }
    let centres = all(
        tx,
        "SELECT centre.id FROM campaign_centre JOIN centre ON centre.no = campaign_centre.centre_no
         WHERE campaign = $1 ORDER BY ordinal",
        params![no],
        |row| id(row, 0, CentreId::new),
    )
    .await?;
    let groups = all(
        tx,
        "SELECT group_id FROM campaign_group WHERE campaign = $1 ORDER BY ordinal",
        params![no],
        |row| id(row, 0, GroupId::new),
    )
    .await?;
    one(
        tx,
        "SELECT id, opens_at, state, draw_secret, draw_commitment, committed_at, drawn_at, permits_active,
                randomness, drand_chain, drand_round, drand_after_s, drand_named_at, lottery, frozen_at,
                public_value, public_value_at, beacon_signature, beacon_previous, phone
         FROM campaign WHERE no = $1",
        params![no],
        |row| {
            Ok(StoredCampaign {
                campaign: Campaign {
                    id: id(row, 0, CampaignId::new)?,
                    opens_at: at(row, 1)?,
                    centres,
                    groups,
                    pools,
                    phone: phone_policy(row, 19)?,
                },
                state: campaign_state(row, 2)?,
                draw_secret: get(row, 3)?,
                draw_commitment: get(row, 4)?,
                committed_at: at(row, 5)?,
                drawn_at: maybe_at(row, 6)?,
                permits_active: get(row, 7)?,
                randomness: randomness(row, 8)?,
                frozen_at: maybe_at(row, 14)?,
                public_value: public_value(row, 15, 10)?,
                lines: lines.into_iter().map(|(marks, _)| marks).collect(),
            })
        },
    )
    .await
}
