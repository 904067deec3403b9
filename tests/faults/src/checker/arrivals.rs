//! The order of arrival: nodes lease numbers ahead, but nobody stands before somebody who had a place long before.

use std::collections::BTreeMap;

use super::Violation;
use crate::history::{Deed, Operation, Outcome};

/// Somebody who was given a place.
struct Arrival {
    invoked_ms: i64,
    returned_ms: i64,
    position: u64,
}

/// Everybody who asked for a place so many milliseconds after somebody else had one, and stands before them.
pub fn check(operations: &[Operation], slack_ms: i64) -> Vec<Violation> {
    let mut lines: BTreeMap<&str, Vec<Arrival>> = BTreeMap::new();
    for operation in operations.iter().filter(|operation| operation.deed == Deed::Join) {
        // Who came before the order was drawn has no position yet, and its order is the draw's.
        if let Outcome::Ok(told) = &operation.outcome
            && let (Some(pool), Some(position)) = (told["pool"].as_str(), told["position"].as_u64())
        {
            lines.entry(pool).or_default().push(Arrival {
                invoked_ms: operation.invoked_ms,
                returned_ms: operation.returned_ms,
                position,
            });
        }
    }
    let lines = lines.into_iter();
    lines
        .flat_map(|(pool, arrivals)| of_line(pool, arrivals, slack_ms))
        .collect()
}

fn of_line(pool: &str, mut asked: Vec<Arrival>, slack_ms: i64) -> Vec<Violation> {
    let mut had: Vec<(i64, u64)> = asked.iter().map(|one| (one.returned_ms, one.position)).collect();
    had.sort_unstable();
    asked.sort_unstable_by_key(|one| one.invoked_ms);
    let mut had = had.into_iter().peekable();
    // The last place of those who had one long enough before.
    let mut last = (0, 0);
    let mut violations = Vec::new();
    for one in asked {
        while let Some((returned_ms, position)) = had.next_if(|(returned, _)| returned + slack_ms < one.invoked_ms) {
            last = last.max((position, returned_ms));
        }
        let (position, returned_ms) = last;
        if one.position < position {
            let earlier_ms = one.invoked_ms - returned_ms;
            let found = format!(
                "{pool}: position {} went to somebody who came {earlier_ms} ms after somebody had position {position}",
                one.position
            );
            violations.push(Violation::new("who_came_earlier_stands_before", found));
        }
    }
    violations
}
