//! SQLite under the suite of all engines, and what only this engine promises.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::{SqliteOptions, SqliteStore};

mod audit;
mod kill;
mod opening;
pub(super) mod plans;
mod writer;

crate::conformance::conformance_suite!(crate::sqlite::tests::empty());

/// The options of production, for a file that may have to be made.
fn create() -> SqliteOptions {
    SqliteOptions {
        create: true,
        ..SqliteOptions::default()
    }
}

/// A store of its own for a sentence of the suite.
fn empty() -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open_temporary().unwrap())
}

/// A folder for a database that is opened more than once.
fn folder() -> TempDir {
    TempDir::with_prefix("dran-test-").unwrap()
}

/// Opens the database at a path, making it if need be.
fn open(path: &Path) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(path, create()).unwrap())
}
