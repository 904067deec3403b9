//! SQLite: a hold and a confirmation each, asked for by 1, 16 or 256 visitors at a time.

use std::path::Path;
use std::sync::Arc;

use dran_core::ids::{HoldId, SeriesSlotId};
use dran_store::Store;
use dran_store::sqlite::{SqliteOptions, SqliteStore};
use rusqlite::Connection;
use tokio::runtime::Runtime;

use crate::world::{Load, SLOTS, admit, at, confirm, first_ms, ms, open, person};
use crate::{Figure, Outcome, RUNS, now};

/// Visitors at a time, and how many series they book in one run.
const LOADS: [(u32, u32); 3] = [(1, 1_000), (16, 8_000), (256, 32_000)];

/// Prints a figure for each load.
pub fn measure(runtime: &Runtime) -> Outcome<()> {
    for (lanes, series) in LOADS {
        let (mut rates, mut yardstick_rates) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            rates.push(runtime.block_on(through_the_store(lanes, series))?);
            yardstick_rates.push(runtime.block_on(bare_loop(lanes, series))?);
        }
        let figure = Figure {
            name: &format!("store_series_batch_{lanes}"),
            rates,
            yardstick: &format!("bare loop of the same writes, batches of {lanes}"),
            yardstick_rates,
        };
        figure.print();
    }
    Ok(())
}

async fn through_the_store(lanes: u32, series: u32) -> Outcome<f64> {
    let folder = tempfile::tempdir()?;
    let (store, slots) = prepared(&folder.path().join("dran.sqlite"), series).await?;
    let load = Load {
        lanes,
        first: 0,
        series,
        slots: slots.into(),
        whole_visit: false,
    };
    let rate = load.book(&[Arc::clone(&store) as Arc<dyn Store>]).await?;
    let report = store.audit(at(60)).await?;
    if !report.ok() {
        return Err(format!("{report:?}").into());
    }
    Ok(rate)
}

async fn bare_loop(at_a_time: u32, series: u32) -> Outcome<f64> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("dran.sqlite");
    let (store, slots) = prepared(&path, series).await?;
    drop(store);
    let connection = Connection::open(&path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = 20000; PRAGMA cache_size = -131072;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    let started = now();
    for first in (0..series).step_by(at_a_time as usize) {
        let batch = first..series.min(first + at_a_time);
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for number in batch.clone() {
            bare_hold(&connection, number, slots[(number % SLOTS) as usize])?;
        }
        connection.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
        for number in batch {
            bare_confirm(&connection, number, slots[(number % SLOTS) as usize])?;
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok(f64::from(series) / started.elapsed().as_secs_f64())
}

fn bare_hold(connection: &Connection, number: u32, slot: SeriesSlotId) -> rusqlite::Result<()> {
    let write = |sql, params: &[&dyn rusqlite::ToSql]| connection.prepare_cached(sql)?.execute(params);
    let id = number + 1;
    write(
        "UPDATE series_slot SET free = free - 1 WHERE id = ?1 AND free >= 1",
        &[&slot.0],
    )?;
    write(
        "INSERT INTO hold (id, line_no, number, expires_at) VALUES (?1, 1, ?2, ?3)",
        &[&id, &number, &ms(900)],
    )?;
    write(
        "INSERT INTO hold_place (hold, person_no, slot) VALUES (?1, 0, ?2)",
        &[&id, &slot.0],
    )?;
    Ok(())
}

fn bare_confirm(connection: &Connection, number: u32, slot: SeriesSlotId) -> rusqlite::Result<()> {
    let write = |sql, params: &[&dyn rusqlite::ToSql]| connection.prepare_cached(sql)?.execute(params);
    let id = number + 1;
    let made = confirm(number, HoldId(i64::from(id)));
    let message = &made.messages[0];
    write(
        "INSERT INTO booking (id, line_no, number, attempt_key, registration, receipt, booked_at)
         VALUES (?1, 1, ?2, ?3, ?1, ?4, ?5)",
        &[&id, &number, &made.attempt_key.0, &made.receipt, &ms(2)],
    )?;
    write(
        "INSERT INTO series (id, booking, registration, person_no, person_key, booking_code, slot, state)
         VALUES (?1, ?1, ?1, 0, ?2, ?3, ?4, 'booked')",
        &[&id, &person(number).person_key, &made.booking_codes[0], &slot.0],
    )?;
    for dose in [1, 2] {
        let sql = "INSERT INTO appointment (series, dose, centre_no, starts_at) VALUES (?1, ?2, 1, ?3)";
        write(sql, &[&id, &dose, &first_ms(number % SLOTS, dose)])?;
    }
    write(
        "INSERT INTO outbox (id, channel, kind, recipient, language, subject, body, calendar, created_at, due_at)
         VALUES (?1, 'sms', 'confirmation', ?2, 'de', '', ?3, NULL, ?4, ?4)",
        &[&(i64::from(id) + 10_000_000), &message.recipient, &message.body, &ms(2)],
    )?;
    let about = "INSERT INTO outbox_series (message, ordinal, series) VALUES (?1, 0, ?2)";
    write(about, &[&(i64::from(id) + 10_000_000), &id])?;
    write("DELETE FROM hold_place WHERE hold = ?1", &[&id])?;
    write("DELETE FROM hold WHERE id = ?1", &[&id])?;
    write(
        "UPDATE permit SET state = 'booked' WHERE line_no = 1 AND number = ?1 AND state = 'active'",
        &[&number],
    )?;
    write(
        "UPDATE campaign SET permits_active = permits_active - 1 WHERE no = 1 AND permits_active > 0",
        &[],
    )?;
    Ok(())
}

async fn prepared(path: &Path, visitors: u32) -> Outcome<(Arc<SqliteStore>, Vec<SeriesSlotId>)> {
    let options = SqliteOptions {
        create: true,
        ..SqliteOptions::default()
    };
    let store = Arc::new(SqliteStore::open(path, options)?);
    let slots = open(&*store, visitors, visitors.div_ceil(SLOTS)).await?;
    admit(&*store, visitors).await?;
    Ok((store, slots))
}
