//! Backups: one file with everything that a database of dran holds at one moment, whichever engine.

mod about;
mod archive;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::{Database, OpenError, postgres, sqlite};

pub(crate) use about::{About, Applied, Counts, Engine, check_history};
pub(crate) use archive::{ArchiveReader, ArchiveWriter, name_it, unfinished};

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSummary {
    /// When it was begun; what was committed before is inside.
    pub taken_at: Timestamp,
    /// The number of its schema.
    pub schema: u32,
    /// Rows of all tables together.
    pub rows: u64,
    /// The length of the file in bytes.
    pub bytes: u64,
}

/// Why there is no backup, or nothing was restored from one. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file of that name is there already.
    #[error("{0} is there already; a backup never replaces a file")]
    FileExists(PathBuf),
    /// There is no such file.
    #[error("there is no file {0}")]
    NoFile(PathBuf),
    /// The file is something else.
    #[error("the file is not a backup of dran")]
    NotABackup,
    /// A newer dran wrote the file in another form.
    #[error("the backup was written by a newer dran in a form that this one cannot read")]
    NewerFormat,
    /// The file ends too early.
    #[error("the backup is incomplete: the file ends in the middle; it may not have been copied to its end")]
    Truncated,
    /// The bytes are not those that were written.
    #[error("the backup is damaged: its checksum does not fit its bytes")]
    Damaged,
    /// A newer dran filled the database that was backed up.
    #[error("the backup has schema {found}; this dran knows up to {known}, so that a newer one has to restore it")]
    NewerSchema {
        /// In the backup.
        found: u32,
        /// In this binary.
        known: u32,
    },
    /// The tables were made by a different history of the schema.
    #[error("the backup was made with another text of migration {0}")]
    MigrationChanged(String),
    /// The backup is of the other engine.
    #[error("the backup is of {backup}, and the database to restore to is {database}")]
    OtherEngine {
        /// Of the backup.
        backup: &'static str,
        /// Of the URL.
        database: &'static str,
    },
    /// There is something at the place to restore to.
    #[error("{0} holds something already; a restore needs a new place")]
    NotEmpty(String),
    /// What was read back is not what was backed up.
    #[error("what was read back is not what was backed up: {0}")]
    Mismatch(String),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// SQLite failed.
    #[error("SQLite failed")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL failed.
    #[error("PostgreSQL failed")]
    Postgres(#[from] tokio_postgres::Error),
    /// A file could not be read or written.
    #[error("a file could not be read or written")]
    Io(#[from] std::io::Error),
}

impl From<sqlite::OpenError> for BackupError {
    fn from(error: sqlite::OpenError) -> Self {
        Self::Open(error.into())
    }
}

impl From<postgres::OpenError> for BackupError {
    fn from(error: postgres::OpenError) -> Self {
        Self::Open(error.into())
    }
}

impl Database {
    /// Writes everything that is committed into a new file, from one snapshot, while others go on
    /// writing. `now` is noted in it.
    pub fn backup(&self, to: &Path, now: Timestamp) -> Result<BackupSummary, BackupError> {
        match self {
            Self::Sqlite(path) => sqlite::back_up(path, to, now),
            Self::Postgres(url) => postgres::back_up(url, to, now),
        }
    }

    /// Fills a new place from a backup: a SQLite file that is not there, a PostgreSQL database without
    /// tables. All of the file is checked before anything is written, and the place has all of it or
    /// nothing. Older schemas are brought up to date when the database is opened.
    pub fn restore(&self, from: &Path) -> Result<BackupSummary, BackupError> {
        let (about, summary) = check(from)?;
        match (self, about.engine) {
            (Self::Sqlite(path), Engine::Sqlite) => sqlite::restore(path, from, &about)?,
            (Self::Postgres(url), Engine::Postgres) => postgres::restore(url, from, &about)?,
            (Self::Sqlite(_), Engine::Postgres) => return Err(other_engine(about.engine, Engine::Sqlite)),
            (Self::Postgres(_), Engine::Sqlite) => return Err(other_engine(about.engine, Engine::Postgres)),
        }
        Ok(summary)
    }
}

/// Reads a whole file and says what it is.
fn check(from: &Path) -> Result<(About, BackupSummary), BackupError> {
    let mut archive = ArchiveReader::open(from)?;
    let (mut about, mut counts) = (None, None);
    while let Some(section) = archive.section()? {
        match &*section {
            About::SECTION => about = Some(About::read(&archive.text()?)?),
            Counts::SECTION => counts = Some(Counts::read(&archive.text()?)?),
            _ => archive.skip()?,
        }
    }
    // Only now is the file known to be whole.
    let (Some(about), Some(counts)) = (about, counts) else {
        return Err(BackupError::Damaged);
    };
    let summary = BackupSummary {
        taken_at: about.taken_at,
        schema: about.schema(),
        rows: counts.rows(),
        bytes: std::fs::metadata(from)?.len(),
    };
    Ok((about, summary))
}

fn other_engine(backup: Engine, database: Engine) -> BackupError {
    BackupError::OtherEngine {
        backup: backup.name(),
        database: database.name(),
    }
}

#[cfg(test)]
mod tests;
