//! What a deed brought, and what follows from it.

use super::{Call, MISTAKES_MAX};
use crate::hotline::act::{Answer, Deed, Place, PlaceState, Refusal, Sentence, Taken, Turn, Verb, Where};
use crate::hotline::keypad::Keys;
use crate::hotline::state::{Node, Topic};
use crate::region::Postcode;

/// How often a deed is tried again while the store cannot be asked: half a minute.
const WAITS_MAX: u8 = 6;
/// How long to wait before each of them, in seconds.
const WAIT_S: u8 = 5;

impl Call<'_> {
    pub(super) fn learnt(mut self, answer: Answer) -> Turn {
        if answer != Answer::NotNow {
            self.state.waits = 0;
        }
        match answer {
            Answer::NotNow => self.not_now(),
            Answer::TooMany => self.person(),
            Answer::Place(found) if self.state.topic == Topic::Code => self.ticket_found(found),
            Answer::Place(found) => self.looked_up(found),
            Answer::Postcode(found) => self.postcode_found(found),
            Answer::Number(Some(number)) => {
                self.state.number = Some(number);
                self.ask(Node::NumberCheck, Vec::new())
            }
            Answer::Number(None) => self.mistake(Sentence::NumberForm),
            Answer::Ticket(Ok(taken)) => self.ticket_taken(taken),
            Answer::Ticket(Err(refusal)) => self.no_ticket(refusal),
            Answer::Booking(Some(booked)) => {
                self.state.answered = true;
                let node = if booked.stands { Node::Booking } else { Node::Told };
                self.ask(node, vec![Sentence::Booking(booked)])
            }
            Answer::Booking(None) => {
                self.state.birth_date = None;
                self.code_unknown(Node::BookingCode, Sentence::BookingUnknown)
            }
            Answer::Cancelled => {
                self.state.answered = true;
                self.ask(Node::Told, vec![Sentence::Cancelled])
            }
        }
    }

    fn not_now(mut self) -> Turn {
        // Who calls is greeted all the same; the ticket finds the place later.
        if self.state.topic == Topic::Place && self.state.steps == 0 {
            return self.greet();
        }
        self.state.waits += 1;
        if self.state.waits > WAITS_MAX {
            return self.wait_for_agent();
        }
        self.state.node = Node::Again;
        let mut verbs = vec![Verb::Wait(WAIT_S)];
        if self.state.waits == 1 {
            verbs.insert(0, Verb::Say(vec![Sentence::OneMoment]));
        }
        self.speak(verbs, None)
    }

    fn looked_up(mut self, found: Option<Place>) -> Turn {
        let first = self.state.steps == 0;
        let Some(place) = found else {
            return if first {
                self.greet()
            } else {
                self.ask(Node::Menu, Vec::new())
            };
        };
        let mut said = Vec::new();
        if first {
            self.state.language = place.language.unwrap_or(0);
            said.push(Sentence::Greeting);
        }
        said.push(Sentence::Place(place));
        self.told_place(&place, said)
    }

    fn ticket_taken(mut self, taken: Taken) -> Turn {
        let mut said = vec![if taken.made {
            Sentence::TicketTaken
        } else {
            Sentence::TicketStands
        }];
        said.push(Sentence::Place(taken.place));
        if let Some(number) = taken.call_back {
            said.push(Sentence::CallBack(number));
        }
        if self.state.ask_no_more && taken.made {
            said.push(Sentence::NeverMind);
        }
        if let Some((ticket, code)) = taken.code {
            self.state.ticket = Some(ticket);
            said.push(Sentence::TicketCode(code));
        }
        self.told_place(&taken.place, said)
    }

    fn told_place(mut self, place: &Place, said: Vec<Sentence>) -> Turn {
        match place.state {
            PlaceState::Done | PlaceState::Closed => self.state.answered = true,
            _ => self.state.has_place = true,
        }
        if place.state == PlaceState::Called && self.may_connect() {
            return self.connect(said);
        }
        self.ask(Node::Told, said)
    }

    fn no_ticket(mut self, refusal: Refusal) -> Turn {
        match refusal {
            Refusal::Closed => self.no_campaign(),
            Refusal::NotEntitled => {
                self.state.answered = true;
                self.ask(Node::Told, vec![Sentence::NotEntitled])
            }
            Refusal::UnknownPostcode if self.state.postcode.is_some() => {
                (self.state.postcode, self.state.district) = (None, None);
                self.state.node = Node::Postcode;
                self.mistake(Sentence::PostcodeUnknown)
            }
            // Without a postcode any line will do: there is none.
            Refusal::UnknownPostcode => self.no_campaign(),
        }
    }

    fn postcode_found(mut self, found: Where) -> Turn {
        match found {
            Where::Unknown => {
                (self.state.postcode, self.state.district) = (None, None);
                self.state.node = Node::Postcode;
                self.mistake(Sentence::PostcodeUnknown)
            }
            Where::Several(districts) => {
                if self.state.node == Node::District {
                    self.state.mistakes += 1;
                    if self.state.mistakes >= MISTAKES_MAX {
                        // The agent will ask.
                        self.state.district = Some(0);
                        return self.take_ticket(Vec::new());
                    }
                }
                self.state.district = None;
                self.ask(Node::District, vec![Sentence::AskDistrict(districts)])
            }
            Where::Line(supply) if self.state.topic == Topic::Supply => {
                self.state.answered = true;
                self.ask(Node::Menu, vec![Sentence::Supply(supply)])
            }
            Where::Line(supply) => self.take_ticket(vec![Sentence::Supply(supply)]),
        }
    }

    pub(super) fn ask_postcode(mut self, postcode: Postcode, district: Option<u8>) -> Turn {
        self.state.district = district;
        Turn::Do {
            deed: Deed::AskPostcode { postcode, district },
            state: self.state,
        }
    }

    fn ticket_found(mut self, found: Option<Place>) -> Turn {
        match found {
            Some(place) => {
                self.state.answered = true;
                self.ask(Node::Told, vec![Sentence::Place(place)])
            }
            None => self.code_unknown(Node::TicketCode, Sentence::TicketUnknown),
        }
    }

    fn code_unknown(mut self, node: Node, why: Sentence) -> Turn {
        self.state.keys = Keys::default();
        self.state.node = node;
        self.mistake(why)
    }
}
