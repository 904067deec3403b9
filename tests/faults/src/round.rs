//! One round: everything is started, visitors come, one fault strikes and is mended, everybody comes to an
//! end, and the books are compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::{JoinSet, block_in_place};

use crate::attempt::Town;
use crate::checker::{self, Books, Circumstances, Violation};
use crate::client::Client;
use crate::clock::{Stopwatch, now_ms};
use crate::fault::{Fault, Struck};
use crate::history::{Deed, History, Operation, Outcome};
use crate::observer;
use crate::phones::Phones;
use crate::rush;
use crate::visitor::Visitor;
use crate::world::World;

/// What is played.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Decides what everybody does, when the fault strikes and how long it lasts.
    pub seed: u64,
    /// What strikes.
    pub fault: Fault,
    /// How many nodes serve.
    pub nodes: usize,
    /// How many visitors come.
    pub visitors: u32,
    /// Where the history and the logs of the round are left.
    pub folder: PathBuf,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Round {
    /// What was played.
    pub plan: Plan,
    /// What struck.
    pub struck: Struck,
    /// Operations by what they asked for: done, not done, unknown.
    pub operations: BTreeMap<Deed, [u32; 3]>,
    /// Looks at the line while the fault lasted: answered, not answered.
    pub polls_in_fault: [u32; 2],
    /// How the visitors ended.
    pub ends: BTreeMap<String, u32>,
    /// From the end of the fault to the first write that was asked for after it and done.
    pub recovered_after: Option<Duration>,
    /// From the end of the node that led, or its pause, to the next call; measured where all clocks agree.
    pub takeover: Option<Duration>,
    /// From the order to promote the standby to the first booking acknowledged.
    pub booked_after_promotion: Option<Duration>,
    /// How long the round took.
    pub took: Duration,
    /// What was promised and did not hold.
    pub violations: Vec<Violation>,
}

/// The visitors come within this time.
const ARRIVALS: Duration = Duration::from_secs(14);
/// When the fault strikes, in milliseconds from the first visitor.
const STRIKES_MS: std::ops::Range<u64> = 2_000..7_000;
/// How long the rush goes on after the fault was mended.
const RUSHES_ON: Duration = Duration::from_secs(4);
/// How long everybody may take to come to an end after the fault was mended.
const ENDS_MAX: Duration = Duration::from_secs(150);
/// Who comes so much later than somebody else stands behind, in milliseconds: numbers are given out for a second
/// after they were leased, and everything takes longer on a machine that others use as well.
const ORDER_SLACK_MS: i64 = 3_000;
/// The same, when the answer to a lease may be under way for as long as a fault lasts.
const ORDER_SLACK_AND_DELAY_MS: i64 = 12_000;
/// What shows that the database takes writes again.
const WRITES: [Deed; 4] = [Deed::Enter, Deed::Register, Deed::Hold, Deed::Book];
/// Doses for every hundred visitors: two a series, and somewhat fewer than are asked for.
const DOSES_PER_100: u32 = 190;
/// The days over which they are spread: few, so that slots are fought for.
const DAYS: i32 = 1;

/// Plays a round. Must run on a runtime with several threads.
///
/// # Errors
/// When the harness itself fails. What dran does wrong is a violation.
pub async fn run(plan: &Plan) -> Result<Round> {
    let took = Stopwatch::start();
    let folder = tempfile::Builder::new().prefix("dran-faults-").tempdir()?;
    std::fs::create_dir_all(&plan.folder)?;
    let doses = plan.visitors * DOSES_PER_100 / 100;
    let mut world = World::start(folder.path(), plan.fault.needs(), plan.nodes, doses, DAYS).await?;
    let town = Arc::new(Town {
        client: Client::new(),
        history: History::create(&plan.folder.join("history.jsonl"))?,
        fronts: world.nodes.iter().map(|node| node.front.address()).collect(),
        phones: Phones::watch(world.deployment.spool()),
    });
    let mut rng = StdRng::seed_from_u64(plan.seed);
    let (looking, coming) = (observer::watch(&town), rush::begin(&town));
    let mut visitors = JoinSet::new();
    for number in 0..plan.visitors {
        let visitor = Visitor::new(town.clone(), plan.seed, number, ARRIVALS);
        visitors.spawn(visitor.live());
    }
    tokio::time::sleep(Duration::from_millis(rng.random_range(STRIKES_MS))).await;
    let struck_ms = now_ms();
    let struck = plan.fault.strike(&mut world, &mut rng).await;
    let mended_ms = now_ms();
    keep_logs(&world, &plan.folder);
    let struck = struck?;
    tokio::time::sleep(RUSHES_ON).await;
    drop(coming);

    let (ends, mut violations) = everybody_ends(visitors, &town).await;
    drop(looking);
    for node in &mut world.nodes {
        if let Err(error) = block_in_place(|| node.stop()) {
            violations.push(Violation::new("a_node_stops_when_asked", format!("{error:#}")));
        }
    }
    keep_logs(&world, &plan.folder);
    let operations = town.history.operations();
    let books = block_in_place(|| Books::read(world.primary()))?;
    let circumstances = Circumstances {
        clocks_agree: plan.fault != Fault::ClockOff,
        order_slack_ms: if plan.fault.delays_database() {
            ORDER_SLACK_AND_DELAY_MS
        } else {
            ORDER_SLACK_MS
        },
        leaderless: struck.leaderless,
    };
    violations.extend(checker::check(&books, &operations, circumstances));
    let audit = block_in_place(|| world.deployment.audit(&world.url()))?;
    violations.extend(audit.into_iter().map(|said| Violation::new("dran_audit", said)));
    let booked = |promoted_ms| first_done(&operations, &[Deed::Book], promoted_ms);
    Ok(Round {
        plan: plan.clone(),
        polls_in_fault: polls(&operations, struck_ms, mended_ms),
        recovered_after: first_done(&operations, &WRITES, mended_ms),
        takeover: struck.leaderless.and_then(|gone| books.takeover(gone)),
        booked_after_promotion: struck.promoted_ms.and_then(booked),
        struck,
        operations: counts(&operations),
        ends,
        took: took.elapsed(),
        violations,
    })
}

/// Waits until everybody has come to an end; who has not by then is a violation.
async fn everybody_ends(mut visitors: JoinSet<String>, town: &Town) -> (BTreeMap<String, u32>, Vec<Violation>) {
    let mut ends: BTreeMap<String, u32> = BTreeMap::new();
    let all = async {
        while let Some(end) = visitors.join_next().await {
            let end = end.unwrap_or_else(|error| format!("panicked: {error}"));
            *ends.entry(end).or_default() += 1;
        }
    };
    let in_time = tokio::time::timeout(ENDS_MAX, all).await.is_ok();
    let mut violations = Vec::new();
    if !in_time {
        let left = visitors.len();
        visitors.shutdown().await;
        let operations = town.history.operations();
        let mut last: BTreeMap<u32, &Operation> = BTreeMap::new();
        for operation in operations
            .iter()
            .filter(|operation| operation.visitor != observer::OBSERVER)
        {
            last.insert(operation.visitor, operation);
        }
        let latest = last.values().max_by_key(|operation| operation.returned_ms);
        violations.push(Violation::new(
            "everybody_comes_to_an_end",
            format!("{left} visitors had no end {ENDS_MAX:?} after the fault; the last answer was {latest:?}"),
        ));
    }
    (ends, violations)
}

/// Copies what the nodes have said so far: it tells why.
fn keep_logs(world: &World, folder: &Path) {
    for (number, node) in world.nodes.iter().enumerate() {
        // The round counts without it.
        let _ = std::fs::copy(node.log(), folder.join(format!("node-{number}.log")));
    }
}

fn counts(operations: &[Operation]) -> BTreeMap<Deed, [u32; 3]> {
    let mut counts: BTreeMap<Deed, [u32; 3]> = BTreeMap::new();
    for operation in operations {
        let [done, not_done, unknown] = counts.entry(operation.deed).or_default();
        *match operation.outcome {
            Outcome::Ok(_) => done,
            Outcome::Failed(_) => not_done,
            Outcome::Unknown(_) => unknown,
        } += 1;
    }
    counts
}

fn polls(operations: &[Operation], from_ms: i64, to_ms: i64) -> [u32; 2] {
    let during = operations.iter().filter(|operation| {
        operation.deed == Deed::Poll && operation.invoked_ms >= from_ms && operation.returned_ms <= to_ms
    });
    during.fold([0, 0], |[answered, silent], poll| match poll.outcome {
        Outcome::Ok(_) => [answered + 1, silent],
        _ => [answered, silent + 1],
    })
}

/// From this moment to the first of these that was asked for after it and done.
fn first_done(operations: &[Operation], deeds: &[Deed], from_ms: i64) -> Option<Duration> {
    let done = operations.iter().filter(|operation| {
        deeds.contains(&operation.deed)
            && matches!(operation.outcome, Outcome::Ok(_))
            && operation.invoked_ms >= from_ms
    });
    let first = done.map(|operation| operation.returned_ms - from_ms).min()?;
    Some(Duration::from_millis(first.unsigned_abs()))
}
