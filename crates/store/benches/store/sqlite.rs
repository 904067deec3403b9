//! SQLite: a hold and a confirmation each, asked for by 1, 16 or 256 visitors at a time.

use std::sync::Arc;

use dran_store::Store;
use tokio::runtime::Runtime;

use crate::bare_sqlite::{self, prepared};
use crate::world::{Load, admit, at};
use crate::{Figure, Outcome, RUNS};

/// Visitors at a time, and how many series they book in one run.
const LOADS: [(u32, u32); 3] = [(1, 1_000), (16, 8_000), (256, 32_000)];

/// Prints a figure for each load.
pub fn measure(runtime: &Runtime) -> Outcome<()> {
    for (lanes, series) in LOADS {
        let (mut rates, mut yardstick_rates) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            rates.push(runtime.block_on(through_the_store(lanes, series))?);
            yardstick_rates.push(runtime.block_on(bare_sqlite::holds(lanes, series))?);
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
    admit(&*store, series).await?;
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
