-- The public account: a line for each deed that moves a line of people, chained by its heads. Appended
-- to, never changed.

CREATE TABLE account (
    number  INTEGER PRIMARY KEY CHECK (number > 0),
    line    TEXT NOT NULL,
    head    BLOB NOT NULL CHECK (length(head) = 32)
) STRICT;

CREATE TRIGGER account_is_not_changed BEFORE UPDATE ON account
BEGIN
    SELECT RAISE(ABORT, 'the account is not changed');
END;

CREATE TRIGGER account_is_not_shortened BEFORE DELETE ON account
BEGIN
    SELECT RAISE(ABORT, 'the account is not shortened');
END;
