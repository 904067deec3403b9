//! How the values of the model stand in columns, alike in both engines.

use dran_core::campaign::CampaignState;
use dran_core::ids::{LineNo, SeriesSlotId, TicketId, TicketNumber};
use dran_core::phone::{AgentState, CallbackState, PhonePolicy, Settled};
use jiff::Timestamp;

use crate::{Channel, ContactRecord, Fault, MessageKind, Permit, PermitState, SeriesState};

/// Unix milliseconds, the form of every `*_at` column.
pub(crate) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The moment as the store keeps it: to the millisecond.
pub(crate) fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(ms(at)).unwrap_or(at)
}

/// The ticket of two columns.
pub(crate) fn ticket_of(line: u16, number: u32) -> TicketId {
    TicketId {
        line: LineNo(line),
        number: TicketNumber(number),
    }
}

/// The three columns of a contact: kind, address, town.
pub(crate) fn contact_columns(contact: &ContactRecord) -> (&'static str, &str, Option<&str>) {
    match contact {
        ContactRecord::Sms(number) => ("sms", number, None),
        ContactRecord::Email(address) => ("email", address, None),
        ContactRecord::Letter { street, town } => ("letter", street, Some(town)),
    }
}

/// The contact of three columns, if they are one.
pub(crate) fn contact_of(kind: &str, address: String, town: Option<String>) -> Option<ContactRecord> {
    match kind {
        "sms" => Some(ContactRecord::Sms(address)),
        "email" => Some(ContactRecord::Email(address)),
        "letter" => town.map(|town| ContactRecord::Letter { street: address, town }),
        _ => None,
    }
}

/// Insists that a statement touched the rows it was meant to touch.
pub(crate) fn expect_rows(touched: usize, expected: usize, what: &str) -> Result<(), Fault> {
    if touched == expected {
        Ok(())
    } else {
        Err(Fault::Failed(format!("{what}: {touched} rows instead of {expected}")))
    }
}

/// Whether a permit can be used at this moment, whatever the sweeper has got to.
pub(crate) fn is_active(permit: &Permit, now: Timestamp) -> bool {
    permit.state == PermitState::Active && permit.expires_at > kept(now)
}

/// Why places could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shortage {
    /// The slot is there, but not with so many free places.
    JustWent,
    /// There is no such slot.
    Unknown,
}

/// What an exchange of places does to each slot, in the order of their numbers: more places if
/// positive, fewer if negative. The order is that in which an engine that locks rows may lock them.
pub(crate) fn changes(returned: &[SeriesSlotId], wanted: &[SeriesSlotId]) -> Vec<(SeriesSlotId, i64)> {
    let mut each: Vec<(SeriesSlotId, i64)> = wanted
        .iter()
        .map(|slot| (*slot, -1))
        .chain(returned.iter().map(|slot| (*slot, 1)))
        .collect();
    each.sort_by_key(|(slot, _)| *slot);
    let of_slots = each.chunk_by(|a, b| a.0 == b.0);
    of_slots
        .map(|of_slot| (of_slot[0].0, of_slot.iter().map(|(_, change)| change).sum()))
        .collect()
}

/// Reads the words in a column as the values of an enum.
macro_rules! read_words {
    ($read:ident, $type:ident, $($variant:ident = $word:literal),+) => {
        /// The value of a word.
        pub(crate) fn $read(word: &str) -> Option<$type> {
            match word {
                $($word => Some($type::$variant),)+
                _ => None,
            }
        }
    };
}

/// Pairs the values of an enum with the words in its column, both ways.
macro_rules! words {
    ($write:ident, $read:ident, $type:ident, $($variant:ident = $word:literal),+) => {
        /// The word of this value in its column.
        pub(crate) fn $write(value: $type) -> &'static str {
            match value {
                $($type::$variant => $word,)+
            }
        }

        read_words!($read, $type, $($variant = $word),+);
    };
}

/// The value of a word, as `core` reads it.
pub(crate) fn phone_policy_of(word: &str) -> Option<PhonePolicy> {
    PhonePolicy::of_word(word)
}

/// The value of a word, as `core` reads it.
pub(crate) fn callback_state_of(word: &str) -> Option<CallbackState> {
    CallbackState::of_word(word)
}

/// The value of a word, as `core` reads it.
pub(crate) fn settled_of(word: &str) -> Option<Settled> {
    Settled::of_word(word)
}

/// The value of a word, as `core` reads it.
pub(crate) fn agent_state_of(word: &str) -> Option<AgentState> {
    AgentState::of_word(word)
}

read_words!(
    campaign_state_of,
    CampaignState,
    Scheduled = "scheduled",
    Open = "open",
    Paused = "paused",
    Closed = "closed"
);
read_words!(series_state_of, SeriesState, Booked = "booked", Cancelled = "cancelled");
words!(
    permit_state_word,
    permit_state_of,
    PermitState,
    Active = "active",
    Booked = "booked",
    Expired = "expired",
    Left = "left"
);
words!(
    channel_word,
    channel_of,
    Channel,
    Sms = "sms",
    Email = "email",
    Letter = "letter"
);
words!(
    message_kind_word,
    message_kind_of,
    MessageKind,
    Code = "code",
    Confirmation = "confirmation",
    Cancellation = "cancellation",
    Move = "move",
    Soon = "soon",
    Call = "call"
);
