//! From how things stand to the page.

use dran_core::campaign::CampaignState;
use dran_core::hex;
use dran_core::ids::Language;
use dran_core::operations::{Alarm, weight};
use dran_service::staff::SignedIn;
use dran_service::{CampaignNow, LineView, NodeNow, Overview};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::Wrong;
use super::numbers::{can_step, line_word, weight_word};
use crate::api::campaign_word;
use crate::app::query_value;
use crate::portal::home::centre_names;
use crate::portal::page::{civil, shell};
use crate::portal::views::{Choice, ChoiceOption, Field, Form};
use crate::staff::call::{Call, Needs};
use crate::staff::own;
use crate::staff::page;
use crate::staff::views::{
    ActionForm, AlarmLine, Announced, Bars, CampaignPart, LineRow, NodeRow, OperationsPage, ReleasePart, Steering,
    SupplyRow, TextField, Tile, paths,
};

/// How often the page is loaded again where it is asked for and no script runs.
const RELOAD_S: u32 = 5;
/// Days of first doses that a release is offered for.
const RELEASE_DAYS: i64 = 14;

/// The page for who may look, with the forms of who may act or plan.
pub(super) fn page<N: Needs<Who = SignedIn>>(
    call: &Call<N>,
    view: &Overview,
    wrong: &[Wrong],
    acts: bool,
    plans: bool,
) -> OperationsPage {
    let screen = Screen { call, view, wrong };
    let agents = view.agents;
    OperationsPage {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        done: query_value(&call.uri, "erledigt").is_some(),
        at: screen.seconds(view.at),
        href: paths::OPERATIONS,
        live_href: format!("{}?{}", paths::OPERATIONS, crate::staff::call::LOOKS_ON),
        reload_s: query_value(&call.uri, "alle").map(|_| RELOAD_S),
        weight: weight_word(weight(&view.alarms)),
        alarms: view.alarms.iter().map(|alarm| screen.alarm(*alarm)).collect(),
        tiles: screen.tiles(),
        bars: Bars::of(&screen.minutes()),
        campaigns: screen.campaigns(acts),
        steering: acts.then(|| screen.steering()),
        announced: view.announcement.as_ref().map(|announcement| Announced {
            since: civil(&call.app.app, announcement.published_at),
            texts: announcement
                .texts
                .iter()
                .map(|(language, text)| (language.to_string(), text.to_string()))
                .collect(),
        }),
        supply: screen.supply(),
        release: plans.then(|| screen.release()),
        agents: [
            ("operations-agents-ready", agents.ready),
            ("operations-agents-on-call", agents.on_call),
            ("operations-agents-wrap-up", agents.wrap_up),
            ("operations-agents-break", agents.on_break),
        ]
        .map(|(key, count)| (key, u64::from(count)))
        .to_vec(),
        nodes: view.nodes.iter().map(|node| screen.node(node)).collect(),
    }
}

struct Screen<'a, N: Needs> {
    call: &'a Call<N>,
    view: &'a Overview,
    wrong: &'a [Wrong],
}

impl<N: Needs<Who = SignedIn>> Screen<'_, N> {
    fn text(&self, key: &str, args: &[(&str, u64)]) -> String {
        let args: Vec<_> = args.iter().map(|(name, number)| (*name, (*number).into())).collect();
        self.call.visitor.speaker.text_with(key, &args)
    }

    fn number(&self, number: u64) -> String {
        self.call.visitor.speaker.number(number)
    }

    fn seconds(&self, at: Timestamp) -> String {
        let at = civil(&self.call.app.app, at);
        format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
    }

    fn alarm(&self, alarm: Alarm) -> AlarmLine {
        let key = format!("operations-alarm-{}", alarm.word());
        AlarmLine {
            weight: weight_word(alarm.weight()),
            text: self.text(&key, &[("count", alarm.count())]),
        }
    }

    fn minutes(&self) -> Vec<(jiff::civil::DateTime, u32)> {
        let minutes = self.view.bookings.iter();
        minutes
            .map(|(at, count)| (civil(&self.call.app.app, *at), *count))
            .collect()
    }

    fn tiles(&self) -> Vec<Tile> {
        let (view, permits) = (self.view, self.view.permits);
        let tile = |label, value: String, hint: String| Tile {
            label,
            value,
            hint,
            part: None,
        };
        let lines = || view.campaigns.iter().flat_map(|campaign| &campaign.view.lines);
        let joined: u64 = lines().map(|line| u64::from(line.joined)).sum();
        let called: u64 = lines().map(|line| u64::from(line.called)).sum();
        let delay = view.delay.map(|delay| delay.as_micros().div_ceil(1_000) as u64);
        let goal_ms = permits.bounds.delay_goal.as_millis() as u64;
        let (target, inside) = (u64::from(permits.target), u64::from(view.inside));
        let (counts, agents) = (view.counts, view.agents);
        vec![
            tile(
                "operations-booked",
                self.number(view.last_minute.booked.into()),
                self.text(
                    "operations-booked-hint",
                    &[
                        ("joined", view.last_minute.joined.into()),
                        ("called", view.last_minute.called.into()),
                    ],
                ),
            ),
            Tile {
                part: Some((inside * 100 / target.max(1)).min(100) as u32),
                ..tile(
                    "operations-inside",
                    self.number(inside),
                    self.text(
                        "operations-inside-hint",
                        &[
                            ("target", target),
                            ("min", permits.bounds.min.into()),
                            ("max", permits.bounds.max.into()),
                        ],
                    ),
                )
            },
            Tile {
                part: delay.map(|ms| (ms * 100 / goal_ms.max(1)).min(100) as u32),
                ..tile(
                    "operations-delay",
                    match delay {
                        Some(ms) => self.text("operations-delay-value", &[("ms", ms)]),
                        None => self.text("operations-none", &[]),
                    },
                    self.text("operations-delay-hint", &[("goal", goal_ms)]),
                )
            },
            tile(
                "operations-waiting",
                self.number(joined.saturating_sub(called)),
                self.text("operations-waiting-hint", &[("joined", joined)]),
            ),
            tile(
                "operations-free",
                self.number(counts.series_free),
                self.text(
                    "operations-free-hint",
                    &[("released", counts.series_released), ("booked", counts.series_booked)],
                ),
            ),
            tile(
                "operations-outbox",
                self.number(counts.messages_waiting),
                self.text("operations-outbox-hint", &[("sent", counts.messages_sent)]),
            ),
            tile(
                "operations-agents",
                self.number(agents.ready.into()),
                self.text(
                    "operations-agents-hint",
                    &[
                        ("calling", agents.on_call.into()),
                        ("wrapping", agents.wrap_up.into()),
                        ("resting", agents.on_break.into()),
                    ],
                ),
            ),
            tile(
                "operations-callbacks",
                self.number(view.callbacks.due.into()),
                self.text(
                    "operations-callbacks-hint",
                    &[("waiting", view.callbacks.waiting.into())],
                ),
            ),
        ]
    }

    fn campaigns(&self, acts: bool) -> Vec<CampaignPart> {
        let mut key = Some("P");
        let numbered = self.view.campaigns.iter().enumerate();
        numbered
            .map(|(number, campaign)| self.campaign(number, campaign, acts, &mut key))
            .collect()
    }

    fn campaign(
        &self,
        number: usize,
        campaign: &CampaignNow,
        acts: bool,
        key: &mut Option<&'static str>,
    ) -> CampaignPart {
        let (view, id) = (&campaign.view, campaign.view.campaign.id.as_str());
        let action = |what: &str, key| {
            let form = self.action(&format!("{what}_{number}"), "step", key);
            ActionForm {
                form: form.form.clone().with_hidden("campaign", id),
                ..form
            }
        };
        let steps = acts && can_step(view.state);
        let ends = acts && view.state != CampaignState::Closed;
        CampaignPart {
            number,
            name: id.to_owned(),
            state: campaign_word(view.state),
            opens: civil(&self.call.app.app, view.campaign.opens_at),
            opened: view.campaign.opens_at <= self.view.at,
            lines: view
                .lines
                .iter()
                .zip(&campaign.inside)
                .map(|(line, inside)| self.line(line, *inside))
                .collect(),
            step: steps.then(|| action("step", key.take())),
            close: ends.then(|| action("close", None)),
        }
    }

    fn line(&self, line: &LineView, inside: u32) -> LineRow {
        let waited = |since: Timestamp| self.view.at.duration_since(since).max(SignedDuration::ZERO);
        let seconds = |wait: std::time::Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
        LineRow {
            centres: centre_names(&self.call.app.app, &line.pool.centres).join(", "),
            state: line_word(line),
            numbers: [
                line.joined,
                line.joined.saturating_sub(line.called),
                inside,
                line.called,
            ]
            .map(u64::from),
            rate: line.called_per_s.map(|rate| (rate * 60.0).round() as u64),
            wait_s: line.wait.map(|wait| (seconds(wait.low), seconds(wait.high))),
            longest_min: line
                .waiting_since
                .map(|since| u64::try_from(waited(since).as_secs() / 60).unwrap_or(0)),
            free: line.supply.into(),
        }
    }

    fn node(&self, now: &NodeNow) -> NodeRow {
        NodeRow {
            name: now.node.name.clone(),
            state: match now {
                NodeNow { silent: true, .. } => "silent",
                now if now.node.leads => "leads",
                _ => "there",
            },
            seen: self.seconds(now.node.seen_at),
            began: civil(&self.call.app.app, now.node.began_at),
            delay_ms: now.node.delay.map(|delay| delay.as_micros().div_ceil(1_000) as u64),
        }
    }

    fn supply(&self) -> Vec<SupplyRow> {
        let region = self.call.app.app.service.region();
        let rows = self.view.supply.iter().map(|supply| SupplyRow {
            centre: supply.centre.clone(),
            vaccine: region
                .vaccine(&supply.vaccine)
                .map_or_else(|| supply.vaccine.to_string(), |vaccine| vaccine.name.clone()),
            numbers: [supply.delivered, supply.unreleased, supply.released, supply.free],
        });
        rows.collect()
    }

    /// A form that needs a reason. What was posted with it before is in it again.
    fn action(&self, id: &str, what: &str, key: Option<&'static str>) -> ActionForm {
        let path = if what == "release" {
            paths::OPERATIONS_RELEASE
        } else {
            paths::OPERATIONS
        };
        let attempt = hex::encode(&self.call.app.app.service.entropy().bytes::<16>());
        let mut form: Form = own::form(&self.call.who, path)
            .with_hidden("what", what)
            .with_hidden("form", id)
            .with_hidden("attempt_key", attempt);
        form.error = self.said(id, "");
        ActionForm {
            id: id.to_owned(),
            form,
            reason: self.typed(id, "reason", ""),
            error: self.said(id, "reason"),
            key,
        }
    }

    /// What was typed into a field of a form, if it was posted; else what stands there.
    fn typed(&self, form: &str, field: &str, stands: &str) -> String {
        let posted = &self.call.posted;
        let typed = posted.get("form") == form && posted.has(field);
        if typed { posted.get(field) } else { stands }.to_owned()
    }

    /// What is wrong with a field of a form.
    fn said(&self, form: &str, field: &str) -> Option<String> {
        let found = self
            .wrong
            .iter()
            .find(|wrong| wrong.form == form && wrong.field == field)?;
        Some(self.text(found.key, &[]))
    }

    fn field(&self, form: &str, name: &'static str, stands: &str) -> Field {
        Field {
            name,
            value: self.typed(form, name, stands),
            error: self.said(form, name),
        }
    }

    fn steering(&self) -> Steering {
        let service = &self.call.app.app.service;
        let permits = self.view.permits;
        let shown = self.view.announcement.as_ref();
        let text = |language: &Language| {
            let tag = language.to_string();
            let field = format!("text-{tag}");
            TextField {
                language: service.texts().speaker(language).text("language-name"),
                text: self.typed("announce", &field, ""),
                error: self.said("announce", &field),
                tag,
            }
        };
        Steering {
            bounds: self.action("bounds", "bounds", None),
            min: self.field("bounds", "min", &permits.bounds.min.to_string()),
            max: self.field("bounds", "max", &permits.bounds.max.to_string()),
            configured: (permits.configured.min.into(), permits.configured.max.into()),
            set: permits.set,
            announce: self.action("announce", "announce", None),
            texts: service.region().languages.iter().map(text).collect(),
            withdraw: shown.map(|shown| {
                let action = self.action("withdraw", "withdraw", None);
                ActionForm {
                    form: action.form.clone().with_hidden("announcement", shown.id.to_string()),
                    ..action
                }
            }),
        }
    }

    fn release(&self) -> ReleasePart {
        let service = &self.call.app.app.service;
        let (region, today) = (service.region(), service.today());
        let day = |days: i64| today.saturating_add(days.days()).to_string();
        let choice = |name: &'static str, options: Vec<ChoiceOption>, stands: &str| Choice {
            error: self.said("release", name),
            ..Choice::new(name, options, &self.typed("release", name, stands))
        };
        let vaccines = region.vaccines.iter();
        let vaccines: Vec<_> = vaccines
            .map(|vaccine| ChoiceOption::new(vaccine.id.as_str(), vaccine.name.clone()))
            .collect();
        let first = vaccines
            .first()
            .map_or_else(String::new, |vaccine| vaccine.value.clone());
        let all = ChoiceOption::new("", self.text("operations-release-all", &[]));
        let centres = region
            .centres
            .iter()
            .map(|centre| ChoiceOption::new(centre.id.as_str(), centre.name.clone()));
        let centres = std::iter::once(all).chain(centres).collect();
        let shares = ["all", "half", "none"].map(|share| {
            let key = format!("operations-release-hold-{share}");
            let value = if share == "half" { "50" } else { share };
            ChoiceOption::new(value, self.text(&key, &[]))
        });
        ReleasePart {
            action: self.action("release", "release", None),
            vaccine: choice("vaccine", vaccines, &first),
            centre: choice("centre", centres, ""),
            from: self.field("release", "from", &day(1)),
            to: self.field("release", "to", &day(RELEASE_DAYS)),
            hold_back: choice("hold_back", shares.to_vec(), "all"),
        }
    }
}
