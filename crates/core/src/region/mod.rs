//! The region file: districts, centres, vaccines, priority groups, hotline and languages.
//!
//! A region is one deployment's area, written by a planner in one TOML file (`docs/region-file.md`)
//! and read once at the start. [`Region::parse`] reports everything that is wrong with a file at
//! once, each with its line and what to write instead.

mod diagnostics;
mod model;
mod postcode;
mod read;

pub use diagnostics::Diagnostic;
pub(crate) use diagnostics::nearest;
pub use model::{
    Address, Centre, District, Hotline, HotlineNumber, Localised, NotEntitled, OpeningHours, Position, PriorityGroup,
    Region, Vaccine, VaccineRule, Weekdays,
};
pub use postcode::{POSTCODE_DIGITS, Postcode, PostcodeError};

#[cfg(test)]
#[expect(clippy::panic, reason = "a test stops where its example is wrong")]
mod files_tests;
