//! The state in the address.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::ids::Party;

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
        ticket: Some(TICKET),
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

proptest! {
    #[test]
    fn no_text_is_a_state(text in "\\PC{0,120}") {
        let (ring, hash) = keys();
        prop_assert_eq!(State::open(&text, "CA1", Timestamp::UNIX_EPOCH, &ring, &hash), None);
    }
}
