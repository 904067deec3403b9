-- One node leads: it draws, calls, expires and sends. Whoever takes the lead begins a new term, and what the
-- leader of an earlier one still asks to write is refused. What the leader tells of the lines, the others show.

CREATE TABLE leadership (
    one   INTEGER PRIMARY KEY DEFAULT 1 CHECK (one = 1),
    term  INTEGER NOT NULL CHECK (term >= 0),
    told  BLOB
) STRICT;

INSERT INTO leadership (term) VALUES (0);
