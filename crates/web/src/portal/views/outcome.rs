//! The end: booked, not booked, or time is up. There is no other.

use askama::Template;

use super::booking::ReviewContact;
use super::form::Form;
use super::parts::SeriesCard;
use super::shell::Shell;

/// BOOKED.
#[derive(Clone, Debug, Template)]
#[template(path = "booked.html")]
pub struct Booked {
    /// The frame.
    pub shell: Shell,
    /// One series per person.
    pub series: Vec<SeriesCard>,
    /// Where the confirmation goes.
    pub contact: ReviewContact,
    /// The same page for paper.
    pub print_href: String,
    /// Managing it later.
    pub manage_href: String,
}

/// NOT BOOKED.
#[derive(Clone, Debug, Template)]
#[template(path = "not_booked.html")]
pub struct NotBooked {
    /// The frame.
    pub shell: Shell,
    /// Why.
    pub reason: NotBookedReason,
    /// What to do next: the proposals, the waiting page, or the booking that exists.
    pub next_href: String,
    /// The short code in groups of four, while the turn is kept.
    pub short_code: Option<String>,
}

/// Why nothing was booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotBookedReason {
    /// The places went to somebody else; the turn is kept. Next: the proposals.
    SlotJustWent,
    /// The hold ended; the turn is kept. Next: the proposals.
    HoldOver,
    /// The person so named has a booking already. Next: managing it.
    PersonHasSeries {
        /// The person's name.
        name: String,
    },
    /// There is nothing left for so many persons; the place in the line is kept. Next: the waiting page.
    NothingLeft,
    /// The contact is not verified. Next: the code.
    NotVerified,
    /// The campaign was closed. Next: the first page.
    Closed,
    /// A fault on our side; it is certain that nothing was booked. Next: the review page.
    Fault,
}

impl NotBookedReason {
    fn text_key(&self) -> &'static str {
        match self {
            Self::SlotJustWent => "not-booked-slot-just-went",
            Self::HoldOver => "not-booked-hold-over",
            Self::PersonHasSeries { .. } => "not-booked-has-series",
            Self::NothingLeft => "not-booked-nothing-left",
            Self::NotVerified => "not-booked-not-verified",
            Self::Closed => "not-booked-closed",
            Self::Fault => "not-booked-fault",
        }
    }

    fn kept_key(&self) -> &'static str {
        match self {
            Self::SlotJustWent | Self::HoldOver | Self::NotVerified | Self::Fault => "not-booked-kept-turn",
            Self::PersonHasSeries { .. } => "not-booked-kept-booking",
            Self::NothingLeft => "not-booked-kept-place",
            Self::Closed => "not-booked-kept-nothing",
        }
    }

    fn next_key(&self) -> &'static str {
        match self {
            Self::SlotJustWent | Self::HoldOver => "not-booked-next-proposals",
            Self::PersonHasSeries { .. } => "not-booked-next-manage",
            Self::NothingLeft => "not-booked-next-waiting",
            Self::NotVerified => "not-booked-next-code",
            Self::Closed => "not-booked-next-home",
            Self::Fault => "not-booked-next-again",
        }
    }
}

/// The permit's time ran out; the turn is kept.
#[derive(Clone, Debug, Template)]
#[template(path = "time_up.html")]
pub struct TimeUp {
    /// The frame.
    pub shell: Shell,
    /// Entering again.
    pub enter: Form,
    /// The short code in groups of four.
    pub short_code: String,
}
