-- So that the tables can be spread over several servers: each has one column that every unique key of it contains, and
-- no foreign key leaves the server that a row is on. docs/scale.md says how; packaging/citus/distribute.sql does it.

-- Tables that grow with the people refer to other rows without a foreign key. The engine checks each row of each
-- reference by a lookup of its own, which was most of what a booking cost. The writer has read what it refers to under
-- the lock of all writers; the audit counts what refers to nothing.

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

-- A slot's number begins with its centre's, so that it is unique with it if it is without.
ALTER TABLE dose_allocation
    DROP CONSTRAINT dose_allocation_slot_fkey;
ALTER TABLE series_slot
    DROP CONSTRAINT series_slot_pkey,
    ADD PRIMARY KEY (id, centre_no);

-- A booking and a place belong to a line.
ALTER TABLE booking
    DROP CONSTRAINT booking_pkey,
    DROP CONSTRAINT booking_line_no_number_key,
    ADD PRIMARY KEY (line_no, number);
CREATE INDEX booking_id ON booking (id);

ALTER TABLE place
    DROP CONSTRAINT place_pkey,
    DROP CONSTRAINT place_claim_key,
    ADD PRIMARY KEY (line_no, id),
    ADD UNIQUE (line_no, claim);

-- What is unique among all series, wherever they are, is the key of a table of its own.
CREATE TABLE series_code (
    booking_code  text PRIMARY KEY,
    series        bigint NOT NULL
);

-- Nobody twice: the key leaves this table when the series is cancelled.
CREATE TABLE series_person (
    person_key  bytea PRIMARY KEY CHECK (length(person_key) = 32),
    series      bigint NOT NULL
);

INSERT INTO series_code SELECT booking_code, id FROM series;
INSERT INTO series_person SELECT person_key, id FROM series WHERE state = 'booked';
ALTER TABLE series DROP CONSTRAINT series_booking_code_key;
DROP INDEX series_person_once;
