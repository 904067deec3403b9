//! Opening a database: what must hold before the first command.

use tokio_postgres::Config;

use super::session::prepared;
use crate::Monotonic;

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct PostgresOptions {
    /// Whether the tables are made in a database that has none. Without it the URL of an empty database
    /// is an error. The database itself is never made.
    pub create: bool,
    /// Commands that may wait for the writer; one more is answered [`crate::Fault::Busy`].
    pub queue_len_max: usize,
    /// Connections that only read.
    pub read_connections: usize,
    /// Queries that may wait for them.
    pub read_queue_len_max: usize,
    /// How long a batch waits for another node's; then its commands are answered [`crate::Fault::Busy`].
    pub lock_timeout_ms: u32,
    /// A transaction in which this node says nothing for so long is ended by the server, so that a node
    /// that was paused or cut off keeps the others waiting no longer.
    pub silence_max_ms: u32,
    /// Measures how long commands wait; without it [`crate::Store::pressure`] tells nothing.
    pub monotonic: Option<Monotonic>,
    /// Called on the writer's thread before each commit. Tests make a slow disk of it.
    pub before_commit: Option<fn()>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            create: false,
            queue_len_max: 8192,
            read_connections: 2,
            read_queue_len_max: 4096,
            lock_timeout_ms: 8000,
            silence_max_ms: 4000,
            monotonic: None,
            before_commit: None,
        }
    }
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is not one.
    #[error("this is not the URL of a PostgreSQL database")]
    Url(#[source] tokio_postgres::Error),
    /// The server has no such database.
    #[error("the server has no database `{0}`")]
    Missing(String),
    /// The database is there and has no tables, and none were to be made.
    #[error("the database is empty")]
    Empty,
    /// The database has tables of something else.
    #[error("the database has tables that are not dran's")]
    NotDran,
    /// A newer dran has been here.
    #[error("the database has schema {found}; this dran knows up to {known}")]
    NewerSchema {
        /// In the database.
        found: u32,
        /// In this binary.
        known: u32,
    },
    /// The tables were made by a different history of the schema.
    #[error("the database was made with another text of migration {name}")]
    MigrationChanged {
        /// The migration that differs.
        name: &'static str,
    },
    /// No server answered in time.
    #[error("the server did not answer in time")]
    Silent,
    /// PostgreSQL could not be reached, or refused.
    #[error("PostgreSQL refused or could not be reached")]
    Engine(#[from] tokio_postgres::Error),
    /// The system gave no thread.
    #[error("could not start the store")]
    System(#[from] std::io::Error),
}

/// Reads a `postgres://` URL.
pub(super) fn config(url: &str) -> Result<Config, OpenError> {
    url.parse().map(prepared).map_err(OpenError::Url)
}
