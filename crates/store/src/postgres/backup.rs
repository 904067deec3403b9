//! A backup of a PostgreSQL database: one REPEATABLE READ transaction that copies every table in binary.
//!
//! Nothing but this binary is needed to take one or to restore it: no client programs of the right version,
//! and a file that holds rows and no statements. The tables are made by the migrations that this binary
//! knows, and each row passes every CHECK and foreign key again on its way in.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;
use std::pin::pin;

use futures_util::{SinkExt, TryStreamExt};
use jiff::Timestamp;
use tokio_postgres::Client;

use super::OpenError;
use super::migrations::{history, is_dran, known, make};
use super::open::config;
use super::session::connect;
use super::writer::WRITE_LOCK;
use crate::backup::{About, ArchiveReader, ArchiveWriter, BackupError, BackupSummary, Counts, Engine, check_history};

/// Begins the name of a table's section; its name and its columns follow.
const TABLE: &str = "table ";

/// A backup takes as long as it takes, whatever the server's defaults are.
const PATIENCE: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
                        SET LOCAL idle_in_transaction_session_timeout = 0";

/// A table with its columns.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    name: String,
    columns: Vec<String>,
    /// The tables that its rows refer to.
    refers_to: BTreeSet<String>,
}

impl Table {
    /// The line that names it in a backup.
    fn section(&self) -> String {
        format!("{TABLE}{} {}", self.name, self.columns.join(","))
    }

    /// `name (columns)` in SQL.
    fn sql(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| quoted(column)).collect();
        format!("{} ({})", quoted(&self.name), columns.join(", "))
    }
}

/// Writes a database into a new backup.
pub(crate) fn back_up(url: &str, to: &Path, now: Timestamp) -> Result<BackupSummary, BackupError> {
    let archive = ArchiveWriter::create(to)?;
    alone(async {
        let client = connected(url).await?;
        if !is_dran(&client).await? {
            return Err(OpenError::Empty.into());
        }
        let begin = format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {PATIENCE}");
        client.batch_execute(&begin).await?;
        dump(&client, archive, now).await
    })
}

async fn dump(client: &Client, mut archive: ArchiveWriter, now: Timestamp) -> Result<BackupSummary, BackupError> {
    let about = About {
        engine: Engine::Postgres,
        taken_at: now,
        // The first query: it takes the snapshot that all others see.
        history: history(client).await?,
    };
    check_history(&about.history, known())?;
    archive.text(About::SECTION, &about.text())?;
    let mut counts = Counts::default();
    for table in tables(client).await? {
        archive.begin(&table.section())?;
        let copy = format!("COPY {} TO STDOUT (FORMAT binary)", table.sql());
        let mut rows = pin!(client.copy_out(&copy).await?);
        while let Some(bytes) = rows.try_next().await? {
            archive.write(&bytes)?;
        }
        archive.end()?;
        let count = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let rows: i64 = client.query_one(&count, &[]).await?.try_get(0)?;
        counts
            .tables
            .push((table.name, u64::try_from(rows).unwrap_or_default()));
    }
    // They belong to no snapshot and only go up: read last, they are above everything that was copied.
    let sequences = "SELECT sequencename::text, last_value FROM pg_sequences
                     WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY 1";
    for row in client.query(sequences, &[]).await? {
        counts.sequences.push((row.try_get(0)?, row.try_get(1)?));
    }
    archive.text(Counts::SECTION, &counts.text())?;
    Ok(BackupSummary {
        taken_at: now,
        schema: about.schema(),
        rows: counts.rows(),
        bytes: archive.finish()?,
    })
}

/// Fills a database without tables from a backup that was checked: all of it or nothing.
pub(crate) fn restore(url: &str, from: &Path, about: &About) -> Result<(), BackupError> {
    check_history(&about.history, known())?;
    alone(async {
        let client = connected(url).await?;
        let begin = format!("BEGIN; {PATIENCE}; SET LOCAL synchronous_commit = on");
        client.batch_execute(&begin).await?;
        // Who starts a node on this database meanwhile waits until it is filled.
        client
            .batch_execute(&format!("SELECT pg_advisory_xact_lock({WRITE_LOCK})"))
            .await?;
        let filled = load(&client, url, from, about).await;
        client
            .batch_execute(if filled.is_ok() { "COMMIT" } else { "ROLLBACK" })
            .await?;
        filled
    })
}

async fn load(client: &Client, url: &str, from: &Path, about: &About) -> Result<(), BackupError> {
    match is_dran(client).await {
        Ok(false) => {}
        Ok(true) | Err(OpenError::NotDran) => {
            let place = crate::Database::Postgres(url.to_owned());
            return Err(BackupError::NotEmpty(place.to_string()));
        }
        Err(error) => return Err(error.into()),
    }
    make(client, about.history.len()).await?;
    let tables = tables(client).await?;
    for table in &tables {
        // Rows that a migration has put there are in the backup too.
        client
            .batch_execute(&format!("DELETE FROM {}", quoted(&table.name)))
            .await?;
    }
    let mut archive = ArchiveReader::open(from)?;
    let mut loaded = Vec::with_capacity(tables.len());
    let mut counts = Counts::default();
    while let Some(section) = archive.section()? {
        if section == Counts::SECTION {
            counts = Counts::read(&archive.text()?)?;
        } else if section.starts_with(TABLE) {
            let table = tables.iter().find(|table| table.section() == section);
            let table = table.ok_or_else(|| BackupError::Mismatch(format!("`{section}` is not in the schema")))?;
            loaded.push((table.name.clone(), copy_in(client, table, &mut archive).await?));
        } else {
            archive.skip()?;
        }
    }
    counts.compare(&loaded)?;
    for (sequence, last) in &counts.sequences {
        client
            .execute("SELECT setval(format('%I', $1::text)::regclass, $2)", &[sequence, last])
            .await?;
    }
    // Without statistics the first bookings would read whole tables.
    client.batch_execute("ANALYZE").await?;
    Ok(())
}

/// The rows of the section that the archive stands at; how many they are.
async fn copy_in(client: &Client, table: &Table, archive: &mut ArchiveReader) -> Result<u64, BackupError> {
    let copy = format!("COPY {} FROM STDIN (FORMAT binary)", table.sql());
    let mut sink = pin!(client.copy_in::<_, Cursor<Vec<u8>>>(&copy).await?);
    let mut chunk = Vec::new();
    while archive.chunk(&mut chunk)? {
        sink.send(Cursor::new(std::mem::take(&mut chunk))).await?;
    }
    Ok(sink.finish().await?)
}

/// The tables of the schema, each after those that it refers to.
async fn tables(client: &Client) -> Result<Vec<Table>, BackupError> {
    let sql = "
        SELECT t.relname::text,
               ARRAY(SELECT attname::text FROM pg_attribute
                     WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum),
               ARRAY(SELECT r.relname::text FROM pg_constraint JOIN pg_class r ON r.oid = confrelid
                     WHERE conrelid = t.oid AND contype = 'f' AND confrelid <> conrelid)
        FROM pg_class t
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> 'schema_migration'
        ORDER BY 1";
    let mut waiting = Vec::new();
    for row in client.query(sql, &[]).await? {
        waiting.push(Table {
            name: row.try_get(0)?,
            columns: row.try_get(1)?,
            refers_to: row.try_get::<_, Vec<String>>(2)?.into_iter().collect(),
        });
    }
    let mut ordered: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let refers_back = |table: &Table| {
            let there = |name: &String| ordered.iter().any(|earlier| earlier.name == *name);
            table.refers_to.iter().all(there)
        };
        let next = waiting.iter().position(refers_back);
        let next = next.ok_or_else(|| BackupError::Mismatch("tables refer to each other in a circle".into()))?;
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}

/// Runs work on a thread's own small runtime.
fn alone<T>(work: impl Future<Output = Result<T, BackupError>>) -> Result<T, BackupError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work)
}

async fn connected(url: &str) -> Result<Client, BackupError> {
    let (client, connection) = connect(&config(url)?).await?;
    tokio::spawn(async move {
        // Whoever waits for an answer is told the same.
        let _ = connection.await;
    });
    Ok(client)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
