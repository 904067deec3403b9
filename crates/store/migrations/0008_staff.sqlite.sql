-- Staff: accounts, what they log in with, sessions, tokens of programs, and the audit log of what was done.

CREATE TABLE staff_account (
    id                   INTEGER PRIMARY KEY,
    name                 TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 2 AND 64),
    role                 TEXT NOT NULL CHECK (role IN ('agent', 'centre', 'planner', 'operator', 'auditor')),
    created_at           INTEGER NOT NULL,
    disabled_at          INTEGER,
    -- argon2id with one lane: what it cost, the salt, the hash.
    password_memory_kib  INTEGER NOT NULL CHECK (password_memory_kib > 0),
    password_passes      INTEGER NOT NULL CHECK (password_passes > 0),
    password_salt        BLOB NOT NULL CHECK (length(password_salt) = 16),
    password_hash        BLOB NOT NULL CHECK (length(password_hash) = 32),
    password_set_at      INTEGER NOT NULL,
    -- Somebody else has given it out; it is changed at the first login.
    password_initial     INTEGER NOT NULL CHECK (password_initial IN (0, 1)),
    -- What the app's secret is worked out from, and the step of the last code that was used.
    totp_nonce           BLOB CHECK (length(totp_nonce) = 16),
    totp_last_step       INTEGER,
    CHECK ((totp_nonce IS NULL) = (totp_last_step IS NULL))
) STRICT;

-- The centres that the role centre is bounded to.
CREATE TABLE staff_account_centre (
    account    INTEGER NOT NULL REFERENCES staff_account,
    centre_no  INTEGER NOT NULL REFERENCES centre,
    PRIMARY KEY (account, centre_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_recovery_code (
    account  INTEGER NOT NULL REFERENCES staff_account,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    used_at  INTEGER,
    PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

-- A row is a session that lives; one that ended is gone.
CREATE TABLE staff_session (
    id             INTEGER PRIMARY KEY,
    token_hash     BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    account        INTEGER NOT NULL REFERENCES staff_account,
    -- Whether a second factor was shown; without, it serves to enrol one.
    second_factor  INTEGER NOT NULL CHECK (second_factor IN (0, 1)),
    began_at       INTEGER NOT NULL,
    used_at        INTEGER NOT NULL CHECK (used_at >= began_at)
) STRICT;

CREATE INDEX staff_session_account ON staff_session (account);

-- Failed logins since the last one that succeeded. The key is a keyed hash of what is counted.
CREATE TABLE staff_login_failure (
    key      BLOB PRIMARY KEY CHECK (length(key) = 32),
    count    INTEGER NOT NULL CHECK (count > 0),
    last_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX staff_login_failure_last ON staff_login_failure (last_at);

CREATE TABLE api_token (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    token_hash  BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    -- Words of rights, separated by spaces.
    scopes      TEXT NOT NULL CHECK (length(scopes) > 0),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL CHECK (expires_at > created_at),
    revoked_at  INTEGER
) STRICT;

-- What staff did: appended to, never changed.
CREATE TABLE audit_log (
    number  INTEGER PRIMARY KEY CHECK (number > 0),
    line    TEXT NOT NULL,
    head    BLOB NOT NULL CHECK (length(head) = 32)
) STRICT;

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not changed');
END;

CREATE TRIGGER audit_log_is_not_shortened BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is not shortened');
END;
