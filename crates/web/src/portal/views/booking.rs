//! Booking, with a permit: person, contact, code, proposals, review.

use askama::Template;
use jiff::civil::{Date, DateTime};

use super::form::{Choice, DateField, ErrorLine, Errors, Field, Form};
use super::parts::{PersonNo, ProposalCard, Step, TimeLimit, Visit};
use super::shell::Shell;
use super::words;

/// Who is vaccinated. Fields: `given_name`, `family_name`, `birth_day`, `birth_month`, `birth_year`,
/// `sex` (`f`, `m`, `d`, `x`), `postcode`, `group`.
#[derive(Clone, Debug, Template)]
#[template(path = "person.html")]
pub struct PersonForm {
    /// The frame.
    pub shell: Shell,
    /// Until when.
    pub limit: TimeLimit,
    /// Which step.
    pub step: Step,
    /// Which person.
    pub person: PersonNo,
    /// Posted to.
    pub form: Form,
    /// `given_name`.
    pub given_name: Field,
    /// `family_name`.
    pub family_name: Field,
    /// `birth`.
    pub birth: DateField,
    /// `sex`; see [`PersonForm::sex`].
    pub sex: Choice,
    /// `postcode`.
    pub postcode: Field,
    /// `group`: the campaign's priority groups.
    pub group: Choice,
}

impl PersonForm {
    /// The choice of sex.
    pub fn sex(shell: &Shell, chosen: &str) -> Choice {
        let options = [
            ("f", "person-sex-f"),
            ("m", "person-sex-m"),
            ("d", "person-sex-d"),
            ("x", "person-sex-x"),
        ];
        words::choice(shell, "sex", &options, chosen)
    }

    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form)
            .field(&self.given_name)
            .field(&self.family_name)
            .date(&self.birth)
            .choice(&self.sex)
            .field(&self.postcode)
            .choice(&self.group)
            .done()
    }
}

/// How to reach them. Fields: `way` (`sms`, `email`, `letter`), `mobile`, `email`, `street`, `town`.
#[derive(Clone, Debug, Template)]
#[template(path = "contact.html")]
pub struct ContactForm {
    /// The frame.
    pub shell: Shell,
    /// Until when.
    pub limit: TimeLimit,
    /// Which step.
    pub step: Step,
    /// Posted to.
    pub form: Form,
    /// `way`; see [`ContactForm::way`].
    pub way: Choice,
    /// `mobile`.
    pub mobile: Field,
    /// `email`.
    pub email: Field,
    /// `street`.
    pub street: Field,
    /// `town`.
    pub town: Field,
    /// The first person's postcode, which the letter goes to.
    pub postcode: String,
}

impl ContactForm {
    /// The choice of the way.
    pub fn way(shell: &Shell, chosen: &str) -> Choice {
        let options = [
            ("sms", "contact-way-sms"),
            ("email", "contact-way-email"),
            ("letter", "contact-way-letter"),
        ];
        words::choice(shell, "way", &options, chosen)
    }

    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form)
            .choice(&self.way)
            .field(&self.mobile)
            .field(&self.email)
            .field(&self.street)
            .field(&self.town)
            .done()
    }
}

/// Typing the code that was sent. Field: `code`.
#[derive(Clone, Debug, Template)]
#[template(path = "code.html")]
pub struct CodeForm {
    /// The frame.
    pub shell: Shell,
    /// Until when.
    pub limit: TimeLimit,
    /// Which step.
    pub step: Step,
    /// Posted to.
    pub form: Form,
    /// `code`.
    pub code: Field,
    /// Whether it went to a mobile number (else to an e-mail address).
    pub by_sms: bool,
    /// Where it went, masked (`+49 *** *** 4567`).
    pub sent_to: String,
    /// Until when the code is good, in civil time.
    pub valid_until: DateTime,
    /// Whether this page answers a request for a new code.
    pub sent_again: bool,
    /// Sends a new code; none when as many as allowed were sent.
    pub resend: Option<Form>,
    /// Back to the contact, to mend it or to choose a letter.
    pub correct_href: String,
}

impl CodeForm {
    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form).field(&self.code).done()
    }
}

/// What the proposals should be like: a search form, sent with GET. Fields: `from_day`, `from_month`,
/// `from_year`, `weekday` (several: `1` Monday to `7` Sunday), `daytime` (``, `am`, `pm`), `centre`.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// Asked with.
    pub form: Form,
    /// `from`.
    pub from: DateField,
    /// `weekday`; see [`Preferences::weekdays`].
    pub weekdays: Choice,
    /// `daytime`; see [`Preferences::daytime`].
    pub daytime: Choice,
    /// `centre`; shown when it has two or more options (the first: any).
    pub centre: Choice,
    /// Whether any preference is set.
    pub set: bool,
    /// The same page with none.
    pub clear_href: String,
}

impl Preferences {
    /// The weekdays as check boxes; `chosen` counts from 1 for Monday.
    pub fn weekdays(shell: &Shell, chosen: &[u8]) -> Choice {
        let keys = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| format!("weekday-{day}"));
        let numbers = ["1", "2", "3", "4", "5", "6", "7"];
        let pairs: Vec<(&str, &str)> = numbers.into_iter().zip(keys.iter().map(String::as_str)).collect();
        let mut weekdays = words::choice(shell, "weekday", &pairs, "");
        for (number, option) in (1_u8..).zip(&mut weekdays.options) {
            option.chosen = chosen.contains(&number);
        }
        weekdays
    }

    /// Any time, morning, or afternoon.
    pub fn daytime(shell: &Shell, chosen: &str) -> Choice {
        let options = [
            ("", "prefer-daytime-any"),
            ("am", "prefer-daytime-am"),
            ("pm", "prefer-daytime-pm"),
        ];
        words::choice(shell, "daytime", &options, chosen)
    }

    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form)
            .date(&self.from)
            .choice(&self.weekdays)
            .choice(&self.daytime)
            .choice(&self.centre)
            .done()
    }
}

/// The proposals. Field: `proposal`. Choosing one holds it.
#[derive(Clone, Debug, Template)]
#[template(path = "proposals.html")]
pub struct Proposals {
    /// The frame.
    pub shell: Shell,
    /// Until when.
    pub limit: TimeLimit,
    /// Which step.
    pub step: Step,
    /// One or two persons.
    pub persons: u64,
    /// Posted to.
    pub form: Form,
    /// Up to five, soonest first; empty when nothing fits.
    pub proposals: Vec<ProposalCard>,
    /// An error about the choice.
    pub choice_error: Option<String>,
    /// Whether what was chosen has just gone to somebody else: says so, and shows others.
    pub just_went: bool,
    /// What they should be like.
    pub preferences: Preferences,
}

impl Proposals {
    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        super::manage::proposal_errors(&self.form, &self.choice_error, &self.preferences)
    }
}

/// Everything once more before it counts.
#[derive(Clone, Debug, Template)]
#[template(path = "review.html")]
pub struct Review {
    /// The frame.
    pub shell: Shell,
    /// Until when.
    pub limit: TimeLimit,
    /// Which step.
    pub step: Step,
    /// Posted to; carries the attempt key.
    pub form: Form,
    /// One or two persons.
    pub persons: Vec<ReviewPerson>,
    /// The way messages go, in words, with the number or address unmasked.
    pub contact: ReviewContact,
    /// The centre.
    pub place: super::parts::Place,
    /// The vaccine's name.
    pub vaccine: String,
    /// Choose another proposal.
    pub change_time_href: String,
    /// Mend the contact.
    pub change_contact_href: String,
}

impl Review {
    /// The error of the form, if there is one.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form).done()
    }
}

/// A person, to be read once more.
#[derive(Clone, Debug)]
pub struct ReviewPerson {
    /// Given names and family name.
    pub name: String,
    /// Date of birth.
    pub birth: Date,
    /// Postcode.
    pub postcode: String,
    /// Name of the priority group.
    pub group: String,
    /// The appointments.
    pub visits: Vec<Visit>,
    /// Mend it.
    pub change_href: String,
}

/// How messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewContact {
    /// To a mobile number.
    Sms(String),
    /// To an e-mail address.
    Email(String),
    /// By letter; the address lines.
    Letter(Vec<String>),
}
