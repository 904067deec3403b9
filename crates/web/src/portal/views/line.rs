//! Standing in the line: the waiting page, and finding it again.

use askama::Template;
use jiff::civil::DateTime;

use super::form::{ErrorLine, Errors, Field, Form};
use super::shell::Shell;

/// The waiting page. One address per ticket; it may be closed, printed, sent, and opened again.
#[derive(Clone, Debug, Template)]
#[template(path = "waiting.html")]
pub struct Waiting {
    /// The frame.
    pub shell: Shell,
    /// Where the ticket stands.
    pub state: LineState,
    /// The short code in groups of four.
    pub short_code: String,
    /// The ticket's number in the draw, from 0.
    pub lot: u64,
    /// Where its position can be calculated again.
    pub proof_href: String,
    /// One or two persons.
    pub persons: u64,
    /// Names of the pool's centres.
    pub centres: Vec<String>,
    /// When the order is drawn, in civil time.
    pub opens: DateTime,
    /// Seconds until then; 0 when it was.
    pub opens_in_s: u32,
    /// The position from 1, once drawn.
    pub position: Option<u64>,
    /// How many are before, once drawn.
    pub ahead: Option<u64>,
    /// The expected wait in seconds, low and high, as far as it can be told.
    pub wait_s: Option<(u32, u32)>,
    /// Why its end is later than told before: `supply`, `pause` or `slower`; empty if it is not.
    pub wait_cause: &'static str,
    /// When all this stood so, in civil time, if that is longer ago than it should be.
    pub stale_since: Option<DateTime>,
    /// How many series the pool can still give.
    pub supply: u64,
    /// The full address of this page, to be sent to oneself.
    pub link: String,
    /// Entering: posted to, when called.
    pub enter: Form,
    /// Going on booking, when entered.
    pub continue_href: String,
    /// Leaving a contact, to be told when the turn comes.
    pub notice_href: String,
    /// The draw, and how to check it.
    pub draw_href: String,
    /// What the script asks (`/api/v1/line/TICKET`).
    pub api_href: String,
    /// When the script may ask again.
    pub poll_after_ms: u64,
    /// The refresh without a script.
    pub refresh: Refresh,
}

/// How the waiting page keeps up to date without a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It loads itself again after so many seconds.
    Every {
        /// The server's interval.
        seconds: u64,
        /// The same page without it.
        still_href: String,
    },
    /// The visitor asked it to keep still.
    Still {
        /// The same page, loaded now.
        now_href: String,
        /// The page that loads itself again.
        moving_href: String,
    },
}

/// Where a ticket stands, as the waiting page tells it. Each has a panel of the page; the script finds
/// the one to show from the `state` and the `line` of `GET /api/v1/line/{ticket}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// The order is not drawn yet.
    BeforeOpening,
    /// The line is closed for the draw, and the order is being drawn.
    Drawing,
    /// Waiting, and an appointment is there.
    Waiting,
    /// Waiting beyond what the pool can give.
    BeyondSupply,
    /// Called: may enter.
    Called,
    /// Called, and tried to enter, but every permit is in use for the moment.
    CalledNoPermit,
    /// Called, but nobody can book for a while.
    CalledRests,
    /// The campaign is paused.
    Paused,
    /// The campaign is closed.
    Closed,
    /// Entered: booking is under way.
    Entered,
    /// Booked.
    Done,
}

impl LineState {
    /// Every state, in the order of a ticket's life.
    pub const ALL: [Self; 11] = [
        Self::BeforeOpening,
        Self::Drawing,
        Self::Waiting,
        Self::BeyondSupply,
        Self::Called,
        Self::CalledNoPermit,
        Self::CalledRests,
        Self::Paused,
        Self::Closed,
        Self::Entered,
        Self::Done,
    ];

    /// The name in the page's markup.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeOpening => "before_opening",
            Self::Drawing => "drawing",
            Self::Waiting => "waiting",
            Self::BeyondSupply => "beyond_supply",
            Self::Called => "called",
            Self::CalledNoPermit => "called_no_permit",
            Self::CalledRests => "called_rests",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Entered => "entered",
            Self::Done => "done",
        }
    }
}

impl Waiting {
    /// Whether the page still has something to wait for.
    pub fn moves(&self) -> bool {
        !matches!(self.state, LineState::Closed | LineState::Done)
    }

    fn wait_text(&self) -> String {
        self.wait_s.map_or_else(
            || self.shell.t("waiting-wait-unknown"),
            |(low, high)| self.shell.wait(&low, &high),
        )
    }

    fn stale_text(&self) -> String {
        self.stale_since.map_or_else(String::new, |since| {
            self.shell.tv("waiting-stale", "time", &self.shell.time_of(&since))
        })
    }

    fn cause_key(&self, cause: &str) -> &'static str {
        match cause {
            "pause" => "waiting-later-pause",
            "supply" => "waiting-later-supply",
            _ => "waiting-later-slower",
        }
    }

    fn number_or_dash(&self, number: &Option<u64>) -> String {
        number.map_or_else(|| "–".to_owned(), |number| self.shell.number(&number))
    }

    /// The panels in the page: all where the script may switch between them, else the one shown.
    fn panels(&self) -> Vec<LineState> {
        if self.moves() {
            LineState::ALL.to_vec()
        } else {
            vec![self.state]
        }
    }

    fn shows_numbers(&self) -> bool {
        matches!(
            self.state,
            LineState::Waiting | LineState::BeyondSupply | LineState::Paused
        ) && self.ahead.is_some()
    }

    fn is(&self, state: &LineState) -> bool {
        self.state == *state
    }
}

impl LineState {
    /// Whether its panel shows the line as a picture.
    fn has_picture(self) -> bool {
        matches!(
            self,
            Self::BeforeOpening | Self::Waiting | Self::BeyondSupply | Self::Called
        )
    }

    fn title_key(self) -> &'static str {
        match self {
            Self::BeforeOpening => "waiting-before-title",
            Self::Drawing => "waiting-drawing-title",
            Self::Waiting => "waiting-title",
            Self::BeyondSupply => "waiting-beyond-title",
            Self::Called => "waiting-called-title",
            Self::CalledNoPermit => "waiting-no-permit-title",
            Self::CalledRests => "waiting-rests-title",
            Self::Paused => "waiting-paused-title",
            Self::Closed => "waiting-closed-title",
            Self::Entered => "waiting-entered-title",
            Self::Done => "waiting-done-title",
        }
    }
}

/// Finding one's place with the short code. Field: `code`.
#[derive(Clone, Debug, Template)]
#[template(path = "find_ticket.html")]
pub struct FindTicket {
    /// The frame.
    pub shell: Shell,
    /// Posted to.
    pub form: Form,
    /// `code`.
    pub code: Field,
}

impl FindTicket {
    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form).field(&self.code).done()
    }
}
