-- Coming back later: a contact on a ticket, the messages that leave to it, and places that were folded.

-- The kinds of messages are rows: another one is an insertion, not a table that is built again.
CREATE TABLE message_kind (
    kind  TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

INSERT INTO message_kind (kind)
VALUES ('code'), ('confirmation'), ('cancellation'), ('move'), ('soon'), ('call');

CREATE TABLE outbox_kinds (
    id          INTEGER PRIMARY KEY,
    channel     TEXT NOT NULL CHECK (channel IN ('sms', 'email', 'letter')),
    kind        TEXT NOT NULL REFERENCES message_kind,
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

CREATE TABLE outbox_series_kinds (
    message  INTEGER NOT NULL REFERENCES outbox_kinds,
    ordinal  INTEGER NOT NULL,
    series   INTEGER NOT NULL REFERENCES series,
    PRIMARY KEY (message, ordinal)
) STRICT, WITHOUT ROWID;

INSERT INTO outbox_kinds SELECT * FROM outbox;
INSERT INTO outbox_series_kinds SELECT * FROM outbox_series;
-- The one that refers goes first, and renaming takes the reference along.
DROP TABLE outbox_series;
DROP TABLE outbox;
ALTER TABLE outbox_kinds RENAME TO outbox;
ALTER TABLE outbox_series_kinds RENAME TO outbox_series;

CREATE INDEX outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;

-- One per ticket that asked for messages; gone when it is withdrawn, when the ticket has booked and when
-- the campaign closes. Party, year of birth and time of joining spell the ticket in the message's link.
-- position is that of its place once drawn. soon_at and call_at: the message left, or was needless by
-- then; a mark with a message cannot be without it.
CREATE TABLE ticket_contact (
    line_no           INTEGER NOT NULL REFERENCES line,
    number            INTEGER NOT NULL CHECK (number BETWEEN 0 AND 4294967295),
    party             INTEGER NOT NULL CHECK (party IN (1, 2)),
    birth_year        INTEGER NOT NULL CHECK (birth_year BETWEEN 0 AND 65535),
    joined_at         INTEGER NOT NULL,
    contact_kind      TEXT NOT NULL CHECK (contact_kind IN ('sms', 'email')),
    contact_address   TEXT NOT NULL,
    language          TEXT NOT NULL,
    claim             BLOB CHECK (length(claim) = 32),
    code_hash         BLOB NOT NULL CHECK (length(code_hash) = 32),
    code_valid_until  INTEGER NOT NULL,
    code_tries        INTEGER NOT NULL DEFAULT 0 CHECK (code_tries >= 0),
    codes_sent        INTEGER NOT NULL CHECK (codes_sent > 0),
    verified_at       INTEGER,
    position          INTEGER CHECK (position BETWEEN 0 AND 4294967295),
    soon_at           INTEGER,
    soon_message      INTEGER REFERENCES outbox,
    call_at           INTEGER,
    call_message      INTEGER REFERENCES outbox,
    PRIMARY KEY (line_no, number),
    CHECK (soon_message IS NULL OR soon_at IS NOT NULL),
    CHECK (call_message IS NULL OR call_at IS NOT NULL),
    CHECK (call_at IS NULL OR soon_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_contact_unplaced ON ticket_contact (line_no, number)
    WHERE position IS NULL AND verified_at IS NOT NULL;
CREATE INDEX ticket_contact_soon ON ticket_contact (line_no, position)
    WHERE soon_at IS NULL AND verified_at IS NOT NULL AND position IS NOT NULL;
CREATE INDEX ticket_contact_call ON ticket_contact (line_no, position)
    WHERE call_at IS NULL AND verified_at IS NOT NULL AND position IS NOT NULL;
CREATE INDEX ticket_contact_unverified ON ticket_contact (code_valid_until) WHERE verified_at IS NULL;

-- A place that is bound to a contact and a person, where the operator asks for it. claim is their keyed
-- hash, gone when the contact is. Several tickets of one place stand together at the best of their positions;
-- they are of one line, to which each of them refers.
CREATE TABLE place (
    id       INTEGER PRIMARY KEY,
    line_no  INTEGER NOT NULL,
    claim    BLOB UNIQUE CHECK (length(claim) = 32)
) STRICT;

CREATE INDEX place_claimed ON place (line_no) WHERE claim IS NOT NULL;

CREATE TABLE ticket_place (
    line_no  INTEGER NOT NULL REFERENCES line,
    number   INTEGER NOT NULL CHECK (number BETWEEN 0 AND 4294967295),
    place    INTEGER NOT NULL REFERENCES place,
    PRIMARY KEY (line_no, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_place_members ON ticket_place (place);
