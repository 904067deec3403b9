//! Opening, resting, closing; what arrives.

use std::net::{IpAddr, Ipv4Addr};

use mio::{Interest, Token};

use super::connection::{Asking, Connection, Owner, Progress};
use super::{ANSWER_TIMEOUT, Thread};
use crate::crowd::heard::{Answer, NO_ANSWER};
use crate::pace::Micros;
use crate::tally::Outcome;

/// The first address that anybody comes from, 127.1.0.0, and how many there are up to 127.255.255.255.
const FIRST_SOURCE: u32 = 0x7f01_0000;
const SOURCES: u64 = 0x00ff_0000;

impl Thread {
    /// Opens a connection from an address of its device's own. None if the system gives none.
    pub(super) fn open(&mut self, owner: Owner, device: u64, with_staff: bool) -> Option<usize> {
        let now = self.now();
        let target = match &self.order.staff {
            Some(staff) if with_staff => staff.target.address,
            _ => self.order.target,
        };
        let loopback = matches!(target.ip(), IpAddr::V4(address) if address.is_loopback());
        let source = loopback.then(|| Ipv4Addr::from(FIRST_SOURCE + (device % SOURCES) as u32));
        let mut connection = Connection::open(target, source, owner, now).ok()?;
        let entry = self.connections.vacant_entry();
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registered = self
            .poll
            .registry()
            .register(&mut connection.stream, Token(entry.key()), interest);
        registered.ok()?;
        self.tally.opened();
        let key = entry.key();
        entry.insert(connection);
        Some(key)
    }

    /// Closes a connection.
    pub(super) fn close(&mut self, key: usize) {
        let Some(connection) = self.connections.try_remove(key) else {
            return;
        };
        match connection.owner {
            Owner::Person(person) => {
                if let Some(present) = self
                    .people
                    .get_mut(person)
                    .filter(|present| present.connection == Some(key))
                {
                    present.connection = None;
                }
            }
            Owner::Stream(index) => self.flows[index].forget(key),
        }
    }

    /// A person's connection has nothing to do for a while.
    pub(super) fn rest(&mut self, key: usize) {
        let Some(connection) = self
            .connections
            .get(key)
            .filter(|connection| connection.asking.is_none())
        else {
            return;
        };
        if let Some((person, kind, intended)) = self.queue.pop_front() {
            // Somebody waits for room: as a browser that has too many, the one that rests goes.
            self.close(key);
            self.ask_for(person, kind, intended);
            return;
        }
        self.resting.push_back((key, connection.used_at));
    }

    /// Makes sure that one more connection may be opened, at the cost of the one that has rested longest.
    pub(super) fn make_room(&mut self) -> bool {
        while self.connections.len() >= self.order.connections_max {
            let Some((key, since)) = self.resting.pop_front() else {
                return false;
            };
            if self.rests_since(key, since) {
                self.close(key);
            }
        }
        true
    }

    fn rests_since(&self, key: usize, since: Micros) -> bool {
        let connection = self.connections.get(key);
        connection.is_some_and(|connection| connection.asking.is_none() && connection.used_at == since)
    }

    /// Closes what has rested for as long as browsers keep it, and gives up what was never answered.
    pub(super) fn close_the_silent(&mut self, now: Micros) {
        let keep = self.order.scenario.keeps_connections.0.unsigned_abs() * 1_000;
        while let Some((key, since)) = self.resting.front().copied().filter(|(_, since)| since + keep <= now) {
            self.resting.pop_front();
            if self.rests_since(key, since) {
                self.close(key);
            }
        }
        let given_up =
            |connection: &Connection| connection.asking.is_some() && connection.used_at + ANSWER_TIMEOUT <= now;
        let silent: Vec<usize> = self
            .connections
            .iter()
            .filter(|(_, one)| given_up(one))
            .map(|(key, _)| key)
            .collect();
        for key in silent {
            self.lose(key, true);
        }
        while let Some((person, kind, intended)) = self.queue.pop_front() {
            if !self.make_room() {
                self.queue.push_front((person, kind, intended));
                break;
            }
            self.ask_for(person, kind, intended);
        }
    }

    /// The system says that something can be written, or read.
    pub(super) fn attend(&mut self, key: usize, readable: bool) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        if !connection.is_flushed() && connection.flush().is_err() {
            self.lose(key, false);
            return;
        }
        if !readable {
            return;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        match connection.read(&mut buffer) {
            Progress::Waits => {}
            Progress::Gone(begun) => self.lose(key, begun),
            Progress::Answered(whole) => {
                let parts = connection.take_begun();
                let bytes = if parts.is_empty() { &buffer[..] } else { &parts[..] };
                let body = &bytes[whole.body_from..whole.ends];
                let answer = Answer {
                    status: whole.status,
                    head: &bytes[..whole.body_from],
                    body,
                };
                self.answered(key, &answer, whole.keep);
            }
        }
        self.buffer = buffer;
    }

    fn answered(&mut self, key: usize, answer: &Answer<'_>, keep: bool) {
        let now = self.now();
        let connection = &mut self.connections[key];
        let owner = connection.owner;
        connection.used_at = now;
        // An answer that nobody asked for is the end of a connection.
        let Some(asking) = connection.asking.take() else {
            self.close(key);
            return;
        };
        self.tally
            .answered(asking.kind, Outcome::of_status(answer.status), asking.intended, now);
        if !keep {
            self.close(key);
        }
        match owner {
            Owner::Person(person) => self.heard(person, asking.intended, answer),
            Owner::Stream(index) => self.flowed(index, keep.then_some(key), asking.kind, answer),
        }
    }

    /// A connection is lost. What was asked on it is asked again, as browsers do, where the service had closed it
    /// before the question came; else there is no answer.
    fn lose(&mut self, key: usize, begun: bool) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let (owner, asking) = (connection.owner, connection.asking.take());
        self.close(key);
        let Some(Asking { kind, intended, reused }) = asking else {
            return;
        };
        if reused && !begun {
            match owner {
                Owner::Person(person) => self.ask_for(person, kind, intended),
                Owner::Stream(index) => self.flow_again(index, intended),
            }
            return;
        }
        let now = self.now();
        self.tally.answered(kind, Outcome::NoAnswer, intended, now);
        match owner {
            Owner::Person(person) => self.heard(person, intended, &NO_ANSWER),
            Owner::Stream(index) => self.flowed(index, None, kind, &NO_ANSWER),
        }
    }
}
