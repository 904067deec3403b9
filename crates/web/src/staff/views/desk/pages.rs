//! What the desk shows besides the call in hand.

use askama::Template;

use super::DeskBar;
use jiff::civil::DateTime;

use crate::portal::views::{Choice, ErrorLine, Field, Form, SeriesCard, Shell};
use crate::staff::views::Who;

/// What a call has booked.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/desk/booked.html")]
pub struct DeskBooked {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// What is on every page of the desk.
    pub bar: DeskBar,
    /// What to read aloud, sentence by sentence.
    pub say: Vec<String>,
    /// One series per person.
    pub series: Vec<SeriesCard>,
    /// The same for paper.
    pub print_href: String,
    /// The next call: the agent is ready again.
    pub next: Form,
}

/// Booked appointments for paper.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/desk/print.html")]
pub struct DeskPrint {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// One series per person.
    pub series: Vec<SeriesCard>,
    /// Back to where it was asked for.
    pub back_href: String,
}

/// The keys of the desk.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/desk/help.html")]
pub struct DeskHelp {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// What is on every page of the desk.
    pub bar: DeskBar,
}

impl DeskHelp {
    /// Every key with what it does: those without Alt first, then those of the bar and of single pages.
    fn keys(&self) -> Vec<(String, String)> {
        let plain = [
            ("desk-key-enter", "desk-help-enter"),
            ("desk-key-tab", "desk-help-tab"),
            ("desk-key-digit", "desk-help-digit"),
        ];
        let plain = plain.map(|(key, text)| (self.shell.t(key), self.shell.t(text)));
        let on_pages = [
            ("R", "desk-next-callback"),
            ("E", "desk-end"),
            ("D", "print-link"),
            ("W", "desk-resend-button"),
            ("V", "desk-move-button"),
            ("X", "desk-cancel-button"),
        ];
        let links = self.bar.links().into_iter().map(|link| (link.key, link.label));
        let with_alt = links.chain(on_pages);
        let with_alt = with_alt.map(|(key, text)| (self.shell.tv("desk-key", "key", key), self.shell.t(text)));
        let states = self.bar.states().map(|(word, key)| {
            let key = self.shell.tv("desk-key", "key", key);
            let state = self.shell.t(&format!("desk-state-{word}"));
            (key, self.shell.tv("desk-help-state", "state", &state))
        });
        plain.into_iter().chain(with_alt).chain(states).collect()
    }
}

/// Looking people up.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/desk/search.html")]
pub struct DeskSearch {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// What is on every page of the desk.
    pub bar: DeskBar,
    /// Where it goes.
    pub form: Form,
    /// `q`: a booking code, a receipt, a phone number or a family name.
    pub q: Field,
    /// `birth`, with a name.
    pub birth: Field,
    /// Who was found; none before anything was asked.
    pub found: Option<Vec<DeskFound>>,
    /// Whether there are more than are shown.
    pub more: bool,
    /// Where typing begins; nothing if somebody was found.
    pub focus: &'static str,
}

/// Somebody who was found.
#[derive(Clone, Debug)]
pub struct DeskFound {
    /// The page of the appointments, if there are any.
    pub href: Option<String>,
    /// Begins a call with what is known, for somebody without an appointment.
    pub book: Option<Form>,
    /// Who.
    pub name: String,
    /// Date of birth, in words; a phone number for a call-back.
    pub birth: String,
    /// How it stands, in words.
    pub standing: String,
}

impl DeskFound {
    /// Whether Enter leads anywhere from here.
    pub fn opens(&self) -> bool {
        self.href.is_some() || self.book.is_some()
    }
}

impl DeskSearch {
    fn errors(&self) -> Vec<ErrorLine> {
        wrong(&[&self.q, &self.birth])
    }

    /// How many are shown.
    fn count(&self) -> u64 {
        self.found
            .as_ref()
            .map_or(0, |found| u64::try_from(found.len()).unwrap_or(0))
    }

    /// The number of the first one that leads anywhere: Enter does.
    fn first(&self) -> usize {
        let found = self.found.as_deref().unwrap_or_default();
        let first = found.iter().position(DeskFound::opens);
        first.map_or(0, |index| index + 1)
    }
}

/// What is wrong with these fields, with the fields as targets.
fn wrong(fields: &[&Field]) -> Vec<ErrorLine> {
    let wrong = fields.iter().filter_map(|field| {
        field.error.as_ref().map(|text| ErrorLine {
            target: field.name.to_owned(),
            text: text.clone(),
        })
    });
    wrong.collect()
}

/// Somebody's appointments, and what can be done with them.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/desk/series.html")]
pub struct DeskSeries {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// What is on every page of the desk.
    pub bar: DeskBar,
    /// The key of what was just done.
    pub done: Option<&'static str>,
    /// What to read aloud.
    pub say: Vec<String>,
    /// The appointments.
    pub series: SeriesCard,
    /// Whether they are cancelled.
    pub cancelled: bool,
    /// How the person is reached.
    pub contact: String,
    /// What agents wrote, oldest first.
    pub notes: Vec<DeskNote>,
    /// Where all of it goes; `what` says what is done.
    pub form: Form,
    /// `reason`: why, or what is to be noted.
    pub reason: Field,
    /// Moving them; none if they cannot be changed any more.
    pub move_href: Option<String>,
    /// The same for paper.
    pub print_href: String,
}

impl DeskSeries {
    fn errors(&self) -> Vec<ErrorLine> {
        wrong(&[&self.reason])
    }

    fn focus(&self) -> &'static str {
        "reason"
    }
}

/// What an agent wrote.
#[derive(Clone, Debug)]
pub struct DeskNote {
    /// When.
    pub at: DateTime,
    /// Who.
    pub name: String,
    /// What.
    pub text: String,
}

/// Other times for somebody's appointments.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/desk/move.html")]
pub struct DeskMove {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// What is on every page of the desk.
    pub bar: DeskBar,
    /// Something that has to be known first.
    pub alert: Option<String>,
    /// The appointments as they are.
    pub series: SeriesCard,
    /// Where it goes.
    pub form: Form,
    /// The proposals, as they are read aloud.
    pub proposals: Vec<String>,
    /// `choice`: the digit.
    pub choice: Field,
    /// `reason`.
    pub reason: Field,
    /// `wish_from`.
    pub wish_from: Field,
    /// `wish_time`.
    pub wish_time: Choice,
    /// Back to the appointments.
    pub back_href: String,
}

impl DeskMove {
    fn count(&self) -> u64 {
        u64::try_from(self.proposals.len()).unwrap_or(0)
    }

    fn errors(&self) -> Vec<ErrorLine> {
        wrong(&[&self.reason, &self.choice, &self.wish_from])
    }

    fn focus(&self) -> &'static str {
        let fields = [&self.reason, &self.choice, &self.wish_from];
        fields
            .iter()
            .find(|field| field.error.is_some())
            .map_or("reason", |field| field.name)
    }
}
