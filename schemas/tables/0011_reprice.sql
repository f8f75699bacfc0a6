-- Which prices a ledger charged with from when on: what `price_version` is in force is the newest row.
CREATE TABLE IF NOT EXISTS price_uses
(
    used_at DateTime64(3, 'UTC') DEFAULT now64(3),
    instance String,
    price_version String
)
ENGINE = MergeTree
ORDER BY used_at;

-- What a ledger is asked to price anew, and how far it came: the command line asks, the ledger that leads does it, for only
-- a ledger writes charges. The newest row of a job is its state; `cancelled` ends it whatever comes later.
CREATE TABLE IF NOT EXISTS reprice_jobs
(
    job_id UUID,
    recorded_at DateTime64(3, 'UTC') DEFAULT now64(3),
    -- asked, running, done, failed, cancelled
    state LowCardinality(String),
    -- JSON: which charges (services/ledger/src/reprice/charges-wanted.ts)
    wanted String,
    -- the prices that were previewed: a ledger with others refuses
    price_version String,
    charges UInt64,
    corrected UInt64,
    delta Decimal(38, 18),
    -- why it failed
    message String
)
ENGINE = MergeTree
ORDER BY (job_id, recorded_at);
