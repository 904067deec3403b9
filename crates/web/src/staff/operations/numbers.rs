//! The numbers of the operations page for programs: no words, no forms.

use axum::http::StatusCode;
use dran_core::campaign::CampaignState;
use dran_core::line::standing::LineState;
use dran_core::operations::{Weight, weight};
use dran_service::{CampaignNow, LineView, NodeNow, Overview as View};
use serde::Serialize;

use crate::api::{campaign_word, json};
use crate::portal::page::Page;
use crate::staff::StaffApp;
use crate::staff::call::{Call, Overview, ProgramCall, unavailable};

/// How everything stands.
#[derive(Serialize)]
struct Numbers {
    at: String,
    /// `calm`, `watch` or `act`.
    weight: &'static str,
    alarms: Vec<AlarmNumbers>,
    bookings_per_min: u32,
    joined_per_min: u32,
    called_per_min: u32,
    permits: PermitNumbers,
    /// How long commands wait for the store; null if there were none.
    delay_ms: Option<f64>,
    delay_goal_ms: f64,
    series: SeriesNumbers,
    outbox_waiting: u64,
    outbox_sent: u64,
    agents: AgentNumbers,
    callbacks_due: u32,
    callbacks_waiting: u32,
    campaigns: Vec<CampaignNumbers>,
    nodes: Vec<NodeNumbers>,
    /// The number of the announcement that is shown; null if there is none.
    announcement: Option<i64>,
    read_only: bool,
    stale_since: Option<String>,
}

#[derive(Serialize)]
struct AlarmNumbers {
    what: &'static str,
    count: u64,
    weight: &'static str,
}

#[derive(Serialize)]
struct PermitNumbers {
    inside: u32,
    target: u32,
    min: u32,
    max: u32,
    /// Whether an operator has set the bounds.
    set: bool,
}

#[derive(Serialize)]
struct SeriesNumbers {
    released: u64,
    free: u64,
    held: u64,
    booked: u64,
    cancelled: u64,
}

#[derive(Serialize)]
struct AgentNumbers {
    ready: u32,
    on_call: u32,
    wrap_up: u32,
    on_break: u32,
}

#[derive(Serialize)]
struct CampaignNumbers {
    campaign: String,
    state: &'static str,
    pools: Vec<LineNumbers>,
}

#[derive(Serialize)]
struct LineNumbers {
    pool: String,
    joined: u32,
    called: u32,
    waiting: u32,
    inside: u32,
    supply: u32,
    called_per_min: Option<f64>,
}

#[derive(Serialize)]
struct NodeNumbers {
    name: String,
    leads: bool,
    silent: bool,
    seen_at: String,
    delay_ms: Option<f64>,
}

/// `GET /betrieb/zahlen`
pub async fn numbers(call: Call<Overview>) -> Page {
    answer(&call.app).await
}

/// `GET /api/v1/staff/operations`: for whoever keeps numbers elsewhere.
pub async fn call(call: ProgramCall) -> Page {
    answer(&call.app).await
}

async fn answer(app: &StaffApp) -> Page {
    let view = app.app.service.overview().await.map_err(|_| unavailable())?;
    Ok(json(StatusCode::OK, &Numbers::of(&view)))
}

/// The word of a weight, for programs, classes and texts.
pub(super) fn weight_word(weight: Weight) -> &'static str {
    match weight {
        Weight::Calm => "calm",
        Weight::Watch => "watch",
        Weight::Act => "act",
    }
}

fn millis(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

impl Numbers {
    fn of(view: &View) -> Self {
        let (counts, bounds) = (view.counts, view.permits.bounds);
        Self {
            at: view.at.to_string(),
            weight: weight_word(weight(&view.alarms)),
            alarms: view
                .alarms
                .iter()
                .map(|alarm| AlarmNumbers {
                    what: alarm.word(),
                    count: alarm.count(),
                    weight: weight_word(alarm.weight()),
                })
                .collect(),
            bookings_per_min: view.last_minute.booked,
            joined_per_min: view.last_minute.joined,
            called_per_min: view.last_minute.called,
            permits: PermitNumbers {
                inside: view.inside,
                target: view.permits.target,
                min: bounds.min,
                max: bounds.max,
                set: view.permits.set,
            },
            delay_ms: view.delay.map(millis),
            delay_goal_ms: millis(bounds.delay_goal),
            series: SeriesNumbers {
                released: counts.series_released,
                free: counts.series_free,
                held: counts.series_held,
                booked: counts.series_booked,
                cancelled: counts.series_cancelled,
            },
            outbox_waiting: counts.messages_waiting,
            outbox_sent: counts.messages_sent,
            agents: AgentNumbers {
                ready: view.agents.ready,
                on_call: view.agents.on_call,
                wrap_up: view.agents.wrap_up,
                on_break: view.agents.on_break,
            },
            callbacks_due: view.callbacks.due,
            callbacks_waiting: view.callbacks.waiting,
            campaigns: view.campaigns.iter().map(CampaignNumbers::of).collect(),
            nodes: view.nodes.iter().map(NodeNumbers::of).collect(),
            announcement: view.announcement.as_ref().map(|announcement| announcement.id.0),
            read_only: view.read_only.is_some(),
            stale_since: view.stale_since.map(|since| since.to_string()),
        }
    }
}

impl CampaignNumbers {
    fn of(now: &CampaignNow) -> Self {
        let line = |(line, inside): (&LineView, &u32)| LineNumbers {
            pool: line.pool.id.to_string(),
            joined: line.joined,
            called: line.called,
            waiting: line.joined.saturating_sub(line.called),
            inside: *inside,
            supply: line.supply,
            called_per_min: line.called_per_s.map(|rate| (rate * 600.0).round() / 10.0),
        };
        Self {
            campaign: now.view.campaign.id.to_string(),
            state: campaign_word(now.view.state),
            pools: now.view.lines.iter().zip(&now.inside).map(line).collect(),
        }
    }
}

impl NodeNumbers {
    fn of(now: &NodeNow) -> Self {
        Self {
            name: now.node.name.clone(),
            leads: now.node.leads,
            silent: now.silent,
            seen_at: now.node.seen_at.to_string(),
            delay_ms: now.node.delay.map(millis),
        }
    }
}

/// The word of a line's state on the page.
pub(super) fn line_word(line: &LineView) -> &'static str {
    match line.state {
        LineState::Scheduled { .. } => "scheduled",
        LineState::Drawing { .. } => "drawing",
        LineState::Open if line.joined > line.called && line.supply == 0 => "empty",
        LineState::Open => "open",
        LineState::Paused => "paused",
        LineState::Closed => "closed",
    }
}

/// Whether a campaign can be paused or resumed.
pub(super) fn can_step(state: CampaignState) -> bool {
    matches!(state, CampaignState::Open | CampaignState::Paused)
}
