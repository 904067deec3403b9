//! How the values of the model stand in columns, and back.

use dran_core::campaign::CampaignState;
use dran_core::ids::{LineNo, Party, TicketId};
use dran_core::line::randomness::{Beacon, DrandChain, DrandRound, PublicValue, Randomness};
use dran_core::phone::{AgentState, CallbackState, PhonePolicy, Settled};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::Row;

use super::sql::{get, maybe, unreadable};
use crate::columns::{
    agent_state_of, callback_state_of, campaign_state_of, channel_of, contact_of, message_kind_of, permit_state_of,
    phone_policy_of, series_state_of, settled_of, ticket_of,
};
pub(super) use crate::columns::{channel_word, contact_columns, kept, message_kind_word, ms, permit_state_word};
use crate::{Channel, ContactRecord, Fault, MessageKind, PermitState, SeriesState};

/// How many bits of a number are its own; those above them are its line's (migration `0011_leading_numbers`).
const OWN_BITS: u32 = 40;

/// The number of a row that belongs to a line, of a number of a sequence.
pub(super) fn leading(line: LineNo, own: i64) -> i64 {
    i64::from(line.0) << OWN_BITS | own
}

/// The line that a number leads with.
pub(super) fn line_of(number: i64) -> LineNo {
    LineNo(u16::try_from(number >> OWN_BITS).unwrap_or_default())
}

/// The moment in a column of unix milliseconds.
pub(super) fn at(row: &Row, column: usize) -> Result<Timestamp, Fault> {
    maybe_at(row, column)?.ok_or_else(|| unreadable(column, "a moment"))
}

/// The moment in a column that may be empty.
pub(super) fn maybe_at(row: &Row, column: usize) -> Result<Option<Timestamp>, Fault> {
    let moment = maybe(row, column)?.map(Timestamp::from_millisecond).transpose();
    moment.map_err(|_| unreadable(column, "a moment"))
}

/// The day in an ISO date column.
pub(super) fn day(row: &Row, column: usize) -> Result<Date, Fault> {
    let text: String = get(row, column)?;
    text.parse().map_err(|_| unreadable(column, "a day"))
}

/// A text identifier.
pub(super) fn id<T>(row: &Row, column: usize, new: impl FnOnce(String) -> T) -> Result<T, Fault> {
    get(row, column).map(new)
}

/// The ticket in two neighbouring columns.
pub(super) fn ticket(row: &Row, column: usize) -> Result<TicketId, Fault> {
    Ok(ticket_of(get(row, column)?, get(row, column + 1)?))
}

/// The party in a column of its number of persons.
pub(super) fn party(row: &Row, column: usize) -> Result<Party, Fault> {
    Party::from_persons(get(row, column)?).ok_or_else(|| unreadable(column, "a party"))
}

/// The sex in a column of one letter.
pub(super) fn sex(row: &Row, column: usize) -> Result<char, Fault> {
    let text: String = get(row, column)?;
    text.chars().next().ok_or_else(|| unreadable(column, "a sex"))
}

/// The contact in three neighbouring columns: kind, address, town.
pub(super) fn contact(row: &Row, column: usize) -> Result<ContactRecord, Fault> {
    let kind: String = get(row, column)?;
    let found = contact_of(&kind, get(row, column + 1)?, maybe(row, column + 2)?);
    found.ok_or_else(|| unreadable(column, "a contact"))
}

/// The source of a draw's public value in six neighbouring columns: kind, chain, round, seconds after
/// the opening, when it was named, lottery.
pub(super) fn randomness(row: &Row, column: usize) -> Result<Randomness, Fault> {
    match get::<String>(row, column)?.as_str() {
        "none" => Ok(Randomness::None),
        "lottery" => Ok(Randomness::Lottery {
            draw: get(row, column + 5)?,
        }),
        "drand" => {
            let hash: [u8; 32] = get(row, column + 1)?;
            let chain = DrandChain::of_hash(&hash);
            Ok(Randomness::Drand(DrandRound {
                chain: chain.ok_or_else(|| unreadable(column + 1, "a drand network known here"))?,
                round: get(row, column + 2)?,
                after_s: get(row, column + 3)?,
                named_at: at(row, column + 4)?,
            }))
        }
        _ => Err(unreadable(column, "a source of randomness")),
    }
}

/// The public value in four neighbouring columns (text, time, signature, the signature before), which
/// may be empty; `round` is the column of its drand round.
pub(super) fn public_value(row: &Row, column: usize, round: usize) -> Result<Option<PublicValue>, Fault> {
    let Some(text) = maybe(row, column)? else {
        return Ok(None);
    };
    let beacon = match maybe(row, column + 2)? {
        None => None,
        Some(signature) => Some(Beacon {
            round: get(row, round)?,
            signature,
            previous_signature: maybe(row, column + 3)?.unwrap_or_default(),
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
        pub(super) fn $read(row: &Row, column: usize) -> Result<$type, Fault> {
            $of(&get::<String>(row, column)?).ok_or_else(|| unreadable(column, $what))
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
