//! The yardstick on SQLite: the writes of the store, for batches that are known beforehand, on one connection with
//! nothing of dran around them.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dran_core::ids::{HoldId, SeriesSlotId};
use dran_store::sqlite::{SqliteOptions, SqliteStore};
use rusqlite::Connection;

use crate::world::{SLOTS, admit, confirm, first_ms, ms, open, person};
use crate::{Outcome, now};

/// How fast series were booked, and what they cost the thread that wrote them.
pub struct Pace {
    /// Series a second.
    pub rate: f64,
    /// Processor time for a series, in microseconds.
    pub cpu_us: f64,
}

/// Holds and confirms for visitors who are inside, so many in a transaction.
pub async fn holds(at_a_time: u32, series: u32) -> Outcome<Pace> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("dran.sqlite");
    let (store, slots) = prepared(&path, series).await?;
    admit(&*store, series).await?;
    drop(store);
    book(&path, at_a_time, series, &[hold, confirm_held], &slots)
}

/// The same for visitors who enter and register by letter first; series a second.
pub async fn whole_visits(at_a_time: u32, series: u32) -> Outcome<f64> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("dran.sqlite");
    let (store, slots) = prepared(&path, series).await?;
    drop(store);
    let writes = [enter, register, hold, confirm_held];
    book(&path, at_a_time, series, &writes, &slots).map(|pace| pace.rate)
}

type Write = fn(&Connection, u32, SeriesSlotId) -> rusqlite::Result<()>;

/// Each of these, in transactions of so many.
fn book(path: &Path, at_a_time: u32, series: u32, writes: &[Write], slots: &[SeriesSlotId]) -> Outcome<Pace> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = 20000; PRAGMA cache_size = -131072;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    let this_thread = Path::new("/proc/thread-self");
    let (started, cpu_before) = (now(), cpu(this_thread)?);
    for first in (0..series).step_by(at_a_time as usize) {
        let batch: Range<u32> = first..series.min(first + at_a_time);
        for write in writes {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for number in batch.clone() {
                write(&connection, number, slots[(number % SLOTS) as usize])?;
            }
            connection.execute_batch("COMMIT")?;
        }
    }
    Ok(Pace::of(series, started.elapsed(), cpu(this_thread)? - cpu_before))
}

impl Pace {
    /// Of so many series that took so long.
    pub fn of(series: u32, elapsed: Duration, cpu: Duration) -> Self {
        Self {
            rate: f64::from(series) / elapsed.as_secs_f64(),
            cpu_us: cpu.as_secs_f64() * 1e6 / f64::from(series),
        }
    }
}

/// What a thread has used of the processors, by its folder in `/proc`.
pub fn cpu(thread: &Path) -> Outcome<Duration> {
    let schedstat = std::fs::read_to_string(thread.join("schedstat"))?;
    let on_cpu_ns = schedstat.split(' ').next().ok_or("an empty schedstat")?;
    Ok(Duration::from_nanos(on_cpu_ns.parse()?))
}

fn enter(connection: &Connection, number: u32, _: SeriesSlotId) -> rusqlite::Result<()> {
    let write = |sql, params: &[&dyn rusqlite::ToSql]| connection.prepare_cached(sql)?.execute(params);
    write(
        "INSERT INTO permit (line_no, number, party, state, entered_at, expires_at)
         VALUES (1, ?1, 1, 'active', ?2, ?3)",
        &[&number, &ms(0), &ms(900)],
    )?;
    write(
        "UPDATE campaign SET permits_active = permits_active + 1 WHERE no = 1",
        &[],
    )?;
    Ok(())
}

fn register(connection: &Connection, number: u32, _: SeriesSlotId) -> rusqlite::Result<()> {
    let write = |sql, params: &[&dyn rusqlite::ToSql]| connection.prepare_cached(sql)?.execute(params);
    let (id, person) = (number + 1, person(number));
    let attempt_key = confirm(number, HoldId(i64::from(id))).attempt_key;
    write(
        "INSERT INTO registration
         (id, campaign, attempt_key, contact_kind, contact_address, contact_town, language, created_at, verified_at,
          codes_sent)
         VALUES (?1, 1, ?2, 'letter', 'Lindenweg 3', 'Kassel', 'de', ?3, ?3, 0)",
        &[&id, &attempt_key.0, &ms(0)],
    )?;
    write(
        "INSERT INTO registration_person
         (registration, person_no, given_name, family_name, birth_date, sex, postcode, district, group_id, person_key)
         VALUES (?1, 0, ?2, ?3, ?4, 'f', ?5, ?6, ?7, ?8)",
        &[
            &id,
            &person.given_name,
            &person.family_name,
            &person.birth_date.to_string(),
            &person.postcode,
            &person.district.as_str(),
            &person.group.as_str(),
            &person.person_key,
        ],
    )?;
    Ok(())
}

fn hold(connection: &Connection, number: u32, slot: SeriesSlotId) -> rusqlite::Result<()> {
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

fn confirm_held(connection: &Connection, number: u32, slot: SeriesSlotId) -> rusqlite::Result<()> {
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

/// A store at a path with so many tickets and room for all of them, and its slots.
pub async fn prepared(path: &Path, visitors: u32) -> Outcome<(Arc<SqliteStore>, Vec<SeriesSlotId>)> {
    let options = SqliteOptions {
        create: true,
        ..SqliteOptions::default()
    };
    let store = Arc::new(SqliteStore::open(path, options)?);
    let slots = open(&*store, visitors, visitors.div_ceil(SLOTS)).await?;
    Ok((store, slots))
}
