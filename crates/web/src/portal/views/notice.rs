//! A message when it is one's turn: leaving a contact, its code, and what is set.

use askama::Template;
use jiff::civil::DateTime;

use super::form::{Choice, DateField, ErrorLine, Errors, Field, Form};
use super::shell::Shell;
use super::words;

/// Leaving a mobile number or an e-mail address. Fields: `way`, `mobile`, `email`, and those of
/// [`PlacePerson`].
#[derive(Clone, Debug, Template)]
#[template(path = "notice_contact.html")]
pub struct NoticeContact {
    /// The frame.
    pub shell: Shell,
    /// Posted to.
    pub form: Form,
    /// Whether a contact was just deleted.
    pub deleted: bool,
    /// How long before the turn the message comes, in minutes.
    pub lead_minutes: u64,
    /// `way`; see [`NoticeContact::way`].
    pub way: Choice,
    /// `mobile`.
    pub mobile: Field,
    /// `email`.
    pub email: Field,
    /// Whose place it is, where the operator asks for it.
    pub person: Option<PlacePerson>,
    /// The waiting page.
    pub place_href: String,
}

/// Whose place it is. Fields: `given_name`, `family_name`, `birth_day`, `birth_month`, `birth_year`.
#[derive(Clone, Debug)]
pub struct PlacePerson {
    /// `given_name`.
    pub given_name: Field,
    /// `family_name`.
    pub family_name: Field,
    /// `birth`.
    pub birth: DateField,
}

impl NoticeContact {
    /// SMS or e-mail: a letter would come too late.
    pub fn way(shell: &Shell, chosen: &str) -> Choice {
        let options = [("sms", "contact-way-sms"), ("email", "contact-way-email")];
        words::choice(shell, "way", &options, chosen)
    }

    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        let errors = Errors::of(&self.form)
            .choice(&self.way)
            .field(&self.mobile)
            .field(&self.email);
        match &self.person {
            None => errors.done(),
            Some(person) => errors
                .field(&person.given_name)
                .field(&person.family_name)
                .date(&person.birth)
                .done(),
        }
    }
}

/// Typing the code that was sent. Field: `code`.
#[derive(Clone, Debug, Template)]
#[template(path = "notice_code.html")]
pub struct NoticeCode {
    /// The frame.
    pub shell: Shell,
    /// Posted to.
    pub form: Form,
    /// `code`.
    pub code: Field,
    /// Whether it went to a mobile number (else to an e-mail address).
    pub by_sms: bool,
    /// Where it went, masked.
    pub sent_to: String,
    /// Until when the code is good, in civil time.
    pub valid_until: DateTime,
    /// Whether this page answers a request for a new code.
    pub sent_again: bool,
    /// Sends a new code; none when as many as allowed were sent.
    pub resend: Option<Form>,
    /// Gives another contact.
    pub change_href: String,
    /// The waiting page.
    pub place_href: String,
}

impl NoticeCode {
    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form).field(&self.code).done()
    }
}

/// A contact is set and verified.
#[derive(Clone, Debug, Template)]
#[template(path = "notice_set.html")]
pub struct NoticeSet {
    /// The frame.
    pub shell: Shell,
    /// Whether messages go to a mobile number (else to an e-mail address).
    pub by_sms: bool,
    /// Where they go, masked.
    pub sent_to: String,
    /// How long before the turn the message comes, in minutes.
    pub lead_minutes: u64,
    /// Whether the place was just put together with an earlier one of the same person.
    pub folded: bool,
    /// Deletes the contact.
    pub withdraw: Form,
    /// Gives another contact.
    pub change_href: String,
    /// The waiting page.
    pub place_href: String,
}
