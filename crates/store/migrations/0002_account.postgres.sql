-- The public account: a line for each deed that moves a line of people, chained by its heads. Appended
-- to, never changed.

CREATE TABLE account (
    number  bigint PRIMARY KEY CHECK (number > 0),
    line    text NOT NULL,
    head    bytea NOT NULL CHECK (length(head) = 32)
);

CREATE FUNCTION account_is_appended_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the account is not %', CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'shortened' END;
END
$$;

CREATE TRIGGER account_is_not_changed BEFORE UPDATE ON account
    FOR EACH ROW EXECUTE FUNCTION account_is_appended_to();

CREATE TRIGGER account_is_not_shortened BEFORE DELETE ON account
    FOR EACH ROW EXECUTE FUNCTION account_is_appended_to();

CREATE TRIGGER account_is_not_emptied BEFORE TRUNCATE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION account_is_appended_to();
