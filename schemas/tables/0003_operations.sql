-- Dead letters: what could not be charged, with its reason. A redelivered record is the same row.
CREATE TABLE IF NOT EXISTS rejected
(
    tenant LowCardinality(String),
    received_at DateTime64(3, 'UTC'),
    topic LowCardinality(String),
    partition UInt32,
    offset UInt64,
    -- several records of one log entry can be rejected
    record_index UInt32,
    code LowCardinality(String),
    message String,
    -- without content; empty when it could not be decoded
    record String CODEC(ZSTD(3)),
    recorded_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(recorded_at)
PARTITION BY toYYYYMM(received_at)
ORDER BY (topic, partition, offset, record_index);

-- Every set of prices a charge was made with, as `explain` needs it.
CREATE TABLE IF NOT EXISTS price_versions
(
    price_version String,
    loaded_at DateTime64(3, 'UTC'),
    content String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
ORDER BY price_version;

-- One current row for each alert: read it with FINAL.
CREATE TABLE IF NOT EXISTS alerts
(
    tenant LowCardinality(String),
    alert_id UUID,
    rule LowCardinality(String),
    kind LowCardinality(String),
    state LowCardinality(String),
    severity LowCardinality(String),
    opened_at DateTime64(3, 'UTC'),
    updated_at DateTime64(3, 'UTC'),
    resolved_at Nullable(DateTime64(3, 'UTC')),
    dims Map(LowCardinality(String), String),
    observed Float64,
    expected Float64,
    impact_usd Decimal(38, 18),
    impact_usd_per_hour Decimal(38, 18),
    -- JSON
    explanation String,
    runbook String
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (tenant, alert_id);

-- What happened to an alert, and where it was delivered.
CREATE TABLE IF NOT EXISTS alert_events
(
    tenant LowCardinality(String),
    alert_id UUID,
    event_id UUID,
    at DateTime64(3, 'UTC'),
    event LowCardinality(String),
    actor String,
    target LowCardinality(String),
    -- JSON
    detail String
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, alert_id, at, event_id);

-- When a release of a service was first seen, or was announced.
CREATE TABLE IF NOT EXISTS deployments
(
    at DateTime64(3, 'UTC'),
    tenant LowCardinality(String),
    service LowCardinality(String),
    release String,
    source LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, service, release, source, at);
