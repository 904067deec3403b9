//! A service that starts again goes on where it stopped: what those who wait were told stands, and the
//! minutes of the day are there.

mod opened_line;

use std::sync::Arc;
use std::time::Duration;

use dran_core::line::ticket::Ticket;
use dran_service::{Limits, Service, Standing};
use dran_store::sqlite::SqliteStore;
use dran_store::{Minute, Store};
use jiff::Timestamp;
use opened_line::{Leader, Outcome, enter_the_called, opened_line, start, until};

/// When somebody is told to be called at the latest.
fn told(service: &Service, ticket: &Ticket) -> Option<Timestamp> {
    let now = service.clock().now();
    match service.standing(ticket)?.standing {
        Standing::InLine(standing) => Some(now + standing.wait?.range.high),
        Standing::Entered(_) | Standing::Done => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_stands_after_a_restart() -> Outcome<()> {
    let limits = Limits {
        permits_max: 100,
        permits_min: 5,
        ..Limits::default()
    };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open_temporary()?);
    let (service, tickets) = opened_line(Arc::clone(&store), limits).await?;
    let leader = Leader::of(&service);
    let mut waiting = tickets.iter();
    until("all permits are in use", async || {
        enter_the_called(&service, &mut waiting).await;
        service.in_use().permits == limits.permits_max
    })
    .await?;
    // A quarter goes again at once: the line moves faster than anybody believed.
    for ticket in &tickets[..25] {
        service
            .leave(ticket.id)
            .await
            .map_err(|refused| format!("{refused:?}"))?;
    }
    until("their places are taken", async || {
        enter_the_called(&service, &mut waiting).await;
        service.in_use().permits == limits.permits_max
    })
    .await?;
    leader.stop().await?;
    let before: Vec<_> = tickets[300..].iter().map(|ticket| told(&service, ticket)).collect();
    let kept = store.kept_day(Timestamp::UNIX_EPOCH).await?;
    let numbers = |minutes: &[Minute]| -> Vec<_> {
        let number = |minute: &Minute| (minute.number(), minute.joined, minute.called, minute.booked);
        minutes.iter().map(number).collect()
    };
    let shown = numbers(&service.minutes());
    assert_eq!(numbers(&kept.minutes), shown, "the chart is kept as it was shown");
    assert!(
        kept.minutes.last().is_some_and(|minute| minute.joined >= 600),
        "{kept:?}"
    );
    drop(service);

    let service = start(Arc::clone(&store), limits).await?;
    for (ticket, before) in tickets[300..].iter().zip(before) {
        let (before, after) = (
            before.ok_or("told before")?,
            told(&service, ticket).ok_or("told again")?,
        );
        assert!(
            after < before + Duration::from_secs(1),
            "{ticket:?}: {before}, now {after}"
        );
        assert!(
            after + Duration::from_secs(20) > before,
            "{ticket:?}: {before}, now {after}"
        );
    }
    Ok(())
}
