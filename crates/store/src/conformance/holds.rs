//! Places kept while a person confirms.

use std::sync::Arc;

use dran_core::ids::{Party, SeriesSlotId};

use super::world::{PERMIT_S, World, new_hold, second};
use crate::{Failure, HoldRefusal, NewHold, Store};

pub(crate) async fn holding_the_same_again_answers_the_same_hold(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let visitor = world.visitor(1, Party::Couple).await;
    let places = [slot, slot];
    let (first, again) = tokio::join!(world.hold(&visitor, &places), world.hold(&visitor, &places));
    assert_eq!(first, again);
    assert_eq!(world.free(slot).await, 3);
    assert_eq!(world.store.hold_of(visitor.ticket).await, Ok(first.ok()));
}

pub(crate) async fn another_choice_replaces_the_hold(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (first, second) = (world.slot(1).await, world.slot(1).await);
    let visitor = world.visitor(1, Party::One).await;
    let before = world.hold(&visitor, &[first]).await.unwrap();
    let after = world.hold(&visitor, &[second]).await.unwrap();
    assert_ne!(before.id, after.id);
    assert_eq!((world.free(first).await, world.free(second).await), (1, 0));
    let confirmed = world.confirm(&visitor, &before).await;
    assert_eq!(confirmed, Err(Failure::Refused(crate::ConfirmRefusal::HoldOver)));
    world.audit_is_clean().await;
}

pub(crate) async fn a_choice_that_just_went_leaves_the_hold_as_it_was(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (mine, gone, plenty) = (world.slot(2).await, world.slot(1).await, world.slot(9).await);
    world.book(1, &[gone]).await;
    let couple = world.visitor(2, Party::Couple).await;
    let held = world.hold(&couple, &[mine, mine]).await.unwrap();
    let version = world.store.board_version();
    for places in [[plenty, gone], [gone, plenty]] {
        assert_eq!(
            world.hold(&couple, &places).await,
            Err(Failure::Refused(HoldRefusal::SlotJustWent))
        );
    }
    assert_eq!(world.store.hold_of(couple.ticket).await, Ok(Some(held.clone())));
    assert_eq!(
        (world.free(mine).await, world.free(gone).await, world.free(plenty).await),
        (0, 0, 9)
    );
    assert_eq!(world.store.board_version(), version, "nothing changed");
    assert!(world.confirm(&couple, &held).await.is_ok());
    world.audit_is_clean().await;
}

pub(crate) async fn ones_own_place_counts_as_free_for_oneself(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (a, b) = (world.slot(2).await, world.slot(1).await);
    let couple = world.visitor(1, Party::Couple).await;
    world.hold(&couple, &[a, a]).await.unwrap();
    let swapped = world.hold(&couple, &[b, a]).await.unwrap();
    assert_eq!(swapped.places, [b, a]);
    assert_eq!((world.free(a).await, world.free(b).await), (1, 0));
    let in_order = world.hold(&couple, &[a, b]).await.unwrap();
    assert_eq!(in_order.places, [a, b]);
    assert_eq!((world.free(a).await, world.free(b).await), (1, 0));
    world.audit_is_clean().await;
}

pub(crate) async fn only_an_active_permit_holds(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let refused = Err(Failure::Refused(HoldRefusal::NoPermit));
    assert_eq!(
        world.store.hold(new_hold(world.ticket(1), &[slot])).await,
        refused,
        "never entered"
    );

    let permit = world.enter(1, Party::One).await;
    let late = NewHold {
        now: second(PERMIT_S),
        ..new_hold(permit.ticket, &[slot])
    };
    assert_eq!(world.store.hold(late).await, refused, "over, though not swept yet");
    world.store.leave(permit.ticket, second(1)).await.unwrap();
    assert_eq!(
        world.store.hold(new_hold(permit.ticket, &[slot])).await,
        refused,
        "left"
    );

    let (visitor, _) = world.book(2, &[slot]).await;
    assert_eq!(world.hold(&visitor, &[slot]).await, refused, "booked");
    assert_eq!(world.free(slot).await, 4);
}

pub(crate) async fn as_many_places_as_persons_are_held(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let (one, couple) = (
        world.visitor(1, Party::One).await,
        world.visitor(2, Party::Couple).await,
    );
    for (visitor, places) in [
        (&one, &[slot, slot][..]),
        (&couple, &[slot]),
        (&one, &[]),
        (&couple, &[slot; 3]),
    ] {
        assert_eq!(
            world.hold(visitor, places).await,
            Err(Failure::Refused(HoldRefusal::WrongParty))
        );
    }
    let nowhere = SeriesSlotId(slot.0 + 1000);
    assert_eq!(
        world.hold(&couple, &[slot, nowhere]).await,
        Err(Failure::Refused(HoldRefusal::UnknownSlot))
    );
    assert_eq!(world.free(slot).await, 5);
}

pub(crate) async fn a_hold_ends_no_later_than_its_permit(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let permit = world.enter(1, Party::One).await;
    let long = NewHold {
        expires_at: second(10 * PERMIT_S),
        ..new_hold(permit.ticket, &[slot])
    };
    assert_eq!(world.store.hold(long).await.unwrap().expires_at, permit.expires_at);
    world.audit_is_clean().await;
}
