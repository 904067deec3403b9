//! Contacts on tickets: left, verified, withdrawn, forgotten.

use dran_core::ids::{Language, LineNo, TicketId};
use jiff::Timestamp;

use super::folds;
use super::line::permit_of;
use super::messages;
use super::rows::{at, contact, contact_columns, id, maybe_at, ms};
use super::session::Tx;
use super::sql::{execute, expect_rows, get as column, maybe, one, optional, params};
use crate::{
    Failure, Fault, LeaveContactRefusal, NewTicketContact, PermitState, TicketContact, VerifyContact,
    VerifyContactRefusal,
};

/// See [`crate::Store::leave_contact`].
pub(super) async fn leave(tx: &Tx, new: &NewTicketContact) -> Result<(), Failure<LeaveContactRefusal>> {
    let refused = |refusal| Err(Failure::Refused(refusal));
    let closed = optional(
        tx,
        "SELECT campaign.state = 'closed' FROM line JOIN campaign ON campaign.no = line.campaign
         WHERE line_no = $1 AND $2 < next_number",
        params![new.ticket.line.0, new.ticket.number.0],
        |row| column::<bool>(row, 0),
    )
    .await?;
    match closed {
        None => return refused(LeaveContactRefusal::UnknownTicket),
        Some(true) => return refused(LeaveContactRefusal::Closed),
        Some(false) => {}
    }
    for ticket in std::iter::once(new.ticket).chain(folds::others(tx, new.ticket).await?) {
        let permit = permit_of(tx, ticket).await?;
        if permit.is_some_and(|permit| permit.state == PermitState::Booked) {
            return refused(LeaveContactRefusal::Done);
        }
    }
    match get(tx, new.ticket).await? {
        Some(known) if known.verified_at.is_some() && known.contact == new.contact && known.claim == new.claim => {
            Ok(())
        }
        Some(known) if known.codes_sent >= new.sends_max => refused(LeaveContactRefusal::TooMany),
        Some(known) => replace(tx, known.ticket, new).await,
        None => add(tx, new).await,
    }
}

async fn add(tx: &Tx, new: &NewTicketContact) -> Result<(), Failure<LeaveContactRefusal>> {
    let (contact_kind, contact_address, _) = contact_columns(&new.contact);
    execute(
        tx,
        "INSERT INTO ticket_contact
         (line_no, number, party, birth_year, joined_at, contact_kind, contact_address, language, claim, code_hash,
          code_valid_until, codes_sent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
        params![
            new.ticket.line.0,
            new.ticket.number.0,
            new.party.persons(),
            new.birth_year,
            ms(new.joined_at),
            contact_kind,
            contact_address,
            new.language.as_str(),
            new.claim,
            new.code.hash,
            ms(new.code.valid_until),
        ],
    )
    .await?;
    messages::put(tx, new.ticket.line, std::slice::from_ref(&new.code.message), new.now).await?;
    Ok(())
}

/// The marks of what has left stay: each message leaves once for a ticket, wherever it goes.
async fn replace(tx: &Tx, ticket: TicketId, new: &NewTicketContact) -> Result<(), Failure<LeaveContactRefusal>> {
    let (contact_kind, contact_address, _) = contact_columns(&new.contact);
    let touched = execute(
        tx,
        "UPDATE ticket_contact
         SET contact_kind = $3, contact_address = $4, language = $5, claim = $6, code_hash = $7, code_valid_until = $8,
             code_tries = 0, codes_sent = codes_sent + 1, verified_at = NULL
         WHERE line_no = $1 AND number = $2 AND codes_sent < $9",
        params![
            ticket.line.0,
            ticket.number.0,
            contact_kind,
            contact_address,
            new.language.as_str(),
            new.claim,
            new.code.hash,
            ms(new.code.valid_until),
            new.sends_max,
        ],
    )
    .await?;
    expect_rows(touched, 1, "a contact that is replaced")?;
    messages::put(tx, new.ticket.line, std::slice::from_ref(&new.code.message), new.now).await?;
    Ok(())
}

/// See [`crate::Store::ticket_contact`].
pub(super) async fn get(tx: &Tx, ticket: TicketId) -> Result<Option<TicketContact>, Fault> {
    if let Some(own) = get_own(tx, ticket).await? {
        return Ok(Some(own));
    }
    for other in folds::others(tx, ticket).await? {
        if let Some(shared) = get_own(tx, other).await? {
            return Ok(Some(shared));
        }
    }
    Ok(None)
}

async fn get_own(tx: &Tx, ticket: TicketId) -> Result<Option<TicketContact>, Fault> {
    optional(
        tx,
        "SELECT contact_kind, contact_address, NULL, language, claim, verified_at, code_valid_until, codes_sent, soon_at,
                call_at
         FROM ticket_contact WHERE line_no = $1 AND number = $2", params![ticket.line.0, ticket.number.0],
        |row| {
            Ok(TicketContact {
                ticket,
                contact: contact(row, 0)?,
                language: id(row, 3, Language::new)?,
                claim: maybe(row, 4)?,
                verified_at: maybe_at(row, 5)?,
                code_valid_until: at(row, 6)?,
                codes_sent: column(row, 7)?,
                soon_at: maybe_at(row, 8)?,
                call_at: maybe_at(row, 9)?,
            })
        }).await
}

/// See [`crate::Store::verify_contact`]. The refusal is inside the `Ok`: a wrong try is a fact that is
/// kept.
pub(super) async fn verify(
    tx: &Tx,
    verify: &VerifyContact,
) -> Result<Result<Vec<TicketId>, VerifyContactRefusal>, Fault> {
    let Some(known) = get(tx, verify.ticket).await? else {
        return Ok(Err(VerifyContactRefusal::NoContact));
    };
    let key = (known.ticket.line.0, known.ticket.number.0);
    if known.verified_at.is_none() {
        let (right, tries) = one(
            tx,
            "SELECT code_hash = $3, code_tries FROM ticket_contact WHERE line_no = $1 AND number = $2",
            params![key.0, key.1, verify.code_hash],
            |row| Ok((column::<bool>(row, 0)?, column::<u32>(row, 1)?)),
        )
        .await?;
        if ms(known.code_valid_until) < ms(verify.now) {
            return Ok(Err(VerifyContactRefusal::Expired));
        }
        if tries >= verify.tries_max {
            return Ok(Err(VerifyContactRefusal::Wrong { tries_left: 0 }));
        }
        if !right {
            let touched = execute(
                tx,
                "UPDATE ticket_contact SET code_tries = code_tries + 1
                 WHERE line_no = $1 AND number = $2 AND code_tries = $3",
                params![key.0, key.1, tries],
            )
            .await?;
            expect_rows(touched, 1, "a contact whose tries are counted")?;
            let tries_left = verify.tries_max - tries - 1;
            return Ok(Err(VerifyContactRefusal::Wrong { tries_left }));
        }
        let touched = execute(
            tx,
            "UPDATE ticket_contact SET verified_at = $3 WHERE line_no = $1 AND number = $2 AND verified_at IS NULL",
            params![key.0, key.1, ms(verify.now)],
        )
        .await?;
        expect_rows(touched, 1, "a contact that is verified")?;
    }
    let Some(claim) = known.claim else {
        return Ok(Ok(Vec::new()));
    };
    let together = folds::bind(tx, known.ticket, &claim, verify.now).await?;
    if !together.is_empty() {
        unite(tx, known.ticket, &together).await?;
    }
    Ok(Ok(together))
}

/// Leaves one contact for tickets that stand together: the one just verified. What has left to any of
/// them has left to all; the position is found again.
async fn unite(tx: &Tx, kept: TicketId, together: &[TicketId]) -> Result<(), Fault> {
    for other in together.iter().filter(|other| **other != kept) {
        execute(
            tx,
            "UPDATE ticket_contact SET
                 soon_at = coalesce(ticket_contact.soon_at, other.soon_at),
                 soon_message = coalesce(ticket_contact.soon_message, other.soon_message),
                 call_at = coalesce(ticket_contact.call_at, other.call_at),
                 call_message = coalesce(ticket_contact.call_message, other.call_message)
             FROM ticket_contact AS other
             WHERE ticket_contact.line_no = $1 AND ticket_contact.number = $2
               AND other.line_no = $3 AND other.number = $4",
            params![kept.line.0, kept.number.0, other.line.0, other.number.0],
        )
        .await?;
        execute(
            tx,
            "DELETE FROM ticket_contact WHERE line_no = $1 AND number = $2",
            params![other.line.0, other.number.0],
        )
        .await?;
    }
    let touched = execute(
        tx,
        "UPDATE ticket_contact SET position = NULL WHERE line_no = $1 AND number = $2",
        params![kept.line.0, kept.number.0],
    )
    .await?;
    expect_rows(touched, 1, "the contact of a place")
}

/// See [`crate::Store::withdraw_contact`].
pub(super) async fn withdraw(tx: &Tx, ticket: TicketId) -> Result<bool, Fault> {
    let deleted = delete(tx, ticket).await?;
    folds::release_claim(tx, ticket).await?;
    Ok(deleted > 0)
}

/// Deletes the contact of a ticket, wherever in its place it stands.
pub(super) async fn delete(tx: &Tx, ticket: TicketId) -> Result<usize, Fault> {
    let mut deleted = 0;
    for ticket in std::iter::once(ticket).chain(folds::others(tx, ticket).await?) {
        deleted += execute(
            tx,
            "DELETE FROM ticket_contact WHERE line_no = $1 AND number = $2",
            params![ticket.line.0, ticket.number.0],
        )
        .await?;
    }
    Ok(deleted)
}

/// See [`crate::Store::forget_contacts`].
pub(super) async fn forget(tx: &Tx, closed: &[LineNo], unverified_before: Timestamp, limit: u32) -> Result<u32, Fault> {
    let mut gone = execute(
        tx,
        "DELETE FROM ticket_contact WHERE (line_no, number) IN (
             SELECT line_no, number FROM ticket_contact
             WHERE verified_at IS NULL AND code_valid_until < $1 LIMIT $2)",
        params![ms(unverified_before), limit],
    )
    .await?;
    for line in closed {
        gone += execute(
            tx,
            "DELETE FROM ticket_contact WHERE line_no = $1 AND number IN (
                 SELECT number FROM ticket_contact WHERE line_no = $1 LIMIT $2)",
            params![line.0, limit],
        )
        .await?;
        folds::forget_claims(tx, *line, limit).await?;
    }
    Ok(u32::try_from(gone).unwrap_or(u32::MAX))
}
