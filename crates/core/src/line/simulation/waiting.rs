//! What visitors are told over simulated days of different shape, and what came of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use jiff::Timestamp;

use super::chance::Chance;
use super::day::moment;
use crate::line::wait::{WaitCause, WaitMeter};

/// What the service believes before anything is measured; the days differ from it.
const TURNAROUND_S: f64 = 295.0;
/// Until who is called has come.
const WAY_S: f64 = 20.0;
const LOOKERS: u32 = 400;
const DAYS: u64 = 16;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Shape {
    Steady,
    Accelerating,
    Decelerating,
    Hessen12January,
    Hessen3February,
    AgentsShiftChange,
    StoreSlowsDown,
    SupplyAdded,
    ManyJoin,
    LineOf400,
    LineOf50,
}

const SHAPES: [Shape; 11] = [
    Shape::Steady,
    Shape::Accelerating,
    Shape::Decelerating,
    Shape::Hessen12January,
    Shape::Hessen3February,
    Shape::AgentsShiftChange,
    Shape::StoreSlowsDown,
    Shape::SupplyAdded,
    Shape::ManyJoin,
    Shape::LineOf400,
    Shape::LineOf50,
];

impl Shape {
    /// Tickets, permits, and seconds of a booking.
    fn size(self) -> (u32, f64, f64) {
        match self {
            Self::Accelerating => (8_000, 400.0, 300.0),
            Self::Decelerating => (8_000, 400.0, 240.0),
            Self::Hessen12January => (60_000, 2_000.0, 270.0),
            Self::Hessen3February => (20_000, 330.0, 260.0),
            Self::ManyJoin => (4_000, 400.0, 270.0),
            Self::LineOf400 => (400, 12.0, 270.0),
            Self::LineOf50 => (50, 4.0, 270.0),
            _ => (8_000, 400.0, 270.0),
        }
    }

    /// How much longer bookings take when so much of the day is over.
    fn slowness(self, over: f64) -> f64 {
        match self {
            Self::Accelerating => 1.3 - 0.6 * over.min(1.2),
            Self::Decelerating => 0.75 + 0.6 * over.min(1.2),
            _ => 1.0,
        }
    }

    /// The share of permits that may be in use.
    fn permits(self, over: f64, second: f64) -> f64 {
        match self {
            Self::AgentsShiftChange if over > 0.7 => 1.1,
            Self::AgentsShiftChange if over > 0.35 => 0.7,
            Self::StoreSlowsDown if (900.0..1_200.0).contains(&second) => 0.05,
            _ => 1.0,
        }
    }

    /// Whether there is nothing to book at the moment.
    fn sold_out(self, second: f64) -> bool {
        self == Self::SupplyAdded && (1_500.0..3_300.0).contains(&second)
    }
}

/// One look at the waiting page.
struct Look {
    at_s: f64,
    low_s: f64,
    end_s: f64,
    caused: bool,
    first: bool,
}

/// Somebody in the line.
struct Visitor {
    position: u32,
    looks_next_s: f64,
    looks: Vec<Look>,
}

#[derive(Default)]
struct Tally {
    inside: u32,
    early: u32,
    late: u32,
    caused: u32,
    first: u32,
    first_inside: u32,
    /// Ends that moved back between two looks without a cause.
    unexplained: u32,
    moved_back: u32,
}

impl Tally {
    fn all(&self) -> f64 {
        f64::from(self.inside + self.early + self.late)
    }

    fn coverage(&self) -> f64 {
        f64::from(self.inside) / self.all()
    }
}

fn simulate(shape: Shape, seed: u64, tally: &mut Tally) {
    let mut chance = Chance::seeded(seed * 7_919 + 104_729 * shape as u64 + 1);
    let (mut joined, permits, booking_s) = shape.size();
    // Nobody knows on the day before how fast people will book.
    let booking_s = booking_s * (0.25 * chance.normal()).exp();
    let day_s = f64::from(joined) * (booking_s + 25.0) / permits;
    let mut meter = WaitMeter::new(second(0.0), 0, Duration::from_secs_f64(TURNAROUND_S));
    let mut visitors: Vec<Visitor> = (0..LOOKERS.min(joined))
        .map(|nth| Visitor::at(joined * nth / LOOKERS.min(joined), 0.0))
        .collect();
    let mut in_use = BinaryHeap::new();
    let mut called_at = Vec::new();
    let (mut now, mut mood) = (0.0, 0.0_f64);
    while (called_at.len() as u32) < joined {
        mood = 0.9997 * mood + 0.0025 * chance.normal();
        while in_use
            .peek()
            .is_some_and(|&Reverse(ends_ms)| f64::from(ends_ms) <= now * 1000.0)
        {
            in_use.pop();
        }
        let over = now / day_s;
        if !shape.sold_out(now) {
            let free = (permits * shape.permits(over, now) - in_use.len() as f64).max(0.0) as u32;
            for _ in 0..free.min(joined - called_at.len() as u32) {
                let median_s = 0.86 * booking_s * mood.exp() * shape.slowness(over);
                let mut takes_s = chance.lognormal(WAY_S, 0.8) + chance.lognormal(median_s, 0.55);
                if chance.happens(0.2) {
                    takes_s = chance.lognormal(WAY_S, 0.3); // does not come, or leaves at once
                }
                in_use.push(Reverse(((now + takes_s) * 1000.0) as u32));
                called_at.push(now);
            }
        }
        if shape == Shape::ManyJoin && now < 3_000.0 && chance.happens(0.9) {
            if chance.happens(0.05) {
                visitors.push(Visitor::at(joined, now));
            }
            joined += 1;
        }
        let (called, load) = (called_at.len() as u32, in_use.len() as f64);
        if shape.sold_out(now) {
            meter.stand_still(second(now), called, load, WaitCause::Supply);
        } else {
            meter.step(second(now), called, joined, load);
            for visitor in visitors.iter_mut().filter(|visitor| visitor.position >= called) {
                visitor.look(now, &meter, &mut chance);
            }
        }
        now += 1.0;
    }
    for visitor in &visitors {
        visitor.settle(called_at[visitor.position as usize], &mut chance, shape, tally);
    }
}

impl Visitor {
    fn at(position: u32, looks_next_s: f64) -> Self {
        Self {
            position,
            looks_next_s,
            looks: Vec::new(),
        }
    }

    fn look(&mut self, now: f64, meter: &WaitMeter, chance: &mut Chance) {
        if now < self.looks_next_s {
            return;
        }
        let Some(wait) = meter.forecast().expected(self.position, second(now)) else {
            return;
        };
        let high_s = wait.range.high.as_secs_f64();
        self.looks.push(Look {
            at_s: now,
            low_s: now + wait.range.low.as_secs_f64(),
            end_s: now + high_s,
            caused: wait.cause.is_some(),
            first: self.looks.is_empty(),
        });
        self.looks_next_s = now + (high_s / 4.0).clamp(15.0, 600.0) * (0.5 + chance.uniform());
    }

    /// Everybody counts alike: by what their page said at three moments of their wait.
    fn settle(&self, called_s: f64, chance: &mut Chance, shape: Shape, tally: &mut Tally) {
        for pair in self.looks.windows(2) {
            let moved_back = pair[1].end_s > pair[0].end_s + 1.5;
            tally.moved_back += u32::from(moved_back);
            tally.unexplained += u32::from(moved_back && !pair[1].caused);
        }
        let Some(first) = self.looks.first() else { return };
        let begin_s = first.at_s;
        for _ in 0..3 {
            let at_s = begin_s + (called_s - begin_s) * chance.uniform();
            if shape.sold_out(at_s) || (shape == Shape::SupplyAdded && at_s < 1_500.0 && called_s > 1_500.0) {
                continue; // beyond the supply nobody is told a time
            }
            let told = self.looks.iter().rev().find(|look| look.at_s <= at_s).unwrap_or(first);
            tally.early += u32::from(called_s < told.low_s - 0.5);
            tally.late += u32::from(called_s > told.end_s + 0.5);
            let inside = (told.low_s - 0.5..=told.end_s + 0.5).contains(&called_s);
            tally.inside += u32::from(inside);
            tally.caused += u32::from(told.caused);
            if told.first {
                tally.first += 1;
                tally.first_inside += u32::from(inside);
            }
        }
    }
}

fn second(at_s: f64) -> Timestamp {
    moment((at_s * 1000.0) as u64)
}

#[test]
fn four_of_five_visitors_are_called_inside_the_range_they_are_told_and_no_end_moves_back_without_cause() {
    let (mut sum, mut early, mut late) = (0.0, 0.0, 0.0);
    println!("| day | inside | sooner | later | at the first look | with a cause |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    let percent = |part: u32, of: f64| 100.0 * f64::from(part) / of;
    for shape in SHAPES {
        let mut tally = Tally::default();
        for seed in 0..DAYS {
            simulate(shape, seed, &mut tally);
        }
        let all = tally.all();
        println!(
            "| {shape:?} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} |",
            100.0 * tally.coverage(),
            percent(tally.early, all),
            percent(tally.late, all),
            percent(tally.first_inside, f64::from(tally.first)),
            percent(tally.caused, all),
        );
        assert_eq!(tally.unexplained, 0, "{shape:?}");
        sum += tally.coverage() / SHAPES.len() as f64;
        early += percent(tally.early, all) / SHAPES.len() as f64;
        late += percent(tally.late, all) / SHAPES.len() as f64;
        if shape == Shape::Decelerating || shape == Shape::AgentsShiftChange {
            assert!(
                tally.moved_back > 0,
                "{shape:?}: ends that could not hold were moved back"
            );
        }
    }
    println!("| all days | {:.1} | {early:.1} | {late:.1} | | |", 100.0 * sum);
    assert!((0.77..=0.83).contains(&sum), "{sum}");
}
