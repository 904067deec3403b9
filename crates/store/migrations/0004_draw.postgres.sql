-- Public randomness: a campaign names its source when it is created, N is frozen before the value
-- exists, the value comes, and only then the order is drawn. line.drawn_n is N from the freezing on.

ALTER TABLE campaign
    ADD COLUMN randomness text NOT NULL DEFAULT 'none' CHECK (randomness IN ('none', 'drand', 'lottery')),
    ADD COLUMN drand_chain bytea
        CHECK (length(drand_chain) = 32 AND (drand_chain IS NOT NULL) = (randomness = 'drand')),
    ADD COLUMN drand_round bigint
        CHECK (drand_round > 0 AND (drand_round IS NOT NULL) = (randomness = 'drand')),
    ADD COLUMN drand_after_s bigint
        CHECK (drand_after_s > 0 AND (drand_after_s IS NOT NULL) = (randomness = 'drand')),
    ADD COLUMN drand_named_at bigint CHECK ((drand_named_at IS NOT NULL) = (randomness = 'drand')),
    ADD COLUMN lottery text CHECK (length(lottery) > 0 AND (lottery IS NOT NULL) = (randomness = 'lottery')),
    ADD COLUMN frozen_at bigint,
    ADD COLUMN public_value text
        CHECK (public_value IS NULL
               OR (length(public_value) > 0 AND randomness <> 'none' AND frozen_at IS NOT NULL)),
    ADD COLUMN public_value_at bigint CHECK ((public_value_at IS NULL) = (public_value IS NULL)),
    ADD COLUMN beacon_signature bytea
        CHECK ((beacon_signature IS NOT NULL) = (randomness = 'drand' AND public_value IS NOT NULL)),
    ADD COLUMN beacon_previous bytea CHECK (beacon_previous IS NULL OR beacon_signature IS NOT NULL);

-- Until now N was frozen by the draw.
UPDATE campaign SET frozen_at = drawn_at WHERE drawn_at IS NOT NULL;
