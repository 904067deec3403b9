//! Opening a database file: what must hold before the first command, and how connections are set up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::migrations::migrate;
use super::sql::STATEMENTS_MAX;
use super::writer::Hooks;
use crate::pressure::Monotonic;

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// Whether a file that is not there is made. Without it a mistyped path is an error, never an
    /// empty database.
    pub create: bool,
    /// Commands that may wait for the writer; one more is answered [`crate::Fault::Busy`].
    pub queue_len_max: usize,
    /// Connections that only read.
    pub read_connections: usize,
    /// Queries that may wait for them.
    pub read_queue_len_max: usize,
    /// How long the writer waits for another process (`dran release`) to end its transaction.
    pub busy_timeout_ms: u32,
    /// Pages in the write-ahead log after which it is copied into the file. Rarer is faster and makes
    /// the single pauses longer: 20,000 pages (80 MB) book half as much again per second as SQLite's
    /// 1,000 once a million bookings are inside.
    pub wal_autocheckpoint_pages: u32,
    /// Measures how long commands wait; without it [`crate::Store::pressure`] tells nothing.
    pub monotonic: Option<Monotonic>,
    /// Called on the writer's thread before each commit. Tests make a slow disk of it.
    pub before_commit: Option<fn()>,
}

impl SqliteOptions {
    /// What the writer's thread needs of them.
    pub(super) fn hooks(&self) -> Hooks {
        Hooks {
            monotonic: self.monotonic,
            before_commit: self.before_commit,
        }
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            create: false,
            queue_len_max: 8192,
            read_connections: 2,
            read_queue_len_max: 4096,
            busy_timeout_ms: 5000,
            wal_autocheckpoint_pages: 20_000,
            monotonic: None,
            before_commit: None,
        }
    }
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such file, and none was to be made.
    #[error("there is no database at {0}")]
    Missing(PathBuf),
    /// The file is a SQLite database of something else.
    #[error("the file is not a database of dran")]
    NotDran,
    /// A newer dran has been here.
    #[error("the database has schema {found}; this dran knows up to {known}")]
    NewerSchema {
        /// In the file.
        found: u32,
        /// In this binary.
        known: u32,
    },
    /// The file was made by a different history of the schema.
    #[error("the database was made with another text of migration {name}")]
    MigrationChanged {
        /// The migration that differs.
        name: &'static str,
    },
    /// SQLite could not open or prepare it.
    #[error("SQLite could not open the database")]
    Engine(#[from] rusqlite::Error),
    /// The system gave no file, folder or thread.
    #[error("could not start the store")]
    System(#[from] std::io::Error),
}

/// Opens the writer's connection and brings the schema up to date.
pub(super) fn open_writer(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    if options.create {
        create(path)?;
    } else if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection, options)?;
    // A commit that was answered survives a power cut. NORMAL would buy nothing in batches.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", options.wal_autocheckpoint_pages)?;
    // Savepoints keep what they may have to undo in memory, not in temporary files.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(super) fn open_reader(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection, options)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    Ok(connection)
}

/// Makes an empty file if there is none. It will name people, so that nobody but its owner may read
/// it; SQLite gives its log the same rights.
fn create(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(|_| ())
}

/// The tables that a day's bookings touch fit in.
const WRITER_CACHE_KIB: i64 = 128 * 1024;
const READER_CACHE_KIB: i64 = 16 * 1024;

fn prepare(connection: &Connection, options: &SqliteOptions) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_millis(options.busy_timeout_ms.into()))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // Without it SQLite forgets the plan of many a cached statement whenever a parameter has another
    // value, and plans it again: a fifth of all the time of the benchmark.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A schema that lies about itself is not to be trusted with functions.
    connection.pragma_update(None, "trusted_schema", false)
}
