//! The desk: an agent books for somebody on the phone, on one screen, by keyboard.
//!
//! Every part of a call is one post to one address, and what comes back is the screen with the next part. All of it
//! goes through the operations of [`dran_service::Service`] that the portal uses; sent twice it is done once.

mod bar;
mod booked;
mod callbacks;
mod screen;
mod search;
mod series;
mod steps;
mod talk;

pub use bar::{here, set_state};
pub use booked::{print, show as booked};
pub use callbacks::next_callback;
pub use search::{search, search_form};
pub use series::{change, move_form, move_to, print_series, series};
pub use steps::{help, start, step};
