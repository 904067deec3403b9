//! The order of calls: positions are everybody's own, are called in their order, once, and nobody enters who
//! was not called.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::Violation;
use crate::fault::Leaderless;
use crate::history::{Deed, Operation, Outcome};

/// A line of the public account that calls.
struct Call<'a> {
    at_ms: i64,
    marks: Vec<(&'a str, u64)>,
}

/// Everything that did not hold.
pub fn check(operations: &[Operation], lines: &[Value], account: &[Value], clocks_agree: bool) -> Vec<Violation> {
    let (calls, mut violations) = read(account);
    violations.extend(nobody_twice(&calls));
    violations.extend(never_back(operations));
    let pools = pools(operations);
    let (positions, found) = positions(operations, &pools);
    violations.extend(found);
    for (ticket, position) in &positions {
        let pool = pools.get(ticket).copied().unwrap_or_default();
        let line = lines.iter().find(|line| line["pool"] == pool);
        let tickets = line.and_then(|line| line["tickets"].as_u64()).unwrap_or(0);
        if *position > tickets {
            let found = format!("position {position} of {pool}, which gave out {tickets} tickets");
            violations.push(Violation::new("what_was_acknowledged_is_there", found));
        }
    }
    let told = operations.iter().filter(|operation| is_told(operation));
    for operation in told {
        let (ticket, pool) = (&*operation.key, pools.get(&*operation.key).copied().unwrap_or_default());
        let Some(position) = positions.get(ticket) else {
            continue;
        };
        let called = calls.iter().any(|call| {
            let in_time = !clocks_agree || call.at_ms <= operation.returned_ms;
            in_time && call.marks.iter().any(|(of, mark)| *of == pool && mark >= position)
        });
        if !called {
            let (deed, id) = (operation.deed, operation.id);
            let found = format!("position {position} of {pool}: {deed:?} of operation {id}");
            violations.push(Violation::new("who_enters_was_called", found));
        }
    }
    violations
}

/// Whether somebody was let in, or told to come in.
fn is_told(operation: &Operation) -> bool {
    match (&operation.outcome, operation.deed) {
        (Outcome::Ok(_), Deed::Enter) => true,
        (Outcome::Ok(told), Deed::Poll) => told["state"] == "called",
        _ => false,
    }
}

/// How long after the node that led was gone somebody was called, if it was before its return.
pub fn first_within(account: &[Value], gone: Leaderless) -> Option<Duration> {
    let (calls, _) = read(account);
    let called = calls.iter().map(|call| call.at_ms);
    let first = called.filter(|at| (gone.from_ms..gone.to_ms).contains(at)).min()?;
    Some(Duration::from_millis(first.abs_diff(gone.from_ms)))
}

/// The calls of the account. Its draw happens once.
fn read(account: &[Value]) -> (Vec<Call<'_>>, Vec<Violation>) {
    let mut calls = Vec::new();
    let (mut frozen, mut drawn) = (0, 0);
    for row in account {
        let mut words = row["line"].as_str().unwrap_or_default().split(' ').skip(1);
        let at = words.next().and_then(|at| at.parse::<Timestamp>().ok());
        match (at, words.nth(1)) {
            (_, Some("frozen")) => frozen += 1,
            (_, Some("drawn")) => drawn += 1,
            (Some(at), Some("called")) => {
                let marks = words.filter_map(|word| word.split_once('='));
                let marks = marks.filter_map(|(pool, mark)| Some((pool, mark.parse().ok()?)));
                calls.push(Call {
                    at_ms: at.as_millisecond(),
                    marks: marks.collect(),
                });
            }
            _ => {}
        }
    }
    let twice = (frozen > 1 || drawn > 1).then(|| {
        Violation::new(
            "the_order_is_drawn_once",
            format!("frozen {frozen} times, drawn {drawn} times"),
        )
    });
    (calls, twice.into_iter().collect())
}

/// Every mark lies beyond the one before: what is called again was called twice.
fn nobody_twice(calls: &[Call<'_>]) -> Vec<Violation> {
    let mut marks: HashMap<&str, u64> = HashMap::new();
    let mut violations = Vec::new();
    for (pool, mark) in calls.iter().flat_map(|call| &call.marks) {
        let before = marks.insert(pool, *mark).unwrap_or(0);
        if *mark < before {
            violations.push(Violation::new(
                "calls_never_go_back",
                format!("{pool} from {before} to {mark}"),
            ));
        }
    }
    let mut reached: HashMap<&str, u64> = HashMap::new();
    for call in calls {
        let mut moved = false;
        for (pool, mark) in &call.marks {
            moved |= reached.insert(pool, *mark).unwrap_or(0) < *mark;
        }
        if !moved {
            violations.push(Violation::new(
                "nobody_is_called_twice",
                format!("called again: {:?}", call.marks),
            ));
        }
    }
    violations
}

/// What a node says of a line never goes back, whether it was killed meanwhile or not.
fn never_back(operations: &[Operation]) -> Vec<Violation> {
    let mut seen: HashMap<(usize, String), u64> = HashMap::new();
    let mut violations = Vec::new();
    for operation in operations.iter().filter(|operation| operation.deed == Deed::Status) {
        let Outcome::Ok(status) = &operation.outcome else {
            continue;
        };
        let campaigns = status["campaigns"].as_array().into_iter().flatten();
        for line in campaigns.flat_map(|campaign| campaign["lines"].as_array().into_iter().flatten()) {
            let pool = line["pool"].as_str().unwrap_or_default().to_owned();
            let called = line["called"].as_u64().unwrap_or(0);
            let before = seen.insert((operation.node, pool.clone()), called).unwrap_or(0);
            if called < before {
                let found = format!("node {} said {pool} is at {before}, then {called}", operation.node);
                violations.push(Violation::new("calls_never_go_back", found));
            }
        }
    }
    violations
}

/// Which pool each ticket stands in.
fn pools(operations: &[Operation]) -> HashMap<&str, &str> {
    let joined = operations.iter().filter(|operation| operation.deed == Deed::Join);
    let pools = joined.filter_map(|operation| match &operation.outcome {
        Outcome::Ok(told) => Some((told["ticket"].as_str()?, told["pool"].as_str()?)),
        _ => None,
    });
    pools.collect()
}

/// The position of each ticket, which is its own and stays.
fn positions<'a>(
    operations: &'a [Operation],
    pools: &HashMap<&'a str, &'a str>,
) -> (BTreeMap<&'a str, u64>, Vec<Violation>) {
    let mut positions: BTreeMap<&str, u64> = BTreeMap::new();
    let mut violations = Vec::new();
    for operation in operations {
        let Outcome::Ok(told) = &operation.outcome else {
            continue;
        };
        let ticket = match operation.deed {
            Deed::Join => told["ticket"].as_str(),
            Deed::Poll => Some(&*operation.key),
            _ => None,
        };
        let (Some(ticket), Some(position)) = (ticket, told["position"].as_u64()) else {
            continue;
        };
        let before = positions.insert(ticket, position);
        if before.is_some_and(|before| before != position) {
            let found = format!("{before:?}, then {position} by node {}", operation.node);
            violations.push(Violation::new("a_position_stays", found));
        }
    }
    let mut whose: HashMap<(&str, u64), &str> = HashMap::new();
    for (ticket, position) in &positions {
        let pool = pools.get(ticket).copied().unwrap_or_default();
        if whose.insert((pool, *position), ticket).is_some() {
            let found = format!("position {position} of {pool} has two tickets");
            violations.push(Violation::new("a_position_is_one_tickets", found));
        }
    }
    (positions, violations)
}
