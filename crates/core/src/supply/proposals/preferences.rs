//! When and where a visitor wants to come.

use jiff::civil::{Date, DateTime};

use crate::ids::CentreId;
use crate::region::Weekdays;

/// The hour at which the afternoon begins.
const AFTERNOON_FROM_HOUR: i8 = 12;

/// What a visitor asked for. The default is "ohne Einschränkung": any day, any time, any centre.
///
/// Weekdays and part of day say when somebody can come, so they bind both appointments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// No first appointment before this day.
    pub earliest: Option<Date>,
    /// Only on these days of the week.
    pub weekdays: Option<Weekdays>,
    /// Only in the morning, or only in the afternoon.
    pub part_of_day: Option<PartOfDay>,
    /// Only this centre, where more than one serves.
    pub centre: Option<CentreId>,
}

impl Preferences {
    /// Whether an appointment on this day, in this half of it, suits.
    pub fn fits(&self, day: Date, part: PartOfDay) -> bool {
        self.weekdays.is_none_or(|wanted| wanted.contains(day.weekday())) && self.fits_part(part)
    }

    pub(super) fn fits_part(&self, part: PartOfDay) -> bool {
        self.part_of_day.is_none_or(|wanted| wanted == part)
    }

    /// Whether a first appointment on this day, in this half of it, suits.
    pub fn fits_first(&self, day: Date, part: PartOfDay) -> bool {
        self.earliest.is_none_or(|earliest| day >= earliest) && self.fits(day, part)
    }
}

/// The half of a day in which an appointment starts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PartOfDay {
    /// Before 12:00.
    Morning,
    /// From 12:00 on.
    Afternoon,
}

impl PartOfDay {
    /// The half of the day a civil time belongs to.
    pub fn of(start: DateTime) -> Self {
        if start.hour() < AFTERNOON_FROM_HOUR {
            Self::Morning
        } else {
            Self::Afternoon
        }
    }
}
