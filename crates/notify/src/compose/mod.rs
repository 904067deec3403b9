//! Words messages: what is said, to whom, on which road.
//!
//! A message never carries a date of birth, a group, a vaccine or an address of a person; its subject
//! and its calendar entries say nothing about health. `docs/messages.md` lists all of them.

mod letter;
mod notice;
mod sms;
mod words;

use dran_core::region::{Centre, Region};
use dran_i18n::{Speaker, Value};
use dran_store::{Channel, ContactRecord, MessageKind, NewMessage, PersonRecord, Series};
use jiff::Timestamp;

use crate::calendar::Method;

pub use notice::Place;

/// Who writes, as the receiver sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The portal's address: `https://termine.hessen.example`.
    pub portal_url: String,
    /// The address of e-mails and calendar entries; its domain makes their identities unique.
    pub email: String,
}

impl Sender {
    /// What stands behind the `@` of [`Sender::email`].
    pub fn domain(&self) -> &str {
        self.email.rsplit('@').next().unwrap_or_default()
    }
}

/// The appointments of one person, as a message tells them.
#[derive(Clone, Debug)]
pub struct Appointments<'a> {
    /// Who comes.
    pub person: &'a PersonRecord,
    /// Manages them.
    pub booking_code: &'a str,
    /// Where to.
    pub centre: &'a Centre,
    /// Starts, first dose first.
    pub starts: &'a [Timestamp],
    /// The series' sequence, see [`Series::sequence`]: 0 when booked, the new one when changed.
    pub sequence: u32,
    /// A keyed hash of the booking code, the same for all messages about it; see [`crate::calendar::uid`].
    pub series_hash: [u8; 32],
}

impl<'a> Appointments<'a> {
    /// Those of a stored series at its centre.
    pub fn of(series: &'a Series, centre: &'a Centre, series_hash: [u8; 32]) -> Self {
        Self {
            person: &series.person,
            booking_code: &series.booking_code,
            centre,
            starts: &series.starts,
            sequence: series.sequence,
            series_hash,
        }
    }
}

/// Words messages in one language for one region.
#[derive(Clone, Copy, Debug)]
pub struct Composer<'a> {
    /// The language.
    pub speaker: &'a Speaker,
    /// The region: its time zone, hotline and groups.
    pub region: &'a Region,
    /// Who writes.
    pub sender: &'a Sender,
    /// Now.
    pub now: Timestamp,
}

/// What happened to appointments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    Booked,
    Moved,
    Cancelled,
}

impl Event {
    fn kind(self) -> MessageKind {
        match self {
            Self::Booked => MessageKind::Confirmation,
            Self::Moved => MessageKind::Move,
            Self::Cancelled => MessageKind::Cancellation,
        }
    }

    fn method(self) -> Method {
        match self {
            Self::Booked | Self::Moved => Method::Publish,
            Self::Cancelled => Method::Cancel,
        }
    }

    fn subject_key(self) -> &'static str {
        match self {
            Self::Booked => "message-confirmation-subject",
            Self::Moved => "message-moved-subject",
            Self::Cancelled => "message-cancellation-subject",
        }
    }

    fn opening_key(self) -> &'static str {
        match self {
            Self::Booked => "message-confirmation-opening",
            Self::Moved => "message-moved-opening",
            Self::Cancelled => "message-cancellation-opening",
        }
    }

    fn sms_key(self) -> &'static str {
        match self {
            Self::Booked => "message-confirmation-sms",
            Self::Moved => "message-moved-sms",
            Self::Cancelled => "message-cancellation-sms",
        }
    }
}

impl Composer<'_> {
    /// The code that proves a contact. None for a letter: letters are not verified.
    pub fn verification_code(&self, contact: &ContactRecord, code: &str, valid_until: Timestamp) -> Option<NewMessage> {
        let args = [("code", Value::from(code)), ("until", self.moment(valid_until).into())];
        let (channel, recipient, subject, body) = match contact {
            ContactRecord::Sms(number) => (
                Channel::Sms,
                number,
                String::new(),
                self.speaker.text_with("message-code-sms", &args),
            ),
            ContactRecord::Email(address) => {
                let text = self.speaker.text_with("message-code-email", &args);
                let body = [text, self.closing(), self.speaker.text("message-automatic")].join("\n\n");
                (Channel::Email, address, self.speaker.text("message-code-subject"), body)
            }
            ContactRecord::Letter { .. } => return None,
        };
        Some(NewMessage {
            channel,
            kind: MessageKind::Code,
            booking_codes: Vec::new(),
            recipient: recipient.clone(),
            language: self.speaker.language().clone(),
            subject,
            body,
            calendar: None,
        })
    }

    /// A booking is confirmed: one message to a contact, for one person or two.
    pub fn confirmation(&self, contact: &ContactRecord, booked: &[Appointments<'_>]) -> NewMessage {
        self.about(Event::Booked, contact, booked)
    }

    /// Appointments are moved; `moved` has the new ones.
    pub fn moved(&self, contact: &ContactRecord, moved: &[Appointments<'_>]) -> NewMessage {
        self.about(Event::Moved, contact, moved)
    }

    /// Appointments are cancelled; `cancelled` has those that are free again, with the sequence after
    /// the cancellation.
    pub fn cancellation(&self, contact: &ContactRecord, cancelled: &[Appointments<'_>]) -> NewMessage {
        self.about(Event::Cancelled, contact, cancelled)
    }

    /// The iCalendar object of appointments, one event a dose, for a page to offer.
    pub fn calendar(&self, booked: &[Appointments<'_>]) -> String {
        self.calendar_object(Method::Publish, booked)
    }

    fn about(&self, event: Event, contact: &ContactRecord, all: &[Appointments<'_>]) -> NewMessage {
        let count: usize = all.iter().map(|appointments| appointments.starts.len()).sum();
        let subject = || {
            self.speaker
                .text_with(event.subject_key(), &[("appointments", count.into())])
        };
        let (channel, recipient, subject, body, calendar) = match contact {
            ContactRecord::Sms(number) => (Channel::Sms, number.clone(), String::new(), self.sms(event, all), None),
            ContactRecord::Email(address) => {
                let mut paragraphs = self.paragraphs(event, all);
                paragraphs.push(self.speaker.text("message-automatic"));
                let calendar = self.calendar_object(event.method(), all);
                (
                    Channel::Email,
                    address.clone(),
                    subject(),
                    paragraphs.join("\n\n"),
                    Some(calendar),
                )
            }
            ContactRecord::Letter { street, town } => {
                let address = words::address_lines(street, town, all);
                (
                    Channel::Letter,
                    address,
                    subject(),
                    self.paragraphs(event, all).join("\n\n"),
                    None,
                )
            }
        };
        NewMessage {
            channel,
            kind: event.kind(),
            booking_codes: all
                .iter()
                .map(|appointments| appointments.booking_code.to_owned())
                .collect(),
            recipient,
            language: self.speaker.language().clone(),
            subject,
            body,
            calendar,
        }
    }
}

#[cfg(test)]
mod tests;
