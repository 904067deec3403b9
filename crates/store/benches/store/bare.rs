//! The yardstick on PostgreSQL: the statements of the store, for batches that are known beforehand, on one
//! connection with nothing of dran around them. Reading is done and thrown away.

use std::collections::HashMap;
use std::ops::Range;

use tokio::task::JoinHandle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

use crate::Outcome;
use crate::statements::*;
use crate::world::{Load, confirm, first_ms, ms, person, registration_with_code, verify};

/// What the store's writer begins with.
const SET_UP: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;
    SET enable_mergejoin = off; SET jit = off; SET synchronous_commit = on";

const STATEMENTS: [&str; 41] = [
    PERMITS,
    HOLDS,
    FREE,
    HOLD_NUMBERS,
    DELETE_PLACES,
    DELETE_REPLACED,
    INSERT_HOLDS,
    INSERT_PLACES,
    CHANGE_FREE,
    LINES,
    REGISTRATIONS,
    PERSONS,
    CODES,
    SLOTS,
    BOOKING_NUMBERS,
    SERIES_NUMBERS,
    MESSAGE_NUMBERS,
    INSERT_BOOKINGS,
    INSERT_SERIES,
    INSERT_CODES,
    INSERT_PERSON_KEYS,
    INSERT_APPOINTMENTS,
    INSERT_MESSAGES,
    INSERT_MESSAGE_SERIES,
    DELETE_HOLDS,
    CLOSE_PERMITS,
    DELETE_CONTACTS,
    END_CALLBACKS,
    COUNT_PERMITS,
    FOLDED,
    OPENINGS,
    INSERT_PERMITS,
    TAKE_PERMITS,
    CAMPAIGNS,
    ATTEMPTS,
    REGISTRATION_NUMBERS,
    INSERT_REGISTRATIONS,
    INSERT_PERSONS,
    TRIES,
    COUNT_TRIES,
    SET_VERIFIED,
];

type Params<'p, const N: usize> = [&'p (dyn ToSql + Sync); N];

/// A connection that books.
pub struct Bare {
    client: Client,
    statements: HashMap<&'static str, Statement>,
    _connection: JoinHandle<()>,
}

impl Bare {
    /// Connects, and prepares everything.
    pub async fn connect(url: &str) -> Outcome<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(async move {
            // Its end is seen by whoever waits for an answer.
            let _ = connection.await;
        });
        client.batch_execute(SET_UP).await?;
        let mut statements = HashMap::new();
        for sql in STATEMENTS {
            statements.insert(sql, client.prepare(sql).await?);
        }
        Ok(Self {
            client,
            statements,
            _connection: connection,
        })
    }

    /// Books all of it, one batch after the other; series a second.
    pub async fn book(&self, load: &Load) -> Outcome<f64> {
        let started = crate::now();
        let end = load.first + load.series;
        for first in (load.first..end).step_by(load.lanes as usize) {
            let batch = first..end.min(first + load.lanes);
            if load.whole_visit {
                self.begin().await?;
                self.enter(batch.clone()).await?;
                self.commit().await?;
                self.begin().await?;
                self.register(batch.clone()).await?;
                self.commit().await?;
                self.begin().await?;
                self.verify(batch.clone()).await?;
                self.commit().await?;
            }
            self.begin().await?;
            self.hold(load, batch.clone()).await?;
            self.commit().await?;
            self.begin().await?;
            self.confirm(load, batch).await?;
            self.commit().await?;
        }
        Ok(f64::from(load.series) / started.elapsed().as_secs_f64())
    }

    async fn begin(&self) -> Outcome<()> {
        Ok(self.client.batch_execute("BEGIN").await?)
    }

    async fn commit(&self) -> Outcome<()> {
        Ok(self.client.batch_execute("COMMIT").await?)
    }

    async fn read<const N: usize>(&self, sql: &str, params: Params<'_, N>) -> Result<(), tokio_postgres::Error> {
        self.client.query(&self.statements[sql], &params).await.map(|_| ())
    }

    async fn write<const N: usize>(&self, sql: &str, params: Params<'_, N>) -> Result<(), tokio_postgres::Error> {
        self.client.execute(&self.statements[sql], &params).await.map(|_| ())
    }

    async fn enter(&self, batch: Range<u32>) -> Outcome<()> {
        let (line, campaign, taken) = (vec![1_i32], vec![1_i64], vec![batch.len() as i64]);
        let keys = Keys::of(&batch);
        let of = keys.params();
        tokio::try_join!(biased;
            self.read(PERMITS, of),
            self.read(FOLDED, of),
            self.read(OPENINGS, [&line]))?;
        let parties = vec![1_i32; batch.len()];
        let (entered, expires) = (same(ms(0), &batch), same(ms(900), &batch));
        let permits: Params<'_, 5> = [&keys.lines, &keys.numbers, &parties, &entered, &expires];
        tokio::try_join!(biased;
            self.write(INSERT_PERMITS, permits),
            self.write(TAKE_PERMITS, [&campaign, &taken]))?;
        Ok(())
    }

    async fn register(&self, batch: Range<u32>) -> Outcome<()> {
        let made: Vec<_> = batch.clone().map(registration_with_code).collect();
        let attempts: Vec<&[u8]> = made.iter().map(|new| new.attempt_key.0.as_slice()).collect();
        let (campaign, district, count) = (vec!["bench"], vec!["06611"], batch.len() as i64);
        tokio::try_join!(biased;
            self.read(CAMPAIGNS, [&campaign, &district]),
            self.read(ATTEMPTS, [&attempts]),
            self.read(REGISTRATION_NUMBERS, [&count]),
            self.read(MESSAGE_NUMBERS, [&count]))?;
        let ids = numbers(&batch, 1);
        let (campaigns, now, until) = (same(1_i64, &batch), same(ms(0), &batch), same(ms(1800), &batch));
        let (kinds, language) = (same("sms", &batch), same("de", &batch));
        let recipients = same("+491700000000", &batch);
        let nobody: Vec<Option<&str>> = same(None, &batch);
        let never: Vec<Option<i64>> = same(None, &batch);
        let codes = made.iter().map(|new| new.code.as_ref());
        let codes: Vec<Option<&[u8]>> = codes.map(|code| code.map(|code| code.hash.as_slice())).collect();
        let persons: Vec<_> = batch.clone().map(person).collect();
        let given: Vec<&str> = persons.iter().map(|person| person.given_name.as_str()).collect();
        let family: Vec<&str> = persons.iter().map(|person| person.family_name.as_str()).collect();
        let births: Vec<String> = persons.iter().map(|person| person.birth_date.to_string()).collect();
        let (sexes, postcodes) = (same("f", &batch), same("34117", &batch));
        let (districts, groups) = (same("06611", &batch), same("80-plus", &batch));
        let keys: Vec<&[u8]> = persons.iter().map(|person| person.person_key.as_slice()).collect();
        let first = same(0_i32, &batch);
        let bodies = made.iter().filter_map(|new| new.code.as_ref());
        let bodies: Vec<&str> = bodies.map(|code| code.message.body.as_str()).collect();
        let (kind, subject) = (same("code", &batch), same("", &batch));
        let messages = numbers(&batch, 10_000_001);
        tokio::try_join!(biased;
        self.write(
            INSERT_REGISTRATIONS,
            [&ids, &campaigns, &attempts, &kinds, &recipients, &nobody, &language, &now, &never, &codes, &until],
        ),
        self.write(
            INSERT_PERSONS,
            [&ids, &first, &given, &family, &births, &sexes, &postcodes, &districts, &groups, &keys],
        ),
        self.write(
            INSERT_MESSAGES,
            [&messages, &kinds, &kind, &recipients, &language, &subject, &bodies, &nobody, &now],
        ))?;
        Ok(())
    }

    async fn verify(&self, batch: Range<u32>) -> Outcome<()> {
        let ids = numbers(&batch, 1);
        self.read(TRIES, [&ids]).await?;
        let now = same(verify(dran_core::ids::RegistrationId(1)).now.as_millisecond(), &batch);
        self.write(SET_VERIFIED, [&ids, &now]).await?;
        Ok(())
    }

    async fn hold(&self, load: &Load, batch: Range<u32>) -> Outcome<()> {
        let keys = Keys::of(&batch);
        let of = keys.params();
        let mut wanted: HashMap<i64, i64> = HashMap::new();
        for number in batch.clone() {
            *wanted.entry(load.slot(number).0).or_default() -= 1;
        }
        let count = batch.len() as i64;
        let (slots, changes): (Vec<i64>, Vec<i64>) = wanted.into_iter().unzip();
        tokio::try_join!(biased;
            self.read(PERMITS, of),
            self.read(HOLDS, of),
            self.read(FREE, [&keys.lines, &keys.numbers, &slots]),
            self.read(HOLD_NUMBERS, [&count]))?;
        let (ids, expires, first) = (numbers(&batch, 1), same(ms(900), &batch), same(0_i32, &batch));
        let places: Vec<i64> = batch.map(|number| load.slot(number).0).collect();
        tokio::try_join!(biased;
            self.write(INSERT_HOLDS, [&keys.lines, &keys.numbers, &ids, &expires]),
            self.write(INSERT_PLACES, [&keys.lines, &keys.numbers, &first, &places]),
            self.write(CHANGE_FREE, [&slots, &changes]))?;
        Ok(())
    }

    async fn confirm(&self, load: &Load, batch: Range<u32>) -> Outcome<()> {
        let keys = Keys::of(&batch);
        let of = keys.params();
        let made: Vec<_> = batch
            .clone()
            .map(|number| confirm(number, dran_core::ids::HoldId(0)))
            .collect();
        let codes: Vec<&str> = made.iter().map(|confirm| confirm.booking_codes[0].as_str()).collect();
        let (ids, count) = (numbers(&batch, 1), batch.len() as i64);
        let (line, campaign, ended) = (vec![1_i32], vec![1_i64], vec![count]);
        tokio::try_join!(biased;
            self.read(PERMITS, of),
            self.read(HOLDS, of),
            self.read(LINES, [&line]),
            self.read(REGISTRATIONS, [&ids]),
            self.read(PERSONS, [&ids]),
            self.read(CODES, [&codes]),
            self.read(SLOTS, of),
            self.read(BOOKING_NUMBERS, [&count]),
            self.read(SERIES_NUMBERS, [&count]),
            self.read(MESSAGE_NUMBERS, [&count]))?;
        let attempts: Vec<&[u8]> = made.iter().map(|confirm| confirm.attempt_key.0.as_slice()).collect();
        let receipts: Vec<&str> = made.iter().map(|confirm| confirm.receipt.as_str()).collect();
        let now: Vec<i64> = made.iter().map(|confirm| confirm.now.as_millisecond()).collect();
        let persons: Vec<_> = batch.clone().map(person).collect();
        let person_keys: Vec<&[u8]> = persons.iter().map(|person| person.person_key.as_slice()).collect();
        let first = same(0_i32, &batch);
        let slots: Vec<i64> = batch.clone().map(|number| load.slot(number).0).collect();
        let twice = || batch.clone().flat_map(|number| [(number, 1_i32), (number, 2)]);
        let series: Vec<i64> = twice().map(|(number, _)| i64::from(number) + 1).collect();
        let doses: Vec<i32> = twice().map(|(_, dose)| dose).collect();
        let centres = vec![1_i32; doses.len()];
        let starts: Vec<i64> = twice()
            .map(|(number, dose)| first_ms(number % load.slots.len() as u32, dose.into()))
            .collect();
        let messages = numbers(&batch, 20_000_001);
        let messages_of = || made.iter().map(|confirm| &confirm.messages[0]);
        let recipients: Vec<&str> = messages_of().map(|message| message.recipient.as_str()).collect();
        let bodies: Vec<&str> = messages_of().map(|message| message.body.as_str()).collect();
        let (channel, kind) = (same("sms", &batch), same("confirmation", &batch));
        let (language, subject) = (same("de", &batch), same("", &batch));
        let calendar: Vec<Option<&str>> = same(None, &batch);
        tokio::try_join!(biased;
            self.write(
                INSERT_BOOKINGS,
                [&ids, &keys.lines, &keys.numbers, &attempts, &ids, &receipts, &now],
            ),
            self.write(INSERT_SERIES, [&ids, &ids, &ids, &first, &person_keys, &codes, &slots]),
            self.write(INSERT_CODES, [&ids, &codes]),
            self.write(INSERT_PERSON_KEYS, [&ids, &person_keys]),
            self.write(INSERT_APPOINTMENTS, [&series, &doses, &centres, &starts]),
            self.write(
                INSERT_MESSAGES,
                [&messages, &channel, &kind, &recipients, &language, &subject, &bodies, &calendar, &now],
            ),
            self.write(INSERT_MESSAGE_SERIES, [&messages, &first, &ids]),
            self.write(DELETE_PLACES, of),
            self.write(DELETE_HOLDS, of),
            self.write(CLOSE_PERMITS, of),
            self.write(DELETE_CONTACTS, of),
            self.write(END_CALLBACKS, [&keys.lines, &keys.numbers, &now]),
            self.write(COUNT_PERMITS, [&campaign, &ended]))?;
        Ok(())
    }
}

/// The columns of tickets.
struct Keys {
    lines: Vec<i32>,
    numbers: Vec<i64>,
}

impl Keys {
    fn of(batch: &Range<u32>) -> Self {
        Self {
            lines: same(1, batch),
            numbers: numbers(batch, 0),
        }
    }

    fn params(&self) -> [&(dyn ToSql + Sync); 2] {
        [&self.lines, &self.numbers]
    }
}

fn numbers(batch: &Range<u32>, first: i64) -> Vec<i64> {
    batch.clone().map(|number| i64::from(number) + first).collect()
}

fn same<T: Clone>(value: T, batch: &Range<u32>) -> Vec<T> {
    vec![value; batch.len()]
}
