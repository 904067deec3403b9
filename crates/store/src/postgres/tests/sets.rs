//! The hot commands of a batch, carried out together.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use dran_core::ids::{CampaignId, LineNo, Party, RegistrationId, SeriesSlotId, TicketId, TicketNumber};

use super::writer::busy;
use super::{database, open};
use crate::conformance::contacts::{contact_on, verified};
use crate::conformance::world::{
    CODE, PERMIT_S, PERMITS_MAX, TICKETS, World, booking_code, enter, new_confirm, new_hold, person_of, second,
};
use crate::{
    CampaignStep, ConfirmRefusal, ContactRecord, Enter, EnterRefusal, Failure, HoldRefusal, NewRegistration,
    NewTicketContact, RegisterRefusal, SeriesState, Store, Verify, VerifyRefusal,
};

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

/// A try of a code.
fn try_code(registration: RegistrationId, code_hash: [u8; 32], at: i64) -> Verify {
    Verify {
        registration,
        code_hash,
        tries_max: 3,
        now: second(at),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registrations_and_codes_of_a_batch_are_refused_as_they_are_alone() {
    let store = open(&database());
    let world = World::open(Arc::clone(&store) as Arc<dyn Store>).await;
    let news: Vec<NewRegistration> = (0..VISITORS)
        .map(|number| {
            let persons = (0..party(number).persons())
                .map(|person| person_of(number, person))
                .collect();
            world.new_registration(number, persons)
        })
        .collect();
    let by_letter = NewRegistration {
        contact: ContactRecord::Letter {
            street: "Königsplatz 1".into(),
            town: "34117 Kassel".into(),
        },
        code: None,
        ..world.new_registration(700, vec![person_of(700, 0)])
    };
    let nowhere = NewRegistration {
        campaign: CampaignId::new("summer"),
        ..world.new_registration(701, vec![person_of(701, 0)])
    };
    let corrected = world.new_registration(4, vec![person_of(704, 0)]);

    let (blocked, go_on) = busy(&store);
    let first: Vec<_> = news.iter().map(|new| store.register(new.clone())).collect();
    let twice = store.register(news[3].clone());
    let corrected = store.register(corrected);
    let letter = store.register(by_letter.clone());
    let unknown = store.register(nowhere);
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    let mut ids = Vec::new();
    for (new, made) in news.iter().zip(first) {
        let id = made.await.unwrap();
        let kept = store.registration(id).await.unwrap().unwrap();
        assert_eq!((kept.persons, kept.contact), (new.persons.clone(), new.contact.clone()));
        assert_eq!((kept.verified_at, kept.code_tries, kept.codes_sent), (None, 0, 1));
        ids.push(id);
    }
    assert_eq!(twice.await, Ok(ids[3]));
    assert!(!ids.contains(&corrected.await.unwrap()), "another registration");
    let letter = store.registration(letter.await.unwrap()).await.unwrap().unwrap();
    assert_eq!((letter.contact, letter.codes_sent), (by_letter.contact, 0));
    assert_eq!(letter.verified_at, Some(second(0)));
    assert_eq!(unknown.await, Err(Failure::Refused(RegisterRefusal::UnknownCampaign)));
    let codes = store.due_messages(second(60), 1000).await.unwrap().len();
    assert_eq!(
        codes,
        VISITORS as usize + 1,
        "one for each, and one for the corrected form"
    );

    let wrong = [9; 32];
    let (blocked, go_on) = busy(&store);
    let right: Vec<_> = ids[3..].iter().map(|id| store.verify(try_code(*id, CODE, 1))).collect();
    let mistyped = store.verify(try_code(ids[0], wrong, 1));
    let then_right = store.verify(try_code(ids[0], CODE, 1));
    let guesses = [1, 2, 3, 4].map(|_| store.verify(try_code(ids[1], wrong, 1)));
    let too_late = store.verify(try_code(ids[2], CODE, 1801));
    let nobody = store.verify(try_code(RegistrationId(99_999), CODE, 1));
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    for verified in right {
        assert_eq!(verified.await, Ok(()));
    }
    let refused = |refusal| Err(Failure::Refused(refusal));
    assert_eq!(mistyped.await, refused(VerifyRefusal::Wrong { tries_left: 2 }));
    assert_eq!(then_right.await, Ok(()));
    for (guess, tries_left) in guesses.into_iter().zip([2, 1, 0, 0]) {
        assert_eq!(guess.await, refused(VerifyRefusal::Wrong { tries_left }));
    }
    assert_eq!(too_late.await, refused(VerifyRefusal::Expired));
    assert_eq!(nobody.await, refused(VerifyRefusal::UnknownRegistration));
    let mut kept = Vec::new();
    for id in &ids[..4] {
        let registration = store.registration(*id).await.unwrap().unwrap();
        kept.push((registration.code_tries, registration.verified_at.is_some()));
    }
    assert_eq!(kept, [(1, true), (3, false), (0, false), (0, true)]);
    assert_eq!(
        store.writer.run_apart.load(Ordering::Relaxed),
        0,
        "all of it was one run"
    );
    world.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_of_a_batch_are_refused_as_they_are_alone() {
    let store = open(&database());
    let world = World::open(Arc::clone(&store) as Arc<dyn Store>).await;
    let slot = world.slot(100).await;
    world.book(0, &[slot]).await;
    // One left, one runs out in time, and both come again.
    world.enter(1, Party::Couple).await;
    store.leave(world.ticket(1), second(5)).await.unwrap();
    world.enter(2, Party::One).await;
    let beyond = world.ticket(TICKETS);
    let elsewhere = TicketId {
        line: LineNo(77),
        number: TicketNumber(0),
    };
    let late = |ticket: TicketId, permits_max: u32| Enter {
        now: second(PERMIT_S + 10),
        expires_at: second(2 * PERMIT_S),
        permits_max,
        ..enter(ticket, Party::One)
    };

    let (blocked, go_on) = busy(&store);
    let booked = store.enter(late(world.ticket(0), PERMITS_MAX));
    let back = store.enter(late(world.ticket(1), PERMITS_MAX));
    let ran_out = store.enter(late(world.ticket(2), PERMITS_MAX));
    let first: Vec<_> = (10..20)
        .map(|number| store.enter(late(world.ticket(number), PERMITS_MAX)))
        .collect();
    let again = store.enter(late(world.ticket(10), PERMITS_MAX));
    // Of ticket 2, which counts until it has run out; of ticket 1; and of ten others.
    let last = store.enter(late(world.ticket(30), 13));
    let full = store.enter(late(world.ticket(31), 13));
    let unknown = [beyond, elsewhere].map(|ticket| store.enter(late(ticket, PERMITS_MAX)));
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    let refused = |refusal| Err(Failure::Refused(refusal));
    assert_eq!(booked.await, refused(EnterRefusal::AlreadyBooked));
    let back = back.await.unwrap();
    assert_eq!(
        (back.party, back.entered_at),
        (Party::One, second(0)),
        "the time of the first entry"
    );
    assert_eq!(ran_out.await.unwrap().entered_at, second(0));
    let mut permits = Vec::new();
    for entered in first {
        permits.push(entered.await.unwrap());
    }
    assert_eq!(again.await, Ok(permits[0]));
    assert!(last.await.is_ok());
    assert_eq!(full.await, refused(EnterRefusal::NoFreePermit));
    for unknown in unknown {
        assert_eq!(unknown.await, refused(EnterRefusal::UnknownLine));
    }
    let kept = store.permits().await.unwrap();
    assert!(
        permits.iter().all(|permit| kept.contains(permit)),
        "as they are read later"
    );
    assert_eq!(
        store.writer.run_apart.load(Ordering::Relaxed),
        0,
        "all of it was one run"
    );
    store
        .step(world.campaign.clone(), CampaignStep::Pause, second(0))
        .await
        .unwrap();
    let paused = store.enter(late(world.ticket(40), PERMITS_MAX)).await;
    assert_eq!(paused, refused(EnterRefusal::NotOpen));
    world.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_permit_of_a_batch_goes_to_who_asked_first_folded_or_not() {
    let store = open(&database());
    let world = World::open(Arc::clone(&store) as Arc<dyn Store>).await;
    for number in [1, 2] {
        let claiming = NewTicketContact {
            claim: Some([1; 32]),
            ..contact_on(world.ticket(number))
        };
        verified(&world, claiming).await;
    }
    let (blocked, go_on) = busy(&store);
    let entering = [1, 10, 2, 11].map(|number| {
        store.enter(Enter {
            permits_max: 2,
            ..enter(world.ticket(number), Party::One)
        })
    });
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    let mut inside = Vec::new();
    for entered in entering {
        inside.push(entered.await.map(|permit| permit.ticket));
    }
    let full = Err(Failure::Refused(EnterRefusal::NoFreePermit));
    let one_place = Ok(world.ticket(1));
    assert_eq!(inside, [one_place.clone(), Ok(world.ticket(10)), one_place, full]);
    world.audit_is_clean().await;
}

/// All kinds at once, on one ticket where that can be: each is answered as if it had come before or after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_devices_of_one_ticket_in_a_batch_do_not_disturb_each_other() {
    let store = open(&database());
    let world = World::open(Arc::clone(&store) as Arc<dyn Store>).await;
    let (slot, other) = (world.slot(10).await, world.slot(10).await);
    let visitor = world.visitor(1, Party::One).await;
    let hold = world.hold(&visitor, &[slot]).await.unwrap();
    let fresh = store
        .register(world.new_registration(2, vec![person_of(2, 0)]))
        .await
        .unwrap();

    let (blocked, go_on) = busy(&store);
    let confirmed = store.confirm(new_confirm(&visitor, &hold));
    let elsewhere = store.hold(new_hold(visitor.ticket, &[other]));
    let entered = store.enter(enter(visitor.ticket, Party::One));
    let verified = store.verify(try_code(fresh, CODE, 1));
    let registered = store.register(world.new_registration(3, vec![person_of(3, 0)]));
    let new = store.enter(enter(world.ticket(3), Party::One));
    go_on.send(()).unwrap();
    blocked.await.unwrap();
    assert_eq!(confirmed.await.unwrap().series[0].slot, slot);
    assert_eq!(elsewhere.await, Err(Failure::Refused(HoldRefusal::NoPermit)));
    let entered = entered.await;
    assert!(
        entered.is_ok() || entered == Err(Failure::Refused(EnterRefusal::AlreadyBooked)),
        "{entered:?}"
    );
    assert_eq!(
        (verified.await, registered.await.is_ok(), new.await.is_ok()),
        (Ok(()), true, true)
    );
    assert_eq!((world.free(slot).await, world.free(other).await), (9, 10));
    assert_eq!(
        store.writer.run_apart.load(Ordering::Relaxed),
        0,
        "all of it was one run"
    );
    world.audit_is_clean().await;
}
