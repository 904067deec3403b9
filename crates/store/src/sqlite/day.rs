//! How the day stands: kept for the next node that starts.

use dran_core::ids::LineNo;
use jiff::Timestamp;
use rusqlite::Connection;

use super::rows::{at, ms};
use super::sql::{all, execute, expect_rows};
use super::writer::Tx;
use crate::{Fault, KeptDay, Minute};

/// See [`crate::Store::keep_day`].
pub(super) fn keep(tx: &Tx<'_>, day: &KeptDay) -> Result<(), Fault> {
    for minute in &day.minutes {
        let touched = execute(
            tx,
            "INSERT INTO day_minute (minute, at, joined, called, booked) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (minute) DO UPDATE SET
                 at = excluded.at, joined = excluded.joined, called = excluded.called, booked = excluded.booked",
            (
                minute.number(),
                ms(minute.at),
                minute.joined,
                minute.called,
                minute.booked,
            ),
        )?;
        expect_rows(touched, 1, "a minute of the day")?;
    }
    for (line, forecast) in &day.forecasts {
        let touched = execute(
            tx,
            "INSERT INTO line_forecast (line_no, forecast) VALUES (?1, ?2)
             ON CONFLICT (line_no) DO UPDATE SET forecast = excluded.forecast",
            (line.0, forecast),
        )?;
        expect_rows(touched, 1, "what a line tells")?;
    }
    Ok(())
}

/// See [`crate::Store::kept_day`].
pub(super) fn kept(connection: &Connection, since: Timestamp) -> rusqlite::Result<KeptDay> {
    Ok(KeptDay {
        minutes: all(
            connection,
            "SELECT at, joined, called, booked FROM day_minute WHERE minute >= ?1 ORDER BY minute",
            [since.as_second().div_euclid(60)],
            |row| {
                Ok(Minute {
                    at: at(row, 0)?,
                    joined: row.get(1)?,
                    called: row.get(2)?,
                    booked: row.get(3)?,
                })
            },
        )?,
        forecasts: all(
            connection,
            "SELECT line_no, forecast FROM line_forecast ORDER BY line_no",
            [],
            |row| Ok((LineNo(row.get(0)?), row.get(1)?)),
        )?,
    })
}
