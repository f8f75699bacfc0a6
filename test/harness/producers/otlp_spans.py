"""Exports spans with OpenTelemetry's own exporter, over gRPC when the URL starts with grpc://. Reads one span a line as JSON
from stdin, writes how many were acknowledged."""

import json
import sys
import time

from grpc import Compression
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpanExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

url, batch_size = sys.argv[1], int(sys.argv[2])
if url.startswith("grpc://"):
    exporter = GrpcSpanExporter(endpoint=url.removeprefix("grpc://"), insecure=True, compression=Compression.Gzip)
else:
    exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces")
resources = {}


def span_of(line):
    said = json.loads(line)
    key = json.dumps(said["resource"], sort_keys=True)
    resource = resources.setdefault(key, Resource(said["resource"]))
    return ReadableSpan(
        name=said["name"],
        context=SpanContext(int(said["traceId"], 16), int(said["spanId"], 16), False, TraceFlags(1)),
        resource=resource,
        attributes=said["attributes"],
        kind=SpanKind.CLIENT,
        status=Status(StatusCode.OK),
        start_time=said["startMs"] * 1_000_000,
        end_time=said["endMs"] * 1_000_000,
        instrumentation_scope=InstrumentationScope(said["scope"]["name"], said["scope"]["version"]),
    )


spans = [span_of(line) for line in sys.stdin if line.strip()]
acknowledged = 0
for start in range(0, len(spans), batch_size):
    batch = spans[start : start + batch_size]
    while exporter.export(batch) is not SpanExportResult.SUCCESS:
        time.sleep(0.2)
    acknowledged += len(batch)
print(json.dumps({"acknowledged": acknowledged}))
