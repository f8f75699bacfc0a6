import { dimensions } from '@spanledger/schemas/events/dimensions'
import { type Usage, usageFields } from '@spanledger/schemas/events/usage'
import type { UsageEvent } from '@spanledger/schemas/events/usage-event'
import { AvroWriter } from './avro-writer.ts'
import { wireHeaderBytes, writeWireHeader } from './wire-format.ts'

/** An event's texts are bounded by what `readUsageEvent` lets through: 64 tags of 256 characters are most of it. */
const capacity = 512 * 1024

/** A writer of `usage-event.v1.avsc`: field by field, in the schema's order. A test holds it to the schema. */
export function createUsageEventEncoder(schemaId: number): (event: UsageEvent) => Uint8Array {
  const out = new AvroWriter(capacity)
  writeWireHeader(out.bytes, schemaId)
  return function encodeUsageEvent(event) {
    out.position = wireHeaderBytes
    optionalText(out, event.event_id)
    optionalText(out, event.response_id)
    out.long(event.at)
    out.text(event.provider)
    out.text(event.model)
    writeUsage(out, event.usage)
    out.text('canonical')
    out.small(0) // usage_json
    optionalText(out, event.service_tier)
    optionalText(out, event.region)
    optionalText(out, event.billing_account)
    optionalText(out, event.operation)
    writeAttribution(out, event)
    optionalDouble(out, event.latency_ms)
    optionalDouble(out, event.ttft_ms)
    out.text(event.status)
    optionalText(out, event.error_type)
    out.text(event.result_cache)
    optionalDouble(out, event.quality_score)
    optionalText(out, event.reported_cost)
    optionalText(out, event.trace_id)
    optionalText(out, event.span_id)
    writeWarnings(out, event.warnings)
    return out.take()
  }
}

function optionalText(out: AvroWriter, value: string | undefined): void {
  if (value === undefined) return out.small(0)
  out.small(1)
  out.text(value)
}

function optionalDouble(out: AvroWriter, value: number | undefined): void {
  if (value === undefined) return out.small(0)
  out.small(1)
  out.double(value)
}

function writeUsage(out: AvroWriter, usage: Usage | undefined): void {
  if (usage === undefined) return out.small(0)
  out.small(1)
  for (const field of usageFields) {
    const count = usage[field]
    if (count === undefined) out.small(0)
    else {
      out.small(1)
      if (field === 'audio_microseconds') out.text(secondsOf(count))
      else out.long(count)
    }
  }
}

/** An exact decimal. */
function secondsOf(microseconds: number): string {
  const digits = String(microseconds).padStart(7, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}

function writeAttribution(out: AvroWriter, { attribution, tags }: UsageEvent): void {
  out.small(1)
  for (const dimension of dimensions) optionalText(out, attribution[dimension])
  const keys = Object.keys(tags)
  if (keys.length > 0) {
    out.long(keys.length)
    for (const key of keys) {
      out.text(key)
      out.text(tags[key] as string)
    }
  }
  out.small(0)
}

function writeWarnings(out: AvroWriter, warnings: readonly string[]): void {
  if (warnings.length > 0) {
    out.long(warnings.length)
    for (const warning of warnings) out.text(warning)
  }
  out.small(0)
}
