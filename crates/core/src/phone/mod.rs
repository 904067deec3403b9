//! The phone door: numbers that can be rung, call-backs, what agents are doing, and whom they may let in.
//!
//! Plain rules over plain data; the phone's callers stand in the same line as everybody.

mod agent;
pub mod callback;
mod connect;
mod number;
mod policy;

pub use agent::{AWAY_AFTER, AgentState, Change, SEEN_EVERY, Said, say, state_now, talked};
pub use callback::{CallbackState, Settled};
pub use connect::{CONNECT_TAKES, Connects};
pub use number::{PhoneNumber, PhoneNumberError};
pub use policy::PhonePolicy;
