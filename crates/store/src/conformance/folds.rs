//! Several tickets of one person: one place, one permit, one contact.

use std::sync::Arc;

use dran_core::ids::{Party, TicketId};

use super::contacts::{contact_on, marks, notice, verified, waiting};
use super::world::{PERMIT_S, World, enter, second};
use crate::{EnterRefusal, Failure, NewTicketContact, Store};

const GRANDMOTHER: [u8; 32] = [1; 32];
const AUNT: [u8; 32] = [2; 32];

fn claiming(ticket: TicketId, claim: [u8; 32]) -> NewTicketContact {
    NewTicketContact {
        claim: Some(claim),
        ..contact_on(ticket)
    }
}

/// Tickets 1 and 2 of one person.
async fn folded(store: Arc<dyn Store>) -> World {
    let world = World::open(store).await;
    verified(&world, claiming(world.ticket(1), GRANDMOTHER)).await;
    verified(&world, claiming(world.ticket(2), GRANDMOTHER)).await;
    world
}

pub(crate) async fn the_second_ticket_of_a_person_folds_into_the_first(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (first, second, aunts) = (world.ticket(2), world.ticket(1), world.ticket(3));
    assert_eq!(verified(&world, claiming(first, GRANDMOTHER)).await, []);
    assert_eq!(
        verified(&world, claiming(aunts, AUNT)).await,
        [],
        "one number, another person"
    );
    let mut together = verified(&world, claiming(second, GRANDMOTHER)).await;
    together.sort();
    assert_eq!(together, [second, first]);
    assert_eq!(world.store.folded_places().await, Ok(vec![vec![second, first]]));
    world.audit_is_clean().await;
}

pub(crate) async fn folded_tickets_share_one_permit(store: Arc<dyn Store>) {
    let world = folded(store).await;
    let (first, second_) = (world.enter(1, Party::One).await, world.enter(2, Party::One).await);
    assert_eq!(first, second_);
    // Its time over, either may come again, and again it is one.
    let later = crate::Enter {
        now: second(PERMIT_S),
        expires_at: second(2 * PERMIT_S),
        ..enter(world.ticket(2), Party::One)
    };
    let again = world.store.enter(later).await.unwrap();
    let other = crate::Enter {
        ticket: world.ticket(1),
        ..later
    };
    assert_eq!(world.store.enter(other).await, Ok(again));
    world.audit_is_clean().await;
}

pub(crate) async fn a_folded_place_books_once(store: Arc<dyn Store>) {
    let world = folded(store).await;
    let slot = world.slot(2).await;
    world.book(1, &[slot]).await;
    let second_entry = world.store.enter(enter(world.ticket(2), Party::One)).await;
    assert_eq!(second_entry, Err(Failure::Refused(EnterRefusal::AlreadyBooked)));
    // A third ticket of the person is done as well.
    verified(&world, claiming(world.ticket(3), GRANDMOTHER)).await;
    let third_entry = world.store.enter(enter(world.ticket(3), Party::One)).await;
    assert_eq!(third_entry, Err(Failure::Refused(EnterRefusal::AlreadyBooked)));
    world.audit_is_clean().await;
}

pub(crate) async fn a_ticket_that_is_inside_is_not_folded(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    verified(&world, claiming(world.ticket(1), GRANDMOTHER)).await;
    world.enter(1, Party::One).await;
    world.enter(2, Party::One).await;
    let together = verified(&world, claiming(world.ticket(2), GRANDMOTHER)).await;
    assert_eq!(together, []);
    assert_eq!(world.store.folded_places().await, Ok(vec![]));
    world.audit_is_clean().await;
}

pub(crate) async fn folded_tickets_have_one_contact_and_are_told_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    verified(&world, claiming(world.ticket(1), GRANDMOTHER)).await;
    world.store.place_contacts(vec![(world.ticket(1), 9)]).await.unwrap();
    let due = world.store.due_notices(marks(world.line, 0, 10), 10).await.unwrap();
    world
        .store
        .send_notices(due.iter().map(notice).collect(), second(2))
        .await
        .unwrap();
    verified(&world, claiming(world.ticket(2), GRANDMOTHER)).await;
    let shared = world.store.ticket_contact(world.ticket(1)).await.unwrap().unwrap();
    assert_eq!(
        world.store.ticket_contact(world.ticket(2)).await,
        Ok(Some(shared.clone()))
    );
    assert_eq!(shared.soon_at, Some(second(2)), "what has left to one has left to both");
    let unplaced = world.store.unplaced_contacts(vec![world.line], 10).await;
    assert_eq!(unplaced, Ok(vec![shared.ticket]), "its position is found again");
    world.store.place_contacts(vec![(shared.ticket, 3)]).await.unwrap();
    let before = waiting(&world).await;
    let due = world.store.due_notices(marks(world.line, 10, 10), 10).await.unwrap();
    world
        .store
        .send_notices(due.iter().map(notice).collect(), second(3))
        .await
        .unwrap();
    assert_eq!(waiting(&world).await, before + 1);
    world.audit_is_clean().await;
}

pub(crate) async fn withdrawing_forgets_the_person_and_keeps_the_fold(store: Arc<dyn Store>) {
    let world = folded(store).await;
    assert_eq!(world.store.withdraw_contact(world.ticket(1)).await, Ok(true));
    assert_eq!(world.store.ticket_contact(world.ticket(2)).await, Ok(None));
    assert_eq!(world.store.folded_places().await.unwrap().len(), 1);
    let third = verified(&world, claiming(world.ticket(3), GRANDMOTHER)).await;
    assert_eq!(third, [], "nobody knows any more whose place it was");
    // A place of one ticket leaves nothing behind.
    assert_eq!(world.store.withdraw_contact(world.ticket(3)).await, Ok(true));
    world.audit_is_clean().await;
}

pub(crate) async fn places_that_turn_out_to_be_one_persons_are_united(store: Arc<dyn Store>) {
    let world = folded(store).await;
    verified(&world, claiming(world.ticket(3), AUNT)).await;
    verified(&world, claiming(world.ticket(4), AUNT)).await;
    // Ticket 3 belongs to the grandmother after all: its place goes with it.
    let together = verified(&world, claiming(world.ticket(3), GRANDMOTHER)).await;
    assert_eq!(together.len(), 4);
    assert_eq!(world.store.folded_places().await.unwrap().len(), 1);
    world.audit_is_clean().await;
}
