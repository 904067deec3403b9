//! Coming in beside the line, because an agent has somebody on the phone.

use dran_core::ids::{CampaignId, PoolId};
use dran_core::line::account::Deed;
use dran_core::phone::PhonePolicy;
use dran_core::staff::log::{Act, Actor, Entry, Subject};

use crate::postgres::rows::{id, ms, phone_policy};
use crate::postgres::session::Tx;
use crate::postgres::sql::{execute, expect_rows, get, one, optional, params};
use crate::postgres::staff::log;
use crate::postgres::{account, line};
use crate::{EnterByPhone, EnterByPhoneRefusal, EnterRefusal, Failure, Permit};

/// See [`crate::PhoneStore::enter_by_phone`].
pub(super) async fn enter(tx: &Tx, new: &EnterByPhone) -> Result<Permit, Failure<EnterByPhoneRefusal>> {
    let refused = |refusal| Failure::Refused(EnterByPhoneRefusal::Enter(refusal));
    let (asked, key) = (&new.enter, (new.enter.ticket.line.0, new.enter.ticket.number.0));
    let found = optional(
        tx,
        "SELECT campaign.id, pool, phone FROM line JOIN campaign ON campaign.no = line.campaign
         WHERE line_no = $1 AND $2 < next_number",
        params![key.0, key.1],
        |row| {
            Ok((
                id(row, 0, CampaignId::new)?,
                id(row, 1, PoolId::new)?,
                phone_policy(row, 2)?,
            ))
        },
    )
    .await?;
    let (campaign, pool, policy) = found.ok_or(refused(EnterRefusal::UnknownLine))?;
    if policy == PhonePolicy::OneLine {
        return Err(Failure::Refused(EnterByPhoneRefusal::OneLine));
    }
    let inside = line::permit_of(tx, asked.ticket)
        .await?
        .filter(|permit| line::is_active(permit, asked.now));
    let permit = line::enter(tx, asked).await.map_err(|failure| match failure {
        Failure::Refused(refusal) => refused(refusal),
        Failure::Fault(fault) => Failure::Fault(fault),
    })?;
    let entered = "SELECT 1 FROM phone_entry WHERE line_no = $1 AND number = $2";
    let is_new = inside.is_none() && permit.ticket == asked.ticket;
    if !is_new
        || optional(tx, entered, params![key.0, key.1], |_| Ok(()))
            .await?
            .is_some()
    {
        return Ok(permit);
    }
    let ordinal = "SELECT coalesce(max(ordinal), 0) + 1 FROM phone_entry WHERE line_no = $1";
    let ordinal: u32 = one(tx, ordinal, params![key.0], |row| get(row, 0)).await?;
    let touched = execute(
        tx,
        "INSERT INTO phone_entry (line_no, ordinal, number, account, entered_at) VALUES ($1, $2, $3, $4, $5)",
        params![key.0, ordinal, key.1, new.account.0, ms(asked.now)],
    )
    .await?;
    expect_rows(touched, 1, "an entry beside the line")?;
    account::enter(tx, asked.now, &campaign, &Deed::ByPhone(&[(pool, ordinal)])).await?;
    let subject = Subject::Ticket(asked.ticket);
    let act = Entry::new(Actor::Account(new.account), Act::Changed, subject);
    log::append(tx, asked.now, &[act]).await?;
    Ok(permit)
}
