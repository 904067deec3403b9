//! The lines in memory: joining, standing, entering.
//!
//! Reading where a ticket stands touches no database and no lock: a snapshot per line is replaced
//! by the leader's loop. Joining takes a leased number. Only entering asks the store.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use dran_core::campaign::{Campaign, CampaignState, Pool};
use dran_core::ids::{CampaignId, LineNo, Party, Position, TicketId};
use dran_core::line::admission::{MeanParty, PoolLoad};
use dran_core::line::arrival::{Arrivals, Called, Turnover};
use dran_core::line::poll::PollBudget;
use dran_core::line::standing::{Drawn, LineSnapshot, LineState, StandingState, position, standing};
use dran_core::line::ticket::{PermitToken, ShortCode, Ticket};
use dran_core::line::wait::{Forecast, WaitCause, WaitMeter, WaitRange};
use dran_core::phone::PhonePolicy;
use dran_store::{Enter, EnterRefusal, Failure, Permit, PermitState, StoredCampaign, StoredLine};
use jiff::Timestamp;

use crate::Service;
use crate::history::JoinMarks;
use crate::numbers::TicketNumbers;

/// How long a booking takes a person, before anything is measured: the 3.5 minutes of a call of
/// 2021 (`FACTS`, Westfalen-Lippe) and as much again for who reads slowly.
const TURNAROUND: std::time::Duration = std::time::Duration::from_secs(420);

/// All lines of this deployment.
#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) campaigns: Vec<LiveCampaign>,
    /// By line number.
    by_line: Vec<Option<Arc<LiveLine>>>,
    crowd: AtomicU32,
}

/// A campaign with its live lines, in the order of its pools.
pub(crate) struct LiveCampaign {
    pub(crate) stored: StoredCampaign,
    pub(crate) lines: Vec<Arc<LiveLine>>,
}

impl Lines {
    pub(crate) fn new(campaigns: Vec<LiveCampaign>) -> Self {
        let mut by_line = Vec::new();
        for line in campaigns.iter().flat_map(|campaign| &campaign.lines) {
            let index = usize::from(line.line.0);
            if by_line.len() <= index {
                by_line.resize(index + 1, None);
            }
            by_line[index] = Some(line.clone());
        }
        Self {
            campaigns,
            by_line,
            crowd: AtomicU32::new(0),
        }
    }

    /// How many tickets may ask: those that have not booked, in all lines.
    pub(crate) fn crowd(&self) -> u32 {
        self.crowd.load(Ordering::Relaxed)
    }

    /// Counts the tickets that may ask again, when so many have booked.
    pub(crate) fn count_crowd(&self, booked: u32) {
        let joined = self
            .campaigns
            .iter()
            .flat_map(|campaign| &campaign.lines)
            .map(|line| line.numbers.next_number());
        let crowd = joined.fold(0, u32::saturating_add).saturating_sub(booked);
        self.crowd.store(crowd, Ordering::Relaxed);
    }

    pub(crate) fn get(&self, line: LineNo) -> Option<&Arc<LiveLine>> {
        self.by_line.get(usize::from(line.0))?.as_ref()
    }
}

/// One line, alive.
pub(crate) struct LiveLine {
    pub(crate) line: LineNo,
    pub(crate) campaign: CampaignId,
    pub(crate) pool: Pool,
    pub(crate) numbers: TicketNumbers,
    /// Positions called, as the store said last.
    pub(crate) called_mark: AtomicU32,
    pub(crate) drawn: OnceLock<Drawn>,
    joined_tickets: AtomicU64,
    joined_persons: AtomicU64,
    progress: Mutex<Progress>,
    pub(crate) snapshot: ArcSwap<LineSnapshot>,
    pub(crate) join_marks: JoinMarks,
    /// Since when the next one to be called waits.
    pub(crate) waiting_since: ArcSwapOption<Timestamp>,
    /// Whether somebody may be inside who was not called.
    first_come: bool,
}

/// How far a line has come: what the leader's loop counts with.
pub(crate) struct Progress {
    /// Positions called.
    pub(crate) called: u32,
    /// Those of them who may still come.
    pub(crate) tickets: Called,
    /// How fast permits come free.
    pub(crate) turnover: Turnover,
    /// Permits that had come free at the last look.
    ended: u32,
    /// How long it takes.
    pub(crate) wait: WaitMeter,
}

impl Progress {
    /// From so many positions called and so many permits ended before, with what was told before.
    fn resumed(now: Timestamp, called: u32, ended: u32, told: Option<Forecast>) -> Self {
        Self {
            called,
            tickets: Called::up_to(called),
            turnover: Turnover::new(now),
            ended,
            wait: match told {
                Some(told) => WaitMeter::resumed(now, called, TURNAROUND, told),
                None => WaitMeter::new(now, called, TURNAROUND),
            },
        }
    }

    /// Notes new calls.
    pub(crate) fn call(&mut self, now: Timestamp, called: u32) {
        self.called = called;
        self.tickets.call(now, called);
    }

    /// Brings everything up to now, when so many permits have come free since the start.
    pub(crate) fn advance(&mut self, now: Timestamp, ended: u32, arrivals: &mut Arrivals) {
        self.tickets.advance(now, arrivals);
        self.turnover.record(now, ended.wrapping_sub(self.ended));
        self.ended = ended;
    }

    /// Measures how fast the line moves, with so many series left for those who wait.
    pub(crate) fn measure(&mut self, now: Timestamp, state: LineState, load: &PoolLoad, supply: u32, claim: f64) {
        let calls = f64::from(load.permits()) / claim;
        match state {
            LineState::Scheduled { .. } | LineState::Drawing { .. } | LineState::Closed => {}
            LineState::Paused => self.wait.stand_still(now, self.called, calls, WaitCause::Pause),
            LineState::Open if load.waiting == 0 => self.wait.idle(now, self.called, calls),
            LineState::Open if supply == 0 => self.wait.stand_still(now, self.called, calls, WaitCause::Supply),
            LineState::Open => self.wait.step(now, self.called, self.called + load.waiting, calls),
        }
    }
}

impl LiveLine {
    /// A line that comes alive; `told` is what it told before.
    pub(crate) fn new(
        campaign: &Campaign,
        pool: &Pool,
        stored: &StoredLine,
        now: Timestamp,
        told: Option<Forecast>,
    ) -> Self {
        let progress = Progress::resumed(now, stored.called, 0, told);
        let snapshot = LineSnapshot {
            line: stored.line,
            state: LineState::Scheduled {
                opens_at: campaign.opens_at,
            },
            drawn: None,
            joined: stored.next_number,
            called: stored.called,
            called_before_grace: stored.called,
            supply_free: 0,
            promised_persons: 0,
            party: MeanParty::ALONE,
            forecast: progress.wait.forecast().clone(),
        };
        Self {
            line: stored.line,
            campaign: campaign.id.clone(),
            pool: Pool {
                line: stored.line,
                ..pool.clone()
            },
            numbers: TicketNumbers::new(stored.line, stored.next_number),
            called_mark: AtomicU32::new(stored.called),
            drawn: OnceLock::new(),
            joined_tickets: AtomicU64::new(0),
            joined_persons: AtomicU64::new(0),
            progress: Mutex::new(progress),
            snapshot: ArcSwap::from_pointee(snapshot),
            join_marks: JoinMarks::default(),
            waiting_since: ArcSwapOption::empty(),
            first_come: campaign.phone == PhonePolicy::FirstCome,
        }
    }

    pub(crate) fn progress(&self) -> MutexGuard<'_, Progress> {
        // Whole steps only: a panicked holder left nothing half done.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn party(&self) -> MeanParty {
        let (tickets, persons) = self.joined_here();
        MeanParty::measured(tickets, persons)
    }

    /// Tickets given out by this node since its start, and the persons that they stand for.
    pub(crate) fn joined_here(&self) -> (u64, u64) {
        (
            self.joined_tickets.load(Ordering::Relaxed),
            self.joined_persons.load(Ordering::Relaxed),
        )
    }

    /// Goes on as the leader where another one stopped, with the forecast that was told last. Who was called
    /// before is not waited for.
    pub(crate) fn take_over(&self, now: Timestamp, called: u32, ended: u32) {
        let told = self.snapshot.load().forecast.clone();
        let told = told.per_s().is_some().then_some(told);
        *self.progress() = Progress::resumed(now, called, ended, told);
    }

    pub(crate) fn note_joined(&self, party: Party) {
        self.joined_tickets.fetch_add(1, Ordering::Relaxed);
        self.joined_persons
            .fetch_add(u64::from(party.persons()), Ordering::Relaxed);
    }

    /// Notes called positions that nobody is waited for.
    pub(crate) fn note_arrived(&self, positions: &[u32]) {
        if positions.is_empty() {
            return;
        }
        let mut progress = self.progress();
        for position in positions {
            progress.tickets.entered(*position);
        }
    }

    pub(crate) fn note_entered(&self, ticket: TicketId) {
        if let Some(position) = position(&self.snapshot.load(), ticket.number) {
            self.progress().tickets.entered(position.0);
        }
    }

    fn note_refused(&self, ticket: TicketId, now: Timestamp) {
        if let Some(position) = position(&self.snapshot.load(), ticket.number) {
            self.progress().tickets.refused(now, position.0);
        }
    }
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In the line, called or not.
    InLine(dran_core::line::standing::Standing),
    /// Inside, with an active permit.
    Entered(Permit),
    /// It has booked.
    Done,
}

/// Where a ticket stands, in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketStanding {
    /// Where.
    pub standing: Standing,
    /// How the line itself stands.
    pub line: LineState,
}

/// Why a ticket does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnterError {
    /// Its line is unknown.
    UnknownLine,
    /// It is not called yet.
    NotCalled,
    /// Called, but every permit is in use for the moment.
    NoFreePermit,
    /// Nothing is left to book.
    BeyondSupply,
    /// It has booked already.
    AlreadyBooked,
    /// The store failed.
    Fault,
}

/// A campaign, for pages.
#[derive(Clone, Debug)]
pub struct CampaignView {
    /// The campaign.
    pub campaign: Campaign,
    /// Where it stands.
    pub state: CampaignState,
    /// The published commitment of the draw.
    pub commitment: [u8; 32],
    /// When it was published.
    pub committed_at: Timestamp,
    /// The revealed secret and the time of the draw, once it took place.
    pub drawn: Option<([u8; 32], Timestamp)>,
    /// Its lines, in the order of its pools.
    pub lines: Vec<LineView>,
}

/// A line, for pages and numbers of the day.
#[derive(Clone, Debug)]
pub struct LineView {
    /// The campaign it belongs to.
    pub campaign: CampaignId,
    /// Its pool.
    pub pool: Pool,
    /// How it stands.
    pub state: LineState,
    /// Tickets given out.
    pub joined: u32,
    /// Tickets that took part in the draw, once drawn.
    pub drawn_n: Option<u32>,
    /// Positions called.
    pub called: u32,
    /// Series nobody holds or has booked in its centres.
    pub supply: u32,
    /// Since when the next one to be called waits; none if nobody does.
    pub waiting_since: Option<Timestamp>,
    /// Positions called in a second, lately; none before anything is known.
    pub called_per_s: Option<f64>,
    /// How long somebody who joins now would wait.
    pub wait: Option<WaitRange>,
}

impl Service {
    /// All campaigns, oldest first.
    pub fn campaigns(&self) -> Vec<CampaignView> {
        self.inner
            .lines
            .load()
            .campaigns
            .iter()
            .map(|campaign| self.view(campaign))
            .collect()
    }

    /// The campaign of that name.
    pub fn campaign(&self, id: &CampaignId) -> Option<CampaignView> {
        let lines = self.inner.lines.load();
        lines
            .campaigns
            .iter()
            .find(|campaign| campaign.stored.campaign.id == *id)
            .map(|campaign| self.view(campaign))
    }

    /// The line of that number.
    pub fn line(&self, line: LineNo) -> Option<LineView> {
        self.inner.lines.load().get(line).map(|line| self.line_view(line))
    }

    fn view(&self, live: &LiveCampaign) -> CampaignView {
        let stored = &live.stored;
        let mut campaign = stored.campaign.clone();
        campaign.pools = live.lines.iter().map(|line| line.pool.clone()).collect();
        CampaignView {
            campaign,
            state: stored.state,
            commitment: stored.draw_commitment,
            committed_at: stored.committed_at,
            drawn: stored.drawn_at.map(|at| (stored.draw_secret, at)),
            lines: live.lines.iter().map(|line| self.line_view(line)).collect(),
        }
    }

    fn line_view(&self, line: &LiveLine) -> LineView {
        let (snapshot, now) = (line.snapshot.load(), self.clock().now());
        LineView {
            campaign: line.campaign.clone(),
            pool: line.pool.clone(),
            state: snapshot.state,
            joined: line.numbers.next_number(),
            drawn_n: snapshot.drawn.as_ref().map(Drawn::n),
            called: snapshot.called,
            supply: snapshot.supply_free,
            waiting_since: line.waiting_since.load().as_deref().copied(),
            called_per_s: snapshot.forecast.per_s(),
            wait: snapshot.forecast.expected(snapshot.joined, now).map(|wait| wait.range),
        }
    }

    /// Where a genuine ticket stands. None if its line is unknown here.
    pub fn standing(&self, ticket: &Ticket) -> Option<TicketStanding> {
        let lines = self.inner.lines.load();
        let line = lines.get(ticket.id.line)?;
        let snapshot = line.snapshot.load();
        let now = self.clock().now();
        let in_line = standing(&snapshot, ticket, self.poll_budget(), now, self.jitter(ticket, now));
        let mut standing = Standing::InLine(in_line);
        let may_be_inside = |position: Position| line.first_come || position.0 < snapshot.called;
        if in_line.position.is_some_and(may_be_inside)
            && let Some(entry) = self.permits().get(ticket.id)
        {
            match entry.permit.state {
                PermitState::Booked => standing = Standing::Done,
                PermitState::Active if entry.permit.expires_at > now => standing = Standing::Entered(entry.permit),
                PermitState::Active | PermitState::Expired | PermitState::Left => {}
            }
        }
        Some(TicketStanding {
            standing,
            line: snapshot.state,
        })
    }

    pub(crate) fn poll_budget(&self) -> PollBudget {
        PollBudget {
            per_s: self.limits().poll_budget_per_s,
            crowd: self.inner.lines.load().crowd(),
        }
    }

    /// Spreads the polls of neighbours: differs between tickets and from poll to poll, without asking
    /// for random bytes on the hot path (SplitMix64's finaliser).
    pub(crate) fn jitter(&self, ticket: &Ticket, now: Timestamp) -> u32 {
        let mut z = (u64::from(ticket.id.number.0) << 32) ^ now.as_nanosecond() as u64;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as u32
    }

    /// The spoken form of a ticket.
    pub fn short_code(&self, ticket: &Ticket) -> Option<ShortCode> {
        ShortCode::of(ticket, self.keys())
    }

    /// Lets a called ticket in. A ticket that is inside gets its permit again.
    ///
    /// # Errors
    /// Says why it does not get in; its place is kept in every case.
    pub async fn enter(&self, ticket: &Ticket) -> Result<(Permit, String), EnterError> {
        let standing = self.standing(ticket).ok_or(EnterError::UnknownLine)?;
        match standing.standing {
            Standing::Entered(permit) => return Ok((permit, self.permit_token(ticket, &permit))),
            Standing::Done => return Err(EnterError::AlreadyBooked),
            Standing::InLine(in_line) => match in_line.state {
                StandingState::Called => {}
                StandingState::BeyondSupply => return Err(EnterError::BeyondSupply),
                StandingState::Waiting => return Err(EnterError::NotCalled),
            },
        }
        let line = self
            .inner
            .lines
            .load()
            .get(ticket.id.line)
            .cloned()
            .ok_or(EnterError::UnknownLine)?;
        let now = self.clock().now();
        let choosing = self.permits().in_use_of(ticket.id.line).persons_choosing;
        let free = self.supply().free(&line.pool.centres, now);
        if choosing + u32::from(ticket.party.persons()) > free {
            return Err(EnterError::NoFreePermit); // those inside may take all that is left
        }
        match self.store().enter(self.asked_permit(ticket)).await {
            Ok(permit) => {
                self.permits().note(permit);
                line.note_entered(ticket.id);
                Ok((permit, self.permit_token(ticket, &permit)))
            }
            Err(Failure::Refused(EnterRefusal::NoFreePermit)) => {
                line.note_refused(ticket.id, now);
                Err(EnterError::NoFreePermit)
            }
            Err(Failure::Refused(EnterRefusal::NotOpen)) => Err(EnterError::NotCalled),
            Err(Failure::Refused(EnterRefusal::UnknownLine)) => Err(EnterError::UnknownLine),
            Err(Failure::Refused(EnterRefusal::AlreadyBooked)) => {
                self.permits().note_end(ticket.id, PermitState::Booked);
                Err(EnterError::AlreadyBooked)
            }
            Err(Failure::Fault(_)) => Err(EnterError::Fault),
        }
    }

    /// The permit that a ticket asks for now.
    pub(crate) fn asked_permit(&self, ticket: &Ticket) -> Enter {
        let now = self.clock().now();
        Enter {
            ticket: ticket.id,
            party: ticket.party,
            now,
            expires_at: now + self.limits().permit_duration,
            // The target follows how long citizens' commands wait; whoever has a way apart is not to wait for them.
            permits_max: if self.apart {
                self.limits().permits_max
            } else {
                self.permits_target()
            },
        }
    }

    /// What its holder shows for a permit.
    pub(crate) fn permit_token(&self, ticket: &Ticket, permit: &Permit) -> String {
        let token = PermitToken {
            ticket: permit.ticket,
            ..PermitToken::from(ticket)
        };
        token.seal(self.keys())
    }
}
