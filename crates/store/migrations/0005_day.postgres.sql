-- What a starting node needs to go on where the last one stopped: what those who wait have been told, and
-- the numbers of the public chart. Rewritten every few seconds; nothing else depends on it.

CREATE TABLE line_forecast (
    line_no   integer PRIMARY KEY REFERENCES line (line_no),
    forecast  bytea NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE day_minute (
    minute  bigint PRIMARY KEY, -- since 1970
    at      bigint NOT NULL,
    joined  bigint NOT NULL CHECK (joined >= 0),
    called  bigint NOT NULL CHECK (called >= 0),
    booked  bigint NOT NULL CHECK (booked >= 0)
) WITH (fillfactor = 50);
