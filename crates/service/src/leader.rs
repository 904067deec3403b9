//! The loop of every node, and what the leader does in it: draws, calls, expires, and publishes what waiting
//! visitors see.
//!
//! Every quarter of a second the leader reads how things stand, decides by `dran-core`'s rules, writes the
//! decision to the store, and only then lets anybody see it.

use std::sync::Arc;
use std::time::Duration;

use dran_core::campaign::CampaignState;
use dran_core::line::admission::{Load, PoolLoad, calls_to_make};
use dran_core::line::arrival::Chances;
use dran_core::line::standing::{Drawn, LineSnapshot, LineState};
use dran_store::{Fault, Minute, PermitState};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::Service;
use crate::draw::work_out_order;
use crate::history::LineMarks;
use crate::lines::{Lines, LiveCampaign, LiveLine};

/// How often the loop runs (DESIGN § 3, 7: at least every 250 ms).
const TICK: Duration = Duration::from_millis(250);
/// Every how many ticks campaigns are read again, so that one created or brought forward by command
/// is noticed: two seconds.
const CAMPAIGNS_EVERY_TICKS: u64 = 8;
/// Every how many ticks permits and holds are looked at for their end: half a second.
const EXPIRE_EVERY_TICKS: u64 = 2;
/// Every how many ticks the head of the account is read: a second.
const ACCOUNT_EVERY_TICKS: u64 = 4;
/// Every how many ticks it is read what the agents are doing: a second.
const AGENTS_EVERY_TICKS: u64 = 4;
/// Every how many ticks it is kept how the day stands: five seconds.
const KEEP_EVERY_TICKS: u64 = 20;

impl Service {
    /// Runs until it is told to stop: mirrors what all nodes share, and leads them if it `may_lead` and no
    /// other node does. A fault of the store is logged and tried again: the line stays as it is meanwhile.
    pub async fn run(&self, may_lead: bool, stop: CancellationToken) {
        let here = self.say_here(stop.clone());
        tokio::join!(
            self.move_lines(may_lead, stop.clone()),
            self.follow_the_store(stop),
            here
        );
    }

    async fn move_lines(&self, may_lead: bool, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for count in 0_u64.. {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.tick(may_lead, count).await {
                if error == Fault::NotLeading {
                    self.note_leading(false);
                }
                tracing::error!(%error, "the line could not move on");
            }
        }
        if !*self.leading().borrow() {
            return;
        }
        if let Err(error) = self.keep_day().await {
            tracing::error!(%error, "how the day stood could not be kept");
        }
    }

    async fn tick(&self, may_lead: bool, count: u64) -> Result<(), Fault> {
        if self.take_campaigns_changed() || count.is_multiple_of(CAMPAIGNS_EVERY_TICKS) {
            self.refresh_campaigns().await?;
        }
        if count.is_multiple_of(ACCOUNT_EVERY_TICKS) {
            let head = self.store().account_head().await?;
            self.inner.account.store(Arc::new(head));
        }
        if count.is_multiple_of(AGENTS_EVERY_TICKS) {
            self.refresh_agents().await?;
        }
        let told = self.mirror().await?;
        self.refresh_supply().await?;
        if may_lead && self.take_lead().await? {
            self.give_lost_time_back(&told).await?;
            self.lead(count).await
        } else {
            self.follow(&told);
            Ok(())
        }
    }

    async fn lead(&self, count: u64) -> Result<(), Fault> {
        let rests = self.rests();
        if count.is_multiple_of(EXPIRE_EVERY_TICKS) && !rests {
            self.expire().await?;
        }
        self.draw_what_is_due().await?;
        if !rests {
            self.call().await?;
        }
        self.tell_who_went_away(count).await?;
        self.call_back(count).await?;
        self.publish_lines();
        self.tell().await?;
        if count.is_multiple_of(KEEP_EVERY_TICKS) {
            self.keep_day().await?;
        }
        Ok(())
    }

    /// Reads the campaigns again; lines that are alive already stay.
    pub(crate) async fn refresh_campaigns(&self) -> Result<(), Fault> {
        let _one_at_a_time = self.inner.campaigns_reading.lock().await;
        let stored = self.store().campaigns().await?;
        let now = self.clock().now();
        let current = self.inner.lines.load_full();
        let mut campaigns = Vec::with_capacity(stored.len());
        for stored in stored {
            let mut lines = Vec::with_capacity(stored.lines.len());
            for (pool, marks) in stored.campaign.pools.iter().zip(&stored.lines) {
                let line = current.get(marks.line).cloned().unwrap_or_else(|| {
                    let told = self.inner.forecasts.get(&marks.line).cloned();
                    Arc::new(LiveLine::new(&stored.campaign, pool, marks, now, told))
                });
                if let (Some(n), Some(_)) = (marks.drawn_n, stored.drawn_at) {
                    work_out_order(&line, &stored, n).await;
                }
                lines.push(line);
            }
            campaigns.push(LiveCampaign { stored, lines });
        }
        let lines = Lines::new(campaigns);
        lines.count_crowd(self.permits().booked());
        self.inner.lines.store(Arc::new(lines));
        Ok(())
    }

    async fn expire(&self) -> Result<(), Fault> {
        let expired = self.store().expire(self.clock().now()).await?;
        for ticket in expired.permits {
            self.permits().note_end(ticket, PermitState::Expired);
        }
        Ok(())
    }

    /// Calls as many as there are free permits and supply for.
    async fn call(&self) -> Result<(), Fault> {
        let lines = self.inner.lines.load_full();
        let now = self.clock().now();
        let chances = self.inner.admission.learn(|arrivals| {
            for line in lines.campaigns.iter().flat_map(|campaign| &campaign.lines) {
                let ended = self.permits().ended_of(line.line);
                line.progress().advance(now, ended, arrivals);
            }
        });
        let mut calls = Vec::new();
        let mut used_max = 0;
        for campaign in lines
            .campaigns
            .iter()
            .filter(|campaign| campaign.stored.state == CampaignState::Open)
        {
            let drawn = campaign.lines.iter().filter(|line| line.drawn.get().is_some());
            let pools: Vec<PoolLoad> = drawn.map(|line| self.pool_load(line, &chances, now)).collect();
            let freed_soon = |line: &Arc<LiveLine>| {
                let in_use = self.permits().in_use_of(line.line).permits;
                line.progress().turnover.freed_soon(&chances, in_use)
            };
            for (line, count) in calls_to_make(&Load {
                permits: self.permits_target(),
                freed_soon: campaign.lines.iter().map(freed_soon).sum(),
                claim_of_call: chances.of_call(),
                pools: &pools,
            }) {
                if let Some(line) = lines.get(line) {
                    calls.push((line, line.progress().called + count));
                }
            }
            used_max = used_max.max(pools.iter().map(PoolLoad::permits).sum());
        }
        self.inner.admission.note_used(used_max);
        if calls.is_empty() {
            return Ok(());
        }
        self.store()
            .record_calls(calls.iter().map(|(line, called)| (line.line, *called)).collect(), now)
            .await?;
        for (line, called) in calls {
            line.progress().call(now, called);
        }
        Ok(())
    }

    fn pool_load(&self, line: &LiveLine, chances: &Chances, now: Timestamp) -> PoolLoad {
        let in_use = self.permits().in_use_of(line.line);
        let progress = line.progress();
        PoolLoad {
            line: line.line,
            waiting: line.numbers.next_number().saturating_sub(progress.called),
            inside: in_use.permits,
            expected: progress.tickets.expected(),
            claimed: progress.tickets.claimed(chances).round() as u32,
            supply_free: self.supply().free(&line.pool.centres, now),
            undecided_persons: in_use.persons_choosing,
            party: line.party(),
        }
    }

    /// Shows every line as it stands now.
    pub(crate) fn publish_lines(&self) {
        let lines = self.inner.lines.load_full();
        let now = self.clock().now();
        let mut day = Minute {
            at: now,
            joined: 0,
            called: 0,
            booked: self.permits().booked(),
        };
        let chances = self.inner.admission.learn(|_| {});
        let rests = self.rests();
        for campaign in &lines.campaigns {
            let state = match campaign.stored.state {
                CampaignState::Scheduled if campaign.stored.frozen_at.is_some() => LineState::Drawing {
                    value_at: campaign.stored.randomness.known_at(),
                },
                CampaignState::Scheduled => LineState::Scheduled {
                    opens_at: campaign.stored.campaign.opens_at,
                },
                CampaignState::Open if rests => LineState::Paused,
                CampaignState::Open => LineState::Open,
                CampaignState::Paused => LineState::Paused,
                CampaignState::Closed => LineState::Closed,
            };
            for line in &campaign.lines {
                let load = self.pool_load(line, &chances, now);
                let mut progress = line.progress();
                let supply = load.supply_free.saturating_sub(promised_persons(&load));
                progress.measure(now, state, &load, supply, chances.of_call());
                let marks = LineMarks {
                    joined: line.numbers.next_number(),
                    called: progress.called,
                    drawn: campaign.stored.drawn_at.zip(line.drawn.get().map(Drawn::n)),
                };
                line.waiting_since
                    .store(line.join_marks.waiting_since(now, &marks).map(Arc::new));
                (day.joined, day.called) = (day.joined + marks.joined, day.called + marks.called);
                line.snapshot.store(Arc::new(LineSnapshot {
                    line: line.line,
                    state,
                    drawn: line.drawn.get().cloned(),
                    joined: line.numbers.next_number(),
                    called: progress.called,
                    called_before_grace: progress.tickets.before_grace(),
                    supply_free: load.supply_free,
                    promised_persons: promised_persons(&load),
                    party: load.party,
                    forecast: progress.wait.forecast().clone(),
                }));
            }
        }
        lines.count_crowd(self.permits().booked());
        self.inner.history.note(day);
        self.note_as_of(now);
    }
}

/// Persons who were called and may still take what is free: inside without a hold, or expected.
fn promised_persons(load: &PoolLoad) -> u32 {
    let expected = u32::try_from(load.party.persons(load.expected)).unwrap_or(u32::MAX);
    load.undecided_persons.saturating_add(expected)
}
