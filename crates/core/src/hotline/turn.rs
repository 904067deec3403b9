//! The machine: one event, one turn.

mod learnt;

use super::act::{Deed, Ending, Entry, Event, Facts, Sentence, Turn, Verb};
use super::keypad::{GROUP_KEYS, Keys};
use super::state::{Node, State, Topic};
use crate::ids::Party;
use crate::person::{BirthDate, BirthYear};
use crate::region::{POSTCODE_DIGITS, Postcode};

/// No call gets more answers than so many: the longest sensible one takes some forty. Then whoever is still there
/// waits for an agent.
pub const STEPS_MAX: u8 = 60;
/// Wrong keys at one question, before another way is taken.
const MISTAKES_MAX: u8 = 3;
/// Silences in a row, before a ticket is taken with what is known.
const SILENCES_MAX: u8 = 2;
/// How often in one call the agents are rung.
const CONNECTS_MAX: u8 = 2;
/// How long one key may take, in seconds.
const KEY_TIMEOUT_S: u8 = 8;
/// How long each of several keys may take, in seconds: they are looked up on paper.
const KEYS_TIMEOUT_S: u8 = 12;

/// What comes next in a call.
pub fn turn(state: State, event: Event, facts: &Facts) -> Turn {
    let call = Call { state, facts };
    match event {
        Event::HungUp => call.hung_up(),
        Event::Learnt(answer) => call.learnt(answer),
        Event::Bridged { reached: true } => call.bridged(true),
        _ if state.steps >= STEPS_MAX => call.wait_for_agent(),
        Event::Called => call.begin(),
        Event::Typed(keys) => call.typed(&keys),
        Event::Silence => call.silent(),
        Event::Bridged { reached } => call.bridged(reached),
    }
}

struct Call<'f> {
    state: State,
    facts: &'f Facts,
}

impl Call<'_> {
    fn begin(mut self) -> Turn {
        self.state = State::new();
        if self.facts.number_known {
            return self.carry_out();
        }
        self.greet()
    }

    fn greet(self) -> Turn {
        if self.facts.languages > 1 {
            self.ask(Node::Language, vec![Sentence::Greeting])
        } else {
            self.ask(Node::Menu, vec![Sentence::Greeting])
        }
    }

    fn hung_up(self) -> Turn {
        let ending = self.got();
        self.speak(Vec::new(), Some(ending.unwrap_or(Ending::GivenUp)))
    }

    fn bridged(self, reached: bool) -> Turn {
        if reached {
            return self.speak(vec![Verb::HangUp], Some(Ending::Agent));
        }
        self.take_ticket(vec![Sentence::NobodyFree])
    }

    // --- what was typed ---

    fn typed(mut self, typed: &str) -> Turn {
        self.state.silences = 0;
        match (self.state.node, typed) {
            (Node::Again, _) => self.carry_out(),
            (Node::Connecting, _) => self.bridged(false),
            (_, "0") => self.person(),
            (_, "*") => self.ask_again(None),
            (Node::Language, key) => match digit(key) {
                Some(key) if (1..=self.facts.languages).contains(&key) => {
                    self.state.language = key - 1;
                    self.ask(Node::Menu, Vec::new())
                }
                _ => self.mistake(Sentence::WrongKey),
            },
            (Node::Menu, key) => self.chosen(key),
            (Node::Told, "1") => self.carry_out(),
            (Node::Told, "2") => self.ask(Node::Menu, Vec::new()),
            (Node::Booking, "1") => self.about(Topic::Booking).carry_out(),
            (Node::Booking, "2") => self.ask(Node::CancelSure, Vec::new()),
            (Node::CancelSure, "1") => self.about(Topic::Cancel).carry_out(),
            (Node::CancelSure, "2") => self.ask(Node::Booking, vec![Sentence::NotCancelled]),
            (Node::Party, "1") => self.party(Party::One),
            (Node::Party, "2") => self.party(Party::Couple),
            (Node::NumberCheck, "1") => self.take_ticket(Vec::new()),
            (Node::NumberCheck, "2") => {
                self.state.number = None;
                self.ask(Node::Number, Vec::new())
            }
            (Node::Number, number) => Turn::Do {
                deed: Deed::CheckNumber(number.to_owned()),
                state: self.state,
            },
            (Node::Postcode, code) => match Postcode::parse(code) {
                Ok(code) => {
                    self.state.postcode = Some(code);
                    self.ask_postcode(code, None)
                }
                Err(_) => self.mistake(Sentence::PostcodeForm),
            },
            (Node::District, key) => match (self.state.postcode, digit(key)) {
                (Some(code), Some(key)) if key > 0 => self.ask_postcode(code, Some(key - 1)),
                _ => self.mistake(Sentence::WrongKey),
            },
            (Node::BirthYear, year) => match BirthYear::parse(year, self.facts.today) {
                Ok(year) => {
                    self.state.birth_year = Some(year.get());
                    self.take_ticket(Vec::new())
                }
                Err(_) => self.mistake(Sentence::BirthYearForm),
            },
            (Node::TicketCode | Node::BookingCode, group) => self.code_group(group),
            (Node::BirthDate, date) => match self.birth_date(date) {
                Some(date) => {
                    self.state.birth_date = Some(date.date());
                    self.carry_out()
                }
                None => self.mistake(Sentence::BirthDateForm),
            },
            (Node::Told | Node::Booking | Node::CancelSure | Node::Party | Node::NumberCheck, _) => {
                self.mistake(Sentence::WrongKey)
            }
        }
    }

    fn chosen(mut self, key: &str) -> Turn {
        match key {
            "1" => self.person(),
            "2" | "3" => {
                self.state.keys = Keys::default();
                let (topic, node) = match key {
                    "2" => (Topic::Code, Node::TicketCode),
                    _ => (Topic::Booking, Node::BookingCode),
                };
                self.about(topic).ask(node, Vec::new())
            }
            "4" => self.about(Topic::Supply).supply(),
            _ => self.mistake(Sentence::WrongKey),
        }
    }

    fn supply(self) -> Turn {
        if !self.facts.campaign_open {
            return self.no_campaign();
        }
        match self.state.postcode {
            Some(code) => {
                let district = self.state.district;
                self.ask_postcode(code, district)
            }
            None => self.ask(Node::Postcode, Vec::new()),
        }
    }

    fn code_group(mut self, group: &str) -> Turn {
        let Some(keys) = self.state.keys.with_group(group) else {
            return self.mistake(Sentence::CodeForm);
        };
        self.state.keys = keys;
        let node = self.state.node;
        match (keys.whole(), node) {
            (None, _) => self.ask(node, Vec::new()),
            (Some(_), Node::TicketCode) => self.carry_out(),
            (Some(_), _) => self.ask(Node::BirthDate, Vec::new()),
        }
    }

    fn birth_date(&self, typed: &str) -> Option<BirthDate> {
        let (day, rest) = typed.split_at_checked(2)?;
        let (month, year) = rest.split_at_checked(2)?;
        let date = (year.len() == 4).then(|| BirthDate::parse(day, month, year, self.facts.today))?;
        date.ok()
    }

    fn party(mut self, party: Party) -> Turn {
        self.state.party = Some(party);
        self.take_ticket(Vec::new())
    }

    /// The wrong keys: the question again, kindly; at last another way.
    fn mistake(mut self, why: Sentence) -> Turn {
        self.state.mistakes += 1;
        if self.state.mistakes < MISTAKES_MAX {
            return self.ask_again(Some(why));
        }
        match (self.state.node, self.state.topic) {
            (Node::Language, _) => self.ask(Node::Menu, Vec::new()),
            (
                Node::Postcode | Node::District | Node::BirthYear | Node::Party | Node::Number | Node::NumberCheck,
                Topic::Ticket,
            ) => {
                self.state.ask_no_more = true;
                self.take_ticket(Vec::new())
            }
            _ => self.person(),
        }
    }

    // --- silence ---

    fn silent(mut self) -> Turn {
        match self.state.node {
            Node::Again => return self.carry_out(),
            Node::Connecting => return self.bridged(false),
            // Nothing more is wanted.
            Node::Told | Node::Booking => return self.finish(Vec::new()),
            Node::CancelSure => return self.finish(vec![Sentence::NotCancelled]),
            _ => {}
        }
        self.state.silences += 1;
        if self.state.silences < SILENCES_MAX {
            return match self.state.node {
                Node::Language => self.ask(Node::Menu, Vec::new()),
                _ => self.ask_again(Some(Sentence::DidNotHear)),
            };
        }
        // Whoever cannot type has a place all the same.
        self.state.ask_no_more = true;
        let no_number = !self.facts.number_known && self.state.number.is_none();
        if no_number {
            self.person()
        } else {
            self.take_ticket(Vec::new())
        }
    }

    // --- ways ---

    /// An agent, or a ticket with a call-back.
    fn person(self) -> Turn {
        if self.may_connect() {
            return self.connect(Vec::new());
        }
        self.take_ticket(vec![Sentence::AllBusy])
    }

    fn may_connect(&self) -> bool {
        self.facts.agent_ready && self.state.connects < CONNECTS_MAX
    }

    fn connect(mut self, mut said: Vec<Sentence>) -> Turn {
        self.state.connects += 1;
        self.state.node = Node::Connecting;
        said.push(Sentence::Connecting);
        self.speak(vec![Verb::Say(said), Verb::Connect], None)
    }

    /// Whoever cannot be helped by a machine stays on the line until an agent is free.
    fn wait_for_agent(mut self) -> Turn {
        self.state.node = Node::Connecting;
        let verbs = vec![Verb::Say(vec![Sentence::Connecting]), Verb::Connect];
        self.speak(verbs, Some(Ending::Agent))
    }

    /// Asks what is missing for a ticket, and takes it.
    fn take_ticket(self, before: Vec<Sentence>) -> Turn {
        if !self.facts.campaign_open {
            return self.no_campaign();
        }
        let call = self.about(Topic::Ticket);
        let state = &call.state;
        if !state.ask_no_more && !state.has_place {
            let missing = [
                (state.postcode.is_none(), Node::Postcode),
                (state.birth_year.is_none(), Node::BirthYear),
                (state.party.is_none(), Node::Party),
                (state.number.is_none() && !call.facts.number_known, Node::Number),
            ];
            if let Some((_, node)) = missing.into_iter().find(|(missing, _)| *missing) {
                return call.ask(node, before);
            }
        }
        call.carry_out()
    }

    fn no_campaign(mut self) -> Turn {
        self.state.answered = true;
        self.finish(vec![Sentence::NoCampaign])
    }

    fn finish(self, mut said: Vec<Sentence>) -> Turn {
        let ending = self.got().unwrap_or(Ending::Answer);
        said.push(Sentence::Goodbye);
        self.speak(vec![Verb::Say(said), Verb::HangUp], Some(ending))
    }

    /// What the caller has, so far.
    fn got(&self) -> Option<Ending> {
        match (self.state.has_place, self.state.answered) {
            (true, _) => Some(Ending::Ticket),
            (false, true) => Some(Ending::Answer),
            (false, false) => None,
        }
    }

    fn about(mut self, topic: Topic) -> Self {
        self.state.topic = topic;
        self
    }

    // --- asking and speaking ---

    /// Does what the topic is about.
    fn carry_out(self) -> Turn {
        let state = self.state;
        let deed = match (state.topic, state.birth_date) {
            (Topic::Place, _) => Deed::LookUp,
            (Topic::Ticket, _) => Deed::TakeTicket,
            (Topic::Supply, _) => match state.postcode {
                Some(postcode) => Deed::AskPostcode {
                    postcode,
                    district: state.district,
                },
                None => return self.ask(Node::Postcode, Vec::new()),
            },
            (Topic::Code, _) => Deed::FindTicket(state.keys),
            (Topic::Booking, Some(date)) => Deed::FindBooking(state.keys, date),
            (Topic::Cancel, Some(date)) => Deed::Cancel(state.keys, date),
            (Topic::Booking | Topic::Cancel, None) => return self.ask(Node::BookingCode, Vec::new()),
        };
        Turn::Do { deed, state }
    }

    fn ask_again(self, why: Option<Sentence>) -> Turn {
        let node = self.state.node;
        match (node, self.state.postcode) {
            // Only the service knows which districts they are.
            (Node::District, Some(code)) => self.ask_postcode(code, None),
            _ => self.ask(node, why.into_iter().collect()),
        }
    }

    fn ask(mut self, node: Node, mut said: Vec<Sentence>) -> Turn {
        let is_code = |node| matches!(node, Node::BookingCode | Node::BirthDate);
        if node != self.state.node && !(is_code(node) && is_code(self.state.node)) {
            self.state.mistakes = 0;
        }
        self.state.node = node;
        let group = (self.state.keys.count() / GROUP_KEYS) as u8;
        said.extend(match node {
            Node::Language => Some(Sentence::ChooseLanguage),
            Node::Menu => Some(Sentence::Menu),
            Node::Told => Some(Sentence::More),
            Node::Postcode => Some(Sentence::AskPostcode),
            Node::BirthYear => Some(Sentence::AskBirthYear),
            Node::Party => Some(Sentence::AskParty),
            Node::Number => Some(Sentence::AskNumber),
            Node::NumberCheck => self.state.number.map(Sentence::CheckNumber),
            Node::TicketCode => Some(Sentence::AskTicketCode(group)),
            Node::BookingCode => Some(Sentence::AskBookingCode(group)),
            Node::BirthDate => Some(Sentence::AskBirthDate),
            Node::Booking => Some(Sentence::BookingMenu),
            Node::CancelSure => Some(Sentence::AskCancel),
            // The question has been put together already, or there is none.
            Node::District | Node::Again | Node::Connecting => None,
        });
        self.speak(vec![Verb::Gather(said, entry(node))], None)
    }

    fn speak(mut self, verbs: Vec<Verb>, ending: Option<Ending>) -> Turn {
        self.state.steps = self.state.steps.saturating_add(1);
        Turn::Speak {
            verbs,
            state: self.state,
            ending,
        }
    }
}

/// How the keys of a question are waited for.
fn entry(node: Node) -> Entry {
    let (keys, timeout_s) = match node {
        Node::Postcode => (Some(POSTCODE_DIGITS as u8), KEYS_TIMEOUT_S),
        Node::BirthYear => (Some(4), KEYS_TIMEOUT_S),
        Node::BirthDate => (Some(8), KEYS_TIMEOUT_S),
        Node::TicketCode | Node::BookingCode => (Some(GROUP_KEYS as u8), KEYS_TIMEOUT_S),
        Node::Number => (None, KEYS_TIMEOUT_S),
        _ => (Some(1), KEY_TIMEOUT_S),
    };
    Entry { keys, timeout_s }
}

/// A single digit.
fn digit(key: &str) -> Option<u8> {
    match key.as_bytes() {
        [digit @ b'0'..=b'9'] => Some(digit - b'0'),
        _ => None,
    }
}
