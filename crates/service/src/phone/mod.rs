//! The phone door: call-backs, who of the agents is free, and coming in beside the line.
//!
//! A caller takes a ticket like anybody; what is new is that somebody rings when it is called. Nothing here names a
//! caller in a log.

mod agents;
mod callbacks;
mod due;
mod entering;

pub use agents::AgentCounts;
pub use callbacks::{CallbackError, Calling, Promised};

pub(crate) use agents::Agents;
pub(crate) use callbacks::Callers;
