-- What operators do on the day: bounds of permits, announcements to those who wait; and which nodes there are.

-- Empty: as the nodes are configured.
ALTER TABLE leadership ADD COLUMN permits_min INTEGER CHECK (permits_min > 0);
ALTER TABLE leadership ADD COLUMN permits_max INTEGER CHECK (permits_max >= permits_min);
-- The announcement that is shown now.
ALTER TABLE leadership ADD COLUMN announcement INTEGER;

-- Kept for good: the audit log names them by their number.
CREATE TABLE announcement (
    id            INTEGER PRIMARY KEY,
    published_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE announcement_text (
    announcement  INTEGER NOT NULL REFERENCES announcement,
    language      TEXT NOT NULL,
    text          TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 400),
    PRIMARY KEY (announcement, language)
) STRICT, WITHOUT ROWID;

-- Sent twice, done once: a row is something done.
CREATE TABLE operation (
    attempt_key  BLOB PRIMARY KEY CHECK (length(attempt_key) = 16),
    at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Each node says every few seconds that it is there, and takes its row with it when it stops.
CREATE TABLE node (
    name      TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
    began_at  INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL,
    leads     INTEGER NOT NULL CHECK (leads IN (0, 1)),
    -- How long commands waited to be written, in microseconds; empty if there were none.
    delay_us  INTEGER CHECK (delay_us >= 0)
) STRICT, WITHOUT ROWID;
