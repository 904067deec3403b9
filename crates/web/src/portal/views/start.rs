//! Coming in: the first page, joining, choosing a district, and being told "not yet".

use askama::Template;
use jiff::civil::{Date, DateTime};

use super::form::{Choice, ErrorLine, Errors, Field, Form};
use super::shell::Shell;

/// The first page.
#[derive(Clone, Debug, Template)]
#[template(path = "home.html")]
pub struct Home {
    /// The frame.
    pub shell: Shell,
    /// Campaigns that are open or coming, soonest first.
    pub campaigns: Vec<CampaignCard>,
    /// The lines of the address to which one can write; empty if there is none.
    pub letter_address: Vec<String>,
}

/// A campaign on the first page.
#[derive(Clone, Debug)]
pub struct CampaignCard {
    /// Whom it is for: names of its priority groups.
    pub groups: Vec<String>,
    /// Names of its centres.
    pub centres: Vec<String>,
    /// When it opens or opened, in civil time.
    pub opens: DateTime,
    /// Where it stands.
    pub state: CampaignStanding,
    /// Joining its line.
    pub join_href: String,
    /// Its draw, and how to check it.
    pub draw_href: String,
}

impl CampaignCard {
    fn centre_count(&self) -> u64 {
        self.centres.len() as u64
    }
}

/// Where a campaign stands, for the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CampaignStanding {
    /// One can join; the order will be drawn in so many seconds.
    Coming {
        /// Seconds until the opening.
        in_s: u32,
    },
    /// People are called.
    Open,
    /// One can join, nobody is called.
    Paused,
    /// Nobody joins any more.
    Closed,
}

/// Joining a line. Fields: `postcode`, `birth_year`, `persons` (`1`, `2`).
#[derive(Clone, Debug, Template)]
#[template(path = "join.html")]
pub struct Join {
    /// The frame.
    pub shell: Shell,
    /// Posted to.
    pub form: Form,
    /// Names of the priority groups of the campaign.
    pub groups: Vec<String>,
    /// When it opens, if the order is not drawn yet.
    pub opens: Option<DateTime>,
    /// `postcode`.
    pub postcode: Field,
    /// `birth_year`.
    pub birth_year: Field,
    /// `persons`; see [`Join::persons`].
    pub persons: Choice,
    /// What the device computes meanwhile, while the operator asks for it.
    pub work: Option<JoinWork>,
}

/// A challenge for the visitor's device. Fields: `challenge`, `solution`.
#[derive(Clone, Debug)]
pub struct JoinWork {
    /// The signed challenge.
    pub challenge: String,
    /// Zero bits to be found.
    pub bits: u8,
}

impl Join {
    /// The choice of one or two persons.
    pub fn persons(shell: &Shell, chosen: &str) -> Choice {
        super::words::choice(
            shell,
            "persons",
            &[("1", "join-persons-one"), ("2", "join-persons-two")],
            chosen,
        )
    }

    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form)
            .field(&self.postcode)
            .field(&self.birth_year)
            .choice(&self.persons)
            .done()
    }
}

/// The postcode is unknown, or belongs to several districts. Field: `district`; the other answers travel
/// in `form.hidden`.
#[derive(Clone, Debug, Template)]
#[template(path = "choose_district.html")]
pub struct ChooseDistrict {
    /// The frame.
    pub shell: Shell,
    /// Posted to.
    pub form: Form,
    /// The postcode as typed.
    pub postcode: String,
    /// Whether no district lists it; else the districts are those that share it.
    pub unknown: bool,
    /// `district`.
    pub district: Choice,
    /// Back to the form before.
    pub back_href: String,
}

impl ChooseDistrict {
    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form).choice(&self.district).done()
    }
}

/// By year of birth alone the visitor is not in a group whose turn it is.
#[derive(Clone, Debug, Template)]
#[template(path = "not_entitled.html")]
pub struct NotEntitled {
    /// The frame.
    pub shell: Shell,
    /// Groups whose turn it is.
    pub open_groups: Vec<String>,
    /// The visitor's own group by age, and from when it has its turn, as far as that is known.
    pub own: Option<OwnGroup>,
    /// Back to the form before, to mend a mistyped year.
    pub back_href: String,
}

/// The visitor's own priority group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnGroup {
    /// Its name.
    pub name: String,
    /// From when it has its turn.
    pub from: Option<Date>,
}
