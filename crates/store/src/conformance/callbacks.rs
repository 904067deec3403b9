//! Call-backs: promised once, due when called, claimed by one, settled once.

use std::collections::BTreeSet;
use std::sync::Arc;

use dran_core::ids::{CallbackId, Language, Party, StaffId, TicketId};
use dran_core::phone::callback::{CLAIM_LASTS, RETRY_AFTER, TRIES_MAX};
use dran_core::phone::{CallbackState, PhoneNumber, Settled};
use dran_core::staff::log::Actor;
use jiff::SignedDuration;

use super::contacts::{contact_on, verified};
use super::world::{World, at_once, second};
use crate::{
    Callback, CallbackCounts, CallbackMarks, CampaignStep, Failure, NewCallback, NewTicketContact, NoteCallbackRefusal,
    SettleCallback, SettleRefusal, Store,
};

/// A number like no other.
pub(crate) fn number(number: u32) -> PhoneNumber {
    PhoneNumber::of_e164(&format!("+49561{number:06}")).unwrap()
}

/// A call-back for a ticket, promised by the telephone system.
pub(crate) fn asked(ticket: TicketId, phone: u32) -> NewCallback {
    NewCallback {
        ticket,
        party: Party::One,
        birth_year: 1935,
        joined_at: second(-60),
        phone: number(phone),
        language: Language::new("de"),
        postcode: Some("34117".into()),
        by: None,
        now: second(1),
    }
}

/// A call-back that waits at a position.
async fn placed(world: &World, ticket: u32, position: u32) -> CallbackId {
    let new = asked(world.ticket(ticket), ticket);
    let id = world.store.phone().note_callback(new).await.unwrap().callback.id;
    world.store.phone().place_callbacks(vec![(id, position)]).await.unwrap();
    id
}

fn marks(world: &World, called: u32) -> Vec<CallbackMarks> {
    vec![CallbackMarks {
        line: world.line,
        called,
        party_max: 2,
    }]
}

/// A call-back that is due since that second, of a position that is called.
pub(crate) async fn due(world: &World, ticket: u32, at: i64) -> CallbackId {
    let id = placed(world, ticket, ticket).await;
    call(world, ticket + 1, at).await;
    let due = world
        .store
        .phone()
        .mark_callbacks_due(marks(world, ticket + 1), 100, second(at));
    due.await.unwrap();
    assert_eq!(state(world, id).await, CallbackState::Due);
    id
}

async fn call(world: &World, called: u32, at: i64) {
    let calls = vec![(world.line, called)];
    world.store.record_calls(calls, second(at)).await.unwrap();
}

async fn get(world: &World, id: CallbackId) -> Callback {
    world.store.phone().callback(id).await.unwrap().unwrap()
}

async fn state(world: &World, id: CallbackId) -> CallbackState {
    get(world, id).await.state
}

async fn claim(world: &World, account: StaffId, at: i64) -> Option<CallbackId> {
    let claimed = world.store.phone().claim_callback(account, second(at)).await.unwrap();
    claimed.map(|callback| callback.id)
}

async fn settle(
    world: &World,
    id: CallbackId,
    account: StaffId,
    settled: Settled,
    at: i64,
) -> Result<Callback, Failure<SettleRefusal>> {
    let settle = SettleCallback {
        id,
        account,
        settled,
        now: second(at),
    };
    world.store.phone().settle_callback(settle).await
}

async fn agent(world: &World, name: &str) -> StaffId {
    super::staff::agent(&*world.store, name).await
}

pub(crate) async fn a_call_back_comes_back_as_it_was_promised(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let new = NewCallback {
        party: Party::Couple,
        language: Language::new("tr"),
        ..asked(world.ticket(7), 7)
    };
    let noted = world.store.phone().note_callback(new.clone()).await.unwrap();
    assert!(noted.made);
    let kept = &noted.callback;
    assert_eq!(
        (&kept.campaign, kept.ticket, kept.party),
        (&world.campaign, new.ticket, new.party)
    );
    assert_eq!(
        (kept.birth_year, kept.joined_at, kept.asked_at),
        (1935, second(-60), second(1))
    );
    assert_eq!(
        (&kept.phone, &kept.language, &kept.postcode),
        (&new.phone, &new.language, &new.postcode)
    );
    assert_eq!(
        (kept.state, kept.position, kept.called_at),
        (CallbackState::Waiting, None, None)
    );
    assert_eq!((kept.due_at, kept.tries, kept.claimed), (None, 0, None));
    assert_eq!((kept.settled, kept.settled_by, kept.ended_at), (None, None, None));
    assert_eq!(kept.whole_ticket().id, new.ticket);
    assert_eq!(get(&world, kept.id).await, *kept);
    let of_number = world.store.phone().callback_of(world.campaign.clone(), number(7));
    assert_eq!(of_number.await.unwrap().as_ref(), Some(kept));
    let of_nobody = world.store.phone().callback_of(world.campaign.clone(), number(8));
    assert_eq!(of_nobody.await, Ok(None));
}

pub(crate) async fn twenty_redials_at_once_make_one_call_back(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    // Each redial brings a ticket of its own along, as it may over several nodes.
    let redials = (0..20).map(|ticket| {
        let (store, new) = (Arc::clone(&world.store), asked(world.ticket(ticket), 1));
        async move { store.phone().note_callback(new).await.unwrap() }
    });
    let noted = at_once(redials).await;
    assert_eq!(noted.iter().filter(|noted| noted.made).count(), 1);
    let tickets: BTreeSet<_> = noted
        .iter()
        .map(|noted| (noted.callback.id, noted.callback.ticket))
        .collect();
    assert_eq!(tickets.len(), 1, "a number with two tickets: {tickets:?}");
    world.audit_is_clean().await;
}

pub(crate) async fn a_number_has_a_call_back_in_each_campaign(store: Arc<dyn Store>) {
    let winter = World::open(Arc::clone(&store)).await;
    let spring = World::first_come(store).await;
    for world in [&winter, &spring] {
        let noted = world
            .store
            .phone()
            .note_callback(asked(world.ticket(3), 1))
            .await
            .unwrap();
        assert!(noted.made);
        assert_eq!(noted.callback.campaign, world.campaign);
    }
    winter.audit_is_clean().await;
}

pub(crate) async fn a_call_back_needs_a_ticket_that_was_given_out_and_has_not_booked(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let ask = |ticket| world.store.phone().note_callback(asked(ticket, 1));
    let refused = |refusal| Err(Failure::Refused(refusal));
    assert_eq!(
        ask(world.ticket(4_000_000)).await,
        refused(NoteCallbackRefusal::UnknownTicket)
    );
    let slot = world.slot(1).await;
    world.book(2, &[slot]).await;
    assert_eq!(ask(world.ticket(2)).await, refused(NoteCallbackRefusal::Done));
    let closed = world.store.step(world.campaign.clone(), CampaignStep::Close, second(5));
    closed.await.unwrap();
    assert_eq!(ask(world.ticket(3)).await, refused(NoteCallbackRefusal::Closed));
}

pub(crate) async fn call_backs_wait_for_their_position(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let phone = world.store.phone();
    let mut ids = Vec::new();
    for ticket in [5, 6, 7] {
        ids.push(
            phone
                .note_callback(asked(world.ticket(ticket), ticket))
                .await
                .unwrap()
                .callback
                .id,
        );
    }
    let unplaced = phone
        .unplaced_callbacks(vec![world.line, world.other_line], 2)
        .await
        .unwrap();
    assert_eq!(unplaced, [(ids[0], world.ticket(5)), (ids[1], world.ticket(6))]);
    phone.place_callbacks(vec![(ids[0], 40), (ids[1], 2)]).await.unwrap();
    // What was placed stays: the draw is drawn once.
    phone.place_callbacks(vec![(ids[0], 41)]).await.unwrap();
    assert_eq!(get(&world, ids[0]).await.position, Some(40));
    phone.withdraw_callback(ids[2], None, second(3)).await.unwrap();
    assert_eq!(phone.unplaced_callbacks(vec![world.line], 9).await, Ok(vec![]));
}

pub(crate) async fn call_backs_are_due_when_their_position_is_called(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let phone = world.store.phone();
    let (first, second_one, last) = (
        placed(&world, 5, 0).await,
        placed(&world, 6, 4).await,
        placed(&world, 7, 9).await,
    );
    call(&world, 5, 60).await;
    // A mark that runs ahead of what is called rings up nobody.
    let ahead = marks(&world, 100);
    assert_eq!(
        phone.mark_callbacks_due(ahead.clone(), 1, second(61)).await,
        Ok(1),
        "one at a time"
    );
    assert_eq!(state(&world, first).await, CallbackState::Due);
    assert_eq!(phone.mark_callbacks_due(ahead.clone(), 9, second(62)).await, Ok(1));
    assert_eq!(
        phone.mark_callbacks_due(ahead, 9, second(63)).await,
        Ok(0),
        "marked once"
    );
    let due = get(&world, second_one).await;
    assert_eq!(
        (due.state, due.called_at, due.due_at),
        (CallbackState::Due, Some(second(62)), Some(second(62)))
    );
    assert_eq!(state(&world, last).await, CallbackState::Waiting);
    world.audit_is_clean().await;
}

pub(crate) async fn who_finds_nothing_to_book_is_not_rung_up(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let phone = world.store.phone();
    let couple = NewCallback {
        party: Party::Couple,
        ..asked(world.ticket(1), 1)
    };
    let couple = phone.note_callback(couple).await.unwrap().callback.id;
    phone.place_callbacks(vec![(couple, 1)]).await.unwrap();
    let alone = placed(&world, 2, 2).await;
    call(&world, 5, 60).await;
    let left = |party_max| {
        let mut marks = marks(&world, 5);
        marks[0].party_max = party_max;
        marks
    };
    assert_eq!(phone.mark_callbacks_due(left(0), 9, second(61)).await, Ok(0));
    assert_eq!(phone.mark_callbacks_due(left(1), 9, second(62)).await, Ok(1));
    assert_eq!(state(&world, alone).await, CallbackState::Due);
    assert_eq!(phone.mark_callbacks_due(left(2), 9, second(63)).await, Ok(1));
    assert_eq!(state(&world, couple).await, CallbackState::Due);
}

pub(crate) async fn the_first_due_is_claimed_first(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (anna, berta, clara) = (
        agent(&world, "anna").await,
        agent(&world, "berta").await,
        agent(&world, "clara").await,
    );
    // Two that are due at the same moment, the later promised one in front; and one that is due later.
    let (behind, front) = (placed(&world, 1, 8).await, placed(&world, 2, 3).await);
    call(&world, 9, 60).await;
    world
        .store
        .phone()
        .mark_callbacks_due(marks(&world, 9), 9, second(60))
        .await
        .unwrap();
    let later = due(&world, 10, 70).await;
    assert_eq!(claim(&world, anna, 59).await, None, "before any is due");
    assert_eq!(claim(&world, anna, 80).await, Some(front));
    assert_eq!(claim(&world, berta, 80).await, Some(behind));
    assert_eq!(claim(&world, clara, 80).await, Some(later));
    let claimed = get(&world, front).await;
    assert_eq!(
        (claimed.state, claimed.claimed),
        (CallbackState::Claimed, Some((anna, second(80))))
    );
}

pub(crate) async fn of_many_agents_at_once_no_two_claim_the_same(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let mut agents = Vec::new();
    for name in ["anna", "berta", "clara", "dora", "emma", "frieda", "gerda", "hanna"] {
        agents.push(agent(&world, name).await);
    }
    for ticket in 1..=5 {
        due(&world, ticket, 60).await;
    }
    let claims = agents.into_iter().map(|agent| {
        let world = world.clone();
        async move { claim(&world, agent, 61).await }
    });
    let claimed: Vec<_> = at_once(claims).await.into_iter().flatten().collect();
    assert_eq!(claimed.len(), 5, "five are due");
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), 5, "{claimed:?}");
}

pub(crate) async fn who_has_a_call_back_gets_it_again(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let anna = agent(&world, "anna").await;
    let first = due(&world, 1, 60).await;
    due(&world, 2, 61).await;
    assert_eq!(claim(&world, anna, 70).await, Some(first));
    assert_eq!(claim(&world, anna, 71).await, Some(first));
    assert_eq!(get(&world, first).await.claimed, Some((anna, second(71))));
}

pub(crate) async fn a_claim_runs_out_without_an_act(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (anna, berta) = (agent(&world, "anna").await, agent(&world, "berta").await);
    let id = due(&world, 1, 60).await;
    let lasts = CLAIM_LASTS.as_secs();
    let keep = |account, at| world.store.phone().keep_callback(id, account, second(at));
    assert_eq!(claim(&world, anna, 100).await, Some(id));
    assert_eq!(keep(anna, 500).await, Ok(true));
    assert_eq!(keep(berta, 500).await, Ok(false), "of somebody else");
    assert_eq!(claim(&world, berta, 500 + lasts - 1).await, None);
    assert_eq!(
        keep(anna, 500 + lasts).await,
        Ok(false),
        "it has run out, if nobody has noticed"
    );
    let mark = world.store.phone().mark_callbacks_due(vec![], 9, second(500 + lasts));
    assert_eq!(mark.await, Ok(1));
    let again = get(&world, id).await;
    assert_eq!(
        (again.state, again.due_at),
        (CallbackState::Due, Some(second(60))),
        "in its old turn"
    );
    assert_eq!(claim(&world, berta, 500 + lasts).await, Some(id));
    let late = settle(&world, id, anna, Settled::NotReached, 500 + lasts + 1).await;
    assert_eq!(late, Err(Failure::Refused(SettleRefusal::NotClaimed)));
}

pub(crate) async fn who_is_not_reached_is_given_up_at_last_and_may_ring_again(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let anna = agent(&world, "anna").await;
    let id = due(&world, 1, 60).await;
    let mut now = second(60);
    let phone = world.store.phone();
    for after in RETRY_AFTER {
        let claimed = phone.claim_callback(anna, now).await.unwrap().unwrap();
        assert_eq!(claimed.id, id);
        let settle = SettleCallback {
            id,
            account: anna,
            settled: Settled::NotReached,
            now,
        };
        let settled = phone.settle_callback(settle).await.unwrap();
        assert_eq!((settled.state, settled.due_at), (CallbackState::Due, Some(now + after)));
        let before = now + after - SignedDuration::from_secs(1);
        assert_eq!(
            phone.claim_callback(anna, before).await,
            Ok(None),
            "not before its time"
        );
        now += after;
    }
    assert!(phone.claim_callback(anna, now).await.unwrap().is_some());
    let last = SettleCallback {
        id,
        account: anna,
        settled: Settled::NotReached,
        now,
    };
    let given_up = phone.settle_callback(last).await.unwrap();
    assert_eq!((given_up.state, given_up.tries), (CallbackState::GivenUp, TRIES_MAX));
    assert_eq!(given_up.ended_at, Some(now));
    assert_eq!(phone.claim_callback(anna, now + CLAIM_LASTS).await, Ok(None));
    // The caller rings: the ticket that it had, not the one that the ring brings along, and due at once.
    let redial = NewCallback {
        phone: number(1),
        now,
        ..asked(world.ticket(9), 1)
    };
    let noted = phone.note_callback(redial).await.unwrap();
    assert_eq!(
        (noted.made, noted.callback.id, noted.callback.ticket),
        (false, id, world.ticket(1))
    );
    assert_eq!((noted.callback.state, noted.callback.tries), (CallbackState::Due, 0));
    assert_eq!((noted.callback.settled, noted.callback.ended_at), (None, None));
    assert_eq!(phone.claim_callback(anna, now).await.unwrap().unwrap().id, id);
}

pub(crate) async fn a_call_back_is_settled_once_by_who_has_claimed_it(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (anna, berta) = (agent(&world, "anna").await, agent(&world, "berta").await);
    let not_claimed = Err(Failure::Refused(SettleRefusal::NotClaimed));
    let id = due(&world, 1, 60).await;
    assert_eq!(settle(&world, id, anna, Settled::NotWanted, 61).await, not_claimed);
    assert_eq!(claim(&world, anna, 62).await, Some(id));
    assert_eq!(settle(&world, id, berta, Settled::NotWanted, 63).await, not_claimed);
    let settled = settle(&world, id, anna, Settled::NotWanted, 64).await.unwrap();
    assert_eq!(
        (settled.state, settled.claimed, settled.ended_at),
        (CallbackState::Done, None, Some(second(64)))
    );
    assert_eq!(
        (settled.settled, settled.settled_by),
        (Some(Settled::NotWanted), Some(anna))
    );
    // Sent twice, done once; and nobody turns it into something else.
    assert_eq!(settle(&world, id, anna, Settled::NotWanted, 70).await, Ok(settled));
    assert_eq!(settle(&world, id, anna, Settled::NotReached, 70).await, not_claimed);
    assert_eq!(settle(&world, id, berta, Settled::NotWanted, 70).await, not_claimed);
    let nobody = settle(&world, CallbackId(4711), anna, Settled::Booked, 70).await;
    assert_eq!(nobody, Err(Failure::Refused(SettleRefusal::UnknownCallback)));
    // Not reached, sent twice, is one try.
    let id = due(&world, 2, 80).await;
    assert_eq!(claim(&world, anna, 81).await, Some(id));
    for _ in 0..2 {
        let once = settle(&world, id, anna, Settled::NotReached, 82).await.unwrap();
        assert_eq!((once.tries, once.due_at), (1, Some(second(82) + RETRY_AFTER[0])));
    }
}

pub(crate) async fn a_booking_ends_the_call_backs_of_its_ticket(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (anna, berta) = (agent(&world, "anna").await, agent(&world, "berta").await);
    let slot = world.slot(5).await;
    let waiting = placed(&world, 3, 3).await;
    world.book(3, &[slot]).await;
    let ended = get(&world, waiting).await;
    assert_eq!(
        (ended.state, ended.settled, ended.settled_by),
        (CallbackState::Done, Some(Settled::Booked), None)
    );
    let claimed = due(&world, 4, 60).await;
    assert_eq!(claim(&world, anna, 61).await, Some(claimed));
    world.book(4, &[slot]).await;
    let signed = settle(&world, claimed, anna, Settled::Booked, 90).await.unwrap();
    assert_eq!((signed.state, signed.settled_by), (CallbackState::Done, Some(anna)));
    let other = settle(&world, claimed, berta, Settled::Booked, 91).await;
    assert_eq!(other, Err(Failure::Refused(SettleRefusal::NotClaimed)));
    // Somebody else at the same telephone.
    let noted = world
        .store
        .phone()
        .note_callback(asked(world.ticket(8), 4))
        .await
        .unwrap();
    assert_eq!((noted.made, noted.callback.ticket), (true, world.ticket(8)));
    world.audit_is_clean().await;
}

pub(crate) async fn a_booking_ends_the_call_backs_of_folded_tickets(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    for ticket in [11, 12] {
        let new = NewTicketContact {
            claim: Some([9; 32]),
            ..contact_on(world.ticket(ticket))
        };
        verified(&world, new).await;
    }
    let of_other = placed(&world, 12, 12).await;
    world.book(11, &[slot]).await;
    assert_eq!(state(&world, of_other).await, CallbackState::Done);
    let again = world.store.phone().note_callback(asked(world.ticket(12), 77)).await;
    assert_eq!(again, Err(Failure::Refused(NoteCallbackRefusal::Done)));
}

pub(crate) async fn a_withdrawn_call_back_is_over_until_it_is_asked_for_again(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let anna = agent(&world, "anna").await;
    let phone = world.store.phone();
    let id = due(&world, 1, 60).await;
    assert_eq!(
        phone
            .withdraw_callback(id, Some(Actor::Account(anna)), second(61))
            .await,
        Ok(true)
    );
    assert_eq!(
        phone.withdraw_callback(id, None, second(62)).await,
        Ok(false),
        "over already"
    );
    let over = get(&world, id).await;
    assert_eq!(
        (over.state, over.settled, over.settled_by),
        (CallbackState::Done, Some(Settled::NotWanted), Some(anna))
    );
    assert_eq!(claim(&world, anna, 70).await, None);
    let again = phone.note_callback(asked(world.ticket(2), 1)).await.unwrap();
    assert_eq!(
        (again.made, again.callback.ticket),
        (false, world.ticket(1)),
        "with the ticket that it had"
    );
    assert_eq!(again.callback.state, CallbackState::Due);
}

pub(crate) async fn nobody_is_rung_up_while_nobody_is_let_in(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let anna = agent(&world, "anna").await;
    let id = due(&world, 1, 60).await;
    let step = |step| world.store.step(world.campaign.clone(), step, second(61));
    step(CampaignStep::Pause).await.unwrap();
    assert_eq!(claim(&world, anna, 62).await, None);
    step(CampaignStep::Resume).await.unwrap();
    assert_eq!(claim(&world, anna, 63).await, Some(id));
}

pub(crate) async fn call_backs_of_closed_lines_are_forgotten(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let phone = world.store.phone();
    for ticket in 1..=3 {
        placed(&world, ticket, ticket).await;
    }
    let elsewhere = TicketId {
        line: world.other_line,
        ..world.ticket(1)
    };
    let kept = phone.note_callback(asked(elsewhere, 9)).await.unwrap().callback.id;
    assert_eq!(phone.forget_callbacks(vec![world.line], 2).await, Ok(2));
    assert_eq!(phone.forget_callbacks(vec![world.line], 2).await, Ok(1));
    assert_eq!(phone.callback_of(world.campaign.clone(), number(1)).await, Ok(None));
    assert_eq!(state(&world, kept).await, CallbackState::Waiting);
    // The audit log has named the number of a call-back that is gone: it is nobody else's ever.
    let next = phone
        .note_callback(asked(world.ticket(5), 5))
        .await
        .unwrap()
        .callback
        .id;
    assert!(next > kept);
}

pub(crate) async fn call_backs_are_counted(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let anna = agent(&world, "anna").await;
    assert_eq!(
        world.store.phone().callback_counts(second(0)).await,
        Ok(CallbackCounts::default())
    );
    let not_reached = due(&world, 1, 60).await;
    assert_eq!(claim(&world, anna, 61).await, Some(not_reached));
    settle(&world, not_reached, anna, Settled::NotReached, 62)
        .await
        .unwrap();
    let claimed = due(&world, 2, 63).await;
    assert_eq!(claim(&world, anna, 64).await, Some(claimed));
    due(&world, 3, 65).await;
    placed(&world, 9, 9).await;
    let counts = CallbackCounts {
        waiting: 1,
        due: 1,
        later: 1,
        claimed: 1,
        due_since: Some(second(65)),
    };
    assert_eq!(world.store.phone().callback_counts(second(70)).await, Ok(counts));
    assert_eq!(world.store.phone().callbacks_due(second(70)).await, Ok(1));
}
