//! What operators do on the day, and the nodes they look at.

use std::time::Duration;

use dran_core::ids::{AnnouncementId, Language};
use dran_core::operations::{AnnouncementText, PermitBounds};
use dran_core::staff::log::{Act, Entry, Subject};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::rows::{at, id, ms};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get, insert, maybe, one, optional, params, unreadable};
use super::staff::log;
use super::{PostgresStore, campaigns, release};
use crate::{
    Announcement, Answer, CampaignStep, Failure, Fault, Operation, OperationOrder, OperationRefusal, OperationsStore,
    SeenNode,
};

impl OperationsStore for PostgresStore {
    fn operate(&self, operation: Operation) -> Answer<'_, Result<(), Failure<OperationRefusal>>> {
        self.writer.write(async move |tx: &Tx| operate(tx, &operation).await)
    }

    fn announcement(&self, id: AnnouncementId) -> Answer<'_, Result<Option<Announcement>, Fault>> {
        self.readers.read(async move |tx: &Tx| announcement(tx, id).await)
    }

    fn note_node(&self, node: SeenNode) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(async move |tx: &Tx| note_node(tx, &node).await)
    }

    fn forget_node(&self, name: String) -> Answer<'_, Result<(), Fault>> {
        self.writer.write(async move |tx: &Tx| {
            execute(tx, "DELETE FROM node WHERE name = $1", params![&name]).await?;
            Ok(())
        })
    }

    fn nodes(&self) -> Answer<'_, Result<Vec<SeenNode>, Fault>> {
        self.readers.read(async |tx: &Tx| nodes(tx).await)
    }
}

async fn operate(tx: &Tx, operation: &Operation) -> Result<(), Failure<OperationRefusal>> {
    let (key, now) = (operation.attempt_key.0, operation.now);
    let done = "SELECT 1 FROM operation WHERE attempt_key = $1";
    if optional(tx, done, params![key], |_| Ok(())).await?.is_some() {
        return Ok(());
    }
    let (act, subject) = carry_out(tx, &operation.order, now).await?;
    let sql = "INSERT INTO operation (attempt_key, at) VALUES ($1, $2)";
    expect_rows(execute(tx, sql, params![key, ms(now)]).await?, 1, "an operation")?;
    let entry = Entry::new(operation.actor, act, subject).because(operation.reason.clone());
    Ok(log::append(tx, now, &[entry]).await?)
}

async fn carry_out(
    tx: &Tx,
    order: &OperationOrder,
    now: Timestamp,
) -> Result<(Act, Subject), Failure<OperationRefusal>> {
    match order {
        OperationOrder::Step(campaign, step) => {
            let taken = campaigns::step(tx, campaign, *step, now).await;
            taken.map_err(|failure| failure.map(OperationRefusal::Step))?;
            let act = match step {
                CampaignStep::Pause => Act::Paused,
                CampaignStep::Resume => Act::Resumed,
                CampaignStep::Close => Act::Closed,
            };
            Ok((act, Subject::Campaign(campaign.clone())))
        }
        OperationOrder::Bounds(bounds) => {
            let (min, max) = (bounds.map(PermitBounds::min), bounds.map(PermitBounds::max));
            let sql = "UPDATE leadership SET permits_min = $1, permits_max = $2";
            expect_rows(execute(tx, sql, params![min, max]).await?, 1, "the bounds of permits")?;
            Ok((Act::Bounded, Subject::Permits(*bounds)))
        }
        OperationOrder::Announce(texts) => {
            let sql = "INSERT INTO announcement (published_at) VALUES ($1) RETURNING id";
            let id = insert(tx, sql, params![ms(now)]).await?;
            for (language, text) in texts {
                let sql = "INSERT INTO announcement_text (announcement, language, text) VALUES ($1, $2, $3)";
                let touched = execute(tx, sql, params![id, language.as_str(), text.as_str()]).await?;
                expect_rows(touched, 1, "the text of an announcement")?;
            }
            expect_rows(show(tx, Some(id)).await?, 1, "the announcement that is shown")?;
            Ok((Act::Announced, Subject::Announcement(AnnouncementId(id))))
        }
        OperationOrder::Withdraw(id) => {
            let shown: Option<i64> = one(tx, "SELECT announcement FROM leadership", &[], |row| maybe(row, 0)).await?;
            if shown != Some(id.0) {
                return Err(Failure::Refused(OperationRefusal::OtherAnnouncement));
            }
            expect_rows(show(tx, None).await?, 1, "the announcement that is shown")?;
            Ok((Act::Withdrawn, Subject::Announcement(*id)))
        }
        OperationOrder::Release(order) if order.slots.is_empty() => {
            Err(Failure::Refused(OperationRefusal::NothingToRelease))
        }
        OperationOrder::Release(order) => {
            let released = release::release(tx, order).await;
            let released = released.map_err(|failure| failure.map(OperationRefusal::Release))?;
            let series = released.series;
            Ok((Act::Released, Subject::Release { series }))
        }
    }
}

async fn show(tx: &Tx, announcement: Option<i64>) -> Result<usize, Fault> {
    execute(tx, "UPDATE leadership SET announcement = $1", params![announcement]).await
}

/// The bounds in two neighbouring columns, which may be empty.
pub(super) fn bounds(row: &Row, column: usize) -> Result<Option<PermitBounds>, Fault> {
    let (min, max): (Option<u32>, Option<u32>) = (maybe(row, column)?, maybe(row, column + 1)?);
    let read = |(min, max)| PermitBounds::new(min, max).map_err(|_| unreadable(column, "bounds"));
    min.zip(max).map(read).transpose()
}

async fn announcement(tx: &Tx, number: AnnouncementId) -> Result<Option<Announcement>, Fault> {
    let published = "SELECT published_at FROM announcement WHERE id = $1";
    let found = optional(tx, published, params![number.0], |row| at(row, 0)).await?;
    let Some(published_at) = found else { return Ok(None) };
    let texts = all(
        tx,
        "SELECT language, text FROM announcement_text WHERE announcement = $1 ORDER BY language",
        params![number.0],
        |row| {
            let text: String = get(row, 1)?;
            let text = AnnouncementText::parse(&text).map_err(|_| unreadable(1, "an announcement"))?;
            Ok((id(row, 0, |tag: String| Language::new(tag))?, text))
        },
    )
    .await?;
    Ok(Some(Announcement {
        id: number,
        published_at,
        texts,
    }))
}

async fn note_node(tx: &Tx, node: &SeenNode) -> Result<(), Fault> {
    let delay_us = node
        .delay
        .map(|delay| i64::try_from(delay.as_micros()).unwrap_or(i64::MAX));
    let touched = execute(
        tx,
        "INSERT INTO node (name, began_at, seen_at, leads, delay_us) VALUES ($1, $2, $3, $4 = 1, $5)
         ON CONFLICT (name) DO UPDATE
         SET began_at = excluded.began_at, seen_at = excluded.seen_at, leads = excluded.leads,
             delay_us = excluded.delay_us",
        params![
            &node.name,
            ms(node.began_at),
            ms(node.seen_at),
            u8::from(node.leads),
            delay_us
        ],
    )
    .await?;
    expect_rows(touched, 1, "a node")
}

async fn nodes(tx: &Tx) -> Result<Vec<SeenNode>, Fault> {
    all(
        tx,
        "SELECT name, began_at, seen_at, leads, delay_us FROM node ORDER BY name",
        &[],
        |row| {
            let delay_us: Option<i64> = maybe(row, 4)?;
            Ok(SeenNode {
                name: get(row, 0)?,
                began_at: at(row, 1)?,
                seen_at: at(row, 2)?,
                leads: get(row, 3)?,
                delay: delay_us.map(|micros| Duration::from_micros(micros.unsigned_abs())),
            })
        },
    )
    .await
}
