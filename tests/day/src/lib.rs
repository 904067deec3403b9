//! One seeded day on two engines: every command is given to both, every answer is compared, and in the end
//! everything that the two databases hold.
//!
//! A day is made of waves. The commands of a wave are queued at the same moment and in the same order on each
//! engine, so that both commit them in groups; time is a number that grows from wave to wave. What comes next
//! follows from the seed and from the answers of the first engine, never from a clock or a thread.
//!
//! # What stands together in a wave
//!
//! Commands of one kind are answered in the order in which they were queued, whatever group they fall into, on
//! both engines. Between kinds PostgreSQL keeps no order within a batch: it carries out all entries, all
//! registrations, all codes, all holds and all confirmations at once, and then whatever is left. Whoever holds a
//! place in the moment in which another gives it back may get it or not, and both answers are right. So that
//! there is one right answer, kinds that take the same thing from each other are kept in different waves
//! ([`wave::Turn`]).

mod clock;
mod command;
mod ending;
mod engine;
mod people;
mod play;
mod report;
mod supply;
mod visitor;
mod wave;
mod world;

pub use command::Ended;
pub use engine::Engine;
pub use play::{Plan, play};
pub use report::{Report, markdown};
