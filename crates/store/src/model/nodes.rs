//! What the nodes of a deployment share: who leads, and what each of them mirrors.

use dran_core::ids::LineNo;

use super::Permit;

/// The time in which one node leads, numbered from 1. Later terms have higher numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term(pub i64);

/// What nodes mirror in memory, read in one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// How far each line is.
    pub lines: Vec<LineMark>,
    /// Permits that have not ended.
    pub active: Vec<ActivePermit>,
    /// What the leader told last; empty before anybody led.
    pub told: Vec<u8>,
}

/// How far a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineMark {
    /// The line.
    pub line: LineNo,
    /// The first ticket number that no node has leased.
    pub next_number: u32,
    /// Positions called.
    pub called: u32,
}

/// A permit that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivePermit {
    /// The permit.
    pub permit: Permit,
    /// Places it holds.
    pub holding: u8,
}
