//! PostgreSQL, `fsync` and `synchronous_commit` on: a hold and a confirmation each, and whole visits (entering,
//! registering, sending the code, holding, confirming), spread over all slots and all after one.

use std::sync::Arc;

use dran_cluster::{Cluster, Database, Durability};
use dran_core::ids::SeriesSlotId;
use dran_store::Store;
use dran_store::postgres::{PostgresOptions, PostgresStore};
use tokio::runtime::Runtime;

use crate::bare::Bare;
use crate::world::{self, Load, at};
use crate::{Figure, Outcome, RUNS, SERIES_PER_S, median};

/// Visitors at a time, and how many series they book in one run.
const LOADS: [(u32, u32); 3] = [(64, 1_920), (256, 5_120), (1024, 10_240)];

/// The same for several nodes: at last so many that each of three has a full batch whenever its turn comes.
const LOADS_OF_NODES: [(u32, u32); 4] = [(64, 1_920), (256, 5_120), (1024, 10_240), (3072, 15_360)];

/// Tickets that may be inside; the bookings of long ago come behind them.
const VISITORS: u32 = 18_000;

/// Series that are booked first, behind those of a load, so that no connection still reads the catalogue and plans its
/// statements while it is measured: that is once in a day.
const WARM_UP: u32 = 192;

/// Bookings of long ago.
const BOOKED: u32 = 1_000_000;

/// Places of each slot, so many that all may want one of them.
const CAPACITY: u32 = 100_000;

/// Seconds for each run of `pgbench`.
const PGBENCH_S: &str = "3";

/// Visitors who are inside and registered, as if the store had let them in.
const ADMIT: &str = "
    INSERT INTO permit (line_no, number, party, state, entered_at, expires_at)
    SELECT 1, number, 1, 'active', {at}, {until} FROM generate_series(0, {visitors} - 1) AS number;
    UPDATE campaign SET permits_active = {visitors};
    INSERT INTO registration (campaign, attempt_key, contact_kind, contact_address, language, created_at, verified_at)
    SELECT no, substr(sha256(number::text::bytea), 1, 16), 'sms', '+491700000000', 'de', {at}, {at}
    FROM campaign, generate_series(0, {visitors} - 1) AS number;
    INSERT INTO registration_person (registration, person_no, given_name, family_name, birth_date, sex, postcode,
                                     district, group_id, person_key)
    SELECT id, 0, 'Änne', 'von der Höh', '1936-02-29', 'f', '34117', '06611', '80-plus', sha256(id::text::bytea)
    FROM registration;";

/// Bookings of long ago, with keys in no order.
const FILL: &str = "
    INSERT INTO permit (line_no, number, party, state, entered_at, expires_at)
    SELECT 1, number, 1, 'booked', {at}, {until} FROM generate_series({visitors}, {visitors} + {booked} - 1) AS number;
    CREATE TEMPORARY TABLE made AS
    SELECT number, 30000000 + number AS id, sha256(('of' || number)::bytea) AS key, slot.id AS slot, first_at, second_at
    FROM generate_series({visitors}, {visitors} + {booked} - 1) AS number
    JOIN series_slot AS slot ON slot.id = (SELECT min(id) FROM series_slot) + number % 500;
    INSERT INTO registration (id, campaign, attempt_key, contact_kind, contact_address, language, created_at,
                              verified_at)
    OVERRIDING SYSTEM VALUE SELECT id, 1, substr(key, 3, 16), 'sms', '+491700000000', 'de', {at}, {at} FROM made;
    INSERT INTO registration_person (registration, person_no, given_name, family_name, birth_date, sex, postcode,
                                     district, group_id, person_key)
    SELECT id, 0, 'Änne', 'von der Höh', '1936-02-29', 'f', '34117', '06611', '80-plus', key FROM made;
    INSERT INTO booking (id, line_no, number, attempt_key, registration, receipt, booked_at) OVERRIDING SYSTEM VALUE
    SELECT id, 1, number, substr(key, 3, 16), id, repeat('R', 24), {at} FROM made;
    INSERT INTO series (id, booking, registration, person_no, person_key, booking_code, slot, state)
    OVERRIDING SYSTEM VALUE
    SELECT id, id, id, 0, key, upper(encode(substr(key, 20, 6), 'hex')), slot, 'booked' FROM made;
    INSERT INTO series_code (booking_code, series) SELECT upper(encode(substr(key, 20, 6), 'hex')), id FROM made;
    INSERT INTO series_person (person_key, series) SELECT key, id FROM made;
    INSERT INTO appointment (series, dose, centre_no, starts_at)
    SELECT id, dose, 1, CASE dose WHEN 1 THEN first_at ELSE second_at END FROM made, generate_series(1, 2) AS dose;
    INSERT INTO outbox (id, channel, kind, recipient, language, subject, body, created_at, sent_at)
    OVERRIDING SYSTEM VALUE
    SELECT id, 'sms', 'confirmation', '+491700000000', 'de', '', repeat('Ihre Termine im Impfzentrum. ', 6), {at}, {at}
    FROM made;
    INSERT INTO outbox_series (message, ordinal, series) SELECT id, 0, id FROM made;
    UPDATE tally SET value = {booked} WHERE name = 'messages_sent';
    UPDATE series_slot SET free = free - taken
    FROM (SELECT slot, count(*) AS taken FROM made GROUP BY slot) AS counted WHERE slot = id;";

/// Prints a figure for each load, and what `pgbench` reaches on the same cluster.
pub fn measure(runtime: &Runtime) -> Outcome<()> {
    let cluster = Cluster::start(Durability::Full)?;
    let inside = Template::made(runtime, &cluster, &[ADMIT])?;
    let outside = Template::made(runtime, &cluster, &[])?;
    for (lanes, series) in LOADS {
        compare(runtime, &cluster, &inside, "spread", &inside.load(lanes, series))?;
        let hot = Load {
            slots: inside.slots[..1].into(),
            ..inside.load(lanes, series)
        };
        compare(runtime, &cluster, &inside, "hot", &hot)?;
        let visits = Load {
            whole_visit: true,
            ..outside.load(lanes, series / 2)
        };
        compare(runtime, &cluster, &outside, "visits", &visits)?;
    }
    pgbench(&cluster)
}

/// The same series with a million bookings inside beside a database that has none. Each load goes on where the
/// last one ended: copies of so much would take longer than all else.
pub fn measure_filled(runtime: &Runtime) -> Outcome<()> {
    let cluster = Cluster::start(Durability::Full)?;
    let empty = Template::made(runtime, &cluster, &[ADMIT])?;
    let filled = Template::made(runtime, &cluster, &[ADMIT, FILL])?;
    cluster.sql(&filled.database.name, "VACUUM ANALYZE")?;
    cluster.sql(&filled.database.name, "CHECKPOINT")?;
    let bytes = |template: &Template| -> Outcome<f64> {
        let size = "SELECT pg_database_size(current_database())";
        Ok(cluster.sql(&template.database.name, size)?.trim().parse()?)
    };
    let each = (bytes(&filled)? - bytes(&empty)?) / f64::from(BOOKED);
    println!("{{\"name\":\"postgres_bytes_of_a_booked_series\",\"value\":{each:.0},\"unit\":\"B\"}}");
    let mut first = 0;
    for (lanes, series) in LOADS {
        let book = |template: &Template| {
            let load = Load {
                first,
                ..template.load(lanes, series)
            };
            book(runtime, &template.database, &load, 1)
        };
        let figure = Figure {
            name: &format!("postgres_series_million_inside_batch_{lanes}"),
            unit: SERIES_PER_S,
            rates: vec![book(&filled)?],
            yardstick: "the same with none inside",
            yardstick_rates: vec![book(&empty)?],
        };
        figure.print();
        first += series + WARM_UP;
    }
    Ok(())
}

/// Three nodes on one database beside one node: with batches of the same size, so with three times as many people at a
/// time, and with as many people, so with batches of a third.
pub fn measure_nodes(runtime: &Runtime) -> Outcome<()> {
    let cluster = Cluster::start(Durability::Full)?;
    let inside = Template::made(runtime, &cluster, &[ADMIT])?;
    let compare = |name: &str, three: &Load, yardstick: &str, one: &Load| -> Outcome<()> {
        let (mut rates, mut yardstick_rates) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            rates.push(through_the_store(runtime, &cluster, &inside, three, 3)?);
            yardstick_rates.push(through_the_store(runtime, &cluster, &inside, one, 1)?);
        }
        let figure = Figure {
            name,
            unit: SERIES_PER_S,
            rates,
            yardstick,
            yardstick_rates,
        };
        figure.print();
        Ok(())
    };
    for (lanes, series) in LOADS {
        let name = format!("postgres_series_three_nodes_batch_{lanes}");
        let (three, one) = (inside.load(3 * lanes, series), inside.load(lanes, series));
        compare(&name, &three, "one node, batches as large", &one)?;
    }
    for (lanes, series) in LOADS_OF_NODES {
        let name = format!("postgres_series_three_nodes_{lanes}_at_a_time");
        let load = inside.load(lanes, series);
        compare(&name, &load, "one node", &load)?;
    }
    Ok(())
}

/// A database from which each run gets a copy.
struct Template {
    database: Database,
    slots: Vec<SeriesSlotId>,
}

impl Template {
    fn made(runtime: &Runtime, cluster: &Cluster, with: &[&str]) -> Outcome<Self> {
        let database = cluster.create_database(None)?;
        let options = PostgresOptions {
            create: true,
            ..PostgresOptions::default()
        };
        let store = PostgresStore::open(&database.url, options)?;
        let slots = runtime.block_on(world::open(&store, VISITORS + BOOKED, CAPACITY))?;
        drop(store);
        for sql in with {
            let sql = sql
                .replace("{visitors}", &VISITORS.to_string())
                .replace("{booked}", &BOOKED.to_string())
                .replace("{at}", &at(0).as_millisecond().to_string())
                .replace("{until}", &at(900).as_millisecond().to_string());
            cluster.sql(&database.name, &sql)?;
        }
        Ok(Self { database, slots })
    }

    fn load(&self, lanes: u32, series: u32) -> Load {
        Load {
            lanes,
            first: 0,
            series,
            slots: self.slots.as_slice().into(),
            whole_visit: false,
        }
    }
}

fn compare(runtime: &Runtime, cluster: &Cluster, template: &Template, name: &str, load: &Load) -> Outcome<()> {
    let (mut rates, mut yardstick_rates) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        rates.push(through_the_store(runtime, cluster, template, load, 1)?);
        yardstick_rates.push(bare_loop(runtime, cluster, template, load)?);
    }
    let lanes = load.lanes;
    let figure = Figure {
        name: &format!("postgres_series_{name}_batch_{lanes}"),
        unit: SERIES_PER_S,
        rates,
        yardstick: &format!("bare loop of the same statements, batches of {lanes}"),
        yardstick_rates,
    };
    figure.print();
    Ok(())
}

fn through_the_store(
    runtime: &Runtime,
    cluster: &Cluster,
    template: &Template,
    load: &Load,
    nodes: usize,
) -> Outcome<f64> {
    let database = cluster.create_database(Some(&template.database.name))?;
    let rate = book(runtime, &database, load, nodes)?;
    discard(cluster, &database)?;
    Ok(rate)
}

fn book(runtime: &Runtime, database: &Database, load: &Load, nodes: usize) -> Outcome<f64> {
    let open = || PostgresStore::open(&database.url, PostgresOptions::default());
    let mut stores: Vec<Arc<dyn Store>> = Vec::new();
    for _ in 0..nodes {
        stores.push(Arc::new(open()?));
    }
    runtime.block_on(warm_up(load).book(&stores))?;
    let rate = runtime.block_on(load.book(&stores))?;
    let report = runtime.block_on(stores[0].audit(at(60)))?;
    if !report.ok() {
        return Err(format!("{report:?}").into());
    }
    Ok(rate)
}

fn bare_loop(runtime: &Runtime, cluster: &Cluster, template: &Template, load: &Load) -> Outcome<f64> {
    let database = cluster.create_database(Some(&template.database.name))?;
    let rate = runtime.block_on(async {
        let bare = Bare::connect(&database.url).await?;
        bare.book(&warm_up(load)).await?;
        bare.book(load).await
    })?;
    discard(cluster, &database)?;
    Ok(rate)
}

fn warm_up(load: &Load) -> Load {
    Load {
        lanes: 64,
        first: load.first + load.series,
        series: WARM_UP,
        ..load.clone()
    }
}

fn discard(cluster: &Cluster, database: &Database) -> Outcome<()> {
    cluster.sql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", database.name))?;
    Ok(())
}

/// The machine's own measure: `pgbench`, simple updates and TPC-B, eight connections.
fn pgbench(cluster: &Cluster) -> Outcome<()> {
    let database = cluster.create_database(None)?;
    let run = |arguments: &[&str]| -> Outcome<String> {
        let output = cluster.client("pgbench").args(arguments).arg(&database.name).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?)
    };
    run(&["--initialize", "--quiet", "--scale=20"])?;
    for (name, script) in [("simple_update", "simple-update"), ("tpcb", "tpcb-like")] {
        let mut rates = Vec::new();
        for _ in 0..RUNS {
            let builtin = format!("--builtin={script}");
            let said = run(&["--no-vacuum", "--client=8", "--jobs=2", "--time", PGBENCH_S, &builtin])?;
            let rate = said.lines().find_map(|line| line.strip_prefix("tps = "));
            let rate = rate
                .and_then(|rate| rate.split_whitespace().next())
                .ok_or("pgbench told no rate")?;
            rates.push(rate.parse()?);
        }
        println!(
            "{{\"name\":\"pgbench_{name}\",\"value\":{:.0},\"unit\":\"transactions/s\"}}",
            median(rates)
        );
    }
    Ok(())
}
