//! What goes into the store's operations and what comes out.

mod account;
mod booking;
mod campaigns;
mod contacts;
mod day;
mod looking;
mod messages;
mod nodes;
mod operations;
mod permits;
mod phone;
mod registration;
mod staff;
mod supply;

pub use account::*;
pub use booking::*;
pub use campaigns::*;
pub use contacts::*;
pub use day::*;
pub use looking::*;
pub use messages::*;
pub use nodes::*;
pub use operations::*;
pub use permits::*;
pub(crate) use phone::ATTEMPTS_KEPT;
pub use phone::*;
pub use registration::*;
pub use staff::*;
pub use supply::*;
