//! Whether the public account is whole, from the rows that either engine reads.

use std::collections::BTreeMap;

use dran_core::line::account::{EMPTY, Head, called, next};

use crate::AuditCheck;

/// Checks that the account is one unbroken chain, and that it tells how far each line has come.
/// `whole` is every line of the account with its number and head, `marks` the called mark of each line
/// that has one, by campaign and pool.
pub(crate) fn account_checks(whole: &[(u32, String, Head)], marks: &[((String, String), u32)]) -> [AuditCheck; 2] {
    let (mut number, mut head) = (0_u32, EMPTY);
    let (mut broken, mut told) = (Vec::new(), BTreeMap::new());
    for (found, line, chained) in whole {
        number += 1;
        head = next(&head, line);
        if *found != number || head != *chained {
            broken.push(format!(
                "line {found} of the account does not follow from those before it"
            ));
            // Each later line is judged by what stands before it, not by the first break.
            (number, head) = (*found, *chained);
        }
        if let Some((campaign, marks)) = called(line) {
            told.extend(marks.map(|(pool, called)| ((campaign.to_owned(), pool.to_owned()), called)));
        }
    }
    let untold = marks.iter().filter(|(line, called)| told.get(line) != Some(called));
    let untold = untold
        .map(|(line, called)| match told.get(line) {
            Some(told) => format!("{}, {}: {called} called, {told} of them by the account", line.0, line.1),
            None => format!("{}, {}: {called} called, none of them by the account", line.0, line.1),
        })
        .collect();
    [
        AuditCheck {
            name: "account_is_an_unbroken_chain",
            rows: whole.len() as u64,
            violations: broken,
        },
        AuditCheck {
            name: "every_call_is_in_the_account",
            rows: marks.len() as u64,
            violations: untold,
        },
    ]
}
