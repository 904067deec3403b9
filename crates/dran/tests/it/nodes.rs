//! Several processes on one database: nodes of a deployment, and the roles of one node.

use std::time::Duration;

use dran_cluster::Cluster;
use serde_json::Value;

use crate::deployment::{CAMPAIGN, Deployment, Opening, Server};
use crate::http::Call;
use crate::visitor::Visitor;

/// How long something that must come about may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(240);
const LOOK_EVERY: Duration = Duration::from_millis(50);

fn on_postgresql(doses: u32, opening: &Opening, limits: &str) -> Deployment {
    let database = Cluster::shared().create_database(None).unwrap();
    Deployment::at(&database.url, doses, opening, limits)
}

/// The visitor's browser, now at another node.
fn at(node: &Server, number: u32) -> Visitor {
    Visitor::new(node.address, number)
}

async fn standing(visitor: &Visitor, ticket: &str) -> Value {
    visitor
        .client
        .send(&Call::get(format!("/api/v1/line/{ticket}")))
        .await
        .expect(200)
}

async fn until(visitor: &Visitor, ticket: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let looking = async {
        loop {
            let standing = standing(visitor, ticket).await;
            if holds(&standing) {
                return standing;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_may_use_another_node_for_every_step() {
    let deployment = on_postgresql(20, &Opening::AtOnce, "");
    let nodes = [deployment.serve(), deployment.serve(), deployment.serve()];
    let ticket = at(&nodes[0], 1).join().await;
    let permit = at(&nodes[1], 1).enter(&ticket).await;
    let registration = at(&nodes[2], 1).register().await;
    // The permit is seconds old, and this node has not been told of it yet.
    let booking = at(&nodes[0], 1).hold(&permit, &registration).await;
    let booked = at(&nodes[1], 1).client.send(&booking.call()).await.expect(201);
    let again = at(&nodes[2], 1).client.send(&booking.call()).await.expect(201);
    assert_eq!(again, booked, "sent twice to two nodes, booked once");
    for node in &nodes {
        until(&at(node, 1), &ticket, |standing| standing["state"] == "done").await;
    }
    assert_eq!(deployment.audit().series(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_goes_on_calling_when_the_leader_dies_and_everybody_is_called_once() {
    // One permit at a time, so that every call needs somebody who leads.
    let deployment = on_postgresql(20, &Opening::OnCommand, "permits_max = 1\npermits_min = 1");
    let first = deployment.serve();
    let second = deployment.serve();
    let mut tickets = Vec::new();
    for number in 0..4 {
        let node = if number % 2 == 0 { &first } else { &second };
        tickets.push(at(node, number).join().await);
        // In a rush nodes lease numbers ahead, and what is left of them would be drawn and called as well.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    deployment.open();
    let mut places = Vec::new();
    for ticket in &tickets {
        let here = until(&at(&first, 9), ticket, |standing| standing["position"].is_u64()).await;
        let there = until(&at(&second, 9), ticket, |standing| standing["position"].is_u64()).await;
        assert_eq!(here["position"], there["position"]);
        places.push((here["position"].as_u64().unwrap(), ticket.clone()));
    }
    places.sort_unstable();
    let (_, foremost) = &places[0];
    let permit = at(&second, 0).enter(foremost).await;
    // Whoever started first leads; it has made a call, and dies.
    first.kill();
    let visitor = at(&second, 0);
    let registration = visitor.register().await;
    let booking = visitor.hold(&permit, &registration).await;
    visitor.client.send(&booking.call()).await.expect(201);
    let (_, next) = &places[1];
    let waiting = at(&second, 1);
    until(&waiting, next, |standing| standing["state"] == "called").await;
    waiting.enter(next).await;
    assert_eq!(deployment.audit().series(), 1, "and the account tells each call once");
    second.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_at_different_nodes_stands_in_the_order_of_arrival() {
    let deployment = on_postgresql(20, &Opening::AtOnce, "permits_max = 1\npermits_min = 1");
    let nodes = [deployment.serve(), deployment.serve()];
    let mut places = Vec::new();
    for number in 0..12 {
        let visitor = at(&nodes[number as usize % 2], number);
        let ticket = visitor.join().await;
        let standing = until(&visitor, &ticket, |standing| standing["position"].is_u64()).await;
        places.push(standing["position"].as_u64().unwrap());
        // Numbers are given out by nodes for a second at most.
        tokio::time::sleep(Duration::from_millis(1_050)).await;
    }
    assert!(places.is_sorted(), "{places:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn citizens_are_answered_by_one_process_and_called_by_another() {
    for url in [None, Some(Cluster::shared().create_database(None).unwrap().url)] {
        let opening = Opening::AtOnce;
        let deployment = match &url {
            None => Deployment::new(20, &opening, ""),
            Some(url) => Deployment::at(url, 20, &opening, ""),
        };
        let public = deployment.serve_roles(&["public"]);
        let visitor = at(&public, 1);
        let ticket = visitor.join().await;
        assert_eq!(
            standing(&visitor, &ticket).await["state"],
            "waiting",
            "nobody calls yet"
        );
        let worker = deployment.run_roles(&["worker", "staff"]);
        let permit = visitor.enter(&ticket).await;
        let registration = visitor.register().await;
        let booking = visitor.hold(&permit, &registration).await;
        visitor.client.send(&booking.call()).await.expect(201);
        // A process that has not led sends nothing and leaves nothing behind when it stops.
        public.stop();
        worker.stop();
        assert_eq!(deployment.audit().series(), 1, "{CAMPAIGN} on {url:?}");
    }
}
