-- Several ledgers on one database: which of them wrote an entry, so that the others can read in what it recorded.
ALTER TABLE ledger ADD COLUMN IF NOT EXISTS writer LowCardinality(String);

-- Who may write for which partitions of the log: the newest claim of a partition. Every insert names its claim, and is
-- refused when a later one holds any of the partitions it was made for.
CREATE TABLE IF NOT EXISTS partition_claims
(
    -- the group of ledgers: what their insert ids start with
    writer String,
    -- larger is later; its lower half is random, so that no two claims are equal
    generation UInt64,
    instance String,
    -- topic/partition
    partitions Array(String),
    recorded_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY (writer, generation);
