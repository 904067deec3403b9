//! Days of a line in virtual time, for tests: seeded, and led by the rules of this folder.

mod admitting;
mod chance;
mod day;
mod waiting;
