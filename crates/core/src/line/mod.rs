//! The line: tickets, the draw, positions, calling, expected waits and the poll budget.
//!
//! | module | answers |
//! | --- | --- |
//! | [`ticket`] | whose place is this, and is it genuine? |
//! | [`draw`] | who stands where? |
//! | [`randomness`] | which public value goes into the draw, and when is it known? |
//! | [`proof`] | how can anyone check the draw? |
//! | [`standing`] | what does a waiting person see now? |
//! | [`wait`] | how long will it take? |
//! | [`poll`] | when may this page ask again? |
//! | [`work`] | what does a device compute before it joins, when programs attack? |
//! | [`notice`] | who is told before the turn? |
//! | [`target`] | how many permits may be in use? |
//! | [`arrival`] | how many of the called will come? |
//! | [`admission`] | how many are called, and from which pool? |
//! | [`account`] | who was called when, for anybody to check? |

pub mod account;
pub mod admission;
pub mod arrival;
pub mod draw;
pub mod notice;
pub mod poll;
pub mod proof;
pub mod randomness;
#[cfg(test)]
mod simulation;
pub mod standing;
pub mod target;
pub mod ticket;
pub mod wait;
pub mod work;
