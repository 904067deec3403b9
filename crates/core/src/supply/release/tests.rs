use jiff::civil::{date, time};
use proptest::prelude::*;

use super::super::fixtures::{at, berlin, biontech, centre, janssen};
use super::*;

/// Deliveries numbered from 1.
fn lots(lots: &[(Date, u32)]) -> Vec<Lot> {
    let numbered = (1..).zip(lots);
    numbered
        .map(|(id, (day, doses))| Lot {
            delivery: DeliveryId(id),
            day: *day,
            doses_left: *doses,
        })
        .collect()
}

/// What a test plans; each test changes what it is about.
struct Case {
    centre: Centre,
    vaccine: Vaccine,
    lots: Vec<Lot>,
    taken: BTreeMap<Timestamp, u32>,
    first_days: RangeInclusive<Date>,
    hold_back_percent: u8,
}

impl Case {
    fn new(lots: Vec<Lot>, first_days: RangeInclusive<Date>) -> Self {
        Self {
            centre: centre(2),
            vaccine: biontech(),
            lots,
            taken: BTreeMap::new(),
            first_days,
            hold_back_percent: 100,
        }
    }

    fn plan(&self) -> ReleasePlan {
        let time_zone = berlin();
        let plan = plan(CentrePlan {
            centre: &self.centre,
            vaccine: &self.vaccine,
            lots: self.lots.clone(),
            taken: self.taken.clone(),
            first_days: self.first_days.clone(),
            hold_back: HoldBack::percent(self.hold_back_percent).unwrap_or(HoldBack::ALL),
            time_zone: &time_zone,
        })
        .unwrap_or(ReleasePlan {
            slots: Vec::new(),
            left_over: LeftOver::default(),
        });
        self.keeps_every_promise(&plan);
        plan
    }

    /// Checks a plan from its rows alone, without the planner's own books.
    fn keeps_every_promise(&self, plan: &ReleasePlan) {
        let civil = |start: Timestamp| berlin().to_datetime(start);
        let mut used = self.taken.clone();
        plan.occupy(&mut used);
        for slot in &plan.slots {
            let first = civil(slot.first);
            assert!(slot.capacity > 0);
            assert!(self.first_days.contains(&first.date()));
            for start in std::iter::once(slot.first).chain(slot.second) {
                let (day, time) = (civil(start).date(), civil(start).time());
                assert!(
                    used[&start]
                        <= self
                            .centre
                            .places_per_slot()
                            .max(self.taken.get(&start).copied().unwrap_or(0))
                );
                assert!(
                    self.centre
                        .hours_on(day)
                        .any(|(opens, closes)| time >= opens && time < closes)
                );
            }
            if let (Some(rule), Some(second)) = (self.vaccine.rule_on(first.date()), slot.second) {
                let days = i64::from((civil(second).date() - first.date()).get_days());
                assert!((rule.interval_days_min.into()..=rule.interval_days_max.into()).contains(&days));
            }
            assert_eq!(slot.second.is_some(), self.vaccine.doses == 2);
        }
        self.doses_are_there(plan);
    }

    fn doses_are_there(&self, plan: &ReleasePlan) {
        let civil = |start: Timestamp| berlin().to_datetime(start).date();
        let mut left: BTreeMap<DeliveryId, u32> = self.lots.iter().map(|lot| (lot.delivery, lot.doses_left)).collect();
        let (mut series, mut in_stock) = (0, 0);
        for slot in &plan.slots {
            for dose in 1..=self.vaccine.doses {
                let doses: u32 = slot
                    .doses
                    .iter()
                    .filter(|(_, number, _)| *number == dose)
                    .map(|(_, _, n)| n)
                    .sum();
                assert_eq!(doses, slot.capacity, "dose {dose}");
            }
            series += slot.capacity;
            for (delivery, dose, doses) in &slot.doses {
                let arrives = self
                    .lots
                    .iter()
                    .find(|lot| lot.delivery == *delivery)
                    .map(|lot| lot.day);
                let given = if *dose == 1 { Some(slot.first) } else { slot.second };
                assert!(arrives <= given.map(civil), "a dose is given before it arrives");
                if *dose == 2 && arrives <= Some(civil(slot.first)) {
                    in_stock += doses;
                }
                let left = left
                    .get_mut(delivery)
                    .map(|left| std::mem::replace(left, left.saturating_sub(*doses)));
                assert!(left >= Some(*doses), "a delivery is used beyond its doses");
            }
        }
        if self.vaccine.doses == 2 {
            assert!(
                in_stock * 100 >= series * u32::from(self.hold_back_percent),
                "too little is held back"
            );
        }
        assert_eq!(
            plan.left_over.doses,
            left.values().map(|doses| u64::from(*doses)).sum::<u64>()
        );
    }
}

fn per_day(plan: &ReleasePlan) -> Vec<(Date, u32)> {
    let mut days = BTreeMap::new();
    for slot in &plan.slots {
        *days.entry(berlin().to_datetime(slot.first).date()).or_default() += slot.capacity;
    }
    days.into_iter().collect()
}

#[test]
fn a_delivery_of_100_gives_50_series_when_all_second_doses_are_held_back() {
    let plan = Case::new(lots(&[(date(2021, 1, 18), 100)]), date(2021, 1, 19)..=date(2021, 1, 19)).plan();
    assert_eq!(plan.series(), 50);
    assert_eq!(
        plan.left_over,
        LeftOver {
            doses: 0,
            no_doses: 46,
            no_second_place: 0,
            no_lane: 0
        }
    );
}

#[test]
fn the_second_appointment_is_at_the_same_time_on_the_first_day_of_the_window() {
    let plan = Case::new(lots(&[(date(2021, 1, 18), 60)]), date(2021, 1, 19)..=date(2021, 1, 20)).plan();
    for slot in &plan.slots {
        let first = berlin().to_datetime(slot.first);
        let second = slot.second.map(|second| berlin().to_datetime(second));
        assert_eq!(second, Some(first.saturating_add(jiff::Span::new().days(21))));
    }
}

#[test]
fn the_clock_going_forward_or_back_keeps_the_time_of_day() {
    let spring = Case::new(lots(&[(date(2021, 3, 1), 60)]), date(2021, 3, 7)..=date(2021, 3, 7)).plan();
    for slot in &spring.slots {
        // 28 March 2021 is an hour short, so 21 civil days are an hour less.
        assert_eq!(
            slot.second.map(|second| second.duration_since(slot.first).as_hours()),
            Some(21 * 24 - 1)
        );
    }
    let mut autumn = Case::new(
        lots(&[(date(2021, 10, 1), 60)]),
        date(2021, 10, 10)..=date(2021, 10, 10),
    );
    autumn.vaccine.rules.truncate(1);
    for slot in &autumn.plan().slots {
        assert_eq!(
            slot.second.map(|second| second.duration_since(slot.first).as_hours()),
            Some(21 * 24 + 1)
        );
    }
}

#[test]
fn an_hour_that_the_clock_skips_has_no_slots_and_one_that_comes_twice_has_them_once() {
    let mut case = Case::new(
        lots(&[(date(2021, 3, 1), 10_000)]),
        date(2021, 3, 28)..=date(2021, 3, 28),
    );
    case.vaccine = janssen();
    case.centre.hours[0].opens = time(1, 0, 0, 0);
    case.centre.hours[0].closes = time(4, 0, 0, 0);
    let starts = |plan: &ReleasePlan| plan.slots.iter().map(|slot| slot.first).collect::<Vec<_>>();
    let day = date(2021, 3, 28);
    assert_eq!(
        starts(&case.plan()),
        [(1, 0), (1, 30), (3, 0), (3, 30)].map(|(h, m)| at(day, time(h, m, 0, 0)))
    );
    case.first_days = date(2021, 10, 31)..=date(2021, 10, 31);
    assert_eq!(case.plan().slots.len(), 6);
}

#[test]
fn a_vaccine_of_one_dose_needs_no_second_place() {
    let mut case = Case::new(lots(&[(date(2021, 3, 15), 40)]), date(2021, 3, 15)..=date(2021, 3, 15));
    case.vaccine = janssen();
    assert_eq!(case.plan().series(), 40);
}

#[test]
fn the_rule_of_the_day_of_the_first_dose_holds() {
    let plan = Case::new(lots(&[(date(2021, 3, 31), 120)]), date(2021, 3, 31)..=date(2021, 4, 1)).plan();
    let mut intervals = BTreeMap::new();
    for slot in &plan.slots {
        let second = slot.second.map(|second| berlin().to_datetime(second).date());
        let first = berlin().to_datetime(slot.first).date();
        intervals.insert(first, second.map(|second| (second - first).get_days()));
    }
    assert_eq!(intervals.into_values().collect::<Vec<_>>(), [Some(21), Some(42)]);
}

#[test]
fn doses_on_hand_last_until_the_next_delivery_and_are_spread_over_each_day() {
    let case = Case::new(
        lots(&[(date(2021, 1, 18), 560), (date(2021, 1, 25), 280)]),
        date(2021, 1, 18)..=date(2021, 1, 31),
    );
    let plan = case.plan();
    let days = per_day(&plan);
    assert_eq!(
        days.iter().map(|(_, series)| *series).collect::<Vec<_>>(),
        [vec![40; 7], vec![20; 7]].concat()
    );
    // 20 series in 16 slots: one or two in each, and never two more than in another.
    let last_day: Vec<u32> = plan.slots.iter().rev().take(16).map(|slot| slot.capacity).collect();
    assert!(
        last_day.iter().all(|capacity| (1..=2).contains(capacity)),
        "{last_day:?}"
    );
}

#[test]
fn nothing_is_planned_before_the_doses_arrive_or_the_centre_opens() {
    let mut case = Case::new(lots(&[(date(2021, 1, 20), 100)]), date(2021, 1, 18)..=date(2021, 1, 24));
    assert_eq!(
        per_day(&case.plan()).first().map(|(day, _)| *day),
        Some(date(2021, 1, 20))
    );
    case.centre.open_from = date(2021, 1, 23);
    assert_eq!(per_day(&case.plan()).len(), 2);
    assert_eq!(case.plan().series(), 50);
}

#[test]
fn a_closed_day_moves_the_second_appointment_to_the_next_open_one() {
    let mut case = Case::new(lots(&[(date(2021, 1, 18), 20)]), date(2021, 1, 19)..=date(2021, 1, 19));
    case.centre.closed_on = vec![date(2021, 2, 9)];
    for slot in &case.plan().slots {
        let time_of_first = berlin().to_datetime(slot.first).time();
        assert_eq!(slot.second, Some(at(date(2021, 2, 10), time_of_first)));
    }
}

#[test]
fn a_full_slot_moves_the_second_appointment_a_little_and_a_full_day_to_the_next() {
    let mut case = Case::new(lots(&[(date(2021, 1, 18), 2)]), date(2021, 1, 19)..=date(2021, 1, 19));
    let day = date(2021, 2, 9);
    let first = case.plan().slots[0].first;
    let wanted = berlin().to_datetime(first).time();
    case.taken.insert(at(day, wanted), 6);
    let near = case.plan().slots[0]
        .second
        .map(|second| (second.as_second() - at(day, wanted).as_second()).abs());
    assert_eq!(near, Some(30 * 60));
    for half_hour in 0..16 {
        let start = time(8, 0, 0, 0).saturating_add(jiff::SignedDuration::from_mins(half_hour * 30));
        case.taken.insert(at(day, start), 6);
    }
    assert_eq!(case.plan().slots[0].second, Some(at(date(2021, 2, 10), wanted)));
}

#[test]
fn no_second_place_in_the_window_means_no_first_place() {
    let mut case = Case::new(lots(&[(date(2021, 1, 18), 100)]), date(2021, 1, 19)..=date(2021, 1, 19));
    case.centre.closed_on = (0..22)
        .map(|days| date(2021, 2, 9).saturating_add(jiff::Span::new().days(days)))
        .collect();
    let plan = case.plan();
    assert_eq!(plan.slots, []);
    assert_eq!(
        plan.left_over,
        LeftOver {
            doses: 100,
            no_doses: 0,
            no_second_place: 50,
            no_lane: 0
        }
    );
}

#[test]
fn more_doses_than_lanes_are_told_as_such() {
    let mut case = Case::new(
        lots(&[(date(2021, 1, 18), 1000)]),
        date(2021, 1, 19)..=date(2021, 1, 20),
    );
    let plan = case.plan();
    assert_eq!(plan.series(), 2 * 96);
    assert_eq!(
        plan.left_over,
        LeftOver {
            doses: 1000 - 4 * 96,
            no_doses: 0,
            no_second_place: 0,
            no_lane: 500 - 192
        }
    );
    // What is released leaves nothing for the next plan.
    plan.occupy(&mut case.taken);
    assert_eq!(case.plan().series(), 0);
}

#[test]
fn without_hold_back_the_second_doses_come_from_a_delivery_that_arrives_in_time() {
    let mut case = Case::new(
        lots(&[(date(2021, 1, 18), 60), (date(2021, 2, 9), 40)]),
        date(2021, 1, 19)..=date(2021, 1, 19),
    );
    case.hold_back_percent = 0;
    let plan = case.plan();
    // 40 second doses are announced, and ten pairs come from stock.
    assert_eq!(plan.series(), 50);
    case.lots[1].day = date(2021, 3, 3);
    assert_eq!(
        case.plan().series(),
        30,
        "a delivery after the window is no second dose"
    );
    case.lots[1].day = date(2021, 2, 12);
    let late = case.plan();
    assert_eq!(late.series(), 50);
    let seconds = late
        .slots
        .iter()
        .filter_map(|slot| slot.second)
        .map(|second| berlin().to_datetime(second).date());
    assert_eq!(
        seconds.max(),
        Some(date(2021, 2, 12)),
        "the second appointment waits for the delivery"
    );
}

#[test]
fn half_of_the_second_doses_held_back_makes_two_series_of_three_doses() {
    let announced = lots(&[(date(2021, 1, 18), 90), (date(2021, 2, 8), 200)]);
    let mut case = Case::new(announced, date(2021, 1, 19)..=date(2021, 1, 19));
    case.hold_back_percent = 50;
    let plan = case.plan();
    assert_eq!(plan.series(), 60);
    let from_stock = plan
        .slots
        .iter()
        .flat_map(|slot| &slot.doses)
        .filter(|dose| (dose.0, dose.1) == (DeliveryId(1), 2));
    assert_eq!(from_stock.map(|(_, _, doses)| doses).sum::<u32>(), 30);
}

#[test]
fn a_span_that_is_a_slip_of_the_pen_is_refused() {
    let time_zone = berlin();
    let planned = |first_days| {
        let (centre, vaccine) = (centre(1), biontech());
        let input = CentrePlan {
            centre: &centre,
            vaccine: &vaccine,
            lots: Vec::new(),
            taken: BTreeMap::new(),
            first_days,
            hold_back: HoldBack::ALL,
            time_zone: &time_zone,
        };
        plan(input).err()
    };
    assert_eq!(planned(date(2021, 2, 5)..=date(2021, 1, 19)), Some(PlanRefusal::NoDays));
    assert_eq!(
        planned(date(2021, 1, 19)..=date(2201, 2, 5)),
        Some(PlanRefusal::TooManyDays)
    );
    assert_eq!(planned(Date::MIN..=Date::MAX), Some(PlanRefusal::TooManyDays));
    assert_eq!(planned(Date::MAX..=Date::MAX), None);
}

#[test]
fn hold_back_is_read_as_people_write_it() {
    assert_eq!("all".parse(), Ok(HoldBack::ALL));
    assert_eq!(" none ".parse(), Ok(HoldBack::NONE));
    assert_eq!("50".parse::<HoldBack>(), HoldBack::percent(50));
    assert_eq!("50 %".parse::<HoldBack>(), HoldBack::percent(50));
    for text in ["", "half", "101", "-1", "0.5", "%"] {
        assert_eq!(text.parse::<HoldBack>(), Err(HoldBackError), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_plan_keeps_every_promise_and_is_the_same_again(
        lanes in 1..4u16,
        slot_minutes in prop::sample::select(vec![10u16, 15, 20, 30, 45]),
        minutes_per_lane in 4..15u16,
        deliveries in prop::collection::vec((0..50i32, 0..400u32), 0..6),
        first_day in 0..60i32,
        days in 0..50i32,
        closed in prop::collection::vec(0..110i32, 0..12),
        busy in prop::collection::vec((0..110i32, 0..16i64, 0..8u32), 0..60),
        percent in prop::sample::select(vec![0u8, 50, 100]),
        one_dose in any::<bool>(),
    ) {
        let day = |days: i32| date(2021, 2, 15).saturating_add(jiff::Span::new().days(days));
        let announced: Vec<_> = deliveries.into_iter().map(|(days, doses)| (day(days), doses)).collect();
        let mut case = Case::new(lots(&announced), day(first_day)..=day(first_day + days));
        case.centre.lanes = lanes;
        case.centre.slot_minutes = slot_minutes;
        case.centre.minutes_per_lane = minutes_per_lane.min(slot_minutes);
        case.centre.closed_on = closed.into_iter().map(day).collect();
        case.hold_back_percent = percent;
        if one_dose {
            case.vaccine = janssen();
        }
        for (days, slot, places) in busy {
            let minutes = jiff::SignedDuration::from_mins(slot * i64::from(slot_minutes));
            case.taken.insert(at(day(days), time(8, 0, 0, 0).saturating_add(minutes)), places);
        }
        let plan = case.plan();
        prop_assert_eq!(&plan, &case.plan());
        // A second release of what is left finds nothing more.
        let mut again = Case { taken: case.taken.clone(), lots: case.lots.clone(), ..case };
        plan.occupy(&mut again.taken);
        for (delivery, _, doses) in plan.slots.iter().flat_map(|slot| &slot.doses) {
            for lot in again.lots.iter_mut().filter(|lot| lot.delivery == *delivery) {
                lot.doses_left -= doses;
            }
        }
        if percent == 100 {
            prop_assert_eq!(again.plan().slots, vec![]);
        }
    }
}
