//! What nodes share: who leads, what it tells, who is inside.

use std::sync::Arc;

use dran_core::ids::Party;

use super::world::{World, second};
use crate::{ActivePermit, LineMark, PermitState, Store};

pub(crate) async fn whoever_leads_keeps_its_term(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let term = world.store.lead().await.unwrap();
    assert!(term.is_some());
    assert_eq!(world.store.lead().await.unwrap(), term);
    let called = vec![(world.line, 3)];
    assert_eq!(world.store.record_calls(called, second(60)).await, Ok(()));
    world.audit_is_clean().await;
}

pub(crate) async fn what_the_leader_tells_stands_until_it_tells_something_else(store: Arc<dyn Store>) {
    assert_eq!(store.shared(0).await.unwrap().told, Vec::<u8>::new());
    assert!(store.lead().await.unwrap().is_some());
    for told in [vec![0, 255, 7], vec![1; 100_000], vec![]] {
        store.tell(told.clone()).await.unwrap();
        assert_eq!(store.shared(0).await.unwrap().told, told);
    }
}

pub(crate) async fn every_node_sees_how_far_the_lines_are_and_who_is_inside(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let before = world.store.shared(0).await.unwrap();
    assert_eq!(before.active, []);
    let first = world.store.lease_tickets(world.line, 10).await.unwrap();
    world
        .store
        .record_calls(vec![(world.line, 4)], second(60))
        .await
        .unwrap();
    let choosing = world.enter(1, Party::Couple).await;
    let visitor = world.visitor(2, Party::One).await;
    world.hold(&visitor, &[slot]).await.unwrap();
    let left = world.enter(3, Party::One).await;
    world.store.leave(left.ticket, second(60)).await.unwrap();

    let shared = world.store.shared(0).await.unwrap();
    let mark = |shared: &crate::Shared| *shared.lines.iter().find(|mark| mark.line == world.line).unwrap();
    assert_eq!(mark(&before).next_number, first);
    let now = LineMark {
        line: world.line,
        next_number: first + 10,
        called: mark(&before).called.max(4),
    };
    assert_eq!(mark(&shared), now);
    let mut inside: Vec<(u32, u8)> = shared.active.iter().map(of_active).collect();
    inside.sort_unstable();
    assert_eq!(inside, [(1, 0), (2, 1)]);
    let entry = shared
        .active
        .iter()
        .find(|active| active.permit.ticket == choosing.ticket);
    assert_eq!(entry.unwrap().permit, choosing);
}

fn of_active(active: &ActivePermit) -> (u32, u8) {
    (active.permit.ticket.number.0, active.holding)
}

pub(crate) async fn the_permits_of_tickets_are_found_whatever_became_of_them(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let (booked, _) = world.book(1, &[slot]).await;
    let left = world.enter(2, Party::One).await;
    world.store.leave(left.ticket, second(60)).await.unwrap();
    world.enter(3, Party::One).await;
    let asked = vec![booked.ticket, left.ticket, world.ticket(3), world.ticket(4)];
    let found = world.store.permits_of(asked).await.unwrap();
    let states: Vec<_> = found
        .iter()
        .map(|permit| (permit.ticket.number.0, permit.state))
        .collect();
    let expected = [
        (1, PermitState::Booked),
        (2, PermitState::Left),
        (3, PermitState::Active),
    ];
    assert_eq!(states, expected);
    assert_eq!(world.store.permits_of(Vec::new()).await, Ok(Vec::new()));

    // Who has booked is told once, however short they were inside.
    let shared = world.store.shared(0).await.unwrap();
    assert_eq!(shared.booked, [booked.ticket]);
    let (later, _) = world.book(5, &[slot]).await;
    let next = world.store.shared(shared.booked_up_to).await.unwrap();
    assert_eq!(next.booked, [later.ticket]);
    let none = world.store.shared(next.booked_up_to).await.unwrap();
    assert_eq!((none.booked, none.booked_up_to), (vec![], next.booked_up_to));
}
