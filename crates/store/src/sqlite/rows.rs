//! How the values of the model stand in columns, and back.

use dran_core::campaign::CampaignState;
use dran_core::ids::{Party, TicketId};
use dran_core::line::randomness::{Beacon, DrandChain, DrandRound, PublicValue, Randomness};
use dran_core::phone::{AgentState, CallbackState, PhonePolicy, Settled};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Row;
use rusqlite::types::Type;

use crate::columns::{
    agent_state_of, callback_state_of, campaign_state_of, channel_of, contact_of, message_kind_of, permit_state_of,
    phone_policy_of, series_state_of, settled_of, ticket_of,
};
pub(super) use crate::columns::{channel_word, contact_columns, kept, message_kind_word, ms, permit_state_word};
use crate::{Channel, ContactRecord, MessageKind, PermitState, SeriesState};

/// The moment in a column of unix milliseconds.
pub(super) fn at(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let value: i64 = row.get(column)?;
    Timestamp::from_millisecond(value).map_err(|_| unreadable(column, Type::Integer, "a moment"))
}

/// The moment in a column that may be empty.
pub(super) fn maybe_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    match row.get::<_, Option<i64>>(column)? {
        Some(_) => at(row, column).map(Some),
        None => Ok(None),
    }
}

/// The day in an ISO date column.
pub(super) fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<Date> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| unreadable(column, Type::Text, "a day"))
}

/// A text identifier.
pub(super) fn id<T>(row: &Row<'_>, column: usize, new: impl FnOnce(String) -> T) -> rusqlite::Result<T> {
    row.get(column).map(new)
}

/// The ticket in two neighbouring columns.
pub(super) fn ticket(row: &Row<'_>, column: usize) -> rusqlite::Result<TicketId> {
    Ok(ticket_of(row.get(column)?, row.get(column + 1)?))
}

/// The party in a column of its number of persons.
pub(super) fn party(row: &Row<'_>, column: usize) -> rusqlite::Result<Party> {
    Party::from_persons(row.get(column)?).ok_or_else(|| unreadable(column, Type::Integer, "a party"))
}

/// The sex in a column of one letter.
pub(super) fn sex(row: &Row<'_>, column: usize) -> rusqlite::Result<char> {
    let text: String = row.get(column)?;
    text.chars()
        .next()
        .ok_or_else(|| unreadable(column, Type::Text, "a sex"))
}

/// The contact in three neighbouring columns: kind, address, town.
pub(super) fn contact(row: &Row<'_>, column: usize) -> rusqlite::Result<ContactRecord> {
    let kind: String = row.get(column)?;
    let found = contact_of(&kind, row.get(column + 1)?, row.get(column + 2)?);
    found.ok_or_else(|| unreadable(column, Type::Text, "a contact"))
}

/// The source of a draw's public value in six neighbouring columns: kind, chain, round, seconds after
/// the opening, when it was named, lottery.
pub(super) fn randomness(row: &Row<'_>, column: usize) -> rusqlite::Result<Randomness> {
    match row.get_ref(column)?.as_str()? {
        "none" => Ok(Randomness::None),
        "lottery" => Ok(Randomness::Lottery {
            draw: row.get(column + 5)?,
        }),
        "drand" => {
            let hash: [u8; 32] = row.get(column + 1)?;
            let chain = DrandChain::of_hash(&hash);
            Ok(Randomness::Drand(DrandRound {
                chain: chain.ok_or_else(|| unreadable(column + 1, Type::Blob, "a drand network known here"))?,
                round: round(row, column + 2)?,
                after_s: row.get(column + 3)?,
                named_at: at(row, column + 4)?,
            }))
        }
        _ => Err(unreadable(column, Type::Text, "a source of randomness")),
    }
}

fn round(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let round: i64 = row.get(column)?;
    u64::try_from(round).map_err(|_| unreadable(column, Type::Integer, "a round"))
}

/// The public value in four neighbouring columns (text, time, signature, the signature before), which
/// may be empty; `round` is the column of its drand round.
pub(super) fn public_value(row: &Row<'_>, column: usize, round: usize) -> rusqlite::Result<Option<PublicValue>> {
    let Some(text) = row.get(column)? else { return Ok(None) };
    let beacon = match row.get(column + 2)? {
        None => None,
        Some(signature) => Some(Beacon {
            round: self::round(row, round)?,
            signature,
            previous_signature: row.get::<_, Option<Vec<u8>>>(column + 3)?.unwrap_or_default(),
        }),
    };
    Ok(Some(PublicValue {
        text,
        at: at(row, column + 1)?,
        beacon,
    }))
}

/// Reads the word in a column as the value of an enum.
macro_rules! read_words {
    ($($read:ident = $of:ident, $type:ident, $what:literal;)+) => {
        $(/// The value of the word in a column.
        pub(super) fn $read(row: &Row<'_>, column: usize) -> rusqlite::Result<$type> {
            $of(row.get_ref(column)?.as_str()?).ok_or_else(|| unreadable(column, Type::Text, $what))
        })+
    };
}

read_words! {
    campaign_state = campaign_state_of, CampaignState, "a campaign's state";
    series_state = series_state_of, SeriesState, "a series' state";
    permit_state = permit_state_of, PermitState, "a permit's state";
    channel = channel_of, Channel, "a channel";
    message_kind = message_kind_of, MessageKind, "a kind of message";
    phone_policy = phone_policy_of, PhonePolicy, "a policy of the phone";
    callback_state = callback_state_of, CallbackState, "a call-back's state";
    settled = settled_of, Settled, "an outcome of a call-back";
    agent_state = agent_state_of, AgentState, "an agent's state";
}

pub(super) fn unreadable(column: usize, kind: Type, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, format!("not {what}").into())
}
