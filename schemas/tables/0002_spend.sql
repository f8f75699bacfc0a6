-- Spend by hour and by day. Not grouped: always aggregate with sum(), and filter on `hour` or `day`, which lets the engine
-- answer from the projections of the ledger; with a filter on `at`, or another column than these, it reads the rows.
CREATE VIEW IF NOT EXISTS spend AS
SELECT
    at, hour, day,
    kind, tenant, customer, environment, project, team, feature, user_segment, provider, model, model_tier,
    operation, service_tier, status, release, prompt_version, price_state,
    requests, input_tokens, uncached_tokens, cache_read_tokens, cache_write_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, output_tokens, reasoning_tokens, cost, cost_input, cost_cache_read, cost_cache_write,
    cost_output, cost_other, list_cost, cost_without_cache, accrued_cost, reported_cost, unpriced_requests,
    unpriced_tokens,
    -- sum(latency_ms) / count(latency_ms) is the mean latency; quantiles need the ledger itself
    latency_ms
FROM ledger;

CREATE VIEW IF NOT EXISTS spend_by_user AS
SELECT
    at, day, tenant, user,
    requests, input_tokens, uncached_tokens, cache_read_tokens, cache_write_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, output_tokens, reasoning_tokens, cost, cost_input, cost_cache_read, cost_cache_write,
    cost_output, cost_other, list_cost, cost_without_cache, accrued_cost, reported_cost, unpriced_requests,
    unpriced_tokens,
    latency_ms
FROM ledger;
