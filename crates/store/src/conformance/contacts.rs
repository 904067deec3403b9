//! Contacts on tickets and the notices that leave to them.

use std::sync::Arc;

use dran_core::ids::{Language, LineNo, Party, TicketId, TicketNumber};

use super::world::{CODE, World, message, second};
use crate::{
    CampaignStep, ContactRecord, DueNotice, Failure, LeaveContactRefusal, MessageKind, NewCode, NewNotice,
    NewTicketContact, NoticeKind, NoticeMarks, Store, VerifyContact, VerifyContactRefusal,
};

const WRONG: [u8; 32] = [8; 32];
pub(super) const CODES_MAX: u32 = 3;

/// A contact by SMS on a ticket, for one person.
pub(crate) fn contact_on(ticket: TicketId) -> NewTicketContact {
    NewTicketContact {
        ticket,
        party: Party::One,
        birth_year: 1935,
        joined_at: second(-60),
        contact: ContactRecord::Sms("+491700000000".into()),
        language: Language::new("de"),
        claim: None,
        code: NewCode {
            hash: CODE,
            valid_until: second(1800),
            message: message(MessageKind::Code, vec![]),
        },
        sends_max: CODES_MAX,
        now: second(0),
    }
}

fn typed(ticket: TicketId, code_hash: [u8; 32], at: i64) -> VerifyContact {
    VerifyContact {
        ticket,
        code_hash,
        tries_max: 2,
        now: second(at),
    }
}

/// Leaves a contact and types its code in; the tickets that stand together then.
pub(crate) async fn verified(world: &World, new: NewTicketContact) -> Vec<TicketId> {
    let ticket = new.ticket;
    world.store.leave_contact(new).await.unwrap();
    world.store.verify_contact(typed(ticket, CODE, 1)).await.unwrap()
}

pub(super) async fn waiting(world: &World) -> u64 {
    world.store.counts().await.unwrap().messages_waiting
}

pub(crate) fn marks(line: LineNo, called: u32, soon: u32) -> Vec<NoticeMarks> {
    vec![NoticeMarks {
        line,
        called,
        soon,
        party_max: 2,
    }]
}

/// A verified contact at a position.
async fn placed(world: &World, number: u32, position: u32) -> TicketId {
    let ticket = world.ticket(number);
    verified(world, contact_on(ticket)).await;
    world.store.place_contacts(vec![(ticket, position)]).await.unwrap();
    ticket
}

pub(crate) fn notice(due: &DueNotice) -> NewNotice {
    let kind = match due.kind {
        NoticeKind::Soon => MessageKind::Soon,
        NoticeKind::Call => MessageKind::Call,
    };
    NewNotice {
        ticket: due.ticket,
        kind: due.kind,
        message: Some(message(kind, vec![])),
    }
}

fn told(due: &[DueNotice]) -> Vec<(NoticeKind, u32)> {
    due.iter().map(|due| (due.kind, due.position)).collect()
}

pub(crate) async fn a_contact_comes_back_as_it_was_left(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let ticket = world.ticket(7);
    let new = NewTicketContact {
        contact: ContactRecord::Email("oma@example.org".into()),
        language: Language::new("en"),
        ..contact_on(ticket)
    };
    world.store.leave_contact(new.clone()).await.unwrap();
    let kept = world.store.ticket_contact(ticket).await.unwrap().unwrap();
    assert_eq!(
        (kept.ticket, &kept.contact, &kept.language),
        (ticket, &new.contact, &new.language)
    );
    assert_eq!(
        (kept.verified_at, kept.codes_sent, kept.soon_at, kept.call_at),
        (None, 1, None, None)
    );
    assert_eq!(world.store.verify_contact(typed(ticket, CODE, 5)).await, Ok(vec![]));
    let kept = world.store.ticket_contact(ticket).await.unwrap().unwrap();
    assert_eq!(kept.verified_at, Some(second(5)));
    assert_eq!(world.store.ticket_contact(world.ticket(8)).await, Ok(None));
}

pub(crate) async fn a_verified_contact_left_again_sends_nothing(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let ticket = world.ticket(7);
    verified(&world, contact_on(ticket)).await;
    world.store.leave_contact(contact_on(ticket)).await.unwrap();
    assert_eq!(waiting(&world).await, 1, "one code");
    let kept = world.store.ticket_contact(ticket).await.unwrap().unwrap();
    assert_eq!(kept.verified_at, Some(second(1)));
}

pub(crate) async fn codes_for_a_contact_are_sent_again_but_not_for_ever(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let ticket = world.ticket(7);
    for _ in 0..CODES_MAX {
        world.store.leave_contact(contact_on(ticket)).await.unwrap();
    }
    let many = world.store.leave_contact(contact_on(ticket)).await;
    assert_eq!(many, Err(Failure::Refused(LeaveContactRefusal::TooMany)));
    assert_eq!(waiting(&world).await, u64::from(CODES_MAX));
}

pub(crate) async fn a_contacts_code_dies_of_wrong_tries_and_of_age(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let ticket = world.ticket(7);
    let nothing = world.store.verify_contact(typed(ticket, CODE, 1)).await;
    assert_eq!(nothing, Err(Failure::Refused(VerifyContactRefusal::NoContact)));
    world.store.leave_contact(contact_on(ticket)).await.unwrap();
    for tries_left in [1, 0, 0] {
        let wrong = world.store.verify_contact(typed(ticket, WRONG, 1)).await;
        assert_eq!(wrong, Err(Failure::Refused(VerifyContactRefusal::Wrong { tries_left })));
    }
    let dead = world.store.verify_contact(typed(ticket, CODE, 1)).await;
    assert_eq!(
        dead,
        Err(Failure::Refused(VerifyContactRefusal::Wrong { tries_left: 0 }))
    );
    world.store.leave_contact(contact_on(ticket)).await.unwrap();
    let late = world.store.verify_contact(typed(ticket, CODE, 1801)).await;
    assert_eq!(late, Err(Failure::Refused(VerifyContactRefusal::Expired)));
    assert_eq!(world.store.verify_contact(typed(ticket, CODE, 1800)).await, Ok(vec![]));
}

pub(crate) async fn a_contact_needs_a_ticket_that_was_given_out_and_has_not_booked(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let unknown = TicketId {
        line: world.line,
        number: TicketNumber(4_000_000),
    };
    let left = world.store.leave_contact(contact_on(unknown)).await;
    assert_eq!(left, Err(Failure::Refused(LeaveContactRefusal::UnknownTicket)));
    let slot = world.slot(1).await;
    verified(&world, contact_on(world.ticket(1))).await;
    let (visitor, _) = world.book(1, &[slot]).await;
    assert_eq!(
        world.store.ticket_contact(visitor.ticket).await,
        Ok(None),
        "deleted with the booking"
    );
    let left = world.store.leave_contact(contact_on(visitor.ticket)).await;
    assert_eq!(left, Err(Failure::Refused(LeaveContactRefusal::Done)));
}

pub(crate) async fn a_withdrawn_contact_is_gone_at_once(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let ticket = placed(&world, 7, 0).await;
    assert_eq!(world.store.withdraw_contact(ticket).await, Ok(true));
    assert_eq!(world.store.ticket_contact(ticket).await, Ok(None));
    assert_eq!(world.store.due_notices(marks(world.line, 1, 1), 10).await, Ok(vec![]));
    assert_eq!(world.store.withdraw_contact(ticket).await, Ok(false));
}

pub(crate) async fn contacts_wait_for_their_position(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    for number in [9, 3, 5] {
        verified(&world, contact_on(world.ticket(number))).await;
    }
    world.store.leave_contact(contact_on(world.ticket(4))).await.unwrap();
    let lines = vec![world.line, world.other_line];
    let unplaced = world.store.unplaced_contacts(lines.clone(), 2).await.unwrap();
    assert_eq!(unplaced, [world.ticket(3), world.ticket(5)]);
    let positions = vec![(world.ticket(3), 30), (world.ticket(5), 1)];
    world.store.place_contacts(positions).await.unwrap();
    assert_eq!(world.store.unplaced_contacts(lines, 2).await, Ok(vec![world.ticket(9)]));
}

pub(crate) async fn notices_come_by_position_and_leave_once(store: Arc<dyn Store>) {
    use NoticeKind::{Call, Soon};
    let world = World::open(store).await;
    for (number, position) in [(1, 40), (2, 2), (3, 25), (4, 0), (5, 24)] {
        placed(&world, number, position).await;
    }
    let before = waiting(&world).await;
    let due = world.store.due_notices(marks(world.line, 3, 40), 10).await.unwrap();
    assert_eq!(told(&due), [(Call, 0), (Call, 2), (Soon, 24), (Soon, 25)]);
    let first = world.store.due_notices(marks(world.line, 3, 40), 1).await.unwrap();
    assert_eq!(told(&first), [(Call, 0), (Soon, 24)], "at most so many of each");

    // Two loops at the same moment, as after a hand-over of the leadership.
    let all: Vec<NewNotice> = due.iter().map(notice).collect();
    let (one, other) = tokio::join!(
        world.store.send_notices(all.clone(), second(5)),
        world.store.send_notices(all, second(5))
    );
    assert_eq!(one.unwrap() + other.unwrap(), 4);
    assert_eq!(waiting(&world).await, before + 4);
    assert_eq!(world.store.due_notices(marks(world.line, 3, 40), 10).await, Ok(vec![]));

    let due = world.store.due_notices(marks(world.line, 41, 41), 10).await.unwrap();
    assert_eq!(told(&due), [(Call, 24), (Call, 25), (Call, 40)]);
    world
        .store
        .send_notices(due.iter().map(notice).collect(), second(6))
        .await
        .unwrap();
    let kept = world.store.ticket_contact(world.ticket(1)).await.unwrap().unwrap();
    assert_eq!((kept.soon_at, kept.call_at), (Some(second(6)), Some(second(6))));
    assert_eq!(
        waiting(&world).await,
        before + 7,
        "who is called gets no word before the turn"
    );
    world.audit_is_clean().await;
}

pub(crate) async fn a_needless_notice_is_marked_and_sends_nothing(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let ticket = placed(&world, 1, 0).await;
    let before = waiting(&world).await;
    let needless = NewNotice {
        ticket,
        kind: NoticeKind::Call,
        message: None,
    };
    assert_eq!(world.store.send_notices(vec![needless], second(5)).await, Ok(0));
    assert_eq!(world.store.due_notices(marks(world.line, 1, 1), 10).await, Ok(vec![]));
    assert_eq!(waiting(&world).await, before);
}

pub(crate) async fn a_changed_contact_keeps_what_has_left(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let ticket = placed(&world, 1, 10).await;
    let due = world.store.due_notices(marks(world.line, 0, 20), 10).await.unwrap();
    world
        .store
        .send_notices(due.iter().map(notice).collect(), second(5))
        .await
        .unwrap();
    let changed = NewTicketContact {
        contact: ContactRecord::Email("oma@example.org".into()),
        ..contact_on(ticket)
    };
    world.store.leave_contact(changed.clone()).await.unwrap();
    let called = world.store.due_notices(marks(world.line, 11, 20), 10).await.unwrap();
    assert_eq!(called, [], "not before the new contact is verified");
    world.store.verify_contact(typed(ticket, CODE, 6)).await.unwrap();
    let soon = world.store.due_notices(marks(world.line, 0, 20), 10).await.unwrap();
    assert_eq!(soon, [], "the word before the turn has left");
    let called = world.store.due_notices(marks(world.line, 11, 20), 10).await.unwrap();
    assert_eq!(called[0].contact, changed.contact);
}

pub(crate) async fn a_party_that_finds_nothing_is_not_told_to_come(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let couple = NewTicketContact {
        party: Party::Couple,
        ..contact_on(world.ticket(1))
    };
    verified(&world, couple).await;
    world.store.place_contacts(vec![(world.ticket(1), 0)]).await.unwrap();
    let marks = |party_max| {
        vec![NoticeMarks {
            line: world.line,
            called: 1,
            soon: 1,
            party_max,
        }]
    };
    assert_eq!(world.store.due_notices(marks(1), 10).await, Ok(vec![]));
    assert_eq!(world.store.due_notices(marks(2), 10).await.unwrap().len(), 1);
}

pub(crate) async fn a_closed_campaign_takes_no_contact(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let close = world.store.step(world.campaign.clone(), CampaignStep::Close, second(1));
    close.await.unwrap();
    let left = world.store.leave_contact(contact_on(world.ticket(1))).await;
    assert_eq!(left, Err(Failure::Refused(LeaveContactRefusal::Closed)));
}

pub(crate) async fn contacts_of_closed_lines_and_codes_never_typed_in_are_forgotten(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    for number in [1, 2] {
        placed(&world, number, number).await;
    }
    let elsewhere = TicketId {
        line: world.other_line,
        number: TicketNumber(1),
    };
    world.store.leave_contact(contact_on(elsewhere)).await.unwrap();
    assert_eq!(world.store.forget_contacts(vec![], second(1800), 10).await, Ok(0));
    assert_eq!(world.store.forget_contacts(vec![], second(1801), 10).await, Ok(1));
    assert_eq!(world.store.ticket_contact(elsewhere).await, Ok(None));
    let closed = vec![world.line];
    assert_eq!(world.store.forget_contacts(closed.clone(), second(0), 1).await, Ok(1));
    assert_eq!(world.store.forget_contacts(closed.clone(), second(0), 1).await, Ok(1));
    assert_eq!(world.store.forget_contacts(closed, second(0), 1).await, Ok(0));
}
