-- What a starting node needs to go on where the last one stopped: what those who wait have been told, and
-- the numbers of the public chart. Rewritten every few seconds; nothing else depends on it.

CREATE TABLE line_forecast (
    line_no   INTEGER PRIMARY KEY REFERENCES line (line_no),
    forecast  BLOB NOT NULL
) STRICT;

CREATE TABLE day_minute (
    minute  INTEGER PRIMARY KEY, -- since 1970
    at      INTEGER NOT NULL,
    joined  INTEGER NOT NULL CHECK (joined >= 0),
    called  INTEGER NOT NULL CHECK (called >= 0),
    booked  INTEGER NOT NULL CHECK (booked >= 0)
) STRICT;
