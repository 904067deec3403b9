//! The way to a drawn order: the opening, the freezing of N, the public value, the draw.

use dran_core::ids::{CampaignId, PoolId};
use dran_core::line::account::Deed;
use dran_core::line::randomness::{PublicValue, Randomness};
use jiff::Timestamp;

use super::account;
use super::campaigns::number;
use super::rows::{id, ms};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, maybe, one, optional, params};
use crate::{Failure, Fault, Freeze, OpeningRefusal, SetOpening};

/// See [`crate::Store::set_opening`].
pub(super) async fn set_opening(tx: &Tx, opening: &SetOpening) -> Result<(), Failure<OpeningRefusal>> {
    let touched = execute(
        tx,
        "UPDATE campaign SET opens_at = $2 WHERE id = $1 AND state = 'scheduled' AND frozen_at IS NULL",
        params![opening.campaign.as_str(), ms(opening.opens_at)],
    )
    .await?;
    if touched != 1 {
        return Err(Failure::Refused(match number(tx, &opening.campaign).await? {
            Some(_) => OpeningRefusal::AlreadyFrozen,
            None => OpeningRefusal::UnknownCampaign,
        }));
    }
    name_round(tx, &opening.campaign, &opening.randomness).await
}

/// See [`crate::Store::freeze`].
pub(super) async fn freeze(tx: &Tx, freeze: &Freeze) -> Result<(), Failure<OpeningRefusal>> {
    let touched = execute(
        tx,
        "UPDATE campaign SET frozen_at = $2
         WHERE id = $1 AND state = 'scheduled' AND frozen_at IS NULL AND opens_at <= $2",
        params![freeze.campaign.as_str(), ms(freeze.frozen_at)],
    )
    .await?;
    if touched != 1 {
        let early = optional(
            tx,
            "SELECT state = 'scheduled' AND frozen_at IS NULL FROM campaign WHERE id = $1",
            params![freeze.campaign.as_str()],
            |row| get(row, 0),
        )
        .await?;
        return Err(Failure::Refused(match early {
            None => OpeningRefusal::UnknownCampaign,
            Some(true) => OpeningRefusal::TooEarly,
            Some(false) => OpeningRefusal::AlreadyFrozen,
        }));
    }
    for (line, n) in &freeze.counts {
        let touched = execute(
            tx,
            "UPDATE line SET drawn_n = $3
             WHERE line_no = $2 AND campaign = (SELECT no FROM campaign WHERE id = $1) AND drawn_n IS NULL",
            params![freeze.campaign.as_str(), line.0, n],
        )
        .await?;
        expect_rows(touched, 1, "a line that is frozen once with its campaign")?;
    }
    let forgotten: usize = one(
        tx,
        "SELECT count(*) FROM line WHERE campaign = (SELECT no FROM campaign WHERE id = $1) AND drawn_n IS NULL",
        params![freeze.campaign.as_str()],
        |row| get::<u32>(row, 0).map(|count| count as usize),
    )
    .await?;
    expect_rows(forgotten, 0, "lines left out of the draw")?;
    name_round(tx, &freeze.campaign, &freeze.randomness).await?;
    let frozen = counts(tx, &freeze.campaign).await?;
    Ok(account::enter(tx, freeze.frozen_at, &freeze.campaign, &Deed::Frozen(&frozen)).await?)
}

/// See [`crate::Store::record_public_value`].
pub(super) async fn record_public_value(
    tx: &Tx,
    campaign: &CampaignId,
    value: &PublicValue,
) -> Result<(), Failure<OpeningRefusal>> {
    let beacon = value.beacon.as_ref();
    let touched = execute(
        tx,
        "UPDATE campaign
         SET public_value = $2, public_value_at = $3, beacon_signature = $4, beacon_previous = $5
         WHERE id = $1 AND state = 'scheduled' AND frozen_at <= $3 AND public_value IS NULL
           AND randomness = CASE WHEN $4::bytea IS NULL THEN 'lottery' ELSE 'drand' END
           AND drand_round IS NOT DISTINCT FROM $6",
        params![
            campaign.as_str(),
            &value.text,
            ms(value.at),
            beacon.map(|beacon| &beacon.signature),
            beacon
                .map(|beacon| &beacon.previous_signature)
                .filter(|previous| !previous.is_empty()),
            beacon.map(|beacon| beacon.round as i64),
        ],
    )
    .await?;
    if touched == 1 {
        return Ok(account::enter(tx, value.at, campaign, &Deed::Value(&value.text)).await?);
    }
    let found = optional(
        tx,
        "SELECT public_value, frozen_at IS NULL, drawn_at IS NOT NULL FROM campaign WHERE id = $1",
        params![campaign.as_str()],
        |row| Ok((maybe::<String>(row, 0)?, get(row, 1)?, get(row, 2)?)),
    )
    .await?;
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
pub(super) async fn record_draw(
    tx: &Tx,
    campaign: &CampaignId,
    drawn_at: Timestamp,
) -> Result<(), Failure<OpeningRefusal>> {
    let touched = execute(
        tx,
        "UPDATE campaign SET state = 'open', drawn_at = $2
         WHERE id = $1 AND state = 'scheduled' AND frozen_at <= $2
           AND (randomness = 'none' OR public_value_at <= $2)",
        params![campaign.as_str(), ms(drawn_at)],
    )
    .await?;
    if touched == 1 {
        let drawn = counts(tx, campaign).await?;
        return Ok(account::enter(tx, drawn_at, campaign, &Deed::Drawn(&drawn)).await?);
    }
    let reason = optional(
        tx,
        "SELECT state <> 'scheduled', frozen_at IS NULL FROM campaign WHERE id = $1",
        params![campaign.as_str()],
        |row| {
            Ok(match (get(row, 0)?, get(row, 1)?) {
                (true, _) => OpeningRefusal::AlreadyDrawn,
                (false, true) => OpeningRefusal::NotFrozen,
                (false, false) => OpeningRefusal::NoPublicValue,
            })
        },
    )
    .await?;
    Err(Failure::Refused(reason.unwrap_or(OpeningRefusal::UnknownCampaign)))
}

/// N of each pool.
async fn counts(tx: &Tx, campaign: &CampaignId) -> Result<Vec<(PoolId, u32)>, Fault> {
    all(
        tx,
        "SELECT pool, drawn_n FROM line WHERE campaign = (SELECT no FROM campaign WHERE id = $1) ORDER BY ordinal",
        params![campaign.as_str()],
        |row| Ok((id(row, 0, PoolId::new)?, get(row, 1)?)),
    )
    .await
}

/// Writes the round of a campaign. A campaign keeps the kind of source and the network that it named.
async fn name_round(tx: &Tx, campaign: &CampaignId, randomness: &Randomness) -> Result<(), Failure<OpeningRefusal>> {
    let drand = match randomness {
        Randomness::Drand(named) => Some(named),
        Randomness::None | Randomness::Lottery { .. } => None,
    };
    let touched = execute(
        tx,
        "UPDATE campaign SET drand_round = $4, drand_named_at = $5
         WHERE id = $1 AND randomness = $2 AND drand_chain IS NOT DISTINCT FROM $3",
        params![
            campaign.as_str(),
            randomness.kind(),
            drand.map(|named| named.chain.hash),
            drand.map(|named| named.round as i64),
            drand.map(|named| ms(named.named_at)),
        ],
    )
    .await?;
    if touched == 1 {
        Ok(())
    } else {
        Err(Failure::Refused(OpeningRefusal::NoSuchSource))
    }
}
