-- Since when nobody books, because the operator said so; and up to when lost time has been given back to permits.

ALTER TABLE leadership ADD COLUMN read_only_since bigint;
ALTER TABLE leadership ADD COLUMN given_back_to bigint NOT NULL DEFAULT 0;
