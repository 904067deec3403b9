//! What an audit says of staff, from the rows that either engine reads.

use dran_core::staff::Right;
use dran_core::staff::log::{Chain, Head};

use crate::AuditCheck;

/// Checks that the audit log is one unbroken chain, from all of its lines with their numbers and heads.
pub(crate) fn log_check(whole: &[(u64, String, Head)]) -> AuditCheck {
    let mut chain = Chain::default();
    let broken = whole
        .iter()
        .filter(|(number, line, head)| !chain.follows(*number, line, head))
        .map(|(number, ..)| format!("line {number} of the audit log does not follow from those before it"))
        .collect();
    AuditCheck {
        name: "audit_log_is_an_unbroken_chain",
        rows: whole.len() as u64,
        violations: broken,
    }
}

/// The words of a token's rights, as its column has them.
pub(crate) fn scope_words(scopes: &[Right]) -> String {
    let words: Vec<_> = scopes.iter().map(|scope| scope.word()).collect();
    words.join(" ")
}

/// The rights of a column's words; none if one of them is no right of a token.
pub(crate) fn scopes_of(words: &str) -> Option<Vec<Right>> {
    words.split(' ').map(Right::for_token).collect()
}
