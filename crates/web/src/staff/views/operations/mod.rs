//! The operations page: how the day goes in one look, and below it what can be done.
//!
//! Every number is text, every state a word with a sign of its own shape: nothing is told by colour alone.

mod samples;

use askama::Template;
use jiff::civil::DateTime;

use super::Who;
use crate::portal::views::{Choice, ErrorLine, Errors, Field, Form, Shell};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/operations/page.html")]
pub struct OperationsPage {
    /// The frame.
    pub shell: Shell,
    /// Who asks.
    pub who: Option<Who>,
    /// Whether something was just done.
    pub done: bool,
    /// When all of this was so, with seconds.
    pub at: String,
    /// This page.
    pub href: &'static str,
    /// Where a script gets new numbers; not a use of the session.
    pub live_href: String,
    /// Seconds after which the page is loaded again where no script runs; none if it stays.
    pub reload_s: Option<u32>,
    /// What all alarms mean: `calm`, `watch` or `act`.
    pub weight: &'static str,
    /// What is wrong, in sentences, the gravest first.
    pub alarms: Vec<AlarmLine>,
    /// The numbers that matter.
    pub tiles: Vec<Tile>,
    /// Bookings minute by minute.
    pub bars: Option<Bars>,
    /// Campaigns with their lines.
    pub campaigns: Vec<CampaignPart>,
    /// What only operators do; none for who may only look.
    pub steering: Option<Steering>,
    /// What those who wait are told now.
    pub announced: Option<Announced>,
    /// What centres have.
    pub supply: Vec<SupplyRow>,
    /// The release; none for who does not plan.
    pub release: Option<ReleasePart>,
    /// Agents by state: the key of the state's name, and how many.
    pub agents: Vec<(&'static str, u64)>,
    /// The nodes.
    pub nodes: Vec<NodeRow>,
}

/// Something that is wrong.
#[derive(Clone, Debug)]
pub struct AlarmLine {
    /// `watch` or `act`.
    pub weight: &'static str,
    /// What it is, in a sentence.
    pub text: String,
}

/// A number with what it is.
#[derive(Clone, Debug)]
pub struct Tile {
    /// The key of its name.
    pub label: &'static str,
    /// The number.
    pub value: String,
    /// What goes with it.
    pub hint: String,
    /// How much of its most it is, in percent; none where there is no most.
    pub part: Option<u32>,
}

/// Bookings of whole minutes as bars.
#[derive(Clone, Debug)]
pub struct Bars {
    /// Left edge, top and height of each bar.
    pub bars: Vec<(u32, u32, u32)>,
    /// The highest number.
    pub most: u64,
    /// The minutes and their numbers, newest first.
    pub rows: Vec<(String, u64)>,
}

impl Bars {
    /// A bar is so wide, with the gap to the next one.
    const STEP: u32 = 20;
    const HEIGHT: u32 = 100;
    /// Places for bars.
    const PLACES: u32 = 30;

    /// The bars of these minutes, oldest first; none of no minute.
    pub fn of(minutes: &[(DateTime, u32)]) -> Option<Self> {
        let most = minutes.iter().map(|(_, count)| *count).max()?;
        let first = Self::PLACES.saturating_sub(u32::try_from(minutes.len()).unwrap_or(u32::MAX));
        let bar = |(place, (_, count)): (u32, &(DateTime, u32))| {
            let height = (u64::from(*count) * u64::from(Self::HEIGHT)).div_ceil(u64::from(most.max(1))) as u32;
            (place * Self::STEP, Self::HEIGHT - height, height)
        };
        Some(Self {
            bars: (first..).zip(minutes).map(bar).collect(),
            most: most.into(),
            rows: minutes
                .iter()
                .rev()
                .map(|(at, count)| (clock(at), u64::from(*count)))
                .collect(),
        })
    }

    fn view_box(&self) -> String {
        format!("0 0 {} {}", Self::STEP * Self::PLACES, Self::HEIGHT + 2)
    }

    fn bar_width(&self) -> u32 {
        Self::STEP - 5
    }
}

/// The time of day with minutes.
fn clock(at: &DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// A campaign.
#[derive(Clone, Debug)]
pub struct CampaignPart {
    /// Its number on the page, from 0.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// How it stands: `scheduled`, `open`, `paused` or `closed`.
    pub state: &'static str,
    /// When it opens or opened.
    pub opens: DateTime,
    /// Whether that is over.
    pub opened: bool,
    /// Its lines.
    pub lines: Vec<LineRow>,
    /// Pauses or resumes it.
    pub step: Option<ActionForm>,
    /// Ends it.
    pub close: Option<ActionForm>,
}

impl CampaignPart {
    fn state_key(&self) -> String {
        format!("operations-state-{}", self.state)
    }
}

/// A line.
#[derive(Clone, Debug)]
pub struct LineRow {
    /// Names of its centres.
    pub centres: String,
    /// How it stands: `scheduled`, `drawing`, `open`, `paused`, `closed`, or `empty` where people wait and nothing is
    /// left.
    pub state: &'static str,
    /// Tickets given out, tickets not called, permits in use, positions called.
    pub numbers: [u64; 4],
    /// Positions called in a minute; none before anything is known.
    pub rate: Option<u64>,
    /// How long somebody who joins now would wait, in seconds.
    pub wait_s: Option<(u32, u32)>,
    /// How long the next one to be called has been waiting, in minutes.
    pub longest_min: Option<u64>,
    /// Series left.
    pub free: u64,
}

impl LineRow {
    fn state_key(&self) -> String {
        format!("operations-line-{}", self.state)
    }
}

/// A form that needs a reason.
#[derive(Clone, Debug)]
pub struct ActionForm {
    /// Names the form on the page.
    pub id: String,
    /// Where it goes.
    pub form: Form,
    /// The reason as typed.
    pub reason: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// What is pressed with Alt to type the reason.
    pub key: Option<&'static str>,
}

impl ActionForm {
    fn reason_id(&self) -> String {
        format!("reason-{}", self.id)
    }

    fn errors(&self) -> Vec<ErrorLine> {
        let reason = self.error.iter().map(|text| ErrorLine {
            target: self.reason_id(),
            text: text.clone(),
        });
        let whole = self.form.error.iter().map(|text| ErrorLine {
            target: self.reason_id(),
            text: text.clone(),
        });
        whole.chain(reason).collect()
    }
}

/// What only operators do.
#[derive(Clone, Debug)]
pub struct Steering {
    /// Sets the bounds.
    pub bounds: ActionForm,
    /// Permits at least.
    pub min: Field,
    /// Permits at most.
    pub max: Field,
    /// What is configured.
    pub configured: (u64, u64),
    /// Whether an operator has set them.
    pub set: bool,
    /// Publishes an announcement.
    pub announce: ActionForm,
    /// Its texts.
    pub texts: Vec<TextField>,
    /// Takes back what is shown.
    pub withdraw: Option<ActionForm>,
}

impl Steering {
    fn errors(&self) -> Vec<ErrorLine> {
        let mut errors = Errors::default().field(&self.min).field(&self.max).done();
        errors.extend(self.bounds.errors());
        errors.extend(self.texts.iter().filter_map(|text| {
            Some(ErrorLine {
                target: text.id(),
                text: text.error.clone()?,
            })
        }));
        errors.extend(self.announce.errors());
        errors.extend(self.withdraw.iter().flat_map(ActionForm::errors));
        errors
    }
}

/// The text of an announcement in one language.
#[derive(Clone, Debug)]
pub struct TextField {
    /// The language's tag.
    pub tag: String,
    /// Its name in itself.
    pub language: String,
    /// What was typed.
    pub text: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl TextField {
    fn id(&self) -> String {
        format!("text-{}", self.tag)
    }
}

/// What those who wait are told.
#[derive(Clone, Debug)]
pub struct Announced {
    /// Since when.
    pub since: DateTime,
    /// Tag and text of each language.
    pub texts: Vec<(String, String)>,
}

/// What a centre has of a vaccine.
#[derive(Clone, Debug)]
pub struct SupplyRow {
    /// The centre's name.
    pub centre: String,
    /// The vaccine's.
    pub vaccine: String,
    /// Doses delivered, doses not released, series released, series free.
    pub numbers: [u64; 4],
}

/// The release of what is delivered.
#[derive(Clone, Debug)]
pub struct ReleasePart {
    /// Where it goes.
    pub action: ActionForm,
    /// Of which vaccine.
    pub vaccine: Choice,
    /// In which centre, or all.
    pub centre: Choice,
    /// First day of first doses.
    pub from: Field,
    /// Last one.
    pub to: Field,
    /// How many second doses are held back.
    pub hold_back: Choice,
}

impl ReleasePart {
    fn errors(&self) -> Vec<ErrorLine> {
        let line = |target: &str, error: &Option<String>| {
            let target = target.to_owned();
            error.clone().map(|text| ErrorLine { target, text })
        };
        let fields = [
            line(self.vaccine.name, &self.vaccine.error),
            line(self.centre.name, &self.centre.error),
            line(self.from.name, &self.from.error),
            line(self.to.name, &self.to.error),
        ];
        let mut errors: Vec<ErrorLine> = fields.into_iter().flatten().collect();
        errors.extend(self.action.errors());
        errors
    }
}

/// A node.
#[derive(Clone, Debug)]
pub struct NodeRow {
    /// Its name.
    pub name: String,
    /// `leads`, `there` or `silent`.
    pub state: &'static str,
    /// When it was last heard of, with seconds.
    pub seen: String,
    /// Since when it runs.
    pub began: DateTime,
    /// How long commands wait there, in milliseconds.
    pub delay_ms: Option<u64>,
}

impl NodeRow {
    fn state_key(&self) -> String {
        format!("operations-node-{}", self.state)
    }
}

impl OperationsPage {
    fn errors(&self) -> Vec<ErrorLine> {
        let campaigns = self.campaigns.iter().flat_map(|campaign| {
            let forms = campaign.step.iter().chain(&campaign.close);
            forms.flat_map(ActionForm::errors)
        });
        let mut errors: Vec<ErrorLine> = campaigns.collect();
        errors.extend(self.steering.iter().flat_map(Steering::errors));
        errors.extend(self.release.iter().flat_map(ReleasePart::errors));
        errors
    }

    fn verdict_key(&self) -> String {
        format!("operations-verdict-{}", self.weight)
    }

    /// Reasons that are often given, to be chosen with two keys.
    fn reasons(&self) -> [&'static str; 5] {
        [
            "operations-reason-slow",
            "operations-reason-fault",
            "operations-reason-supply",
            "operations-reason-mended",
            "operations-reason-test",
        ]
    }

    /// What is pressed with Alt, and where that leads.
    fn keys(&self) -> Vec<(&'static str, &'static str)> {
        let mut keys = Vec::new();
        let paused = |campaign: &&CampaignPart| campaign.step.as_ref().is_some_and(|step| step.key.is_some());
        if let Some(campaign) = self.campaigns.iter().find(paused) {
            let key = if campaign.state == "paused" {
                "operations-resume"
            } else {
                "operations-pause"
            };
            keys.push(("P", key));
        }
        if self.steering.is_some() {
            keys.extend([("G", "operations-bounds-title"), ("W", "operations-announcement-title")]);
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn bars_stand_on_the_ground_with_the_newest_on_the_right() {
        let at = |minute: i8| date(2021, 1, 12).at(8, minute, 59, 0);
        assert!(Bars::of(&[]).is_none());
        let bars = Bars::of(&[(at(1), 0), (at(2), 50), (at(3), 200)]).map(|bars| (bars.bars, bars.most, bars.rows));
        let rows = [("08:03", 200), ("08:02", 50), ("08:01", 0)].map(|(at, count)| (at.to_owned(), count));
        let expected = vec![(540, 100, 0), (560, 75, 25), (580, 0, 100)];
        assert_eq!(bars, Some((expected, 200, rows.to_vec())));
        let quiet = Bars::of(&[(at(1), 0)]).map(|bars| bars.bars);
        assert_eq!(quiet, Some(vec![(580, 100, 0)]));
    }
}
