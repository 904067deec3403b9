//! The outbox.

use dran_core::ids::{Language, MessageId};
use jiff::Timestamp;

/// The road a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// To a mobile number.
    Sms,
    /// To an e-mail address.
    Email,
    /// Printed and posted.
    Letter,
}

/// What a message is about; the audit counts by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// A verification code.
    Code,
    /// A confirmed booking.
    Confirmation,
    /// A cancelled one.
    Cancellation,
    /// A moved one.
    Move,
    /// The turn comes soon.
    Soon,
    /// The turn has come.
    Call,
}

/// A message to be put into the outbox together with what caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The road.
    pub channel: Channel,
    /// What it is about.
    pub kind: MessageKind,
    /// The booking codes it confirms or changes; empty for a verification code.
    pub booking_codes: Vec<String>,
    /// Number, address, or postal address lines.
    pub recipient: String,
    /// Language of the text.
    pub language: Language,
    /// Subject; empty for SMS.
    pub subject: String,
    /// The text.
    pub body: String,
    /// An iCalendar object to attach.
    pub calendar: Option<String>,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its identity; the e-mail's Message-ID is made of it, so that a message sent twice is known.
    pub id: MessageId,
    /// What is to be sent.
    pub message: NewMessage,
    /// When it was put in.
    pub created_at: Timestamp,
    /// Tries so far.
    pub tries: u32,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageOutcome {
    /// Which.
    pub id: MessageId,
    /// Sent, or failed with the next try.
    pub result: MessageResult,
}

/// How a try to send ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageResult {
    /// The gateway took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It did not; try again.
    Failed {
        /// When to try again.
        next_try_at: Timestamp,
        /// The gateway's word, without the recipient.
        reason: String,
    },
    /// It never will (bad address, too many tries); kept for the operator.
    GivenUp {
        /// The gateway's word, without the recipient.
        reason: String,
    },
}
