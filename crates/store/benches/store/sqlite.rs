//! SQLite: a hold and a confirmation each, asked for by 1, 16 or 256 visitors at a time.

use std::path::PathBuf;
use std::sync::Arc;

use dran_store::Store;
use tokio::runtime::Runtime;

use crate::bare_sqlite::{self, Pace, cpu, prepared};
use crate::world::{Load, admit, at};
use crate::{Figure, Outcome, RUNS, SERIES_PER_S, now};

/// Visitors at a time, and how many series they book in one run.
const LOADS: [(u32, u32); 3] = [(1, 1_000), (16, 8_000), (256, 32_000)];

/// Prints for each load how many series a second there were, and what each cost the writer's thread.
pub fn measure(runtime: &Runtime) -> Outcome<()> {
    for (lanes, series) in LOADS {
        let (mut paces, mut yardstick_paces) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            paces.push(runtime.block_on(through_the_store(lanes, series))?);
            yardstick_paces.push(runtime.block_on(bare_sqlite::holds(lanes, series))?);
        }
        let yardstick = format!("bare loop of the same writes, batches of {lanes}");
        let print = |name: &str, unit, value: fn(&Pace) -> f64| {
            let figure = Figure {
                name: &format!("{name}_{lanes}"),
                unit,
                rates: paces.iter().map(value).collect(),
                yardstick: &yardstick,
                yardstick_rates: yardstick_paces.iter().map(value).collect(),
            };
            figure.print();
        };
        print("store_series_batch", SERIES_PER_S, |pace| pace.rate);
        print("store_writer_cpu_batch", "µs/series", |pace| pace.cpu_us);
    }
    Ok(())
}

async fn through_the_store(lanes: u32, series: u32) -> Outcome<Pace> {
    let folder = tempfile::tempdir()?;
    let (store, slots) = prepared(&folder.path().join("dran.sqlite"), series).await?;
    admit(&*store, series).await?;
    let load = Load {
        lanes,
        first: 0,
        series,
        slots: slots.into(),
        whole_visit: false,
    };
    let writer = writer_thread()?;
    let (started, cpu_before) = (now(), cpu(&writer)?);
    load.book(&[Arc::clone(&store) as Arc<dyn Store>]).await?;
    let pace = Pace::of(series, started.elapsed(), cpu(&writer)? - cpu_before);
    let report = store.audit(at(60)).await?;
    if !report.ok() {
        return Err(format!("{report:?}").into());
    }
    Ok(pace)
}

/// The folder of the one store that is open.
fn writer_thread() -> Outcome<PathBuf> {
    for thread in std::fs::read_dir("/proc/self/task")? {
        let folder = thread?.path();
        // Another thread may have ended meanwhile.
        if std::fs::read_to_string(folder.join("comm")).is_ok_and(|name| name.trim() == "store-writer") {
            return Ok(folder);
        }
    }
    Err("there is no writer's thread".into())
}
