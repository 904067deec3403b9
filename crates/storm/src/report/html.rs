//! `report.html`: one file with everything in it, readable without colour and without scripts.

mod charts;
mod tables;

use std::fmt::{self, Write as _};

use dran_i18n::Speaker;

use super::chart::escaped;
use crate::bars::Verdict;
use crate::kind::Kind;
use crate::replay::{Doors, Plan, Replay};
use crate::scenario::bar::{Goal, Measure};

/// The whole report as a page.
///
/// # Errors
/// Never in practice: writing into a string does not fail.
pub fn html(plan: &Plan, replay: &Replay, speaker: &Speaker) -> Result<String, fmt::Error> {
    let page = Page { plan, replay, speaker };
    let mut html = String::new();
    page.write_head(&mut html)?;
    page.write_bars(&mut html)?;
    page.write_sides(&mut html)?;
    page.write_charts(&mut html)?;
    page.write_kinds(&mut html)?;
    page.write_people(&mut html)?;
    page.write_reading(&mut html)?;
    html.push_str("</main></body></html>\n");
    Ok(html)
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0}\
main{max-width:62rem;margin:0 auto;padding:1rem}h1{margin-bottom:0}h2{margin-top:2.5rem}\
table{border-collapse:collapse;margin:.5rem 0}th,td{border-bottom:1px solid #bbb;padding:.25rem .75rem .25rem 0;\
text-align:left;vertical-align:top}td{font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}\
figure svg{min-width:44rem}th[scope=row]{min-width:9rem}\
.verdict{font-weight:bold;border:2px solid;padding:.5rem 1rem}.missed{font-weight:bold}figure{margin:1.5rem 0}\
figcaption{font-weight:bold}svg{width:100%;height:auto}.grid{stroke:#ccc}.opening{stroke:#555;stroke-dasharray:2 2}\
.line{fill:none;stroke-width:2;stroke:#1a1a1a}text{font-size:12px;fill:#1a1a1a}.scale{text-anchor:end}\
polyline.l1{stroke:#0b5fa5}polyline.l2{stroke:#a33b00}polyline.l3{stroke:#5b2c83}polyline.l4{stroke:#00695c}\
polyline.l5{stroke:#8a0f3c}polyline.l6{stroke:#5d4a00}polyline.l7{stroke:#37474f}\
.sides{display:grid;grid-template-columns:1fr 1fr;gap:2rem}@media(max-width:40rem){.sides{grid-template-columns:1fr}\
table{font-size:.9rem}th[scope=row]{min-width:7rem;hyphens:auto}}";

/// The key of a kind's words.
fn kind_key(kind: Kind) -> String {
    format!("storm-kind-{}", kind.name().replace('_', "-"))
}

struct Page<'a> {
    plan: &'a Plan,
    replay: &'a Replay,
    speaker: &'a Speaker,
}

impl Page<'_> {
    fn t(&self, key: &str) -> String {
        escaped(&self.speaker.text(key))
    }

    fn number(&self, number: u64) -> String {
        escaped(&self.speaker.number(number))
    }

    /// A number with two decimals, where it has any; nothing here is negative.
    fn decimal(&self, number: f64) -> String {
        let hundredths = (number * 100.0).round() as u64;
        let (whole, rest) = (self.number(hundredths / 100), hundredths % 100);
        if rest == 0 {
            return whole;
        }
        let point = if self.speaker.language().as_str() == "de" {
            ','
        } else {
            '.'
        };
        format!("{whole}{point}{rest:02}")
    }

    fn write_head(&self, html: &mut String) -> fmt::Result {
        let language = self.speaker.language();
        let title = escaped(self.plan.scenario.title_in(language.as_str()));
        let passed = self.replay.verdicts.iter().filter(|verdict| verdict.pass).count();
        let all = self.replay.verdicts.len();
        let verdict = if passed == all { "storm-passed" } else { "storm-missed" };
        let numbers = [("passed", passed.into()), ("all", all.into())];
        let about = [
            ("target", self.plan.target.host.as_str().into()),
            ("campaign", self.replay.start.campaign.as_str().into()),
            ("speed", escaped(&self.decimal(self.plan.speed)).into()),
            ("scale", escaped(&self.decimal(self.plan.scale)).into()),
            ("seed", self.plan.seed.to_string().into()),
        ];
        writeln!(
            html,
            "<!doctype html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head><body><main>\n\
             <h1>{title}</h1>\n<p>{}</p>\n<p class=\"verdict\">{}</p>",
            language.as_str(),
            self.speaker.direction(),
            escaped(&self.speaker.text_with("storm-about", &about)),
            escaped(&self.speaker.text_with(verdict, &numbers)),
        )?;
        let remarks = [
            (self.replay.service_gone, "storm-service-gone"),
            (self.replay.cut_short, "storm-cut-short"),
            (!self.replay.codes, "storm-no-codes"),
            (self.replay.start.is_open, "storm-was-open"),
            (!self.plan.thinks, "storm-no-think"),
        ];
        for (applies, key) in remarks {
            if applies {
                writeln!(html, "<p>{}</p>", self.t(key))?;
            }
        }
        self.write_doors(html)
    }

    /// Which doors callers and agents came in by.
    fn write_doors(&self, html: &mut String) -> fmt::Result {
        let notes = self.replay.day.notes();
        let waiting = notes.promised.saturating_sub(notes.booked_by_phone);
        let (key, args) = match self.replay.doors {
            Doors::NobodyCalls => return Ok(()),
            Doors::Portal => ("storm-doors-portal", [("agents", 0.into()), ("waiting", 0.into())]),
            Doors::Hotline => (
                "storm-doors-hotline",
                [("agents", 0.into()), ("waiting", self.speaker.number(waiting).into())],
            ),
            Doors::Desk => {
                let agents = self.speaker.number(notes.agents_in);
                ("storm-doors-desk", [("agents", agents.into()), ("waiting", 0.into())])
            }
        };
        writeln!(html, "<p>{}</p>", escaped(&self.speaker.text_with(key, &args)))
    }

    fn write_bars(&self, html: &mut String) -> fmt::Result {
        writeln!(
            html,
            "<h2>{}</h2><div class=\"scroll\" tabindex=\"0\"><table><tr>",
            self.t("storm-bars")
        )?;
        for key in ["storm-bar", "storm-verdict", "storm-value", "storm-goal"] {
            write!(html, "<th scope=\"col\">{}</th>", self.t(key))?;
        }
        html.push_str("</tr>\n");
        for verdict in &self.replay.verdicts {
            let value = verdict
                .value
                .map_or_else(|| self.t("storm-not-measured"), |value| self.decimal(value));
            let (class, word) = if verdict.pass {
                ("reached", "storm-reached")
            } else {
                ("missed", "storm-bar-missed")
            };
            writeln!(
                html,
                "<tr class=\"{class}\"><th scope=\"row\">{}</th><td>{}</td><td>{value}</td><td>{}</td></tr>",
                self.bar_name(verdict),
                self.t(word),
                self.goal(verdict.goal)
            )?;
        }
        html.push_str("</table></div>\n");
        Ok(())
    }

    fn bar_name(&self, verdict: &Verdict) -> String {
        match verdict.measure {
            Measure::Latency(kind, percentile) => {
                let kind_word = self.speaker.text(&kind_key(kind));
                let ending = format!("{percentile:?}").to_lowercase();
                let args = [("kind", kind_word.into())];
                escaped(&self.speaker.text_with(&format!("storm-latency-{ending}"), &args))
            }
            measure => self.t(&format!("storm-bar-{}", measure.name().replace('_', "-"))),
        }
    }

    fn goal(&self, goal: Goal) -> String {
        let (key, number) = match goal {
            Goal::AtLeast(number) => ("storm-at-least", number),
            Goal::AtMost(number) => ("storm-at-most", number),
        };
        escaped(&self.speaker.text_with(key, &[("number", self.decimal(number).into())]))
    }

    fn write_reading(&self, html: &mut String) -> fmt::Result {
        writeln!(html, "<h2>{}</h2><ul>", self.t("storm-reading"))?;
        for key in ["storm-reading-latency", "storm-reading-lag", "storm-reading-speed"] {
            writeln!(html, "<li>{}</li>", self.t(key))?;
        }
        if self.replay.doors == Doors::Desk {
            writeln!(html, "<li>{}</li>", self.t("storm-reading-desk"))?;
        }
        html.push_str("</ul>\n");
        Ok(())
    }
}
