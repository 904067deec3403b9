-- Coming back later: a contact on a ticket, the messages that leave to it, and places that were folded.

-- The kinds of messages are rows: another one is an insertion, not a change of the table.
CREATE TABLE message_kind (
    kind  text PRIMARY KEY
);

INSERT INTO message_kind (kind)
VALUES ('code'), ('confirmation'), ('cancellation'), ('move'), ('soon'), ('call');

ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD FOREIGN KEY (kind) REFERENCES message_kind;

-- One per ticket that asked for messages; gone when it is withdrawn, when the ticket has booked and when
-- the campaign closes. Party, year of birth and time of joining spell the ticket in the message's link.
-- position is that of its place once drawn. soon_at and call_at: the message left, or was needless by
-- then; a mark with a message cannot be without it.
CREATE TABLE ticket_contact (
    line_no           integer NOT NULL REFERENCES line,
    number            bigint NOT NULL CHECK (number BETWEEN 0 AND 4294967295),
    party             integer NOT NULL CHECK (party IN (1, 2)),
    birth_year        integer NOT NULL CHECK (birth_year BETWEEN 0 AND 65535),
    joined_at         bigint NOT NULL,
    contact_kind      text NOT NULL CHECK (contact_kind IN ('sms', 'email')),
    contact_address   text NOT NULL,
    language          text NOT NULL,
    claim             bytea CHECK (length(claim) = 32),
    code_hash         bytea NOT NULL CHECK (length(code_hash) = 32),
    code_valid_until  bigint NOT NULL,
    code_tries        bigint NOT NULL DEFAULT 0 CHECK (code_tries >= 0),
    codes_sent        bigint NOT NULL CHECK (codes_sent > 0),
    verified_at       bigint,
    position          bigint CHECK (position BETWEEN 0 AND 4294967295),
    soon_at           bigint,
    soon_message      bigint REFERENCES outbox,
    call_at           bigint,
    call_message      bigint REFERENCES outbox,
    PRIMARY KEY (line_no, number),
    CHECK (soon_message IS NULL OR soon_at IS NOT NULL),
    CHECK (call_message IS NULL OR call_at IS NOT NULL),
    CHECK (call_at IS NULL OR soon_at IS NOT NULL)
);

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
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line_no  integer NOT NULL,
    claim    bytea UNIQUE CHECK (length(claim) = 32)
);

CREATE INDEX place_claimed ON place (line_no) WHERE claim IS NOT NULL;

CREATE TABLE ticket_place (
    line_no  integer NOT NULL REFERENCES line,
    number   bigint NOT NULL CHECK (number BETWEEN 0 AND 4294967295),
    place    bigint NOT NULL REFERENCES place,
    PRIMARY KEY (line_no, number)
);

CREATE INDEX ticket_place_members ON ticket_place (place);
