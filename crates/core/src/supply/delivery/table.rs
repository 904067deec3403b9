//! The rows of a delivery file: separator, header, columns, and what spreadsheets add to them.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{CsvProblem, LINES_MAX};

/// The columns: the name to write, and other names they go by.
const COLUMNS: [(&str, &[&str]); 5] = [
    ("reference", &["referenz", "lieferung"]),
    ("centre", &["impfzentrum", "zentrum"]),
    ("vaccine", &["impfstoff"]),
    ("day", &["tag", "datum"]),
    ("doses", &["dosen"]),
];

/// A header as it should be.
const HEADER: &str = "reference,centre,vaccine,day,doses";

/// The fields of one delivery, as written.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) reference: String,
    pub(super) centre: String,
    pub(super) vaccine: String,
    pub(super) day: String,
    pub(super) doses: String,
}

/// What a file holds: rows that have the right number of fields, and problems with others.
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    pub(super) problems: Vec<CsvProblem>,
}

impl Table {
    /// Reads a file; without a usable header nothing else can be read.
    pub(super) fn read(text: &str) -> Result<Self, Vec<CsvProblem>> {
        let text = text.trim_start_matches('\u{feff}');
        let mut records = ReaderBuilder::new()
            .delimiter(separator(text))
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(Trim::All)
            .from_reader(text.as_bytes())
            .into_records()
            // Only bytes that are no UTF-8 fail, and this is text.
            .filter_map(Result::ok)
            .filter(|record| !is_blank(record) && !is_separator_line(record));
        let lines = Lines::of(text);
        let Some(header) = records.next() else {
            return Err(vec![problem(
                1,
                "the file is empty",
                format!("{HEADER} in its first line"),
            )]);
        };
        let columns = columns(&header, lines.line_of(&header))?;
        let mut table = Self {
            rows: Vec::new(),
            problems: Vec::new(),
        };
        for record in records {
            if table.rows.len() >= LINES_MAX {
                let message = format!("the file has more than {LINES_MAX} deliveries");
                table.problems.push(problem(
                    lines.line_of(&record),
                    message,
                    "the others into a second file",
                ));
                break;
            }
            if record.iter().skip(header.len()).any(|field| !field.is_empty()) {
                let message = format!("there are {} fields, and the header has {}", record.len(), header.len());
                table.problems.push(problem(
                    lines.line_of(&record),
                    message,
                    "a field with a separator in it in quotation marks",
                ));
                continue;
            }
            let field = |column: usize| record.get(columns[column]).unwrap_or_default().to_owned();
            table.rows.push(Row {
                line: lines.line_of(&record),
                reference: field(0),
                centre: field(1),
                vaccine: field(2),
                day: field(3),
                doses: field(4),
            });
        }
        if table.rows.is_empty() && table.problems.is_empty() {
            return Err(vec![problem(
                lines.line_of(&header),
                "there is no delivery below the header",
                "one delivery a line",
            )]);
        }
        Ok(table)
    }
}

/// Where each of [`COLUMNS`] stands.
fn columns(header: &StringRecord, line: u64) -> Result<[usize; 5], Vec<CsvProblem>> {
    let names: Vec<String> = header.iter().map(str::to_lowercase).collect();
    let mut places = [0; 5];
    let mut problems = Vec::new();
    for (place, (column, others)) in places.iter_mut().zip(COLUMNS) {
        let is_column = |name: &String| name == column || others.contains(&name.as_str());
        let mut found = names
            .iter()
            .enumerate()
            .filter(|(_, name)| is_column(name))
            .map(|(index, _)| index);
        match (found.next(), found.next()) {
            (Some(only), None) => *place = only,
            (None, _) => {
                let message = format!("the header has no column `{column}`");
                problems.push(problem(line, message, HEADER));
            }
            (Some(_), Some(_)) => {
                let message = format!("the header has the column `{column}` twice");
                problems.push(problem(line, message, HEADER));
            }
        }
    }
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}

/// The separator that the header uses most.
fn separator(text: &str) -> u8 {
    let is_content = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    let header = text.lines().find(is_content).unwrap_or_default();
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    // Of equal counts the last wins: with none at all it is the comma.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// A row that a spreadsheet leaves behind where cells were cleared.
fn is_blank(record: &StringRecord) -> bool {
    record.iter().all(str::is_empty)
}

/// The line `sep=;` by which a spreadsheet tells its separator.
fn is_separator_line(record: &StringRecord) -> bool {
    record
        .get(0)
        .is_some_and(|field| field.to_lowercase().starts_with("sep="))
}

/// Where the lines of a text end. The reader's own count of a record stands before the blank lines
/// and remarks above it.
struct Lines<'t> {
    text: &'t [u8],
    ends: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let ends = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(index, _)| index)
            .collect();
        Self {
            text: text.as_bytes(),
            ends,
        }
    }

    /// The line on which a record begins, from 1.
    fn line_of(&self, record: &StringRecord) -> u64 {
        let mut at = record.position().map_or(0, |position| position.byte() as usize);
        loop {
            match self.text.get(at) {
                Some(b'\r' | b'\n') => at += 1,
                Some(b'#') => {
                    at = self.ends[self.lines_before(at)..]
                        .first()
                        .map_or(self.text.len(), |end| end + 1)
                }
                _ => return self.lines_before(at) as u64 + 1,
            }
        }
    }

    fn lines_before(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at)
    }
}

fn problem(line: u64, message: impl Into<String>, instead: impl Into<String>) -> CsvProblem {
    CsvProblem {
        line,
        message: message.into(),
        instead: instead.into(),
    }
}
