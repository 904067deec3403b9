//! What operators do on the day, and the nodes they look at.

use std::time::Duration;

use dran_core::ids::{AnnouncementId, Language};
use dran_core::operations::{AnnouncementText, PermitBounds};
use dran_core::staff::log::{Act, Entry, Subject};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use super::rows::{at, id, ms, unreadable};
use super::sql::{all, execute, expect_rows, insert, one, optional};
use super::staff::log;
use super::writer::Tx;
use super::{SqliteStore, campaigns, supply};
use crate::{
    Announcement, Answer, CampaignStep, Failure, Fault, Operation, OperationOrder, OperationRefusal, OperationsStore,
    SeenNode,
};

impl OperationsStore for SqliteStore {
    fn operate(&self, operation: Operation) -> Answer<'_, Result<(), Failure<OperationRefusal>>> {
        self.writer.write(move |tx| operate(tx, &operation))
    }

    fn announcement(&self, id: AnnouncementId) -> Answer<'_, Result<Option<Announcement>, Fault>> {
        self.readers.read(move |connection| announcement(connection, id))
    }

    fn note_node(&self, node: SeenNode) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| note_node(tx, &node))
    }

    fn forget_node(&self, name: String) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(move |tx| {
            execute(tx, "DELETE FROM node WHERE name = ?1", [&name])?;
            Ok(())
        })
    }

    fn nodes(&self) -> Answer<'_, Result<Vec<SeenNode>, Fault>> {
        self.readers.read(nodes)
    }
}

fn operate(tx: &Tx<'_>, operation: &Operation) -> Result<(), Failure<OperationRefusal>> {
    let (key, now) = (operation.attempt_key.0, operation.now);
    let done = "SELECT 1 FROM operation WHERE attempt_key = ?1";
    if optional(tx, done, [key], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    let (act, subject) = carry_out(tx, &operation.order, now)?;
    let sql = "INSERT INTO operation (attempt_key, at) VALUES (?1, ?2)";
    expect_rows(execute(tx, sql, (key, ms(now)))?, 1, "an operation")?;
    let entry = Entry::new(operation.actor, act, subject).because(operation.reason.clone());
    Ok(log::append(tx, now, &[entry])?)
}

fn carry_out(tx: &Tx<'_>, order: &OperationOrder, now: Timestamp) -> Result<(Act, Subject), Failure<OperationRefusal>> {
    match order {
        OperationOrder::Step(campaign, step) => {
            campaigns::step(tx, campaign, *step, now).map_err(|failure| failure.map(OperationRefusal::Step))?;
            let act = match step {
                CampaignStep::Pause => Act::Paused,
                CampaignStep::Resume => Act::Resumed,
                CampaignStep::Close => Act::Closed,
            };
            Ok((act, Subject::Campaign(campaign.clone())))
        }
        OperationOrder::Bounds(bounds) => {
            let (min, max) = (bounds.map(PermitBounds::min), bounds.map(PermitBounds::max));
            let touched = execute(
                tx,
                "UPDATE leadership SET permits_min = ?1, permits_max = ?2",
                (min, max),
            )?;
            expect_rows(touched, 1, "the bounds of permits")?;
            Ok((Act::Bounded, Subject::Permits(*bounds)))
        }
        OperationOrder::Announce(texts) => {
            let id = insert(tx, "INSERT INTO announcement (published_at) VALUES (?1)", [ms(now)])?;
            for (language, text) in texts {
                let sql = "INSERT INTO announcement_text (announcement, language, text) VALUES (?1, ?2, ?3)";
                let touched = execute(tx, sql, (id, language.as_str(), text.as_str()))?;
                expect_rows(touched, 1, "the text of an announcement")?;
            }
            expect_rows(show(tx, Some(id))?, 1, "the announcement that is shown")?;
            Ok((Act::Announced, Subject::Announcement(AnnouncementId(id))))
        }
        OperationOrder::Withdraw(id) => {
            let shown: Option<i64> = one(tx, "SELECT announcement FROM leadership", [], |row| row.get(0))?;
            if shown != Some(id.0) {
                return Err(Failure::Refused(OperationRefusal::OtherAnnouncement));
            }
            expect_rows(show(tx, None)?, 1, "the announcement that is shown")?;
            Ok((Act::Withdrawn, Subject::Announcement(*id)))
        }
        OperationOrder::Release(release) if release.slots.is_empty() => {
            Err(Failure::Refused(OperationRefusal::NothingToRelease))
        }
        OperationOrder::Release(release) => {
            let released = supply::release(tx, release);
            let released = released.map_err(|failure| failure.map(OperationRefusal::Release))?;
            let series = released.series;
            Ok((Act::Released, Subject::Release { series }))
        }
    }
}

fn show(tx: &Tx<'_>, announcement: Option<i64>) -> rusqlite::Result<usize> {
    execute(tx, "UPDATE leadership SET announcement = ?1", [announcement])
}

/// The bounds in two neighbouring columns, which may be empty.
pub(super) fn bounds(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PermitBounds>> {
    let (min, max): (Option<u32>, Option<u32>) = (row.get(column)?, row.get(column + 1)?);
    let read = |(min, max)| PermitBounds::new(min, max).map_err(|_| unreadable(column, Type::Integer, "bounds"));
    min.zip(max).map(read).transpose()
}

fn announcement(connection: &Connection, number: AnnouncementId) -> rusqlite::Result<Option<Announcement>> {
    let published = "SELECT published_at FROM announcement WHERE id = ?1";
    let Some(published_at) = optional(connection, published, [number.0], |row| at(row, 0))? else {
        return Ok(None);
    };
    let texts = all(
        connection,
        "SELECT language, text FROM announcement_text WHERE announcement = ?1 ORDER BY language",
        [number.0],
        |row| {
            let text: String = row.get(1)?;
            let text = AnnouncementText::parse(&text).map_err(|_| unreadable(1, Type::Text, "an announcement"))?;
            Ok((id(row, 0, |tag: String| Language::new(tag))?, text))
        },
    )?;
    Ok(Some(Announcement {
        id: number,
        published_at,
        texts,
    }))
}

fn note_node(tx: &Tx<'_>, node: &SeenNode) -> Result<(), Fault> {
    let delay_us = node
        .delay
        .map(|delay| i64::try_from(delay.as_micros()).unwrap_or(i64::MAX));
    let touched = execute(
        tx,
        "INSERT INTO node (name, began_at, seen_at, leads, delay_us) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (name) DO UPDATE
         SET began_at = excluded.began_at, seen_at = excluded.seen_at, leads = excluded.leads,
             delay_us = excluded.delay_us",
        (&node.name, ms(node.began_at), ms(node.seen_at), node.leads, delay_us),
    )?;
    expect_rows(touched, 1, "a node")
}

fn nodes(connection: &Connection) -> rusqlite::Result<Vec<SeenNode>> {
    all(
        connection,
        "SELECT name, began_at, seen_at, leads, delay_us FROM node ORDER BY name",
        [],
        |row| {
            let delay_us: Option<i64> = row.get(4)?;
            Ok(SeenNode {
                name: row.get(0)?,
                began_at: at(row, 1)?,
                seen_at: at(row, 2)?,
                leads: row.get(3)?,
                delay: delay_us.map(|micros| Duration::from_micros(micros.unsigned_abs())),
            })
        },
    )
}
