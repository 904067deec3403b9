-- One node leads: it draws, calls, expires and sends. Whoever takes the lead begins a new term, and what the
-- leader of an earlier one still asks to write is refused. What the leader tells of the lines, the others show.

CREATE TABLE leadership (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    term  bigint NOT NULL CHECK (term >= 0),
    told  bytea
) WITH (fillfactor = 20);

INSERT INTO leadership (term) VALUES (0);
