//! The statements of the hot commands, each for all of a batch. The benchmark runs these same texts without
//! anything of dran around them.
//!
//! Their shape leaves the planner no choice: each row is found by its key, one after the other, whatever the
//! statistics were when the plan was made. They are those of a table that was just emptied, when it was (`hold`
//! is, again and again), and a plan that goes through such a table once for each command is kept until the next
//! statistics. `OFFSET 0` keeps a lookup from being turned into a join in whatever order; what was found is
//! changed by its place in the table (`ctid`), which nobody moves meanwhile: the batch has the lock of all
//! writers.

/// The permits of tickets, each named once.
pub(super) const PERMITS: &str = "
    SELECT line_no, number, party, state, entered_at, expires_at, extensions
    FROM unnest($1::integer[], $2::bigint[]) AS asked (line, ticket) CROSS JOIN LATERAL (
        SELECT * FROM permit WHERE line_no = line AND number = ticket OFFSET 0) AS found";

/// The holds of tickets, each named once, with their places, in the order of the persons.
pub(super) const HOLDS: &str = "
    SELECT line_no, number, id, expires_at, slot
    FROM unnest($1::integer[], $2::bigint[]) AS asked (line, ticket) CROSS JOIN LATERAL (
        SELECT * FROM hold WHERE line_no = line AND number = ticket OFFSET 0) AS found CROSS JOIN LATERAL (
        SELECT slot, person_no FROM hold_place WHERE line_no = line AND number = ticket OFFSET 0) AS place
    ORDER BY line_no, number, person_no";

/// The slots that are wanted, and those that the tickets hold now.
pub(super) const FREE: &str = "
    SELECT id, free FROM series_slot WHERE id = ANY (ARRAY (
        SELECT unnest($3::bigint[]) UNION
        SELECT slot FROM unnest($1::integer[], $2::bigint[]) AS asked (line, ticket) CROSS JOIN LATERAL (
            SELECT slot FROM hold_place WHERE line_no = line AND number = ticket OFFSET 0) AS held))";

pub(super) const HOLD_NUMBERS: &str = "SELECT nextval('hold_id_seq') FROM generate_series(1, $1::bigint)";

pub(super) const DELETE_PLACES: &str = "
    DELETE FROM hold_place WHERE ctid = ANY (ARRAY (
        SELECT at FROM unnest($1::integer[], $2::bigint[]) AS ended (line, ticket) CROSS JOIN LATERAL (
            SELECT ctid AS at FROM hold_place WHERE line_no = line AND number = ticket OFFSET 0) AS found))";

pub(super) const DELETE_REPLACED: &str = "
    DELETE FROM hold WHERE ctid = ANY (ARRAY (
        SELECT at FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) AS ended (line, ticket, made)
        CROSS JOIN LATERAL (
            SELECT ctid AS at FROM hold WHERE line_no = line AND number = ticket AND id = made OFFSET 0) AS found))";

pub(super) const INSERT_HOLDS: &str = "
    INSERT INTO hold (line_no, number, id, expires_at) OVERRIDING SYSTEM VALUE
    SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bigint[])";

pub(super) const INSERT_PLACES: &str = "
    INSERT INTO hold_place (line_no, number, person_no, slot)
    SELECT * FROM unnest($1::integer[], $2::bigint[], $3::integer[], $4::bigint[])";

/// The contended rows come last.
pub(super) const CHANGE_FREE: &str = "
    UPDATE series_slot SET free = free + change
    FROM unnest($1::bigint[], $2::bigint[]) AS changed (slot, change) CROSS JOIN LATERAL (
        SELECT ctid AS at FROM series_slot WHERE id = slot OFFSET 0) AS found
    WHERE series_slot.ctid = at AND free + change BETWEEN 0 AND capacity";

pub(super) const LINES: &str = "SELECT line_no, campaign FROM line WHERE line_no = ANY ($1::integer[])";

pub(super) const REGISTRATIONS: &str = "
    SELECT id, campaign, verified_at IS NOT NULL, contact_kind, contact_address, contact_town, language,
           (SELECT id FROM campaign WHERE no = registration.campaign)
    FROM registration WHERE id = ANY ($1::bigint[])";

pub(super) const PERSONS: &str = "
    SELECT registration, given_name, family_name, birth_date, sex, postcode, district, group_id, person_key,
           EXISTS (SELECT 1 FROM series_person
                   WHERE series_person.person_key = registration_person.person_key OFFSET 0)
    FROM registration_person WHERE registration = ANY ($1::bigint[]) ORDER BY registration, person_no";

pub(super) const CODES: &str = "SELECT booking_code FROM series_code WHERE booking_code = ANY ($1::text[])";

pub(super) const SLOTS: &str = "
    SELECT id, centre_no, (SELECT id FROM centre WHERE no = centre_no), vaccine, first_at, second_at
    FROM series_slot WHERE id = ANY (ARRAY (
        SELECT slot FROM unnest($1::integer[], $2::bigint[]) AS asked (line, ticket) CROSS JOIN LATERAL (
            SELECT slot FROM hold_place WHERE line_no = line AND number = ticket OFFSET 0) AS held))";

pub(super) const BOOKING_NUMBERS: &str = "SELECT nextval('booking_id_seq') FROM generate_series(1, $1::bigint)";

pub(super) const SERIES_NUMBERS: &str = "SELECT nextval('series_id_seq') FROM generate_series(1, $1::bigint)";

pub(super) const MESSAGE_NUMBERS: &str = "SELECT nextval('outbox_id_seq') FROM generate_series(1, $1::bigint)";

pub(super) const INSERT_BOOKINGS: &str = "
    INSERT INTO booking (id, line_no, number, attempt_key, registration, receipt, booked_at) OVERRIDING SYSTEM VALUE
    SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bytea[], $5::bigint[], $6::text[],
                         $7::bigint[])";

pub(super) const INSERT_SERIES: &str = "
    INSERT INTO series (id, booking, registration, person_no, person_key, booking_code, slot, state)
    OVERRIDING SYSTEM VALUE
    SELECT made.*, 'booked'
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[], $5::bytea[], $6::text[], $7::bigint[])
        AS made";

pub(super) const INSERT_CODES: &str = "
    INSERT INTO series_code (series, booking_code) SELECT * FROM unnest($1::bigint[], $2::text[])";

pub(super) const INSERT_PERSON_KEYS: &str = "
    INSERT INTO series_person (series, person_key) SELECT * FROM unnest($1::bigint[], $2::bytea[])";

pub(super) const INSERT_APPOINTMENTS: &str = "
    INSERT INTO appointment (series, dose, centre_no, starts_at)
    SELECT * FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::bigint[])";

pub(super) const INSERT_MESSAGES: &str = "
    INSERT INTO outbox (id, channel, kind, recipient, language, subject, body, calendar, created_at, due_at)
    OVERRIDING SYSTEM VALUE
    SELECT made.*, at
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::bigint[]) AS made (id, channel, kind, recipient, language, subject, body, calendar, at)";

pub(super) const INSERT_MESSAGE_SERIES: &str = "
    INSERT INTO outbox_series (message, ordinal, series)
    SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[])";

pub(super) const DELETE_HOLDS: &str = "
    DELETE FROM hold WHERE ctid = ANY (ARRAY (
        SELECT at FROM unnest($1::integer[], $2::bigint[]) AS ended (line, ticket) CROSS JOIN LATERAL (
            SELECT ctid AS at FROM hold WHERE line_no = line AND number = ticket OFFSET 0) AS found))";

pub(super) const CLOSE_PERMITS: &str = "
    UPDATE permit SET state = 'booked' WHERE ctid = ANY (ARRAY (
        SELECT at FROM unnest($1::integer[], $2::bigint[]) AS ended (line, ticket) CROSS JOIN LATERAL (
            SELECT ctid AS at, state FROM permit WHERE line_no = line AND number = ticket OFFSET 0) AS found
        WHERE state = 'active'))";

/// Who has booked waits for no message any more, whichever ticket of the place it was left on.
pub(super) const DELETE_CONTACTS: &str = "
    DELETE FROM ticket_contact WHERE ctid = ANY (ARRAY (
        SELECT at FROM unnest($1::integer[], $2::bigint[]) AS booked (line, ticket) CROSS JOIN LATERAL (
            SELECT ctid AS at FROM ticket_contact WHERE line_no = line AND number = ticket OFFSET 0) AS own
        UNION ALL
        SELECT at FROM unnest($1::integer[], $2::bigint[]) AS booked (line, ticket) CROSS JOIN LATERAL (
            SELECT place FROM ticket_place WHERE line_no = line AND number = ticket OFFSET 0) AS me
        CROSS JOIN LATERAL (
            SELECT line_no, number FROM ticket_place WHERE place = me.place OFFSET 0) AS other
        CROSS JOIN LATERAL (
            SELECT ctid AS at FROM ticket_contact
            WHERE line_no = other.line_no AND number = other.number OFFSET 0) AS found))";

/// Nor for a call, likewise.
pub(super) const END_CALLBACKS: &str = "
    UPDATE callback SET state = 'done', due_at = NULL, settled_as = 'booked', settled_by = claimed_by,
           claimed_by = NULL, claimed_at = NULL, ended_at = coalesce(ended_at, booked_at)
    FROM (
        SELECT at, booked_at FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) AS booked (line, ticket, booked_at)
        CROSS JOIN LATERAL (
            SELECT ctid AS at FROM callback WHERE line_no = line AND number = ticket OFFSET 0) AS own
        UNION
        SELECT at, booked_at FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) AS booked (line, ticket, booked_at)
        CROSS JOIN LATERAL (
            SELECT place FROM ticket_place WHERE line_no = line AND number = ticket OFFSET 0) AS me
        CROSS JOIN LATERAL (
            SELECT line_no, number FROM ticket_place WHERE place = me.place OFFSET 0) AS other
        CROSS JOIN LATERAL (
            SELECT ctid AS at FROM callback
            WHERE line_no = other.line_no AND number = other.number OFFSET 0) AS found) AS ended
    WHERE callback.ctid = ended.at AND coalesce(settled_as, '') <> 'booked'";

/// The contended rows come last.
pub(super) const COUNT_PERMITS: &str = "
    UPDATE campaign SET permits_active = permits_active - ended
    FROM unnest($1::bigint[], $2::bigint[]) AS counted (campaign_no, ended) CROSS JOIN LATERAL (
        SELECT ctid AS at FROM campaign WHERE no = campaign_no OFFSET 0) AS found
    WHERE campaign.ctid = at AND permits_active >= ended";

/// Whose place is shared with other tickets.
pub(super) const FOLDED: &str = "
    SELECT line, ticket
    FROM unnest($1::integer[], $2::bigint[]) AS asked (line, ticket) CROSS JOIN LATERAL (
        SELECT place FROM ticket_place WHERE line_no = line AND number = ticket OFFSET 0) AS me
    WHERE EXISTS (SELECT 1 FROM ticket_place WHERE place = me.place AND number <> ticket OFFSET 0)";

pub(super) const OPENINGS: &str = "
    SELECT line_no, next_number, campaign_no, open, permits_active
    FROM unnest($1::integer[]) AS asked (line) CROSS JOIN LATERAL (
        SELECT line_no, next_number, campaign FROM line WHERE line_no = line OFFSET 0) AS found CROSS JOIN LATERAL (
        SELECT no AS campaign_no, state = 'open' AS open, permits_active
        FROM campaign WHERE no = found.campaign OFFSET 0) AS opening";

/// Who was inside before keeps the time of the first entry.
pub(super) const INSERT_PERMITS: &str = "
    INSERT INTO permit (line_no, number, party, state, entered_at, expires_at)
    SELECT line_no, number, party, 'active', entered_at, expires_at
    FROM unnest($1::integer[], $2::bigint[], $3::integer[], $4::bigint[], $5::bigint[])
        AS made (line_no, number, party, entered_at, expires_at)
    ON CONFLICT (line_no, number) DO UPDATE
    SET party = excluded.party, state = 'active', expires_at = excluded.expires_at, extensions = 0
    WHERE permit.state IN ('expired', 'left')";

/// The contended rows come last.
pub(super) const TAKE_PERMITS: &str = "
    UPDATE campaign SET permits_active = permits_active + taken
    FROM unnest($1::bigint[], $2::bigint[]) AS counted (campaign_no, taken) CROSS JOIN LATERAL (
        SELECT ctid AS at FROM campaign WHERE no = campaign_no OFFSET 0) AS found
    WHERE campaign.ctid = at AND state = 'open'";

/// Campaigns by name, each with a district, and the line that the district belongs to there.
pub(super) const CAMPAIGNS: &str = "
    SELECT name, asked.district, no, line_no
    FROM unnest($1::text[], $2::text[]) AS asked (name, district) CROSS JOIN LATERAL (
        SELECT no FROM campaign WHERE id = name OFFSET 0) AS found LEFT JOIN LATERAL (
        SELECT min(line_no) AS line_no FROM line_district
        WHERE line_district.district = asked.district AND EXISTS (
            SELECT 1 FROM line WHERE line.line_no = line_district.line_no AND campaign = no OFFSET 0)
        OFFSET 0) AS of_district ON true";

pub(super) const ATTEMPTS: &str = "SELECT attempt_key FROM registration WHERE attempt_key = ANY ($1::bytea[])";

pub(super) const REGISTRATION_NUMBERS: &str = "
    SELECT nextval('registration_id_seq') FROM generate_series(1, $1::bigint)";

pub(super) const INSERT_REGISTRATIONS: &str = "
    INSERT INTO registration
    (id, campaign, attempt_key, contact_kind, contact_address, contact_town, language, created_at, verified_at,
     code_hash, code_valid_until, codes_sent)
    OVERRIDING SYSTEM VALUE
    SELECT made.*, CASE WHEN code_hash IS NULL THEN 0 ELSE 1 END
    FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
                $9::bigint[], $10::bytea[], $11::bigint[])
        AS made (id, campaign, attempt_key, contact_kind, contact_address, contact_town, language, created_at,
                 verified_at, code_hash, code_valid_until)";

pub(super) const INSERT_PERSONS: &str = "
    INSERT INTO registration_person
    (registration, person_no, given_name, family_name, birth_date, sex, postcode, district, group_id, person_key)
    SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                         $8::text[], $9::text[], $10::bytea[])";

pub(super) const TRIES: &str = "
    SELECT id, verified_at IS NOT NULL, code_hash, code_valid_until, code_tries
    FROM registration WHERE id = ANY ($1::bigint[])";

pub(super) const COUNT_TRIES: &str = "
    UPDATE registration SET code_tries = after
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS tried (registration_id, before, after) CROSS JOIN LATERAL (
        SELECT ctid AS at FROM registration WHERE id = registration_id OFFSET 0) AS found
    WHERE registration.ctid = at AND code_tries = before";

pub(super) const SET_VERIFIED: &str = "
    UPDATE registration SET verified_at = moment
    FROM unnest($1::bigint[], $2::bigint[]) AS verified (registration_id, moment) CROSS JOIN LATERAL (
        SELECT ctid AS at FROM registration WHERE id = registration_id OFFSET 0) AS found
    WHERE registration.ctid = at AND verified_at IS NULL";
