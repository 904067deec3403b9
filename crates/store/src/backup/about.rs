//! What a backup says about itself: lines of text, so that `head` shows them.

use std::fmt::Write as _;

use dran_core::hex;
use jiff::Timestamp;

use super::BackupError;

/// Which engine's data a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A SQLite file.
    Sqlite,
    /// Tables of PostgreSQL.
    Postgres,
}

impl Engine {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        [Self::Sqlite, Self::Postgres]
            .into_iter()
            .find(|engine| engine.name() == name)
    }
}

/// A step of the schema as a database remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) name: String,
    pub(crate) checksum: [u8; 32],
}

/// What a backup is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) engine: Engine,
    pub(crate) taken_at: Timestamp,
    /// The history of the schema, from its beginning.
    pub(crate) history: Vec<Applied>,
}

impl About {
    pub(crate) const SECTION: &str = "about";

    /// The number of the schema.
    pub(crate) fn schema(&self) -> u32 {
        schema_of(&self.history)
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "engine {}\ntaken {}\ndran {}\n",
            self.engine.name(),
            self.taken_at,
            env!("CARGO_PKG_VERSION")
        );
        for Applied { name, checksum } in &self.history {
            // Writing to a string does not fail.
            let _ = writeln!(text, "migration {name} {}", hex::encode(checksum));
        }
        text
    }

    /// Lines that this dran does not know are left out: a newer one may say more.
    pub(super) fn read(text: &str) -> Result<Self, BackupError> {
        let (mut engine, mut taken_at, mut history) = (None, None, Vec::new());
        for line in text.lines() {
            match line.split_once(' ') {
                Some(("engine", name)) => engine = Engine::of_name(name),
                Some(("taken", at)) => taken_at = at.parse().ok(),
                Some(("migration", applied)) => history.push(applied_of(applied).ok_or(BackupError::Damaged)?),
                _ => {}
            }
        }
        match (engine, taken_at) {
            (Some(engine), Some(taken_at)) => Ok(Self {
                engine,
                taken_at,
                history,
            }),
            _ => Err(BackupError::Damaged),
        }
    }
}

fn applied_of(text: &str) -> Option<Applied> {
    let (name, checksum) = text.split_once(' ')?;
    Some(Applied {
        name: name.to_owned(),
        checksum: hex::decode(checksum)?.try_into().ok()?,
    })
}

fn schema_of(history: &[Applied]) -> u32 {
    u32::try_from(history.len()).unwrap_or(u32::MAX)
}

/// Insists that a history is the beginning of the one that this binary knows: names and checksums.
pub(crate) fn check_history<'k>(
    history: &[Applied],
    known: impl ExactSizeIterator<Item = (&'k str, [u8; 32])>,
) -> Result<(), BackupError> {
    if history.len() > known.len() {
        return Err(BackupError::NewerSchema {
            found: schema_of(history),
            known: u32::try_from(known.len()).unwrap_or(u32::MAX),
        });
    }
    for (applied, (name, checksum)) in history.iter().zip(known) {
        if applied.name != name || applied.checksum != checksum {
            return Err(BackupError::MigrationChanged(applied.name.clone()));
        }
    }
    Ok(())
}

/// How many rows each table has, and where each sequence stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// In the order in which they stand in the file.
    pub(crate) tables: Vec<(String, u64)>,
    /// The last number that was given out.
    pub(crate) sequences: Vec<(String, i64)>,
}

impl Counts {
    pub(crate) const SECTION: &str = "counts";

    pub(crate) fn rows(&self) -> u64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }

    pub(crate) fn text(&self) -> String {
        let tables = self.tables.iter().map(|(table, rows)| format!("rows {table} {rows}\n"));
        let sequences = self.sequences.iter();
        let sequences = sequences.map(|(sequence, last)| format!("sequence {sequence} {last}\n"));
        tables.chain(sequences).collect()
    }

    pub(crate) fn read(text: &str) -> Result<Self, BackupError> {
        let mut counts = Self::default();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["rows", table, rows] => counts.tables.push((table.to_owned(), number(rows)?)),
                ["sequence", sequence, last] => counts.sequences.push((sequence.to_owned(), number(last)?)),
                _ => return Err(BackupError::Damaged),
            }
        }
        Ok(counts)
    }

    /// Insists that tables have the rows that were counted when the backup was taken.
    pub(crate) fn compare(&self, found: &[(String, u64)]) -> Result<(), BackupError> {
        let told = |tables: &[(String, u64)]| {
            let mut tables = tables.to_vec();
            tables.sort();
            tables
        };
        let (backed_up, found) = (told(&self.tables), told(found));
        if backed_up == found {
            return Ok(());
        }
        let differs = |(table, rows): &(String, u64), others: &[(String, u64)]| {
            (!others.contains(&(table.clone(), *rows))).then(|| format!("{rows} rows of {table}"))
        };
        let missing = backed_up.iter().find_map(|table| differs(table, &found));
        let extra = found.iter().find_map(|table| differs(table, &backed_up));
        let (missing, extra) = (missing.unwrap_or_default(), extra.unwrap_or_default());
        Err(BackupError::Mismatch(format!("`{missing}` became `{extra}`")))
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, BackupError> {
    text.parse().map_err(|_| BackupError::Damaged)
}
