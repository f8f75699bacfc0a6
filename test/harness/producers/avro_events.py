"""Writes usage events as Avro in Confluent's wire format straight to Kafka. Reads one event a line as JSON from stdin."""

import io
import json
import struct
import sys
from datetime import datetime

import fastavro
from kafka import KafkaProducer

brokers, topic, schema_file, schema_id = sys.argv[1:5]
with open(schema_file) as file:
    schema = fastavro.parse_schema(json.load(file))
header = struct.pack(">bI", 0, int(schema_id))


def value_of(event):
    record = dict(event)
    record["at"] = datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
    out = io.BytesIO()
    out.write(header)
    fastavro.schemaless_writer(out, schema, record)
    return out.getvalue()


producer = KafkaProducer(bootstrap_servers=brokers.split(","), acks="all", retries=100, linger_ms=5)
sent = [
    # No key: it goes to any partition.
    producer.send(topic, value=value_of(json.loads(line)))
    for line in sys.stdin
    if line.strip()
]
producer.flush()
for future in sent:
    future.get(timeout=30)
print(json.dumps({"acknowledged": len(sent)}))
