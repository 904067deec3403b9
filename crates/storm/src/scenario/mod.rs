//! A day as data: who comes when and how they behave, what happened in 2021, and what must hold now.
//!
//! Everything is checked while it is read, so that each complaint names its line; a key that nobody knows is a
//! complaint too.

pub mod bar;
pub mod curve;
pub mod span;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::kind::Kind;
use bar::Bar;
use curve::Curve;
use span::{Length, Span};

/// A scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, as the file's.
    pub name: String,
    /// Its title by language.
    pub title: BTreeMap<String, String>,
    /// The campaign that people come for; the only one that can be joined if none is named.
    pub campaign: Option<String>,
    /// The priority group that they belong to.
    pub group: String,
    /// Their years of birth, first and last.
    pub birth_years: (u16, u16),
    /// Where they live.
    pub postcodes: Vec<String>,
    /// When nobody comes or waits any more: the replay ends at the latest then.
    pub ends: Span,
    /// How long a browser keeps a connection that it does not use. Firefox 115 s, Chrome 300 s by default.
    #[serde(default = "Scenario::keep")]
    pub keeps_connections: Length,
    /// Who comes.
    #[serde(default)]
    pub people: Vec<People>,
    /// Requests that come at a rate, whatever becomes of them.
    #[serde(default)]
    pub streams: Vec<Stream>,
    /// Who answers the telephone.
    pub hotline: Option<Hotline>,
    /// What must hold.
    pub bars: Vec<Bar>,
    /// What happened on that day.
    pub then: Option<Then>,
}

/// People who behave alike.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// What they are called in the report.
    pub name: String,
    /// How many.
    pub count: Count,
    /// When they come.
    pub arrive: Curve,
    /// By which door.
    #[serde(default)]
    pub door: Door,
    /// How long half of them take at most for a page, or an agent for a step.
    #[serde(default)]
    pub think: Length,
    /// Whether they type their persons and verify their contact while they wait.
    #[serde(default)]
    pub registers_early: bool,
    /// How many windows each of them opens; only one is used in the end.
    #[serde(default = "one")]
    pub tabs: Few,
    /// For how many relatives each of them books, a place in the line for each.
    #[serde(default = "one")]
    pub relatives: Few,
    /// Asks at least so often, whatever it is told; in the time of the machine, at any speed.
    pub reload_every: Option<Length>,
    /// Some go away for a while, and come back.
    pub away: Option<Away>,
    /// The share that never comes back.
    #[serde(default)]
    pub abandon: Share,
    /// The share that mistypes the code once.
    #[serde(default)]
    pub mistype: Share,
    /// The share that comes with a partner.
    #[serde(default)]
    pub couple: Share,
    /// The share that has neither mobile nor e-mail.
    #[serde(default)]
    pub letter: Share,
    /// Programs that only look: what they ask for, again and again.
    pub watch: Option<Watch>,
    /// How often a caller who was turned away calls again.
    #[serde(default)]
    pub redials: u16,
    /// How soon.
    #[serde(default)]
    pub redial_every: Length,
}

/// By which door somebody comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// The portal.
    #[default]
    Web,
    /// The telephone: a ticket at once, an agent when it is called.
    Phone,
}

/// Some go away and come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Away {
    /// How many of them.
    pub share: Share,
    /// For how long, half of them at most.
    pub lasts: Length,
}

/// Looking without joining.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// What.
    pub asks: WatchedKind,
    /// How often, in the time of the machine, at any speed.
    pub every: Length,
    /// For how long.
    pub lasts: Length,
}

/// What can be asked for without a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WatchedKind {
    /// The board.
    Availability,
    /// The state of all lines.
    Line,
    /// The first page.
    Page,
}

impl WatchedKind {
    /// The kind of request.
    pub fn kind(self) -> Kind {
        match self {
            Self::Availability => Kind::Availability,
            Self::Line => Kind::Line,
            Self::Page => Kind::Page,
        }
    }
}

/// Requests at a rate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// What it is called in the report.
    pub name: String,
    /// What is asked.
    pub asks: StreamedKind,
    /// How many a second, when.
    pub rate: Curve,
    /// On how many connections at most.
    pub connections: Few,
    /// The share of answers after which the connection is closed and another one opened.
    #[serde(default)]
    pub fresh: Share,
}

/// What can be asked at a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamedKind {
    /// Of tickets that others have taken; a join while there are none.
    Poll,
    /// Places in the line that nobody ever uses.
    Join,
    /// Registrations by letter.
    Register,
    /// The board.
    Availability,
    /// The state of all lines.
    Line,
    /// The first page.
    Page,
}

impl StreamedKind {
    /// The kind of request.
    pub fn kind(self) -> Kind {
        match self {
            Self::Poll => Kind::Poll,
            Self::Join => Kind::Join,
            Self::Register => Kind::Register,
            Self::Availability => Kind::Availability,
            Self::Line => Kind::Line,
            Self::Page => Kind::Page,
        }
    }
}

/// Who answers the telephone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hotline {
    /// Agents.
    pub agents: Count,
    /// How long a call takes them that ends with a booking.
    pub call: Length,
    /// How long half of all callers take at most to listen to a question of the hotline and to press keys.
    #[serde(default = "Hotline::listen")]
    pub listen: Length,
}

impl Hotline {
    fn listen() -> Length {
        Length(8_000)
    }
}

/// What happened in 2021.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    /// Appointments made so long after the opening.
    #[serde(default)]
    pub booked: Vec<(Span, u64)>,
    /// What else, by language.
    #[serde(default)]
    pub happened: BTreeMap<String, Vec<String>>,
}

/// How many people or agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub struct Count(pub u32);

const COUNT_MAX: u32 = 20_000_000;

impl TryFrom<u32> for Count {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        if number > COUNT_MAX {
            return Err(format!("{number} is more than {COUNT_MAX}"));
        }
        Ok(Self(number))
    }
}

/// A small number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub struct Few(pub u16);

const FEW_MAX: u16 = 10_000;

impl TryFrom<u16> for Few {
    type Error = String;

    fn try_from(number: u16) -> Result<Self, String> {
        if (1..=FEW_MAX).contains(&number) {
            return Ok(Self(number));
        }
        Err(format!("{number} is not between 1 and {FEW_MAX}"))
    }
}

fn one() -> Few {
    Few(1)
}

/// A share, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Share(pub f64);

impl TryFrom<f64> for Share {
    type Error = String;

    fn try_from(number: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&number) {
            return Ok(Self(number));
        }
        Err(format!("{number} is no share; write a number from 0 to 1"))
    }
}

/// What is wrong with a scenario, with its line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScenarioError(String);

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// Says what is wrong, with the line.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|error| ScenarioError(error.to_string()))?;
        scenario.check().map_err(ScenarioError)?;
        Ok(scenario)
    }

    /// What no single line can tell.
    fn check(&self) -> Result<(), String> {
        if self.postcodes.is_empty() {
            return Err("`postcodes` names none: somebody lives somewhere".to_owned());
        }
        if self.birth_years.0 > self.birth_years.1 {
            return Err("`birth_years` are the first and the last one".to_owned());
        }
        if self.people.is_empty() && self.streams.is_empty() {
            return Err("nobody comes: write [[people]] or [[streams]]".to_owned());
        }
        for people in &self.people {
            if people.door == Door::Phone && self.hotline.is_none() {
                return Err(format!("`{}` call, and nobody answers: write [hotline]", people.name));
            }
            if people.watch.as_ref().is_some_and(|watch| watch.every.0 == 0) {
                return Err(format!(
                    "`{}` look without a pause: write `every` above 0s",
                    people.name
                ));
            }
        }
        let ends = self.ends.0 as f64 / 1_000.0;
        let late = self.people.iter().map(|people| (&people.name, &people.arrive));
        let late = late.chain(self.streams.iter().map(|stream| (&stream.name, &stream.rate)));
        match late.into_iter().find(|(_, curve)| curve.ends_s() > ends) {
            Some((name, _)) => Err(format!("`{name}` come after the end of the scenario, {}", self.ends)),
            None => Ok(()),
        }
    }

    fn keep() -> Length {
        Length(115_000)
    }

    /// How long before the opening the first ones come, in seconds.
    pub fn lead_s(&self) -> f64 {
        let people = self.people.iter().map(|people| people.arrive.begins_s());
        let streams = self.streams.iter().map(|stream| stream.rate.begins_s());
        -people.chain(streams).fold(0.0, f64::min)
    }

    /// The title in a language, or the name.
    pub fn title_in(&self, language: &str) -> &str {
        self.title.get(language).map_or(&self.name, String::as_str)
    }
}

#[cfg(test)]
mod tests;
