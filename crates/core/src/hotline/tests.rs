#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where its example is wrong"
)]

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::ids::{CentreId, DistrictId, Party};
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

    fn is_silent(self) -> Self {
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

#[test]
fn a_caller_gets_a_ticket_in_five_answers_when_everybody_is_busy() {
    use Sentence as S;
    let call = Call::new(FACTS).says(&[S::Greeting, S::ChooseLanguage]);
    let call = call
        .types("1")
        .says(&[S::Menu])
        .types("1")
        .says(&[S::AllBusy, S::AskPostcode]);
    let call = call.types("34117").does(&Deed::AskPostcode {
        postcode: postcode(),
        district: None,
    });
    let call = call.learns(Answer::Postcode(Where::Line(SUPPLY)));
    let call = call
        .says(&[S::Supply(SUPPLY), S::AskBirthYear])
        .types("1935")
        .says(&[S::AskParty]);
    let call = call.types("1").does(&Deed::TakeTicket).learns(taken());
    assert_eq!(
        (call.state.birth_year, call.state.party),
        (Some(1935), Some(Party::One))
    );
    let call = call.says(&[S::TicketTaken, S::Place(PLACE), S::CallBack(495_617_870), S::More]);
    assert_eq!(call.state.steps, 5);
    call.is_silent().says(&[S::Goodbye]).ends(Ending::Ticket);
}

#[test]
fn who_calls_again_hears_the_place_at_once_in_their_language() {
    let place = Place {
        language: Some(1),
        ..PLACE
    };
    let turn = turn(State::new(), Event::Called, &FACTS);
    let call = Call {
        facts: FACTS,
        state: State::new(),
        turn,
    }
    .does(&Deed::LookUp);
    let call = call.learns(Answer::Place(Some(place)));
    let call = call.says(&[Sentence::Greeting, Sentence::Place(place), Sentence::More]);
    let call = call.types("1").does(&Deed::LookUp).learns(Answer::Place(Some(place)));
    assert_eq!(call.state.language, 1);
    call.says(&[Sentence::Place(place), Sentence::More])
        .is_silent()
        .ends(Ending::Ticket);
}

#[test]
fn who_calls_when_it_is_their_turn_is_put_through() {
    let place = Place {
        state: PlaceState::Called,
        ..PLACE
    };
    let facts = Facts {
        agent_ready: true,
        ..FACTS
    };
    let turn = turn(State::new(), Event::Called, &facts);
    let call = Call {
        facts,
        state: State::new(),
        turn,
    }
    .learns(Answer::Place(Some(place)));
    assert!(call.is_connected());
    call.after(Event::Bridged { reached: true }).ends(Ending::Agent);
}

#[test]
fn a_free_agent_is_connected_and_one_who_does_not_answer_gives_a_ticket() {
    let facts = Facts {
        agent_ready: true,
        ..FACTS
    };
    let call = Call::new(facts).types("1").types("1").says(&[Sentence::Connecting]);
    assert!(call.is_connected());
    let call = call.after(Event::Bridged { reached: false });
    call.says(&[Sentence::NobodyFree, Sentence::AskPostcode]);
}

#[test]
fn agents_are_not_rung_for_ever() {
    let facts = Facts {
        agent_ready: true,
        ..FACTS
    };
    let missed = Event::Bridged { reached: false };
    let call = Call::new(facts)
        .types("0")
        .after(missed.clone())
        .types("0")
        .after(missed);
    let call = call.types("0");
    assert!(!call.is_connected());
    call.says(&[Sentence::AllBusy, Sentence::AskPostcode]);
}

#[test]
fn zero_is_a_person_everywhere() {
    let facts = Facts {
        agent_ready: true,
        ..FACTS
    };
    assert!(Call::new(facts).types("0").is_connected());
    assert!(Call::new(facts).types("1").types("2").types("0").is_connected());
    assert!(Call::new(facts).types("1").types("3").types("0").is_connected());
    assert!(Call::new(facts).types("1").types("4").types("0").is_connected());
}

#[test]
fn a_wrong_key_is_asked_again_and_the_third_takes_another_way() {
    let call = Call::new(FACTS).types("1").types("1").types("34");
    let call = call
        .says(&[Sentence::PostcodeForm, Sentence::AskPostcode])
        .types("99999");
    let call = call.learns(Answer::Postcode(Where::Unknown));
    let call = call
        .says(&[Sentence::PostcodeUnknown, Sentence::AskPostcode])
        .types("1");
    // The agent will ask.
    let call = call.does(&Deed::TakeTicket).learns(taken());
    assert_eq!(call.state.postcode, None);
    assert!(call.said().contains(&Sentence::NeverMind));
    call.is_silent().ends(Ending::Ticket);
}

#[test]
fn every_question_answers_wrong_keys_with_what_is_wanted() {
    let ticket = || {
        Call::new(FACTS)
            .types("1")
            .types("1")
            .types("34117")
            .learns(Answer::Postcode(Where::Line(SUPPLY)))
    };
    ticket()
        .types("2035")
        .says(&[Sentence::BirthYearForm, Sentence::AskBirthYear]);
    ticket()
        .types("1935")
        .types("3")
        .says(&[Sentence::WrongKey, Sentence::AskParty]);
    Call::new(FACTS)
        .types("7")
        .says(&[Sentence::WrongKey, Sentence::ChooseLanguage]);
    Call::new(FACTS)
        .types("1")
        .types("8")
        .says(&[Sentence::WrongKey, Sentence::Menu]);
    let code = || Call::new(FACTS).types("1").types("3");
    code()
        .types("2345")
        .types("1234")
        .says(&[Sentence::CodeForm, Sentence::AskBookingCode(1)]);
    let date = || code().types("2345").types("2345").types("2345");
    date()
        .types("31041935")
        .says(&[Sentence::BirthDateForm, Sentence::AskBirthDate]);
    date()
        .types("1935")
        .says(&[Sentence::BirthDateForm, Sentence::AskBirthDate]);
}

#[test]
fn three_wrong_keys_in_the_menu_are_a_wish_for_a_person() {
    let call = Call::new(FACTS).types("1").types("8").types("8").types("8");
    call.says(&[Sentence::AllBusy, Sentence::AskPostcode]);
    let call = Call::new(FACTS).types("8").types("8").types("8");
    call.says(&[Sentence::Menu]);
}

#[test]
fn silence_twice_is_a_ticket_and_not_the_end() {
    let call = Call::new(FACTS).is_silent().says(&[Sentence::Menu]);
    let call = call.is_silent().does(&Deed::TakeTicket).learns(taken());
    call.is_silent().ends(Ending::Ticket);
    let call = Call::new(FACTS).types("1").types("1").is_silent();
    let call = call.says(&[Sentence::DidNotHear, Sentence::AskPostcode]).types("34117");
    let call = call.learns(Answer::Postcode(Where::Line(SUPPLY)));
    // Not in a row.
    let call = call.is_silent().says(&[Sentence::DidNotHear, Sentence::AskBirthYear]);
    call.is_silent().does(&Deed::TakeTicket);
}

#[test]
fn a_silent_caller_without_a_number_gets_a_person_or_a_code_to_write_down() {
    let facts = Facts {
        number_known: false,
        ..FACTS
    };
    let code = Answer::Ticket(Ok(Taken {
        made: true,
        place: PLACE,
        call_back: None,
        code: Some("ABCD-EFGH-JKMN".into()),
    }));
    let call = Call::new(facts)
        .is_silent()
        .is_silent()
        .does(&Deed::TakeTicket)
        .learns(code);
    assert!(call.said().contains(&Sentence::TicketCode("ABCD-EFGH-JKMN".into())));
    call.is_silent().ends(Ending::Ticket);
    let ready = Facts {
        agent_ready: true,
        ..facts
    };
    assert!(Call::new(ready).is_silent().is_silent().is_connected());
}

#[test]
fn a_withheld_number_is_asked_for_and_read_back() {
    use Sentence as S;
    let facts = Facts {
        number_known: false,
        ..FACTS
    };
    let call = Call::new(facts)
        .says(&[S::Greeting, S::ChooseLanguage])
        .types("1")
        .types("1")
        .types("34117");
    let call = call
        .learns(Answer::Postcode(Where::Line(SUPPLY)))
        .types("1935")
        .types("2");
    let call = call
        .says(&[S::AskNumber])
        .types("5617")
        .does(&Deed::CheckNumber("5617".into()));
    let call = call.learns(Answer::Number(None)).says(&[S::NumberForm, S::AskNumber]);
    let call = call.types("05617871").learns(Answer::Number(Some(495_617_871)));
    let call = call
        .says(&[S::CheckNumber(495_617_871)])
        .types("2")
        .says(&[S::AskNumber]);
    let call = call
        .types("05617870")
        .learns(Answer::Number(Some(495_617_870)))
        .types("1");
    let call = call.does(&Deed::TakeTicket);
    assert!(matches!(call.turn, Turn::Do { state, .. } if state.number == Some(495_617_870)));
}

#[test]
fn districts_that_share_a_postcode_are_chosen_by_key() {
    let districts = vec![DistrictId::new("06611"), DistrictId::new("06633")];
    let several = || Answer::Postcode(Where::Several(districts.clone()));
    let call = Call::new(FACTS).types("1").types("1").types("34117").learns(several());
    let call = call.says(&[Sentence::AskDistrict(districts.clone())]).types("2");
    let call = call.does(&Deed::AskPostcode {
        postcode: postcode(),
        district: Some(1),
    });
    let call = call.learns(Answer::Postcode(Where::Line(SUPPLY)));
    assert_eq!(
        call.says(&[Sentence::Supply(SUPPLY), Sentence::AskBirthYear])
            .state
            .district,
        Some(1)
    );
    // A key without a district, or none, asks again.
    let call = Call::new(FACTS)
        .types("1")
        .types("1")
        .types("34117")
        .learns(several())
        .types("9")
        .learns(several());
    let call = call.says(&[Sentence::AskDistrict(districts.clone())]).is_silent();
    call.learns(several()).says(&[Sentence::AskDistrict(districts.clone())]);
}

#[test]
fn supply_is_answered_from_the_board_before_anything_else() {
    let call = Call::new(FACTS)
        .types("1")
        .types("4")
        .says(&[Sentence::AskPostcode])
        .types("34117");
    let call = call.learns(Answer::Postcode(Where::Line(SUPPLY)));
    let call = call.says(&[Sentence::Supply(SUPPLY), Sentence::Menu]).types("1");
    // The postcode is known by now.
    call.learns_no_more().says(&[Sentence::AllBusy, Sentence::AskBirthYear]);
}

impl Call {
    fn learns_no_more(self) -> Self {
        assert!(matches!(self.turn, Turn::Speak { .. }));
        self
    }
}

#[test]
fn a_ticket_is_found_by_the_keys_of_its_code() {
    let call = Call::new(FACTS)
        .types("1")
        .types("2")
        .says(&[Sentence::AskTicketCode(0)]);
    let call = call
        .types("2345")
        .says(&[Sentence::AskTicketCode(1)])
        .types("6789")
        .types("9876");
    let keys = ["2345", "6789", "9876"];
    let keys = keys
        .iter()
        .fold(Keys::default(), |keys, group| keys.with_group(group).unwrap());
    let call = call.does(&Deed::FindTicket(keys)).learns(Answer::Place(None));
    let call = call.says(&[Sentence::TicketUnknown, Sentence::AskTicketCode(0)]);
    let call = call
        .types("2345")
        .types("6789")
        .types("9876")
        .learns(Answer::Place(Some(PLACE)));
    let call = call.says(&[Sentence::Place(PLACE), Sentence::More]);
    call.is_silent().ends(Ending::Answer);
}

fn at_booking() -> Call {
    let call = Call::new(FACTS)
        .types("1")
        .types("3")
        .says(&[Sentence::AskBookingCode(0)]);
    let call = call
        .types("2345")
        .types("2345")
        .types("2345")
        .says(&[Sentence::AskBirthDate])
        .types("08031935");
    let keys = Keys::default().with_group("2345").unwrap().with_group("2345").unwrap();
    let keys = keys.with_group("2345").unwrap();
    call.does(&Deed::FindBooking(keys, date(1935, 3, 8)))
}

#[test]
fn appointments_are_heard_and_cancelled_only_when_it_is_said_twice() {
    use Sentence as S;
    let heard = || at_booking().learns(Answer::Booking(Some(booked())));
    let call = heard().says(&[S::Booking(booked()), S::BookingMenu]);
    call.is_silent().says(&[S::Goodbye]).ends(Ending::Answer);
    let call = heard().types("2").says(&[S::AskCancel]);
    call.types("2").says(&[S::NotCancelled, S::BookingMenu]);
    heard()
        .types("2")
        .is_silent()
        .says(&[S::NotCancelled, S::Goodbye])
        .ends(Ending::Answer);
    let call = heard().types("2").types("1").learns(Answer::Cancelled);
    call.says(&[S::Cancelled, S::More]).is_silent().ends(Ending::Answer);
}

#[test]
fn a_booking_that_is_not_found_is_asked_for_twice_more_and_then_an_agent_helps() {
    let mut call = at_booking();
    for _ in 0..2 {
        call = call
            .learns(Answer::Booking(None))
            .says(&[Sentence::BookingUnknown, Sentence::AskBookingCode(0)]);
        call = call.types("2345").types("2345").types("2345").types("08031935");
    }
    call.learns(Answer::Booking(None))
        .says(&[Sentence::AllBusy, Sentence::AskPostcode]);
    at_booking()
        .learns(Answer::TooMany)
        .says(&[Sentence::AllBusy, Sentence::AskPostcode]);
}

#[test]
fn who_is_not_entitled_hears_why_and_may_speak_to_somebody() {
    let call = Call::new(FACTS)
        .types("1")
        .types("1")
        .types("34117")
        .learns(Answer::Postcode(Where::Line(SUPPLY)));
    let call = call
        .types("1980")
        .types("1")
        .learns(Answer::Ticket(Err(Refusal::NotEntitled)));
    let call = call.says(&[Sentence::NotEntitled, Sentence::More]);
    call.is_silent().ends(Ending::Answer);
}

#[test]
fn without_a_campaign_that_is_said_unless_an_agent_is_free() {
    let facts = Facts {
        campaign_open: false,
        ..FACTS
    };
    let call = Call::new(facts).types("1").types("1");
    call.says(&[Sentence::NoCampaign, Sentence::Goodbye])
        .ends(Ending::Answer);
    let call = Call::new(facts).types("1").types("4");
    call.says(&[Sentence::NoCampaign, Sentence::Goodbye])
        .ends(Ending::Answer);
    let ready = Facts {
        agent_ready: true,
        ..facts
    };
    assert!(Call::new(ready).types("1").types("1").is_connected());
}

#[test]
fn while_nothing_can_be_stored_the_caller_waits_and_then_gets_an_agent() {
    let mut call = Call::new(FACTS)
        .is_silent()
        .is_silent()
        .learns(Answer::NotNow)
        .says(&[Sentence::OneMoment]);
    for _ in 0..5 {
        call = call
            .is_silent()
            .does(&Deed::TakeTicket)
            .learns(Answer::NotNow)
            .says(&[]);
    }
    let served = Call {
        turn: call.turn.clone(),
        ..call
    };
    served.is_silent().learns(taken()).is_silent().ends(Ending::Ticket);
    let mut call = Call::new(FACTS).is_silent().is_silent().learns(Answer::NotNow);
    for _ in 0..6 {
        call = call.is_silent().learns(Answer::NotNow);
    }
    assert!(call.is_connected());
    call.ends(Ending::Agent);
}

#[test]
fn a_store_that_is_away_keeps_nobody_from_being_greeted() {
    let turn = turn(State::new(), Event::Called, &FACTS);
    let call = Call {
        facts: FACTS,
        state: State::new(),
        turn,
    }
    .learns(Answer::NotNow);
    call.says(&[Sentence::Greeting, Sentence::ChooseLanguage]);
}

#[test]
fn who_hangs_up_has_what_they_had() {
    Call::new(FACTS).after(Event::HungUp).ends(Ending::GivenUp);
    let call = Call::new(FACTS).is_silent().is_silent().learns(taken());
    call.after(Event::HungUp).ends(Ending::Ticket);
}

#[test]
fn a_region_of_one_language_asks_for_none() {
    let facts = Facts { languages: 1, ..FACTS };
    Call::new(facts).says(&[Sentence::Greeting, Sentence::Menu]);
}

// --- the state in the address ---

fn keys() -> (KeyRing, HashKey) {
    (KeyRing::new(vec![(1, [1; 32])]).unwrap(), HashKey::new([2; 32]))
}

fn full_state() -> State {
    State {
        node: Node::BirthDate,
        topic: Topic::Booking,
        language: 1,
        steps: 17,
        ask_no_more: true,
        postcode: Some(postcode()),
        district: Some(3),
        birth_year: Some(1935),
        party: Some(Party::Couple),
        number: Some(495_617_870),
        keys: Keys::default().with_group("2345").unwrap().with_group("9999").unwrap(),
        birth_date: Some(date(1935, 3, 8)),
        ..State::new()
    }
}

#[test]
fn a_state_comes_back_in_its_own_call_while_it_is_fresh_and_nowhere_else() {
    let (ring, hash) = keys();
    let now = Timestamp::from_second(1_610_434_800).unwrap();
    for state in [State::new(), full_state()] {
        let sealed = state.seal("CA1", now, &ring, &hash);
        assert_eq!(State::open(&sealed, "CA1", now, &ring, &hash), Some(state));
        assert_eq!(State::open(&sealed, "CA2", now, &ring, &hash), None);
        let late = now + SignedDuration::from_hours(2);
        assert_eq!(State::open(&sealed, "CA1", late, &ring, &hash), None);
        let before = now - SignedDuration::from_secs(1);
        assert_eq!(State::open(&sealed, "CA1", before, &ring, &hash), None);
        let other = HashKey::new([3; 32]);
        assert_eq!(State::open(&sealed, "CA1", now, &ring, &other), None);
    }
}

#[test]
fn nothing_that_was_typed_can_be_read_in_the_address() {
    use base64::Engine as _;
    let (ring, hash) = keys();
    let sealed = full_state().seal("CA1", Timestamp::from_second(1_610_434_800).unwrap(), &ring, &hash);
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(&sealed)
        .unwrap();
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(!holds(&495_617_870_u32.to_be_bytes()));
    assert!(!holds(&1935_u16.to_be_bytes()));
    assert!(!holds(&34_118_u32.to_be_bytes()));
}

// --- whatever a caller does ---

#[derive(Clone, Debug)]
enum Move {
    Types(String),
    Silence,
    Reached(bool),
}

fn moves() -> impl Strategy<Value = Vec<(Move, u8, bool)>> {
    let typed = prop_oneof![
        6 => "[0-9*]",
        3 => "[2-9]{4}",
        2 => Just("34117".to_owned()),
        2 => Just("1935".to_owned()),
        2 => Just("08031935".to_owned()),
        1 => "[0-9*#]{0,20}",
    ];
    let one = prop_oneof![
        8 => typed.prop_map(Move::Types),
        2 => Just(Move::Silence),
        1 => any::<bool>().prop_map(Move::Reached),
    ];
    proptest::collection::vec((one, any::<u8>(), any::<bool>()), 100)
}

/// An answer that the service may give.
fn answer(deed: &Deed, chance: u8) -> Answer {
    if chance.is_multiple_of(7) && !matches!(deed, Deed::AskPostcode { .. } | Deed::CheckNumber(_)) {
        return Answer::NotNow;
    }
    let states = [
        PlaceState::BeforeOpening(Timestamp::UNIX_EPOCH),
        PlaceState::Drawing,
        PlaceState::Waiting,
        PlaceState::Paused,
        PlaceState::BeyondSupply,
        PlaceState::Called,
        PlaceState::Done,
        PlaceState::Closed,
    ];
    let state = states[usize::from(chance) % states.len()];
    let place = Place { state, ..PLACE };
    let half = chance & 64 == 0;
    match deed {
        Deed::LookUp => Answer::Place(half.then_some(place)),
        Deed::FindTicket(_) | Deed::FindBooking(..) if chance > 250 => Answer::TooMany,
        Deed::FindTicket(_) => Answer::Place(half.then_some(place)),
        Deed::AskPostcode { .. } => Answer::Postcode(match chance % 4 {
            0 => Where::Unknown,
            1 => Where::Several(vec![DistrictId::new("06611"), DistrictId::new("06633")]),
            _ => Where::Line(SUPPLY),
        }),
        Deed::CheckNumber(_) => Answer::Number(half.then_some(495_617_870)),
        Deed::TakeTicket => Answer::Ticket(match chance % 16 {
            0 => Err(Refusal::NotEntitled),
            1 => Err(Refusal::UnknownPostcode),
            2 => Err(Refusal::Closed),
            _ => Ok(Taken {
                made: half,
                place,
                call_back: half.then_some(495_617_870),
                code: None,
            }),
        }),
        Deed::FindBooking(..) => Answer::Booking(half.then(|| Booked {
            stands: chance & 1 == 0,
            ..booked()
        })),
        Deed::Cancel(..) => Answer::Cancelled,
    }
}

/// Deeds between two answers: more would be a circle.
const DEEDS_MAX: usize = 4;

/// Goes through a call to its end.
fn walk(moves: Vec<(Move, u8, bool)>, always: Facts) -> Result<(), TestCaseError> {
    let (ring, hash) = keys();
    let (mut state, mut event, mut spoken, mut deeds) = (State::new(), Event::Called, 0, 0);
    let mut rest = moves.into_iter();
    loop {
        let (next, chance, ready) = rest.next().unwrap_or((Move::Silence, 3, false));
        let facts = Facts {
            agent_ready: always.agent_ready && ready,
            ..always
        };
        // What comes back went through an address.
        let sealed = state.seal("CA1", Timestamp::UNIX_EPOCH, &ring, &hash);
        let opened = State::open(&sealed, "CA1", Timestamp::UNIX_EPOCH, &ring, &hash);
        prop_assert_eq!(opened, Some(state));
        match turn(state, event, &facts) {
            Turn::Do { deed, state: after } => {
                deeds += 1;
                prop_assert!(deeds <= DEEDS_MAX, "{:?} goes round in a circle", deed);
                event = Event::Learnt(answer(&deed, chance));
                state = after;
            }
            Turn::Speak {
                verbs,
                state: after,
                ending,
            } => {
                (spoken, deeds) = (spoken + 1, 0);
                match ending {
                    Some(Ending::Ticket) => prop_assert!(after.has_place),
                    Some(Ending::Answer) => prop_assert!(after.answered),
                    Some(Ending::Agent) => prop_assert!(after.node == Node::Connecting),
                    Some(Ending::GivenUp) => prop_assert!(false, "nobody has hung up"),
                    None => {}
                }
                if ending.is_some() {
                    return Ok(());
                }
                prop_assert!(spoken <= STEPS_MAX, "no end after {} answers", spoken);
                prop_assert!(!verbs.contains(&Verb::HangUp), "hung up without an ending");
                state = after;
                event = match (next, verbs.contains(&Verb::Connect)) {
                    (Move::Reached(reached), true) => Event::Bridged { reached },
                    (_, true) => Event::Bridged { reached: false },
                    (Move::Types(keys), _) if !keys.is_empty() => Event::Typed(keys),
                    _ => Event::Silence,
                };
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_path_ends_with_a_ticket_an_agent_or_an_answer(
        moves in moves(), number_known: bool, agent_ready: bool, campaign_open: bool, languages in 1..4_u8,
    ) {
        walk(moves, Facts { languages, number_known, agent_ready, campaign_open, today: FACTS.today })?;
    }

    #[test]
    fn no_text_is_a_state(text in "\\PC{0,120}") {
        let (ring, hash) = keys();
        prop_assert_eq!(State::open(&text, "CA1", Timestamp::UNIX_EPOCH, &ring, &hash), None);
    }
}
