-- What forms that are sent twice have done already, and with which ticket if they have taken one: on whatever node they
-- come again, it is not done a second time. Kept for a day.
CREATE TABLE attempt (
    key      bytea PRIMARY KEY CHECK (length(key) = 16),
    line_no  integer,
    number   bigint,
    at       bigint NOT NULL,
    CHECK ((line_no IS NULL) = (number IS NULL))
);

CREATE INDEX attempt_at ON attempt (at);
