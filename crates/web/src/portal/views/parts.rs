//! Pieces that several pages show.

use jiff::civil::DateTime;

/// One appointment, in civil time of the region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// 1 for the first dose, 2 for the second.
    pub dose: u8,
    /// When it begins.
    pub start: DateTime,
}

/// A vaccination centre as people find it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// Postcode and town.
    pub town: String,
}

/// The appointments of one person.
#[derive(Clone, Debug)]
pub struct SeriesCard {
    /// Whose.
    pub person: String,
    /// The booking code in groups (`K7QM-3XPA-9TRW`).
    pub booking_code: String,
    /// The vaccine's name.
    pub vaccine: String,
    /// Where.
    pub place: Place,
    /// When, first dose first.
    pub visits: Vec<Visit>,
    /// Address of the calendar file, if the appointments stand.
    pub calendar_href: Option<String>,
}

/// A proposal to choose.
#[derive(Clone, Debug)]
pub struct ProposalCard {
    /// What is posted when it is chosen.
    pub value: String,
    /// The centre's name.
    pub centre: String,
    /// The vaccine's name.
    pub vaccine: String,
    /// The first (or only) person's appointments.
    pub visits: Vec<Visit>,
    /// The second person's appointments; empty when there is no second person or both come at the same times.
    pub visits_second: Vec<Visit>,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl ProposalCard {
    /// The centre and the vaccine.
    pub(super) fn place(&self) -> String {
        format!("{}, {}", self.centre, self.vaccine)
    }

    /// The centre and the vaccine of all these proposals, if they do not differ: then it is said once.
    pub(super) fn shared_place(cards: &[Self]) -> Option<String> {
        let first = cards.first()?;
        cards
            .iter()
            .all(|card| card.place() == first.place())
            .then(|| first.place())
    }
}

/// Until when a permit lasts. Shown on every page that needs one.
///
/// The button that asks for more time is part of the page's own form (`name="extend" value="1"`), so
/// that nothing typed is lost: a handler that finds `extend` prolongs the permit and shows the same page
/// with the same values, unchecked.
#[derive(Clone, Debug)]
pub struct TimeLimit {
    /// When it ends, in civil time.
    pub until: DateTime,
    /// Seconds left when the page was made.
    pub seconds_left: u32,
    /// Whether more time can be asked for.
    pub can_extend: bool,
    /// Whether it was prolonged by the request that this page answers.
    pub just_extended: bool,
}

/// "Step 2 of 5".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// This one, from 1.
    pub now: u64,
    /// All.
    pub of: u64,
}

/// Which of the persons a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonNo {
    /// This one, from 1.
    pub now: u64,
    /// 1 or 2.
    pub of: u64,
}
