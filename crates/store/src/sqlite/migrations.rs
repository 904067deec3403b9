//! The schema's history: numbered SQL files, applied in order, each in one transaction, each
//! remembered with its checksum.
//!
//! A file is named `NNNN_what.engine.sql`, so that the files of two engines pair by name.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use sha2::{Digest, Sha256};

use super::OpenError;
use crate::backup::Applied;

/// `dran` in ASCII: what tells a database of dran from any other SQLite file.
const APPLICATION_ID: i32 = 0x6472_616e;

/// One step of the schema.
struct Migration {
    /// From 1, without gaps.
    version: u32,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "0001_initial",
        sql: include_str!("../../migrations/0001_initial.sqlite.sql"),
    },
    Migration {
        version: 2,
        name: "0002_account",
        sql: include_str!("../../migrations/0002_account.sqlite.sql"),
    },
    Migration {
        version: 3,
        name: "0003_ticket_contact",
        sql: include_str!("../../migrations/0003_ticket_contact.sqlite.sql"),
    },
    Migration {
        version: 4,
        name: "0004_draw",
        sql: include_str!("../../migrations/0004_draw.sqlite.sql"),
    },
    Migration {
        version: 5,
        name: "0005_day",
        sql: include_str!("../../migrations/0005_day.sqlite.sql"),
    },
    Migration {
        version: 6,
        name: "0006_leadership",
        sql: include_str!("../../migrations/0006_leadership.sqlite.sql"),
    },
    Migration {
        version: 7,
        name: "0007_read_only",
        sql: include_str!("../../migrations/0007_read_only.sqlite.sql"),
    },
    Migration {
        version: 8,
        name: "0008_staff",
        sql: include_str!("../../migrations/0008_staff.sqlite.sql"),
    },
    Migration {
        version: 9,
        name: "0009_distribution",
        sql: include_str!("../../migrations/0009_distribution.sqlite.sql"),
    },
    Migration {
        version: 10,
        name: "0010_phone",
        sql: include_str!("../../migrations/0010_phone.sqlite.sql"),
    },
    Migration {
        version: 11,
        name: "0011_leading_numbers",
        sql: include_str!("../../migrations/0011_leading_numbers.sqlite.sql"),
    },
    Migration {
        version: 12,
        name: "0012_provider",
        sql: include_str!("../../migrations/0012_provider.sqlite.sql"),
    },
    Migration {
        version: 13,
        name: "0013_operations",
        sql: include_str!("../../migrations/0013_operations.sqlite.sql"),
    },
    Migration {
        version: 14,
        name: "0014_attempt",
        sql: include_str!("../../migrations/0014_attempt.sqlite.sql"),
    },
];

/// The names of all steps, to compare with the other engine's.
#[cfg(test)]
pub(crate) fn names() -> Vec<&'static str> {
    MIGRATIONS.iter().map(|migration| migration.name).collect()
}

/// The whole history that this binary knows.
pub(super) fn known() -> impl ExactSizeIterator<Item = (&'static str, [u8; 32])> {
    MIGRATIONS
        .iter()
        .map(|migration| (migration.name, Sha256::digest(migration.sql).into()))
}

/// What has been applied to a database of dran; `None` if it is not one.
pub(super) fn history(connection: &Connection) -> rusqlite::Result<Option<Vec<Applied>>> {
    let application_id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application_id != APPLICATION_ID {
        return Ok(None);
    }
    let mut statement = connection.prepare("SELECT name, checksum FROM schema_migration ORDER BY version")?;
    let applied = statement.query_map([], |row| {
        Ok(Applied {
            name: row.get(0)?,
            checksum: row.get(1)?,
        })
    })?;
    applied.collect::<rusqlite::Result<_>>().map(Some)
}

/// Brings a database to the schema of this binary. Refuses a file that is not dran's, a schema that is
/// newer than the binary, and a history that differs from the binary's.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    claim(connection)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_migration (
             version   INTEGER PRIMARY KEY,
             name      TEXT NOT NULL,
             checksum  BLOB NOT NULL
         ) STRICT",
    )?;
    let newest: u32 = connection.query_row("SELECT coalesce(max(version), 0) FROM schema_migration", [], |row| {
        row.get(0)
    })?;
    let known = MIGRATIONS.last().map_or(0, |migration| migration.version);
    if newest > known {
        return Err(OpenError::NewerSchema { found: newest, known });
    }
    for migration in MIGRATIONS {
        apply(connection, migration)?;
    }
    Ok(())
}

/// Takes an empty file for dran, and refuses one that belongs to something else.
fn claim(connection: &Connection) -> Result<(), OpenError> {
    let application_id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application_id == APPLICATION_ID {
        return Ok(());
    }
    let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application_id != 0 || tables != 0 {
        return Err(OpenError::NotDran);
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    Ok(())
}

fn apply(connection: &mut Connection, migration: &Migration) -> Result<(), OpenError> {
    let checksum: [u8; 32] = Sha256::digest(migration.sql).into();
    // IMMEDIATE, so that of two processes that start together only one applies it.
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let applied: Option<[u8; 32]> = tx
        .query_row(
            "SELECT checksum FROM schema_migration WHERE version = ?1",
            [migration.version],
            |row| row.get(0),
        )
        .optional()?;
    match applied {
        Some(applied) if applied == checksum => Ok(()),
        Some(_) => Err(OpenError::MigrationChanged { name: migration.name }),
        None => {
            tx.execute_batch(migration.sql)?;
            tx.execute(
                "INSERT INTO schema_migration (version, name, checksum) VALUES (?1, ?2, ?3)",
                (migration.version, migration.name, checksum),
            )?;
            Ok(tx.commit()?)
        }
    }
}
