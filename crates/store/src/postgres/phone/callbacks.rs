//! Call-backs: promised, placed, due, claimed, settled.

use dran_core::ids::{CallbackId, CampaignId, Language, LineNo, StaffId, TicketId};
use dran_core::phone::PhoneNumber;
use dran_core::phone::callback::{Redial, Settled, claims_over, redial, settle as next_of};
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::postgres::folds;
use crate::postgres::rows::{at, callback_state, id, maybe_at, ms, party, settled, ticket};
use crate::postgres::session::Tx;
use crate::postgres::sql::{
    all, execute, expect_rows, get as column, insert, maybe, one, optional, params, unreadable,
};
use crate::postgres::staff::log;
use crate::{
    Callback, CallbackCounts, CallbackMarks, Failure, Fault, NewCallback, NoteCallbackRefusal, Noted, SettleCallback,
    SettleRefusal,
};

/// The columns of a call-back in the order in which [`read`] takes them, up to what selects the rows.
macro_rules! select_callback {
    ($which:literal) => {
        concat!(
            "SELECT callback.id, campaign.id, line_no, number, party, birth_year, joined_at, callback.phone, language,
                    postcode, asked_at, callback.state, position, called_at, due_at, tries, claimed_by, claimed_at,
                    settled_as, settled_by, ended_at
             FROM callback JOIN campaign ON campaign.no = callback.campaign ",
            $which
        )
    };
}

/// See [`crate::PhoneStore::note_callback`].
pub(super) async fn note(tx: &Tx, new: &NewCallback) -> Result<Noted, Failure<NoteCallbackRefusal>> {
    let refused = |refusal| Err(Failure::Refused(refusal));
    let found = optional(
        tx,
        "SELECT campaign.no, campaign.state = 'closed' FROM line JOIN campaign ON campaign.no = line.campaign
         WHERE line_no = $1 AND $2 < next_number",
        params![new.ticket.line.0, new.ticket.number.0],
        |row| Ok((column::<i64>(row, 0)?, column::<bool>(row, 1)?)),
    )
    .await?;
    let campaign = match found {
        None => return refused(NoteCallbackRefusal::UnknownTicket),
        Some((_, true)) => return refused(NoteCallbackRefusal::Closed),
        Some((campaign, false)) => campaign,
    };
    let newest = optional(
        tx,
        select_callback!("WHERE callback.campaign = $1 AND callback.phone = $2 ORDER BY callback.id DESC LIMIT 1"),
        params![campaign, new.phone.as_str()],
        read,
    )
    .await?;
    let (id, made) = match newest {
        Some(known) => match redial(known.state, known.settled) {
            Redial::Open => (known.id, false),
            Redial::Again => (open_again(tx, known.id, new.now).await?, false),
            Redial::Anew => (promise(tx, campaign, new).await?, true),
        },
        None => (promise(tx, campaign, new).await?, true),
    };
    if let Some(actor) = new.by {
        let act = Entry::new(actor, Act::Changed, Subject::Callback(id));
        log::append(tx, new.now, &[act]).await?;
    }
    Ok(Noted {
        callback: known(tx, id).await?,
        made,
    })
}

async fn promise(tx: &Tx, campaign: i64, new: &NewCallback) -> Result<CallbackId, Failure<NoteCallbackRefusal>> {
    for ticket in std::iter::once(new.ticket).chain(folds::others(tx, new.ticket).await?) {
        let booked = "SELECT 1 FROM booking WHERE line_no = $1 AND number = $2";
        if optional(tx, booked, params![ticket.line.0, ticket.number.0], |_| Ok(()))
            .await?
            .is_some()
        {
            return Err(Failure::Refused(NoteCallbackRefusal::Done));
        }
    }
    let id = insert(
        tx,
        "INSERT INTO callback (campaign, line_no, number, party, birth_year, joined_at, phone, language, postcode,
                               asked_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting') RETURNING id",
        params![
            campaign,
            new.ticket.line.0,
            new.ticket.number.0,
            new.party.persons(),
            new.birth_year,
            ms(new.joined_at),
            new.phone.as_str(),
            new.language.as_str(),
            &new.postcode,
            ms(new.now),
        ],
    )
    .await?;
    Ok(CallbackId(id))
}

/// Whoever was called before is due at once, and has all tries again.
async fn open_again(tx: &Tx, id: CallbackId, now: Timestamp) -> Result<CallbackId, Fault> {
    let touched = execute(
        tx,
        "UPDATE callback SET state = CASE WHEN called_at IS NULL THEN 'waiting' ELSE 'due' END,
                due_at = CASE WHEN called_at IS NULL THEN NULL ELSE $2::bigint END,
                tries = 0, settled_as = NULL, settled_by = NULL, ended_at = NULL
         WHERE id = $1 AND ended_at IS NOT NULL",
        params![id.0, ms(now)],
    )
    .await?;
    expect_rows(touched, 1, "a call-back that is open again")?;
    Ok(id)
}

/// See [`crate::PhoneStore::callback_of`].
pub(super) async fn of_number(tx: &Tx, campaign: &CampaignId, phone: &PhoneNumber) -> Result<Option<Callback>, Fault> {
    optional(
        tx,
        select_callback!(
            "WHERE callback.campaign = (SELECT no FROM campaign WHERE id = $1) AND callback.phone = $2
             ORDER BY callback.id DESC LIMIT 1"
        ),
        params![campaign.as_str(), phone.as_str()],
        read,
    )
    .await
}

/// The newest call-back of a number in each campaign, the newest first.
pub(super) async fn all_of_number(tx: &Tx, phone: &PhoneNumber) -> Result<Vec<Callback>, Fault> {
    all(
        tx,
        select_callback!(
            "WHERE callback.id IN (SELECT max(id) FROM callback WHERE phone = $1 GROUP BY campaign)
             ORDER BY callback.id DESC"
        ),
        params![phone.as_str()],
        read,
    )
    .await
}

/// See [`crate::PhoneStore::callback`].
pub(super) async fn get(tx: &Tx, id: CallbackId) -> Result<Option<Callback>, Fault> {
    optional(tx, select_callback!("WHERE callback.id = $1"), params![id.0], read).await
}

async fn known(tx: &Tx, id: CallbackId) -> Result<Callback, Fault> {
    get(tx, id)
        .await?
        .ok_or_else(|| Fault::Failed("a call-back that was just written is gone".into()))
}

/// See [`crate::PhoneStore::withdraw_callback`].
pub(super) async fn withdraw(tx: &Tx, id: CallbackId, by: Option<Actor>, now: Timestamp) -> Result<bool, Fault> {
    let account = match by {
        Some(Actor::Account(account)) => Some(account.0),
        _ => None,
    };
    let touched = execute(
        tx,
        "UPDATE callback SET state = 'done', due_at = NULL, claimed_by = NULL, claimed_at = NULL,
                settled_as = 'not-wanted', settled_by = $2, ended_at = $3
         WHERE id = $1 AND ended_at IS NULL",
        params![id.0, account, ms(now)],
    )
    .await?;
    if let Some(actor) = by.filter(|_| touched > 0) {
        log::append(tx, now, &[Entry::new(actor, Act::Changed, Subject::Callback(id))]).await?;
    }
    Ok(touched > 0)
}

/// Ends the call-backs of a ticket that has booked, whichever ticket of the place they were promised for. Those that
/// had ended without it are not promised again.
pub(in crate::postgres) async fn end_of_booked(tx: &Tx, booked: TicketId, now: Timestamp) -> Result<(), Fault> {
    for ticket in std::iter::once(booked).chain(folds::others(tx, booked).await?) {
        execute(
            tx,
            "UPDATE callback SET state = 'done', due_at = NULL, settled_as = 'booked', settled_by = claimed_by,
                    claimed_by = NULL, claimed_at = NULL, ended_at = coalesce(ended_at, $3)
             WHERE line_no = $1 AND number = $2 AND coalesce(settled_as, '') <> 'booked'",
            params![ticket.line.0, ticket.number.0, ms(now)],
        )
        .await?;
    }
    Ok(())
}

/// See [`crate::PhoneStore::unplaced_callbacks`].
pub(super) async fn unplaced(tx: &Tx, lines: &[LineNo], limit: u32) -> Result<Vec<(CallbackId, TicketId)>, Fault> {
    let mut found = Vec::new();
    for line in lines {
        found.extend(
            all(
                tx,
                "SELECT id, line_no, number FROM callback
             WHERE line_no = $1 AND position IS NULL AND ended_at IS NULL ORDER BY id LIMIT $2",
                params![line.0, limit],
                |row| Ok((CallbackId(column(row, 0)?), ticket(row, 1)?)),
            )
            .await?,
        );
    }
    Ok(found)
}

/// See [`crate::PhoneStore::place_callbacks`]. One that has ended meanwhile needs no position.
pub(super) async fn place(tx: &Tx, positions: &[(CallbackId, u32)]) -> Result<(), Fault> {
    for (id, position) in positions {
        execute(
            tx,
            "UPDATE callback SET position = $2 WHERE id = $1 AND position IS NULL",
            params![id.0, position],
        )
        .await?;
    }
    Ok(())
}

/// See [`crate::PhoneStore::mark_callbacks_due`].
pub(super) async fn mark_due(tx: &Tx, marks: &[CallbackMarks], limit: u32, now: Timestamp) -> Result<u32, Fault> {
    let mut due = 0;
    for marks in marks {
        due += execute(
            tx,
            "UPDATE callback SET state = 'due', called_at = $5, due_at = $5 WHERE id IN (
                 SELECT id FROM callback
                 WHERE line_no = $1 AND state = 'waiting' AND position IS NOT NULL AND position < $2 AND party <= $3
                   AND position < (SELECT called FROM line WHERE line.line_no = $1)
                 ORDER BY position LIMIT $4)",
            params![marks.line.0, marks.called, marks.party_max, limit, ms(now)],
        )
        .await?;
    }
    due += end_claims(tx, now).await?;
    Ok(u32::try_from(due).unwrap_or(u32::MAX))
}

/// Lets go of claims that have run out: who waited longest is first again.
async fn end_claims(tx: &Tx, now: Timestamp) -> Result<usize, Fault> {
    execute(
        tx,
        "UPDATE callback SET state = 'due', claimed_by = NULL, claimed_at = NULL
         WHERE state = 'claimed' AND claimed_at <= $1",
        params![ms(claims_over(now))],
    )
    .await
}

/// See [`crate::PhoneStore::claim_callback`].
pub(super) async fn claim(tx: &Tx, account: StaffId, now: Timestamp) -> Result<Option<Callback>, Fault> {
    end_claims(tx, now).await?;
    let own = "SELECT id FROM callback WHERE state = 'claimed' AND claimed_by = $1";
    let id = match optional(tx, own, params![account.0], |row| column(row, 0).map(CallbackId)).await? {
        Some(own) => own,
        None => {
            let first = optional(
                tx,
                "SELECT id FROM callback
                 WHERE state = 'due' AND due_at <= $1
                   AND EXISTS (SELECT 1 FROM campaign WHERE no = callback.campaign AND state = 'open')
                 ORDER BY due_at, position, id LIMIT 1",
                params![ms(now)],
                |row| column(row, 0).map(CallbackId),
            )
            .await?;
            let Some(first) = first else { return Ok(None) };
            first
        }
    };
    let touched = execute(
        tx,
        "UPDATE callback SET state = 'claimed', claimed_by = $2, claimed_at = $3
         WHERE id = $1 AND (state = 'due' OR claimed_by = $2)",
        params![id.0, account.0, ms(now)],
    )
    .await?;
    expect_rows(touched, 1, "a call-back that is claimed")?;
    let act = Entry::new(Actor::Account(account), Act::Read, Subject::Callback(id));
    log::append(tx, now, &[act]).await?;
    known(tx, id).await.map(Some)
}

/// See [`crate::PhoneStore::keep_callback`]. A claim that has run out cannot be kept, whoever has noticed.
pub(super) async fn keep(tx: &Tx, id: CallbackId, account: StaffId, now: Timestamp) -> Result<bool, Fault> {
    let touched = execute(
        tx,
        "UPDATE callback SET claimed_at = $3
         WHERE id = $1 AND state = 'claimed' AND claimed_by = $2 AND claimed_at > $4",
        params![id.0, account.0, ms(now), ms(claims_over(now))],
    )
    .await?;
    Ok(touched > 0)
}

/// See [`crate::PhoneStore::settle_callback`].
pub(super) async fn settle(tx: &Tx, settle: &SettleCallback) -> Result<Callback, Failure<SettleRefusal>> {
    let Some(callback) = get(tx, settle.id).await? else {
        return Err(Failure::Refused(SettleRefusal::UnknownCallback));
    };
    let by_booking = settle.settled == Settled::Booked && callback.settled_by.is_none();
    if callback.claimed.is_none_or(|(account, _)| account != settle.account) {
        // Sent twice, or booked meanwhile, which has settled it.
        let agreed = callback.claimed.is_none() && callback.settled == Some(settle.settled);
        return match callback.settled_by {
            Some(account) if agreed && account == settle.account => Ok(callback),
            None if agreed && by_booking => sign(tx, settle).await,
            _ => Err(Failure::Refused(SettleRefusal::NotClaimed)),
        };
    }
    let next = next_of(callback.tries, settle.settled, settle.now);
    let touched = execute(
        tx,
        "UPDATE callback SET state = $3, tries = $4, due_at = $5, claimed_by = NULL, claimed_at = NULL, settled_as = $6,
                settled_by = $2, ended_at = $7
         WHERE id = $1 AND state = 'claimed' AND claimed_by = $2",
        params![
            settle.id.0,
            settle.account.0,
            next.state.word(),
            next.tries,
            next.due_at.map(ms),
            settle.settled.word(),
            (!next.state.is_open()).then(|| ms(settle.now)),
        ]).await?;
    expect_rows(touched, 1, "a call-back that is settled")?;
    logged(tx, settle).await
}

/// Notes who has booked for the caller.
async fn sign(tx: &Tx, settle: &SettleCallback) -> Result<Callback, Failure<SettleRefusal>> {
    let sql = "UPDATE callback SET settled_by = $2 WHERE id = $1 AND settled_by IS NULL";
    expect_rows(
        execute(tx, sql, params![settle.id.0, settle.account.0]).await?,
        1,
        "a call-back that is signed",
    )?;
    logged(tx, settle).await
}

async fn logged(tx: &Tx, settle: &SettleCallback) -> Result<Callback, Failure<SettleRefusal>> {
    let act = Entry::new(
        Actor::Account(settle.account),
        Act::Changed,
        Subject::Callback(settle.id),
    );
    log::append(tx, settle.now, &[act]).await?;
    Ok(known(tx, settle.id).await?)
}

/// See [`crate::PhoneStore::callbacks_due`].
pub(super) async fn due(tx: &Tx, now: Timestamp) -> Result<u32, Fault> {
    let sql = "SELECT count(*) FROM callback WHERE state = 'due' AND due_at <= $1";
    one(tx, sql, params![ms(now)], |row| column(row, 0)).await
}

/// See [`crate::PhoneStore::callback_counts`].
pub(super) async fn counts(tx: &Tx, now: Timestamp) -> Result<CallbackCounts, Fault> {
    one(
        tx,
        "SELECT count(*) FILTER (WHERE state = 'waiting'),
                count(*) FILTER (WHERE state = 'due' AND due_at <= $1),
                count(*) FILTER (WHERE state = 'due' AND due_at > $1),
                count(*) FILTER (WHERE state = 'claimed'),
                min(due_at) FILTER (WHERE state = 'due' AND due_at <= $1)
         FROM callback WHERE ended_at IS NULL",
        params![ms(now)],
        |row| {
            Ok(CallbackCounts {
                waiting: column(row, 0)?,
                due: column(row, 1)?,
                later: column(row, 2)?,
                claimed: column(row, 3)?,
                due_since: maybe_at(row, 4)?,
            })
        },
    )
    .await
}

/// See [`crate::PhoneStore::forget_callbacks`].
pub(super) async fn forget(tx: &Tx, closed: &[LineNo], limit: u32) -> Result<u32, Fault> {
    let mut gone = 0;
    for line in closed {
        gone += execute(
            tx,
            "DELETE FROM callback WHERE id IN (SELECT id FROM callback WHERE line_no = $1 LIMIT $2)",
            params![line.0, limit],
        )
        .await?;
    }
    Ok(u32::try_from(gone).unwrap_or(u32::MAX))
}

fn read(row: &Row) -> Result<Callback, Fault> {
    let phone = PhoneNumber::of_e164(column::<String>(row, 7)?.as_str());
    let claimed: Option<i64> = maybe(row, 16)?;
    Ok(Callback {
        id: CallbackId(column(row, 0)?),
        campaign: id(row, 1, CampaignId::new)?,
        ticket: ticket(row, 2)?,
        party: party(row, 4)?,
        birth_year: column(row, 5)?,
        joined_at: at(row, 6)?,
        phone: phone.ok_or_else(|| unreadable(7, "a phone number"))?,
        language: id(row, 8, Language::new)?,
        postcode: maybe(row, 9)?,
        asked_at: at(row, 10)?,
        state: callback_state(row, 11)?,
        position: maybe(row, 12)?,
        called_at: maybe_at(row, 13)?,
        due_at: maybe_at(row, 14)?,
        tries: column(row, 15)?,
        claimed: claimed.map(StaffId).zip(maybe_at(row, 17)?),
        settled: maybe::<String>(row, 18)?.map(|_| settled(row, 18)).transpose()?,
        settled_by: maybe::<i64>(row, 19)?.map(StaffId),
        ended_at: maybe_at(row, 20)?,
    })
}
