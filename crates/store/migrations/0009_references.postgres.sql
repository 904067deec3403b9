-- Tables that grow with the people refer to other rows without a foreign key: the engine checks each row of each
-- reference by a lookup of its own, which was most of what a booking cost, and no engine checks them between two
-- servers. The writer has read what it refers to under the lock of all writers; the audit counts what refers to nothing.

ALTER TABLE permit
    DROP CONSTRAINT permit_line_no_fkey;
ALTER TABLE hold
    DROP CONSTRAINT hold_line_no_number_fkey;
ALTER TABLE hold_place
    DROP CONSTRAINT hold_place_line_no_number_fkey,
    DROP CONSTRAINT hold_place_slot_fkey;
ALTER TABLE registration
    DROP CONSTRAINT registration_campaign_fkey;
ALTER TABLE registration_person
    DROP CONSTRAINT registration_person_registration_fkey;
ALTER TABLE booking
    DROP CONSTRAINT booking_line_no_number_fkey,
    DROP CONSTRAINT booking_registration_fkey;
ALTER TABLE series
    DROP CONSTRAINT series_booking_fkey,
    DROP CONSTRAINT series_registration_person_no_fkey,
    DROP CONSTRAINT series_slot_fkey;
ALTER TABLE appointment
    DROP CONSTRAINT appointment_series_fkey,
    DROP CONSTRAINT appointment_centre_no_fkey;
ALTER TABLE series_move
    DROP CONSTRAINT series_move_series_fkey,
    DROP CONSTRAINT series_move_from_slot_fkey,
    DROP CONSTRAINT series_move_to_slot_fkey;
ALTER TABLE outbox
    DROP CONSTRAINT outbox_kind_fkey;
ALTER TABLE outbox_series
    DROP CONSTRAINT outbox_series_message_fkey,
    DROP CONSTRAINT outbox_series_series_fkey;
ALTER TABLE ticket_contact
    DROP CONSTRAINT ticket_contact_line_no_fkey,
    DROP CONSTRAINT ticket_contact_soon_message_fkey,
    DROP CONSTRAINT ticket_contact_call_message_fkey;
ALTER TABLE ticket_place
    DROP CONSTRAINT ticket_place_line_no_fkey,
    DROP CONSTRAINT ticket_place_place_fkey;
