//! The generator: one thread, one loop over non-blocking sockets, no task and no channel between a person and their
//! connection (`docs/decisions/0022-the-generator.md`).
//!
//! It is an open loop: when something is asked is decided by the scenario and the clock, and a latency counts from
//! that moment, whatever the generator, the connection or the service were doing then.

pub mod answer;
mod connection;
mod people;
mod sockets;
mod streams;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io;
use std::iter::StepBy;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use mio::{Events, Poll};
use slab::Slab;

use crate::codes::Phones;
use crate::crowd::agent::Office;
use crate::crowd::arrivals::{Arrivals, Callers, Share};
use crate::crowd::letters::Stationery;
use crate::crowd::notes::Notes;
use crate::crowd::person::{Desk, World};
use crate::kind::Kind;
use crate::pace::{Micros, Pace};
use crate::scenario::Scenario;
use crate::staff::{Directory, StaffSide, Switchboard};
use crate::tally::{Closing, Second, Tally};
use connection::Connection;
use people::Present;
use streams::Flow;

/// Tells the time since some moment, by a clock that nobody sets.
pub type Clock = fn() -> Duration;

/// What a thread is to do.
#[derive(Clone)]
pub struct Order {
    /// The day.
    pub scenario: Arc<Scenario>,
    /// What people write.
    pub stationery: Arc<Stationery>,
    /// How fast time goes.
    pub pace: Pace,
    /// The size of the crowd.
    pub scale: f64,
    /// Which crowd.
    pub seed: u64,
    /// The thread's part of it.
    pub share: Share,
    /// The service.
    pub target: SocketAddr,
    /// Its staff side, where callers and agents come in; none: callers use the calls of the portal.
    pub staff: Option<Arc<StaffSide>>,
    /// What threads tell each other of those who call.
    pub switchboard: Arc<Switchboard>,
    /// The service's time at the start of the replay, in seconds since 1970.
    pub served_since_s: i64,
    /// Connections open at once, of this thread.
    pub connections_max: usize,
    /// Requests sent at most, of this thread.
    pub requests_max: u64,
    /// Where codes arrive.
    pub phones: Phones,
    /// Tells the time.
    pub clock: Clock,
    /// The start of the replay by that clock.
    pub started: Duration,
    /// Set when it is to end early.
    pub stop: Arc<AtomicBool>,
}

/// Events taken from the system at once.
const EVENTS_MAX: usize = 1_024;
/// Requests sent between two looks at what has arrived.
const BATCH: usize = 256;
/// The longest sleep: whether to stop is looked at so often.
const SLEEP_MAX: Duration = Duration::from_millis(100);
/// Bytes read at once; an answer of the contract is shorter.
const BUFFER_BYTES: usize = 64 * 1_024;
/// How long anybody waits for an answer.
pub const ANSWER_TIMEOUT: Micros = 30_000_000;
const SECOND: Micros = 1_000_000;
/// Once all others are done, agents stay for as long as one of them was on a call in the last minute, or logged in.
const AGENTS_STAY: Micros = 60 * SECOND;

/// What a person's world is made of, apart from the people themselves.
struct Site {
    scenario: Arc<Scenario>,
    pace: Pace,
    desk: Desk,
    notes: Notes,
    phones: Phones,
}

impl Site {
    fn world(&mut self, group: usize, now: Micros) -> World<'_> {
        World {
            people: &self.scenario.people[group],
            pace: &self.pace,
            desk: &mut self.desk,
            notes: &mut self.notes,
            codes: &self.phones,
            now,
        }
    }

    fn office<'a>(&'a mut self, callers: &'a Directory, now: Micros) -> Office<'a> {
        Office {
            pace: &self.pace,
            desk: &mut self.desk,
            notes: &mut self.notes,
            callers,
            now,
        }
    }
}

/// One thread of the generator.
struct Thread {
    order: Order,
    site: Site,
    poll: Poll,
    buffer: Vec<u8>,
    /// Where requests are written before they are sent.
    letter: Vec<u8>,
    connections: Slab<Connection>,
    /// Connections that rest, the longest first; an entry counts while the connection was not used since.
    resting: VecDeque<(usize, Micros)>,
    people: Slab<Present>,
    /// Whose time comes when.
    due: BinaryHeap<Reverse<(Micros, usize)>>,
    arrivals: Vec<(Arrivals, Option<Micros>)>,
    flows: Vec<Flow>,
    /// People for whom there is no connection now: who, what, when it should have been.
    queue: VecDeque<(usize, Kind, Micros)>,
    /// Tickets that streams ask about.
    tickets: Vec<Box<str>>,
    tally: Tally,
    sent: u64,
    second: u32,
    /// Accounts of agents who are still to log in.
    accounts: StepBy<Range<usize>>,
    /// Whether the next one may.
    agents_next: bool,
    /// Agents among the people.
    agents_here: usize,
    directory: Directory,
    switchboard: Arc<Switchboard>,
    /// Whether everybody but the agents is done.
    only_agents: bool,
}

/// Goes through a thread's part of a replay; tells each second when it is over.
///
/// # Errors
/// The system has no way to wait for sockets.
pub fn run(order: Order, index: u32, seconds: &Sender<(u32, Second)>) -> io::Result<()> {
    let mut thread = Thread::new(order)?;
    let mut events = Events::with_capacity(EVENTS_MAX);
    loop {
        let now = thread.now();
        thread.end_seconds(now, index, seconds);
        if thread.is_over(now) {
            break;
        }
        thread.let_log_in(now);
        let more = thread.let_come(now) | thread.let_act(now) | thread.let_flow(now);
        let sleep = if more { Duration::ZERO } else { thread.sleep() };
        match thread.poll.poll(&mut events, Some(sleep)) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        for event in &events {
            thread.attend(
                event.token().0,
                event.is_readable() || event.is_read_closed() || event.is_error(),
            );
        }
    }
    let closing = thread.closing();
    // Who no longer listens does not want to know.
    let _ = seconds.send((index, thread.tally.close(closing)));
    Ok(())
}

impl Thread {
    fn new(order: Order) -> io::Result<Self> {
        let scenario = order.scenario.clone();
        let agents = scenario.hotline.as_ref().map_or(0, |hotline| hotline.agents.0);
        let agents = crate::crowd::arrivals::scaled(agents, order.scale);
        let accounts = order.staff.as_ref().map_or(0, |staff| staff.accounts.len());
        let all_agents = accounts.min(agents as usize);
        let agents = if order.staff.is_some() {
            all_agents as u32
        } else {
            agents
        };
        let agents = agents / order.share.of + u32::from(order.share.index < agents % order.share.of);
        let switchboard = order.switchboard.clone();
        let arrivals = Arrivals::of(&scenario, order.scale, order.seed, order.share);
        let arrivals = arrivals.into_iter().zip(&scenario.people);
        let arrivals = arrivals.map(|(arrivals, people)| {
            let first = arrivals.next_at(people, &order.pace);
            (arrivals, first)
        });
        let first = order.share.index as usize;
        Ok(Self {
            accounts: (first.min(all_agents)..all_agents).step_by(order.share.of as usize),
            agents_next: true,
            agents_here: 0,
            directory: Directory {
                callers: Callers::of(&scenario, order.scale, order.seed),
                switchboard: switchboard.clone(),
            },
            switchboard,
            only_agents: false,
            arrivals: arrivals.collect(),
            flows: Flow::all(&order),
            site: Site {
                pace: order.pace,
                desk: Desk::of(scenario.hotline.as_ref(), agents, order.staff.is_some()),
                notes: Notes::default(),
                phones: order.phones.clone(),
                scenario,
            },
            order,
            poll: Poll::new()?,
            buffer: vec![0; BUFFER_BYTES],
            letter: Vec::new(),
            connections: Slab::new(),
            resting: VecDeque::new(),
            people: Slab::new(),
            due: BinaryHeap::new(),
            queue: VecDeque::new(),
            tickets: Vec::new(),
            tally: Tally::default(),
            sent: 0,
            second: 0,
        })
    }

    fn now(&self) -> Micros {
        let since = (self.order.clock)().saturating_sub(self.order.started);
        since.as_micros() as Micros
    }

    /// Everybody has come and is done, or the scenario has ended, or somebody wants it to.
    fn is_over(&mut self, now: Micros) -> bool {
        let nobody = self.people.len() == self.agents_here
            && self.arrivals.iter().all(|(_, next)| next.is_none())
            && self.flows.iter().all(Flow::is_over);
        if nobody && !self.only_agents {
            self.only_agents = true;
            self.switchboard.coming.fetch_sub(1, Ordering::Relaxed);
            self.switchboard.spoke_at.fetch_max(now, Ordering::Relaxed);
        }
        nobody && (self.agents_here == 0 || self.nobody_is_rung_up(now))
            || now >= self.order.pace.moment(self.order.scenario.ends.0 as f64 / 1_000.0)
            || self.sent >= self.order.requests_max
            || self.order.stop.load(Ordering::Relaxed)
    }

    /// Whether no caller waits for an agent any more, or none of them has had their turn for a while.
    fn nobody_is_rung_up(&self, now: Micros) -> bool {
        let board = &self.switchboard;
        let spoke_at = board.spoke_at.load(Ordering::Relaxed);
        board.coming.load(Ordering::Relaxed) == 0
            && (board.waiting.load(Ordering::Relaxed) <= 0 || spoke_at + AGENTS_STAY < now)
    }

    /// Until the next thing is due.
    fn sleep(&self) -> Duration {
        let people = self.due.peek().map(|Reverse((at, _))| *at);
        let arrivals = self.arrivals.iter().filter_map(|(_, next)| *next).min();
        let flows = self.flows.iter().filter_map(Flow::next_at).min();
        let next = [people, arrivals, flows].into_iter().flatten().min();
        let now = self.now();
        next.map_or(SLEEP_MAX, |at| {
            Duration::from_micros(at.saturating_sub(now)).min(SLEEP_MAX)
        })
    }

    fn end_seconds(&mut self, now: Micros, index: u32, seconds: &Sender<(u32, Second)>) {
        if now < (u64::from(self.second) + 1) * SECOND {
            return;
        }
        let closing = self.closing();
        // Whoever no longer listens has ended the replay.
        let _ = seconds.send((index, self.tally.close(closing)));
        // A second in which the machine was elsewhere is empty, not skipped: its requests are late, and say so.
        self.second = (now / SECOND) as u32;
        self.close_the_silent(now);
    }

    fn closing(&self) -> Closing {
        Closing {
            at_s: self.second,
            notes: self.site.notes,
            connections: self.connections.len() as u32,
            present: (self.people.len() - self.agents_here) as u32,
            agents_busy: self.site.desk.busy,
        }
    }
}
