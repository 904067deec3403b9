//! Whether what was promised held: plain SQL over the tables, and the history against their rows. Nothing
//! here is shared with dran or its audit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use anyhow::{Context, Result};
use dran_cluster::Cluster;
use serde_json::Value;

use crate::deployment::DATABASE;
use crate::fault::Leaderless;
use crate::history::{Deed, Operation, Outcome};

mod arrivals;
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
const NOT_NOW: [&str; 3] = ["unavailable", "too-many-requests", "read-only"];

/// What the database holds in the end.
#[derive(Debug, Default)]
pub struct Books {
    /// What the rows alone show to be broken.
    broken: Vec<Violation>,
    bookings: HashMap<String, Value>,
    moves: HashMap<String, Value>,
    registrations: HashMap<String, Value>,
    series: HashMap<String, Value>,
    lines: Vec<Value>,
    account: Vec<Value>,
}

/// What may be asked of a round.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// Times of the database are compared with those of the history only where all clocks agree.
    pub clocks_agree: bool,
    /// Who joins so much later than somebody else stands behind, in milliseconds.
    pub order_slack_ms: i64,
    /// The node that led was away, and another had to call meanwhile.
    pub leaderless: Option<Leaderless>,
}

impl Books {
    /// Reads them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn read(database: &Cluster) -> Result<Self> {
        let mut broken = Vec::new();
        for (promise, sql) in PROMISES {
            let found = database.sql(DATABASE, sql);
            let found = found.with_context(|| format!("cannot check {promise}"))?;
            broken.extend(found.lines().map(|found| Violation::new(promise, found)));
        }
        Ok(Self {
            broken,
            bookings: by_key(rows(database, include_str!("books/bookings.sql"))?, "key"),
            moves: by_key(rows(database, include_str!("books/moves.sql"))?, "key"),
            registrations: by_key(rows(database, include_str!("books/registrations.sql"))?, "key"),
            series: by_key(rows(database, include_str!("books/series.sql"))?, "code"),
            lines: rows(database, include_str!("books/lines.sql"))?,
            account: rows(database, include_str!("books/account.sql"))?,
        })
    }

    /// How long it took until somebody was called again after the node that led was gone, if that happened while
    /// it was.
    pub fn takeover(&self, leaderless: Leaderless) -> Option<Duration> {
        calls::first_within(&self.account, leaderless)
    }
}

/// Everything that did not hold.
pub fn check(books: &Books, operations: &[Operation], circumstances: Circumstances) -> Vec<Violation> {
    let Circumstances {
        clocks_agree,
        order_slack_ms,
        leaderless,
    } = circumstances;
    let mut violations = books.broken.clone();
    let booked_at = clocks_agree.then_some("booked_at");
    violations.extend(attempts(operations, Deed::Book, &books.bookings, booked_at));
    violations.extend(attempts(operations, Deed::Move, &books.moves, None));
    violations.extend(attempts(operations, Deed::Register, &books.registrations, None));
    violations.extend(told_codes(operations, &books.bookings));
    violations.extend(cancellations(operations, &books.series));
    violations.extend(calls::check(operations, &books.lines, &books.account, clocks_agree));
    violations.extend(arrivals::check(operations, order_slack_ms));
    if let Some(gone) = leaderless.filter(|gone| books.takeover(*gone).is_none()) {
        let found = format!("nobody was called in {} ms without it", gone.to_ms - gone.from_ms);
        violations.push(Violation::new("another_node_takes_over", found));
    }
    violations
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
