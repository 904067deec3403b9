//! Many calls at once.

use tokio::task::JoinSet;

use super::*;

/// What a caller who wants an appointment presses.
const KEYS: [&str; 5] = ["1", "1", "34117", "1935", "1"];

/// Goes through the dialogue, and stays on the line where it takes long; what is heard last.
async fn gets_a_place(call: &mut Call<'_>) -> String {
    let mut keys = KEYS.into_iter();
    loop {
        let heard = call.hears();
        if heard.contains("Ihr Platz ist Ihnen sicher.") || !call.seen.named("Enqueue").is_empty() {
            return heard;
        }
        match keys.next().filter(|_| call.seen.named("Pause").is_empty()) {
            Some(keys) => call.types(keys).await,
            None => call.goes_on(&[]).await,
        };
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_that_calls_twenty_times_at_once_has_one_ticket() {
    let hotline = Arc::new(Hotline::new().await);
    let mut calls = JoinSet::new();
    for number in 0..20 {
        let hotline = Arc::clone(&hotline);
        calls.spawn(async move {
            let mut call = Call::from(&hotline, GRANDMOTHER, &format!("CA{number}")).await;
            gets_a_place(&mut call).await
        });
    }
    for heard in calls.join_all().await {
        assert!(heard.contains("Ihr Platz ist Ihnen sicher."), "{heard}");
    }
    assert_eq!(hotline.joined(), 1);
    assert_eq!(hotline.service.callback_counts().await.unwrap().waiting, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_caller_of_a_rush_has_a_ticket_and_no_number_two() {
    let hotline = Arc::new(Hotline::new().await);
    let mut calls = JoinSet::new();
    // A hundred numbers, each of which calls twice at the same moment.
    for number in 0..200 {
        let hotline = Arc::clone(&hotline);
        calls.spawn(async move {
            let from = format!("+49561{:06}", 200_000 + number / 2);
            let mut call = Call::from(&hotline, &from, &format!("CA{number}")).await;
            gets_a_place(&mut call).await
        });
    }
    for heard in calls.join_all().await {
        assert!(heard.contains("Ihr Platz ist Ihnen sicher."), "{heard}");
    }
    assert_eq!(hotline.joined(), 100);
    assert_eq!(hotline.service.callback_counts().await.unwrap().waiting, 100);
    let report = hotline.store.audit(hotline.service.clock().now()).await.unwrap();
    assert!(report.ok(), "{report:?}");
}
