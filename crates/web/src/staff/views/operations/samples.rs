//! The operations page in every state.

use jiff::civil::date;

use super::super::samples::Samples;
use super::{
    ActionForm, AlarmLine, Announced, Bars, CampaignPart, LineRow, NodeRow, OperationsPage, ReleasePart, Steering,
    SupplyRow, TextField, Tile,
};
use crate::portal::views::samples::ODD_NAMES;
use crate::portal::views::{Choice, ChoiceOption, Field, Form};
use crate::staff::views::paths;

impl Samples {
    /// The page of operators, planners and auditors, on a good day, a bad one, and before anything is there.
    pub(in crate::staff::views) fn operations(&mut self) -> Result<(), askama::Error> {
        let calm = self.calm();
        self.add("operations", &calm)?;
        let mut bad = self.bad(&calm);
        self.add("operations-bad", &bad)?;
        self.wrong(&mut bad);
        self.add("operations-errors", &bad)?;
        let planner = OperationsPage {
            steering: None,
            done: false,
            release: Some(self.release()),
            campaigns: calm.campaigns.iter().map(looked_at).collect(),
            ..calm.clone()
        };
        self.add("operations-planner", &planner)?;
        let mut empty = OperationsPage {
            release: None,
            bars: None,
            campaigns: vec![],
            supply: vec![],
            nodes: vec![],
            reload_s: Some(5),
            ..planner
        };
        for tile in &mut empty.tiles {
            (tile.value, tile.part) = (self.t("operations-none"), None);
        }
        self.add("operations-empty", &empty)
    }

    fn tiles(&self) -> Vec<Tile> {
        let tile = |label, value: &str, hint: String, part| Tile {
            label,
            value: value.to_owned(),
            hint,
            part,
        };
        let text = |key: &str, args: &[(&str, u64)]| {
            let args: Vec<_> = args.iter().map(|(name, number)| (*name, (*number).into())).collect();
            self.shell.speaker.text_with(key, &args)
        };
        vec![
            tile(
                "operations-booked",
                "412",
                text("operations-booked-hint", &[("joined", 9_120), ("called", 604)]),
                None,
            ),
            tile(
                "operations-inside",
                "1.874",
                text(
                    "operations-inside-hint",
                    &[("target", 2_000), ("min", 50), ("max", 2_000)],
                ),
                Some(93),
            ),
            tile(
                "operations-delay",
                "4 ms",
                text("operations-delay-hint", &[("goal", 50)]),
                Some(8),
            ),
            tile(
                "operations-waiting",
                "310.412",
                text("operations-waiting-hint", &[("joined", 312_286)]),
                None,
            ),
            tile(
                "operations-free",
                "54.912",
                text("operations-free-hint", &[("released", 60_000), ("booked", 3_214)]),
                None,
            ),
            tile(
                "operations-outbox",
                "17",
                text("operations-outbox-hint", &[("sent", 6_412)]),
                None,
            ),
            tile(
                "operations-agents",
                "12",
                text(
                    "operations-agents-hint",
                    &[("calling", 131), ("wrapping", 9), ("resting", 4)],
                ),
                None,
            ),
            tile(
                "operations-callbacks",
                "3",
                text("operations-callbacks-hint", &[("waiting", 840)]),
                None,
            ),
        ]
    }

    fn action(&self, id: &str, key: Option<&'static str>) -> ActionForm {
        let key_of_form = "00".repeat(16);
        ActionForm {
            id: id.to_owned(),
            form: Form::to(paths::OPERATIONS)
                .with_hidden("form", id)
                .with_hidden("attempt_key", key_of_form),
            reason: String::new(),
            error: None,
            key,
        }
    }

    fn campaign(&self, number: usize, state: &'static str, lines: Vec<LineRow>) -> CampaignPart {
        let steps = ["open", "paused"].contains(&state);
        CampaignPart {
            number,
            name: format!("Hessen {}", 12 + number),
            state,
            opens: date(2021, 1, 12).at(8, 0, 0, 0),
            opened: state != "scheduled",
            lines,
            step: steps.then(|| self.action(&format!("step_{number}"), (number == 0).then_some("P"))),
            close: (state != "closed").then(|| self.action(&format!("close_{number}"), None)),
        }
    }

    fn calm(&self) -> OperationsPage {
        let at = date(2021, 1, 12).at(8, 4, 0, 0);
        let line = |centres: &str, state, joined: u64, called: u64, free| LineRow {
            centres: centres.to_owned(),
            state,
            numbers: [joined, joined - called, 310, called],
            rate: Some(98),
            wait_s: Some((5_400, 9_000)),
            longest_min: Some(4),
            free,
        };
        let mut waiting = line("Impfzentrum Fulda", "drawing", 20_110, 0, 9_000);
        (waiting.rate, waiting.wait_s, waiting.longest_min) = (None, None, None);
        let lines = vec![
            line("Impfzentrum Kassel, Jahnsporthalle", "open", 81_204, 1_310, 21_480),
            line("Impfzentrum Gießen, Heuchelheim", "open", 64_018, 1_102, 18_204),
        ];
        let minutes: Vec<_> = (0..24_i8)
            .map(|minute| (date(2021, 1, 12).at(8, minute, 59, 0), 7 * minute as u32 % 90))
            .collect();
        OperationsPage {
            shell: self.shell.clone(),
            who: self.who(),
            done: true,
            at: "08:04:10".to_owned(),
            href: paths::OPERATIONS,
            live_href: format!("{}?{}", paths::OPERATIONS, crate::staff::call::LOOKS_ON),
            reload_s: None,
            weight: "calm",
            alarms: vec![],
            tiles: self.tiles(),
            bars: Bars::of(&minutes),
            campaigns: vec![
                self.campaign(0, "open", lines),
                self.campaign(1, "scheduled", vec![waiting]),
            ],
            steering: Some(self.steering()),
            announced: None,
            supply: vec![
                SupplyRow {
                    centre: "Impfzentrum Kassel, Jahnsporthalle".to_owned(),
                    vaccine: "Comirnaty".to_owned(),
                    numbers: [48_750, 1_170, 23_790, 21_480],
                },
                SupplyRow {
                    centre: ODD_NAMES[1].to_owned(),
                    vaccine: "Moderna".to_owned(),
                    numbers: [0, 0, 0, 0],
                },
            ],
            release: None,
            agents: vec![
                ("operations-agents-ready", 12),
                ("operations-agents-on-call", 131),
                ("operations-agents-wrap-up", 9),
                ("operations-agents-break", 4),
            ],
            nodes: vec![NodeRow {
                name: "dran1 10.0.0.1:8080".to_owned(),
                state: "leads",
                seen: "08:04:09".to_owned(),
                began: at,
                delay_ms: Some(4),
            }],
        }
    }

    fn steering(&self) -> Steering {
        let text = |tag: &str, language: &str| TextField {
            tag: tag.to_owned(),
            language: language.to_owned(),
            text: String::new(),
            error: None,
        };
        Steering {
            bounds: self.action("bounds", None),
            min: Field::filled("min", "50"),
            max: Field::filled("max", "2000"),
            configured: (50, 2_000),
            set: false,
            announce: self.action("announce", None),
            texts: vec![text("de", "Deutsch"), text("en", "English")],
            withdraw: None,
        }
    }

    fn bad(&self, calm: &OperationsPage) -> OperationsPage {
        let alarm = |weight, key: &str, count: u64| AlarmLine {
            weight,
            text: self.shell.tn(key, "count", &count),
        };
        let mut lines = calm.campaigns[0].lines.clone();
        (lines[0].state, lines[1].state) = ("paused", "paused");
        let mut other = lines.clone();
        (other[0].state, other[0].free, other[1].state) = ("empty", 0, "closed");
        let mut nodes = calm.nodes.clone();
        let silent = NodeRow {
            name: "dran2 10.0.0.2:8080".to_owned(),
            state: "silent",
            delay_ms: None,
            ..nodes[0].clone()
        };
        let there = NodeRow {
            name: "dran3 10.0.0.3:8080".to_owned(),
            state: "there",
            ..nodes[0].clone()
        };
        nodes.extend([silent, there]);
        let mut tiles = calm.tiles.clone();
        (tiles[2].value, tiles[2].part) = ("412 ms".to_owned(), Some(100));
        OperationsPage {
            done: false,
            weight: "act",
            alarms: vec![
                alarm("act", "operations-alarm-paused", 1),
                alarm("act", "operations-alarm-nodes-silent", 1),
                alarm("watch", "operations-alarm-slow", 0),
                alarm("watch", "operations-alarm-nothing-left", 1),
                alarm("watch", "operations-alarm-outbox", 4_120),
                alarm("watch", "operations-alarm-no-agent", 61),
            ],
            tiles,
            campaigns: vec![
                self.campaign(0, "paused", lines),
                self.campaign(1, "open", other.clone()),
                self.campaign(2, "closed", other),
            ],
            steering: Some(Steering {
                set: true,
                withdraw: Some(self.action("withdraw", None)),
                ..self.steering()
            }),
            announced: Some(Announced {
                since: date(2021, 1, 12).at(8, 3, 0, 0),
                texts: vec![
                    (
                        "de".to_owned(),
                        "Gerade geht es langsamer. Ihr Platz bleibt Ihnen.".to_owned(),
                    ),
                    (
                        "en".to_owned(),
                        "It is slower right now. You keep your place.".to_owned(),
                    ),
                ],
            }),
            nodes,
            ..calm.clone()
        }
    }

    /// Every form of the page, refused.
    fn wrong(&self, page: &mut OperationsPage) {
        let said = |key: &str| Some(self.t(key));
        for campaign in &mut page.campaigns {
            for form in campaign.step.iter_mut().chain(&mut campaign.close) {
                form.error = said("operations-error-reason-short");
            }
        }
        if let Some(close) = &mut page.campaigns[1].close {
            close.form.error = said("operations-error-sure");
        }
        if let Some(steering) = &mut page.steering {
            steering.min.error = said("operations-error-crossed");
            steering.max.error = said("operations-error-number");
            steering.bounds.form.error = said("operations-error-state");
            steering.announce.error = said("operations-error-reason-long");
            steering.texts[0].text = ODD_NAMES[2].to_owned();
            for text in &mut steering.texts {
                text.error = said("operations-error-announcement-long");
            }
        }
        let mut release = self.release();
        release.action.form.error = said("operations-error-nothing");
        release.from.error = said("operations-error-days");
        page.release = Some(release);
    }

    fn release(&self) -> ReleasePart {
        let option = |key: &str| ChoiceOption::new(key, self.t(&format!("operations-release-hold-{key}")));
        ReleasePart {
            action: self.action("release", None),
            vaccine: Choice::new("vaccine", vec![ChoiceOption::new("biontech", "Comirnaty")], "biontech"),
            centre: Choice::new(
                "centre",
                vec![
                    ChoiceOption::new("", self.t("operations-release-all")),
                    ChoiceOption::new("kassel-stadt", "Impfzentrum Kassel"),
                ],
                "",
            ),
            from: Field::filled("from", "2021-01-13"),
            to: Field::filled("to", "2021-01-26"),
            hold_back: Choice::new("hold_back", ["all", "half", "none"].map(option).to_vec(), "all"),
        }
    }
}

/// A campaign as who may only look sees it.
fn looked_at(campaign: &CampaignPart) -> CampaignPart {
    CampaignPart {
        step: None,
        close: None,
        ..campaign.clone()
    }
}
