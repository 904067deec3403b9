//! Later: finding, showing, moving and cancelling a booking.

use askama::Template;

use super::booking::Preferences;
use super::form::{DateField, ErrorLine, Errors, Field, Form};
use super::parts::{ProposalCard, SeriesCard};
use super::shell::Shell;

/// Finding a booking. Fields: `code`, `birth_day`, `birth_month`, `birth_year`.
#[derive(Clone, Debug, Template)]
#[template(path = "manage_find.html")]
pub struct ManageFind {
    /// The frame.
    pub shell: Shell,
    /// Posted to.
    pub form: Form,
    /// `code`.
    pub code: Field,
    /// `birth`.
    pub birth: DateField,
}

impl ManageFind {
    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        Errors::of(&self.form).field(&self.code).date(&self.birth).done()
    }
}

/// A booking, shown.
#[derive(Clone, Debug, Template)]
#[template(path = "manage_show.html")]
pub struct ManageShow {
    /// The frame.
    pub shell: Shell,
    /// The appointments.
    pub series: SeriesCard,
    /// Whether they were cancelled.
    pub cancelled: bool,
    /// Moving them; none when it is too late.
    pub move_href: Option<String>,
    /// Cancelling them; none when it is too late.
    pub cancel_href: Option<String>,
    /// The same page for paper.
    pub print_href: String,
}

/// Choosing other times. Field: `proposal`.
#[derive(Clone, Debug, Template)]
#[template(path = "manage_move.html")]
pub struct ManageMove {
    /// The frame.
    pub shell: Shell,
    /// What stands now; kept until something else is chosen.
    pub series: SeriesCard,
    /// Posted to; carries the attempt key.
    pub form: Form,
    /// Up to five, soonest first; empty when nothing fits.
    pub proposals: Vec<ProposalCard>,
    /// An error about the choice.
    pub choice_error: Option<String>,
    /// Whether what was chosen has just gone to somebody else; the old times stand.
    pub just_went: bool,
    /// What they should be like.
    pub preferences: Preferences,
    /// Back to the booking.
    pub back_href: String,
}

impl ManageMove {
    /// The errors, in the order of the fields.
    pub fn errors(&self) -> Vec<ErrorLine> {
        proposal_errors(&self.form, &self.choice_error, &self.preferences)
    }
}

pub(super) fn proposal_errors(form: &Form, choice: &Option<String>, preferences: &Preferences) -> Vec<ErrorLine> {
    let mut errors = Errors::of(form).done();
    if let Some(text) = choice {
        errors.push(ErrorLine {
            target: "proposal-1".to_owned(),
            text: text.clone(),
        });
    }
    errors.extend(preferences.errors());
    errors
}

/// "Do you really want to cancel?"
#[derive(Clone, Debug, Template)]
#[template(path = "cancel_confirm.html")]
pub struct CancelConfirm {
    /// The frame.
    pub shell: Shell,
    /// What would be cancelled.
    pub series: SeriesCard,
    /// Posted to.
    pub form: Form,
    /// Back to the booking.
    pub back_href: String,
}

/// A booking was changed.
#[derive(Clone, Debug, Template)]
#[template(path = "changed.html")]
pub struct Changed {
    /// The frame.
    pub shell: Shell,
    /// What was done.
    pub change: Change,
    /// The appointments as they stand now, or as they were.
    pub series: SeriesCard,
    /// The same page for paper.
    pub print_href: String,
    /// To the booking.
    pub manage_href: String,
}

/// What was done to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It has other times.
    Moved,
    /// It is cancelled.
    Cancelled,
}
