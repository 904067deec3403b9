use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use jiff::civil::{Weekday, date, time};
use proptest::prelude::*;

use super::super::board::DayAvailability;
use super::super::fixtures::{at, berlin};
use super::*;
use crate::region::Weekdays;

const DAYS_BETWEEN_DOSES: i64 = 21;

/// A Monday.
fn monday() -> Date {
    date(2021, 1, 18)
}

fn day_after(days: i64) -> Date {
    monday().saturating_add(jiff::Span::new().days(days))
}

/// A slot so many days after Monday and minutes after 8:00, the second one `second_minutes` later in
/// its day.
fn slot(number: u32, days: i64, minutes: i64, second_minutes: i64, free: u32) -> SeriesSlot {
    let start = |days: i64, minutes: i64| {
        at(
            day_after(days),
            time(8, 0, 0, 0).saturating_add(SignedDuration::from_mins(minutes)),
        )
    };
    SeriesSlot {
        id: SeriesSlotId::new(1, number),
        centre: CentreId::new("kassel-stadt"),
        vaccine: VaccineId::new("biontech"),
        first: start(days, minutes),
        second: Some(start(days + DAYS_BETWEEN_DOSES, minutes + second_minutes)),
        capacity: 10,
        free,
    }
}

/// So many days of slots every half hour from 8:00 to 16:00.
fn full_slots(days: i64, free: u32) -> Vec<SeriesSlot> {
    let slots = (0..days).flat_map(|day| (0..16).map(move |half_hour| (day, half_hour * 30)));
    (1..)
        .zip(slots)
        .map(|(number, (day, minutes))| slot(number, day, minutes, 0, free))
        .collect()
}

fn in_centre(centre: &str, number: u16, slots: Vec<SeriesSlot>) -> Vec<SeriesSlot> {
    let moved = |slot: SeriesSlot| SeriesSlot {
        id: SeriesSlotId::new(number, slot.id.0 as u32),
        centre: CentreId::new(centre),
        ..slot
    };
    slots.into_iter().map(moved).collect()
}

/// What a test asks; each changes what it is about.
#[derive(Clone)]
struct Ask {
    centres: Vec<CentreId>,
    party: Party,
    preferences: Preferences,
    allowed: Vec<AllowedDays>,
    after: Timestamp,
    crowd: u32,
    seed: u64,
}

impl Ask {
    fn new() -> Self {
        let any_day = AllowedDays {
            vaccine: VaccineId::new("biontech"),
            days: Date::MIN..=Date::MAX,
        };
        Self {
            centres: vec![CentreId::new("kassel-stadt"), CentreId::new("giessen")],
            party: Party::One,
            preferences: Preferences::default(),
            allowed: vec![any_day],
            after: at(day_after(-1), time(8, 0, 0, 0)),
            crowd: 1,
            seed: 7,
        }
    }

    fn couple() -> Self {
        Self {
            party: Party::Couple,
            ..Self::new()
        }
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            centres: &self.centres,
            party: self.party,
            preferences: &self.preferences,
            allowed: &self.allowed,
            after: self.after,
            crowd: self.crowd,
            seed: self.seed,
        }
    }

    /// Proposes, and checks what holds for every answer.
    fn propose(&self, board: &Board) -> Vec<Proposal> {
        let proposals = propose(board, &self.asked());
        assert!(proposals.len() <= PROPOSALS_MAX);
        assert!(proposals.is_sorted_by_key(|proposal| proposal.starts[0].first));
        assert_eq!(
            proposals.iter().map(|p| &p.places).collect::<BTreeSet<_>>().len(),
            proposals.len(),
            "distinct"
        );
        for proposal in &proposals {
            assert_eq!(resolve(board, &self.asked(), &proposal.key()).as_ref(), Some(proposal));
            self.fits(board, proposal);
        }
        proposals
    }

    fn fits(&self, board: &Board, proposal: &Proposal) {
        let mut wanted: BTreeMap<SeriesSlotId, u32> = BTreeMap::new();
        for (place, starts) in proposal.places.iter().zip(&proposal.starts) {
            *wanted.entry(*place).or_default() += 1;
            let slot = board.slot(*place);
            assert_eq!(
                slot.map(|slot| (slot.first, slot.second)),
                Some((starts.first, starts.second))
            );
            assert_eq!(
                slot.map(|slot| (&slot.centre, &slot.vaccine)),
                Some((&proposal.centre, &proposal.vaccine))
            );
            assert!(starts.first > self.after);
            assert!(
                self.preferences
                    .centre
                    .as_ref()
                    .is_none_or(|centre| *centre == proposal.centre)
            );
            let first = berlin().to_datetime(starts.first);
            assert!(
                self.preferences
                    .earliest
                    .is_none_or(|earliest| first.date() >= earliest)
            );
            for start in std::iter::once(starts.first)
                .chain(starts.second)
                .map(|start| berlin().to_datetime(start))
            {
                assert!(self.preferences.fits(start.date(), PartOfDay::of(start)));
            }
        }
        for (place, persons) in wanted {
            assert!(board.slot(place).is_some_and(|slot| slot.free >= persons));
        }
    }
}

fn board(slots: Vec<SeriesSlot>) -> Board {
    Board::new(slots, berlin())
}

fn half_day(proposal: &Proposal) -> (Date, PartOfDay) {
    let start = berlin().to_datetime(proposal.starts[0].first);
    (start.date(), PartOfDay::of(start))
}

#[test]
fn alone_on_a_full_board_the_soonest_slot_is_the_first_proposal_and_the_others_are_a_real_choice() {
    let proposals = Ask::new().propose(&board(full_slots(14, 10)));
    assert_eq!(proposals[0].starts[0].first, at(monday(), time(8, 0, 0, 0)));
    let (morning, afternoon) = (PartOfDay::Morning, PartOfDay::Afternoon);
    let expected = [(0, morning), (1, afternoon), (2, morning), (3, afternoon), (4, morning)];
    assert_eq!(
        proposals.iter().map(half_day).collect::<Vec<_>>(),
        expected.map(|(days, part)| (day_after(days), part))
    );
}

#[test]
fn wishes_bind_both_appointments() {
    let mut slots = full_slots(14, 10);
    // Its second appointment is in the afternoon.
    slots.push(slot(999, 0, 0, 300, 10));
    let board = board(slots);
    let mut ask = Ask::new();
    ask.preferences = Preferences {
        earliest: Some(day_after(1)),
        weekdays: Some(Weekdays::default().with(Weekday::Monday).with(Weekday::Thursday)),
        part_of_day: Some(PartOfDay::Morning),
        centre: None,
    };
    let days: Vec<Date> = ask
        .propose(&board)
        .iter()
        .map(|proposal| half_day(proposal).0)
        .collect();
    assert_eq!(days, [3, 3, 7, 7, 10].map(day_after).to_vec());
    ask.preferences = Preferences {
        part_of_day: Some(PartOfDay::Morning),
        ..Preferences::default()
    };
    assert!(
        ask.propose(&board)
            .iter()
            .all(|proposal| proposal.places != [SeriesSlotId::new(1, 999)])
    );
    ask.preferences.centre = Some(CentreId::new("giessen"));
    assert_eq!(ask.propose(&board), []);
}

#[test]
fn the_centres_of_a_pool_are_offered_together_in_time_order() {
    let mut slots = full_slots(1, 1);
    slots.extend(in_centre("giessen", 2, full_slots(3, 1)));
    slots.extend(in_centre("fulda", 3, full_slots(3, 1)));
    let board = board(slots);
    let mut ask = Ask::new();
    let centres: BTreeSet<String> = (0..200)
        .flat_map(|seed| Ask { seed, ..ask.clone() }.propose(&board))
        .map(|p| p.centre.to_string())
        .collect();
    assert_eq!(centres.into_iter().collect::<Vec<_>>(), ["giessen", "kassel-stadt"]);
    ask.preferences.centre = Some(CentreId::new("giessen"));
    assert!(
        ask.propose(&board)
            .iter()
            .all(|proposal| proposal.centre.as_str() == "giessen")
    );
    assert_eq!(board.free(&ask.centres, ask.after), 16 + 48);
}

#[test]
fn what_is_left_is_found() {
    let last = board(vec![slot(1, 40, 0, 0, 1)]);
    assert_eq!(
        Ask {
            crowd: 100_000,
            ..Ask::new()
        }
        .propose(&last)
        .len(),
        1
    );
    assert_eq!(Ask::couple().propose(&last), []);
    // One morning is left: still five proposals, an hour apart as far as the hours go.
    let morning = board(
        (0..8)
            .map(|half_hour| slot(half_hour as u32, 3, half_hour * 30, 0, 1))
            .collect(),
    );
    let starts: Vec<_> = Ask::new()
        .propose(&morning)
        .iter()
        .map(|proposal| proposal.starts[0].first)
        .collect();
    assert_eq!(starts.len(), 5);
    assert!(
        starts
            .iter()
            .filter(|a| starts
                .iter()
                .all(|b| a == &b || a.duration_since(*b).abs().as_mins() >= 60))
            .count()
            >= 2
    );
    let afternoon_only = Preferences {
        part_of_day: Some(PartOfDay::Afternoon),
        ..Preferences::default()
    };
    assert_eq!(
        Ask {
            preferences: afternoon_only,
            ..Ask::new()
        }
        .propose(&morning),
        []
    );
}

#[test]
fn nothing_is_proposed_that_has_begun_or_is_not_allowed() {
    let board = board(full_slots(3, 10));
    let mut ask = Ask::new();
    ask.after = at(day_after(1), time(11, 0, 0, 0));
    assert!(
        ask.propose(&board)
            .iter()
            .all(|proposal| proposal.starts[0].first >= at(day_after(1), time(11, 30, 0, 0)))
    );
    ask.allowed[0].days = day_after(2)..=day_after(2);
    assert!(
        ask.propose(&board)
            .iter()
            .all(|proposal| half_day(proposal).0 == day_after(2))
    );
    ask.allowed[0].vaccine = VaccineId::new("moderna");
    assert_eq!(ask.propose(&board), []);
    ask.allowed.clear();
    assert_eq!(ask.propose(&board), []);
    assert_eq!(
        Ask {
            centres: vec![],
            ..Ask::new()
        }
        .propose(&board),
        []
    );
}

#[test]
fn a_couple_sits_side_by_side_where_a_slot_has_two_free() {
    let proposals = Ask::couple().propose(&board(full_slots(14, 2)));
    assert_eq!(proposals.len(), 5);
    assert!(
        proposals
            .iter()
            .all(|proposal| proposal.places[0] == proposal.places[1])
    );
}

#[test]
fn a_couple_gets_two_slots_at_most_an_hour_apart_on_both_days_or_none() {
    let together = board(vec![slot(1, 0, 0, 0, 1), slot(2, 0, 60, -60, 1)]);
    let proposals = Ask::couple().propose(&together);
    assert_eq!(
        proposals
            .iter()
            .map(|proposal| proposal.places.clone())
            .collect::<Vec<_>>(),
        [[1, 2].map(|number| SeriesSlotId::new(1, number)).to_vec()]
    );
    for apart in [
        vec![slot(1, 0, 0, 0, 1), slot(2, 0, 61, 0, 1)],
        vec![slot(1, 0, 0, 0, 1), slot(2, 0, 30, 61, 1)],
        vec![slot(1, 0, 0, 0, 1), slot(2, 0, 30, 24 * 60, 1)],
        vec![slot(1, 0, 0, 0, 1), slot(2, 1, 0, 0, 1)],
        vec![
            slot(1, 0, 0, 0, 1),
            SeriesSlot {
                second: None,
                ..slot(2, 0, 0, 0, 1)
            },
        ],
        vec![
            slot(1, 0, 0, 0, 1),
            SeriesSlot {
                vaccine: VaccineId::new("moderna"),
                ..slot(2, 0, 0, 0, 1)
            },
        ],
        [
            vec![slot(1, 0, 0, 0, 1)],
            in_centre("giessen", 2, vec![slot(2, 0, 0, 0, 1)]),
        ]
        .concat(),
    ] {
        assert_eq!(Ask::couple().propose(&board(apart)), []);
    }
}

#[test]
fn only_what_a_party_may_choose_is_resolved() {
    let mut slots = full_slots(3, 10);
    slots.extend(in_centre("fulda", 3, full_slots(1, 10)));
    let board = board(slots);
    let one = |number| SeriesSlotId::new(1, number);
    let resolved =
        |ask: &Ask, places: &[SeriesSlotId]| resolve(&board, &ask.asked(), &ProposalKey::of(places)).is_some();
    let (single, couple) = (Ask::new(), Ask::couple());
    assert!(resolved(&single, &[one(1)]));
    assert!(!resolved(&single, &[one(1), one(1)]), "one person takes one place");
    assert!(!resolved(&couple, &[one(1)]), "a couple takes two");
    assert!(resolved(&couple, &[one(1), one(3)]), "an hour apart");
    assert!(!resolved(&couple, &[one(1), one(4)]), "too far apart");
    assert!(!resolved(&single, &[SeriesSlotId::new(3, 1)]), "another pool's centre");
    assert!(!resolved(&single, &[one(4711)]), "no such slot");
    let late = Ask {
        after: at(day_after(1), time(8, 0, 0, 0)),
        ..Ask::new()
    };
    assert!(!resolved(&late, &[one(1)]), "it has begun");
    let mut not_yet = Ask::new();
    not_yet.allowed[0].days = day_after(1)..=Date::MAX;
    assert!(!resolved(&not_yet, &[one(1)]), "not allowed on that day");
}

#[test]
fn a_thousand_people_do_not_reach_for_the_same_row() {
    let board = board(full_slots(60, 10));
    let crowd = 100;
    let mut first_choices: BTreeMap<SeriesSlotId, u64> = BTreeMap::new();
    let mut choices: BTreeMap<SeriesSlotId, u64> = BTreeMap::new();
    for seed in 0..1_000 {
        let proposals = Ask {
            crowd,
            seed,
            ..Ask::new()
        }
        .propose(&board);
        assert_eq!(proposals.len(), PROPOSALS_MAX);
        *first_choices.entry(proposals[0].places[0]).or_default() += 1;
        for proposal in &proposals {
            *choices.entry(proposal.places[0]).or_default() += 1;
        }
    }
    // Room for the crowd times the factor, in slots of ten: each is drawn 1,000 / 20 times.
    let slots = u64::from(crowd) * ROOM_PER_ASKER / 10;
    assert_eq!(first_choices.len() as u64, slots);
    assert_eq!(choices.len() as u64, slots * PROPOSALS_MAX as u64);
    let share = 1_000 / slots;
    assert!(choices.values().all(|count| *count <= 2 * share), "{choices:?}");
    assert!(choices.values().all(|count| *count >= share / 3), "{choices:?}");
}

#[test]
fn emptier_slots_are_drawn_less() {
    let board = board(vec![slot(1, 0, 0, 0, 1), slot(2, 0, 30, 0, 9)]);
    let single = |seed| Ask {
        seed,
        crowd: 10,
        ..Ask::new()
    };
    let search = |seed: u64| {
        let ask = single(seed);
        let asked = ask.asked();
        let drawn = Search::new(&board, &asked).draw(Apart::Slot, &[], &mut Dice(seed));
        drawn.map(|drawn| drawn.choice.leader.free)
    };
    let scarce = (0..1_000).filter(|seed| search(*seed) == Some(1)).count();
    assert!((50..200).contains(&scarce), "{scarce}");
}

#[test]
fn the_same_visitor_sees_the_same_proposals() {
    let board = board(full_slots(14, 10));
    let ask = Ask {
        crowd: 500,
        ..Ask::new()
    };
    assert_eq!(ask.propose(&board), ask.propose(&board));
    assert_ne!(ask.propose(&board), Ask { seed: 8, ..ask.clone() }.propose(&board));
}

#[test]
fn the_public_board_counts_by_day_centre_and_vaccine() {
    let mut slots = vec![
        slot(1, 0, 0, 0, 3),
        slot(2, 0, 60, 0, 4),
        slot(3, 1, 0, 0, 0),
        slot(4, 2, 0, 0, 5),
    ];
    slots.push(SeriesSlot {
        vaccine: VaccineId::new("moderna"),
        ..slot(5, 0, 0, 0, 2)
    });
    slots.extend(in_centre("giessen", 2, vec![slot(6, 0, 0, 0, 1)]));
    let board = board(slots);
    let ask = Ask::new();
    let shown = |centres: &[CentreId], after| {
        let rows = board.availability(centres, after);
        let row = |row: DayAvailability| (row.day, row.centre.to_string(), row.vaccine.to_string(), row.free);
        rows.into_iter().map(row).collect::<Vec<_>>()
    };
    let row = |days, centre: &str, vaccine: &str, free| (day_after(days), centre.to_owned(), vaccine.to_owned(), free);
    assert_eq!(
        shown(&ask.centres, ask.after),
        [
            row(0, "giessen", "biontech", 1),
            row(0, "kassel-stadt", "biontech", 7),
            row(0, "kassel-stadt", "moderna", 2),
            row(2, "kassel-stadt", "biontech", 5),
        ]
    );
    let kassel = [CentreId::new("kassel-stadt")];
    assert_eq!(
        shown(&kassel, at(monday(), time(9, 0, 0, 0))),
        [row(2, "kassel-stadt", "biontech", 5)]
    );
    assert_eq!(board.free(&kassel, at(monday(), time(8, 0, 0, 0))), 4 + 5);
}

proptest! {
    #[test]
    fn a_proposal_is_made_exactly_when_something_fits(
        slots in prop::collection::vec((0..5i64, 0..32i64, -4..4i64, 0..3u32, 0..3u8), 0..40),
        couple in any::<bool>(),
        morning in prop::option::of(any::<bool>()),
        weekday in prop::option::of(1..7i8),
        crowd in 0..50u32,
        seed in any::<u64>(),
    ) {
        let slots: Vec<SeriesSlot> = (1..).zip(slots).map(|(number, (days, quarter, shift, free, kind))| SeriesSlot {
            vaccine: VaccineId::new(if kind == 0 { "moderna" } else { "biontech" }),
            centre: CentreId::new(if kind == 1 { "giessen" } else { "kassel-stadt" }),
            ..slot(number, days, quarter * 15, shift * 15, free)
        }).collect();
        let mut ask = if couple { Ask::couple() } else { Ask::new() };
        ask.preferences.part_of_day = morning.map(|yes| if yes { PartOfDay::Morning } else { PartOfDay::Afternoon });
        ask.preferences.weekdays = weekday
            .and_then(|day| Weekday::from_monday_one_offset(day).ok())
            .map(|day| Weekdays::default().with(day));
        (ask.crowd, ask.seed) = (crowd, seed);
        let board = board(slots.clone());
        let proposals = ask.propose(&board);

        let wished = |slot: &&SeriesSlot| slot.vaccine.as_str() == "biontech"
            && std::iter::once(slot.first).chain(slot.second).map(|start| berlin().to_datetime(start))
                .all(|start| ask.preferences.fits(start.date(), PartOfDay::of(start)));
        let fitting: Vec<&SeriesSlot> = slots.iter().filter(|slot| slot.free > 0).filter(wished).collect();
        let may_pair = |a: &SeriesSlot, b: &SeriesSlot| {
            resolve(&board, &ask.asked(), &ProposalKey::of(&[a.id, b.id])).is_some()
        };
        let choices = if couple {
            fitting.iter().any(|slot| slot.free >= 2)
                || fitting.iter().any(|a| fitting.iter().any(|b| a.id != b.id && may_pair(a, b)))
        } else {
            !fitting.is_empty()
        };
        prop_assert_eq!(!proposals.is_empty(), choices);
        if !couple {
            prop_assert_eq!(proposals.len(), fitting.len().min(PROPOSALS_MAX));
        }
    }

    #[test]
    fn a_key_reads_back_and_no_other_text_does(ids in prop::collection::vec(0..i64::MAX, 1..3), text in "[-0-9a-fA-F+ ]{0,40}") {
        let places: Vec<SeriesSlotId> = ids.into_iter().map(SeriesSlotId).collect();
        let key = ProposalKey::of(&places);
        prop_assert_eq!(key.to_string().parse(), Ok(key));
        if let Ok(key) = text.parse::<ProposalKey>() {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}

#[test]
fn a_forged_key_is_no_key() {
    for text in [
        "",
        "-",
        "1-",
        "-1",
        "01",
        "1-2-3",
        "A",
        "+1",
        "1 ",
        "8000000000000000",
        "ffffffffffffffff",
        "1-١",
        "0x1",
    ] {
        assert_eq!(text.parse::<ProposalKey>(), Err(NotAProposal), "{text}");
    }
}
