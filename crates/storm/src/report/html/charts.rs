//! The charts: how it went, over the time of the scenario.

use std::fmt::{self, Write as _};

use super::{Page, kind_key};
use crate::day::Moment;
use crate::kind::{KINDS, Kind};
use crate::replay::Doors;
use crate::report::chart::{Chart, Line};

impl Page<'_> {
    /// Everything over time.
    pub(super) fn write_charts(&self, html: &mut String) -> fmt::Result {
        writeln!(
            html,
            "<h2>{}</h2><p>{}</p>",
            self.t("storm-charts"),
            self.t("storm-charts-lead")
        )?;
        // Agents' requests in one line: with a line for each kind nobody could tell them apart.
        let (at_the_desk, others): (Vec<Kind>, Vec<Kind>) = KINDS.into_iter().partition(|kind| kind.is_with_agents());
        let mut per_kind: Vec<Line> = others
            .into_iter()
            .map(|kind| self.sent(&kind_key(kind), &[kind]))
            .collect();
        per_kind.push(self.sent("storm-desk", &at_the_desk));
        per_kind.retain(|line| line.points.iter().any(|(_, sent)| *sent > 0.0));
        self.write_chart(html, "storm-chart-requests", "storm-unit-per-s", false, per_kind)?;
        let latencies = vec![
            self.line("storm-p99", |moment| moment.latency.map(|latency| latency.p99)),
            self.line("storm-p50", |moment| moment.latency.map(|latency| latency.p50)),
            self.line("storm-lag", |moment| Some(moment.lag_p99_ms)),
        ];
        self.write_chart(html, "storm-chart-latency", "storm-unit-ms", true, latencies)?;
        let line = vec![
            self.line("storm-joined", |moment| Some(moment.notes.joined as f64)),
            self.line("storm-called", |moment| Some(moment.notes.called as f64)),
            self.line("storm-booked", |moment| Some(moment.notes.booked as f64)),
        ];
        self.write_chart(html, "storm-chart-line", "storm-unit-people", false, line)?;
        let permits = vec![self.line("storm-permits", |moment| moment.seen.map(|seen| seen.permits as f64))];
        self.write_chart(html, "storm-chart-permits", "storm-unit-permits", false, permits)?;
        if let Some(then) = self.plan.scenario.then.as_ref().filter(|then| !then.booked.is_empty()) {
            let scaled = |booked: u64| booked as f64 * self.plan.scale;
            let mut points = vec![(0.0, 0.0)];
            points.extend(
                then.booked
                    .iter()
                    .map(|(at, booked)| (at.0 as f64 / 1_000.0, scaled(*booked))),
            );
            let then = Line {
                word: self.speaker.text("storm-then"),
                points,
            };
            let mut now = self.line("storm-now", |moment| Some(moment.notes.booked as f64));
            // What is booked stays booked until the end of that day's curve.
            if let (Some(last), Some(end)) = (now.points.last().copied(), then.points.last())
                && last.0 < end.0
            {
                now.points.push((end.0, last.1));
            }
            self.write_chart(html, "storm-chart-then", "storm-unit-people", false, vec![now, then])?;
        }
        if self.plan.scenario.hotline.is_some() {
            let agents = vec![self.line("storm-agents", |moment| Some(f64::from(moment.agents_busy)))];
            self.write_chart(html, "storm-chart-agents", "storm-unit-people", false, agents)?;
        }
        if self.replay.doors == Doors::Desk {
            let desk = vec![
                self.line("storm-p99", |moment| moment.desk.map(|latency| latency.p99)),
                self.line("storm-p50", |moment| moment.desk.map(|latency| latency.p50)),
            ];
            self.write_chart(html, "storm-chart-desk", "storm-unit-ms", true, desk)?;
        }
        if self.replay.codes {
            let messages = vec![self.line("storm-messages", |moment| Some(moment.messages as f64))];
            self.write_chart(html, "storm-chart-messages", "storm-unit-messages", false, messages)?;
        }
        let connections = vec![
            self.line("storm-connections", |moment| Some(f64::from(moment.connections))),
            self.line("storm-opened", |moment| Some(f64::from(moment.opened))),
        ];
        self.write_chart(
            html,
            "storm-chart-connections",
            "storm-unit-connections",
            false,
            connections,
        )
    }

    /// Requests of some kinds.
    fn sent(&self, key: &str, kinds: &[Kind]) -> Line {
        self.line(key, |moment| {
            let sent = kinds.iter().map(|kind| moment.counts[kind.index()].sent);
            Some(sent.sum::<u64>() as f64)
        })
    }

    fn line(&self, key: &str, figure: impl Fn(&Moment) -> Option<f64>) -> Line {
        let moments = &self.replay.day.moments;
        let at = |moment: &Moment| self.replay.pace.scenario_s(u64::from(moment.at_s + 1) * 1_000_000);
        Line {
            word: self.speaker.text(key),
            points: moments
                .iter()
                .filter_map(|moment| Some((at(moment), figure(moment)?)))
                .collect(),
        }
    }

    fn write_chart(
        &self,
        html: &mut String,
        title: &str,
        unit: &str,
        logarithmic: bool,
        lines: Vec<Line>,
    ) -> fmt::Result {
        let chart = Chart {
            title: &self.speaker.text(title),
            unit: &self.speaker.text(unit),
            time: &self.speaker.text("storm-time"),
            table: &self.speaker.text("storm-table"),
            logarithmic,
            lines,
        };
        chart.write(html)
    }
}
