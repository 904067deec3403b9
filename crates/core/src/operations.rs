//! What operators do on the day, and what they have to see at once.

mod alarm;
mod announcement;

pub use alarm::{Alarm, CALLBACKS_WAIT_MAX, Figures, NODE_SILENT_AFTER, OUTBOX_BACKLOG_MIN, Weight, alarms, weight};
pub use announcement::{ANNOUNCEMENT_CHARS_MAX, AnnouncementError, AnnouncementText};

/// No operator means more than this: a tenth of a second of one person's attention for each of them is a day.
pub const PERMITS_MAX: u32 = 1_000_000;

/// Between which numbers the target of permits in use moves, in each campaign (`Grenzen`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PermitBounds {
    min: u32,
    max: u32,
}

/// Why two numbers are no bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BoundsError {
    /// Nobody could come in. Whoever wants that pauses the campaign.
    #[error("at least one permit; to let nobody in, pause the campaign")]
    Zero,
    /// The least is more than the most.
    #[error("the minimum is above the maximum")]
    Crossed,
    /// More than [`PERMITS_MAX`].
    #[error("at most {PERMITS_MAX} permits")]
    TooMany,
}

impl PermitBounds {
    /// From `min` to `max`.
    ///
    /// # Errors
    /// When nobody could come in, the two are crossed, or too many are meant.
    pub fn new(min: u32, max: u32) -> Result<Self, BoundsError> {
        match (min, max) {
            (0, _) | (_, 0) => Err(BoundsError::Zero),
            (min, max) if min > max => Err(BoundsError::Crossed),
            (_, max) if max > PERMITS_MAX => Err(BoundsError::TooMany),
            _ => Ok(Self { min, max }),
        }
    }

    /// Permits at least, however slow the store is.
    pub fn min(self) -> u32 {
        self.min
    }

    /// Permits at most.
    pub fn max(self) -> u32 {
        self.max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_let_somebody_in_and_are_not_crossed() {
        let bounds = PermitBounds::new(50, 2_000).map(|bounds| (bounds.min(), bounds.max()));
        assert_eq!(bounds, Ok((50, 2_000)));
        assert!(PermitBounds::new(7, 7).is_ok());
        assert_eq!(PermitBounds::new(0, 10), Err(BoundsError::Zero));
        assert_eq!(PermitBounds::new(0, 0), Err(BoundsError::Zero));
        assert_eq!(PermitBounds::new(11, 10), Err(BoundsError::Crossed));
        assert_eq!(PermitBounds::new(1, PERMITS_MAX + 1), Err(BoundsError::TooMany));
    }
}
