//! A backup of a SQLite file: SQLite's backup API, all pages in one step.
//!
//! One step is one read transaction, beside which the writer goes on. In several steps it begins again with
//! each commit of another process, and never ends; `VACUUM INTO` makes the writer half as fast meanwhile
//! (docs/decisions/0014-backups.md).

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::OpenError;
use super::migrations::{history, known};
use crate::backup::{
    About, Applied, ArchiveReader, ArchiveWriter, BackupError, BackupSummary, Counts, Engine, check_history, name_it,
    unfinished,
};

/// The section with the file.
const FILE: &str = "sqlite";

/// For [`Backup::step`].
const ALL_PAGES: i32 = -1;

/// Writes a database into a new backup.
pub(crate) fn back_up(path: &Path, to: &Path, now: Timestamp) -> Result<BackupSummary, BackupError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()).into());
    }
    let mut archive = ArchiveWriter::create(to)?;
    // Beside the backup, where there has to be room anyway.
    let copy = unfinished(to)?;
    {
        // Who may only read and comes last leaves the log and its index behind, in a name that may not be the
        // service's.
        let source = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        check_history(&history_of(&source)?, known())?;
        copy_pages(&source, copy.path())?;
    }
    let (history, counts) = inspect(copy.path())?;
    let about = About {
        engine: Engine::Sqlite,
        taken_at: now,
        history,
    };
    archive.text(About::SECTION, &about.text())?;
    archive.begin(FILE)?;
    let (mut file, mut buffer) = (File::open(copy.path())?, vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        archive.write(buffer.get(..read).unwrap_or_default())?;
    }
    archive.end()?;
    archive.text(Counts::SECTION, &counts.text())?;
    Ok(BackupSummary {
        taken_at: now,
        schema: about.schema(),
        rows: counts.rows(),
        bytes: archive.finish()?,
    })
}

/// Makes a database from a backup that was checked, at a path where there is none.
pub(crate) fn restore(path: &Path, from: &Path, about: &About) -> Result<(), BackupError> {
    check_history(&about.history, known())?;
    // SQLite would take the log of another database for this one's.
    let beside = ["", "-wal", "-shm", "-journal"].map(|suffix| with_suffix(path, suffix));
    if let Some(there) = beside.iter().find(|file| file.exists()) {
        return Err(BackupError::NotEmpty(there.display().to_string()));
    }
    let mut copy = unfinished(path)?;
    let mut archive = ArchiveReader::open(from)?;
    let mut counts = Counts::default();
    while let Some(section) = archive.section()? {
        match &*section {
            FILE => {
                let mut chunk = Vec::new();
                while archive.chunk(&mut chunk)? {
                    copy.write_all(&chunk)?;
                }
            }
            Counts::SECTION => counts = Counts::read(&archive.text()?)?,
            _ => archive.skip()?,
        }
    }
    copy.as_file().sync_all()?;
    let (history, found) = inspect(copy.path())?;
    if history != about.history {
        return Err(BackupError::Mismatch("the history of its schema".into()));
    }
    counts.compare(&found.tables)?;
    name_it(copy, path)
}

/// Copies one snapshot of a database into an empty file.
fn copy_pages(source: &Connection, to: &Path) -> Result<(), BackupError> {
    let mut copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // What a power cut leaves of the copy is not kept anyway.
    copy.pragma_update(None, "synchronous", "OFF")?;
    if Backup::new(source, &mut copy)?.step(ALL_PAGES)? != StepResult::Done {
        return Err(BackupError::Mismatch("SQLite did not copy every page".into()));
    }
    // All of it in the one file, without a log beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(())
}

/// Reads all of a file that nobody else has: whether it is sound, its history, and its rows.
fn inspect(path: &Path) -> Result<(Vec<Applied>, Counts), BackupError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sound: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(BackupError::Mismatch(sound));
    }
    let refers_to_nothing = connection.prepare("PRAGMA foreign_key_check")?.exists([])?;
    if refers_to_nothing {
        return Err(BackupError::Mismatch("a row refers to one that is not there".into()));
    }
    let history = history_of(&connection)?;
    let mut tables = connection.prepare(
        "SELECT name FROM sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migration' ORDER BY name",
    )?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut counts = Counts::default();
    for table in tables {
        let sql = format!("SELECT count(*) FROM \"{}\"", table.replace('"', "\"\""));
        let rows: u32 = connection.query_row(&sql, [], |row| row.get(0))?;
        counts.tables.push((table, rows.into()));
    }
    Ok((history, counts))
}

fn history_of(connection: &Connection) -> Result<Vec<Applied>, BackupError> {
    history(connection)?.ok_or_else(|| OpenError::NotDran.into())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
