import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { writeUnkeyed } from '@spanledger/runtime/testing/kafka/write-unkeyed'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'

const batchSize = 50

/** Writes export requests without a key, as the kafka exporter of an OpenTelemetry Collector does (otlp_proto). */
export async function writeSpans(brokers: readonly string[], topic: string, spans: readonly OtlpSpan[]): Promise<void> {
  const values: Uint8Array[] = []
  for (let from = 0; from < spans.length; from += batchSize)
    values.push(encodeTraces(spans.slice(from, from + batchSize)))
  await writeUnkeyed(brokers, topic, values)
}
