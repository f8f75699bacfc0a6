-- What may no longer be written. An insert can outlive its client: given up for lost, it may still arrive. Each says which
-- one it is and is refused when it was given up (its id is here) or when a later ledger has begun (a higher generation).
CREATE TABLE IF NOT EXISTS insert_fences
(
    -- which ledger: the prefix of its insert ids
    writer String,
    -- counts the starts of that ledger
    generation UInt64,
    -- the insert that was given up; empty for a start
    insert_id String,
    recorded_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (writer, generation);
