-- The tables of dran, PostgreSQL. The words are those of ARCHITECTURE.md.
--
-- Columns named *_at and *_until are unix milliseconds (UTC), and days are ISO dates, as SQLite keeps
-- them: both engines answer the same to the millisecond. Keys and checks say what must never be: a slot
-- above its capacity, a delivery given out twice, a person booked twice.
-- Rows that change all the time leave room in their page, so that a new version stays beside the old
-- one and no index is touched.

CREATE TABLE centre (
    no          integer PRIMARY KEY CHECK (no BETWEEN 1 AND 65535),
    id          text NOT NULL UNIQUE,
    slots_made  bigint NOT NULL DEFAULT 0 CHECK (slots_made BETWEEN 0 AND 4294967295)
);

-- Campaigns and their lines ------------------------------------------------------------------------

CREATE TABLE campaign (
    no               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id               text NOT NULL UNIQUE,
    opens_at         bigint NOT NULL,
    state            text NOT NULL CHECK (state IN ('scheduled', 'open', 'paused', 'closed')),
    draw_secret      bytea NOT NULL CHECK (length(draw_secret) = 32),
    draw_commitment  bytea NOT NULL CHECK (length(draw_commitment) = 32),
    committed_at     bigint NOT NULL,
    drawn_at         bigint,
    permits_active   bigint NOT NULL DEFAULT 0 CHECK (permits_active >= 0),
    CHECK (CASE state WHEN 'scheduled' THEN drawn_at IS NULL WHEN 'closed' THEN TRUE ELSE drawn_at IS NOT NULL END)
) WITH (fillfactor = 20);

CREATE TABLE campaign_centre (
    campaign   bigint NOT NULL REFERENCES campaign,
    ordinal    integer NOT NULL,
    centre_no  integer NOT NULL REFERENCES centre,
    PRIMARY KEY (campaign, ordinal)
);

CREATE TABLE campaign_group (
    campaign  bigint NOT NULL REFERENCES campaign,
    ordinal   integer NOT NULL,
    group_id  text NOT NULL,
    PRIMARY KEY (campaign, ordinal)
);

CREATE TABLE line (
    line_no      integer PRIMARY KEY CHECK (line_no BETWEEN 1 AND 4095),
    campaign     bigint NOT NULL REFERENCES campaign,
    ordinal      integer NOT NULL,
    pool         text NOT NULL,
    next_number  bigint NOT NULL DEFAULT 0 CHECK (next_number BETWEEN 0 AND 4294967295),
    drawn_n      bigint CHECK (drawn_n BETWEEN 0 AND next_number),
    called       bigint NOT NULL DEFAULT 0 CHECK (called BETWEEN 0 AND next_number),
    UNIQUE (campaign, ordinal),
    UNIQUE (campaign, pool),
    CHECK (called = 0 OR drawn_n IS NOT NULL)
) WITH (fillfactor = 20);

CREATE TABLE line_centre (
    line_no    integer NOT NULL REFERENCES line,
    ordinal    integer NOT NULL,
    centre_no  integer NOT NULL REFERENCES centre,
    PRIMARY KEY (line_no, ordinal)
);

CREATE TABLE line_district (
    line_no   integer NOT NULL REFERENCES line,
    ordinal   integer NOT NULL,
    district  text NOT NULL,
    PRIMARY KEY (line_no, ordinal)
);

-- Supply -------------------------------------------------------------------------------------------

CREATE TABLE delivery (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference        text NOT NULL,
    centre_no        integer NOT NULL REFERENCES centre,
    vaccine          text NOT NULL,
    day              text NOT NULL,
    doses            bigint NOT NULL CHECK (doses >= 0),
    released_first   bigint NOT NULL DEFAULT 0 CHECK (released_first >= 0),
    released_second  bigint NOT NULL DEFAULT 0 CHECK (released_second >= 0),
    UNIQUE (reference, centre_no, vaccine),
    CHECK (released_first + released_second <= doses)
);

-- One row is one first place together with its second: an orphan cannot be written down.
-- id = centre_no << 32 | number within the centre, so that its centre leads it.
CREATE TABLE series_slot (
    id         bigint PRIMARY KEY CHECK (id >> 32 = centre_no),
    centre_no  integer NOT NULL REFERENCES centre,
    vaccine    text NOT NULL,
    first_at   bigint NOT NULL,
    second_at  bigint CHECK (second_at > first_at),
    capacity   bigint NOT NULL CHECK (capacity > 0),
    free       bigint NOT NULL CHECK (free BETWEEN 0 AND capacity)
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX series_slot_once ON series_slot (centre_no, vaccine, first_at, coalesce(second_at, 0));

-- Which delivery backs which places of a slot.
CREATE TABLE dose_allocation (
    slot      bigint NOT NULL REFERENCES series_slot,
    dose      integer NOT NULL CHECK (dose IN (1, 2)),
    delivery  bigint NOT NULL REFERENCES delivery,
    doses     bigint NOT NULL CHECK (doses > 0),
    PRIMARY KEY (slot, dose, delivery)
);

-- Permits and holds --------------------------------------------------------------------------------

CREATE TABLE permit (
    line_no     integer NOT NULL REFERENCES line,
    number      bigint NOT NULL CHECK (number BETWEEN 0 AND 4294967295),
    party       integer NOT NULL CHECK (party IN (1, 2)),
    state       text NOT NULL CHECK (state IN ('active', 'booked', 'expired', 'left')),
    entered_at  bigint NOT NULL,
    expires_at  bigint NOT NULL,
    extensions  bigint NOT NULL DEFAULT 0 CHECK (extensions >= 0),
    PRIMARY KEY (line_no, number)
);

CREATE INDEX permit_active ON permit (expires_at) WHERE state = 'active';

-- Live holds only: a hold that ended or was confirmed has no row. The number of an ended one never comes
-- back as somebody else's, because a sequence does not go back.
CREATE TABLE hold (
    line_no     integer NOT NULL,
    number      bigint NOT NULL,
    id          bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    expires_at  bigint NOT NULL,
    PRIMARY KEY (line_no, number),
    FOREIGN KEY (line_no, number) REFERENCES permit
);

CREATE INDEX hold_expires ON hold (expires_at);

CREATE TABLE hold_place (
    line_no    integer NOT NULL,
    number     bigint NOT NULL,
    person_no  integer NOT NULL CHECK (person_no IN (0, 1)),
    slot       bigint NOT NULL REFERENCES series_slot,
    PRIMARY KEY (line_no, number, person_no),
    FOREIGN KEY (line_no, number) REFERENCES hold
);

-- Registrations ------------------------------------------------------------------------------------

CREATE TABLE registration (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign          bigint NOT NULL REFERENCES campaign,
    attempt_key       bytea NOT NULL CHECK (length(attempt_key) = 16),
    contact_kind      text NOT NULL CHECK (contact_kind IN ('sms', 'email', 'letter')),
    contact_address   text NOT NULL,
    contact_town      text CHECK ((contact_town IS NOT NULL) = (contact_kind = 'letter')),
    language          text NOT NULL,
    created_at        bigint NOT NULL,
    verified_at       bigint,
    code_hash         bytea CHECK (length(code_hash) = 32),
    code_valid_until  bigint CHECK ((code_valid_until IS NULL) = (code_hash IS NULL)),
    code_tries        bigint NOT NULL DEFAULT 0 CHECK (code_tries >= 0),
    codes_sent        bigint NOT NULL DEFAULT 0 CHECK (codes_sent >= 0)
) WITH (fillfactor = 80);

CREATE INDEX registration_attempt ON registration (attempt_key);

CREATE TABLE registration_person (
    registration  bigint NOT NULL REFERENCES registration,
    person_no     integer NOT NULL CHECK (person_no IN (0, 1)),
    given_name    text NOT NULL,
    family_name   text NOT NULL,
    birth_date    text NOT NULL,
    sex           text NOT NULL CHECK (sex IN ('f', 'm', 'd', 'x')),
    postcode      text NOT NULL,
    district      text NOT NULL,
    group_id      text NOT NULL,
    person_key    bytea NOT NULL CHECK (length(person_key) = 32),
    PRIMARY KEY (registration, person_no)
);

-- Bookings -----------------------------------------------------------------------------------------

-- One per ticket; its attempt key is the one that made it.
CREATE TABLE booking (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line_no       integer NOT NULL,
    number        bigint NOT NULL,
    attempt_key   bytea NOT NULL CHECK (length(attempt_key) = 16),
    registration  bigint NOT NULL REFERENCES registration,
    receipt       text NOT NULL,
    booked_at     bigint NOT NULL,
    UNIQUE (line_no, number),
    FOREIGN KEY (line_no, number) REFERENCES permit
);

CREATE TABLE series (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking       bigint NOT NULL REFERENCES booking,
    registration  bigint NOT NULL,
    person_no     integer NOT NULL,
    person_key    bytea NOT NULL CHECK (length(person_key) = 32),
    booking_code  text NOT NULL UNIQUE,
    slot          bigint NOT NULL REFERENCES series_slot,
    state         text NOT NULL CHECK (state IN ('booked', 'cancelled')),
    sequence      bigint NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    FOREIGN KEY (registration, person_no) REFERENCES registration_person
);

-- Nobody twice: the key leaves this index when the series is cancelled.
CREATE UNIQUE INDEX series_person_once ON series (person_key) WHERE state = 'booked';
CREATE INDEX series_booking ON series (booking);
CREATE INDEX series_cancelled ON series (id) WHERE state = 'cancelled';

CREATE TABLE appointment (
    series     bigint NOT NULL REFERENCES series,
    dose       integer NOT NULL CHECK (dose IN (1, 2)),
    centre_no  integer NOT NULL REFERENCES centre,
    starts_at  bigint NOT NULL,
    PRIMARY KEY (series, dose)
);

-- What was moved under which attempt key, so that a move sent twice is done once.
CREATE TABLE series_move (
    series       bigint NOT NULL REFERENCES series,
    attempt_key  bytea NOT NULL CHECK (length(attempt_key) = 16),
    from_slot    bigint NOT NULL REFERENCES series_slot,
    to_slot      bigint NOT NULL REFERENCES series_slot,
    moved_at     bigint NOT NULL,
    PRIMARY KEY (series, attempt_key)
);

-- Messages -----------------------------------------------------------------------------------------

-- due_at is set while a message waits; sent_at once it was sent; neither when it was given up.
CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel     text NOT NULL CHECK (channel IN ('sms', 'email', 'letter')),
    kind        text NOT NULL CHECK (kind IN ('code', 'confirmation', 'cancellation', 'move')),
    recipient   text NOT NULL,
    language    text NOT NULL,
    subject     text NOT NULL,
    body        text NOT NULL,
    calendar    text,
    created_at  bigint NOT NULL,
    due_at      bigint,
    tries       bigint NOT NULL DEFAULT 0 CHECK (tries >= 0),
    sent_at     bigint,
    failure     text,
    CHECK (due_at IS NULL OR sent_at IS NULL)
);

CREATE INDEX outbox_due ON outbox (due_at, id) WHERE due_at IS NOT NULL;

-- Which series a message is about, in the order in which it names them.
CREATE TABLE outbox_series (
    message  bigint NOT NULL REFERENCES outbox,
    ordinal  integer NOT NULL,
    series   bigint NOT NULL REFERENCES series,
    PRIMARY KEY (message, ordinal)
);

-- Counts that would otherwise need a scan of everything that ever happened.
CREATE TABLE tally (
    name   text PRIMARY KEY,
    value  bigint NOT NULL CHECK (value >= 0)
) WITH (fillfactor = 20);

INSERT INTO tally (name, value) VALUES ('messages_sent', 0);
