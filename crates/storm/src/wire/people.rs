//! People and their connections.

use std::cmp::Reverse;
use std::sync::atomic::Ordering;

use super::connection::Owner;
use super::{BATCH, SECOND, Thread};
use crate::crowd::agent::Agent;
use crate::crowd::heard::{Answer, NO_ANSWER};
use crate::crowd::person::{Act, Person, Then};
use crate::kind::Kind;
use crate::pace::Micros;

/// Who acts.
pub(super) enum Actor {
    /// Somebody of the crowd.
    Person(Person),
    /// An agent at the desk.
    Agent(Box<Agent>),
}

/// Somebody who is there.
pub(super) struct Present {
    pub actor: Actor,
    /// Their connection, if they keep one.
    pub connection: Option<usize>,
}

/// Tickets that streams may ask about: more would not spread their polls any better.
const TICKETS_MAX: usize = 100_000;

/// Where agents' addresses begin: far from those of people and streams.
const AGENTS_FROM: u64 = 1 << 41;

impl Actor {
    /// Whose device it is.
    fn device(&self) -> u64 {
        match self {
            Self::Person(person) => person.device,
            Self::Agent(agent) => AGENTS_FROM + agent.account as u64,
        }
    }

    /// Whether the staff side is asked.
    fn is_with_staff(&self) -> bool {
        match self {
            Self::Person(person) => person.is_calling(),
            Self::Agent(_) => true,
        }
    }
}

impl Thread {
    /// Lets those come whose time it is. Whether there are more.
    pub(super) fn let_come(&mut self, now: Micros) -> bool {
        let mut budget = BATCH;
        for place in 0..self.arrivals.len() {
            while let Some(at) = self.arrivals[place].1.filter(|at| *at <= now) {
                if budget == 0 {
                    return true;
                }
                budget -= 1;
                let people = &self.site.scenario.people[place];
                let (arrivals, next) = &mut self.arrivals[place];
                let together = arrivals.take(people);
                *next = arrivals.next_at(people, &self.order.pace);
                for mut person in together {
                    person.arrive(&mut self.site.world(place, now));
                    let key = self.people.insert(Present {
                        actor: Actor::Person(person),
                        connection: None,
                    });
                    self.act(key, at);
                }
            }
        }
        false
    }

    /// Lets the next agent log in: one after the other, for a password takes a service as long as it is to take.
    pub(super) fn let_log_in(&mut self, now: Micros) {
        if !std::mem::take(&mut self.agents_next) {
            return;
        }
        let Some(account) = self.accounts.next() else { return };
        let key = self.people.insert(Present {
            actor: Actor::Agent(Box::new(Agent::new(account, self.order.seed))),
            connection: None,
        });
        self.agents_here += 1;
        self.due.push(Reverse((now, key)));
    }

    /// Lets those act whose time it is. Whether there are more.
    pub(super) fn let_act(&mut self, now: Micros) -> bool {
        for _ in 0..BATCH {
            match self.due.peek() {
                Some(Reverse((at, _))) if *at <= now => {}
                _ => return false,
            }
            if let Some(Reverse((at, key))) = self.due.pop() {
                self.act(key, at);
            }
        }
        true
    }

    /// Somebody's time has come: it was meant to come at `intended`.
    fn act(&mut self, key: usize, intended: Micros) {
        let now = self.now();
        let Some(present) = self.people.get_mut(key) else {
            return;
        };
        let act = match &mut present.actor {
            Actor::Person(person) => person.act(&mut self.site.world(person.group, now)),
            Actor::Agent(agent) => agent.act(),
        };
        match act {
            Act::Rest(micros) => self.due.push(Reverse((now + micros, key))),
            Act::Ask(kind) => self.ask_for(key, kind, intended),
        }
    }

    /// Somebody asks: on the connection they keep, on a new one, or as soon as there is room for one.
    pub(super) fn ask_for(&mut self, key: usize, kind: Kind, intended: Micros) {
        let Some(present) = self.people.get(key) else { return };
        if let Some(connection) = present.connection {
            if self.send_of(connection, key, kind, intended) {
                return;
            }
            self.close(connection);
        }
        if !self.make_room() {
            self.queue.push_back((key, kind, intended));
            return;
        }
        let actor = &self.people[key].actor;
        let (device, with_staff) = (actor.device(), actor.is_with_staff());
        match self.open(Owner::Person(key), device, with_staff) {
            Some(connection) => {
                self.people[key].connection = Some(connection);
                if !self.send_of(connection, key, kind, intended) {
                    self.close(connection);
                    self.not_answered(key, kind, intended);
                }
            }
            None => self.not_answered(key, kind, intended),
        }
    }

    /// Sends somebody's request. Whether it could be.
    fn send_of(&mut self, connection: usize, key: usize, kind: Kind, intended: Micros) -> bool {
        let now = self.now();
        let (order, actor) = (&self.order, &self.people[key].actor);
        let asked = self.connections[connection].ask(kind, intended, now, &mut self.letter, |out| {
            match (actor, &order.staff) {
                (Actor::Agent(agent), Some(staff)) => staff.write_agent(agent, &order.stationery, out),
                (Actor::Person(person), Some(staff)) if kind == Kind::Call => {
                    staff.write_call(
                        person,
                        &order.stationery,
                        order.served_since_s + (now / SECOND) as i64,
                        out,
                    );
                }
                (Actor::Person(person), _) => order.stationery.write(kind, person, out),
                (Actor::Agent(_), None) => {}
            }
        });
        if asked.is_ok() {
            self.tally.sent(kind, intended, now);
            self.sent += 1;
        }
        asked.is_ok()
    }

    fn not_answered(&mut self, key: usize, kind: Kind, intended: Micros) {
        let now = self.now();
        self.tally.sent(kind, intended, now);
        self.tally
            .answered(kind, crate::tally::Outcome::NoAnswer, intended, now);
        self.heard(key, intended, &NO_ANSWER);
    }

    /// Somebody has an answer.
    pub(super) fn heard(&mut self, key: usize, intended: Micros, answer: &Answer<'_>) {
        let now = self.now();
        let Some(present) = self.people.get_mut(key) else {
            return;
        };
        let then = match &mut present.actor {
            Actor::Person(person) => {
                let had_ticket = !person.ticket.is_empty();
                let promised = self.site.notes.promised;
                let then = person.hear(answer, &mut self.site.world(person.group, now));
                if !had_ticket && !person.ticket.is_empty() && self.tickets.len() < TICKETS_MAX {
                    self.tickets.push(person.ticket.clone());
                }
                let promised = self.site.notes.promised - promised;
                self.switchboard.waiting.fetch_add(promised as i64, Ordering::Relaxed);
                then
            }
            Actor::Agent(agent) => {
                let was_outside = agent.is_outside();
                let then = agent.hear(answer, &mut self.site.office(&self.directory, now));
                if agent.caller().is_some() || was_outside {
                    self.switchboard.spoke_at.fetch_max(now, Ordering::Relaxed);
                }
                if was_outside && (then == Then::End || !agent.is_outside()) {
                    self.agents_next = true;
                }
                then
            }
        };
        let connection = present.connection;
        match then {
            // At once, and never from within itself: a service that answers nobody must not fill the stack.
            Then::After(micros) => self.due.push(Reverse((now + micros, key))),
            Then::Every(micros) => self.due.push(Reverse((intended + micros, key))),
            Then::End => {
                if let Some(Present {
                    actor: Actor::Agent(_), ..
                }) = self.people.try_remove(key)
                {
                    self.agents_here -= 1;
                }
                if let Some(connection) = connection {
                    self.close(connection);
                }
                return;
            }
        }
        if let Some(connection) = connection {
            self.rest(connection);
        }
    }
}
