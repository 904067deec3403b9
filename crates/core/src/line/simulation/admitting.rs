//! Admission holds its promises over simulated days.

use std::time::Duration;

use super::day::{Day, Machine, PEOPLE, People};
use crate::line::target::Bounds;

const BOUNDS: Bounds = Bounds {
    min: 50,
    max: 5_000,
    delay_goal: Duration::from_millis(50),
};
/// Five thousand people booking send it some hundred commands a second; it takes five hundred.
const MACHINE: Machine = Machine {
    commit_ms: 2.0,
    command_ms: 2.0,
    slow: 1.0,
};
/// What it takes when it is ten times slower: fifty commands a second, of five a booking of 250 s.
const SLOW_STORE_TAKES: u32 = 2_500;

fn utilisation(day: &Day, from_s: f64) -> f64 {
    let seen: Vec<_> = day.seen.iter().filter(|seen| seen.at_s >= from_s).collect();
    let used: f64 = seen
        .iter()
        .map(|seen| f64::from(seen.in_use) / f64::from(seen.target))
        .sum();
    used / seen.len() as f64
}

#[test]
fn a_step_to_ten_times_the_crowd_does_not_pass_the_bound() {
    let mut day = Day::new(1, BOUNDS, MACHINE, PEOPLE, &[(3_500, 100_000)]);
    day.run_until(300);
    day.lines[0].waiting += 35_000;
    day.run_until(1_800);
    println!("most permits in use {} of {}", day.in_use_max, BOUNDS.max);
    assert!(day.in_use_max <= BOUNDS.max, "{}", day.in_use_max);
    assert!(
        day.in_use_max >= BOUNDS.max * 99 / 100,
        "the step was felt: {}",
        day.in_use_max
    );
}

#[test]
fn when_the_store_slows_down_tenfold_the_target_falls_within_two_seconds_and_recovers_within_thirty() {
    for seed in 0..10 {
        let mut day = Day::new(seed, BOUNDS, MACHINE, PEOPLE, &[(60_000, 100_000)]);
        day.run_until(900);
        assert_eq!(day.target(), BOUNDS.max, "a healthy store takes the operator's maximum");
        day.slow_down(10.0);
        day.run_until(902);
        let fallen = day.target();
        assert!(fallen < SLOW_STORE_TAKES, "{fallen}");
        let entered = day.entered;
        day.run_until(920);
        println!(
            "seed {seed}: slow for 2 s: target {fallen}; for 20 s: {}, {} entered meanwhile, {} in use",
            day.target(),
            day.entered - entered,
            day.in_use()
        );
        // What has queued up must be cleared first, and counts into the half minute.
        day.slow_down(1.0);
        day.run_until(950);
        assert!(day.target() >= BOUNDS.max * 95 / 100, "{}", day.target());
    }
}

#[test]
fn a_target_that_falls_throws_nobody_out_and_lets_nobody_in_above_it() {
    let mut day = Day::new(3, BOUNDS, MACHINE, PEOPLE, &[(60_000, 100_000)]);
    day.run_until(900);
    let before = day.in_use();
    day.slow_down(10.0);
    day.run_until(901);
    assert!(day.in_use() > before * 95 / 100, "nobody was thrown out");
    let (entered, booked) = (day.entered, day.lines[0].booked);
    day.run_until(930);
    assert!(day.lines[0].booked > booked, "those inside go on booking");
    let over = day
        .seen
        .iter()
        .filter(|seen| seen.at_s > 902.0 && seen.in_use > seen.target);
    assert!(over.count() > 100);
    assert!(day.entered - entered < 50, "{}", day.entered - entered);
}

#[test]
fn permits_are_in_use_although_a_fifth_of_the_called_never_come() {
    let (mut used, mut refused, mut entered) = (0.0, 0, 0);
    for seed in 0..5 {
        let mut day = Day::new(seed, BOUNDS, MACHINE, PEOPLE, &[(200_000, 200_000)]);
        day.run_until(3_600);
        used += utilisation(&day, 600.0) / 5.0;
        refused += day.refused;
        entered += day.entered;
    }
    println!(
        "{:.1} % of the permits in use, {refused} refusals for {entered} entries",
        100.0 * used
    );
    assert!(used > 0.95, "{used}");
    assert!(
        refused * 20 < entered,
        "{refused} of {entered} found every permit in use"
    );
}

#[test]
fn permits_follow_the_crowds_of_the_pools() {
    let crowds = [(36_000, 90_000), (18_000, 90_000), (6_000, 90_000)];
    let mut day = Day::new(5, BOUNDS, MACHINE, PEOPLE, &crowds);
    day.run_until(3_600);
    let called: u32 = day.lines.iter().map(|line| line.called).sum();
    for (line, (crowd, _)) in day.lines.iter().zip(crowds) {
        let share = f64::from(line.called) / f64::from(called);
        let fair = f64::from(crowd) / 60_000.0;
        println!("{crowd} waiting: {:.3} of the calls, {fair:.3} would be even", share);
        assert!((share / fair - 1.0).abs() < 0.03, "{share} of {fair}");
    }
}

#[test]
fn nobody_is_called_for_a_series_that_another_may_take() {
    for seed in 0..10 {
        let people = People {
            come: 0.5 + 0.05 * seed as f64,
            ..PEOPLE
        };
        let mut day = Day::new(seed, BOUNDS, MACHINE, people, &[(5_000, 1_500), (5_000, 3), (40, 800)]);
        day.run_until(3 * 3_600);
        assert!(day.beyond_supply <= 0, "{} beyond the supply", day.beyond_supply);
        // Only to somebody called long before, who comes late and takes the last ones.
        println!("seed {seed}: {} came for nothing", day.came_for_nothing);
        assert!(day.came_for_nothing <= 8, "{}", day.came_for_nothing);
        let booked: Vec<u32> = day.lines.iter().map(|line| line.booked).collect();
        assert_eq!(&booked[..2], [1_500, 3], "nothing is left over");
    }
}
