//! The crowd: who comes, what each of them does next, and what they write. Plain functions over plain data; time and
//! answers are told to them.

pub mod agent;
pub mod arrivals;
pub mod call;
pub mod heard;
pub mod letters;
pub mod notes;
pub mod page;
pub mod person;
#[cfg(test)]
mod tests;
