use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::ids::{Party, TicketId};
use crate::line::wait::WaitMeter;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_610_434_800 + seconds).unwrap()
}

/// Ten permits are in use for ten seconds each.
fn forecast() -> Forecast {
    let mut meter = WaitMeter::new(at(-1), 0, Duration::from_secs(10));
    meter.step(at(0), 10, 100, 10.0);
    meter.forecast().clone()
}

/// Ten took part in the draw and stand in reverse, ninety came later; ten are called; nobody is
/// inside; there are forty series.
fn line() -> LineSnapshot {
    LineSnapshot {
        line: LineNo(1),
        state: LineState::Open,
        drawn: Some(Drawn {
            positions: (0..10).rev().collect(),
        }),
        joined: 100,
        called: 10,
        called_before_grace: 0,
        supply_free: 50,
        promised_persons: 10,
        party: MeanParty::ALONE,
        forecast: forecast(),
    }
}

fn ticket(number: u32, party: Party) -> Ticket {
    let id = TicketId {
        line: LineNo(1),
        number: TicketNumber(number),
    };
    Ticket {
        id,
        party,
        birth_year: 1935,
        joined_at: at(-3_600),
    }
}

fn standing_in(line: &LineSnapshot, number: u32, party: Party) -> Standing {
    let budget = PollBudget {
        per_s: NonZeroU32::new(2_000).unwrap(),
        crowd: 100,
    };
    standing(line, &ticket(number, party), budget, at(0), 0)
}

fn state_in(line: &LineSnapshot, number: u32, party: Party) -> StandingState {
    standing_in(line, number, party).state
}

#[test]
fn before_the_draw_nobody_has_a_position_or_a_promise() {
    let opens_at = at(3_600);
    let scheduled = LineSnapshot {
        state: LineState::Scheduled { opens_at },
        drawn: None,
        called: 0,
        ..line()
    };
    let standing = standing_in(&scheduled, 3, Party::One);
    assert_eq!(standing.state, StandingState::Waiting);
    assert_eq!((standing.position, standing.ahead, standing.wait), (None, None, None));
    assert_eq!(standing.supply, 40);
}

#[test]
fn who_joined_before_the_opening_stands_where_the_lot_fell_and_later_ones_behind() {
    assert_eq!(position(&line(), TicketNumber(0)), Some(Position(9)));
    assert_eq!(position(&line(), TicketNumber(9)), Some(Position(0)));
    assert_eq!(position(&line(), TicketNumber(10)), Some(Position(10)));
    assert_eq!(position(&line(), TicketNumber(u32::MAX)), Some(Position(u32::MAX)));
}

#[test]
fn whoever_is_called_may_enter() {
    let called = standing_in(&line(), 0, Party::Couple);
    assert_eq!(
        (called.state, called.ahead, called.wait),
        (StandingState::Called, Some(0), None)
    );
}

#[test]
fn a_call_stays_good_long_after_the_grace_and_while_the_line_is_paused() {
    let later = LineSnapshot {
        called: 90,
        called_before_grace: 80,
        ..line()
    };
    assert_eq!(state_in(&later, 0, Party::One), StandingState::Called);
    let paused = LineSnapshot {
        state: LineState::Paused,
        ..later
    };
    assert_eq!(state_in(&paused, 0, Party::One), StandingState::Called);
}

#[test]
fn a_called_ticket_is_not_sent_in_when_nothing_is_left_for_its_party() {
    let last_one = LineSnapshot {
        supply_free: 1,
        ..line()
    };
    assert_eq!(state_in(&last_one, 0, Party::One), StandingState::Called);
    assert_eq!(state_in(&last_one, 0, Party::Couple), StandingState::BeyondSupply);
    let nothing = LineSnapshot {
        supply_free: 0,
        ..line()
    };
    assert_eq!(state_in(&nothing, 0, Party::One), StandingState::BeyondSupply);
}

#[test]
fn the_supply_reaches_the_fortieth_after_the_called_and_no_further() {
    let fortieth = standing_in(&line(), 49, Party::One);
    assert_eq!((fortieth.state, fortieth.ahead), (StandingState::Waiting, Some(39)));
    assert!(fortieth.wait.is_some());
    let next = standing_in(&line(), 50, Party::One);
    assert_eq!(
        (next.state, next.ahead, next.wait),
        (StandingState::BeyondSupply, Some(40), None)
    );
    assert_eq!(
        next.position,
        Some(Position(50)),
        "the place is kept for the next delivery"
    );
}

#[test]
fn a_couple_needs_two_of_what_is_left() {
    assert_eq!(state_in(&line(), 48, Party::Couple), StandingState::Waiting);
    assert_eq!(state_in(&line(), 49, Party::Couple), StandingState::BeyondSupply);
}

#[test]
fn couples_ahead_take_two_each() {
    let couples = LineSnapshot {
        party: MeanParty::measured(100, 200),
        ..line()
    };
    assert_eq!(state_in(&couples, 29, Party::One), StandingState::Waiting);
    assert_eq!(state_in(&couples, 30, Party::One), StandingState::BeyondSupply);
}

#[test]
fn a_new_delivery_brings_those_beyond_back_into_the_line() {
    let delivered = LineSnapshot {
        supply_free: 1_000,
        ..line()
    };
    assert_eq!(state_in(&line(), 99, Party::One), StandingState::BeyondSupply);
    assert_eq!(state_in(&delivered, 99, Party::One), StandingState::Waiting);
}

#[test]
fn while_the_line_is_paused_no_time_is_promised() {
    let paused = LineSnapshot {
        state: LineState::Paused,
        ..line()
    };
    let standing = standing_in(&paused, 20, Party::One);
    assert_eq!((standing.state, standing.wait), (StandingState::Waiting, None));
}

#[test]
fn who_is_called_asks_more_often_than_who_stands_at_the_end() {
    let crowded = LineSnapshot {
        joined: 1_000_000,
        called: 5_000,
        called_before_grace: 4_900,
        ..line()
    };
    let budget = PollBudget {
        per_s: NonZeroU32::new(2_000).unwrap(),
        crowd: 1_000_000,
    };
    let interval = |number| standing(&crowded, &ticket(number, Party::One), budget, at(0), 0).poll_after;
    assert!(interval(4_950) < Duration::from_secs(5));
    assert!(interval(999_999) > Duration::from_secs(600));
    assert_eq!(
        interval(20),
        Duration::from_secs(500),
        "called long ago: the equal share"
    );
}

proptest! {
    #[test]
    fn as_many_persons_are_promised_an_appointment_as_there_are_series(
        called in 0..50_u32,
        supply_free in 0..200_u32,
        promised_persons in 0..50_u32,
    ) {
        let line = LineSnapshot {
            drawn: Some(Drawn { positions: Arc::new([]) }),
            joined: 300,
            called,
            supply_free,
            promised_persons,
            ..line()
        };
        let promised = (called..300).filter(|number| state_in(&line, *number, Party::One) == StandingState::Waiting);
        prop_assert_eq!(promised.count() as u32, line.supply());
    }

    #[test]
    fn no_ticket_breaks_its_standing(
        number: u32,
        joined: u32,
        called: u32,
        called_before_grace: u32,
        supply_free: u32,
        promised_persons: u32,
        couple: bool,
    ) {
        let line = LineSnapshot { joined, called, called_before_grace, supply_free, promised_persons, ..line() };
        let standing = standing_in(&line, number, if couple { Party::Couple } else { Party::One });
        prop_assert!(standing.poll_after >= super::super::poll::INTERVAL_MIN);
    }
}
