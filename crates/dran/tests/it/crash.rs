//! A power cut in the middle of an opening.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::deployment::{Deployment, Opening};
use crate::http::{Call, Client};
use crate::visitor::{End, Visitor, show};

const PLACES: u64 = 60;
/// Fewer than places: nobody is turned away, before or after.
const CLIENTS: u32 = 50;
/// The power goes when so many have been told that they are booked: some are still at every step.
const BOOKED_BEFORE: usize = 12;
/// The public numbers are read again four times a second; then some for a slow machine.
const READ_AGAIN_DEADLINE: Duration = Duration::from_secs(60);
/// A permit lasts a minute here, and so does what it holds; then some for a slow machine.
const HOLDS_OVER_DEADLINE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_no_booking_and_no_place_is_lost() {
    let deployment = Deployment::new(
        2 * PLACES as u32,
        &Opening::AtOnce,
        "permit_minutes = 1\narrival_grace_s = 5",
    );
    let server = deployment.serve();
    let (booked, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let sleeper = Visitor::new(server.address, CLIENTS);
    let sleeping = sleeper.join().await;
    let (permit, registration) = (sleeper.enter(&sleeping).await, sleeper.register().await);
    let slept_over = sleeper.hold(&permit, &registration).await;
    let mut people = JoinSet::new();
    for number in 0..CLIENTS {
        let (booked, enough) = (booked.clone(), enough.clone());
        let visitor = Visitor::new(server.address, number);
        let ticket = visitor.join().await;
        people.spawn(async move {
            let end = visitor.live(&ticket).await;
            if matches!(end, End::Booked(_)) && booked.fetch_add(1, Ordering::SeqCst) + 1 == BOOKED_BEFORE {
                enough.notify_one();
            }
            end
        });
    }
    tokio::time::timeout(HOLDS_OVER_DEADLINE, enough.notified())
        .await
        .unwrap();
    server.kill();

    let (mut acknowledged, mut unanswered, mut lost) = (Vec::new(), Vec::new(), 0);
    for end in people.join_all().await {
        match end {
            End::Booked(code) => acknowledged.push(code),
            End::Lost(Some(booking)) => unanswered.push(booking),
            End::Lost(None) => lost += 1,
            End::Refused(kind) => panic!("{kind}"),
        }
    }
    assert!(lost + unanswered.len() > 0, "the power went too late to matter");
    let kept = deployment.audit().series();
    assert!(acknowledged.len() as u64 <= kept && kept <= (acknowledged.len() + unanswered.len()) as u64);

    let server = deployment.serve();
    let client = Client::new(server.address);
    for code in &acknowledged {
        let series = client.send(&show(code)).await.expect(200);
        assert_eq!(series["state"], "booked");
    }
    let mut mended = 0;
    for booking in &unanswered {
        let (first, second) = (client.send(&booking.call()).await, client.send(&booking.call()).await);
        assert_eq!((first.status, &first.body), (second.status, &second.body));
        match (first.status.as_u16(), &*first.problem()) {
            (201, _) => mended += 1,
            (409, "hold-over") => {}
            _ => panic!("{first:?}"),
        }
    }
    let series = deployment.audit().series();
    assert_eq!(series, (acknowledged.len() + mended) as u64);

    // The public numbers are right at once, and what the dead held comes back when their permits end.
    public_numbers(&client, READ_AGAIN_DEADLINE, |booked, held, free| {
        booked == series && held + free == PLACES - series
    })
    .await;
    public_numbers(&client, HOLDS_OVER_DEADLINE, |booked, held, free| {
        (booked, held, free) == (series, 0, PLACES - series)
    })
    .await;
    deployment.audit();
    let refused = client.send(&slept_over.call()).await;
    assert_eq!((refused.status.as_u16(), &*refused.problem()), (409, "hold-over"));
    let refused = client.send(&Call::get("/api/v1/proposals").permit(&permit)).await;
    assert_eq!((refused.status.as_u16(), &*refused.problem()), (401, "permit-over"));

    // The turn is kept: who slept enters again with the same ticket, and who comes late is served too.
    let sleeper = Visitor::new(server.address, CLIENTS);
    let late = Visitor::new(server.address, CLIENTS + 1);
    for (visitor, ticket) in [(&sleeper, sleeping), (&late, late.join().await)] {
        let end = visitor.live(&ticket).await;
        assert!(matches!(end, End::Booked(_)), "{end:?}");
    }
    server.stop();
    assert_eq!(deployment.audit().series(), series + 2);
}

/// Waits until the public numbers of series booked, held and free are as expected.
async fn public_numbers(client: &Client, deadline: Duration, expected: impl Fn(u64, u64, u64) -> bool) {
    let mut last = None;
    let reading = async {
        loop {
            let status = client.send(&Call::get("/api/v1/status")).await.expect(200);
            let [booked, held, free] = ["booked", "held", "free"].map(|name| status[name].as_u64().unwrap());
            if expected(booked, held, free) {
                return;
            }
            last = Some((booked, held, free));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let in_time = tokio::time::timeout(deadline, reading).await;
    assert!(in_time.is_ok(), "the last numbers (booked, held, free) were {last:?}");
}
