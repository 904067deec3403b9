-- What operators do on the day: bounds of permits, announcements to those who wait; and which nodes there are.

-- Empty: as the nodes are configured.
ALTER TABLE leadership ADD COLUMN permits_min bigint CHECK (permits_min > 0);
ALTER TABLE leadership ADD COLUMN permits_max bigint CHECK (permits_max >= permits_min);
-- The announcement that is shown now.
ALTER TABLE leadership ADD COLUMN announcement bigint;

-- Kept for good: the audit log names them by their number.
CREATE TABLE announcement (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    published_at  bigint NOT NULL
);

CREATE TABLE announcement_text (
    announcement  bigint NOT NULL REFERENCES announcement,
    language      text NOT NULL,
    text          text NOT NULL CHECK (length(text) BETWEEN 1 AND 400),
    PRIMARY KEY (announcement, language)
);

-- Sent twice, done once: a row is something done.
CREATE TABLE operation (
    attempt_key  bytea PRIMARY KEY CHECK (length(attempt_key) = 16),
    at           bigint NOT NULL
);

-- Each node says every few seconds that it is there, and takes its row with it when it stops.
CREATE TABLE node (
    name      text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
    began_at  bigint NOT NULL,
    seen_at   bigint NOT NULL,
    leads     boolean NOT NULL,
    -- How long commands waited to be written, in microseconds; empty if there were none.
    delay_us  bigint CHECK (delay_us >= 0)
) WITH (fillfactor = 50);
