//! The report of a run, in Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::fault::Fault;
use crate::history::Deed;
use crate::round::Round;

/// The violations of one promise that are shown.
const SHOWN_MAX: usize = 3;

/// What was run, what was counted, what did not hold.
pub fn markdown(rounds: &[Round], failed: &[String]) -> String {
    let mut text = String::new();
    let took: Duration = rounds.iter().map(|round| round.took).sum();
    let broken = rounds.iter().filter(|round| !round.violations.is_empty()).count();
    let minutes = took.as_secs_f64() / 60.0;
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "{} rounds in {minutes:.1} minutes, {broken} with violations, {} that the harness could not play.\n",
        rounds.len(),
        failed.len()
    );
    text.push_str(
        "| fault | seed | nodes | visitors | lasted | booked | polls answered in the fault | first write after it | \
         unknown | violations |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for round in rounds {
        let unknown: u32 = round.operations.values().map(|[_, _, unknown]| unknown).sum();
        let [answered, silent] = round.polls_in_fault;
        let recovered = round
            .recovered_after
            .map_or("–".to_owned(), |after| format!("{:.1} s", after.as_secs_f64()));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.1} s | {} | {answered} of {} | {recovered} | {unknown} | {} |",
            round.plan.fault.name(),
            round.plan.seed,
            round.plan.nodes,
            round.plan.visitors,
            round.struck.lasted.as_secs_f64(),
            done(round, Deed::Book),
            answered + silent,
            round.violations.len(),
        );
    }
    taking_over(&mut text, rounds);
    text.push_str("\n## Operations\n\n| asked for | done | not done | unknown |\n| --- | --- | --- | --- |\n");
    let mut sums: BTreeMap<Deed, [u32; 3]> = BTreeMap::new();
    for (deed, counts) in rounds.iter().flat_map(|round| &round.operations) {
        let sum = sums.entry(*deed).or_default();
        sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    for (deed, [done, not_done, unknown]) in sums {
        let name = format!("{deed:?}").to_lowercase();
        let _ = writeln!(text, "| {name} | {done} | {not_done} | {unknown} |");
    }
    text.push_str("\n## How visitors ended\n\n| end | visitors |\n| --- | --- |\n");
    let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
    for (end, count) in rounds.iter().flat_map(|round| &round.ends) {
        *ends.entry(end).or_default() += count;
    }
    for (end, count) in ends {
        let _ = writeln!(text, "| {end} | {count} |");
    }
    violations(&mut text, rounds);
    for failure in failed {
        let _ = writeln!(text, "\nNot played: {failure}");
    }
    text
}

/// How long it took until somebody else did what the one that was lost had done.
fn taking_over(text: &mut String, rounds: &[Round]) {
    text.push_str("\n## Taking over\n\n| from | to | rounds | median | longest |\n| --- | --- | --- | --- | --- |\n");
    let after = |fault: Fault, took: fn(&Round) -> Option<Duration>| {
        let rounds = rounds.iter().filter(move |round| round.plan.fault == fault);
        rounds.filter_map(took).collect()
    };
    let by_others = |round: &Round| round.takeover;
    let lines: [(&str, &str, Vec<Duration>); 3] = [
        (
            "SIGKILL of the leader",
            "next call",
            after(Fault::KillLeader, by_others),
        ),
        (
            "SIGSTOP of the leader",
            "next call",
            after(Fault::PauseLeader, by_others),
        ),
        (
            "order to promote the standby",
            "first booking asked for after it and acknowledged",
            after(Fault::Promote, |round| round.booked_after_promotion),
        ),
    ];
    for (from, to, mut took) in lines {
        took.sort_unstable();
        let (Some(median), Some(longest)) = (took.get(took.len() / 2), took.last()) else {
            continue;
        };
        let (median, longest) = (median.as_secs_f64(), longest.as_secs_f64());
        let _ = writeln!(
            text,
            "| {from} | {to} | {} | {median:.1} s | {longest:.1} s |",
            took.len()
        );
    }
}

fn done(round: &Round, deed: Deed) -> u32 {
    round.operations.get(&deed).map_or(0, |[done, ..]| *done)
}

fn violations(text: &mut String, rounds: &[Round]) {
    text.push_str("\n## Violations\n");
    let broken: Vec<&Round> = rounds.iter().filter(|round| !round.violations.is_empty()).collect();
    if broken.is_empty() {
        text.push_str("\nNone.\n");
    }
    for round in broken {
        let (fault, seed, nodes) = (round.plan.fault.name(), round.plan.seed, round.plan.nodes);
        let _ = writeln!(
            text,
            "\n### {fault}, seed {seed}, nodes {nodes}: {}\n",
            round.struck.what
        );
        let mut by_promise: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for violation in &round.violations {
            by_promise.entry(violation.promise).or_default().push(&violation.found);
        }
        for (promise, found) in by_promise {
            let _ = writeln!(text, "- `{promise}`: {}", found.len());
            for found in found.iter().take(SHOWN_MAX) {
                let _ = writeln!(text, "  - {found}");
            }
        }
    }
}
