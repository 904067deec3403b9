//! Every page in every state it can be in, with names and numbers of invented people.
//!
//! The tests render all of it in every language; the example `render_views` writes it into a folder to
//! be looked at.

mod about;
mod booking;
mod line;
mod manage;
mod notice;
mod start;

use askama::Template;
use dran_i18n::Speaker;
use jiff::civil::{DateTime, date, time};

use super::{Hotline, LanguageLink, PersonNo, Place, SeriesCard, Shell, Step, TimeLimit, Visit};

/// A page in one state.
#[derive(Clone, Debug)]
pub struct Sample {
    /// A name that is fit for a file: `waiting-called`.
    pub name: String,
    /// The page.
    pub html: String,
}

/// A long name, a name written from right to left, and a name that is markup.
pub(crate) const ODD_NAMES: [&str; 3] = [
    "Maria-Theresia Philippine Augusta von der Mühlen-Großkreutz zu Schönborn-Wiesentheid und Hohenlohe",
    "فاطمة الزهراء بنت عبد الرحمن",
    "<script>alert('O’Brien')</script>",
];

/// All samples in the language of `speaker`; `all` are the languages of the switch, as tag and name.
///
/// # Errors
///
/// Tells the page that could not be rendered.
pub fn all(speaker: &Speaker, languages: &[(&str, &str)]) -> Result<Vec<Sample>, askama::Error> {
    let shell = shell(speaker, languages);
    let mut gallery = Gallery {
        shell,
        samples: Vec::new(),
    };
    start::add(&mut gallery)?;
    line::add(&mut gallery)?;
    notice::add(&mut gallery)?;
    booking::add(&mut gallery)?;
    manage::add(&mut gallery)?;
    about::add(&mut gallery)?;
    gallery
        .samples
        .extend(crate::staff::views::samples::all(&gallery.shell)?);
    Ok(gallery.samples)
}

/// Collects samples.
struct Gallery {
    shell: Shell,
    samples: Vec<Sample>,
}

impl Gallery {
    fn add(&mut self, name: &str, page: impl Template) -> Result<(), askama::Error> {
        self.samples.push(Sample {
            name: name.to_owned(),
            html: page.render()?,
        });
        Ok(())
    }

    fn shell(&self) -> Shell {
        self.shell.clone()
    }

    fn t(&self, key: &str) -> String {
        self.shell.t(key)
    }
}

fn shell(speaker: &Speaker, languages: &[(&str, &str)]) -> Shell {
    let link = |&(tag, name): &(&str, &str)| LanguageLink {
        tag: tag.to_owned(),
        name: name.to_owned(),
        href: format!("?lang={tag}"),
        current: speaker.language().as_str() == tag,
    };
    Shell {
        speaker: speaker.clone(),
        languages: languages.iter().map(link).collect(),
        region: "Hessen".to_owned(),
        hotlines: vec![
            Hotline {
                number: "116 117".to_owned(),
                dial: "116117".to_owned(),
                hours: Some((time(8, 0, 0, 0), time(20, 0, 0, 0))),
            },
            Hotline {
                number: "0611 505 92 888".to_owned(),
                dial: "+4961150592888".to_owned(),
                hours: None,
            },
        ],
        demo: false,
        notice: None,
    }
}

fn place() -> Place {
    Place {
        name: "Impfzentrum Kassel, Jahnsporthalle".to_owned(),
        street: "Auestadion 1".to_owned(),
        town: "34121 Kassel".to_owned(),
    }
}

fn centre() -> String {
    place().name
}

fn groups() -> Vec<String> {
    [
        "80 Jahre und älter",
        "Pflegeheim",
        "Medizin mit sehr hohem Ansteckungsrisiko",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn visits(first: DateTime, second: DateTime) -> Vec<Visit> {
    vec![Visit { dose: 1, start: first }, Visit { dose: 2, start: second }]
}

fn two_visits() -> Vec<Visit> {
    visits(date(2021, 1, 21).at(9, 30, 0, 0), date(2021, 2, 11).at(9, 30, 0, 0))
}

fn series(person: &str, booking_code: &str) -> SeriesCard {
    SeriesCard {
        person: person.to_owned(),
        booking_code: booking_code.to_owned(),
        vaccine: "BioNTech/Pfizer".to_owned(),
        place: place(),
        visits: two_visits(),
        calendar_href: Some("/termin/kalender".to_owned()),
    }
}

fn opens() -> DateTime {
    date(2021, 1, 12).at(8, 0, 0, 0)
}

fn limit() -> TimeLimit {
    TimeLimit {
        until: date(2021, 1, 12).at(9, 42, 0, 0),
        seconds_left: 1_620,
        can_extend: true,
        just_extended: false,
    }
}

fn step(now: u64) -> Step {
    Step { now, of: 5 }
}

fn one_person() -> PersonNo {
    PersonNo { now: 1, of: 1 }
}
