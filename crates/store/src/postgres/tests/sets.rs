//! Holds and confirmations of a batch, carried out together.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use dran_core::ids::{Party, SeriesSlotId};

use super::writer::busy;
use super::{database, open};
use crate::conformance::world::{CODE, World, booking_code, new_confirm, new_hold, person_of, second};
use crate::{ConfirmRefusal, Failure, HoldRefusal, SeriesState, Store, Verify};

/// Visitors of a batch; every third is a couple.
const VISITORS: u32 = 30;

fn party(number: u32) -> Party {
    if number.is_multiple_of(3) {
        Party::Couple
    } else {
        Party::One
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_with_impossible_commands_refuses_those_and_books_the_rest() {
    let store = open(&database());
    let world = World::open(Arc::clone(&store) as Arc<dyn Store>).await;
    let (wide, narrow) = (world.slot(100).await, world.slot(3).await);
    let mut visitors = Vec::new();
    for number in 0..VISITORS {
        visitors.push(world.visitor(number, party(number)).await);
    }
    // The last one is the same person as the second.
    let twin = world
        .store
        .register(world.new_registration(500, vec![person_of(1, 0)]))
        .await
        .unwrap();
    let verify = Verify {
        registration: twin,
        code_hash: CODE,
        tries_max: 5,
        now: second(0),
    };
    world.store.verify(verify).await.unwrap();
    visitors[VISITORS as usize - 1].registration = twin;

    let (blocked, go_on) = busy(&store);
    let holds: Vec<_> = visitors
        .iter()
        .map(|visitor| {
            let slot = if visitor.ticket.number.0 < 6 { narrow } else { wide };
            let places = vec![slot; usize::from(visitor.party.persons())];
            store.hold(new_hold(visitor.ticket, &places))
        })
        .collect();
    let nowhere = store.hold(new_hold(visitors[1].ticket, &[SeriesSlotId::new(1, 9999)]));
    let outside = store.hold(new_hold(world.ticket(900), &[wide]));
    let too_few = store.hold(new_hold(visitors[3].ticket, &[wide]));
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    let mut held = Vec::new();
    for (visitor, hold) in visitors.iter().zip(holds) {
        match hold.await {
            Ok(hold) => held.push((visitor, hold)),
            Err(refused) => assert_eq!(refused, Failure::Refused(HoldRefusal::SlotJustWent)),
        }
    }
    assert_eq!(nowhere.await, Err(Failure::Refused(HoldRefusal::UnknownSlot)));
    assert_eq!(outside.await, Err(Failure::Refused(HoldRefusal::NoPermit)));
    assert_eq!(too_few.await, Err(Failure::Refused(HoldRefusal::WrongParty)));
    assert_eq!(world.free(narrow).await, 0, "a couple and one, then nobody");
    let of_narrow = held.iter().filter(|(visitor, _)| visitor.ticket.number.0 < 6).count();
    assert_eq!((of_narrow, held.len()), (2, 26));

    let (blocked, go_on) = busy(&store);
    let confirms: Vec<_> = held
        .iter()
        .map(|(visitor, hold)| store.confirm(new_confirm(visitor, hold)))
        .collect();
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    for ((visitor, hold), confirmed) in held.iter().zip(confirms) {
        if visitor.registration == twin {
            let refused = ConfirmRefusal::PersonHasSeries { person: 0 };
            assert_eq!(confirmed.await, Err(Failure::Refused(refused)));
            continue;
        }
        let booked = confirmed.await.unwrap();
        assert_eq!(
            store.booked_by(visitor.ticket).await,
            Ok(Some(booked.clone())),
            "as it is read later"
        );
        let places: Vec<_> = booked.series.iter().map(|series| series.slot).collect();
        assert_eq!(places, hold.places);
        assert!(booked.series.iter().all(|series| series.state == SeriesState::Booked));
        assert_eq!(booked.series[0].booking_code, booking_code(visitor.ticket.number.0, 0));
    }
    assert_eq!(
        store.writer.run_apart.load(Ordering::Relaxed),
        0,
        "all of it was one run"
    );
    world.audit_is_clean().await;
}
