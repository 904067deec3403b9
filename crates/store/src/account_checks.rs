//! Whether the public account is whole, from the rows that either engine reads.

use std::collections::BTreeMap;

use dran_core::line::account::{EMPTY, Head, by_phone, called, next};

use crate::AuditCheck;

/// A line by the names of its campaign and its pool.
type Named = (String, String);

/// Checks that the account is one unbroken chain, that it tells how far each line has come, and who came in beside it.
/// `whole` is every line of the account with its number and head, `marks` the called mark of each line that has one,
/// `entries` how many have come in beside a line and the last one's number, likewise.
pub(crate) fn account_checks(
    whole: &[(u32, String, Head)],
    marks: &[(Named, u32)],
    entries: &[(Named, (u32, u32))],
) -> [AuditCheck; 3] {
    let (mut number, mut head) = (0_u32, EMPTY);
    let (mut broken, mut told, mut told_beside) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
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
        if let Some((campaign, marks)) = by_phone(line) {
            told_beside.extend(marks.map(|(pool, count)| ((campaign.to_owned(), pool.to_owned()), count)));
        }
    }
    let untold = marks.iter().filter(|(line, called)| told.get(line) != Some(called));
    let untold = untold
        .map(|(line, called)| match told.get(line) {
            Some(told) => format!("{}, {}: {called} called, {told} of them by the account", line.0, line.1),
            None => format!("{}, {}: {called} called, none of them by the account", line.0, line.1),
        })
        .collect();
    let untold_beside = entries.iter().filter_map(|(line, (count, last))| {
        let told = told_beside.get(line).copied().unwrap_or(0);
        let (campaign, pool) = line;
        (told != *count || count != last)
            .then(|| format!("{campaign}, {pool}: {count} came in beside the line, {told} of them by the account"))
    });
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
        AuditCheck {
            name: "every_entry_by_phone_is_in_the_account",
            rows: entries.len() as u64,
            violations: untold_beside.collect(),
        },
    ]
}
