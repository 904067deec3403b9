//! Series per second at the store: a hold and a confirmation each, asked for by 1, 16 or 256 visitors
//! at a time, beside a bare loop of the same writes in batches of the same size on the same schema.
//!
//! Prints one JSON object a line. Nothing is asserted: it measures.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use dran_core::campaign::{Campaign, Pool};
use dran_core::ids::{
    AttemptKey, CampaignId, CentreId, DistrictId, GroupId, Language, LineNo, Party, PoolId, RegistrationId,
    SeriesSlotId, TicketId, TicketNumber, VaccineId,
};
use dran_core::line::randomness::Randomness;
use dran_store::sqlite::{SqliteOptions, SqliteStore};
use dran_store::{
    Channel, Confirm, ContactRecord, Enter, Freeze, MessageKind, NewCampaign, NewDelivery, NewHold, NewMessage,
    NewRegistration, NewRelease, NewSeriesSlot, PersonRecord, Store,
};
use jiff::Timestamp;
use jiff::civil::date;
use rusqlite::Connection;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Visitors at a time, and how many series they book in one run.
const LOADS: [(u32, u32); 3] = [(1, 1_000), (16, 8_000), (256, 32_000)];

/// Each figure is the median of so many runs, store and yardstick in turn.
const RUNS: usize = 3;

/// Slots over which the bookings are spread.
const SLOTS: u32 = 500;

const LINE: LineNo = LineNo(1);

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    for (at_a_time, series) in LOADS {
        let (mut store_rates, mut bare_rates) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            store_rates.push(runtime.block_on(through_the_store(at_a_time, series))?);
            bare_rates.push(runtime.block_on(bare_loop(at_a_time, series))?);
        }
        let (value, yardstick_value) = (median(store_rates), median(bare_rates));
        println!(
            "{{\"name\":\"store_series_batch_{at_a_time}\",\"value\":{value:.0},\"unit\":\"series/s\",\
             \"yardstick\":\"bare loop of the same writes, batches of {at_a_time}\",\
             \"yardstick_value\":{yardstick_value:.0},\"ratio\":{:.3}}}",
            value / yardstick_value
        );
    }
    Ok(())
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

async fn through_the_store(at_a_time: u32, series: u32) -> Outcome<f64> {
    let folder = tempfile::tempdir()?;
    let (store, slots) = prepared(&folder.path().join("dran.sqlite"), series).await?;
    let slots: Arc<[SeriesSlotId]> = slots.into();
    let started = now();
    let mut visitors = tokio::task::JoinSet::new();
    for lane in 0..at_a_time {
        let (store, slots) = (Arc::clone(&store), Arc::clone(&slots));
        visitors.spawn(async move {
            for number in (lane..series).step_by(at_a_time as usize) {
                let slot = slots[(number % SLOTS) as usize];
                let ticket = ticket(number);
                let hold = NewHold {
                    ticket,
                    places: vec![slot],
                    now: at(1),
                    expires_at: at(900),
                };
                let hold = store.hold(hold).await?;
                store.confirm(confirm(ticket, hold.id)).await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(lane) = visitors.join_next().await {
        lane??;
    }
    let elapsed = started.elapsed();
    let report = store.audit(at(60)).await?;
    if !report.ok() {
        return Err(format!("{report:?}").into());
    }
    Ok(f64::from(series) / elapsed.as_secs_f64())
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
    let made = confirm(ticket(number), dran_core::ids::HoldId(i64::from(id)));
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

/// An open campaign whose visitors have entered and are registered; registration `number + 1` and
/// permit `number` belong together.
async fn prepared(path: &Path, visitors: u32) -> Outcome<(Arc<SqliteStore>, Vec<SeriesSlotId>)> {
    let options = SqliteOptions {
        create: true,
        ..SqliteOptions::default()
    };
    let store = Arc::new(SqliteStore::open(path, options)?);
    store.sync_centres(vec![CentreId::new("kassel")]).await?;
    store.create_campaign(campaign()).await?;
    store.lease_tickets(LINE, visitors).await?;
    let freeze = Freeze {
        campaign: campaign().campaign.id,
        frozen_at: at(0),
        counts: vec![(LINE, 0)],
        randomness: Randomness::None,
    };
    store.freeze(freeze).await?;
    store.record_draw(campaign().campaign.id, at(0)).await?;
    let capacity = visitors.div_ceil(SLOTS);
    let delivery = NewDelivery {
        reference: "all".into(),
        centre: CentreId::new("kassel"),
        vaccine: VaccineId::new("biontech"),
        day: date(2021, 1, 18),
        doses: 2 * SLOTS * capacity,
    };
    store.add_deliveries(vec![delivery]).await?;
    let delivery = store.deliveries().await?[0].id;
    let slots = (0..SLOTS).map(|slot| NewSeriesSlot {
        centre: CentreId::new("kassel"),
        vaccine: VaccineId::new("biontech"),
        first: at(first_s(slot, 1)),
        second: Some(at(first_s(slot, 2))),
        doses: vec![(delivery, 1, capacity), (delivery, 2, capacity)],
        capacity,
    });
    store
        .release(NewRelease {
            at: at(0),
            slots: slots.collect(),
        })
        .await?;
    for first in (0..visitors).step_by(256) {
        let batch = first..visitors.min(first + 256);
        let registering: Vec<_> = batch
            .clone()
            .map(|number| store.register(registration(number)))
            .collect();
        for registered in registering {
            registered.await?;
        }
        let entering: Vec<_> = batch.map(|number| store.enter(enter(number))).collect();
        for entered in entering {
            entered.await?;
        }
    }
    let slots = store.board().await?.iter().map(|slot| slot.id).collect();
    Ok((store, slots))
}

fn campaign() -> NewCampaign {
    let pool = Pool {
        id: PoolId::new("kassel"),
        line: LINE,
        centres: vec![CentreId::new("kassel")],
        districts: vec![DistrictId::new("06611")],
    };
    NewCampaign {
        campaign: Campaign {
            id: CampaignId::new("bench"),
            opens_at: at(0),
            centres: vec![CentreId::new("kassel")],
            groups: vec![GroupId::new("80-plus")],
            pools: vec![pool],
        },
        draw_secret: [1; 32],
        draw_commitment: [2; 32],
        committed_at: at(0),
        randomness: Randomness::None,
    }
}

fn enter(number: u32) -> Enter {
    Enter {
        ticket: ticket(number),
        party: Party::One,
        now: at(0),
        expires_at: at(900),
        permits_max: u32::MAX,
    }
}

fn registration(number: u32) -> NewRegistration {
    NewRegistration {
        attempt_key: attempt_key(number),
        campaign: campaign().campaign.id,
        persons: vec![person(number)],
        contact: ContactRecord::Sms("+491700000000".into()),
        language: Language::new("de"),
        code: None,
        now: at(0),
    }
}

fn person(number: u32) -> PersonRecord {
    PersonRecord {
        given_name: "Änne".into(),
        family_name: "von der Höh".into(),
        birth_date: date(1936, 2, 29),
        sex: 'f',
        postcode: "34117".into(),
        district: DistrictId::new("06611"),
        group: GroupId::new("80-plus"),
        person_key: scattered(number, 1),
    }
}

/// What a visitor sends, with a message of the length of a real one.
fn confirm(ticket: TicketId, hold: dran_core::ids::HoldId) -> Confirm {
    let number = ticket.number.0;
    let code: String = scattered(number, 2)[..6]
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let message = NewMessage {
        channel: Channel::Sms,
        kind: MessageKind::Confirmation,
        booking_codes: vec![code.clone()],
        recipient: "+491700000000".into(),
        language: Language::new("de"),
        subject: String::new(),
        body: "Ihre Termine im Impfzentrum Kassel: 19.1.2021 um 9:00 Uhr und 9.2.2021 um 9:00 Uhr. ".repeat(2),
        calendar: None,
    };
    Confirm {
        attempt_key: attempt_key(number),
        ticket,
        hold,
        registration: RegistrationId(i64::from(number) + 1),
        booking_codes: vec![code],
        receipt: "R".repeat(24),
        messages: vec![message],
        now: at(2),
    }
}

/// Bytes that come in no order, as hashes and random codes do.
fn scattered(number: u32, salt: u64) -> [u8; 32] {
    let mut state = u64::from(number) << 8 | salt;
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_be_bytes());
    }
    bytes
}

fn attempt_key(number: u32) -> AttemptKey {
    let mut key = [0; 16];
    key.copy_from_slice(&scattered(number, 3)[..16]);
    AttemptKey(key)
}

fn ticket(number: u32) -> TicketId {
    TicketId {
        line: LINE,
        number: TicketNumber(number),
    }
}

/// Seconds from the opening to a dose of a slot.
fn first_s(slot: u32, dose: i64) -> i64 {
    dose * 21 * 86_400 + i64::from(slot) * 300
}

fn first_ms(slot: u32, dose: i64) -> i64 {
    ms(first_s(slot, dose))
}

fn ms(seconds: i64) -> i64 {
    at(seconds).as_millisecond()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::constant(1_610_434_800 + seconds, 0)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the time that passes")]
fn now() -> Instant {
    Instant::now()
}
