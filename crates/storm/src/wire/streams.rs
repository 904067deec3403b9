//! Requests that come at a rate, whatever becomes of them.

use std::collections::VecDeque;

use super::connection::Owner;
use super::{BATCH, Order, Thread};
use crate::chance::Chance;
use crate::crowd::heard::Answer;
use crate::kind::Kind;
use crate::pace::{Micros, Pace};
use crate::scenario::{Stream, StreamedKind};

/// A stream on its way.
pub(super) struct Flow {
    count: u64,
    next: u64,
    step: u64,
    next_at: Option<Micros>,
    /// Connections that wait for something to ask.
    pub idle: VecDeque<usize>,
    pub open: u32,
    open_max: u32,
    /// Requests that are due and have no connection yet.
    waiting: VecDeque<Micros>,
    under_way: u32,
    chance: Chance,
    /// A number of its own for each registration and each connection.
    numbers: u64,
}

/// Requests that may wait for a connection; further ones are given up, and counted.
const WAITING_MAX: usize = 200_000;
/// Where the numbers of streams begin: far from those of people.
const NUMBERS_FROM: u64 = 1 << 40;

impl Flow {
    /// The streams of a thread.
    pub(super) fn all(order: &Order) -> Vec<Self> {
        let streams = order.scenario.streams.iter().zip(0_u64..);
        streams.map(|(stream, index)| Self::new(order, stream, index)).collect()
    }

    fn new(order: &Order, stream: &Stream, index: u64) -> Self {
        let share = order.share;
        let mut flow = Self {
            count: (stream.rate.area() * order.scale).round() as u64,
            next: u64::from(share.index),
            step: u64::from(share.of),
            next_at: None,
            idle: VecDeque::new(),
            open: 0,
            open_max: u32::from(stream.connections.0).div_ceil(share.of),
            waiting: VecDeque::new(),
            under_way: 0,
            chance: Chance::of(order.seed, NUMBERS_FROM + index),
            numbers: NUMBERS_FROM + (index << 32) + (u64::from(share.index) << 28),
        };
        flow.next_at = flow.moment(stream, &order.pace);
        flow
    }

    fn moment(&self, stream: &Stream, pace: &Pace) -> Option<Micros> {
        let share = (self.next as f64 + 0.5) / self.count as f64;
        (self.next < self.count).then(|| pace.moment(stream.rate.moment_s(share)))
    }

    /// When the next one is due.
    pub(super) fn next_at(&self) -> Option<Micros> {
        self.next_at
    }

    /// Whether all were sent and answered.
    pub(super) fn is_over(&self) -> bool {
        self.next_at.is_none() && self.waiting.is_empty() && self.under_way == 0
    }

    /// A connection is closed.
    pub(super) fn forget(&mut self, connection: usize) {
        self.open = self.open.saturating_sub(1);
        if let Some(place) = self.idle.iter().position(|idle| *idle == connection) {
            self.idle.remove(place);
        }
    }
}

impl Thread {
    /// Sends what is due. Whether there is more.
    pub(super) fn let_flow(&mut self, now: Micros) -> bool {
        let mut more = false;
        for index in 0..self.flows.len() {
            for round in 0.. {
                let Some(at) = self.flows[index].next_at.filter(|at| *at <= now) else {
                    break;
                };
                if round == BATCH {
                    more = true;
                    break;
                }
                let flow = &mut self.flows[index];
                flow.next += flow.step;
                flow.next_at = flow.moment(&self.site.scenario.streams[index], &self.order.pace);
                self.flow(index, at);
            }
        }
        more
    }

    /// A stream's request was never read by the service, and is sent once more.
    pub(super) fn flow_again(&mut self, index: usize, intended: Micros) {
        let flow = &mut self.flows[index];
        flow.under_way = flow.under_way.saturating_sub(1);
        self.flow(index, intended);
    }

    /// One request of a stream is due.
    fn flow(&mut self, index: usize, intended: Micros) {
        while let Some(connection) = self.flows[index].idle.pop_front() {
            if self.send_for(index, connection, intended) {
                return;
            }
            self.close(connection);
        }
        let flow = &self.flows[index];
        if flow.open < flow.open_max && self.make_room() {
            let flow = &mut self.flows[index];
            flow.numbers += 1;
            let number = flow.numbers;
            if let Some(connection) = self.open(Owner::Stream(index), number, false) {
                self.flows[index].open += 1;
                if self.send_for(index, connection, intended) {
                    return;
                }
                self.close(connection);
            }
            let (now, kind) = (self.now(), self.site.scenario.streams[index].asks.kind());
            self.tally.sent(kind, intended, now);
            self.tally
                .answered(kind, crate::tally::Outcome::NoAnswer, intended, now);
            return;
        }
        let flow = &mut self.flows[index];
        if flow.waiting.len() < WAITING_MAX {
            flow.waiting.push_back(intended);
        } else {
            self.tally.not_sent();
        }
    }

    /// Sends a stream's request. Whether it could be.
    fn send_for(&mut self, index: usize, connection: usize, intended: Micros) -> bool {
        let now = self.now();
        let (flow, stationery) = (&mut self.flows[index], &self.order.stationery);
        let asks = self.site.scenario.streams[index].asks;
        flow.numbers += 1;
        let number = flow.numbers;
        let ticket = flow.chance.below(self.tickets.len());
        let ticket = self.tickets.get(ticket);
        let kind = match (asks, ticket) {
            (StreamedKind::Poll, None) => Kind::Join,
            (asks, _) => asks.kind(),
        };
        let (low, high) = (flow.chance.number(), flow.chance.number());
        let asked =
            self.connections[connection].ask(kind, intended, now, &mut self.letter, |out| match (kind, ticket) {
                (Kind::Poll, Some(ticket)) => stationery.write_get(&["/api/v1/line/", ticket], "", out),
                (Kind::Join, _) => stationery.write_join(number, 1, out),
                (Kind::Register, _) => {
                    let key = u128::from(low) << 64 | u128::from(high);
                    stationery.write_registration(number, 1, true, key, out);
                }
                (Kind::Availability, _) => stationery.write_availability(number, out),
                (Kind::Page, _) => stationery.write_get(&["/"], "", out),
                _ => stationery.write_get(&["/line.json"], "", out),
            });
        if asked.is_ok() {
            flow.under_way += 1;
            self.tally.sent(kind, intended, now);
            self.sent += 1;
        }
        asked.is_ok()
    }

    /// A stream's request was answered, or never will be.
    pub(super) fn flowed(&mut self, index: usize, connection: Option<usize>, kind: Kind, answer: &Answer<'_>) {
        if kind == Kind::Join
            && self.tickets.is_empty()
            && let Some(ticket) = answer.fields().ticket
        {
            self.tickets.push(ticket.into());
        }
        let flow = &mut self.flows[index];
        flow.under_way = flow.under_way.saturating_sub(1);
        let goes = flow.chance.happens(self.site.scenario.streams[index].fresh.0);
        match connection {
            Some(connection) if goes => self.close(connection),
            Some(connection) => self.flows[index].idle.push_back(connection),
            None => {}
        }
        if let Some(intended) = self.flows[index].waiting.pop_front() {
            self.flow(index, intended);
        }
    }
}
