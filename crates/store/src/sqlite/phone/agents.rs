//! What agents are doing, and the figures of their day.

use std::time::Duration;

use dran_core::ids::{StaffId, TicketId};
use dran_core::phone::{AgentState, Said, say, state_now};
use dran_core::staff::StaffName;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use crate::sqlite::rows::{agent_state, at, ms, unreadable};
use crate::sqlite::sql::{all, execute, expect_rows, one, optional};
use crate::sqlite::writer::Tx;
use crate::{AgentDay, AgentNow, Fault};

/// See [`crate::PhoneStore::set_agent_state`].
pub(super) fn set(tx: &Tx<'_>, account: StaffId, state: AgentState, day: Date, now: Timestamp) -> Result<(), Fault> {
    let before = optional(
        tx,
        "SELECT state, since_at, seen_at FROM agent_state WHERE account = ?1",
        [account.0],
        |row| {
            Ok(Said {
                state: agent_state(row, 0)?,
                since: at(row, 1)?,
                seen: at(row, 2)?,
            })
        },
    )?;
    let change = say(before, state, now);
    let touched = execute(
        tx,
        "INSERT INTO agent_state (account, state, since_at, seen_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account) DO UPDATE
         SET state = excluded.state, since_at = excluded.since_at, seen_at = excluded.seen_at",
        (account.0, state.word(), ms(change.since), ms(now)),
    )?;
    expect_rows(touched, 1, "what an agent is doing")?;
    if change.calls == 0 && change.talked == Duration::ZERO {
        return Ok(());
    }
    let touched = execute(
        tx,
        "INSERT INTO agent_day (account, day, calls, talked_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account, day) DO UPDATE
         SET calls = agent_day.calls + excluded.calls, talked_ms = agent_day.talked_ms + excluded.talked_ms",
        (
            account.0,
            day.to_string(),
            change.calls,
            i64::try_from(change.talked.as_millis()).unwrap_or(i64::MAX),
        ),
    )?;
    expect_rows(touched, 1, "the day of an agent")
}

/// See [`crate::PhoneStore::note_agent_seen`].
pub(super) fn note_seen(tx: &Tx<'_>, account: StaffId, now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE agent_state SET seen_at = ?2 WHERE account = ?1 AND seen_at < ?2";
    execute(tx, sql, (account.0, ms(now)))?;
    Ok(())
}

/// Who has no session left is away.
pub(in crate::sqlite) fn note_logged_out(tx: &Tx<'_>, account: StaffId) -> Result<(), Fault> {
    execute(
        tx,
        "UPDATE agent_state SET state = 'away'
         WHERE account = ?1 AND NOT EXISTS (SELECT 1 FROM staff_session WHERE staff_session.account = ?1)",
        [account.0],
    )?;
    Ok(())
}

/// See [`crate::PhoneStore::agents`].
pub(super) fn list(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<AgentNow>> {
    all(
        connection,
        "SELECT account, name, state, since_at, seen_at
         FROM agent_state JOIN staff_account ON staff_account.id = agent_state.account
         WHERE disabled_at IS NULL ORDER BY name",
        [],
        |row| read(row, now),
    )
}

/// See [`crate::PhoneStore::agent`].
pub(super) fn get(connection: &Connection, account: StaffId, now: Timestamp) -> rusqlite::Result<Option<AgentNow>> {
    optional(
        connection,
        "SELECT account, name, state, since_at, seen_at
         FROM agent_state JOIN staff_account ON staff_account.id = agent_state.account
         WHERE account = ?1 AND disabled_at IS NULL",
        [account.0],
        |row| read(row, now),
    )
}

fn read(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<AgentNow> {
    let seen = at(row, 4)?;
    Ok(AgentNow {
        account: StaffId(row.get(0)?),
        name: StaffName::parse(row.get_ref(1)?.as_str()?).map_err(|_| unreadable(1, Type::Text, "a name of staff"))?,
        state: state_now(agent_state(row, 2)?, seen, now),
        since: at(row, 3)?,
        seen,
    })
}

/// See [`crate::PhoneStore::note_agent_booking`]. A ticket that has not booked counts for nobody.
pub(super) fn note_booking(tx: &Tx<'_>, account: StaffId, ticket: TicketId, day: Date) -> Result<(), Fault> {
    execute(
        tx,
        "INSERT INTO agent_booking (line_no, number, account, day)
         SELECT line_no, number, ?3, ?4 FROM booking WHERE line_no = ?1 AND number = ?2
         ON CONFLICT (line_no, number) DO NOTHING",
        (ticket.line.0, ticket.number.0, account.0, day.to_string()),
    )?;
    Ok(())
}

/// See [`crate::PhoneStore::agent_day`].
pub(super) fn day(connection: &Connection, account: StaffId, day: Date) -> rusqlite::Result<AgentDay> {
    one(
        connection,
        "SELECT coalesce((SELECT calls FROM agent_day WHERE account = ?1 AND day = ?2), 0),
                coalesce((SELECT talked_ms FROM agent_day WHERE account = ?1 AND day = ?2), 0),
                (SELECT count(*) FROM agent_booking WHERE account = ?1 AND day = ?2)",
        (account.0, day.to_string()),
        |row| {
            Ok(AgentDay {
                calls: row.get(0)?,
                talked: Duration::from_millis(row.get::<_, i64>(1)?.unsigned_abs()),
                bookings: row.get(2)?,
            })
        },
    )
}
