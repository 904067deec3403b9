//! Whether what was promised held: plain SQL over the tables, and the history against their rows. Nothing
//! here is shared with dran or its audit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use dran_cluster::Cluster;
use serde_json::Value;

use crate::deployment::DATABASE;
use crate::history::{Deed, Operation, Outcome};

mod calls;

/// Something promised that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What was promised.
    pub promise: &'static str,
    /// What was found instead.
    pub found: String,
}

impl Violation {
    /// What was found where this was promised.
    pub fn new(promise: &'static str, found: impl Into<String>) -> Self {
        Self {
            promise,
            found: found.into(),
        }
    }
}

macro_rules! promises {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("promises/", $name, ".sql")))),*]
    };
}

/// Promises about rows alone: each query answers a row for each violation.
const PROMISES: [(&str, &str); 10] = promises![
    "no_slot_over_capacity",
    "no_dose_given_twice",
    "no_person_twice",
    "no_orphan_dose",
    "no_party_torn_apart",
    "one_confirmation_for_a_series",
    "one_call_for_a_ticket",
    "the_account_is_a_chain",
    "only_called_tickets_have_permits",
    "no_attempt_twice",
];

/// Problems that say: not done now, the same may be asked again.
const NOT_NOW: [&str; 2] = ["unavailable", "too-many-requests"];

/// Everything that did not hold. Times of the database are compared with those of the history only where
/// all clocks agree.
///
/// # Errors
/// When the database cannot be read.
pub fn check(database: &Cluster, operations: &[Operation], clocks_agree: bool) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for (promise, sql) in PROMISES {
        let found = database
            .sql(DATABASE, sql)
            .with_context(|| format!("cannot check {promise}"))?;
        violations.extend(found.lines().map(|found| Violation::new(promise, found)));
    }
    let bookings = by_key(rows(database, include_str!("books/bookings.sql"))?, "key");
    let moves = by_key(rows(database, include_str!("books/moves.sql"))?, "key");
    let registrations = by_key(rows(database, include_str!("books/registrations.sql"))?, "key");
    let series = by_key(rows(database, include_str!("books/series.sql"))?, "code");
    violations.extend(attempts(
        operations,
        Deed::Book,
        &bookings,
        clocks_agree.then_some("booked_at"),
    ));
    violations.extend(attempts(operations, Deed::Move, &moves, None));
    violations.extend(attempts(operations, Deed::Register, &registrations, None));
    violations.extend(told_codes(operations, &bookings));
    violations.extend(cancellations(operations, &series));
    let lines = rows(database, include_str!("books/lines.sql"))?;
    let account = rows(database, include_str!("books/account.sql"))?;
    violations.extend(calls::check(operations, &lines, &account, clocks_agree));
    Ok(violations)
}

fn rows(database: &Cluster, sql: &str) -> Result<Vec<Value>> {
    let text = database.sql(DATABASE, sql)?;
    text.lines()
        .map(|line| serde_json::from_str(line).context("the database answers something else than JSON"))
        .collect()
}

fn by_key(rows: Vec<Value>, key: &str) -> HashMap<String, Value> {
    let named = rows
        .into_iter()
        .map(|row| (row[key].as_str().unwrap_or_default().to_owned(), row));
    named.collect()
}

/// Operations of a kind, by what they are about, in the order of their answers.
fn of_kind(operations: &[Operation], deed: Deed) -> BTreeMap<&str, Vec<&Operation>> {
    let mut by_key: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in operations.iter().filter(|operation| operation.deed == deed) {
        by_key.entry(&operation.key).or_default().push(operation);
    }
    by_key
}

/// Every attempt key ended one way, and the database knows the same; and it knows no attempt that nobody
/// made. `written_at` names the column that tells when a row was written.
fn attempts(
    operations: &[Operation],
    deed: Deed,
    rows: &HashMap<String, Value>,
    written_at: Option<&str>,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let attempts = of_kind(operations, deed);
    for (key, asked) in &attempts {
        let row = rows.get(*key);
        let was_done = asked
            .iter()
            .any(|operation| matches!(operation.outcome, Outcome::Ok(_)));
        let refused = asked.iter().find_map(|operation| match &operation.outcome {
            Outcome::Failed(kind) if !NOT_NOW.contains(&&**kind) => Some(kind),
            _ => None,
        });
        let mut wrong = |promise, found: String| {
            violations.push(Violation::new(promise, format!("{deed:?} {key}: {found}")));
        };
        match (was_done, refused, row) {
            (true, None, Some(_)) | (false, Some(_), None) => {}
            (true, Some(kind), _) => wrong("an_attempt_ends_one_way", format!("done, and refused as {kind}")),
            (true, None, None) => wrong("what_was_acknowledged_is_there", "no such row".to_owned()),
            (false, Some(kind), Some(_)) => wrong("what_was_refused_is_not_there", format!("refused as {kind}")),
            (false, None, _) => wrong("every_unknown_is_resolved", format!("asked {} times", asked.len())),
        }
        let written = written_at.and_then(|column| row?[column].as_i64());
        let denied = asked.iter().find(|operation| {
            let denied = matches!(&operation.outcome, Outcome::Failed(kind) if NOT_NOW.contains(&&**kind));
            denied && written.is_some_and(|at| (operation.invoked_ms..=operation.returned_ms).contains(&at))
        });
        if let Some(denied) = denied {
            wrong(
                "what_is_denied_was_not_done",
                format!(
                    "operation {} was told that nothing was changed, and it was written then",
                    denied.id
                ),
            );
        }
    }
    let strangers = rows.keys().filter(|key| !attempts.contains_key(key.as_str()));
    violations.extend(strangers.map(|key| Violation::new("nothing_happens_unasked", format!("{deed:?} {key}"))));
    violations
}

/// Who was told BOOKED was told the receipt and the codes that the database has, each time.
fn told_codes(operations: &[Operation], bookings: &HashMap<String, Value>) -> Vec<Violation> {
    let told = operations.iter().filter(|operation| operation.deed == Deed::Book);
    let wrong = told.filter_map(|operation| {
        let (Outcome::Ok(told), Some(row)) = (&operation.outcome, bookings.get(&operation.key)) else {
            return None;
        };
        let codes = |series: &Value, of: &dyn Fn(&Value) -> Value| -> BTreeSet<String> {
            let codes = series.as_array().into_iter().flatten().map(of);
            codes.filter_map(|code| code.as_str().map(str::to_owned)).collect()
        };
        let said = codes(&told["series"], &|series| series["booking_code"].clone());
        let kept = codes(&row["codes"], &Value::clone);
        (said != kept || told["receipt"] != row["receipt"])
            .then(|| Violation::new("who_is_booked_is_told_the_same", format!("{told} but {row}")))
    });
    wrong.collect()
}

/// A series is cancelled when somebody was told so, and not when nobody asked.
fn cancellations(operations: &[Operation], series: &HashMap<String, Value>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let cancelled = of_kind(operations, Deed::Cancel);
    for (code, asked) in &cancelled {
        let told = asked.iter().any(|operation| match &operation.outcome {
            Outcome::Ok(_) => true,
            Outcome::Failed(kind) => kind == "booking-cancelled",
            Outcome::Unknown(_) => false,
        });
        let state = series.get(*code).map(|row| row["state"].as_str().unwrap_or_default());
        if told && state != Some("cancelled") {
            violations.push(Violation::new(
                "what_was_acknowledged_is_there",
                format!("cancelled {code} is {state:?}"),
            ));
        }
        if !told {
            violations.push(Violation::new(
                "every_unknown_is_resolved",
                format!("cancelling {code}"),
            ));
        }
    }
    let others = series
        .iter()
        .filter(|(code, row)| row["state"] == "cancelled" && !cancelled.contains_key(&***code));
    violations.extend(others.map(|(code, _)| Violation::new("nothing_happens_unasked", format!("cancelled {code}"))));
    violations
}

#[cfg(test)]
mod tests;
