//! Who comes next.

use std::sync::Arc;

use super::person::Person;
use crate::chance::Chance;
use crate::pace::{Micros, Pace};
use crate::scenario::{Door, People, Scenario};

/// Which part of the crowd a thread looks after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// This thread, from 0.
    pub index: u32,
    /// Of so many.
    pub of: u32,
}

/// One group of people, those of one thread, in the order in which they come.
#[derive(Clone, Debug)]
pub struct Arrivals {
    group: usize,
    /// The number of the group's first person; each has room for its relatives.
    base: u64,
    count: u32,
    next: u32,
    step: u32,
    seed: u64,
}

impl Arrivals {
    /// All groups of a scenario, for a crowd of this size.
    pub fn of(scenario: &Scenario, scale: f64, seed: u64, share: Share) -> Vec<Self> {
        let mut base = 0;
        let mut all = Vec::with_capacity(scenario.people.len());
        for (group, people) in scenario.people.iter().enumerate() {
            let count = scaled(people.count.0, scale);
            all.push(Self {
                group,
                base,
                count,
                next: share.index,
                step: share.of,
                seed,
            });
            base += u64::from(count) * u64::from(people.relatives.0);
        }
        all
    }

    /// When the next one comes. None when all have.
    pub fn next_at(&self, people: &People, pace: &Pace) -> Option<Micros> {
        if self.next >= self.count {
            return None;
        }
        let within = Chance::of(self.seed, self.base + u64::from(self.next)).unit();
        let share = (f64::from(self.next) + within) / f64::from(self.count);
        Some(pace.moment(people.arrive.moment_s(share)))
    }

    /// The next one, with the relatives they book for and the windows they open: each a person of its own.
    pub fn take(&mut self, people: &People) -> Vec<Person> {
        let relatives = u64::from(people.relatives.0);
        let first = self.base + u64::from(self.next) * relatives;
        self.next += self.step;
        let mut together = Vec::new();
        for number in first..first + relatives {
            together.push(Person::new(self.group, people, number, first, self.seed));
        }
        for _ in 1..people.tabs.0 {
            together.push(Person::window(self.group, first, self.seed));
        }
        together
    }
}

/// Who of a crowd calls, found by their number.
#[derive(Clone, Debug)]
pub struct Callers {
    scenario: Arc<Scenario>,
    seed: u64,
    /// Groups that call: the number of their first one, how many they are, and which group.
    groups: Vec<(u64, u64, usize)>,
}

impl Callers {
    /// Those of a scenario, for a crowd of this size.
    pub fn of(scenario: &Arc<Scenario>, scale: f64, seed: u64) -> Self {
        let all = Arrivals::of(scenario, scale, seed, Share { index: 0, of: 1 });
        let groups = all.iter().zip(&scenario.people);
        let groups = groups.filter(|(_, people)| people.door == Door::Phone);
        let groups = groups.map(|(arrivals, people)| {
            let many = u64::from(arrivals.count) * u64::from(people.relatives.0);
            (arrivals.base, many, arrivals.group)
        });
        Self {
            scenario: scenario.clone(),
            seed,
            groups: groups.collect(),
        }
    }

    /// For how many persons the one of this number calls; none if nobody of them has it.
    pub fn persons(&self, number: u64) -> Option<u8> {
        let of = |(first, many, _): &&(u64, u64, usize)| (*first..first + many).contains(&number);
        let (_, _, group) = self.groups.iter().find(of)?;
        let people = &self.scenario.people[*group];
        Some(Person::new(*group, people, number, number, self.seed).persons())
    }
}

/// A count for a crowd of another size; somebody comes of every group.
pub fn scaled(count: u32, scale: f64) -> u32 {
    if count == 0 {
        return 0;
    }
    ((f64::from(count) * scale).round() as u32).max(1)
}
