//! Centres, campaigns, openings and draws.

use dran_core::campaign::{Campaign, CampaignState, Pool};
use dran_core::ids::{CampaignId, CentreId, DistrictId, GroupId, LineNo, PoolId};
use dran_core::line::account::Deed;
use jiff::Timestamp;
use rusqlite::Connection;

use super::account;
use super::rows::{at, campaign_state, id, maybe_at, ms};
use super::sql::{all, execute, expect_rows, insert, one, optional};
use super::writer::Tx;
use crate::{
    CampaignStep, CreateCampaignRefusal, Failure, Fault, NewCampaign, OpeningRefusal, RecordDraw, StepRefusal,
    StoredCampaign, StoredLine,
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

    let no = insert(
        tx,
        "INSERT INTO campaign (id, opens_at, state, draw_secret, draw_commitment, committed_at)
         VALUES (?1, ?2, 'scheduled', ?3, ?4, ?5)",
        (
            campaign.id.as_str(),
            ms(campaign.opens_at),
            new.draw_secret,
            new.draw_commitment,
            ms(new.committed_at),
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

/// See [`crate::Store::set_opening`].
pub(super) fn set_opening(
    tx: &Tx<'_>,
    campaign: &CampaignId,
    opens_at: Timestamp,
) -> Result<(), Failure<OpeningRefusal>> {
    let touched = execute(
        tx,
        "UPDATE campaign SET opens_at = ?2 WHERE id = ?1 AND state = 'scheduled'",
        (campaign.as_str(), ms(opens_at)),
    )?;
    if touched == 1 {
        Ok(())
    } else {
        Err(not_scheduled(tx, campaign)?)
    }
}

/// See [`crate::Store::record_draw`].
pub(super) fn record_draw(tx: &Tx<'_>, draw: &RecordDraw) -> Result<(), Failure<OpeningRefusal>> {
    let touched = execute(
        tx,
        "UPDATE campaign SET state = 'open', drawn_at = ?2 WHERE id = ?1 AND state = 'scheduled'",
        (draw.campaign.as_str(), ms(draw.drawn_at)),
    )?;
    if touched != 1 {
        return Err(not_scheduled(tx, &draw.campaign)?);
    }
    for (line, drawn_n) in &draw.counts {
        let touched = execute(
            tx,
            "UPDATE line SET drawn_n = ?3
             WHERE line_no = ?2 AND campaign = (SELECT no FROM campaign WHERE id = ?1) AND drawn_n IS NULL",
            (draw.campaign.as_str(), line.0, drawn_n),
        )?;
        expect_rows(touched, 1, "a line that is drawn once with its campaign")?;
    }
    let forgotten: usize = one(
        tx,
        "SELECT count(*) FROM line WHERE campaign = (SELECT no FROM campaign WHERE id = ?1) AND drawn_n IS NULL",
        [draw.campaign.as_str()],
        |row| row.get::<_, u32>(0).map(|count| count as usize),
    )?;
    expect_rows(forgotten, 0, "lines left out of the draw")?;
    let drawn = all(
        tx,
        "SELECT pool, drawn_n FROM line WHERE campaign = (SELECT no FROM campaign WHERE id = ?1) ORDER BY ordinal",
        [draw.campaign.as_str()],
        |row| Ok((id(row, 0, PoolId::new)?, row.get(1)?)),
    )?;
    Ok(account::enter(tx, draw.drawn_at, &draw.campaign, &Deed::Drawn(&drawn))?)
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

/// Why a campaign that is not scheduled cannot be opened.
fn not_scheduled(tx: &Tx<'_>, campaign: &CampaignId) -> rusqlite::Result<Failure<OpeningRefusal>> {
    Ok(Failure::Refused(match number(tx, campaign)? {
        Some(_) => OpeningRefusal::AlreadyDrawn,
        None => OpeningRefusal::UnknownCampaign,
    }))
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
        "SELECT id, opens_at, state, draw_secret, draw_commitment, committed_at, drawn_at, permits_active
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
                },
                state: campaign_state(row, 2)?,
                draw_secret: row.get(3)?,
                draw_commitment: row.get(4)?,
                committed_at: at(row, 5)?,
                drawn_at: maybe_at(row, 6)?,
                permits_active: row.get(7)?,
                lines: lines.into_iter().map(|(marks, _)| marks).collect(),
            })
        },
    )
}
