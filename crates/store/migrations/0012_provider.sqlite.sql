-- Logging in at an identity provider: whom of its people an account belongs to, and sessions that began there.

-- A keyed hash of issuer and subject; of the first person that came to the account, until it is reset.
ALTER TABLE staff_account ADD COLUMN provider_subject BLOB CHECK (length(provider_subject) = 32);

CREATE UNIQUE INDEX staff_account_subject ON staff_account (provider_subject) WHERE provider_subject IS NOT NULL;

-- Such a session has a second factor in the provider's hands, and no password was shown here.
ALTER TABLE staff_session ADD COLUMN by_provider INTEGER NOT NULL DEFAULT 0
    CHECK (by_provider IN (0, 1) AND (by_provider = 0 OR second_factor = 1));
