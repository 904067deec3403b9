//! Who leads: of the processes on one file the one that holds the lock of the file beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use dran_core::ids::{AnnouncementId, LineNo, TicketId};
use rusqlite::Connection;
use tokio::sync::Mutex;

use super::line::{permit_of, read_permit};
use super::operations::bounds;
use super::rows::{maybe_at, ticket};
use super::sql::{all, execute, expect_rows, one};
use super::writer::{Tx, Writer};
use crate::leader_claim::{Belief, Claim};
use crate::{ActivePermit, Fault, LineMark, Permit, Shared, Term};

/// This store's part in it.
pub(super) struct Leadership {
    /// Locked by who leads; the system lets go of it with the process, however that ends.
    path: PathBuf,
    seat: Mutex<Option<(File, Term)>>,
    belief: Belief,
}

impl Leadership {
    /// For the database at `path`.
    pub(super) fn of(path: &Path) -> Self {
        let mut name = path.as_os_str().to_owned();
        name.push(".leader");
        Self {
            path: name.into(),
            seat: Mutex::default(),
            belief: Belief::default(),
        }
    }

    pub(super) fn claim(&self) -> Claim {
        self.belief.claim()
    }

    /// See [`crate::Store::lead`].
    pub(super) async fn lead(&self, writer: &Writer) -> Result<Option<Term>, Fault> {
        let mut seat = self.seat.lock().await;
        if let Some((_, term)) = &*seat {
            return Ok(Some(*term));
        }
        let taken = match self.locked() {
            Ok(Some(file)) => writer.write(begin_term).await.map(|term| Some((file, term))),
            other => other.map(|_| None),
        };
        *seat = taken?;
        let term = seat.as_ref().map(|(_, term)| *term);
        self.belief.note(term);
        Ok(term)
    }

    fn locked(&self) -> Result<Option<File>, Fault> {
        let failed = |error: std::io::Error| Fault::Failed(format!("the leader's lock: {error}"));
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

fn begin_term(tx: &Tx<'_>) -> Result<Term, Fault> {
    execute(tx, "UPDATE leadership SET term = term + 1", [])?;
    Ok(newest_term(tx)?)
}

fn newest_term(connection: &Connection) -> rusqlite::Result<Term> {
    one(connection, "SELECT term FROM leadership", [], |row| {
        Ok(Term(row.get(0)?))
    })
}

/// Whether a command that only the leader gives may be carried out.
pub(super) fn check(tx: &Tx<'_>, claim: Claim) -> Result<(), Fault> {
    match claim {
        Claim::Unbound => Ok(()),
        Claim::Leading(term) if newest_term(tx)? == term => Ok(()),
        Claim::Leading(_) | Claim::NotLeading => Err(Fault::NotLeading),
    }
}

/// See [`crate::Store::tell`].
pub(super) fn tell(tx: &Tx<'_>, told: &[u8]) -> Result<(), Fault> {
    let touched = execute(tx, "UPDATE leadership SET told = ?1", [told])?;
    expect_rows(touched, 1, "what the leader tells")
}

/// See [`crate::Store::shared`].
pub(super) fn shared(connection: &Connection, booked_after: i64) -> rusqlite::Result<Shared> {
    let booked: Vec<(i64, TicketId)> = all(
        connection,
        "SELECT id, line_no, number FROM booking WHERE id > ?1 ORDER BY id LIMIT 10000",
        [booked_after],
        |row| Ok((row.get(0)?, ticket(row, 1)?)),
    )?;
    let (told, read_only_since, bounds, announcement) = one(
        connection,
        "SELECT coalesce(told, x''), read_only_since, permits_min, permits_max, announcement FROM leadership",
        [],
        |row| {
            let announcement: Option<i64> = row.get(4)?;
            Ok((row.get(0)?, maybe_at(row, 1)?, bounds(row, 2)?, announcement))
        },
    )?;
    Ok(Shared {
        booked_up_to: booked.last().map_or(booked_after, |(id, _)| *id),
        booked: booked.into_iter().map(|(_, ticket)| ticket).collect(),
        lines: all(
            connection,
            "SELECT line_no, next_number, called FROM line ORDER BY line_no",
            [],
            |row| {
                Ok(LineMark {
                    line: LineNo(row.get(0)?),
                    next_number: row.get(1)?,
                    called: row.get(2)?,
                })
            },
        )?,
        active: all(
            connection,
            "SELECT line_no, number, party, state, entered_at, expires_at, extensions,
                    (SELECT count(*) FROM hold JOIN hold_place ON hold_place.hold = hold.id
                     WHERE hold.line_no = permit.line_no AND hold.number = permit.number)
             FROM permit WHERE state = 'active'",
            [],
            |row| {
                Ok(ActivePermit {
                    permit: read_permit(row)?,
                    holding: row.get(7)?,
                })
            },
        )?,
        told,
        read_only_since,
        bounds,
        announcement: announcement.map(AnnouncementId),
    })
}

/// See [`crate::Store::permits_of`].
pub(super) fn permits_of(connection: &Connection, tickets: &[TicketId]) -> rusqlite::Result<Vec<Permit>> {
    let found = tickets.iter().map(|ticket| permit_of(connection, *ticket));
    found.filter_map(Result::transpose).collect()
}
