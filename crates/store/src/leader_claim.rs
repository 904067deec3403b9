//! What a store knows of its own leadership, for both engines.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::Term;

/// Nobody has asked this store to lead.
const NEVER_ASKED: i64 = 0;
/// It was asked, and does not lead.
const NOT_LEADING: i64 = -1;

/// In whose name a command writes that only the leader gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Not bound: a command of the operator.
    Unbound,
    /// This store was asked to lead and does not.
    NotLeading,
    /// This store believes that it leads in this term.
    Leading(Term),
}

/// The store's own belief, which the database has the last word on.
#[derive(Debug, Default)]
pub(crate) struct Belief(AtomicI64);

impl Belief {
    pub(crate) fn claim(&self) -> Claim {
        match self.0.load(Ordering::Acquire) {
            NEVER_ASKED => Claim::Unbound,
            NOT_LEADING => Claim::NotLeading,
            term => Claim::Leading(Term(term)),
        }
    }

    /// Notes the outcome of asking.
    pub(crate) fn note(&self, term: Option<Term>) {
        self.0
            .store(term.map_or(NOT_LEADING, |Term(term)| term), Ordering::Release);
    }
}
