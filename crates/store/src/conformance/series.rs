//! Booked series afterwards: cancelled and moved.

use std::sync::Arc;

use jiff::civil::Date;

use super::world::{World, booking_code, key, message, person_of, second};
use crate::{Cancel, Failure, MessageKind, MoveSeries, SendAgain, Series, SeriesRefusal, SeriesState, Store};

fn cancel(number: u32) -> Cancel {
    let booking_code = booking_code(number, 0);
    let messages = vec![message(MessageKind::Cancellation, vec![booking_code.clone()])];
    Cancel {
        booking_code,
        messages,
        now: second(100),
    }
}

fn move_to(number: u32, attempt: u64, to: dran_core::ids::SeriesSlotId) -> MoveSeries {
    let booking_code = booking_code(number, 0);
    let messages = vec![message(MessageKind::Move, vec![booking_code.clone()])];
    MoveSeries {
        attempt_key: key(attempt),
        booking_code,
        to,
        messages,
        now: second(100),
    }
}

async fn messages(world: &World) -> u64 {
    world.store.counts().await.unwrap().messages_waiting
}

pub(crate) async fn the_codes_of_everybody_born_on_a_day_are_found_newest_first(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(2).await;
    world.book(1, &[slot]).await;
    world.book(2, &[slot]).await;
    world.store.cancel(cancel(1)).await.unwrap();
    let codes = async |day: Date, limit| world.store.booking_codes_born_on(day, limit).await;
    let birthday = person_of(1, 0).birth_date;
    let both = vec![booking_code(2, 0), booking_code(1, 0)];
    assert_eq!(codes(birthday, 10).await, Ok(both.clone()));
    assert_eq!(codes(birthday, 1).await, Ok(both[..1].to_vec()));
    assert_eq!(codes(birthday.tomorrow().unwrap(), 10).await, Ok(vec![]));
}

pub(crate) async fn a_cancelled_series_gives_its_place_back_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let (_, booked) = world.book(1, &[slot]).await;
    let before = messages(&world).await;

    let cancelled = world.store.cancel(cancel(1)).await.unwrap();
    let expected = Series {
        state: SeriesState::Cancelled,
        sequence: 1,
        ..booked.series[0].clone()
    };
    assert_eq!(cancelled, expected);
    assert_eq!(world.store.cancel(cancel(1)).await, Ok(expected));
    assert_eq!((world.free(slot).await, messages(&world).await), (1, before + 1));
    let counts = world.store.counts().await.unwrap();
    assert_eq!((counts.series_booked, counts.series_cancelled), (0, 1));
    let nobody = Cancel {
        booking_code: "NOBODY".into(),
        ..cancel(1)
    };
    assert_eq!(
        world.store.cancel(nobody).await,
        Err(Failure::Refused(SeriesRefusal::UnknownCode))
    );
    world.audit_is_clean().await;
}

pub(crate) async fn a_booked_series_is_told_again_and_a_cancelled_one_is_not(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let (_, booked) = world.book(1, &[slot]).await;
    let before = messages(&world).await;
    let again = |attempt: u64, booking_code: String| SendAgain {
        attempt_key: key(attempt),
        messages: vec![message(MessageKind::Confirmation, vec![booking_code.clone()])],
        booking_code,
        now: second(100),
    };
    let code = booked.series[0].booking_code.clone();
    assert_eq!(world.store.send_again(again(91, code.clone())).await, Ok(()));
    assert_eq!(messages(&world).await, before + 1);
    let (one, other) = tokio::join!(
        world.store.send_again(again(91, code.clone())),
        world.store.send_again(again(91, code.clone()))
    );
    assert_eq!((one, other), (Ok(()), Ok(())), "sent twice");
    assert_eq!(messages(&world).await, before + 1, "told once");
    let nobody = world.store.send_again(again(92, "NOBODY".into())).await;
    assert_eq!(nobody, Err(Failure::Refused(SeriesRefusal::UnknownCode)));
    world.store.cancel(cancel(1)).await.unwrap();
    let cancelled = world.store.send_again(again(93, code)).await;
    assert_eq!(cancelled, Err(Failure::Refused(SeriesRefusal::Cancelled)));
    assert_eq!(
        messages(&world).await,
        before + 2,
        "the confirmation, and the cancellation"
    );
    world.audit_is_clean().await;
}

pub(crate) async fn who_cancelled_may_book_again(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let (first, _) = world.book(1, &[slot]).await;
    world.store.cancel(cancel(1)).await.unwrap();
    let ticket = world.enter(2, first.party).await.ticket;
    let same_person = super::world::Visitor { ticket, ..first };
    let hold = world.hold(&same_person, &[slot]).await.unwrap();
    assert!(world.confirm(&same_person, &hold).await.is_ok());
    assert_eq!(world.free(slot).await, 0);
    world.audit_is_clean().await;
}

pub(crate) async fn one_of_a_couple_may_cancel_alone(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(2).await;
    let (couple, _) = world.book(1, &[slot, slot]).await;
    world.store.cancel(cancel(1)).await.unwrap();
    let states: Vec<_> = world
        .store
        .booked_by(couple.ticket)
        .await
        .unwrap()
        .unwrap()
        .series
        .iter()
        .map(|series| series.state)
        .collect();
    assert_eq!(states, [SeriesState::Cancelled, SeriesState::Booked]);
    assert_eq!(world.free(slot).await, 1);
    world.audit_is_clean().await;
}

pub(crate) async fn a_moved_series_changes_both_appointments(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (from, to) = (world.slot(1).await, world.slot_of("giessen", "biontech", 1).await);
    world.book(1, &[from]).await;
    let moved = world.store.move_series(move_to(1, 50, to)).await.unwrap();
    let board = world.store.board().await.unwrap();
    let target = board.iter().find(|row| row.id == to).unwrap();
    assert_eq!((moved.slot, &moved.centre, moved.sequence), (to, &target.centre, 1));
    assert_eq!(moved.starts, [target.first, target.second.unwrap()]);
    assert_eq!((world.free(from).await, world.free(to).await), (1, 0));
    assert_eq!(world.store.series(booking_code(1, 0)).await, Ok(Some(moved)));
    world.audit_is_clean().await;
}

pub(crate) async fn the_same_attempt_moves_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (a, b, c) = (world.slot(1).await, world.slot(5).await, world.slot(5).await);
    world.book(1, &[a]).await;
    let before = messages(&world).await;
    let (first, again) = tokio::join!(
        world.store.move_series(move_to(1, 50, b)),
        world.store.move_series(move_to(1, 50, b))
    );
    assert_eq!(first, again);
    let onwards = world.store.move_series(move_to(1, 51, c)).await.unwrap();
    let late_echo = world.store.move_series(move_to(1, 50, b)).await.unwrap();
    assert_eq!(late_echo, onwards, "an old attempt does not move it back");
    assert_eq!(
        (onwards.slot, onwards.sequence, messages(&world).await),
        (c, 2, before + 2)
    );
    assert_eq!(
        (world.free(a).await, world.free(b).await, world.free(c).await),
        (1, 5, 4)
    );
    world.audit_is_clean().await;
}

pub(crate) async fn a_move_that_is_refused_keeps_the_old_place(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (mine, full) = (world.slot(1).await, world.slot(1).await);
    let other_vaccine = world.slot_of("kassel", "moderna", 5).await;
    let (_, booked) = world.book(1, &[mine]).await;
    world.book(2, &[full]).await;
    let before = messages(&world).await;

    let went = world.store.move_series(move_to(1, 50, full)).await;
    assert_eq!(went, Err(Failure::Refused(SeriesRefusal::SlotJustWent)));
    let nowhere = dran_core::ids::SeriesSlotId(mine.0 + 1000);
    for to in [other_vaccine, nowhere] {
        let unknown = world.store.move_series(move_to(1, 51, to)).await;
        assert_eq!(unknown, Err(Failure::Refused(SeriesRefusal::UnknownSlot)));
    }
    let nobody = MoveSeries {
        booking_code: "NOBODY".into(),
        ..move_to(1, 52, full)
    };
    assert_eq!(
        world.store.move_series(nobody).await,
        Err(Failure::Refused(SeriesRefusal::UnknownCode))
    );
    assert_eq!(
        world.store.series(booking_code(1, 0)).await,
        Ok(Some(booked.series[0].clone()))
    );
    assert_eq!(messages(&world).await, before);

    world.store.cancel(cancel(2)).await.unwrap();
    assert!(
        world.store.move_series(move_to(1, 50, full)).await.is_ok(),
        "the same attempt, once there is room"
    );
    let cancelled = world.store.move_series(move_to(2, 53, mine)).await;
    assert_eq!(cancelled, Err(Failure::Refused(SeriesRefusal::Cancelled)));
    world.audit_is_clean().await;
}

pub(crate) async fn two_who_swap_do_not_wait_for_each_other(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (a, b) = (world.slot(21).await, world.slot(21).await);
    for number in 0..20 {
        world.book(number, &[a]).await;
        world.book(100 + number, &[b]).await;
    }
    let mut moving = tokio::task::JoinSet::new();
    for number in 0..20 {
        for (number, to) in [(number, b), (100 + number, a)] {
            let world = world.clone();
            moving.spawn(async move { world.store.move_series(move_to(number, 1, to)).await.is_ok() });
        }
    }
    let moved = moving.join_all().await.into_iter().filter(|moved| *moved).count();
    assert!(moved >= 2, "each side has a free place to begin with");
    assert_eq!(world.free(a).await + world.free(b).await, 2);
    world.audit_is_clean().await;
}
