-- Who wrote a span, and whose child it is: a span of one instrumentation inside a span of another is the same request.
ALTER TABLE ledger
    ADD COLUMN IF NOT EXISTS scope LowCardinality(String) AFTER source_rank,
    ADD COLUMN IF NOT EXISTS parent_span_id String AFTER span_id;
