-- Staff: accounts, what they log in with, sessions, tokens of programs, and the audit log of what was done.

CREATE TABLE staff_account (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                 text NOT NULL UNIQUE CHECK (length(name) BETWEEN 2 AND 64),
    role                 text NOT NULL CHECK (role IN ('agent', 'centre', 'planner', 'operator', 'auditor')),
    created_at           bigint NOT NULL,
    disabled_at          bigint,
    -- argon2id with one lane: what it cost, the salt, the hash.
    password_memory_kib  bigint NOT NULL CHECK (password_memory_kib > 0),
    password_passes      bigint NOT NULL CHECK (password_passes > 0),
    password_salt        bytea NOT NULL CHECK (length(password_salt) = 16),
    password_hash        bytea NOT NULL CHECK (length(password_hash) = 32),
    password_set_at      bigint NOT NULL,
    -- Somebody else has given it out; it is changed at the first login.
    password_initial     boolean NOT NULL,
    -- What the app's secret is worked out from, and the step of the last code that was used.
    totp_nonce           bytea CHECK (length(totp_nonce) = 16),
    totp_last_step       bigint,
    CHECK ((totp_nonce IS NULL) = (totp_last_step IS NULL))
);

-- The centres that the role centre is bounded to.
CREATE TABLE staff_account_centre (
    account    bigint NOT NULL REFERENCES staff_account,
    centre_no  integer NOT NULL REFERENCES centre,
    PRIMARY KEY (account, centre_no)
);

CREATE TABLE staff_recovery_code (
    account  bigint NOT NULL REFERENCES staff_account,
    hash     bytea NOT NULL CHECK (length(hash) = 32),
    used_at  bigint,
    PRIMARY KEY (account, hash)
);

-- A row is a session that lives; one that ended is gone.
CREATE TABLE staff_session (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash     bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    account        bigint NOT NULL REFERENCES staff_account,
    -- Whether a second factor was shown; without, it serves to enrol one.
    second_factor  boolean NOT NULL,
    began_at       bigint NOT NULL,
    used_at        bigint NOT NULL CHECK (used_at >= began_at)
);

CREATE INDEX staff_session_account ON staff_session (account);

-- Failed logins since the last one that succeeded. The key is a keyed hash of what is counted.
CREATE TABLE staff_login_failure (
    key      bytea PRIMARY KEY CHECK (length(key) = 32),
    count    bigint NOT NULL CHECK (count > 0),
    last_at  bigint NOT NULL
);

CREATE INDEX staff_login_failure_last ON staff_login_failure (last_at);

CREATE TABLE api_token (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    token_hash  bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    -- Words of rights, separated by spaces.
    scopes      text NOT NULL CHECK (length(scopes) > 0),
    created_at  bigint NOT NULL,
    expires_at  bigint NOT NULL CHECK (expires_at > created_at),
    revoked_at  bigint
);

-- What staff did: appended to, never changed.
CREATE TABLE audit_log (
    number  bigint PRIMARY KEY CHECK (number > 0),
    line    text NOT NULL,
    head    bytea NOT NULL CHECK (length(head) = 32)
);

CREATE FUNCTION audit_log_is_appended_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is not %', CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'shortened' END;
END
$$;

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_is_appended_to();

CREATE TRIGGER audit_log_is_not_shortened BEFORE DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_is_appended_to();

CREATE TRIGGER audit_log_is_not_emptied BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_appended_to();
