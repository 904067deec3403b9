//! The desk: one screen that grows downwards with the call. What is settled stands at the top, below it what to say,
//! below that the only part that is asked.

mod pages;
mod samples;

use askama::Template;
use jiff::civil::DateTime;

use super::{Who, paths};
use crate::portal::views::{Choice, ErrorLine, Field, Form, Shell};

pub use pages::{DeskBooked, DeskFound, DeskHelp, DeskMove, DeskNote, DeskPrint, DeskSearch, DeskSeries};

/// A call in hand.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/desk/call.html")]
pub struct DeskCall {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// What is on every page of the desk.
    pub bar: DeskBar,
    /// Where it goes, with everything that is settled.
    pub form: Form,
    /// What is settled.
    pub facts: Vec<DeskFact>,
    /// Something that has to be known first: a place that just went, a fault.
    pub alert: Option<String>,
    /// What to read aloud, sentence by sentence.
    pub say: Vec<String>,
    /// What is asked.
    pub part: DeskPart,
    /// The field in which typing begins.
    pub focus: &'static str,
    /// Until when the permit lasts, if there is one.
    pub until: Option<DateTime>,
    /// Parts that can be opened again: what is posted as `to`, and the key of the button's text.
    pub back: Vec<(&'static str, &'static str)>,
    /// Whether a call has begun, so that it can be ended.
    pub begun: bool,
    /// Whether it is a call-back, so that it can turn out otherwise.
    pub is_callback: bool,
}

impl DeskCall {
    fn errors(&self) -> Vec<ErrorLine> {
        self.part.errors()
    }
}

/// What is on every page of the desk.
#[derive(Clone, Debug, Default)]
pub struct DeskBar {
    /// Takes the first call-back that is due.
    pub next: Form,
    /// How many are due.
    pub due: u64,
    /// What the agent is doing, as a word; none if that is not known.
    pub state: Option<&'static str>,
    /// Says what the agent is doing.
    pub say_state: Form,
    /// Calls and bookings of today, and minutes on the line.
    pub day: Option<(u64, u64, u64)>,
}

/// A page that one key leads to.
#[derive(Clone, Copy, Debug)]
pub struct DeskLink {
    /// Where it is.
    pub href: &'static str,
    /// The key of its name.
    pub label: &'static str,
    /// What is pressed with Alt, as it is written.
    pub key: &'static str,
}

impl DeskBar {
    /// The pages that one key leads to.
    pub fn links(&self) -> [DeskLink; 3] {
        let link = |(href, label, key)| DeskLink { href, label, key };
        let links = [
            (paths::DESK, "desk-new", "N"),
            (paths::DESK_SEARCH, "desk-search-title", "S"),
            (paths::DESK_HELP, "desk-help-title", "H"),
        ];
        links.map(link)
    }

    /// What an agent can say, with the keys for it: the word that is posted, and what is pressed with Alt.
    pub fn states(&self) -> [(&'static str, &'static str); 4] {
        [("ready", "B"), ("on-call", "G"), ("wrap-up", "A"), ("break", "P")]
    }

    /// Whether the agent is doing this.
    fn is(&self, word: &str) -> bool {
        self.state == Some(word)
    }

    fn here(&self) -> &'static str {
        paths::DESK_HERE
    }
}

/// Something settled, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskFact {
    /// The key of its name.
    pub label: &'static str,
    /// What it is.
    pub value: String,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum DeskPart {
    /// Who calls, and who is to be vaccinated.
    Who(Box<DeskWho>),
    /// Nothing: the line has not come to the ticket.
    Place,
    /// Which of the proposals.
    Choose(Box<DeskChoose>),
    /// Names and contact.
    Names(Box<DeskNames>),
    /// Whether all of it is right.
    Review,
}

/// Who calls, and who is to be vaccinated.
#[derive(Clone, Debug)]
pub struct DeskWho {
    /// `postcode`.
    pub postcode: Field,
    /// `birth`.
    pub birth: Field,
    /// `birth_2`: of the second person, if there is one.
    pub birth_2: Field,
    /// `group`; left out where there is one only.
    pub group: Choice,
    /// `district`, where the postcode is not enough.
    pub district: Choice,
    /// `phone`, as the caller wants to be rung up.
    pub phone: Field,
    /// `code`: the Wartenummer of a place that is there already.
    pub code: Field,
    /// `campaign`; left out where there is one only.
    pub campaign: Choice,
}

/// Which of the proposals.
#[derive(Clone, Debug)]
pub struct DeskChoose {
    /// The proposals, as they are read aloud; the first has the digit 1.
    pub proposals: Vec<Vec<String>>,
    /// `choice`: the digit.
    pub choice: Field,
    /// `wish_from`: not before that day.
    pub wish_from: Field,
    /// `wish_time`: morning or afternoon.
    pub wish_time: Choice,
}

/// Names and contact.
#[derive(Clone, Debug)]
pub struct DeskNames {
    /// One or two persons.
    pub persons: Vec<DeskPerson>,
    /// `contact`: a mobile number or an e-mail address; nothing for a letter.
    pub contact: Field,
    /// `street`.
    pub street: Field,
    /// `town`.
    pub town: Field,
    /// `language` of messages.
    pub language: Choice,
}

/// One person.
#[derive(Clone, Debug)]
pub struct DeskPerson {
    /// `family_name`.
    pub family_name: Field,
    /// `given_name`.
    pub given_name: Field,
    /// `sex`.
    pub sex: Choice,
}

impl DeskPart {
    /// The word of the part, posted as `step`.
    pub fn step(&self) -> &'static str {
        match self {
            Self::Who(_) => "who",
            Self::Place => "place",
            Self::Choose(_) => "choose",
            Self::Names(_) => "names",
            Self::Review => "review",
        }
    }

    /// The heading of the part.
    fn title(&self) -> &'static str {
        match self {
            Self::Who(_) => "desk-who-title",
            Self::Place => "desk-place-title",
            Self::Choose(_) => "desk-choose-title",
            Self::Names(_) => "desk-names-title",
            Self::Review => "desk-review-title",
        }
    }

    /// What Enter does.
    fn button(&self) -> &'static str {
        match self {
            Self::Who(_) => "desk-who-button",
            Self::Place => "desk-place-button",
            Self::Choose(_) => "desk-choose-button",
            Self::Names(_) => "desk-names-button",
            Self::Review => "desk-review-button",
        }
    }

    /// Fields and choices that are shown, with what is wrong with them, in the order in which they stand.
    fn said(&self) -> Vec<(&'static str, &Option<String>)> {
        fn field(field: &Field) -> Option<(&'static str, &Option<String>)> {
            Some((field.name, &field.error))
        }
        fn choice(choice: &Choice) -> Option<(&'static str, &Option<String>)> {
            (!choice.options.is_empty()).then_some((choice.name, &choice.error))
        }
        let said = match self {
            Self::Who(who) => vec![
                field(&who.postcode),
                field(&who.birth),
                field(&who.birth_2),
                choice(&who.district),
                choice(&who.group),
                field(&who.phone),
                field(&who.code),
                choice(&who.campaign),
            ],
            Self::Choose(choose) => vec![
                field(&choose.choice),
                field(&choose.wish_from),
                choice(&choose.wish_time),
            ],
            Self::Names(names) => {
                let persons = names.persons.iter().flat_map(|person| {
                    [
                        field(&person.family_name),
                        field(&person.given_name),
                        choice(&person.sex),
                    ]
                });
                let rest = [
                    field(&names.contact),
                    field(&names.street),
                    field(&names.town),
                    choice(&names.language),
                ];
                persons.chain(rest).collect()
            }
            Self::Place | Self::Review => Vec::new(),
        };
        said.into_iter().flatten().collect()
    }

    /// What is wrong, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        let wrong = self.said().into_iter().filter_map(|(name, error)| {
            error.as_ref().map(|text| ErrorLine {
                target: name.to_owned(),
                text: text.clone(),
            })
        });
        wrong.collect()
    }

    /// The fields that are typed into here, so that they do not travel hidden as well.
    pub fn names(&self) -> Vec<&'static str> {
        self.said().into_iter().map(|(name, _)| name).collect()
    }

    /// The first field that something is wrong with.
    pub fn first_wrong(&self) -> Option<&'static str> {
        let wrong = self.said().into_iter().find(|(_, error)| error.is_some());
        wrong.map(|(name, _)| name)
    }
}
