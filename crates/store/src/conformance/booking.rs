//! Bookings: once, whole, and for nobody twice.

use std::sync::Arc;

use dran_core::ids::{AttemptKey, HoldId, Party, RegistrationId};

use super::world::{PERMIT_S, World, booking_code, key, new_campaign, new_confirm, person_of, second};
use crate::{
    Confirm, ConfirmRefusal, Failure, Fault, HoldRefusal, NewRegistration, PermitState, SeriesState, Store, Verify,
};

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

pub(crate) async fn a_booking_comes_back_as_it_was_made(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(2).await;
    let (visitor, booked) = world.book(7, &[slot, slot]).await;
    assert_eq!(booked.receipt, "receipt 7");
    let board = world.store.board().await.unwrap();
    for (person, series) in (0..).zip(&booked.series) {
        assert_eq!(series.booking_code, booking_code(7, person));
        assert_eq!(series.person, person_of(7, person));
        assert_eq!((&series.campaign, series.slot), (&world.campaign, slot));
        assert_eq!((&series.centre, &series.vaccine), (&board[0].centre, &board[0].vaccine));
        assert_eq!(series.starts, [board[0].first, board[0].second.unwrap()]);
        assert_eq!(
            (series.state, series.sequence, series.booked_at),
            (SeriesState::Booked, 0, second(2))
        );
        assert_eq!(
            world.store.series(series.booking_code.clone()).await,
            Ok(Some(series.clone()))
        );
    }
    assert_eq!(world.store.permits().await.unwrap()[0].state, PermitState::Booked);
    assert_eq!(world.store.hold_of(visitor.ticket).await, Ok(None));
    assert_eq!(world.store.series("NOBODY".into()).await, Ok(None));
    assert_eq!(world.store.booked_by(world.ticket(8)).await, Ok(None));
}

pub(crate) async fn a_second_attempt_of_the_same_ticket_books_nothing(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let (visitor, booked) = world.book(1, &[slot]).await;
    let stale = crate::Hold {
        id: HoldId(1),
        ticket: visitor.ticket,
        places: vec![slot],
        expires_at: second(PERMIT_S),
    };
    let other_key = Confirm {
        attempt_key: key(99),
        ..new_confirm(&visitor, &stale)
    };
    assert_eq!(
        world.store.confirm(other_key).await,
        Err(Failure::Refused(ConfirmRefusal::HoldOver))
    );
    assert_eq!(world.store.booked_by(visitor.ticket).await, Ok(Some(booked)));
    assert_eq!(world.free(slot).await, 4);
}

pub(crate) async fn a_key_that_two_share_shows_neither_the_others_booking(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let mut bookings = Vec::new();
    for number in [1, 2] {
        let visitor = world.visitor(number, Party::One).await;
        let hold = world.hold(&visitor, &[slot]).await.unwrap();
        let same_key = Confirm {
            attempt_key: AttemptKey([0; 16]),
            ..new_confirm(&visitor, &hold)
        };
        bookings.push(world.store.confirm(same_key).await.unwrap());
    }
    assert_eq!(bookings[0].series[0].booking_code, booking_code(1, 0));
    assert_eq!(bookings[1].series[0].booking_code, booking_code(2, 0));
}

pub(crate) async fn nobody_confirms_what_another_holds(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let (owner, thief) = (world.visitor(1, Party::One).await, world.visitor(2, Party::One).await);
    let held = world.hold(&owner, &[slot]).await.unwrap();
    let over = Err(Failure::Refused(ConfirmRefusal::HoldOver));
    assert_eq!(world.confirm(&thief, &held).await, over);
    world.hold(&thief, &[slot]).await.unwrap();
    assert_eq!(world.confirm(&thief, &held).await, over);
    let nobody = crate::conformance::world::Visitor {
        ticket: world.ticket(3),
        ..thief
    };
    assert_eq!(world.confirm(&nobody, &held).await, over);
    assert!(world.confirm(&owner, &held).await.is_ok());
    world.audit_is_clean().await;
}

pub(crate) async fn a_hold_whose_time_is_over_is_not_confirmed(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let visitor = world.visitor(1, Party::One).await;
    let hold = world.hold(&visitor, &[slot]).await.unwrap();
    let late = Confirm {
        now: second(PERMIT_S),
        ..new_confirm(&visitor, &hold)
    };
    assert_eq!(
        world.store.confirm(late).await,
        Err(Failure::Refused(ConfirmRefusal::HoldOver))
    );
    let in_time = Confirm {
        now: second(PERMIT_S - 1),
        ..new_confirm(&visitor, &hold)
    };
    assert!(world.store.confirm(in_time).await.is_ok());
    world.store.expire(second(10 * PERMIT_S)).await.unwrap();
    assert_eq!(world.free(slot).await, 0, "what is booked is never swept");
    world.audit_is_clean().await;
}

pub(crate) async fn only_a_verified_registration_of_the_campaign_books(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let visitor = world.visitor(1, Party::One).await;
    let hold = world.hold(&visitor, &[slot]).await.unwrap();
    let confirm_with = |registration| Confirm {
        registration,
        ..new_confirm(&visitor, &hold)
    };

    let unknown = world.store.confirm(confirm_with(RegistrationId(999))).await;
    assert_eq!(unknown, Err(Failure::Refused(ConfirmRefusal::UnknownRegistration)));

    world.store.create_campaign(new_campaign("spring")).await.unwrap();
    let elsewhere = NewRegistration {
        campaign: dran_core::ids::CampaignId::new("spring"),
        code: None,
        ..world.new_registration(50, vec![person_of(50, 0)])
    };
    let elsewhere = world.store.register(elsewhere).await.unwrap();
    let foreign = world.store.confirm(confirm_with(elsewhere)).await;
    assert_eq!(foreign, Err(Failure::Refused(ConfirmRefusal::UnknownRegistration)));

    let unverified = world
        .store
        .register(world.new_registration(51, vec![person_of(51, 0)]))
        .await
        .unwrap();
    let refused = world.store.confirm(confirm_with(unverified)).await;
    assert_eq!(refused, Err(Failure::Refused(ConfirmRefusal::NotVerified)));

    let couple = world.register(52, Party::Couple).await;
    let refused = world.store.confirm(confirm_with(couple)).await;
    assert_eq!(refused, Err(Failure::Refused(ConfirmRefusal::WrongParty)));

    let no_code = Confirm {
        booking_codes: vec![],
        ..new_confirm(&visitor, &hold)
    };
    assert!(matches!(
        world.store.confirm(no_code).await,
        Err(Failure::Fault(Fault::Failed(_)))
    ));
    assert!(
        world.confirm(&visitor, &hold).await.is_ok(),
        "the hold outlives every refusal"
    );
    world.audit_is_clean().await;
}

pub(crate) async fn nobody_is_booked_twice(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(9).await;
    world.book(1, &[slot]).await;

    let second_person_known = world.new_registration(2, vec![person_of(2, 0), person_of(1, 0)]);
    let twins_in_one_form = world.new_registration(3, vec![person_of(3, 0), person_of(3, 0)]);
    for new in [second_person_known, twins_in_one_form] {
        let number = u32::from_be_bytes(new.attempt_key.0[12..].try_into().unwrap());
        let registration = world.store.register(new).await.unwrap();
        let verify = Verify {
            registration,
            code_hash: super::world::CODE,
            tries_max: 5,
            now: second(0),
        };
        world.store.verify(verify).await.unwrap();
        let ticket = world.enter(number, Party::Couple).await.ticket;
        let couple = super::world::Visitor {
            ticket,
            party: Party::Couple,
            registration,
        };
        let hold = world.hold(&couple, &[slot, slot]).await.unwrap();
        let refused = world.confirm(&couple, &hold).await;
        assert_eq!(
            refused,
            Err(Failure::Refused(ConfirmRefusal::PersonHasSeries { person: 1 }))
        );
        assert_eq!(
            world.store.series(booking_code(number, 0)).await,
            Ok(None),
            "nor the first of the two"
        );
    }
    world.audit_is_clean().await;
}

pub(crate) async fn a_booking_code_is_given_out_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(9).await;
    world.book(1, &[slot]).await;
    let visitor = world.visitor(2, Party::One).await;
    let hold = world.hold(&visitor, &[slot]).await.unwrap();
    let mut taken = Confirm {
        booking_codes: vec![booking_code(1, 0)],
        ..new_confirm(&visitor, &hold)
    };
    taken.messages.clear();
    assert_eq!(
        world.store.confirm(taken).await,
        Err(Failure::Refused(ConfirmRefusal::CodeTaken))
    );
    assert!(world.confirm(&visitor, &hold).await.is_ok());
}

pub(crate) async fn confirming_and_sweeping_at_once_never_loses_a_place(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(60).await;
    let mut held = Vec::new();
    for number in 0..60 {
        let visitor = world.visitor(number, Party::One).await;
        held.push((world.hold(&visitor, &[slot]).await.unwrap(), visitor));
    }
    let mut racing = tokio::task::JoinSet::new();
    for (number, (hold, visitor)) in held.into_iter().enumerate() {
        let world = world.clone();
        racing.spawn(async move {
            if number % 20 == 10 {
                world.store.expire(second(PERMIT_S)).await.unwrap();
            }
            world.confirm(&visitor, &hold).await.is_ok()
        });
    }
    let booked = racing.join_all().await.into_iter().filter(|booked| *booked).count() as u32;
    world.store.expire(second(PERMIT_S)).await.unwrap();
    assert_eq!(world.free(slot).await, 60 - booked);
    assert_eq!(world.store.counts().await.unwrap().series_booked, u64::from(booked));
    world.audit_is_clean().await;
}
