//! Centres, campaigns, and their steps on the day.

use dran_core::campaign::{Campaign, CampaignState, Pool};
use dran_core::ids::{CampaignId, CentreId, DistrictId, GroupId, LineNo, PoolId};
use dran_core::line::account::Deed;
use dran_core::line::randomness::Randomness;
use jiff::Timestamp;
use rusqlite::Connection;

use super::account;
use super::rows::{at, campaign_state, id, maybe_at, ms, phone_policy, public_value, randomness};
use super::sql::{all, execute, expect_rows, insert, one, optional};
use super::writer::Tx;
use crate::{
    CampaignStep, CreateCampaignRefusal, Failure, Fault, NewCampaign, StepRefusal, StoredCampaign, StoredLine,
};

/// Line numbers end here, so that one fits the short code of a ticket.
const LINE_NO_MAX: u16 = 4095;

/// See [`crate::Store::sync_centres`].
pub(super) fn sync_centres(tx: &Tx<'_>, centres: &[CentreId]) -> Result<(), Fault> {
    for centre in centres {
        execute(
            tx,
            "INSERT INTO centre (id) VALUES (?1) ON CONFLICT DO NOTHING",
            [centre.as_str()],
        )?;
    }
    Ok(())
}

/// The number of a centre, if it is known.
pub(super) fn centre_no(connection: &Connection, centre: &CentreId) -> rusqlite::Result<Option<u16>> {
    optional(
        connection,
        "SELECT no FROM centre WHERE id = ?1",
        [centre.as_str()],
        |row| row.get(0),
    )
}

/// See [`crate::Store::create_campaign`].
pub(super) fn create(tx: &Tx<'_>, new: &NewCampaign) -> Result<StoredCampaign, Failure<CreateCampaignRefusal>> {
    let campaign = &new.campaign;
    let refused = |refusal| Err(Failure::Refused(refusal));
    if number(tx, &campaign.id)?.is_some() {
        return refused(CreateCampaignRefusal::NameTaken);
    }
    let lines_used: u16 = one(tx, "SELECT coalesce(max(line_no), 0) FROM line", [], |row| row.get(0))?;
    if campaign.pools.len() > usize::from(LINE_NO_MAX - lines_used) {
        return refused(CreateCampaignRefusal::NoLinesLeft);
    }
    let known = |centre: &CentreId| match centre_no(tx, centre)? {
        Some(no) => Ok(no),
        None => Err(Failure::Refused(CreateCampaignRefusal::UnknownCentre(centre.clone()))),
    };

    let (drand, lottery) = match &new.randomness {
        Randomness::None => (None, None),
        Randomness::Drand(named) => (Some(named), None),
        Randomness::Lottery { draw } => (None, Some(draw)),
    };
    let no = insert(
        tx,
        "INSERT INTO campaign (id, opens_at, state, draw_secret, draw_commitment, committed_at, randomness,
                               drand_chain, drand_round, drand_after_s, drand_named_at, lottery, phone)
         VALUES (?1, ?2, 'scheduled', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        (
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
        ),
    )?;
    for (ordinal, centre) in campaign.centres.iter().enumerate() {
        let sql = "INSERT INTO campaign_centre (campaign, ordinal, centre_no) VALUES (?1, ?2, ?3)";
        execute(tx, sql, (no, ordinal as i64, known(centre)?))?;
    }
    for (ordinal, group) in campaign.groups.iter().enumerate() {
        let sql = "INSERT INTO campaign_group (campaign, ordinal, group_id) VALUES (?1, ?2, ?3)";
        execute(tx, sql, (no, ordinal as i64, group.as_str()))?;
    }
    for (ordinal, pool) in campaign.pools.iter().enumerate() {
        let line = insert(
            tx,
            "INSERT INTO line (campaign, ordinal, pool, line_no)
             SELECT ?1, ?2, ?3, coalesce(max(line_no), 0) + 1 FROM line",
            (no, ordinal as i64, pool.id.as_str()),
        )?;
        for (ordinal, centre) in pool.centres.iter().enumerate() {
            let sql = "INSERT INTO line_centre (line_no, ordinal, centre_no) VALUES (?1, ?2, ?3)";
            execute(tx, sql, (line, ordinal as i64, known(centre)?))?;
        }
        for (ordinal, district) in pool.districts.iter().enumerate() {
            let sql = "INSERT INTO line_district (line_no, ordinal, district) VALUES (?1, ?2, ?3)";
            execute(tx, sql, (line, ordinal as i64, district.as_str()))?;
        }
    }
    account::enter(
        tx,
        new.committed_at,
        &campaign.id,
        &Deed::Committed(&new.draw_commitment),
    )?;
    Ok(stored(tx, no)?)
}

/// See [`crate::Store::campaigns`].
pub(super) fn list(connection: &Connection) -> rusqlite::Result<Vec<StoredCampaign>> {
    let numbers = all(connection, "SELECT no FROM campaign ORDER BY no", [], |row| {
        row.get::<_, i64>(0)
    })?;
    numbers.into_iter().map(|no| stored(connection, no)).collect()
}

/// See [`crate::Store::step`].
pub(super) fn step(
    tx: &Tx<'_>,
    campaign: &CampaignId,
    step: CampaignStep,
    now: Timestamp,
) -> Result<(), Failure<StepRefusal>> {
    let state = optional(
        tx,
        "SELECT state FROM campaign WHERE id = ?1",
        [campaign.as_str()],
        |row| campaign_state(row, 0),
    )?;
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
        "UPDATE campaign SET state = ?2 WHERE id = ?1",
        (campaign.as_str(), word),
    )?;
    expect_rows(touched, 1, "a campaign that takes a step")?;
    Ok(account::enter(tx, now, campaign, &deed)?)
}

/// The number of a campaign, if there is one of that name.
pub(super) fn number(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<Option<i64>> {
    optional(
        connection,
        "SELECT no FROM campaign WHERE id = ?1",
        [campaign.as_str()],
        |row| row.get(0),
    )
}

fn stored(connection: &Connection, no: i64) -> rusqlite::Result<StoredCampaign> {
    let lines = all(
        connection,
        "SELECT line_no, next_number, drawn_n, called, pool FROM line WHERE campaign = ?1 ORDER BY ordinal",
        [no],
        |row| {
            let line = LineNo(row.get(0)?);
            let marks = StoredLine {
                line,
                next_number: row.get(1)?,
                drawn_n: row.get(2)?,
                called: row.get(3)?,
            };
            Ok((marks, id(row, 4, PoolId::new)?))
        },
    )?;
    let mut pools = Vec::with_capacity(lines.len());
    for (marks, pool) in &lines {
        pools.push(Pool {
            id: pool.clone(),
            line: marks.line,
            centres: all(
                connection,
                "SELECT centre.id FROM line_centre JOIN centre ON centre.no = line_centre.centre_no
                 WHERE line_no = ?1 ORDER BY ordinal",
                [marks.line.0],
                |row| id(row, 0, CentreId::new),
            )?,
            districts: all(
                connection,
                "SELECT district FROM line_district WHERE line_no = ?1 ORDER BY ordinal",
                [marks.line.0],
                |row| id(row, 0, DistrictId::new),
            )?,
        });
    }
    let centres = all(
        connection,
        "SELECT centre.id FROM campaign_centre JOIN centre ON centre.no = campaign_centre.centre_no
         WHERE campaign = ?1 ORDER BY ordinal",
        [no],
        |row| id(row, 0, CentreId::new),
    )?;
    let groups = all(
        connection,
        "SELECT group_id FROM campaign_group WHERE campaign = ?1 ORDER BY ordinal",
        [no],
        |row| id(row, 0, GroupId::new),
    )?;
    one(
        connection,
        "SELECT id, opens_at, state, draw_secret, draw_commitment, committed_at, drawn_at, permits_active,
                randomness, drand_chain, drand_round, drand_after_s, drand_named_at, lottery, frozen_at,
                public_value, public_value_at, beacon_signature, beacon_previous, phone
         FROM campaign WHERE no = ?1",
        [no],
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
                draw_secret: row.get(3)?,
                draw_commitment: row.get(4)?,
                committed_at: at(row, 5)?,
                drawn_at: maybe_at(row, 6)?,
                permits_active: row.get(7)?,
                randomness: randomness(row, 8)?,
                frozen_at: maybe_at(row, 14)?,
                public_value: public_value(row, 15, 10)?,
                lines: lines.into_iter().map(|(marks, _)| marks).collect(),
            })
        },
    )
}
