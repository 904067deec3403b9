//! Call-backs: promised, placed, due, claimed, settled.

use dran_core::ids::{CallbackId, CampaignId, Language, LineNo, StaffId, TicketId};
use dran_core::phone::PhoneNumber;
use dran_core::phone::callback::{Redial, Settled, claims_over, redial, settle as next_of};
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use crate::sqlite::folds;
use crate::sqlite::rows::{at, callback_state, id, maybe_at, ms, party, settled, ticket, unreadable};
use crate::sqlite::sql::{all, execute, expect_rows, insert, one, optional};
use crate::sqlite::staff::log;
use crate::sqlite::writer::Tx;
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
pub(super) fn note(tx: &Tx<'_>, new: &NewCallback) -> Result<Noted, Failure<NoteCallbackRefusal>> {
    let refused = |refusal| Err(Failure::Refused(refusal));
    let found = optional(
        tx,
        "SELECT campaign.no, campaign.state = 'closed' FROM line JOIN campaign ON campaign.no = line.campaign
         WHERE line_no = ?1 AND ?2 < next_number",
        (new.ticket.line.0, new.ticket.number.0),
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?)),
    )?;
    let campaign = match found {
        None => return refused(NoteCallbackRefusal::UnknownTicket),
        Some((_, true)) => return refused(NoteCallbackRefusal::Closed),
        Some((campaign, false)) => campaign,
    };
    let newest = optional(
        tx,
        select_callback!("WHERE callback.campaign = ?1 AND callback.phone = ?2 ORDER BY callback.id DESC LIMIT 1"),
        (campaign, new.phone.as_str()),
        read,
    )?;
    let (id, made) = match newest {
        Some(known) => match redial(known.state, known.settled) {
            Redial::Open => (known.id, false),
            Redial::Again => (open_again(tx, known.id, new.now)?, false),
            Redial::Anew => (promise(tx, campaign, new)?, true),
        },
        None => (promise(tx, campaign, new)?, true),
    };
    if let Some(actor) = new.by {
        let act = Entry::new(actor, Act::Changed, Subject::Callback(id));
        log::append(tx, new.now, &[act])?;
    }
    Ok(Noted {
        callback: known(tx, id)?,
        made,
    })
}

fn promise(tx: &Tx<'_>, campaign: i64, new: &NewCallback) -> Result<CallbackId, Failure<NoteCallbackRefusal>> {
    for ticket in std::iter::once(new.ticket).chain(folds::others(tx, new.ticket)?) {
        let booked = "SELECT 1 FROM booking WHERE line_no = ?1 AND number = ?2";
        if optional(tx, booked, (ticket.line.0, ticket.number.0), |_| Ok(()))?.is_some() {
            return Err(Failure::Refused(NoteCallbackRefusal::Done));
        }
    }
    let id = insert(
        tx,
        "INSERT INTO callback (campaign, line_no, number, party, birth_year, joined_at, phone, language, postcode,
                               asked_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'waiting')",
        (
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
        ),
    )?;
    Ok(CallbackId(id))
}

/// Whoever was called before is due at once, and has all tries again.
fn open_again(tx: &Tx<'_>, id: CallbackId, now: Timestamp) -> Result<CallbackId, Fault> {
    let touched = execute(
        tx,
        "UPDATE callback SET state = CASE WHEN called_at IS NULL THEN 'waiting' ELSE 'due' END,
                due_at = CASE WHEN called_at IS NULL THEN NULL ELSE ?2 END,
                tries = 0, settled_as = NULL, settled_by = NULL, ended_at = NULL
         WHERE id = ?1 AND ended_at IS NOT NULL",
        (id.0, ms(now)),
    )?;
    expect_rows(touched, 1, "a call-back that is open again")?;
    Ok(id)
}

/// See [`crate::PhoneStore::callback_of`].
pub(super) fn of_number(
    connection: &Connection,
    campaign: &CampaignId,
    phone: &PhoneNumber,
) -> rusqlite::Result<Option<Callback>> {
    optional(
        connection,
        select_callback!(
            "WHERE callback.campaign = (SELECT no FROM campaign WHERE id = ?1) AND callback.phone = ?2
             ORDER BY callback.id DESC LIMIT 1"
        ),
        (campaign.as_str(), phone.as_str()),
        read,
    )
}

/// The newest call-back of a number in each campaign, the newest first.
pub(super) fn all_of_number(connection: &Connection, phone: &PhoneNumber) -> rusqlite::Result<Vec<Callback>> {
    all(
        connection,
        select_callback!(
            "WHERE callback.id IN (SELECT max(id) FROM callback WHERE phone = ?1 GROUP BY campaign)
             ORDER BY callback.id DESC"
        ),
        [phone.as_str()],
        read,
    )
}

/// See [`crate::PhoneStore::callback`].
pub(super) fn get(connection: &Connection, id: CallbackId) -> rusqlite::Result<Option<Callback>> {
    optional(connection, select_callback!("WHERE callback.id = ?1"), [id.0], read)
}

fn known(tx: &Tx<'_>, id: CallbackId) -> Result<Callback, Fault> {
    get(tx, id)?.ok_or_else(|| Fault::Failed("a call-back that was just written is gone".into()))
}

/// See [`crate::PhoneStore::withdraw_callback`].
pub(super) fn withdraw(tx: &Tx<'_>, id: CallbackId, by: Option<Actor>, now: Timestamp) -> Result<bool, Fault> {
    let account = match by {
        Some(Actor::Account(account)) => Some(account.0),
        _ => None,
    };
    let touched = execute(
        tx,
        "UPDATE callback SET state = 'done', due_at = NULL, claimed_by = NULL, claimed_at = NULL,
                settled_as = 'not-wanted', settled_by = ?2, ended_at = ?3
         WHERE id = ?1 AND ended_at IS NULL",
        (id.0, account, ms(now)),
    )?;
    if let Some(actor) = by.filter(|_| touched > 0) {
        log::append(tx, now, &[Entry::new(actor, Act::Changed, Subject::Callback(id))])?;
    }
    Ok(touched > 0)
}

/// Ends the call-backs of a ticket that has booked, whichever ticket of the place they were promised for. Those that
/// had ended without it are not promised again.
pub(in crate::sqlite) fn end_of_booked(tx: &Tx<'_>, booked: TicketId, now: Timestamp) -> Result<(), Fault> {
    for ticket in std::iter::once(booked).chain(folds::others(tx, booked)?) {
        execute(
            tx,
            "UPDATE callback SET state = 'done', due_at = NULL, settled_as = 'booked', settled_by = claimed_by,
                    claimed_by = NULL, claimed_at = NULL, ended_at = coalesce(ended_at, ?3)
             WHERE line_no = ?1 AND number = ?2 AND coalesce(settled_as, '') <> 'booked'",
            (ticket.line.0, ticket.number.0, ms(now)),
        )?;
    }
    Ok(())
}

/// See [`crate::PhoneStore::unplaced_callbacks`].
pub(super) fn unplaced(
    connection: &Connection,
    lines: &[LineNo],
    limit: u32,
) -> rusqlite::Result<Vec<(CallbackId, TicketId)>> {
    let mut found = Vec::new();
    for line in lines {
        found.extend(all(
            connection,
            "SELECT id, line_no, number FROM callback
             WHERE line_no = ?1 AND position IS NULL AND ended_at IS NULL ORDER BY id LIMIT ?2",
            (line.0, limit),
            |row| Ok((CallbackId(row.get(0)?), ticket(row, 1)?)),
        )?);
    }
    Ok(found)
}

/// See [`crate::PhoneStore::place_callbacks`]. One that has ended meanwhile needs no position.
pub(super) fn place(tx: &Tx<'_>, positions: &[(CallbackId, u32)]) -> Result<(), Fault> {
    for (id, position) in positions {
        execute(
            tx,
            "UPDATE callback SET position = ?2 WHERE id = ?1 AND position IS NULL",
            (id.0, position),
        )?;
    }
    Ok(())
}

/// See [`crate::PhoneStore::mark_callbacks_due`].
pub(super) fn mark_due(tx: &Tx<'_>, marks: &[CallbackMarks], limit: u32, now: Timestamp) -> Result<u32, Fault> {
    let mut due = 0;
    for marks in marks {
        due += execute(
            tx,
            "UPDATE callback SET state = 'due', called_at = ?5, due_at = ?5 WHERE id IN (
                 SELECT id FROM callback
                 WHERE line_no = ?1 AND state = 'waiting' AND position IS NOT NULL AND position < ?2 AND party <= ?3
                   AND position < (SELECT called FROM line WHERE line.line_no = ?1)
                 ORDER BY position LIMIT ?4)",
            (marks.line.0, marks.called, marks.party_max, limit, ms(now)),
        )?;
    }
    due += end_claims(tx, now)?;
    Ok(u32::try_from(due).unwrap_or(u32::MAX))
}

/// Lets go of claims that have run out: who waited longest is first again.
fn end_claims(tx: &Tx<'_>, now: Timestamp) -> rusqlite::Result<usize> {
    execute(
        tx,
        "UPDATE callback SET state = 'due', claimed_by = NULL, claimed_at = NULL
         WHERE state = 'claimed' AND claimed_at <= ?1",
        [ms(claims_over(now))],
    )
}

/// See [`crate::PhoneStore::claim_callback`].
pub(super) fn claim(tx: &Tx<'_>, account: StaffId, now: Timestamp) -> Result<Option<Callback>, Fault> {
    end_claims(tx, now)?;
    let own = "SELECT id FROM callback WHERE state = 'claimed' AND claimed_by = ?1";
    let id = match optional(tx, own, [account.0], |row| row.get(0).map(CallbackId))? {
        Some(own) => own,
        None => {
            let first = optional(
                tx,
                "SELECT id FROM callback
                 WHERE state = 'due' AND due_at <= ?1
                   AND EXISTS (SELECT 1 FROM campaign WHERE no = callback.campaign AND state = 'open')
                 ORDER BY due_at, position, id LIMIT 1",
                [ms(now)],
                |row| row.get(0).map(CallbackId),
            )?;
            let Some(first) = first else { return Ok(None) };
            first
        }
    };
    let touched = execute(
        tx,
        "UPDATE callback SET state = 'claimed', claimed_by = ?2, claimed_at = ?3
         WHERE id = ?1 AND (state = 'due' OR claimed_by = ?2)",
        (id.0, account.0, ms(now)),
    )?;
    expect_rows(touched, 1, "a call-back that is claimed")?;
    let act = Entry::new(Actor::Account(account), Act::Read, Subject::Callback(id));
    log::append(tx, now, &[act])?;
    known(tx, id).map(Some)
}

/// See [`crate::PhoneStore::keep_callback`]. A claim that has run out cannot be kept, whoever has noticed.
pub(super) fn keep(tx: &Tx<'_>, id: CallbackId, account: StaffId, now: Timestamp) -> Result<bool, Fault> {
    let touched = execute(
        tx,
        "UPDATE callback SET claimed_at = ?3
         WHERE id = ?1 AND state = 'claimed' AND claimed_by = ?2 AND claimed_at > ?4",
        (id.0, account.0, ms(now), ms(claims_over(now))),
    )?;
    Ok(touched > 0)
}

/// See [`crate::PhoneStore::settle_callback`].
pub(super) fn settle(tx: &Tx<'_>, settle: &SettleCallback) -> Result<Callback, Failure<SettleRefusal>> {
    let Some(callback) = get(tx, settle.id)? else {
        return Err(Failure::Refused(SettleRefusal::UnknownCallback));
    };
    let by_booking = settle.settled == Settled::Booked && callback.settled_by.is_none();
    if callback.claimed.is_none_or(|(account, _)| account != settle.account) {
        // Sent twice, or booked meanwhile, which has settled it.
        let agreed = callback.claimed.is_none() && callback.settled == Some(settle.settled);
        return match callback.settled_by {
            Some(account) if agreed && account == settle.account => Ok(callback),
            None if agreed && by_booking => sign(tx, settle),
            _ => Err(Failure::Refused(SettleRefusal::NotClaimed)),
        };
    }
    let next = next_of(callback.tries, settle.settled, settle.now);
    let touched = execute(
        tx,
        "UPDATE callback SET state = ?3, tries = ?4, due_at = ?5, claimed_by = NULL, claimed_at = NULL, settled_as = ?6,
                settled_by = ?2, ended_at = ?7
         WHERE id = ?1 AND state = 'claimed' AND claimed_by = ?2",
        (
            settle.id.0,
            settle.account.0,
            next.state.word(),
            next.tries,
            next.due_at.map(ms),
            settle.settled.word(),
            (!next.state.is_open()).then(|| ms(settle.now)),
        ),
    )?;
    expect_rows(touched, 1, "a call-back that is settled")?;
    logged(tx, settle)
}

/// Notes who has booked for the caller.
fn sign(tx: &Tx<'_>, settle: &SettleCallback) -> Result<Callback, Failure<SettleRefusal>> {
    let sql = "UPDATE callback SET settled_by = ?2 WHERE id = ?1 AND settled_by IS NULL";
    expect_rows(
        execute(tx, sql, (settle.id.0, settle.account.0))?,
        1,
        "a call-back that is signed",
    )?;
    logged(tx, settle)
}

fn logged(tx: &Tx<'_>, settle: &SettleCallback) -> Result<Callback, Failure<SettleRefusal>> {
    let act = Entry::new(
        Actor::Account(settle.account),
        Act::Changed,
        Subject::Callback(settle.id),
    );
    log::append(tx, settle.now, &[act])?;
    Ok(known(tx, settle.id)?)
}

/// See [`crate::PhoneStore::callbacks_due`].
pub(super) fn due(connection: &Connection, now: Timestamp) -> rusqlite::Result<u32> {
    let sql = "SELECT count(*) FROM callback WHERE state = 'due' AND due_at <= ?1";
    one(connection, sql, [ms(now)], |row| row.get(0))
}

/// See [`crate::PhoneStore::callback_counts`].
pub(super) fn counts(connection: &Connection, now: Timestamp) -> rusqlite::Result<CallbackCounts> {
    one(
        connection,
        "SELECT count(*) FILTER (WHERE state = 'waiting'),
                count(*) FILTER (WHERE state = 'due' AND due_at <= ?1),
                count(*) FILTER (WHERE state = 'due' AND due_at > ?1),
                count(*) FILTER (WHERE state = 'claimed'),
                min(due_at) FILTER (WHERE state = 'due' AND due_at <= ?1)
         FROM callback INDEXED BY callback_open WHERE ended_at IS NULL",
        [ms(now)],
        |row| {
            Ok(CallbackCounts {
                waiting: row.get(0)?,
                due: row.get(1)?,
                later: row.get(2)?,
                claimed: row.get(3)?,
                due_since: maybe_at(row, 4)?,
            })
        },
    )
}

/// See [`crate::PhoneStore::forget_callbacks`].
pub(super) fn forget(tx: &Tx<'_>, closed: &[LineNo], limit: u32) -> Result<u32, Fault> {
    let mut gone = 0;
    for line in closed {
        gone += execute(
            tx,
            "DELETE FROM callback WHERE id IN (SELECT id FROM callback WHERE line_no = ?1 LIMIT ?2)",
            (line.0, limit),
        )?;
    }
    Ok(u32::try_from(gone).unwrap_or(u32::MAX))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Callback> {
    let phone = PhoneNumber::of_e164(row.get_ref(7)?.as_str()?);
    let claimed: Option<i64> = row.get(16)?;
    Ok(Callback {
        id: CallbackId(row.get(0)?),
        campaign: id(row, 1, CampaignId::new)?,
        ticket: ticket(row, 2)?,
        party: party(row, 4)?,
        birth_year: row.get(5)?,
        joined_at: at(row, 6)?,
        phone: phone.ok_or_else(|| unreadable(7, Type::Text, "a phone number"))?,
        language: id(row, 8, Language::new)?,
        postcode: row.get(9)?,
        asked_at: at(row, 10)?,
        state: callback_state(row, 11)?,
        position: row.get(12)?,
        called_at: maybe_at(row, 13)?,
        due_at: maybe_at(row, 14)?,
        tries: row.get(15)?,
        claimed: claimed.map(StaffId).zip(maybe_at(row, 17)?),
        settled: row
            .get::<_, Option<String>>(18)?
            .map(|_| settled(row, 18))
            .transpose()?,
        settled_by: row.get::<_, Option<i64>>(19)?.map(StaffId),
        ended_at: maybe_at(row, 20)?,
    })
}
