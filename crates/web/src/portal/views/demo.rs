//! The demo's letter box: what the messages would have said.

use askama::Template;
use jiff::civil::DateTime;

use super::shell::Shell;

/// The messages of the demo, newest first.
#[derive(Clone, Debug, Template)]
#[template(path = "demo_outbox.html")]
pub struct DemoOutbox {
    /// The frame.
    pub shell: Shell,
    /// The messages shown.
    pub messages: Vec<DemoMessage>,
    /// How many there are in all.
    pub total: u64,
}

/// A message of the demo.
#[derive(Clone, Debug)]
pub struct DemoMessage {
    /// The road it takes.
    pub way: DemoWay,
    /// To whom.
    pub recipient: String,
    /// Subject; empty for an SMS.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When it was put in, in civil time.
    pub at: DateTime,
    /// Whether a calendar file goes with it.
    pub calendar: bool,
}

/// The road a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoWay {
    /// SMS.
    Sms,
    /// E-mail.
    Email,
    /// Letter.
    Letter,
}

impl DemoWay {
    fn text_key(self) -> &'static str {
        match self {
            Self::Sms => "outbox-sms",
            Self::Email => "outbox-email",
            Self::Letter => "outbox-letter",
        }
    }
}
