//! The schema's history: numbered SQL files, applied in order and in one transaction, each remembered
//! with its checksum.
//!
//! A file is named `NNNN_what.engine.sql`, so that the files of two engines pair by name.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::open::OpenError;
use super::writer::WRITE_LOCK;
use crate::backup::Applied;

/// What tells the tables of dran from any other's: the comment on the table of its history.
const MARK: &str = "the history of dran's schema";

/// One step of the schema.
pub(super) struct Migration {
    /// From 1, without gaps.
    version: u32,
    pub(super) name: &'static str,
    sql: &'static str,
}

pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "0001_initial",
        sql: include_str!("../../migrations/0001_initial.postgres.sql"),
    },
    Migration {
        version: 2,
        name: "0002_account",
        sql: include_str!("../../migrations/0002_account.postgres.sql"),
    },
    Migration {
        version: 3,
        name: "0003_ticket_contact",
        sql: include_str!("../../migrations/0003_ticket_contact.postgres.sql"),
    },
    Migration {
        version: 4,
        name: "0004_draw",
        sql: include_str!("../../migrations/0004_draw.postgres.sql"),
    },
    Migration {
        version: 5,
        name: "0005_day",
        sql: include_str!("../../migrations/0005_day.postgres.sql"),
    },
    Migration {
        version: 6,
        name: "0006_leadership",
        sql: include_str!("../../migrations/0006_leadership.postgres.sql"),
    },
    Migration {
        version: 7,
        name: "0007_read_only",
        sql: include_str!("../../migrations/0007_read_only.postgres.sql"),
    },
    Migration {
        version: 8,
        name: "0008_staff",
        sql: include_str!("../../migrations/0008_staff.postgres.sql"),
    },
    Migration {
        version: 9,
        name: "0009_distribution",
        sql: include_str!("../../migrations/0009_distribution.postgres.sql"),
    },
    Migration {
        version: 10,
        name: "0010_phone",
        sql: include_str!("../../migrations/0010_phone.postgres.sql"),
    },
    Migration {
        version: 11,
        name: "0011_leading_numbers",
        sql: include_str!("../../migrations/0011_leading_numbers.postgres.sql"),
    },
    Migration {
        version: 12,
        name: "0012_provider",
        sql: include_str!("../../migrations/0012_provider.postgres.sql"),
    },
    Migration {
        version: 13,
        name: "0013_operations",
        sql: include_str!("../../migrations/0013_operations.postgres.sql"),
    },
    Migration {
        version: 14,
        name: "0014_attempt",
        sql: include_str!("../../migrations/0014_attempt.postgres.sql"),
    },
];

/// Brings a database to the schema of this binary, all of it or nothing. Refuses a database that is not
/// dran's, an empty one unless it is to be filled, a schema that is newer than the binary, and a history
/// that differs from the binary's.
pub(super) async fn migrate(client: &Client, create: bool) -> Result<(), OpenError> {
    // Of several nodes that start together one makes the tables, while nobody writes.
    let begin = format!("BEGIN; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({WRITE_LOCK})");
    client.batch_execute(&begin).await?;
    let migrated = bring_up(client, create).await;
    let end = if migrated.is_ok() { "COMMIT" } else { "ROLLBACK" };
    client.batch_execute(end).await?;
    migrated
}

async fn bring_up(client: &Client, create: bool) -> Result<(), OpenError> {
    if !is_dran(client).await? {
        if !create {
            return Err(OpenError::Empty);
        }
        begin_history(client).await?;
    }
    let newest = client
        .query_one("SELECT coalesce(max(version), 0) FROM schema_migration", &[])
        .await?;
    let newest = u32::try_from(newest.try_get::<_, i32>(0)?).unwrap_or_default();
    let known = MIGRATIONS.last().map_or(0, |migration| migration.version);
    if newest > known {
        return Err(OpenError::NewerSchema { found: newest, known });
    }
    for migration in MIGRATIONS {
        apply(client, migration).await?;
    }
    Ok(())
}

async fn begin_history(client: &Client) -> Result<(), OpenError> {
    let history = format!(
        "CREATE TABLE schema_migration (version integer PRIMARY KEY, name text NOT NULL, checksum bytea NOT NULL);
         COMMENT ON TABLE schema_migration IS '{}'",
        MARK.replace('\'', "''")
    );
    Ok(client.batch_execute(&history).await?)
}

/// Makes the tables of the first steps in an empty schema, inside the caller's transaction.
pub(super) async fn make(client: &Client, steps: usize) -> Result<(), OpenError> {
    begin_history(client).await?;
    for migration in MIGRATIONS.iter().take(steps) {
        apply(client, migration).await?;
    }
    Ok(())
}

/// The whole history that this binary knows.
pub(super) fn known() -> impl ExactSizeIterator<Item = (&'static str, [u8; 32])> {
    MIGRATIONS
        .iter()
        .map(|migration| (migration.name, Sha256::digest(migration.sql).into()))
}

/// What has been applied to a database of dran.
pub(super) async fn history(client: &Client) -> Result<Vec<Applied>, tokio_postgres::Error> {
    let rows = client
        .query("SELECT name, checksum FROM schema_migration ORDER BY version", &[])
        .await?;
    let applied = rows.iter().map(|row| {
        let checksum: &[u8] = row.try_get(1)?;
        Ok(Applied {
            name: row.try_get(0)?,
            // One of another length fits no migration.
            checksum: checksum.try_into().unwrap_or_default(),
        })
    });
    applied.collect()
}

/// Whether the schema is dran's; `false` if it is empty.
pub(super) async fn is_dran(client: &Client) -> Result<bool, OpenError> {
    let mark = client
        .query_one(
            "SELECT obj_description(to_regclass('schema_migration'), 'pg_class')",
            &[],
        )
        .await?;
    if mark.try_get::<_, Option<String>>(0)?.as_deref() == Some(MARK) {
        return Ok(true);
    }
    let tables = client
        .query_one(
            "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')",
            &[],
        )
        .await?;
    if tables.try_get::<_, i64>(0)? == 0 {
        Ok(false)
    } else {
        Err(OpenError::NotDran)
    }
}

async fn apply(client: &Client, migration: &Migration) -> Result<(), OpenError> {
    let checksum: [u8; 32] = Sha256::digest(migration.sql).into();
    let version = i32::try_from(migration.version).unwrap_or(i32::MAX);
    let applied = client
        .query_opt("SELECT checksum FROM schema_migration WHERE version = $1", &[&version])
        .await?;
    match applied {
        Some(applied) if applied.try_get::<_, &[u8]>(0)? == checksum => Ok(()),
        Some(_) => Err(OpenError::MigrationChanged { name: migration.name }),
        None => {
            client.batch_execute(migration.sql).await?;
            let name = migration.name;
            client
                .execute(
                    "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)",
                    &[&version, &name, &checksum.as_slice()],
                )
                .await?;
            Ok(())
        }
    }
}
