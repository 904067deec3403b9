//! The outbox.

use std::sync::Arc;

use dran_core::ids::{MessageId, Party};

use super::world::{World, booking_code, message, new_confirm, person_of, second};
use crate::{
    Channel, Confirm, Fault, Message, MessageKind, MessageOutcome, MessageResult, NewMessage, NewRegistration, Store,
};

async fn due(world: &World, at: i64) -> Vec<Message> {
    world.store.due_messages(second(at), 100).await.unwrap()
}

fn outcome(message: &Message, result: MessageResult) -> Vec<MessageOutcome> {
    vec![MessageOutcome { id: message.id, result }]
}

/// A world with one waiting message, from a registration.
async fn with_a_message(store: Arc<dyn Store>) -> (World, Message) {
    let world = World::open(store).await;
    world
        .store
        .register(world.new_registration(1, vec![person_of(1, 0)]))
        .await
        .unwrap();
    let [waiting] = &due(&world, 0).await[..] else {
        panic!("one code was sent")
    };
    (world.clone(), waiting.clone())
}

pub(crate) async fn messages_leave_with_their_booking(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(2).await;
    let visitor = world.visitor(1, Party::Couple).await;
    let hold = world.hold(&visitor, &[slot, slot]).await.unwrap();
    let letter = NewMessage {
        channel: Channel::Letter,
        kind: MessageKind::Confirmation,
        booking_codes: vec![booking_code(1, 1), booking_code(1, 0)],
        recipient: "Änne O'Brien\nAm Höhenweg 1\n34117 Kassel".into(),
        subject: "Ihre Termine".into(),
        calendar: Some("BEGIN:VCALENDAR".into()),
        ..message(MessageKind::Confirmation, vec![])
    };
    let confirm = Confirm {
        messages: vec![letter.clone()],
        ..new_confirm(&visitor, &hold)
    };
    world.store.confirm(confirm).await.unwrap();
    let [code, confirmation] = &due(&world, 2).await[..] else {
        panic!("a code and a confirmation")
    };
    assert_eq!(code.message, message(MessageKind::Code, vec![]));
    assert_eq!(confirmation.message, letter);
    assert_eq!(
        (confirmation.created_at, confirmation.tries, confirmation.sent_at),
        (second(2), 0, None)
    );
    world.audit_is_clean().await;
}

pub(crate) async fn a_refused_booking_leaves_no_message(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(2).await;
    let visitor = world.visitor(1, Party::One).await;
    let hold = world.hold(&visitor, &[slot]).await.unwrap();
    let about_somebody_else = message(MessageKind::Confirmation, vec!["NOBODY".into()]);
    let confirm = Confirm {
        messages: vec![about_somebody_else],
        ..new_confirm(&visitor, &hold)
    };
    assert!(matches!(
        world.store.confirm(confirm).await,
        Err(crate::Failure::Fault(Fault::Failed(_)))
    ));
    assert_eq!(due(&world, 2).await.len(), 1, "only the code");
    assert_eq!(world.store.booked_by(visitor.ticket).await, Ok(None));
}

pub(crate) async fn due_messages_come_oldest_first_and_not_before_their_time(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    for (number, at) in [(1, 30), (2, 10), (3, 20)] {
        let new = NewRegistration {
            now: second(at),
            ..world.new_registration(number, vec![person_of(number, 0)])
        };
        world.store.register(new).await.unwrap();
    }
    assert!(due(&world, 9).await.is_empty());
    let created: Vec<_> = due(&world, 30).await.iter().map(|message| message.created_at).collect();
    assert_eq!(created, [second(10), second(20), second(30)]);
    assert_eq!(world.store.due_messages(second(30), 2).await.unwrap().len(), 2);
    let newest: Vec<_> = world
        .store
        .recent_messages(2)
        .await
        .unwrap()
        .iter()
        .map(|message| message.created_at)
        .collect();
    assert_eq!(newest, [second(20), second(10)], "the order of being put in");
}

pub(crate) async fn a_sent_message_is_counted_once(store: Arc<dyn Store>) {
    let (world, waiting) = with_a_message(store).await;
    for at in [5, 6] {
        let sent = MessageResult::Sent { at: second(at) };
        world.store.settle_messages(outcome(&waiting, sent)).await.unwrap();
    }
    assert!(due(&world, 1000).await.is_empty());
    let [sent] = &world.store.recent_messages(9).await.unwrap()[..] else {
        panic!("one message")
    };
    assert_eq!((sent.sent_at, sent.tries), (Some(second(5)), 1));
    let counts = world.store.counts().await.unwrap();
    assert_eq!((counts.messages_waiting, counts.messages_sent), (0, 1));
    world.audit_is_clean().await;
}

pub(crate) async fn a_failed_message_is_tried_again_later(store: Arc<dyn Store>) {
    let (world, waiting) = with_a_message(store).await;
    let failed = MessageResult::Failed {
        next_try_at: second(60),
        reason: "gateway busy".into(),
    };
    world.store.settle_messages(outcome(&waiting, failed)).await.unwrap();
    assert!(due(&world, 59).await.is_empty());
    let [again] = &due(&world, 60).await[..] else {
        panic!("due again")
    };
    assert_eq!((again.id, again.tries), (waiting.id, 1));
    assert_eq!(world.store.counts().await.unwrap().messages_waiting, 1);
}

pub(crate) async fn a_message_that_was_given_up_is_kept_and_not_sent(store: Arc<dyn Store>) {
    let (world, waiting) = with_a_message(store).await;
    let given_up = MessageResult::GivenUp {
        reason: "no such number".into(),
    };
    world.store.settle_messages(outcome(&waiting, given_up)).await.unwrap();
    assert!(due(&world, 100_000).await.is_empty());
    assert_eq!(world.store.recent_messages(9).await.unwrap()[0].sent_at, None);
    let counts = world.store.counts().await.unwrap();
    assert_eq!((counts.messages_waiting, counts.messages_sent), (0, 0));
}

pub(crate) async fn settling_what_is_not_there_is_a_fault_and_settles_nothing(store: Arc<dyn Store>) {
    let (world, waiting) = with_a_message(store).await;
    let sent = MessageResult::Sent { at: second(5) };
    let mut outcomes = outcome(&waiting, sent.clone());
    outcomes.push(MessageOutcome {
        id: MessageId(999),
        result: sent,
    });
    assert!(matches!(
        world.store.settle_messages(outcomes).await,
        Err(Fault::Failed(_))
    ));
    assert_eq!(due(&world, 5).await.len(), 1);
}

pub(crate) async fn counts_add_up(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(10).await;
    for number in 0..3 {
        world.book(number, &[slot]).await;
    }
    let cancel = crate::Cancel {
        booking_code: booking_code(0, 0),
        messages: vec![],
        now: second(9),
    };
    world.store.cancel(cancel).await.unwrap();
    let couple = world.visitor(10, Party::Couple).await;
    world.hold(&couple, &[slot, slot]).await.unwrap();
    let counts = world.store.counts().await.unwrap();
    let expected = crate::Counts {
        series_released: 10,
        series_free: 6,
        series_held: 2,
        series_booked: 2,
        series_cancelled: 1,
        permits_active: 1,
        messages_waiting: 7,
        messages_sent: 0,
    };
    assert_eq!(counts, expected);
}
