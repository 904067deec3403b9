//! Times in which nobody can book: because the operator says so, or because the database is away. The line goes
//! on, what was typed is kept, and nobody's time runs out meanwhile.

use std::time::Duration;

use dran_cluster::Cluster;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::deployment::{CAMPAIGN, Deployment, Opening, Server};
use crate::http::{Call, Client};
use crate::visitor::Visitor;

/// How long something that must come about may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(240);
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_operator_lets_bookings_rest_places_are_given_and_no_time_runs_out() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let (inside, outside) = (Visitor::new(server.address, 1), Visitor::new(server.address, 2));
    let ticket = inside.join().await;
    let permit = inside.enter(&ticket).await;
    let registration = inside.register().await;
    let booking = inside.hold(&permit, &registration).await;
    let ends = expires_at(&inside.client, &ticket).await;

    deployment.run(&["read-only", "on"]);
    let called = outside.join().await;
    until(&inside.client, |board| board["read_only"] == true).await;
    let standing = outside.client.send(&Call::get(format!("/api/v1/line/{called}"))).await;
    assert_eq!(standing.expect(200)["line"], "paused");
    for call in [booking.call(), enter(&called)] {
        let waits = inside.client.send(&call).await;
        assert_eq!(
            (waits.status.as_u16(), &*waits.problem()),
            (503, "read-only"),
            "{waits:?}"
        );
        assert!(waits.header("retry-after").parse::<u64>().is_ok(), "{waits:?}");
    }
    let code = Call::form("/platz", &[("code", "AAAA")]);
    assert_eq!(inside.client.send(&code).await.status, 422, "a short code is looked up");

    deployment.run(&["read-only", "off"]);
    until(&inside.client, |board| board["read_only"] == false).await;
    let given_back = expires_at(&inside.client, &ticket).await.duration_since(ends);
    assert!(given_back > SignedDuration::ZERO, "{given_back}");
    inside.client.send(&booking.call()).await.expect(201);
    outside.enter(&called).await;
    server.stop();
    deployment.audit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_the_line_says_how_old_it_is_and_lost_time_is_given_back() {
    let cluster = Cluster::shared();
    let database = cluster.create_database(None).unwrap();
    let deployment = Deployment::at(&database.url, 20, &Opening::AtOnce, "");
    let server: Server = deployment.serve();
    let visitor = Visitor::new(server.address, 1);
    let ticket = visitor.join().await;
    let permit = visitor.enter(&ticket).await;
    let registration = visitor.register().await;
    let booking = visitor.hold(&permit, &registration).await;
    let ends = expires_at(&visitor.client, &ticket).await;
    let waiting = Visitor::new(server.address, 2);
    let place = format!("/api/v1/line/{}", waiting.join().await);
    let before = waiting.client.send(&Call::get(&place)).await.expect(200);
    assert_eq!(
        (&before["read_only"], &before["stale_since"]),
        (&Value::Null, &Value::Null)
    );

    cluster.shut(&database.name).unwrap();
    until(&visitor.client, |board| board["read_only"] == true).await;
    let waits = visitor.client.send(&booking.call()).await;
    assert_eq!(
        (waits.status.as_u16(), &*waits.problem()),
        (503, "read-only"),
        "{waits:?}"
    );
    // A page keeps what was typed, and sends it again with one button.
    let typed = Call::form(
        format!("/anstellen/{CAMPAIGN}"),
        &[("postcode", "34117"), ("birth_year", "1935")],
    );
    let page = visitor.client.send(&typed).await;
    assert_eq!(page.status, 503, "{page:?}");
    assert!(
        page.text().contains(r#"name="birth_year" value="1935""#),
        "{}",
        page.text()
    );
    let board = until(&visitor.client, |board| board["stale_since"].is_string()).await;
    let told = waiting.client.send(&Call::get(&place)).await.expect(200);
    assert_eq!(told["position"], before["position"], "the line is answered from memory");
    assert_eq!(told["stale_since"], board["stale_since"]);

    cluster.reopen(&database.name).unwrap();
    until(&visitor.client, |board| {
        board["read_only"] == false && board["stale_since"].is_null()
    })
    .await;
    let given_back = expires_at(&visitor.client, &ticket).await.duration_since(ends);
    assert!(given_back > SignedDuration::from_secs(9), "{given_back}");
    visitor.client.send(&booking.call()).await.expect(201);
    server.stop();
    assert_eq!(deployment.audit().series(), 1);
}

fn enter(ticket: &str) -> Call {
    Call::new("POST", format!("/api/v1/line/{ticket}/enter"))
}

/// When the permit of a ticket ends that is inside.
async fn expires_at(client: &Client, ticket: &str) -> Timestamp {
    let entered = client.send(&enter(ticket)).await.expect(200);
    entered["expires_at"].as_str().unwrap().parse().unwrap()
}

/// Asks until the public state of the lines is as wanted.
async fn until(client: &Client, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let looking = async {
        loop {
            last = client.send(&Call::get("/line.json")).await.expect(200);
            if wanted(&last) {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    let came = tokio::time::timeout(PATIENCE, looking).await;
    assert!(came.is_ok(), "it stayed at {last}");
    last
}
