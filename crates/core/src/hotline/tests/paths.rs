//! Whatever a caller does.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::ids::DistrictId;

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
}
