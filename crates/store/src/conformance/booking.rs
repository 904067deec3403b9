//! Holds and bookings.

use std::sync::Arc;

use dran_core::ids::Party;

use super::world::World;
use crate::{Failure, HoldRefusal, Store};

pub(crate) async fn a_couple_gets_both_series_or_none(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (last, plenty) = (world.slot(1).await, world.slot(5).await);
    let couple = world.visitor(1, Party::Couple).await;

    let side_by_side = world.hold(&couple, &[last, last]).await;
    assert_eq!(side_by_side, Err(Failure::Refused(HoldRefusal::SlotJustWent)));
    assert_eq!((world.free(last).await, world.free(plenty).await), (1, 5));

    let apart = world.hold(&couple, &[plenty, last]).await.unwrap();
    let booked = world.confirm(&couple, &apart).await.unwrap();
    assert_eq!(
        booked.series.iter().map(|series| series.slot).collect::<Vec<_>>(),
        [plenty, last]
    );
    assert!(booked.series.iter().all(|series| series.starts.len() == 2));
    assert_eq!((world.free(last).await, world.free(plenty).await), (0, 4));
    world.audit_is_clean().await;
}

pub(crate) async fn the_same_attempt_key_books_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let visitor = world.visitor(1, Party::One).await;
    let hold = world.hold(&visitor, &[slot]).await.unwrap();

    let (first, second) = tokio::join!(world.confirm(&visitor, &hold), world.confirm(&visitor, &hold));
    assert_eq!(first, second);
    assert_eq!(first, world.confirm(&visitor, &hold).await);
    assert_eq!(world.store.booked_by(visitor.ticket).await, Ok(first.ok()));
    assert_eq!(world.free(slot).await, 4);
    assert_eq!(world.store.counts().await.unwrap().series_booked, 1);
    world.audit_is_clean().await;
}

pub(crate) async fn two_hundred_race_for_twenty_places(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(20).await;
    let mut racers = tokio::task::JoinSet::new();
    for number in 0..200 {
        let world = world.clone();
        racers.spawn(async move {
            let visitor = world.visitor(number, Party::One).await;
            let hold = world.hold(&visitor, &[slot]).await?;
            Ok::<_, Failure<HoldRefusal>>(world.confirm(&visitor, &hold).await.unwrap())
        });
    }
    let outcomes = racers.join_all().await;
    let booked = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let went = outcomes
        .iter()
        .filter(|outcome| **outcome == Err(Failure::Refused(HoldRefusal::SlotJustWent)))
        .count();
    assert_eq!((booked, went), (20, 180));
    assert_eq!(world.free(slot).await, 0);
    world.audit_is_clean().await;
}
