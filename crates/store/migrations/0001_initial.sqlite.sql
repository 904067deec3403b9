-- The tables of dran, SQLite. The words are those of ARCHITECTURE.md.
--
-- Columns named *_at and *_until are unix milliseconds (UTC); days are ISO dates. Keys and checks say
-- what must never be: a slot above its capacity, a delivery given out twice, a person booked twice.
-- What changes with every booking is keyed in the order in which it comes, because an index whose
-- keys arrive at random costs more than the row itself.

CREATE TABLE centre (
    no          INTEGER PRIMARY KEY CHECK (no BETWEEN 1 AND 65535),
    id          TEXT NOT NULL UNIQUE,
    slots_made  INTEGER NOT NULL DEFAULT 0 CHECK (slots_made BETWEEN 0 AND 4294967295)
) STRICT;

-- Campaigns and their lines ------------------------------------------------------------------------

CREATE TABLE campaign (
    no               INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    opens_at         INTEGER NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('scheduled', 'open', 'paused', 'closed')),
    draw_secret      BLOB NOT NULL CHECK (length(draw_secret) = 32),
    draw_commitment  BLOB NOT NULL CHECK (length(draw_commitment) = 32),
    committed_at     INTEGER NOT NULL,
    drawn_at         INTEGER,
    permits_active   INTEGER NOT NULL DEFAULT 0 CHECK (permits_active >= 0),
    CHECK (CASE state WHEN 'scheduled' THEN drawn_at IS NULL WHEN 'closed' THEN TRUE ELSE drawn_at IS NOT NULL END)
) STRICT;

CREATE TABLE campaign_centre (
    campaign   INTEGER NOT NULL REFERENCES campaign,
    ordinal    INTEGER NOT NULL,
    centre_no  INTEGER NOT NULL REFERENCES centre,
    PRIMARY KEY (campaign, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE campaign_group (
    campaign  INTEGER NOT NULL REFERENCES campaign,
    ordinal   INTEGER NOT NULL,
    group_id  TEXT NOT NULL,
    PRIMARY KEY (campaign, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE line (
    line_no      INTEGER PRIMARY KEY CHECK (line_no BETWEEN 1 AND 4095),
    campaign     INTEGER NOT NULL REFERENCES campaign,
    ordinal      INTEGER NOT NULL,
    pool         TEXT NOT NULL,
    next_number  INTEGER NOT NULL DEFAULT 0 CHECK (next_number BETWEEN 0 AND 4294967295),
    drawn_n      INTEGER CHECK (drawn_n BETWEEN 0 AND next_number),
    called       INTEGER NOT NULL DEFAULT 0 CHECK (called BETWEEN 0 AND next_number),
    UNIQUE (campaign, ordinal),
    UNIQUE (campaign, pool),
    CHECK (called = 0 OR drawn_n IS NOT NULL)
) STRICT;

CREATE TABLE line_centre (
    line_no    INTEGER NOT NULL REFERENCES line,
    ordinal    INTEGER NOT NULL,
    centre_no  INTEGER NOT NULL REFERENCES centre,
    PRIMARY KEY (line_no, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE line_district (
    line_no   INTEGER NOT NULL REFERENCES line,
    ordinal   INTEGER NOT NULL,
    district  TEXT NOT NULL,
    PRIMARY KEY (line_no, ordinal)
) STRICT, WITHOUT ROWID;

-- Supply -------------------------------------------------------------------------------------------

CREATE TABLE delivery (
    id               INTEGER PRIMARY KEY,
    reference        TEXT NOT NULL,
    centre_no        INTEGER NOT NULL REFERENCES centre,
    vaccine          TEXT NOT NULL,
    day              TEXT NOT NULL,
    doses            INTEGER NOT NULL CHECK (doses >= 0),
    released_first   INTEGER NOT NULL DEFAULT 0 CHECK (released_first >= 0),
    released_second  INTEGER NOT NULL DEFAULT 0 CHECK (released_second >= 0),
    UNIQUE (reference, centre_no, vaccine),
    CHECK (released_first + released_second <= doses)
) STRICT;

-- One row is one first place together with its second: an orphan cannot be written down.
-- id = centre_no << 32 | number within the centre.
CREATE TABLE series_slot (
    id         INTEGER PRIMARY KEY CHECK (id >> 32 = centre_no),
    centre_no  INTEGER NOT NULL REFERENCES centre,
    vaccine    TEXT NOT NULL,
    first_at   INTEGER NOT NULL,
    second_at  INTEGER CHECK (second_at > first_at),
    capacity   INTEGER NOT NULL CHECK (capacity > 0),
    free       INTEGER NOT NULL CHECK (free BETWEEN 0 AND capacity)
) STRICT;

CREATE UNIQUE INDEX series_slot_once ON series_slot (centre_no, vaccine, first_at, coalesce(second_at, 0));

-- Which delivery backs which places of a slot.
CREATE TABLE dose_allocation (
    slot      INTEGER NOT NULL REFERENCES series_slot,
    dose      INTEGER NOT NULL CHECK (dose IN (1, 2)),
    delivery  INTEGER NOT NULL REFERENCES delivery,
    doses     INTEGER NOT NULL CHECK (doses > 0),
    PRIMARY KEY (slot, dose, delivery)
) STRICT, WITHOUT ROWID;

-- Permits and holds --------------------------------------------------------------------------------

CREATE TABLE permit (
    line_no     INTEGER NOT NULL REFERENCES line,
    number      INTEGER NOT NULL CHECK (number BETWEEN 0 AND 4294967295),
    party       INTEGER NOT NULL CHECK (party IN (1, 2)),
    state       TEXT NOT NULL CHECK (state IN ('active', 'booked', 'expired', 'left')),
    entered_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    extensions  INTEGER NOT NULL DEFAULT 0 CHECK (extensions >= 0),
    PRIMARY KEY (line_no, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX permit_active ON permit (expires_at) WHERE state = 'active';

-- Live holds only: a hold that ended or was confirmed has no row. AUTOINCREMENT, so that the number
-- of an ended hold never comes back as somebody else's.
CREATE TABLE hold (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    line_no     INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    UNIQUE (line_no, number),
    FOREIGN KEY (line_no, number) REFERENCES permit
) STRICT;

CREATE INDEX hold_expires ON hold (expires_at);

CREATE TABLE hold_place (
    hold       INTEGER NOT NULL REFERENCES hold,
    person_no  INTEGER NOT NULL CHECK (person_no IN (0, 1)),
    slot       INTEGER NOT NULL REFERENCES series_slot,
    PRIMARY KEY (hold, person_no)
) STRICT, WITHOUT ROWID;

-- Registrations ------------------------------------------------------------------------------------

CREATE TABLE registration (
    id                INTEGER PRIMARY KEY,
    campaign          INTEGER NOT NULL REFERENCES campaign,
    attempt_key       BLOB NOT NULL CHECK (length(attempt_key) = 16),
    contact_kind      TEXT NOT NULL CHECK (contact_kind IN ('sms', 'email', 'letter')),
    contact_address   TEXT NOT NULL,
    contact_town      TEXT CHECK ((contact_town IS NOT NULL) = (contact_kind = 'letter')),
    language          TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    verified_at       INTEGER,
    code_hash         BLOB CHECK (length(code_hash) = 32),
    code_valid_until  INTEGER CHECK ((code_valid_until IS NULL) = (code_hash IS NULL)),
    code_tries        INTEGER NOT NULL DEFAULT 0 CHECK (code_tries >= 0),
    codes_sent        INTEGER NOT NULL DEFAULT 0 CHECK (codes_sent >= 0)
) STRICT;

CREATE INDEX registration_attempt ON registration (attempt_key);

CREATE TABLE registration_person (
    registration  INTEGER NOT NULL REFERENCES registration,
    person_no     INTEGER NOT NULL CHECK (person_no IN (0, 1)),
    given_name    TEXT NOT NULL,
    family_name   TEXT NOT NULL,
    birth_date    TEXT NOT NULL,
    sex           TEXT NOT NULL CHECK (sex IN ('f', 'm', 'd', 'x')),
    postcode      TEXT NOT NULL,
    district      TEXT NOT NULL,
    group_id      TEXT NOT NULL,
    person_key    BLOB NOT NULL CHECK (length(person_key) = 32),
    PRIMARY KEY (registration, person_no)
) STRICT, WITHOUT ROWID;

-- Bookings -----------------------------------------------------------------------------------------

-- One per ticket; its attempt key is the one that made it.
CREATE TABLE booking (
    id            INTEGER PRIMARY KEY,
    line_no       INTEGER NOT NULL,
    number        INTEGER NOT NULL,
    attempt_key   BLOB NOT NULL CHECK (length(attempt_key) = 16),
    registration  INTEGER NOT NULL REFERENCES registration,
    receipt       TEXT NOT NULL,
    booked_at     INTEGER NOT NULL,
    UNIQUE (line_no, number),
    FOREIGN KEY (line_no, number) REFERENCES permit
) STRICT;

CREATE TABLE series (
    id            INTEGER PRIMARY KEY,
    booking       INTEGER NOT NULL REFERENCES booking,
    registration  INTEGER NOT NULL,
    person_no     INTEGER NOT NULL,
    person_key    BLOB NOT NULL CHECK (length(person_key) = 32),
    booking_code  TEXT NOT NULL UNIQUE,
    slot          INTEGER NOT NULL REFERENCES series_slot,
    state         TEXT NOT NULL CHECK (state IN ('booked', 'cancelled')),
    sequence      INTEGER NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    FOREIGN KEY (registration, person_no) REFERENCES registration_person
) STRICT;

-- Nobody twice: the key leaves this index when the series is cancelled.
CREATE UNIQUE INDEX series_person_once ON series (person_key) WHERE state = 'booked';
CREATE INDEX series_booking ON series (booking);
CREATE INDEX series_cancelled ON series (id) WHERE state = 'cancelled';

CREATE TABLE appointment (
    series     INTEGER NOT NULL REFERENCES series,
    dose       INTEGER NOT NULL CHECK (dose IN (1, 2)),
    centre_no  INTEGER NOT NULL REFERENCES centre,
    starts_at  INTEGER NOT NULL,
    PRIMARY KEY (series, dose)
) STRICT, WITHOUT ROWID;

-- What was moved under which attempt key, so that a move sent twice is done once.
CREATE TABLE series_move (
    series       INTEGER NOT NULL REFERENCES series,
    attempt_key  BLOB NOT NULL CHECK (length(attempt_key) = 16),
    from_slot    INTEGER NOT NULL REFERENCES series_slot,
    to_slot      INTEGER NOT NULL REFERENCES series_slot,
    moved_at     INTEGER NOT NULL,
    PRIMARY KEY (series, attempt_key)
) STRICT, WITHOUT ROWID;

-- Messages -----------------------------------------------------------------------------------------

-- due_at is set while a message waits; sent_at once it was sent; neither when it was given up.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY,
    channel     TEXT NOT NULL CHECK (channel IN ('sms', 'email', 'letter')),
    kind        TEXT NOT NULL CHECK (kind IN ('code', 'confirmation', 'cancellation', 'move')),
    recipient   TEXT NOT NULL,
    language    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    calendar    TEXT,
    created_at  INTEGER NOT NULL,
    due_at      INTEGER,
    tries       INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    sent_at     INTEGER,
    failure     TEXT,
    CHECK (due_at IS NULL OR sent_at IS NULL)
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;

-- Which series a message is about, in the order in which it names them.
CREATE TABLE outbox_series (
    message  INTEGER NOT NULL REFERENCES outbox,
    ordinal  INTEGER NOT NULL,
    series   INTEGER NOT NULL REFERENCES series,
    PRIMARY KEY (message, ordinal)
) STRICT, WITHOUT ROWID;

-- Counts that would otherwise need a scan of everything that ever happened.
CREATE TABLE tally (
    name   TEXT PRIMARY KEY,
    value  INTEGER NOT NULL CHECK (value >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO tally (name, value) VALUES ('messages_sent', 0);
