//! The public account of who was called when.

use dran_core::line::account::Head;

/// One line of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// Its number, from 1, without gaps.
    pub number: u32,
    /// Its text.
    pub line: String,
    /// The head of the account up to it.
    pub head: Head,
}

/// How long the account is, and the head of all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountHead {
    /// How many lines it has.
    pub lines: u32,
    /// What stands for all of them.
    pub head: Head,
}
