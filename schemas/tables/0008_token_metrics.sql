-- What producers count themselves, by their token metrics: never charged, compared with what was. One row a data point of
-- one time series; a point that is delivered again is the same row.
CREATE TABLE IF NOT EXISTS token_metrics
(
    tenant LowCardinality(String),
    service LowCardinality(String),
    -- canonical, as in the ledger; empty where the metric names none
    provider LowCardinality(String),
    model LowCardinality(String),
    metric LowCardinality(String),
    scope LowCardinality(String),
    -- which of the ledger's tokens these are: input, uncached_input, cache_read, cache_write, output, reasoning
    token_type LowCardinality(String),
    -- hash of everything that tells one series of one process from others
    stream String,
    -- since the stream began (1) or since started_at (0)
    cumulative UInt8,
    -- 1970 where the producer does not say
    started_at DateTime64(6, 'UTC'),
    at DateTime64(6, 'UTC'),
    tokens Float64
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(at)
ORDER BY (tenant, service, stream, at, started_at)
TTL toDateTime(at) + INTERVAL 3 DAY;
