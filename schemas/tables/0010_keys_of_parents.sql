-- Under what a parent span finds the spans inside it: the halves of the parent's own key, swapped. Apart from
-- `identity_keys`, which say that two entries are of one request: many children of one parent are many requests.
ALTER TABLE ledger
    ADD COLUMN IF NOT EXISTS parent_keys Array(UUID) AFTER identity_keys;
