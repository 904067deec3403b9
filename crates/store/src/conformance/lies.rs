//! A day whose every row an audit can look at, and the lies that its checks must find.

use std::sync::Arc;

use dran_core::ids::Party;
use dran_core::staff::Role;
use dran_core::staff::log::{Act, Actor, Entry, Subject};

use super::contacts::{contact_on, marks, notice, verified};
use super::staff::ready;
use super::world::{World, booking_code, key, second};
use super::{callbacks, desk};
use crate::{Cancel, MessageOutcome, MessageResult, MoveSeries, NewTicketContact};

/// The check that must speak, and the lie.
pub(crate) const LIES: &[(&str, &str)] = &[
    (
        "account_is_an_unbroken_chain",
        "DROP TRIGGER account_is_not_changed; UPDATE account SET line = line || ' ' WHERE number = 2",
    ),
    (
        "account_is_an_unbroken_chain",
        "DROP TRIGGER account_is_not_shortened; DELETE FROM account WHERE number = 2",
    ),
    (
        "every_call_is_in_the_account",
        "UPDATE line SET called = called + 1 WHERE called > 0",
    ),
    (
        "no_slot_above_capacity",
        "UPDATE series_slot SET capacity = 2, free = -1 WHERE id = (SELECT min(id) FROM series_slot);
         UPDATE dose_allocation SET doses = 2 WHERE slot = (SELECT min(id) FROM series_slot);
         UPDATE delivery SET released_first = 2, released_second = 2 WHERE id = 1",
    ),
    (
        "free_is_capacity_less_held_and_booked",
        "UPDATE series_slot SET free = free + 1 WHERE id = (SELECT min(id) FROM series_slot)",
    ),
    (
        "no_delivery_given_out_twice",
        "UPDATE delivery SET doses = released_first WHERE id = 1",
    ),
    (
        "no_delivery_given_out_twice",
        "UPDATE delivery SET released_first = released_first - 1 WHERE id = 1",
    ),
    (
        "every_place_has_its_doses",
        "UPDATE dose_allocation SET doses = doses - 1 WHERE delivery = 1 AND dose = 2;
         UPDATE delivery SET released_second = released_second - 1 WHERE id = 1",
    ),
    (
        "nobody_booked_twice",
        "DROP INDEX series_person_once;
         UPDATE series SET person_key = (SELECT person_key FROM series WHERE id = (SELECT min(id) FROM series))
         WHERE id = (SELECT min(id) + 1 FROM series)",
    ),
    (
        "no_first_dose_without_its_second",
        "DELETE FROM appointment WHERE series = (SELECT min(id) FROM series) AND dose = 2",
    ),
    (
        "no_first_dose_without_its_second",
        "DELETE FROM appointment WHERE series = (SELECT min(id) FROM series) AND dose = 1",
    ),
    (
        "every_appointment_is_at_its_slot",
        "UPDATE appointment SET starts_at = starts_at + 60000 WHERE series = (SELECT min(id) FROM series) AND dose = 2",
    ),
    (
        "every_appointment_is_at_its_slot",
        "UPDATE appointment SET centre_no = 3 - centre_no WHERE series = (SELECT min(id) FROM series) AND dose = 1",
    ),
    (
        "every_booking_is_whole",
        "UPDATE permit SET state = 'left' WHERE number = 1",
    ),
    (
        "every_booking_is_whole",
        "UPDATE permit SET state = 'booked' WHERE number = 5",
    ),
    ("every_booking_is_whole", "UPDATE permit SET party = 1 WHERE number = 1"),
    (
        "every_confirmation_in_the_outbox",
        "DELETE FROM outbox_series WHERE series = (SELECT min(id) FROM series)",
    ),
    (
        "every_confirmation_in_the_outbox",
        "UPDATE outbox SET kind = 'move' WHERE kind = 'confirmation'",
    ),
    ("every_sent_message_is_counted", "UPDATE tally SET value = value + 1"),
    ("every_sent_message_is_counted", "UPDATE outbox SET sent_at = NULL"),
    (
        "permits_active_is_their_count",
        "UPDATE campaign SET permits_active = permits_active + 1",
    ),
    (
        "no_permit_beyond_the_tickets",
        "UPDATE permit SET number = 4000000 WHERE number = 5",
    ),
    (
        "no_call_beyond_the_tickets",
        "UPDATE line SET called = next_number + 1 WHERE line_no = 1",
    ),
    (
        "no_call_beyond_the_tickets",
        "UPDATE line SET drawn_n = next_number + 1 WHERE line_no = 1",
    ),
    (
        "every_draw_is_whole",
        "UPDATE line SET drawn_n = NULL WHERE line_no = 2",
    ),
    ("every_draw_is_whole", "UPDATE campaign SET frozen_at = NULL"),
    (
        "every_draw_in_its_order",
        "UPDATE campaign SET frozen_at = committed_at - 1",
    ),
    (
        "every_draw_in_its_order",
        "UPDATE campaign SET drawn_at = frozen_at - 1",
    ),
    (
        "every_draw_in_its_order",
        "UPDATE campaign SET randomness = 'lottery', lottery = 'Lotto'",
    ),
    (
        "every_draw_in_its_order",
        "UPDATE campaign SET randomness = 'lottery', lottery = 'Lotto', public_value = '1 2 3 4',
                public_value_at = frozen_at - 1",
    ),
    (
        "every_hold_expired_or_alive",
        "UPDATE hold SET expires_at = expires_at + 1",
    ),
    (
        "every_hold_expired_or_alive",
        "UPDATE permit SET state = 'expired' WHERE number = 2;
         UPDATE campaign SET permits_active = permits_active - 1 WHERE no = 1",
    ),
    (
        "every_hold_expired_or_alive",
        "DELETE FROM hold_place; UPDATE series_slot SET free = free + 1 WHERE id = (SELECT min(id) FROM series_slot)",
    ),
    ("every_hold_expired_or_alive", "UPDATE hold SET expires_at = 0"),
    (
        "every_notice_is_in_the_outbox",
        "UPDATE outbox SET kind = 'code' WHERE kind = 'call'",
    ),
    ("no_contact_kept_after_booking", "UPDATE ticket_contact SET number = 1"),
    (
        "one_permit_for_a_folded_place",
        "UPDATE ticket_place SET number = number - 8",
    ),
    (
        "audit_log_is_an_unbroken_chain",
        "DROP TRIGGER audit_log_is_not_changed; UPDATE audit_log SET line = replace(line, 'read', 'x') WHERE number = 5",
    ),
    (
        "audit_log_is_an_unbroken_chain",
        "DROP TRIGGER audit_log_is_not_shortened; DELETE FROM audit_log WHERE number = 2",
    ),
    (
        "accounts_have_an_administrator",
        "UPDATE staff_account SET role = 'agent' WHERE role = 'operator'",
    ),
    (
        "no_session_of_a_disabled_account",
        "UPDATE staff_account SET disabled_at = 5 WHERE role = 'agent'",
    ),
    (
        "second_factor_of_every_session",
        "UPDATE staff_account SET totp_nonce = NULL, totp_last_step = NULL WHERE role = 'agent'",
    ),
    (
        "centres_of_the_role_centre_alone",
        "UPDATE staff_account SET role = 'centre' WHERE role = 'agent'",
    ),
    (
        "no_number_with_two_open_callbacks",
        "DROP INDEX callback_open; UPDATE callback SET phone = '+49561000021' WHERE ended_at IS NULL",
    ),
    (
        "every_due_callback_was_called",
        "UPDATE callback SET position = 4000 WHERE state = 'due'",
    ),
    (
        "no_open_callback_after_booking",
        "UPDATE callback SET number = 1 WHERE state = 'due'",
    ),
    (
        "nobody_beside_one_line_for_all",
        "UPDATE campaign SET phone = 'one-line'",
    ),
    (
        "every_entry_by_phone_is_in_the_account",
        "UPDATE phone_entry SET ordinal = ordinal + 1",
    ),
    (
        "every_entry_by_phone_is_in_the_account",
        "INSERT INTO phone_entry (line_no, ordinal, number, account, entered_at)
         SELECT line_no, 2, 8, account, entered_at FROM phone_entry;
         INSERT INTO permit (line_no, number, party, state, entered_at, expires_at)
         SELECT line_no, 8, 1, 'left', entered_at, entered_at FROM phone_entry WHERE ordinal = 1",
    ),
    (
        "no_row_without_what_it_belongs_to",
        "INSERT INTO series_move SELECT 999, zeroblob(16), min(id), min(id), 0 FROM series_slot",
    ),
];

/// Two members of staff, a couple booked, one moved, one cancelled, one holding, one left, two tickets folded, one called by a
/// message, some messages sent.
pub(crate) async fn a_day(world: &World) {
    let staff = world.store.staff();
    ready(staff, "anna", Role::Operator).await;
    let account = ready(staff, "berta", Role::Agent).await;
    let agent = Actor::Account(account);
    let read = Entry::new(agent, Act::Read, Subject::Series(1));
    staff.record_acts(vec![read], second(20)).await.unwrap();
    let (slot, other) = (world.slot(5).await, world.slot_of("giessen", "biontech", 5).await);
    world
        .store
        .record_calls(vec![(world.line, 4)], second(60))
        .await
        .unwrap();
    world.book(1, &[slot, slot]).await;
    let holding = world.visitor(2, Party::One).await;
    world.hold(&holding, &[slot]).await.unwrap();
    world.book(3, &[slot]).await;
    let cancel = Cancel {
        booking_code: booking_code(3, 0),
        messages: vec![],
        now: second(9),
    };
    world.store.cancel(cancel).await.unwrap();
    world.book(4, &[slot]).await;
    let attempt_key = key(4);
    let moved = MoveSeries {
        attempt_key,
        booking_code: booking_code(4, 0),
        to: other,
        messages: vec![],
        now: second(9),
    };
    world.store.move_series(moved).await.unwrap();
    let left = world.visitor(5, Party::One).await;
    world.store.leave(left.ticket, second(9)).await.unwrap();
    callbacks::due(world, 2, 61).await;
    let waiting = callbacks::asked(world.ticket(21), 21);
    world.store.phone().note_callback(waiting).await.unwrap();
    let by_phone = World::first_come(Arc::clone(&world.store)).await;
    let entered = desk::by_phone(&by_phone, 7, account, 62);
    world.store.phone().enter_by_phone(entered).await.unwrap();
    for number in [11, 12] {
        let new = NewTicketContact {
            claim: Some([9; 32]),
            ..contact_on(world.ticket(number))
        };
        verified(world, new).await;
    }
    let together = world.store.unplaced_contacts(vec![world.line], 10).await.unwrap();
    world.store.place_contacts(vec![(together[0], 0)]).await.unwrap();
    let called = world.store.due_notices(marks(world.line, 1, 1), 10).await.unwrap();
    let notices = called.iter().map(notice).collect();
    world.store.send_notices(notices, second(9)).await.unwrap();
    let due = world.store.due_messages(second(9), 2).await.unwrap();
    let result = MessageResult::Sent { at: second(9) };
    let sent = due
        .iter()
        .map(|due| MessageOutcome {
            id: due.id,
            result: result.clone(),
        })
        .collect();
    world.store.settle_messages(sent).await.unwrap();
}
