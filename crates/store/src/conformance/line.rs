//! Ticket numbers, calls, permits and their end.

use std::collections::BTreeSet;
use std::sync::Arc;

use dran_core::ids::{LineNo, Party, TicketId, TicketNumber};

use super::world::{PERMIT_S, TICKETS, World, enter, new_hold, second};
use crate::{
    ConfirmRefusal, Enter, EnterRefusal, ExtendPermit, Failure, Fault, HoldRefusal, PermitRefusal, PermitState, Store,
};

pub(crate) async fn a_leased_number_is_never_leased_again(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    let mut leases = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let world = world.clone();
        leases.spawn(async move { world.store.lease_tickets(world.line, 100).await.unwrap() });
    }
    let firsts: BTreeSet<u32> = leases.join_all().await.into_iter().collect();
    assert_eq!(firsts, (0..40).map(|lease| TICKETS + lease * 100).collect());
    assert_eq!(
        world.store.campaigns().await.unwrap()[0].lines[0].next_number,
        TICKETS + 4000
    );
}

pub(crate) async fn a_line_that_is_not_there_leases_nothing(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    assert!(matches!(
        world.store.lease_tickets(LineNo(77), 1).await,
        Err(Fault::Failed(_))
    ));
    assert!(matches!(
        world.store.lease_tickets(world.line, u32::MAX).await,
        Err(Fault::Failed(_))
    ));
    assert_eq!(world.store.lease_tickets(world.line, 1).await, Ok(TICKETS));
}

pub(crate) async fn the_called_mark_moves_forward_only(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    world
        .store
        .record_calls(vec![(world.line, 50), (world.other_line, 7)], second(60))
        .await
        .unwrap();
    world
        .store
        .record_calls(vec![(world.line, 30), (world.other_line, 8)], second(60))
        .await
        .unwrap();
    let called: Vec<_> = world.store.campaigns().await.unwrap()[0]
        .lines
        .iter()
        .map(|line| line.called)
        .collect();
    assert_eq!(called, [50, 8]);
    world.audit_is_clean().await;
}

pub(crate) async fn nobody_is_called_who_is_not_there(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    assert!(
        matches!(
            world.store.record_calls(vec![(world.line, 1)], second(60)).await,
            Err(Fault::Failed(_))
        ),
        "not drawn"
    );
    world.store.freeze(world.freeze(0, 7)).await.unwrap();
    assert!(
        matches!(
            world.store.record_calls(vec![(world.line, 1)], second(0)).await,
            Err(Fault::Failed(_))
        ),
        "frozen, and not drawn"
    );
    world
        .store
        .record_draw(world.campaign.clone(), second(0))
        .await
        .unwrap();
    let calls = vec![(world.other_line, 5), (world.line, TICKETS + 1)];
    assert!(
        matches!(world.store.record_calls(calls, second(60)).await, Err(Fault::Failed(_))),
        "beyond the tickets"
    );
    assert!(
        world.store.campaigns().await.unwrap()[0]
            .lines
            .iter()
            .all(|line| line.called == 0)
    );
}

pub(crate) async fn a_ticket_that_enters_twice_has_one_permit(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let first = world.enter(1, Party::Couple).await;
    assert_eq!(
        (first.state, first.party, first.extensions),
        (PermitState::Active, Party::Couple, 0)
    );
    assert_eq!((first.entered_at, first.expires_at), (second(0), second(PERMIT_S)));
    let later = Enter {
        now: second(60),
        expires_at: second(60 + PERMIT_S),
        ..enter(world.ticket(1), Party::One)
    };
    assert_eq!(world.store.enter(later).await, Ok(first));
    assert_eq!(world.store.permits().await, Ok(vec![first]));
    assert_eq!(world.store.campaigns().await.unwrap()[0].permits_active, 1);
}

pub(crate) async fn permits_are_bounded_and_come_free_again(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let mut entering = tokio::task::JoinSet::new();
    for number in 0..50 {
        let world = world.clone();
        let bounded = Enter {
            permits_max: 10,
            ..enter(world.ticket(number), Party::One)
        };
        entering.spawn(async move { world.store.enter(bounded).await });
    }
    let outcomes = entering.join_all().await;
    let entered: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    let full = outcomes
        .iter()
        .filter(|outcome| **outcome == Err(Failure::Refused(EnterRefusal::NoFreePermit)));
    assert_eq!((entered.len(), full.count()), (10, 40));

    world.store.leave(entered[0].ticket, second(1)).await.unwrap();
    let next = Enter {
        permits_max: 10,
        ..enter(world.ticket(99), Party::One)
    };
    assert!(world.store.enter(next).await.is_ok());
    let other_line = TicketId {
        line: world.other_line,
        number: TicketNumber(0),
    };
    let same_campaign = Enter {
        permits_max: 10,
        ..enter(other_line, Party::One)
    };
    assert_eq!(
        world.store.enter(same_campaign).await,
        Err(Failure::Refused(EnterRefusal::NoFreePermit))
    );
    world.audit_is_clean().await;
}

pub(crate) async fn nobody_enters_before_the_draw_or_without_a_ticket(store: Arc<dyn Store>) {
    let world = World::scheduled(store).await;
    let refusal = |outcome: Result<_, _>| match outcome {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let early = world.store.enter(enter(world.ticket(0), Party::One)).await;
    assert_eq!(refusal(early), EnterRefusal::NotOpen);
    let no_line = TicketId {
        line: LineNo(77),
        number: TicketNumber(0),
    };
    assert_eq!(
        refusal(world.store.enter(enter(no_line, Party::One)).await),
        EnterRefusal::UnknownLine
    );
    let never_given_out = world.store.enter(enter(world.ticket(TICKETS), Party::One)).await;
    assert_eq!(refusal(never_given_out), EnterRefusal::UnknownLine);
    assert!(world.store.permits().await.unwrap().is_empty());
}

pub(crate) async fn a_ticket_enters_again_after_it_left_or_its_time_ran_out(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let permit = world.enter(1, Party::One).await;
    world.store.hold(new_hold(permit.ticket, &[slot])).await.unwrap();

    let later = Enter {
        now: second(PERMIT_S),
        expires_at: second(2 * PERMIT_S),
        ..enter(permit.ticket, Party::One)
    };
    let again = world.store.enter(later).await.unwrap();
    assert_eq!(
        (again.state, again.entered_at, again.expires_at),
        (PermitState::Active, second(0), second(2 * PERMIT_S))
    );
    assert_eq!(world.free(slot).await, 1, "the hold ended with the first permit");

    world.store.leave(permit.ticket, second(PERMIT_S + 1)).await.unwrap();
    let gone = Err(Failure::Refused(PermitRefusal::NotActive));
    assert_eq!(world.store.leave(permit.ticket, second(PERMIT_S + 1)).await, gone);
    assert_eq!(world.store.permits().await.unwrap()[0].state, PermitState::Left);
    assert!(world.store.enter(later).await.is_ok());
    assert_eq!(world.store.campaigns().await.unwrap()[0].permits_active, 1);
    world.audit_is_clean().await;
}

pub(crate) async fn a_ticket_that_booked_does_not_enter_again(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let (visitor, _) = world.book(1, &[slot]).await;
    let again = world.store.enter(enter(visitor.ticket, Party::One)).await;
    assert_eq!(again, Err(Failure::Refused(EnterRefusal::AlreadyBooked)));
    assert_eq!(world.store.campaigns().await.unwrap()[0].permits_active, 0);
}

pub(crate) async fn leaving_gives_the_places_back(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(2).await;
    let permit = world.enter(1, Party::Couple).await;
    world.store.hold(new_hold(permit.ticket, &[slot, slot])).await.unwrap();
    assert_eq!(world.free(slot).await, 0);
    world.store.leave(permit.ticket, second(2)).await.unwrap();
    assert_eq!(world.free(slot).await, 2);
    assert_eq!(world.store.hold_of(permit.ticket).await, Ok(None));
    world.audit_is_clean().await;
}

pub(crate) async fn an_extension_prolongs_permit_and_hold_but_not_for_ever(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let permit = world.enter(1, Party::One).await;
    world.store.hold(new_hold(permit.ticket, &[slot])).await.unwrap();
    let extend = |now, until| {
        let extend = ExtendPermit {
            ticket: permit.ticket,
            now: second(now),
            expires_at: second(until),
            extensions_max: 2,
        };
        world.store.extend_permit(extend)
    };
    let once = extend(800, 1700).await.unwrap();
    assert_eq!((once.expires_at, once.extensions), (second(1700), 1));
    assert_eq!(
        world.store.hold_of(permit.ticket).await.unwrap().unwrap().expires_at,
        second(1700)
    );
    let never_shorter = extend(900, 1000).await.unwrap();
    assert_eq!((never_shorter.expires_at, never_shorter.extensions), (second(1700), 2));
    assert_eq!(
        extend(1000, 5000).await,
        Err(Failure::Refused(PermitRefusal::TooManyExtensions))
    );
    assert_eq!(
        extend(1700, 5000).await,
        Err(Failure::Refused(PermitRefusal::NotActive))
    );
    assert_eq!(world.store.expire(second(1699)).await.unwrap().permits, []);
    assert_eq!(world.store.expire(second(1700)).await.unwrap().permits, [permit.ticket]);
}

pub(crate) async fn what_expires_is_counted_and_given_back_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    let (one, couple, idle) = (
        world.visitor(1, Party::One).await,
        world.visitor(2, Party::Couple).await,
        world.visitor(3, Party::One).await,
    );
    let held = world.hold(&one, &[slot]).await.unwrap();
    world.hold(&couple, &[slot, slot]).await.unwrap();
    world.book(4, &[slot]).await;
    assert_eq!(world.free(slot).await, 1);

    assert_eq!(
        world.store.expire(second(PERMIT_S - 1)).await.unwrap(),
        Default::default()
    );
    let expired = world.store.expire(second(PERMIT_S)).await.unwrap();
    let mut tickets = expired.permits.clone();
    tickets.sort();
    assert_eq!(tickets, [one.ticket, couple.ticket, idle.ticket]);
    assert_eq!((expired.holds, expired.places), (2, 3));
    assert_eq!(world.store.expire(second(PERMIT_S)).await.unwrap(), Default::default());
    assert_eq!(world.free(slot).await, 4, "the booked place stays booked");

    assert_eq!(
        world.confirm(&one, &held).await,
        Err(Failure::Refused(ConfirmRefusal::HoldOver))
    );
    assert_eq!(
        world.hold(&one, &[slot]).await,
        Err(Failure::Refused(HoldRefusal::NoPermit))
    );
    world.audit_is_clean().await;
}

pub(crate) async fn a_hold_may_end_before_its_permit(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(1).await;
    let visitor = world.visitor(1, Party::One).await;
    let short = crate::NewHold {
        expires_at: second(300),
        ..new_hold(visitor.ticket, &[slot])
    };
    let held = world.store.hold(short).await.unwrap();
    let expired = world.store.expire(second(300)).await.unwrap();
    assert_eq!((expired.permits.len(), expired.holds, expired.places), (0, 1, 1));
    assert_eq!(
        world.confirm(&visitor, &held).await,
        Err(Failure::Refused(ConfirmRefusal::HoldOver))
    );
    let again = world.hold(&visitor, &[slot]).await.unwrap();
    assert_ne!(again.id, held.id);
    assert!(world.confirm(&visitor, &again).await.is_ok());
    world.audit_is_clean().await;
}

pub(crate) async fn expiry_comes_in_portions_longest_overdue_first(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    for number in 0..1200 {
        let entering = Enter {
            expires_at: second(PERMIT_S - i64::from(number)),
            ..enter(world.ticket(number), Party::One)
        };
        world.store.enter(entering).await.unwrap();
    }
    let first = world.store.expire(second(PERMIT_S)).await.unwrap();
    assert_eq!(first.permits.len(), 1000);
    assert_eq!(first.permits[0], world.ticket(1199));
    assert_eq!(world.store.expire(second(PERMIT_S)).await.unwrap().permits.len(), 200);
    assert_eq!(world.store.campaigns().await.unwrap()[0].permits_active, 0);
    world.audit_is_clean().await;
}

pub(crate) async fn of_those_who_are_overdue_since_the_same_moment_the_first_ticket_ends_first(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let entering: Vec<_> = (0..1200)
        .rev()
        .map(|number| world.store.enter(enter(world.ticket(number), Party::One)))
        .collect();
    for entered in entering {
        entered.await.unwrap();
    }
    let first = world.store.expire(second(PERMIT_S)).await.unwrap();
    let foremost: Vec<_> = (0..1000).map(|number| world.ticket(number)).collect();
    assert_eq!(first.permits, foremost);
    let rest: Vec<_> = (1000..1200).map(|number| world.ticket(number)).collect();
    assert_eq!(world.store.expire(second(PERMIT_S)).await.unwrap().permits, rest);
}
