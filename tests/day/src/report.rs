//! What a day came to.

use std::collections::BTreeMap;
use std::fmt::Write;

use dran_store::Counts;

use crate::command::Ended;
use crate::play::Plan;

/// Counts of commands, answers and rows, and every difference.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was played.
    pub plan: Plan,
    /// How the commands of each kind ended.
    pub commands: BTreeMap<&'static str, BTreeMap<Ended, u64>>,
    /// Waves.
    pub waves: u64,
    /// Commands of the largest.
    pub largest_wave: usize,
    /// How long each engine took for its answers.
    pub seconds: [(&'static str, f64); 2],
    /// Rows that were compared in the end.
    pub compared: Vec<(&'static str, usize)>,
    /// Counts of the day.
    pub counts: Counts,
    /// Promises that were audited.
    pub promises: usize,
    /// Those that do not hold.
    pub violations: Vec<String>,
    /// Answers and rows that differ.
    pub differences: u64,
    /// The first of them in words.
    pub told: Vec<String>,
}

impl Report {
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            plan,
            commands: BTreeMap::new(),
            waves: 0,
            largest_wave: 0,
            seconds: [("", 0.0); 2],
            compared: Vec::new(),
            counts: Counts::default(),
            promises: 0,
            violations: Vec::new(),
            differences: 0,
            told: Vec::new(),
        }
    }

    pub(crate) fn differ(&mut self, told_max: usize, words: impl FnOnce() -> String) {
        self.differences += 1;
        if self.told.len() < told_max {
            self.told.push(words());
        }
    }

    pub(crate) fn compared(&mut self, what: &'static str, rows: usize) {
        self.compared.push((what, rows));
    }

    /// Whether the engines agree and both keep their promises.
    pub fn holds(&self) -> bool {
        self.differences == 0 && self.violations.is_empty()
    }

    /// How many commands of a kind ended so.
    pub fn ended(&self, kind: &str, ended: &Ended) -> u64 {
        self.commands
            .get(kind)
            .and_then(|of| of.get(ended))
            .copied()
            .unwrap_or_default()
    }

    /// All commands.
    pub fn asked(&self) -> u64 {
        self.commands.values().flat_map(BTreeMap::values).sum()
    }
}

/// The report for people.
pub fn markdown(report: &Report) -> String {
    let mut text = String::new();
    let Plan { people, seed } = report.plan;
    let [(one, one_s), (two, two_s)] = report.seconds;
    // Writing into a string cannot fail.
    let _ = writeln!(
        text,
        "{people} people, seed {seed}: {} commands in {} waves, the largest of {}. Answers and rows that differ: {}. \
         Promises that do not hold: {} of {}.\n\n\
         {one} took {one_s:.1} s for its answers, {two} {two_s:.1} s.\n",
        report.asked(),
        report.waves,
        report.largest_wave,
        report.differences,
        report.violations.len(),
        report.promises,
    );
    let _ = writeln!(text, "| command | done | refused |\n| --- | ---: | --- |");
    for (kind, ended) in &report.commands {
        let done = ended.get(&Ended::Done).copied().unwrap_or_default();
        let refused: Vec<String> = ended
            .iter()
            .filter_map(|(ended, count)| match ended {
                Ended::Refused(refusal) => Some(format!("{refusal} {count}")),
                Ended::Done | Ended::Fault(_) => None,
            })
            .collect();
        let _ = writeln!(text, "| {kind} | {done} | {} |", refused.join(", "));
    }
    let _ = writeln!(text, "\n| compared in the end | rows |\n| --- | ---: |");
    for (what, rows) in &report.compared {
        let _ = writeln!(text, "| {what} | {rows} |");
    }
    let counts = &report.counts;
    let _ = writeln!(
        text,
        "\nSeries released {}, free {}, booked {}, cancelled {}; messages sent {}, waiting {}.",
        counts.series_released,
        counts.series_free,
        counts.series_booked,
        counts.series_cancelled,
        counts.messages_sent,
        counts.messages_waiting,
    );
    for difference in report.told.iter().chain(&report.violations) {
        let _ = writeln!(text, "\nDIFFERS: {difference}");
    }
    text
}
