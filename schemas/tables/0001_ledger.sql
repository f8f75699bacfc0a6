-- The ledger: one row per entry, append-only. Every measure is signed, so a plain sum() is right; count with sum(requests).
-- Columns, names and rules: the public contract, section 7. Corrections are further rows (kind = 'adjustment').
CREATE TABLE IF NOT EXISTS ledger
(
    -- entry
    entry_id UUID,
    kind LowCardinality(String),
    identity UUID,
    identity_keys Array(UUID),
    revision UInt32,
    reason LowCardinality(String),
    at DateTime64(3, 'UTC'),
    minute DateTime('UTC'),
    hour DateTime('UTC'),
    -- in the reporting time zone
    day Date,
    received_at DateTime64(3, 'UTC'),
    recorded_at DateTime64(3, 'UTC'),
    -- the time whose prices apply: `at`, except on a replacement whose better source reports another start
    priced_at DateTime64(3, 'UTC'),
    source LowCardinality(String),
    sources Array(LowCardinality(String)),
    dialect LowCardinality(String),
    -- whose word counts when sources of one request differ: smaller is better (services/ledger/src/dialects/ranks.ts)
    source_rank UInt8,

    -- what
    provider LowCardinality(String),
    model LowCardinality(String),
    request_model LowCardinality(String),
    response_model LowCardinality(String),
    model_tier LowCardinality(String),
    operation LowCardinality(String),
    service_tier LowCardinality(String),
    region LowCardinality(String),
    status LowCardinality(String),
    error_type LowCardinality(String),
    billing_account LowCardinality(String),

    -- who
    tenant LowCardinality(String),
    customer String,
    environment LowCardinality(String),
    project LowCardinality(String),
    team LowCardinality(String),
    feature LowCardinality(String),
    user String,
    user_segment LowCardinality(String),
    session String,
    workflow LowCardinality(String),
    release LowCardinality(String),
    prompt_version LowCardinality(String),
    service LowCardinality(String),
    tags Map(LowCardinality(String), String),

    -- how much
    requests Int64,
    input_tokens Int64,
    uncached_tokens Int64,
    cache_read_tokens Int64,
    cache_write_tokens Int64,
    cache_write_5m_tokens Int64,
    cache_write_1h_tokens Int64,
    output_tokens Int64,
    reasoning_tokens Int64,
    other_units Map(LowCardinality(String), Decimal(38, 6)),
    -- bit i = the i-th field of schemas/events/usage.ts was reported: not reported is not 0
    reported_units UInt32,

    -- money, USD
    cost Decimal(38, 18),
    cost_input Decimal(38, 18),
    cost_cache_read Decimal(38, 18),
    cost_cache_write Decimal(38, 18),
    cost_output Decimal(38, 18),
    cost_other Decimal(38, 18),
    list_cost Decimal(38, 18),
    cost_without_cache Decimal(38, 18),
    accrued_cost Decimal(38, 18),
    reported_cost Nullable(Decimal(38, 18)),

    -- price
    price_state LowCardinality(String),
    unpriced_requests Int64,
    unpriced_tokens Int64,
    price_version LowCardinality(String),
    price_rows Array(LowCardinality(String)),
    contract_id LowCardinality(String),
    context_band LowCardinality(String),
    matched_by LowCardinality(String),
    warnings Array(LowCardinality(String)),

    -- quality; NULL on adjustments
    latency_ms Nullable(UInt32),
    ttft_ms Nullable(UInt32),
    quality_score Nullable(Float32),
    result_cache LowCardinality(String),

    -- links
    trace_id String,
    span_id String,
    response_id String,
    -- every observation of a charge that has more than one, as JSON without content; empty when the columns say it all
    observations Array(String) CODEC(ZSTD(1)),

    INDEX recorded_at_range recorded_at TYPE minmax GRANULARITY 1,

    -- what the view `spend` reads: committed with the rows, so never out of step with them
    PROJECTION spend_by_hour
    (
        SELECT
            hour, day,
            kind, tenant, customer, environment, project, team, feature, user_segment, provider, model, model_tier,
            operation, service_tier, status, release, prompt_version, price_state,
            sum(requests), sum(input_tokens), sum(uncached_tokens), sum(cache_read_tokens), sum(cache_write_tokens),
            sum(cache_write_5m_tokens), sum(cache_write_1h_tokens), sum(output_tokens), sum(reasoning_tokens),
            sum(cost), sum(cost_input), sum(cost_cache_read), sum(cost_cache_write), sum(cost_output),
            sum(cost_other), sum(list_cost), sum(cost_without_cache), sum(accrued_cost), sum(reported_cost),
            sum(unpriced_requests), sum(unpriced_tokens), sum(latency_ms), count(latency_ms)
        GROUP BY
            hour, day,
            kind, tenant, customer, environment, project, team, feature, user_segment, provider, model, model_tier,
            operation, service_tier, status, release, prompt_version, price_state
    ),
    -- what the view `spend_by_user` reads
    PROJECTION spend_by_user
    (
        SELECT
            day, tenant, user,
            sum(requests), sum(input_tokens), sum(uncached_tokens), sum(cache_read_tokens), sum(cache_write_tokens),
            sum(cache_write_5m_tokens), sum(cache_write_1h_tokens), sum(output_tokens), sum(reasoning_tokens),
            sum(cost), sum(cost_input), sum(cost_cache_read), sum(cost_cache_write), sum(cost_output),
            sum(cost_other), sum(list_cost), sum(cost_without_cache), sum(accrued_cost), sum(reported_cost),
            sum(unpriced_requests), sum(unpriced_tokens), sum(latency_ms), count(latency_ms)
        GROUP BY day, tenant, user
    )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (hour, tenant, provider, model, at)
-- Inserts of a batch make compact parts, merges wide ones, column by column: measured, 85 k rows per CPU-second of client
-- and server with every merge counted, against 65 k with compact parts up to 256 MiB.
SETTINGS min_bytes_for_wide_part = 67108864;
