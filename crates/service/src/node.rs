//! One node among others: what it mirrors of what all share, who leads, and what the leader tells.
//!
//! Nodes share nothing but the store. Each reads four times a second how far the lines are and who is inside
//! ([`dran_store::Store::shared`]); one of them leads ([`dran_store::Store::lead`]) and tells the others what it
//! shows itself, and they show the same. So a ticket and a permit are worth the same on every node, and what a
//! visitor is told does not depend on which node is asked.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use dran_core::campaign::CampaignState;
use dran_core::ids::TicketId;
use dran_core::line::admission::MeanParty;
use dran_core::line::standing::{LineSnapshot, LineState};
use dran_store::{Fault, Minute, PermitState, Shared, Term};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::Service;
use crate::lines::LiveLine;
use crate::read_only::Rest;
use crate::told::{Told, ToldLine};

/// What has not changed is told again after this time, so that the others know that somebody leads.
const TELL_AT_LEAST_EVERY: SignedDuration = SignedDuration::from_secs(5);
/// What has changed is told after this time; at once only how a line stands. Calls need no telling: the
/// marks in the store say them.
const TELL_AT_MOST_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// What is shown is stale when nobody has told it again for this long: twice the time within which an
/// unchanged line is told again.
pub(crate) const STALE_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// This node's part.
pub(crate) struct Node {
    leading: watch::Sender<bool>,
    /// The term in which this node led last.
    term: Mutex<Option<Term>>,
    /// What it told last as the leader.
    told: Mutex<Option<Told>>,
    /// When what it shows was worked out, by itself or by the leader, in unix milliseconds.
    as_of_ms: AtomicI64,
    /// The last booking that is known here.
    booked_up_to: AtomicI64,
    /// Whether anybody can book.
    pub(crate) rest: Rest,
    /// What it is called, if it says that it is there.
    pub(crate) name: OnceLock<String>,
}

impl Node {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            leading: watch::Sender::new(false),
            term: Mutex::default(),
            told: Mutex::default(),
            as_of_ms: AtomicI64::new(now.as_millisecond()),
            booked_up_to: AtomicI64::new(0),
            rest: Rest::default(),
            name: OnceLock::new(),
        }
    }
}

impl Service {
    /// Whether this node leads, now and whenever that changes.
    pub fn leading(&self) -> watch::Receiver<bool> {
        self.inner.node.leading.subscribe()
    }

    /// When the lines stood as this node shows them, if that is longer ago than it ever is while somebody leads:
    /// the database is away, or whoever should lead.
    pub fn stale_since(&self) -> Option<Timestamp> {
        let as_of = Timestamp::from_millisecond(self.inner.node.as_of_ms.load(Ordering::Relaxed)).ok()?;
        (self.clock().now().duration_since(as_of) > STALE_AFTER).then_some(as_of)
    }

    pub(crate) fn note_as_of(&self, at: Timestamp) {
        self.inner.node.as_of_ms.store(at.as_millisecond(), Ordering::Relaxed);
    }

    /// Takes in how far the lines are and who is inside. Answers what the leader has told.
    pub(crate) async fn mirror(&self) -> Result<Vec<u8>, Fault> {
        let rest = &self.inner.node.rest;
        rest.look_begins(self.clock().now());
        let looked = self.look().await;
        let read_only_since = looked.as_ref().ok().map(|looked| looked.read_only_since);
        rest.look_ended(self.clock().now(), read_only_since);
        Ok(looked?.told)
    }

    async fn look(&self) -> Result<Shared, Fault> {
        let booked_after = self.inner.node.booked_up_to.load(Ordering::Relaxed);
        let look = self.permits().look();
        let as_of = self.clock().now();
        let shared = self.store().shared(booked_after).await?;
        self.follow_operators(shared.bounds, shared.announcement).await?;
        let lines = self.lines();
        for mark in &shared.lines {
            match lines.get(mark.line) {
                Some(line) => {
                    line.numbers.note_mark(mark.next_number, as_of);
                    line.called_mark.store(mark.called, Ordering::Relaxed);
                }
                // A campaign that was created a moment ago.
                None => self.inner.campaigns_changed.store(true, Ordering::Release),
            }
        }
        let (came, mut gone) = self.permits().mirror(&shared.active, look);
        // Between two looks somebody may have come in and booked at another node.
        let unknown = |ticket: &TicketId| {
            let known = self.permits().get(*ticket);
            known.is_none_or(|known| known.permit.state != PermitState::Booked)
        };
        gone.extend(shared.booked.iter().copied().filter(unknown));
        for ticket in came {
            if let Some(line) = lines.get(ticket.line) {
                line.note_entered(ticket);
            }
        }
        if !gone.is_empty() {
            let look = self.permits().look();
            let permits = self.store().permits_of(gone).await?;
            self.permits().note_looked_up(permits, look);
        }
        self.inner
            .node
            .booked_up_to
            .store(shared.booked_up_to, Ordering::Relaxed);
        Ok(shared)
    }

    /// Takes the lead or keeps it, if this node can.
    pub(crate) async fn take_lead(&self) -> Result<bool, Fault> {
        let term = match self.store().lead().await {
            Ok(term) => term,
            Err(fault) => {
                self.note_leading(false);
                return Err(fault);
            }
        };
        if let Some(term) = term
            && lock(&self.inner.node.term).replace(term) != Some(term)
        {
            self.begin_term().await?;
            tracing::info!(term = term.0, "this node leads");
        }
        self.note_leading(term.is_some());
        Ok(term.is_some())
    }

    pub(crate) fn note_leading(&self, leads: bool) {
        let changed = |leading: &mut bool| std::mem::replace(leading, leads) != leads;
        let changed = self.inner.node.leading.send_if_modified(changed);
        if changed && !leads {
            tracing::warn!("this node does not lead any more");
        }
    }

    /// Goes on where the leader before stopped: from the marks in the store, with what those who wait have
    /// been told.
    async fn begin_term(&self) -> Result<(), Fault> {
        self.refresh_campaigns().await?;
        let now = self.clock().now();
        let lines = self.lines();
        for campaign in &lines.campaigns {
            for (line, marks) in campaign.lines.iter().zip(&campaign.stored.lines) {
                line.take_over(now, marks.called, self.permits().ended_of(line.line));
            }
        }
        *lock(&self.inner.node.told) = None;
        Ok(())
    }

    /// Tells the other nodes how the lines stand here, if that has changed.
    pub(crate) async fn tell(&self) -> Result<(), Fault> {
        let now = self.clock().now();
        let lines = self.lines();
        let live = lines.campaigns.iter().flat_map(|campaign| &campaign.lines);
        let told_line = |line: &Arc<LiveLine>| {
            let waiting_since = line.waiting_since.load().as_deref().copied();
            ToldLine::new(&line.snapshot.load(), line.joined_here(), waiting_since)
        };
        let told = Told {
            at_ms: now.as_millisecond(),
            permits_target: self.permits_target(),
            lines: live.map(told_line).collect(),
        };
        let stands = |before: &Told| {
            let since = before.at().map_or(SignedDuration::MAX, |at| now.duration_since(at));
            let same = before.lines == told.lines && before.permits_target == told.permits_target;
            since < TELL_AT_MOST_EVERY && before.has_states_of(&told) || same && since < TELL_AT_LEAST_EVERY
        };
        if lock(&self.inner.node.told).as_ref().is_some_and(stands) {
            return Ok(());
        }
        self.store().tell(told.to_bytes()).await?;
        *lock(&self.inner.node.told) = Some(told);
        Ok(())
    }

    /// Shows what the leader told.
    pub(crate) fn follow(&self, told: &[u8]) {
        if told.is_empty() {
            return; // nobody has led yet
        }
        let Some(told) = Told::from_bytes(told) else {
            tracing::warn!("what the leader tells cannot be read by this version");
            return;
        };
        let lines = self.lines();
        let mut day = Minute {
            at: self.clock().now(),
            joined: 0,
            called: 0,
            booked: self.permits().booked(),
        };
        let rests = self.rests();
        for campaign in &lines.campaigns {
            for line in &campaign.lines {
                let Some(told) = told.lines.iter().find(|told| told.line() == line.line) else {
                    continue;
                };
                let (Some(state), Some(forecast)) = (told.state(), told.forecast()) else {
                    continue;
                };
                let drawn = line.drawn.get().cloned();
                let open = state == LineState::Open || rests && state == LineState::Paused;
                if (open && drawn.is_none()) || open != (campaign.stored.state == CampaignState::Open) {
                    self.inner.campaigns_changed.store(true, Ordering::Release);
                }
                line.waiting_since.store(told.waiting_since().map(Arc::new));
                line.snapshot.store(Arc::new(LineSnapshot {
                    line: line.line,
                    state,
                    drawn,
                    joined: told.joined.max(line.numbers.next_number()),
                    called: told.called.max(line.called_mark.load(Ordering::Relaxed)),
                    called_before_grace: told.called_before_grace,
                    supply_free: told.supply_free,
                    promised_persons: told.promised_persons,
                    party: MeanParty::measured(told.party.0, told.party.1),
                    forecast,
                }));
                day.joined += told.joined;
                day.called += told.called;
            }
        }
        lines.count_crowd(self.permits().booked());
        self.inner.admission.follow(told.permits_target);
        self.inner.history.note(day);
        if let Some(at) = told.at() {
            self.note_as_of(at);
        }
        if self.stale_since().is_none() {
            self.inner.node.rest.leader_was_here();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Whole steps only: a panicked holder left nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
