//! What both databases hold when the day is over.

use std::collections::BTreeMap;
use std::fmt::Debug;

use anyhow::Result;
use dran_core::ids::TicketId;
use dran_store::{Answer, AuditReport, Fault, Message, Permit, Store};
use jiff::Timestamp;

use crate::engine::Engine;
use crate::report::Report;

/// The check that counts references between tables.
const REFERENCES: &str = "no_row_without_what_it_belongs_to";

/// Questions that wait for answers at once.
const AT_ONCE: usize = 128;

/// Differences of one kind that are told in words.
const TOLD_MAX: usize = 20;

/// A message without its number, which engines give out as they like.
pub fn by_contents(message: &Message) -> (Timestamp, u32, Option<Timestamp>, String) {
    let contents = format!("{:?}", message.message);
    (message.created_at, message.tries, message.sent_at, contents)
}

/// Compares everything, series by series, and audits both.
pub async fn compare(
    engines: &mut [Engine; 2],
    tickets: &[TicketId],
    codes: &[String],
    now: Timestamp,
    report: &mut Report,
) -> Result<()> {
    {
        let [one, two] = &*engines;
        let stores = [&*one.store, &*two.store];
        each(report, "bookings, by ticket", stores, tickets, |store, ticket| {
            store.booked_by(*ticket)
        })
        .await?;
        each(report, "series, by booking code", stores, codes, |store, code| {
            store.series(code.clone())
        })
        .await?;
        each(report, "contacts, by ticket", stores, tickets, |store, ticket| {
            store.ticket_contact(*ticket)
        })
        .await?;
        registrations(report, one, two).await?;
        whole(
            report,
            "permits",
            stores,
            |store| store.permits(),
            |permits| {
                permits.sort_by_key(|permit: &Permit| permit.ticket);
            },
        )
        .await?;
        whole(report, "slots of the board", stores, |store| store.board(), |_| {}).await?;
        whole(report, "deliveries", stores, |store| store.deliveries(), |_| {}).await?;
        whole(
            report,
            "lines of the account",
            stores,
            |store| store.account(1, u32::MAX),
            |_| {},
        )
        .await?;
        whole(report, "folded places", stores, |store| store.folded_places(), |_| {}).await?;
    }
    holds(report, engines, tickets).await?;
    let [one, two] = &*engines;
    outbox(report, &*one.store, &*two.store).await?;
    let campaigns = [one.store.campaigns().await?, two.store.campaigns().await?];
    report.compared("campaigns", campaigns[0].len());
    same(
        report,
        "campaigns",
        &format!("{:?}", campaigns[0]),
        &format!("{:?}", campaigns[1]),
    );
    same(
        report,
        "heads of the account",
        &one.store.account_head().await?,
        &two.store.account_head().await?,
    );
    let counts = [one.store.counts().await?, two.store.counts().await?];
    same(report, "counts", &counts[0], &counts[1]);
    report.counts = counts[0];
    shared(report, &*one.store, &*two.store).await?;
    let audits = [one.store.audit(now).await?, two.store.audit(now).await?];
    report.promises = audits[0].checks.len();
    for (engine, audit) in engines.iter().zip(&audits) {
        for check in audit.checks.iter().filter(|check| !check.violations.is_empty()) {
            report
                .violations
                .push(format!("{}: {} {:?}", engine.name, check.name, check.violations));
        }
    }
    let [one, two] = audits.map(|audit| looked_at(&audit));
    same(report, "audits", &one, &two);
    Ok(())
}

/// How many rows each promise was checked on. How many references there are between tables is the engine's own.
fn looked_at(audit: &AuditReport) -> BTreeMap<&'static str, u64> {
    let checks = audit.checks.iter().map(|check| (check.name, check.rows));
    checks.filter(|(name, _)| *name != REFERENCES).collect()
}

fn same<T: PartialEq + Debug>(report: &mut Report, what: &str, one: &T, two: &T) {
    if one != two {
        report.differ(TOLD_MAX, || format!("{what}: {one:?} and {two:?}"));
    }
}

/// One question for each key, to both stores.
async fn each<'a, K, T: PartialEq + Debug>(
    report: &mut Report,
    what: &'static str,
    [one, two]: [&'a dyn Store; 2],
    keys: &[K],
    ask: impl Fn(&'a dyn Store, &K) -> Answer<'a, Result<Option<T>, Fault>>,
) -> Result<()> {
    let mut found = 0;
    for keys in keys.chunks(AT_ONCE) {
        // Asked now, of both; the answers come one after the other.
        let asked = [one, two].map(|store| keys.iter().map(|key| ask(store, key)).collect::<Vec<_>>());
        let [from_one, from_two] = asked;
        for (one, two) in from_one.into_iter().zip(from_two) {
            let (one, two) = (one.await?, two.await?);
            found += usize::from(one.is_some());
            same(report, what, &one, &two);
        }
    }
    report.compared(what, found);
    Ok(())
}

/// One question for all rows, to both stores.
async fn whole<'a, T: PartialEq + Debug>(
    report: &mut Report,
    what: &'static str,
    [one, two]: [&'a dyn Store; 2],
    ask: impl Fn(&'a dyn Store) -> Answer<'a, Result<Vec<T>, Fault>>,
    sort: impl Fn(&mut Vec<T>),
) -> Result<()> {
    let (mut one, mut two) = (ask(one).await?, ask(two).await?);
    sort(&mut one);
    sort(&mut two);
    row_by_row(report, what, &one, &two);
    Ok(())
}

fn row_by_row<T: PartialEq + Debug>(report: &mut Report, what: &'static str, one: &[T], two: &[T]) {
    report.compared(what, one.len());
    same(report, what, &one.len(), &two.len());
    for (one, two) in one.iter().zip(two) {
        same(report, what, one, two);
    }
}

async fn registrations(report: &mut Report, one: &Engine, two: &Engine) -> Result<()> {
    let numbers: Vec<usize> = (0..one.registrations()).collect();
    for numbers in numbers.chunks(AT_ONCE) {
        let [from_one, from_two] = [one, two].map(|engine| {
            let asked = numbers.iter().map(|number| engine.registration(*number));
            asked.collect::<Vec<_>>()
        });
        for (one, two) in from_one.into_iter().zip(from_two) {
            same(report, "registrations", &one.await?, &two.await?);
        }
    }
    report.compared("registrations", numbers.len());
    Ok(())
}

/// The campaigns are closed and everything has expired: nobody holds anything any more.
async fn holds(report: &mut Report, engines: &mut [Engine; 2], tickets: &[TicketId]) -> Result<()> {
    let [one, two] = &*engines;
    let stores = [&*one.store, &*two.store];
    each(report, "holds, by ticket", stores, tickets, |store, ticket| {
        store.hold_of(*ticket)
    })
    .await
}

async fn outbox(report: &mut Report, one: &dyn Store, two: &dyn Store) -> Result<()> {
    let (one, two) = (
        one.recent_messages(u32::MAX).await?,
        two.recent_messages(u32::MAX).await?,
    );
    let mut contents = [one, two].map(|messages| messages.iter().map(by_contents).collect::<Vec<_>>());
    contents.iter_mut().for_each(|messages| messages.sort_unstable());
    let [one, two] = contents;
    row_by_row(report, "messages of the outbox", &one, &two);
    Ok(())
}

/// What nodes mirror. Bookings of one batch have numbers in any order.
async fn shared(report: &mut Report, one: &dyn Store, two: &dyn Store) -> Result<()> {
    let mut mirrored = [one.shared(0).await?, two.shared(0).await?];
    for shared in &mut mirrored {
        same(report, "who is inside in the end", &shared.active, &Vec::new());
        shared.booked.clear();
        shared.booked_up_to = 0;
    }
    same(report, "what nodes mirror", &mirrored[0], &mirrored[1]);
    Ok(())
}
