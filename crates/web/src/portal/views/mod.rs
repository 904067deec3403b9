//! The pages of the portal as data and templates: a handler fills one of these structs and renders it.
//!
//! A view holds what is shown and nothing else. Texts come from the language files through
//! [`Shell::t`]; times are civil times of the region, turned from timestamps by the handler.
//! [`samples`] holds every page in every state it can be in: what the tests read and what
//! `cargo run -p dran-web --example render_views -- DIR` puts into a folder.

mod about;
mod booking;
mod chart;
mod demo;
mod form;
mod line;
mod manage;
mod notice;
mod outcome;
mod parts;
pub mod paths;
pub mod samples;
mod shell;
mod start;
mod status;
mod words;

pub use about::{Accessibility, DrawProof, DrawSource, Drawn, Frozen, LineProof, Privacy, Problem};
pub use booking::{CodeForm, ContactForm, PersonForm, Preferences, Proposals, Review, ReviewContact, ReviewPerson};
pub use chart::{Chart, Curve};
pub use demo::{DemoMessage, DemoOutbox, DemoWay};
pub(crate) use form::Errors;
pub use form::{Choice, ChoiceOption, DateField, ErrorLine, Field, Form};
pub use line::{FindTicket, LineState, Refresh, Waiting};
pub use manage::{CancelConfirm, Change, Changed, ManageFind, ManageMove, ManageShow};
pub use notice::{NoticeCode, NoticeContact, NoticeSet, PlacePerson};
pub use outcome::{Booked, NotBooked, NotBookedReason, TimeUp};
pub use parts::{PersonNo, Place, ProposalCard, SeriesCard, Step, TimeLimit, Visit};
pub use shell::{Hotline, LanguageLink, Shell};
pub use start::{CampaignCard, CampaignStanding, ChooseDistrict, Home, Join, JoinWork, NotEntitled, OwnGroup};
pub use status::{Status, StatusAccount, StatusLine, StatusMinute};

#[cfg(test)]
mod tests;
