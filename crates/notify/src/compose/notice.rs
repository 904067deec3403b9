//! The messages before the turn and at the call.

use dran_i18n::Value;
use dran_store::{Channel, ContactRecord, MessageKind, NewMessage};
use jiff::Timestamp;

use super::Composer;

/// A place in the line, as a message tells it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The address of its waiting page, which works on any device.
    pub link: &'a str,
    /// Its short code, to be typed or read out on the phone.
    pub short_code: &'a str,
}

impl Composer<'_> {
    /// The turn comes between these moments, four times out of five. None for a letter.
    pub fn soon(&self, contact: &ContactRecord, place: Place<'_>, turn: (Timestamp, Timestamp)) -> Option<NewMessage> {
        let args = [
            ("from", Value::from(self.moment(turn.0))),
            ("to", self.moment(turn.1).into()),
        ];
        self.notice(contact, MessageKind::Soon, "soon", place, &args)
    }

    /// The turn has come, and stays. None for a letter.
    pub fn called(&self, contact: &ContactRecord, place: Place<'_>) -> Option<NewMessage> {
        self.notice(contact, MessageKind::Call, "call", place, &[])
    }

    fn notice(
        &self,
        contact: &ContactRecord,
        kind: MessageKind,
        name: &str,
        place: Place<'_>,
        when: &[(&str, Value<'_>)],
    ) -> Option<NewMessage> {
        let mut args = when.to_vec();
        args.push(("link", place.link.into()));
        args.push(("code", place.short_code.into()));
        args.push(("phone", self.phone_short().into()));
        let text = |road: &str| self.speaker.text_with(&format!("message-{name}-{road}"), &args);
        let (channel, recipient, subject, body) = match contact {
            ContactRecord::Sms(number) => (Channel::Sms, number, String::new(), text("sms")),
            ContactRecord::Email(address) => {
                let automatic = self.speaker.text("message-automatic");
                let body = [text("email"), self.closing(), automatic].join("\n\n");
                let subject = self.speaker.text(&format!("message-{name}-subject"));
                (Channel::Email, address, subject, body)
            }
            ContactRecord::Letter { .. } => return None,
        };
        Some(NewMessage {
            channel,
            kind,
            booking_codes: Vec::new(),
            recipient: recipient.clone(),
            language: self.speaker.language().clone(),
            subject,
            body,
            calendar: None,
        })
    }
}
