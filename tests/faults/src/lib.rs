//! Faults: real `dran serve` processes on a real PostgreSQL cluster, with a network between them that can
//! be cut, while seeded visitors book; and a checker that shares no code with dran and compares what the
//! visitors were told with what the database holds.
//!
//! ```text
//! visitors ── proxy ── node 0 ── proxy ──┬── primary
//!          ── proxy ── node 1 ── proxy ──┤      │ streaming, synchronous
//!          ── proxy ── node 2 ── proxy ──┴── standby
//! ```

mod attempt;
mod checker;
mod client;
mod clock;
mod deployment;
mod fault;
mod history;
mod node;
mod observer;
mod phones;
mod proxy;
mod report;
mod round;
mod rush;
mod visitor;
mod world;

pub use checker::Violation;
pub use fault::Fault;
pub use report::markdown;
pub use round::{Plan, Round, run};
