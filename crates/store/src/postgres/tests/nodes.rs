//! Several nodes on one database: what one has read is still so when it writes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use dran_cluster::{Cluster, Database};
use dran_core::ids::{AttemptKey, Party};
use dran_core::line::account::{EMPTY, next};
use tokio::task::JoinSet;

use super::{database, open};
use crate::conformance::world::{CODE, PERMIT_S, Visitor, World, enter, new_confirm, person_of, second};
use crate::postgres::PostgresStore;
use crate::{Confirm, ConfirmRefusal, Enter, EnterRefusal, Failure, Fault, HoldRefusal, Store, Verify};

/// How often something that must come is looked for, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const LOOKS_MAX: u32 = 3000;

/// An open campaign seen by two nodes.
async fn twonodes() -> (World, World, Arc<PostgresStore>) {
    twonodes_on(&database()).await
}

async fn twonodes_on(database: &Database) -> (World, World, Arc<PostgresStore>) {
    let world = World::open(open(database)).await;
    let other = open(database);
    let there = World::again(
        Arc::clone(&other) as Arc<dyn Store>,
        world.campaign.clone(),
        world.line,
        world.other_line,
    );
    (world, there, other)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twonodes_book_no_slot_above_its_capacity() {
    let (here, there, _) = twonodes().await;
    let slot = here.slot(20).await;
    let mut racing = JoinSet::new();
    for number in 0..60 {
        let world = if number % 2 == 0 { here.clone() } else { there.clone() };
        racing.spawn(async move {
            let visitor = world.visitor(number, Party::One).await;
            match world.hold(&visitor, &[slot]).await {
                Ok(hold) => world.confirm(&visitor, &hold).await.map(|_| true).unwrap(),
                Err(Failure::Refused(HoldRefusal::SlotJustWent)) => false,
                Err(other) => panic!("{other:?}"),
            }
        });
    }
    let booked = racing.join_all().await.into_iter().filter(|booked| *booked).count();
    assert_eq!(booked, 20);
    assert_eq!((here.free(slot).await, there.free(slot).await), (0, 0));
    there.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_learns_of_each_booking_in_whatever_order_nodes_make_them() {
    let (here, there, _) = twonodes().await;
    let slot = here.slot(20).await;
    let mut seen = 0;
    for number in 0..6 {
        let world = if number % 2 == 0 { &here } else { &there };
        let (visitor, _) = world.book(number, &[slot]).await;
        let shared = here.store.shared(seen).await.unwrap();
        assert_eq!(shared.booked, [visitor.ticket]);
        seen = shared.booked_up_to;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twonodes_keep_one_bound_of_permits() {
    let (here, there, _) = twonodes().await;
    let mut racing = JoinSet::new();
    for number in 0..40 {
        let world = if number % 2 == 0 { here.clone() } else { there.clone() };
        racing.spawn(async move {
            let entering = Enter {
                permits_max: 7,
                ..enter(world.ticket(number), Party::One)
            };
            match world.store.enter(entering).await {
                Ok(_) => true,
                Err(Failure::Refused(EnterRefusal::NoFreePermit)) => false,
                Err(other) => panic!("{other:?}"),
            }
        });
    }
    let inside = racing.join_all().await.into_iter().filter(|inside| *inside).count();
    assert_eq!(inside, 7);
    here.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twonodes_book_nobody_twice() {
    let (here, there, _) = twonodes().await;
    let slot = here.slot(100).await;
    for round in 0..10 {
        let mut racing = JoinSet::new();
        for (number, world) in [(round * 2, here.clone()), (round * 2 + 1, there.clone())] {
            racing.spawn(async move {
                let same = vec![person_of(10_000 + round, 0)];
                let registration = world
                    .store
                    .register(world.new_registration(number, same))
                    .await
                    .unwrap();
                let verify = Verify {
                    registration,
                    code_hash: CODE,
                    tries_max: 5,
                    now: second(0),
                };
                world.store.verify(verify).await.unwrap();
                let permit = world.enter(number, Party::One).await;
                let visitor = Visitor {
                    ticket: permit.ticket,
                    party: Party::One,
                    registration,
                };
                let hold = world.hold(&visitor, &[slot]).await.unwrap();
                world.confirm(&visitor, &hold).await
            });
        }
        let outcomes = racing.join_all().await;
        assert_eq!(
            outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
            1,
            "{outcomes:?}"
        );
        let refused = Err(Failure::Refused(ConfirmRefusal::PersonHasSeries { person: 0 }));
        assert!(outcomes.contains(&refused), "{outcomes:?}");
    }
    here.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_sent_to_twonodes_is_done_once() {
    let (here, there, _) = twonodes().await;
    let slot = here.slot(10).await;
    let visitor = here.visitor(1, Party::One).await;
    let hold = here.hold(&visitor, &[slot]).await.unwrap();
    let (one, other) = tokio::join!(here.confirm(&visitor, &hold), there.confirm(&visitor, &hold));
    assert_eq!(one.unwrap(), other.unwrap());
    let other_key = Confirm {
        attempt_key: AttemptKey([9; 16]),
        ..new_confirm(&visitor, &hold)
    };
    let refused = Err(Failure::Refused(ConfirmRefusal::HoldOver));
    assert_eq!(there.store.confirm(other_key).await, refused);
    assert_eq!(here.free(slot).await, 9);
    here.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_sent_to_twonodes_is_one_registration() {
    let (here, there, _) = twonodes().await;
    for number in 0..10 {
        let form = |world: &World| world.new_registration(number, vec![person_of(number, 0)]);
        let (one, other) = tokio::join!(here.store.register(form(&here)), there.store.register(form(&there)));
        assert_eq!(one.unwrap(), other.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_lease_tickets_that_nobody_else_has() {
    let (here, there, _) = twonodes().await;
    let first = here.store.lease_tickets(here.line, 1).await.unwrap() + 1;
    let mut racing = JoinSet::new();
    for count in 1..=40 {
        let world = if count % 2 == 0 { here.clone() } else { there.clone() };
        racing.spawn(async move {
            let leased = world.store.lease_tickets(world.line, count).await.unwrap();
            leased..leased + count
        });
    }
    let leased: Vec<u32> = racing.join_all().await.into_iter().flatten().collect();
    let distinct: BTreeSet<u32> = leased.iter().copied().collect();
    assert_eq!(leased.len(), distinct.len(), "no number twice");
    assert_eq!(
        distinct.last().unwrap() - first + 1,
        leased.len() as u32,
        "and none left out"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_write_one_unbroken_account() {
    let (here, there, _) = twonodes().await;
    let mut racing = JoinSet::new();
    for called in 1..=30 {
        let world = if called % 2 == 0 { here.clone() } else { there.clone() };
        racing.spawn(async move {
            world
                .store
                .record_calls(vec![(world.line, called)], second(i64::from(called)))
                .await
                .unwrap();
        });
    }
    racing.join_all().await;
    let lines = there.store.account(1, 100).await.unwrap();
    let mut head = EMPTY;
    for (number, line) in (1..).zip(&lines) {
        head = next(&head, &line.line);
        assert_eq!((line.number, line.head), (number, head));
    }
    assert_eq!(here.store.account_head().await.unwrap().head, head);
    here.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sweeping_on_twonodes_gives_each_place_back_once() {
    let (here, there, _) = twonodes().await;
    let slot = here.slot(30).await;
    for number in 0..30 {
        let visitor = here.visitor(number, Party::One).await;
        here.hold(&visitor, &[slot]).await.unwrap();
    }
    let late = second(PERMIT_S);
    let (one, other) = tokio::join!(here.store.expire(late), there.store.expire(late));
    assert_eq!(one.unwrap().places + other.unwrap().places, 30);
    assert_eq!(there.free(slot).await, 30);
    here.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_board_of_anode_follows_what_another_commits() {
    let (here, there, node) = twonodes().await;
    let slot = here.slot(3).await;
    let visitor = here.visitor(1, Party::One).await;
    settled(&node).await;
    let (mine, theirs) = (here.store.board_version(), node.board_version());
    here.hold(&visitor, &[slot]).await.unwrap();
    assert_ne!(
        here.store.board_version(),
        mine,
        "one's own commit is known with its answer"
    );
    for _ in 0..LOOKS_MAX {
        if node.board_version() != theirs {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    assert_ne!(node.board_version(), theirs);
    assert_eq!(there.free(slot).await, 2);
}

/// Waits until a node has heard everything that was committed before.
async fn settled(node: &PostgresStore) {
    let mut before = node.board_version();
    let mut quiet = 0;
    while quiet < 20 {
        tokio::time::sleep(LOOK_EVERY).await;
        let now = node.board_version();
        quiet = if now == before { quiet + 1 } else { 0 };
        before = now;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn onenode_leads_and_a_leader_that_lost_its_session_writes_no_more() {
    let database = database();
    let (here, there, _) = twonodes_on(&database).await;
    let first = here.store.lead().await.unwrap().unwrap();
    assert_eq!(there.store.lead().await, Ok(None));
    let call = |called| vec![(here.line, called)];
    assert_eq!(
        there.store.record_calls(call(1), second(60)).await,
        Err(Fault::NotLeading)
    );
    assert_eq!(here.store.record_calls(call(1), second(60)).await, Ok(()));

    // Its session ends; it does not know, because it has not asked since.
    let ended = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_locks
                 WHERE locktype = 'advisory' AND objid = 2
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(Cluster::shared().sql(&database.name, ended).unwrap().trim(), "1");
    let mut second_term = None;
    for _ in 0..LOOKS_MAX {
        second_term = there.store.lead().await.unwrap();
        if second_term.is_some() {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    assert!(second_term.unwrap() > first);
    assert_eq!(
        here.store.record_calls(call(2), second(60)).await,
        Err(Fault::NotLeading),
        "fenced off by the term"
    );
    assert_eq!(here.store.tell(vec![1]).await, Err(Fault::NotLeading));
    assert_eq!(there.store.record_calls(call(2), second(60)).await, Ok(()));
    there.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stops_leaves_the_lead_to_another() {
    let (here, there, node) = twonodes().await;
    let first = there.store.lead().await.unwrap().unwrap();
    assert_eq!(here.store.lead().await, Ok(None));
    drop((there, node));
    let mut next = None;
    for _ in 0..LOOKS_MAX {
        next = here.store.lead().await.unwrap();
        if next.is_some() {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    assert!(next.unwrap() > first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leader_that_waits_for_long_keeps_the_lead() {
    let (here, there, _) = twonodes().await;
    let first = here.store.lead().await.unwrap();
    assert!(first.is_some());
    // Longer than the server keeps a session that says nothing.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(there.store.lead().await, Ok(None));
    assert_eq!(here.store.lead().await, Ok(first));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_hear_one_clock() {
    let (here, there, _) = twonodes().await;
    let first = here.store.clock().await.unwrap().unwrap();
    let second = there.store.clock().await.unwrap().unwrap();
    assert!(first <= second);
}
