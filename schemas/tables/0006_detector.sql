-- Events of alerts on their way into the log: written before an event is said there, marked when it was. What a detector
-- that died did not say, the next one says. Gone after a week; an event that was said needs no row.
CREATE TABLE IF NOT EXISTS alert_outbox
(
    event_id UUID,
    tenant LowCardinality(String),
    recorded_at DateTime64(3, 'UTC'),
    -- 1: it is in the log
    said UInt8,
    -- the record of the topic `alerts`, in base64
    record String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(said)
ORDER BY event_id
TTL toDateTime(recorded_at) + INTERVAL 7 DAY;

-- How far each tenant was judged: where the next detector goes on.
CREATE TABLE IF NOT EXISTS detector_positions
(
    tenant LowCardinality(String),
    -- event time
    judged_until DateTime64(3, 'UTC'),
    -- entries recorded up to here were known
    known_until DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(known_until)
ORDER BY tenant;
