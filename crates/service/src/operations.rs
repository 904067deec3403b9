//! What operators see and do on the day: the bounds of permits, announcements to those who wait, which nodes there are,
//! and how everything stands in one look.

use std::sync::Arc;
use std::time::Duration;

use dran_core::campaign::CampaignState;
use dran_core::ids::{AnnouncementId, Language, VaccineId};
use dran_core::line::standing::LineState;
use dran_core::line::target::Bounds;
use dran_core::operations::{Alarm, Figures, NODE_SILENT_AFTER, alarms};
use dran_core::region::Centre;
use dran_store::{
    Announcement, CallbackCounts, Counts, Failure, Fault, Minute, Operation, OperationRefusal, SeenNode, StoredDelivery,
};
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::Ordering;
use tokio_util::sync::CancellationToken;

use crate::{AgentCounts, CampaignView, Cause, ReadOnly, Service};

/// How often a node says that it is there.
const HERE_EVERY: Duration = Duration::from_secs(5);
/// How long saying good-bye may take: a node that stops waits for nobody.
const BYE_TAKES_MOST: Duration = Duration::from_secs(2);
/// A node that has been silent for so long is no news any more.
const NODE_FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// Minutes that the page shows.
const MINUTES_SHOWN: usize = 30;

/// How everything stands, for who looks after it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// When.
    pub at: Timestamp,
    /// What is wrong, the gravest first.
    pub alarms: Vec<Alarm>,
    /// Campaigns, oldest first.
    pub campaigns: Vec<CampaignNow>,
    /// What happened in the last sixty seconds, by the marks of the last two minutes.
    pub last_minute: Happened,
    /// Bookings of each whole minute before now, oldest first.
    pub bookings: Vec<(Timestamp, u32)>,
    /// Permits in use, all campaigns together.
    pub inside: u32,
    /// The target of permits and what it moves between.
    pub permits: Permits,
    /// How long commands wait for the store where the leader is; none if there were none.
    pub delay: Option<Duration>,
    /// Counts of the day.
    pub counts: Counts,
    /// What the agents do.
    pub agents: AgentCounts,
    /// Call-backs.
    pub callbacks: CallbackCounts,
    /// The nodes, by name.
    pub nodes: Vec<NodeNow>,
    /// Whether nobody can book, and why.
    pub read_only: Option<ReadOnly>,
    /// When all this stood so, if that is longer ago than it should be.
    pub stale_since: Option<Timestamp>,
    /// What those who wait are told.
    pub announcement: Option<Arc<Announcement>>,
    /// What each centre has.
    pub supply: Vec<CentreSupply>,
}

/// The target of permits in use in each campaign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permits {
    /// So many may be in use now.
    pub target: u32,
    /// What it moves between.
    pub bounds: Bounds,
    /// What this node is configured with.
    pub configured: Bounds,
    /// Whether an operator has set the bounds.
    pub set: bool,
}

/// A campaign, with who is inside of each of its lines.
#[derive(Clone, Debug)]
pub struct CampaignNow {
    /// The campaign with its lines.
    pub view: CampaignView,
    /// Permits in use, line by line.
    pub inside: Vec<u32>,
}

/// What happened in a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// Tickets given out.
    pub joined: u32,
    /// Positions called.
    pub called: u32,
    /// Tickets that have booked.
    pub booked: u32,
}

/// A node and whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeNow {
    /// What it said last.
    pub node: SeenNode,
    /// Whether it has been silent for too long.
    pub silent: bool,
}

/// What a centre has of a vaccine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CentreSupply {
    /// The centre's name.
    pub centre: String,
    /// The vaccine.
    pub vaccine: VaccineId,
    /// Doses delivered or announced.
    pub delivered: u64,
    /// Doses of them that back no place yet.
    pub unreleased: u64,
    /// Series released.
    pub released: u64,
    /// Series that nobody holds or has booked, from now on.
    pub free: u64,
}

impl Service {
    /// Gives this node its name. Without one it does not say that it is there.
    pub fn name_node(&self, name: String) {
        // The first name stays.
        let _ = self.inner.node.name.set(name);
    }

    /// What those who wait are told, as of a quarter of a second ago.
    pub fn announcement(&self) -> Option<Arc<Announcement>> {
        self.inner.announcement.load_full()
    }

    /// What those who wait are told in a language: in the region's first one if it has no text in this.
    pub fn announcement_in(&self, language: &Language) -> Option<String> {
        let told = self.inner.announcement.load();
        let texts = &told.as_ref()?.texts;
        let in_language = |wanted: &Language| texts.iter().find(|(found, _)| found == wanted);
        let text = in_language(language).or_else(|| in_language(self.region().languages.first()?))?;
        Some(text.1.to_string())
    }

    /// Does what an operator orders; see [`dran_store::OperationsStore::operate`]. All nodes follow within two seconds.
    ///
    /// # Errors
    /// When it does not fit how things stand, or the store failed.
    pub async fn operate(&self, operation: Operation) -> Result<(), Failure<OperationRefusal>> {
        self.store().operations().operate(operation).await?;
        self.inner.campaigns_changed.store(true, Ordering::Release);
        if let Err(error) = self.look_at_once().await {
            tracing::debug!(%error, "what an operator did is seen a moment later");
        }
        Ok(())
    }

    /// Whoever did something sees it on the next page.
    async fn look_at_once(&self) -> Result<(), Fault> {
        let shared = self.store().shared(i64::MAX).await?;
        self.follow_operators(shared.bounds, shared.announcement).await?;
        self.refresh_campaigns().await
    }

    /// How everything stands.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn overview(&self) -> Result<Overview, Fault> {
        let at = self.clock().now();
        let counts = self.store().counts().await?;
        let callbacks = self.callback_counts().await?;
        let nodes = nodes_now(self.store().operations().nodes().await?, at);
        let deliveries = self.store().deliveries().await?;
        let permits = self.inner.admission.permits();
        let leader = nodes.iter().find(|node| node.node.leads && !node.silent);
        let delay = if *self.leading().borrow() {
            self.inner.admission.delay(at)
        } else {
            leader.and_then(|leader| leader.node.delay)
        };
        let campaigns = self.campaigns().into_iter().map(|view| CampaignNow {
            inside: view
                .lines
                .iter()
                .map(|line| self.permits().in_use_of(line.pool.line).permits)
                .collect(),
            view,
        });
        let campaigns: Vec<CampaignNow> = campaigns.collect();
        let lines = campaigns.iter().flat_map(|campaign| &campaign.view.lines);
        let without_supply =
            lines.filter(|line| line.state == LineState::Open && line.joined > line.called && line.supply == 0);
        let count = |found: usize| u32::try_from(found).unwrap_or(u32::MAX);
        let read_only = self.read_only();
        let by = |cause| read_only.is_some_and(|read_only| read_only.cause == cause);
        let stale_since = self.stale_since();
        let agents = self.agents();
        let is_paused = |campaign: &&CampaignNow| campaign.view.state == CampaignState::Paused;
        let figures = Figures {
            store_away: by(Cause::Store),
            stale: stale_since.is_some(),
            rests: by(Cause::Operator),
            paused: count(campaigns.iter().filter(is_paused).count()),
            nodes_silent: count(nodes.iter().filter(|node| node.silent).count()),
            delay,
            delay_goal: permits.bounds.delay_goal,
            target: permits.target,
            target_max: permits.bounds.max,
            lines_without_supply: count(without_supply.count()),
            outbox: counts.messages_waiting,
            agents_ready: agents.ready,
            callbacks_due: callbacks.due,
        };
        let minutes = self.minutes();
        Ok(Overview {
            at,
            alarms: alarms(&figures),
            last_minute: last_minute(&minutes, at),
            bookings: bookings(&minutes),
            inside: self.in_use().permits,
            permits,
            delay,
            counts,
            agents,
            callbacks,
            nodes,
            read_only,
            stale_since,
            announcement: self.announcement(),
            supply: self.supply_of_centres(&deliveries, at),
            campaigns,
        })
    }

    /// What each centre has, vaccine by vaccine; nothing of centres that nothing was delivered to.
    fn supply_of_centres(&self, deliveries: &[StoredDelivery], now: Timestamp) -> Vec<CentreSupply> {
        let supply = self.supply();
        let region = self.region();
        let pairs = region
            .centres
            .iter()
            .flat_map(|centre| region.vaccines.iter().map(move |vaccine| (centre, &vaccine.id)));
        let of = |(centre, vaccine): (&Centre, &VaccineId)| {
            let delivered = deliveries
                .iter()
                .filter(|stored| stored.delivery.centre == centre.id && stored.delivery.vaccine == *vaccine);
            let doses = |number: fn(&StoredDelivery) -> u32| -> u64 {
                delivered.clone().map(|stored| u64::from(number(stored))).sum()
            };
            let slots = supply
                .board
                .slots()
                .iter()
                .filter(|slot| slot.centre == centre.id && slot.vaccine == *vaccine);
            let all = doses(|stored| stored.delivery.doses);
            let backing = doses(|stored| stored.released_first + stored.released_second);
            CentreSupply {
                centre: centre.name.clone(),
                vaccine: vaccine.clone(),
                delivered: all,
                unreleased: all.saturating_sub(backing),
                released: slots.clone().map(|slot| u64::from(slot.capacity)).sum(),
                free: slots
                    .filter(|slot| slot.first > now)
                    .map(|slot| u64::from(slot.free))
                    .sum(),
            }
        };
        pairs.map(of).filter(|centre| centre.delivered > 0).collect()
    }

    /// Takes in what operators have set, as the store has it.
    pub(crate) async fn follow_operators(
        &self,
        bounds: Option<dran_core::operations::PermitBounds>,
        announcement: Option<AnnouncementId>,
    ) -> Result<(), Fault> {
        self.inner.admission.bind(bounds);
        let known = self.inner.announcement.load().as_ref().map(|known| known.id);
        if known != announcement {
            let told = match announcement {
                Some(id) => self.store().operations().announcement(id).await?,
                None => None,
            };
            self.inner.announcement.store(told.map(Arc::new));
        }
        Ok(())
    }

    /// Says every few seconds that this node is there, until it is told to stop; then it says good-bye.
    pub(crate) async fn say_here(&self, stop: CancellationToken) {
        let Some(name) = self.inner.node.name.get() else { return };
        let began_at = self.clock().now();
        let mut turns = tokio::time::interval(HERE_EVERY);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = turns.tick() => {}
            }
            let now = self.clock().now();
            let node = SeenNode {
                name: name.clone(),
                began_at,
                seen_at: now,
                leads: *self.leading().borrow(),
                delay: self.inner.admission.delay(now),
            };
            // Who cannot be heard is silent: the page says so.
            if let Err(error) = self.store().operations().note_node(node).await {
                tracing::debug!(%error, "this node could not say that it is there");
            }
        }
        let bye = self.store().operations().forget_node(name.clone());
        // If not, the node counts as silent for an hour.
        let _ = tokio::time::timeout(BYE_TAKES_MOST, bye).await;
    }
}

/// The nodes that are there, or were a while ago.
fn nodes_now(nodes: Vec<SeenNode>, now: Timestamp) -> Vec<NodeNow> {
    let silent_for = |node: &SeenNode| now.duration_since(node.seen_at);
    nodes
        .into_iter()
        .filter(|node| silent_for(node) < NODE_FORGOTTEN_AFTER)
        .map(|node| NodeNow {
            silent: silent_for(&node) >= NODE_SILENT_AFTER,
            node,
        })
        .collect()
}

/// What happened between two marks.
fn between(from: &Minute, to: &Minute) -> Happened {
    Happened {
        joined: to.joined.saturating_sub(from.joined),
        called: to.called.saturating_sub(from.called),
        booked: to.booked.saturating_sub(from.booked),
    }
}

/// The last sixty seconds: all of the minute that runs, and the share of the one before it that is younger.
fn last_minute(minutes: &[Minute], now: Timestamp) -> Happened {
    let [before @ .., running] = minutes else {
        return Happened::default();
    };
    let nothing = Minute {
        at: running.at,
        joined: 0,
        called: 0,
        booked: 0,
    };
    let Some(whole) = before.last() else {
        return between(&nothing, running);
    };
    let now_s = now.as_second();
    if now_s.div_euclid(60) > running.number() + 1 {
        return Happened::default();
    }
    let started = before.iter().rev().nth(1);
    let (this, last) = (
        between(whole, running),
        started.map_or(Happened::default(), |from| between(from, whole)),
    );
    let left = u64::from(60 - now_s.rem_euclid(60).unsigned_abs() as u32);
    let share = |this: u32, last: u32| this.saturating_add((u64::from(last) * left / 60) as u32);
    Happened {
        joined: share(this.joined, last.joined),
        called: share(this.called, last.called),
        booked: share(this.booked, last.booked),
    }
}

/// Bookings of each whole minute, oldest first; minutes in which the service was not there are left out.
fn bookings(minutes: &[Minute]) -> Vec<(Timestamp, u32)> {
    let whole = &minutes[..minutes.len().saturating_sub(1)];
    let pairs: Vec<_> = whole
        .windows(2)
        .map(|pair| (pair[1].at, between(&pair[0], &pair[1]).booked))
        .collect();
    pairs[pairs.len().saturating_sub(MINUTES_SHOWN)..].to_vec()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn minute(second: i64, booked: u32) -> Minute {
        Minute {
            at: at(second),
            joined: booked * 3,
            called: booked * 2,
            booked,
        }
    }

    #[test]
    fn the_last_minute_is_what_runs_and_its_share_of_the_one_before() {
        assert_eq!(last_minute(&[], at(0)), Happened::default());
        assert_eq!(last_minute(&[minute(20, 5)], at(20)).booked, 5);
        let marks = [minute(59, 10), minute(119, 70), minute(135, 90)];
        // 20 in the fifteen seconds of this minute, and three quarters of the 60 before it.
        let happened = last_minute(&marks, at(135));
        assert_eq!(
            happened,
            Happened {
                joined: 195,
                called: 130,
                booked: 65
            }
        );
        assert_eq!(last_minute(&marks, at(120 + 120)).booked, 0, "long ago");
    }

    #[test]
    fn bookings_are_told_by_whole_minutes() {
        let marks = [minute(59, 10), minute(119, 70), minute(179, 75), minute(185, 99)];
        assert_eq!(bookings(&marks), [(at(119), 60), (at(179), 5)]);
        assert_eq!(bookings(&marks[..1]), []);
        let many: Vec<_> = (0..100).map(|number| minute(number * 60 + 59, number as u32)).collect();
        assert_eq!(bookings(&many).len(), MINUTES_SHOWN);
    }

    #[test]
    fn a_node_is_silent_after_a_while_and_forgotten_in_the_end() {
        let node = |seen: i64| SeenNode {
            name: seen.to_string(),
            began_at: at(0),
            seen_at: at(seen),
            leads: false,
            delay: None,
        };
        let seen = nodes_now(vec![node(3_995), node(3_985), node(399)], at(4_000));
        let silent: Vec<_> = seen.iter().map(|now| (now.node.name.as_str(), now.silent)).collect();
        assert_eq!(silent, [("3995", false), ("3985", true)]);
    }
}
