//! How the values of the model stand in columns, and back.

use dran_core::campaign::CampaignState;
use dran_core::ids::{LineNo, Party, TicketId, TicketNumber};
use dran_core::line::randomness::{Beacon, DrandChain, DrandRound, PublicValue, Randomness};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Row;
use rusqlite::types::Type;

use crate::{Channel, ContactRecord, MessageKind, PermitState, SeriesState};

/// Unix milliseconds, the form of every `*_at` column.
pub(super) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

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

/// The moment as the store keeps it: to the millisecond.
pub(super) fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(ms(at)).unwrap_or(at)
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
    Ok(TicketId {
        line: LineNo(row.get(column)?),
        number: TicketNumber(row.get(column + 1)?),
    })
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
    let address: String = row.get(column + 1)?;
    match kind.as_str() {
        "sms" => Ok(ContactRecord::Sms(address)),
        "email" => Ok(ContactRecord::Email(address)),
        "letter" => Ok(ContactRecord::Letter {
            street: address,
            town: row.get(column + 2)?,
        }),
        _ => Err(unreadable(column, Type::Text, "a contact")),
    }
}

/// The three columns of a contact.
pub(super) fn contact_columns(contact: &ContactRecord) -> (&'static str, &str, Option<&str>) {
    match contact {
        ContactRecord::Sms(number) => ("sms", number, None),
        ContactRecord::Email(address) => ("email", address, None),
        ContactRecord::Letter { street, town } => ("letter", street, Some(town)),
    }
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

/// Reads the words in a column as the values of an enum.
macro_rules! read_words {
    ($read:ident, $type:ident, $what:literal, $($variant:ident = $word:literal),+) => {
        /// The value of the word in a column.
        pub(super) fn $read(row: &Row<'_>, column: usize) -> rusqlite::Result<$type> {
            match row.get_ref(column)?.as_str()? {
                $($word => Ok($type::$variant),)+
                _ => Err(unreadable(column, Type::Text, $what)),
            }
        }
    };
}

/// Pairs the values of an enum with the words in its column, both ways.
macro_rules! words {
    ($write:ident, $read:ident, $type:ident, $what:literal, $($variant:ident = $word:literal),+) => {
        /// The word of this value in its column.
        pub(super) fn $write(value: $type) -> &'static str {
            match value {
                $($type::$variant => $word,)+
            }
        }

        read_words!($read, $type, $what, $($variant = $word),+);
    };
}

read_words!(
    campaign_state,
    CampaignState,
    "a campaign's state",
    Scheduled = "scheduled",
    Open = "open",
    Paused = "paused",
    Closed = "closed"
);
read_words!(
    series_state,
    SeriesState,
    "a series' state",
    Booked = "booked",
    Cancelled = "cancelled"
);
words!(
    permit_state_word,
    permit_state,
    PermitState,
    "a permit's state",
    Active = "active",
    Booked = "booked",
    Expired = "expired",
    Left = "left"
);
words!(
    channel_word,
    channel,
    Channel,
    "a channel",
    Sms = "sms",
    Email = "email",
    Letter = "letter"
);
words!(
    message_kind_word,
    message_kind,
    MessageKind,
    "a kind of message",
    Code = "code",
    Confirmation = "confirmation",
    Cancellation = "cancellation",
    Move = "move",
    Soon = "soon",
    Call = "call"
);

fn unreadable(column: usize, kind: Type, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, format!("not {what}").into())
}
