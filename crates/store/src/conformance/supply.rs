//! Deliveries, releases and the board.

use std::sync::Arc;

use dran_core::ids::{DeliveryId, VaccineId};
use jiff::civil::date;

use super::world::{World, centre, second};
use crate::{Failure, Fault, NewDelivery, NewRelease, NewSeriesSlot, ReleaseRefusal, ReleaseSummary, Store};

fn delivery(reference: &str, doses: u32) -> NewDelivery {
    NewDelivery {
        reference: reference.into(),
        centre: centre("kassel"),
        vaccine: VaccineId::new("biontech"),
        day: date(2021, 1, 18),
        doses,
    }
}

fn slot(delivery: DeliveryId, first: i64, capacity: u32) -> NewSeriesSlot {
    NewSeriesSlot {
        centre: centre("kassel"),
        vaccine: VaccineId::new("biontech"),
        first: second(first),
        second: Some(second(first + 21 * 86_400)),
        doses: vec![(delivery, 1, capacity), (delivery, 2, capacity)],
        capacity,
    }
}

fn release(slots: Vec<NewSeriesSlot>) -> NewRelease {
    NewRelease { at: second(0), slots }
}

pub(crate) async fn a_delivery_is_booked_in_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let added = world
        .store
        .add_deliveries(vec![delivery("A", 100), delivery("B", 50), delivery("A", 100)])
        .await;
    assert_eq!(added, Ok(2));
    assert_eq!(
        world
            .store
            .add_deliveries(vec![delivery("A", 999), delivery("C", 1)])
            .await,
        Ok(1)
    );
    let stored = world.store.deliveries().await.unwrap();
    let doses: Vec<_> = stored
        .iter()
        .map(|stored| (&*stored.delivery.reference, stored.delivery.doses))
        .collect();
    assert_eq!(doses, [("A", 100), ("B", 50), ("C", 1)]);
}

pub(crate) async fn a_delivery_to_an_unknown_centre_is_a_fault_and_changes_nothing(store: Arc<dyn Store>) {
    let lost = NewDelivery {
        centre: centre("atlantis"),
        ..delivery("B", 1)
    };
    store.sync_centres(vec![centre("kassel")]).await.unwrap();
    assert!(matches!(
        store.add_deliveries(vec![delivery("A", 1), lost]).await,
        Err(Fault::Failed(_))
    ));
    assert!(store.deliveries().await.unwrap().is_empty());
}

pub(crate) async fn centres_keep_their_numbers(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let before = world.slot_of("giessen", "biontech", 1).await;
    world
        .store
        .sync_centres(vec![centre("fulda"), centre("giessen"), centre("kassel")])
        .await
        .unwrap();
    let after = world.slot_of("giessen", "biontech", 1).await;
    let new = world.slot_of("fulda", "biontech", 1).await;
    assert_eq!(before.centre_no(), after.centre_no());
    assert_ne!(before, after);
    assert!(![before.centre_no(), world.slot(1).await.centre_no()].contains(&new.centre_no()));
}

pub(crate) async fn a_slot_of_the_same_times_grows(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let from = world.deliver("kassel", "biontech", "A", 100).await;
    let once = world
        .store
        .release(release(vec![slot(from, 86_400, 10), slot(from, 90_000, 10)]))
        .await;
    assert_eq!(once, Ok(ReleaseSummary { slots: 2, series: 20 }));
    world.store.release(release(vec![slot(from, 86_400, 5)])).await.unwrap();

    let board = world.store.board().await.unwrap();
    let capacities: Vec<_> = board.iter().map(|row| (row.first, row.capacity, row.free)).collect();
    assert_eq!(capacities, [(second(86_400), 15, 15), (second(90_000), 10, 10)]);
    let stored = &world.store.deliveries().await.unwrap()[0];
    assert_eq!((stored.released_first, stored.released_second), (25, 25));
    world.audit_is_clean().await;
}

pub(crate) async fn a_release_of_weeks_is_one_release(store: Arc<dyn Store>) {
    const SLOTS: u32 = 10_000;
    let world = World::open(store).await;
    let doses = world.deliver("kassel", "biontech", "weeks", SLOTS * 4).await;
    let weeks = || {
        (0..SLOTS)
            .map(|number| slot(doses, i64::from(number) * 120, 1))
            .collect()
    };
    let summary = ReleaseSummary {
        slots: u64::from(SLOTS),
        series: u64::from(SLOTS),
    };
    for places in [1, 2] {
        assert_eq!(world.store.release(release(weeks())).await, Ok(summary));
        let board = world.store.board().await.unwrap();
        assert_eq!(board.len(), SLOTS as usize);
        let starts: Vec<_> = board.iter().map(|slot| slot.first).collect();
        assert!(starts.is_sorted(), "numbers in the order of the release");
        assert!(board.iter().all(|slot| (slot.capacity, slot.free) == (places, places)));
    }
    assert_eq!(
        world.store.release(release(weeks())).await,
        Err(Failure::Refused(ReleaseRefusal::DeliveryExceeded(doses)))
    );
    world.audit_is_clean().await;
}

pub(crate) async fn a_vaccine_of_one_dose_has_slots_without_a_second(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let from = world.deliver("kassel", "biontech", "A", 10).await;
    let single = |capacity| NewSeriesSlot {
        second: None,
        doses: vec![(from, 1, capacity)],
        ..slot(from, 86_400, capacity)
    };
    world.store.release(release(vec![single(4)])).await.unwrap();
    world.store.release(release(vec![single(3)])).await.unwrap();
    let board = world.store.board().await.unwrap();
    assert_eq!(
        board.iter().map(|row| (row.second, row.capacity)).collect::<Vec<_>>(),
        [(None, 7)]
    );

    let (_, booked) = world.book(1, &[board[0].id]).await;
    assert_eq!(booked.series[0].starts, [second(86_400)]);
    world.audit_is_clean().await;
}

pub(crate) async fn a_release_takes_no_more_than_was_delivered(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let from = world.deliver("kassel", "biontech", "A", 30).await;
    let too_much = release(vec![slot(from, 86_400, 10), slot(from, 90_000, 6)]);
    let refused = Err(Failure::Refused(ReleaseRefusal::DeliveryExceeded(from)));
    assert_eq!(world.store.release(too_much).await, refused);
    assert!(world.store.board().await.unwrap().is_empty());

    world
        .store
        .release(release(vec![slot(from, 86_400, 10), slot(from, 90_000, 5)]))
        .await
        .unwrap();
    assert_eq!(world.store.release(release(vec![slot(from, 93_600, 1)])).await, refused);
    world.audit_is_clean().await;
}

pub(crate) async fn a_delivery_backs_only_its_own_centre_and_vaccine(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let elsewhere = world.deliver("giessen", "biontech", "A", 30).await;
    let other = world.deliver("kassel", "moderna", "A", 30).await;
    for from in [elsewhere, other, DeliveryId(999)] {
        let refused = Err(Failure::Refused(ReleaseRefusal::DeliveryExceeded(from)));
        assert_eq!(world.store.release(release(vec![slot(from, 86_400, 1)])).await, refused);
    }
}

pub(crate) async fn a_release_needs_a_dose_for_each_place(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let from = world.deliver("kassel", "biontech", "A", 100).await;
    let wanted = slot(from, 86_400, 10);
    let without_second = NewSeriesSlot {
        doses: vec![(from, 1, 10)],
        ..wanted.clone()
    };
    let too_few = NewSeriesSlot {
        doses: vec![(from, 1, 10), (from, 2, 9)],
        ..wanted.clone()
    };
    let useless_second = NewSeriesSlot { second: None, ..wanted };
    for slot in [without_second, too_few, useless_second] {
        let outcome = world.store.release(release(vec![slot])).await;
        assert!(
            matches!(outcome, Err(Failure::Refused(ReleaseRefusal::DosesDoNotMatch(_)))),
            "{outcome:?}"
        );
    }
    let nowhere = NewSeriesSlot {
        centre: centre("atlantis"),
        ..slot(from, 86_400, 10)
    };
    let refused = Err(Failure::Refused(ReleaseRefusal::UnknownCentre(centre("atlantis"))));
    assert_eq!(world.store.release(release(vec![nowhere])).await, refused);
    assert!(world.store.board().await.unwrap().is_empty());
}

pub(crate) async fn a_refused_release_lets_no_slot_grow(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let from = world.deliver("kassel", "biontech", "A", 40).await;
    let there = slot(from, 86_400, 10);
    world.store.release(release(vec![there.clone()])).await.unwrap();
    let board = world.store.board().await.unwrap();
    let without_second = NewSeriesSlot {
        doses: vec![(from, 1, 10)],
        ..there.clone()
    };
    let outcome = world.store.release(release(vec![without_second])).await;
    assert_eq!(
        outcome,
        Err(Failure::Refused(ReleaseRefusal::DosesDoNotMatch(board[0].id)))
    );
    let too_many = slot(from, 86_400, 11);
    let outcome = world.store.release(release(vec![too_many])).await;
    assert_eq!(outcome, Err(Failure::Refused(ReleaseRefusal::DeliveryExceeded(from))));
    assert_eq!(world.store.board().await.unwrap(), board, "not even for a moment");
    world.store.release(release(vec![there])).await.unwrap();
    world.audit_is_clean().await;
}

pub(crate) async fn the_boards_version_moves_when_places_go_and_come_back(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let mut seen = world.store.board_version();
    let mut moved = |what: &str| {
        let now = world.store.board_version();
        assert_ne!(now, seen, "{what}");
        seen = now;
    };
    let slot = world.slot(2).await;
    moved("released");
    let visitor = world.visitor(1, dran_core::ids::Party::One).await;
    let hold = world.hold(&visitor, &[slot]).await.unwrap();
    moved("held");
    let before_confirming = world.store.board_version();
    world.confirm(&visitor, &hold).await.unwrap();
    assert_eq!(
        world.store.board_version(),
        before_confirming,
        "a held place was not free before"
    );
    let cancel = crate::Cancel {
        booking_code: super::world::booking_code(1, 0),
        messages: vec![],
        now: second(9),
    };
    world.store.cancel(cancel).await.unwrap();
    moved("cancelled");
    world.store.expire(second(10_000)).await.unwrap();
    assert_eq!(world.store.board_version(), seen, "nothing was held");
}
