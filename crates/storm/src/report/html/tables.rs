//! The tables: that day and now, requests by kind, what became of the people.

use std::fmt::{self, Write as _};

use super::{Page, kind_key};
use crate::day::ms;
use crate::kind::KINDS;
use crate::live::clock;
use crate::report::chart::escaped;

impl Page<'_> {
    /// What happened in 2021, beside what happens now.
    pub(super) fn write_sides(&self, html: &mut String) -> fmt::Result {
        let Some(then) = &self.plan.scenario.then else {
            return Ok(());
        };
        let language = self.speaker.language();
        let notes = self.replay.day.notes();
        writeln!(
            html,
            "<h2>{}</h2><div class=\"sides\"><section><h3>{}</h3><ul>",
            self.t("storm-sides"),
            self.t("storm-then")
        )?;
        for sentence in then.happened.get(language.as_str()).into_iter().flatten() {
            writeln!(html, "<li>{}</li>", escaped(sentence))?;
        }
        for (after, booked) in &then.booked {
            let args = [
                ("time", clock(after.0 as f64 / 1_000.0).into()),
                ("number", self.speaker.number(*booked).into()),
            ];
            writeln!(
                html,
                "<li>{}</li>",
                escaped(&self.speaker.text_with("storm-booked-then", &args))
            )?;
        }
        let failed = self.replay.day.all_counts().failed();
        let last_s = self.replay.pace.scenario_s(notes.last_booked).max(0.0);
        let now = [
            (
                "storm-now-joined",
                vec![
                    ("joined", self.speaker.number(notes.joined)),
                    ("came", self.speaker.number(notes.came)),
                ],
            ),
            (
                "storm-now-booked",
                vec![("number", self.speaker.number(notes.booked)), ("time", clock(last_s))],
            ),
            ("storm-now-failed", vec![("number", self.speaker.number(failed))]),
            (
                "storm-now-phone",
                vec![("number", self.speaker.number(notes.booked_by_phone))],
            ),
        ];
        writeln!(html, "</ul></section><section><h3>{}</h3><ul>", self.t("storm-now"))?;
        for (key, args) in now {
            let args: Vec<(&str, dran_i18n::Value<'_>)> =
                args.into_iter().map(|(name, text)| (name, text.into())).collect();
            writeln!(html, "<li>{}</li>", escaped(&self.speaker.text_with(key, &args)))?;
        }
        html.push_str("</ul></section></div>\n");
        Ok(())
    }

    /// The requests, by kind.
    pub(super) fn write_kinds(&self, html: &mut String) -> fmt::Result {
        writeln!(
            html,
            "<h2>{}</h2><div class=\"scroll\" tabindex=\"0\"><table><tr>",
            self.t("storm-kinds")
        )?;
        for key in [
            "request",
            "sent",
            "good",
            "refused",
            "error-pages",
            "no-answer",
            "p50",
            "p99",
            "max",
        ] {
            write!(html, "<th scope=\"col\">{}</th>", self.t(&format!("storm-{key}")))?;
        }
        html.push_str("</tr>\n");
        for kind in KINDS {
            let (counts, latencies) = (self.replay.day.counts(kind), &self.replay.day.latencies[kind.index()]);
            if counts.sent == 0 {
                continue;
            }
            write!(html, "<tr><th scope=\"row\">{}</th>", self.t(&kind_key(kind)))?;
            for number in [
                counts.sent,
                counts.good,
                counts.refused,
                counts.error_pages,
                counts.no_answer,
            ] {
                write!(html, "<td>{}</td>", self.number(number))?;
            }
            for quantile in [0.5, 0.99, 1.0] {
                write!(
                    html,
                    "<td>{}</td>",
                    self.decimal(ms(latencies.value_at_quantile(quantile)))
                )?;
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</table></div>\n");
        Ok(())
    }

    /// What became of the people.
    pub(super) fn write_people(&self, html: &mut String) -> fmt::Result {
        let notes = self.replay.day.notes();
        let rows = [
            ("storm-people-came", notes.came),
            ("storm-people-joined", notes.joined),
            ("storm-people-called", notes.called),
            ("storm-people-entered", notes.entered),
            ("storm-people-booked", notes.booked),
            ("storm-people-phone", notes.booked_by_phone),
            ("storm-people-promised", notes.promised),
            ("storm-people-nothing-left", notes.nothing_left),
            ("storm-people-abandoned", notes.abandoned),
            ("storm-people-chose-again", notes.chose_again),
            ("storm-people-codes", notes.codes_typed),
            ("storm-people-codes-missing", notes.codes_missing),
            ("storm-people-had-one", notes.had_one_already),
        ];
        writeln!(html, "<h2>{}</h2><table>", self.t("storm-people"))?;
        for (key, number) in rows {
            writeln!(
                html,
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                self.t(key),
                self.number(number)
            )?;
        }
        html.push_str("</table>\n");
        Ok(())
    }
}
