//! The way to a drawn order: the opening, the freezing of N, the public value, the draw.

use dran_core::ids::{CampaignId, PoolId};
use dran_core::line::account::Deed;
use dran_core::line::randomness::{PublicValue, Randomness};
use jiff::Timestamp;

use super::account;
use super::campaigns::number;
use super::rows::{id, ms};
use super::sql::{all, execute, expect_rows, one, optional};
use super::writer::Tx;
use crate::{Failure, Freeze, OpeningRefusal, SetOpening};

/// See [`crate::Store::set_opening`].
pub(super) fn set_opening(tx: &Tx<'_>, opening: &SetOpening) -> Result<(), Failure<OpeningRefusal>> {
    let touched = execute(
        tx,
        "UPDATE campaign SET opens_at = ?2 WHERE id = ?1 AND state = 'scheduled' AND frozen_at IS NULL",
        (opening.campaign.as_str(), ms(opening.opens_at)),
    )?;
    if touched != 1 {
        return Err(Failure::Refused(match number(tx, &opening.campaign)? {
            Some(_) => OpeningRefusal::AlreadyFrozen,
            None => OpeningRefusal::UnknownCampaign,
        }));
    }
    name_round(tx, &opening.campaign, &opening.randomness)
}

/// See [`crate::Store::freeze`].
pub(super) fn freeze(tx: &Tx<'_>, freeze: &Freeze) -> Result<(), Failure<OpeningRefusal>> {
    let touched = execute(
        tx,
        "UPDATE campaign SET frozen_at = ?2
         WHERE id = ?1 AND state = 'scheduled' AND frozen_at IS NULL AND opens_at <= ?2",
        (freeze.campaign.as_str(), ms(freeze.frozen_at)),
    )?;
    if touched != 1 {
        let early = optional(
            tx,
            "SELECT state = 'scheduled' AND frozen_at IS NULL FROM campaign WHERE id = ?1",
            [freeze.campaign.as_str()],
            |row| row.get(0),
        )?;
        return Err(Failure::Refused(match early {
            None => OpeningRefusal::UnknownCampaign,
            Some(true) => OpeningRefusal::TooEarly,
            Some(false) => OpeningRefusal::AlreadyFrozen,
        }));
    }
    for (line, n) in &freeze.counts {
        let touched = execute(
            tx,
            "UPDATE line SET drawn_n = ?3
             WHERE line_no = ?2 AND campaign = (SELECT no FROM campaign WHERE id = ?1) AND drawn_n IS NULL",
            (freeze.campaign.as_str(), line.0, n),
        )?;
        expect_rows(touched, 1, "a line that is frozen once with its campaign")?;
    }
    let forgotten: usize = one(
        tx,
        "SELECT count(*) FROM line WHERE campaign = (SELECT no FROM campaign WHERE id = ?1) AND drawn_n IS NULL",
        [freeze.campaign.as_str()],
        |row| row.get::<_, u32>(0).map(|count| count as usize),
    )?;
    expect_rows(forgotten, 0, "lines left out of the draw")?;
    name_round(tx, &freeze.campaign, &freeze.randomness)?;
    let frozen = counts(tx, &freeze.campaign)?;
    Ok(account::enter(
        tx,
        freeze.frozen_at,
        &freeze.campaign,
        &Deed::Frozen(&frozen),
    )?)
}

/// See [`crate::Store::record_public_value`].
pub(super) fn record_public_value(
    tx: &Tx<'_>,
    campaign: &CampaignId,
    value: &PublicValue,
) -> Result<(), Failure<OpeningRefusal>> {
    let beacon = value.beacon.as_ref();
    let touched = execute(
        tx,
        "UPDATE campaign
         SET public_value = ?2, public_value_at = ?3, beacon_signature = ?4, beacon_previous = ?5
         WHERE id = ?1 AND state = 'scheduled' AND frozen_at <= ?3 AND public_value IS NULL
           AND randomness = iif(?4 IS NULL, 'lottery', 'drand') AND drand_round IS ?6",
        (
            campaign.as_str(),
            &value.text,
            ms(value.at),
            beacon.map(|beacon| &beacon.signature),
            beacon
                .map(|beacon| &beacon.previous_signature)
                .filter(|previous| !previous.is_empty()),
            beacon.map(|beacon| beacon.round as i64),
        ),
    )?;
    if touched == 1 {
        return Ok(account::enter(tx, value.at, campaign, &Deed::Value(&value.text))?);
    }
    let found = optional(
        tx,
        "SELECT public_value, frozen_at IS NULL, drawn_at IS NOT NULL FROM campaign WHERE id = ?1",
        [campaign.as_str()],
        |row| Ok((row.get::<_, Option<String>>(0)?, row.get(1)?, row.get(2)?)),
    )?;
    Err(Failure::Refused(match found {
        None => OpeningRefusal::UnknownCampaign,
        Some((Some(known), ..)) if known == value.text => return Ok(()),
        Some((Some(_), ..)) => OpeningRefusal::OtherPublicValue,
        Some((None, true, _)) => OpeningRefusal::NotFrozen,
        Some((None, false, true)) => OpeningRefusal::AlreadyDrawn,
        Some((None, false, false)) => OpeningRefusal::NoSuchSource,
    }))
}

/// See [`crate::Store::record_draw`].
pub(super) fn record_draw(
    tx: &Tx<'_>,
    campaign: &CampaignId,
    drawn_at: Timestamp,
) -> Result<(), Failure<OpeningRefusal>> {
    let touched = execute(
        tx,
        "UPDATE campaign SET state = 'open', drawn_at = ?2
         WHERE id = ?1 AND state = 'scheduled' AND frozen_at <= ?2
           AND (randomness = 'none' OR public_value_at <= ?2)",
        (campaign.as_str(), ms(drawn_at)),
    )?;
    if touched == 1 {
        let drawn = counts(tx, campaign)?;
        return Ok(account::enter(tx, drawn_at, campaign, &Deed::Drawn(&drawn))?);
    }
    let reason = optional(
        tx,
        "SELECT state <> 'scheduled', frozen_at IS NULL FROM campaign WHERE id = ?1",
        [campaign.as_str()],
        |row| {
            Ok(match (row.get(0)?, row.get(1)?) {
                (true, _) => OpeningRefusal::AlreadyDrawn,
                (false, true) => OpeningRefusal::NotFrozen,
                (false, false) => OpeningRefusal::NoPublicValue,
            })
        },
    )?;
    Err(Failure::Refused(reason.unwrap_or(OpeningRefusal::UnknownCampaign)))
}

/// N of each pool.
fn counts(tx: &Tx<'_>, campaign: &CampaignId) -> rusqlite::Result<Vec<(PoolId, u32)>> {
    all(
        tx,
        "SELECT pool, drawn_n FROM line WHERE campaign = (SELECT no FROM campaign WHERE id = ?1) ORDER BY ordinal",
        [campaign.as_str()],
        |row| Ok((id(row, 0, PoolId::new)?, row.get(1)?)),
    )
}

/// Writes the round of a campaign. A campaign keeps the kind of source and the network that it named.
fn name_round(tx: &Tx<'_>, campaign: &CampaignId, randomness: &Randomness) -> Result<(), Failure<OpeningRefusal>> {
    let drand = match randomness {
        Randomness::Drand(named) => Some(named),
        Randomness::None | Randomness::Lottery { .. } => None,
    };
    let touched = execute(
        tx,
        "UPDATE campaign SET drand_round = ?4, drand_named_at = ?5
         WHERE id = ?1 AND randomness = ?2 AND drand_chain IS ?3",
        (
            campaign.as_str(),
            randomness.kind(),
            drand.map(|named| named.chain.hash),
            drand.map(|named| named.round as i64),
            drand.map(|named| ms(named.named_at)),
        ),
    )?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Failure::Refused(OpeningRefusal::NoSuchSource))
    }
}
