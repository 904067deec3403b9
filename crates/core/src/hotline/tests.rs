#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where its example is wrong"
)]

mod calls;
mod paths;
mod sealing;

use jiff::civil::date;

use super::*;
use crate::ids::{CentreId, LineNo, TicketId, TicketNumber};
use crate::region::Postcode;
use crate::token::{HashKey, KeyRing};

const FACTS: Facts = Facts {
    languages: 2,
    number_known: true,
    agent_ready: false,
    campaign_open: true,
    today: date(2021, 1, 12),
};
const PLACE: Place = Place {
    language: Some(0),
    position: Some(4711),
    ahead: Some(4000),
    wait_s: Some((3_600, 7_200)),
    state: PlaceState::Waiting,
};
const TICKET: TicketId = TicketId {
    line: LineNo(4_095),
    number: TicketNumber(16_777_215),
};
const SUPPLY: Supply = Supply {
    free: 60_000,
    waiting: 4_000,
};

fn taken() -> Answer {
    Answer::Ticket(Ok(Taken {
        made: true,
        place: PLACE,
        call_back: Some(495_617_870),
        code: None,
    }))
}

fn booked() -> Booked {
    Booked {
        centre: CentreId::new("kassel-stadt"),
        starts: vec![
            "2021-01-19T08:30:00Z".parse().unwrap(),
            "2021-02-09T08:30:00Z".parse().unwrap(),
        ],
        stands: true,
    }
}

/// A call as it goes on.
struct Call {
    facts: Facts,
    state: State,
    turn: Turn,
}

impl Call {
    /// A call whose number has no place yet.
    fn new(facts: Facts) -> Self {
        let turn = turn(State::new(), Event::Called, &facts);
        let call = Self {
            facts,
            state: State::new(),
            turn,
        };
        if facts.number_known {
            call.learns(Answer::Place(None))
        } else {
            call
        }
    }

    fn after(mut self, event: Event) -> Self {
        self.state = match &self.turn {
            Turn::Speak {
                state, ending: None, ..
            }
            | Turn::Do { state, .. } => *state,
            ended => panic!("the call has ended: {ended:?}"),
        };
        self.turn = turn(self.state, event, &self.facts);
        self
    }

    fn types(self, keys: &str) -> Self {
        self.after(Event::Typed(keys.to_owned()))
    }

    fn silent(self) -> Self {
        self.after(Event::Silence)
    }

    fn learns(self, answer: Answer) -> Self {
        self.after(Event::Learnt(answer))
    }

    #[track_caller]
    fn says(self, wanted: &[Sentence]) -> Self {
        assert_eq!(self.said(), wanted);
        self
    }

    #[track_caller]
    fn does(self, wanted: &Deed) -> Self {
        match &self.turn {
            Turn::Do { deed, .. } => assert_eq!(deed, wanted),
            turn => panic!("{turn:?} instead of {wanted:?}"),
        }
        self
    }

    #[track_caller]
    fn ends(self, wanted: Ending) {
        match self.turn {
            Turn::Speak { ending, .. } => assert_eq!(ending, Some(wanted)),
            turn => panic!("{turn:?} is no end"),
        }
    }

    fn said(&self) -> Vec<Sentence> {
        let Turn::Speak { verbs, .. } = &self.turn else {
            return Vec::new();
        };
        let said = verbs.iter().filter_map(|verb| match verb {
            Verb::Say(said) | Verb::Gather(said, _) => Some(said.clone()),
            _ => None,
        });
        said.flatten().collect()
    }

    fn is_connected(&self) -> bool {
        matches!(&self.turn, Turn::Speak { verbs, .. } if verbs.contains(&Verb::Connect))
    }
}

fn postcode() -> Postcode {
    Postcode::parse("34117").unwrap()
}

fn keys() -> (KeyRing, HashKey) {
    (KeyRing::new(vec![(1, [1; 32])]).unwrap(), HashKey::new([2; 32]))
}
