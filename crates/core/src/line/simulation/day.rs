//! A day of a campaign in virtual time: people who come or not, book or not, and a store that is a
//! queue in front of a machine. It is led by the same rules as the service's loop.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use jiff::Timestamp;

use super::chance::Chance;
use crate::ids::LineNo;
use crate::line::admission::{Load, MeanParty, PoolLoad, calls_to_make};
use crate::line::arrival::{Arrivals, Called, Turnover};
use crate::line::target::{Bounds, Target};

/// The leader's loop runs as often as in the service.
const TICK_MS: u64 = 250;
const GRACE: Duration = Duration::from_secs(120);
/// A permit ends after this without a booking.
const PERMIT_MS: u64 = 20 * 60 * 1000;
/// Commands of one booking: enter, register, verify, hold, confirm.
const STAGES: u32 = 5;
/// The stage that takes the places.
const HOLD: u32 = 3;
/// Who finds every permit in use tries again after so long.
const RETRY_MS: u64 = 10_000;

/// How the people of a day are.
#[derive(Clone, Copy)]
pub struct People {
    /// Share of the called that come within minutes.
    pub come: f64,
    /// Share of the others that come, but long after the grace.
    pub come_late: f64,
    /// Share of those inside that leave without a booking.
    pub leave: f64,
    /// Share that walk away and let the permit run out.
    pub vanish: f64,
    /// Median of a booking.
    pub booking_s: f64,
}

pub const PEOPLE: People = People {
    come: 0.8,
    come_late: 0.2,
    leave: 0.07,
    vanish: 0.03,
    booking_s: 240.0,
};

/// The machine behind the queue: a batch takes `commit_ms + command_ms · commands`, times `slow`.
#[derive(Clone, Copy)]
pub struct Machine {
    pub commit_ms: f64,
    pub command_ms: f64,
    pub slow: f64,
}

/// One line with its supply.
pub struct Line {
    pub waiting: u32,
    pub supply_free: u32,
    pub called: u32,
    pub booked: u32,
    inside: u32,
    choosing: u32,
    expected: Called,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Tick,
    Comes(Ticket),
    Wants(Ticket, u32),
    /// The batch of this number, unless it was begun anew at another speed.
    BatchDone(u32),
    Leaves(Ticket, bool),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ticket {
    line: usize,
    position: u32,
}

/// What a tick saw.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub at_s: f64,
    pub in_use: u32,
    pub target: u32,
}

pub struct Day {
    machine: Machine,
    pub lines: Vec<Line>,
    pub seen: Vec<Seen>,
    /// How often somebody who was called found every permit in use, and how many entered.
    pub refused: u32,
    pub entered: u32,
    /// Permits in use at once at the most.
    pub in_use_max: u32,
    /// Called tickets that came within the grace and found nothing left.
    pub came_for_nothing: u32,
    /// At any call: those who may still come or choose in its line, less the series that are left.
    pub beyond_supply: i64,
    people: People,
    chance: Chance,
    target: Target,
    arrivals: Arrivals,
    turnover: Turnover,
    freed: u32,
    now_ms: u64,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
    queue: Vec<(u64, Ticket, u32)>,
    batch: Vec<(Ticket, u32)>,
    batch_no: u32,
    batch_ends_ms: u64,
    least_ms: Option<f64>,
}

impl Day {
    pub fn new(seed: u64, bounds: Bounds, machine: Machine, people: People, lines: &[(u32, u32)]) -> Self {
        let line = |&(waiting, supply_free): &(u32, u32)| Line {
            waiting,
            supply_free,
            called: 0,
            booked: 0,
            inside: 0,
            choosing: 0,
            expected: Called::up_to(0),
        };
        let mut day = Self {
            machine,
            lines: lines.iter().map(line).collect(),
            seen: Vec::new(),
            refused: 0,
            entered: 0,
            in_use_max: 0,
            came_for_nothing: 0,
            beyond_supply: i64::MIN,
            people,
            chance: Chance::seeded(seed),
            target: Target::new(bounds, moment(0)),
            arrivals: Arrivals::new(GRACE),
            turnover: Turnover::new(moment(0)),
            freed: 0,
            now_ms: 0,
            events: BinaryHeap::new(),
            order: 0,
            queue: Vec::new(),
            batch: Vec::new(),
            batch_no: 0,
            batch_ends_ms: 0,
            least_ms: None,
        };
        day.at(0, Event::Tick);
        day
    }

    /// Lets the day go on until this second.
    pub fn run_until(&mut self, second: u64) {
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            if at > second * 1000 {
                self.at(at, event);
                return;
            }
            self.now_ms = at;
            match event {
                Event::Tick => self.tick(),
                Event::Comes(ticket) => self.want(ticket, 0),
                Event::Wants(ticket, stage) => self.want(ticket, stage),
                Event::BatchDone(no) if no == self.batch_no => self.batch_done(),
                Event::BatchDone(_) => {}
                Event::Leaves(ticket, holding) => self.end(ticket, holding),
            }
        }
    }

    /// From now on the machine is so many times slower than it should be.
    pub fn slow_down(&mut self, times: f64) {
        if !self.batch.is_empty() {
            let left_ms = self.batch_ends_ms.saturating_sub(self.now_ms) as f64;
            self.batch_runs_for(left_ms * times / self.machine.slow);
        }
        self.machine.slow = times;
    }

    pub fn in_use(&self) -> u32 {
        self.lines.iter().map(|line| line.inside).sum()
    }

    pub fn target(&self) -> u32 {
        self.target.permits()
    }

    fn at(&mut self, at_ms: u64, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at_ms, self.order, event)));
    }

    /// What `leader.rs` does.
    fn tick(&mut self) {
        let now = moment(self.now_ms);
        for line in &mut self.lines {
            line.expected.advance(now, &mut self.arrivals);
        }
        let chances = self.arrivals.chances();
        self.turnover.record(now, std::mem::take(&mut self.freed));
        let pools: Vec<PoolLoad> = (0..)
            .zip(&self.lines)
            .map(|(no, line)| PoolLoad {
                line: LineNo(no),
                waiting: line.waiting,
                inside: line.inside,
                expected: line.expected.expected(),
                claimed: line.expected.claimed(&chances).round() as u32,
                supply_free: line.supply_free,
                undecided_persons: line.choosing,
                party: MeanParty::ALONE,
            })
            .collect();
        // A batch that does not end presses too, as in the store's gauge.
        let running = self.queue.first().map(|(at, ..)| (self.now_ms - at) as f64 / 2.0);
        let least = self.least_ms.take().or(running);
        let used = pools.iter().map(PoolLoad::permits).sum();
        self.target
            .step(now, least.map(|ms| Duration::from_secs_f64(ms / 1000.0)), used);
        self.seen.push(Seen {
            at_s: self.now_ms as f64 / 1000.0,
            in_use: self.in_use(),
            target: self.target(),
        });
        let calls = calls_to_make(&Load {
            permits: self.target(),
            freed_soon: self.turnover.freed_soon(&chances, self.in_use()),
            claim_of_call: chances.of_call(),
            pools: &pools,
        });
        for (line, calls) in calls {
            self.call(usize::from(line.0), calls);
        }
        self.at(self.now_ms + TICK_MS, Event::Tick);
    }

    fn call(&mut self, no: usize, calls: u32) {
        let line = &mut self.lines[no];
        let begin = line.called;
        line.called += calls;
        line.waiting -= calls;
        line.expected.call(moment(self.now_ms), line.called);
        let spoken_for = i64::from(line.choosing) + i64::from(line.expected.expected());
        self.beyond_supply = self.beyond_supply.max(spoken_for - i64::from(line.supply_free));
        for position in begin..begin + calls {
            let ticket = Ticket { line: no, position };
            let after_s = if self.chance.happens(self.people.come) {
                self.chance.lognormal(20.0, 0.8)
            } else if self.chance.happens(self.people.come_late) {
                self.chance.lognormal(900.0, 0.5)
            } else {
                continue;
            };
            self.at(self.now_ms + (after_s * 1000.0) as u64, Event::Comes(ticket));
        }
    }

    /// A command is queued; the machine starts at once if it has nothing to do.
    fn want(&mut self, ticket: Ticket, stage: u32) {
        self.queue.push((self.now_ms, ticket, stage));
        if self.batch.is_empty() {
            self.begin_batch();
        }
    }

    fn begin_batch(&mut self) {
        if self.queue.is_empty() {
            return;
        }
        let commands = self.queue.len() as f64;
        let waited: u64 = self.queue.iter().map(|(at, ..)| self.now_ms - at).sum();
        let mean = waited as f64 / commands;
        self.least_ms = Some(self.least_ms.map_or(mean, |least| least.min(mean)));
        self.batch = self.queue.drain(..).map(|(_, ticket, stage)| (ticket, stage)).collect();
        let machine = self.machine;
        let takes_ms = (machine.commit_ms + machine.command_ms * commands) * machine.slow;
        self.batch_runs_for(takes_ms);
    }

    fn batch_runs_for(&mut self, takes_ms: f64) {
        self.batch_no += 1;
        self.batch_ends_ms = self.now_ms + takes_ms.max(1.0) as u64;
        self.at(self.batch_ends_ms, Event::BatchDone(self.batch_no));
    }

    fn batch_done(&mut self) {
        for (ticket, stage) in std::mem::take(&mut self.batch) {
            self.done(ticket, stage);
        }
        self.begin_batch();
    }

    fn done(&mut self, ticket: Ticket, stage: u32) {
        if stage == 0 {
            self.enter(ticket);
            return;
        }
        if stage == HOLD {
            let line = &mut self.lines[ticket.line];
            line.supply_free -= 1;
            line.choosing -= 1;
        }
        if stage + 1 < STAGES {
            self.go_on(ticket, stage);
        } else {
            self.lines[ticket.line].booked += 1;
            self.lines[ticket.line].inside -= 1;
            self.freed += 1;
        }
    }

    fn enter(&mut self, ticket: Ticket) {
        let now = moment(self.now_ms);
        let (in_use, target) = (self.in_use(), self.target());
        let line = &mut self.lines[ticket.line];
        if line.choosing >= line.supply_free {
            self.came_for_nothing += u32::from(ticket.position >= line.expected.before_grace());
            return;
        }
        if in_use >= target {
            line.expected.refused(now, ticket.position);
            self.refused += 1;
            self.at(self.now_ms + RETRY_MS, Event::Comes(ticket));
            return;
        }
        line.expected.entered(ticket.position);
        line.inside += 1;
        line.choosing += 1;
        self.entered += 1;
        self.in_use_max = self.in_use_max.max(in_use + 1);
        if self.chance.happens(self.people.vanish) {
            self.at(self.now_ms + PERMIT_MS, Event::Leaves(ticket, false));
        } else if self.chance.happens(self.people.leave) {
            let after_s = self.chance.lognormal(90.0, 0.7);
            self.at(self.now_ms + (after_s * 1000.0) as u64, Event::Leaves(ticket, false));
        } else {
            self.go_on(ticket, 0);
        }
    }

    fn go_on(&mut self, ticket: Ticket, stage: u32) {
        let after_s = self
            .chance
            .lognormal(self.people.booking_s / f64::from(STAGES - 1), 0.8);
        self.at(self.now_ms + (after_s * 1000.0) as u64, Event::Wants(ticket, stage + 1));
    }

    fn end(&mut self, ticket: Ticket, holding: bool) {
        let line = &mut self.lines[ticket.line];
        line.inside -= 1;
        self.freed += 1;
        if !holding {
            line.choosing -= 1;
        }
    }
}

/// A moment of the simulated day.
pub fn moment(ms: u64) -> Timestamp {
    const EIGHT_O_CLOCK: Timestamp = Timestamp::constant(1_610_434_800, 0);
    EIGHT_O_CLOCK + Duration::from_millis(ms)
}
