import type { Usage } from '@spanledger/schemas/events/usage'
import type { UsageEvent } from '@spanledger/schemas/events/usage-event'
import { AvroWriter } from './avro-writer.ts'
import { wireHeaderBytes, writeWireHeader } from './wire-format.ts'

/** An event's texts are bounded by what `readUsageEvent` lets through: 64 tags of 256 characters are most of it. */
const longest = 160 * 1024

/**
 * A writer of `usage-event.v1.avsc`: field by field, in the schema's order, each by its name, which is twice as fast as in
 * a loop. A test holds it to the schema.
 */
export function createUsageEventEncoder(schemaId: number): (event: UsageEvent) => Uint8Array {
  const out = new AvroWriter(longest)
  const header = Buffer.alloc(wireHeaderBytes)
  writeWireHeader(header, schemaId)
  return function encodeUsageEvent(event) {
    out.begin()
    for (const byte of header) out.byte(byte)
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
  optionalLong(out, usage.input_tokens)
  optionalLong(out, usage.cache_read_tokens)
  optionalLong(out, usage.cache_write_tokens)
  optionalLong(out, usage.cache_write_5m_tokens)
  optionalLong(out, usage.cache_write_1h_tokens)
  optionalLong(out, usage.cache_write_30m_tokens)
  optionalLong(out, usage.cache_write_12h_tokens)
  optionalLong(out, usage.input_audio_tokens)
  optionalLong(out, usage.input_image_tokens)
  optionalLong(out, usage.cache_audio_read_tokens)
  optionalLong(out, usage.cache_image_read_tokens)
  optionalLong(out, usage.output_tokens)
  optionalLong(out, usage.output_reasoning_tokens)
  optionalLong(out, usage.output_audio_tokens)
  optionalLong(out, usage.output_image_tokens)
  optionalLong(out, usage.output_citation_tokens)
  optionalLong(out, usage.web_searches)
  optionalLong(out, usage.rerank_searches)
  optionalLong(out, usage.input_text_messages)
  optionalLong(out, usage.document_pages)
  const { audio_microseconds: audio } = usage
  optionalText(out, audio === undefined ? undefined : secondsOf(audio))
}

function optionalLong(out: AvroWriter, value: number | undefined): void {
  if (value === undefined) return out.small(0)
  out.small(1)
  out.long(value)
}

/** An exact decimal. */
function secondsOf(microseconds: number): string {
  const digits = String(microseconds).padStart(7, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}

function writeAttribution(out: AvroWriter, { attribution: who, tags }: UsageEvent): void {
  out.small(1)
  optionalText(out, who.customer)
  optionalText(out, who.environment)
  optionalText(out, who.project)
  optionalText(out, who.team)
  optionalText(out, who.feature)
  optionalText(out, who.user)
  optionalText(out, who.user_segment)
  optionalText(out, who.session)
  optionalText(out, who.workflow)
  optionalText(out, who.release)
  optionalText(out, who.prompt_version)
  optionalText(out, who.service)
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
