//! How the day stands: kept for the next node that starts.

use dran_core::ids::LineNo;
use jiff::Timestamp;

use super::rows::{at, ms};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, params};
use crate::{Fault, KeptDay, Minute};

/// See [`crate::Store::keep_day`].
pub(super) async fn keep(tx: &Tx, day: &KeptDay) -> Result<(), Fault> {
    for minute in &day.minutes {
        let touched = execute(
            tx,
            "INSERT INTO day_minute (minute, at, joined, called, booked) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (minute) DO UPDATE SET
                 at = excluded.at, joined = excluded.joined, called = excluded.called, booked = excluded.booked",
            params![
                minute.number(),
                ms(minute.at),
                minute.joined,
                minute.called,
                minute.booked,
            ],
        )
        .await?;
        expect_rows(touched, 1, "a minute of the day")?;
    }
    for (line, forecast) in &day.forecasts {
        let touched = execute(
            tx,
            "INSERT INTO line_forecast (line_no, forecast) VALUES ($1, $2)
             ON CONFLICT (line_no) DO UPDATE SET forecast = excluded.forecast",
            params![line.0, forecast],
        )
        .await?;
        expect_rows(touched, 1, "what a line tells")?;
    }
    Ok(())
}

/// See [`crate::Store::kept_day`].
pub(super) async fn kept(tx: &Tx, since: Timestamp) -> Result<KeptDay, Fault> {
    Ok(KeptDay {
        minutes: all(
            tx,
            "SELECT at, joined, called, booked FROM day_minute WHERE minute >= $1 ORDER BY minute",
            params![since.as_second().div_euclid(60)],
            |row| {
                Ok(Minute {
                    at: at(row, 0)?,
                    joined: get(row, 1)?,
                    called: get(row, 2)?,
                    booked: get(row, 3)?,
                })
            },
        )
        .await?,
        forecasts: all(
            tx,
            "SELECT line_no, forecast FROM line_forecast ORDER BY line_no",
            &[],
            |row| Ok((LineNo(get(row, 0)?), get(row, 1)?)),
        )
        .await?,
    })
}
