//! The same request sent twice.

use serde_json::Value;
use tokio::task::JoinSet;

use crate::deployment::{Deployment, Opening};
use crate::http::Call;
use crate::visitor::Visitor;

const COPIES: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_sent_twice_books_once() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let visitor = Visitor::new(server.address, 1);
    let permit = visitor.come_in().await;
    let registration = visitor.register().await;
    assert_eq!(visitor.register().await, registration, "registered once");
    let booking = visitor.hold(&permit, &registration).await;
    let first = visitor.client.send(&booking.call()).await.expect(201);
    let second = visitor.client.send(&booking.call()).await.expect(201);
    assert_eq!(first, second);
    assert_eq!(deployment.audit().series(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_copies_of_one_request_at_once_book_once() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let visitor = Visitor::new(server.address, 1);
    let permit = visitor.come_in().await;
    let registration = visitor.register().await;
    let booking = visitor.hold(&permit, &registration).await;
    let mut copies = JoinSet::new();
    for number in 0..COPIES {
        let (call, impatient) = (booking.call(), Visitor::new(server.address, number as u32));
        copies.spawn(async move { impatient.client.send(&call).await.expect(201) });
    }
    let answers: Vec<Value> = copies.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");

    // The booking ended the permit: it gives no second one.
    let offered = visitor
        .client
        .send(&Call::get("/api/v1/proposals").permit(&permit))
        .await;
    assert_eq!(offered.problem(), "permit-over");
    assert_eq!(deployment.audit().series(), 1);
}
