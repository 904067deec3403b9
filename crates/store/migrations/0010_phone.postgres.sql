-- The phone door: call-backs, what agents are doing, their notes, and who came in beside the line.

-- Whether callers may come in beside the line.
ALTER TABLE campaign ADD COLUMN phone text NOT NULL DEFAULT 'one-line' CHECK (phone IN ('one-line', 'first-come'));

-- The promise to ring somebody up when their ticket is called; gone when the campaign closes. Party, year of birth
-- and time of joining spell the ticket. position is that of its place once drawn, called_at when the line had
-- reached it, due_at when it is to be made (again). Numbers are not given twice: the audit log names them.
CREATE TABLE callback (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign    bigint NOT NULL REFERENCES campaign,
    line_no     integer NOT NULL REFERENCES line,
    number      bigint NOT NULL CHECK (number BETWEEN 0 AND 4294967295),
    party       integer NOT NULL CHECK (party IN (1, 2)),
    birth_year  integer NOT NULL CHECK (birth_year BETWEEN 0 AND 65535),
    joined_at   bigint NOT NULL,
    phone       text NOT NULL,
    language    text NOT NULL,
    postcode    text,
    asked_at    bigint NOT NULL,
    state       text NOT NULL CHECK (state IN ('waiting', 'due', 'claimed', 'done', 'given-up')),
    position    bigint CHECK (position BETWEEN 0 AND 4294967295),
    called_at   bigint,
    due_at      bigint,
    tries       bigint NOT NULL DEFAULT 0 CHECK (tries >= 0),
    claimed_by  bigint REFERENCES staff_account,
    claimed_at  bigint,
    settled_as  text CHECK (settled_as IN ('booked', 'not-reached', 'not-wanted')),
    settled_by  bigint REFERENCES staff_account,
    ended_at    bigint,
    CHECK ((state IN ('done', 'given-up')) = (ended_at IS NOT NULL)),
    CHECK ((state IN ('due', 'claimed')) = (due_at IS NOT NULL)),
    CHECK ((state = 'claimed') = (claimed_by IS NOT NULL)),
    CHECK ((claimed_by IS NULL) = (claimed_at IS NULL)),
    CHECK (settled_by IS NULL OR settled_as IS NOT NULL),
    CHECK (called_at IS NULL OR position IS NOT NULL),
    CHECK (due_at IS NULL OR called_at IS NOT NULL)
);

-- One per campaign and number while it is open, and one at a time for an agent.
CREATE UNIQUE INDEX callback_open ON callback (campaign, phone) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX callback_claimed ON callback (claimed_by) WHERE state = 'claimed';
CREATE INDEX callback_phone ON callback (phone, campaign, id);
CREATE INDEX callback_ticket ON callback (line_no, number);
CREATE INDEX callback_unplaced ON callback (line_no, id) WHERE position IS NULL AND ended_at IS NULL;
CREATE INDEX callback_waiting ON callback (line_no, position) WHERE state = 'waiting' AND position IS NOT NULL;
CREATE INDEX callback_due ON callback (due_at, position, id) WHERE state = 'due';
CREATE INDEX callback_claimed_at ON callback (claimed_at) WHERE state = 'claimed';

-- What an agent said last, and when something was heard of the agent last.
CREATE TABLE agent_state (
    account   bigint PRIMARY KEY REFERENCES staff_account,
    state     text NOT NULL CHECK (state IN ('ready', 'on-call', 'wrap-up', 'break', 'away')),
    since_at  bigint NOT NULL,
    seen_at   bigint NOT NULL
);

CREATE TABLE agent_day (
    account    bigint NOT NULL REFERENCES staff_account,
    day        text NOT NULL,
    calls      bigint NOT NULL DEFAULT 0 CHECK (calls >= 0),
    talked_ms  bigint NOT NULL DEFAULT 0 CHECK (talked_ms >= 0),
    PRIMARY KEY (account, day)
);

-- Who made the booking of a ticket, if an agent did; it refers to the booking without a foreign key.
CREATE TABLE agent_booking (
    line_no  integer NOT NULL,
    number   bigint NOT NULL,
    account  bigint NOT NULL REFERENCES staff_account,
    day      text NOT NULL,
    PRIMARY KEY (line_no, number)
);

CREATE INDEX agent_booking_day ON agent_booking (account, day);

-- registration refers without a foreign key, as whatever grows with the people does.
CREATE TABLE note (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registration  bigint NOT NULL,
    account       bigint NOT NULL REFERENCES staff_account,
    written_at    bigint NOT NULL,
    text          text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000)
);

CREATE INDEX note_registration ON note (registration);

-- Tickets that came in beside the line because an agent had them on the phone, counted line by line as the public
-- account does. They refer to their permit without a foreign key.
CREATE TABLE phone_entry (
    line_no     integer NOT NULL,
    ordinal     bigint NOT NULL CHECK (ordinal > 0),
    number      bigint NOT NULL,
    account     bigint NOT NULL REFERENCES staff_account,
    entered_at  bigint NOT NULL,
    PRIMARY KEY (line_no, ordinal),
    UNIQUE (line_no, number)
);

-- How people are looked up. Names are compared by who searches: of one birthday there are few.
CREATE INDEX registration_person_birth ON registration_person (birth_date);
CREATE INDEX registration_phone ON registration (contact_address) WHERE contact_kind = 'sms';
CREATE INDEX booking_receipt ON booking (receipt);
CREATE INDEX series_registration ON series (registration);
