//! Deliveries (`Lieferung`) as planners write them: a CSV file, usually saved by a spreadsheet.
//!
//! One line is one delivery of one vaccine to one centre. Everything that is wrong with a file is
//! reported at once, each with its line and what to write instead; a file with a problem gives no
//! deliveries at all.

mod fields;
mod table;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use self::table::{Row, Table};
use crate::ids::{CentreId, VaccineId};
use crate::region::{Region, nearest};

/// Deliveries that one file may have: two years of daily deliveries to 28 centres fit.
pub const LINES_MAX: usize = 20_000;

/// Doses that one line may bring: more than Germany got in any week of that winter is a slip.
pub const DOSES_MAX: u32 = 1_000_000;

/// The longest reference, in characters.
pub const REFERENCE_CHARS_MAX: usize = 64;

/// A delivery as written in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryLine {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The supplier's or planner's name for it; with centre and vaccine it is unique.
    pub reference: String,
    /// Where the doses arrive.
    pub centre: CentreId,
    /// What arrives.
    pub vaccine: VaccineId,
    /// The first day on which the doses can be used.
    pub day: Date,
    /// How many doses, at least 1.
    pub doses: u32,
}

/// One thing that is wrong with a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CsvProblem {
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong.
    pub message: String,
    /// What to write instead, as the object of "write".
    pub instead: String,
}

impl fmt::Display for CsvProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}; write {}", self.line, self.message, self.instead)
    }
}

/// Reads a file with the columns `reference`, `centre`, `vaccine`, `day` and `doses`, in any order,
/// by these names or by `Referenz`, `Impfzentrum`, `Impfstoff`, `Tag` and `Dosen`; other columns are
/// left out. Fields are separated by commas, semicolons or tabs; days are written `2021-01-18` or
/// `18.01.2021`. Lines that begin with `#` are remarks.
pub fn parse_csv(text: &str) -> Result<Vec<DeliveryLine>, Vec<CsvProblem>> {
    read(text, |_| Vec::new())
}

/// Reads a file as [`parse_csv`] does, and checks that the region has its centres and vaccines.
pub fn parse_csv_for(text: &str, region: &Region) -> Result<Vec<DeliveryLine>, Vec<CsvProblem>> {
    read(text, |line| unknown_ids(line, region))
}

fn read(text: &str, check: impl Fn(&DeliveryLine) -> Vec<CsvProblem>) -> Result<Vec<DeliveryLine>, Vec<CsvProblem>> {
    let table = Table::read(text)?;
    let mut lines: Vec<DeliveryLine> = Vec::new();
    let mut problems: Vec<CsvProblem> = table.problems;
    let mut seen: BTreeMap<(String, CentreId, VaccineId), u64> = BTreeMap::new();
    for row in &table.rows {
        let line = match delivery(row) {
            Ok(line) => line,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        problems.extend(check(&line));
        let key = (line.reference.clone(), line.centre.clone(), line.vaccine.clone());
        let first_line = *seen.entry(key).or_insert(line.line);
        if first_line != line.line {
            problems.push(CsvProblem {
                line: line.line,
                message: format!("line {first_line} has the same reference, centre and vaccine"),
                instead: "a reference of its own for each delivery".to_owned(),
            });
        }
        lines.push(line);
    }
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(lines) } else { Err(problems) }
}

/// Reads one row; all its fields are looked at.
fn delivery(row: &Row) -> Result<DeliveryLine, Vec<CsvProblem>> {
    let reference = fields::reference(&row.reference);
    let centre = fields::id("centre", "kassel-stadt", &row.centre);
    let vaccine = fields::id("vaccine", "biontech", &row.vaccine);
    let day = fields::day(&row.day);
    let doses = fields::doses(&row.doses);
    match (reference, centre, vaccine, day, doses) {
        (Ok(reference), Ok(centre), Ok(vaccine), Ok(day), Ok(doses)) => Ok(DeliveryLine {
            line: row.line,
            reference,
            centre: CentreId::new(centre),
            vaccine: VaccineId::new(vaccine),
            day,
            doses,
        }),
        (reference, centre, vaccine, day, doses) => {
            let wrong = [reference.err(), centre.err(), vaccine.err(), day.err(), doses.err()];
            let problem = |(message, instead)| CsvProblem {
                line: row.line,
                message,
                instead,
            };
            Err(wrong.into_iter().flatten().map(problem).collect())
        }
    }
}

/// What the region does not have.
fn unknown_ids(line: &DeliveryLine, region: &Region) -> Vec<CsvProblem> {
    let mut problems = Vec::new();
    if region.centre(&line.centre).is_none() {
        let known = region.centres.iter().map(|centre| centre.id.as_str());
        problems.push(unknown_id(
            line.line,
            "centre",
            line.centre.as_str(),
            &known.collect::<Vec<_>>(),
        ));
    }
    if region.vaccine(&line.vaccine).is_none() {
        let known = region.vaccines.iter().map(|vaccine| vaccine.id.as_str());
        problems.push(unknown_id(
            line.line,
            "vaccine",
            line.vaccine.as_str(),
            &known.collect::<Vec<_>>(),
        ));
    }
    problems
}

fn unknown_id(line: u64, thing: &str, written: &str, known: &[&str]) -> CsvProblem {
    let meant = nearest(written, known.iter().copied());
    let instead = meant.map_or_else(|| format!("one of {}", known.join(", ")), str::to_owned);
    CsvProblem {
        line,
        message: format!("the region has no {thing} `{written}`"),
        instead,
    }
}

#[cfg(test)]
mod tests;
