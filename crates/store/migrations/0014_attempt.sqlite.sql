-- What forms that are sent twice have done already, and with which ticket if they have taken one: on whatever node they
-- come again, it is not done a second time. Kept for a day.
CREATE TABLE attempt (
    key      BLOB PRIMARY KEY CHECK (length(key) = 16),
    line_no  INTEGER,
    number   INTEGER,
    at       INTEGER NOT NULL,
    CHECK ((line_no IS NULL) = (number IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_at ON attempt (at);
