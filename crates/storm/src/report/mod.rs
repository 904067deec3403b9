//! The report: `report.json` for programs, `report.html` for people.

mod chart;
mod html;
mod json;

pub use html::html;
pub use json::json;
