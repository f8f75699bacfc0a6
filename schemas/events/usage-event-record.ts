import { createHash } from 'node:crypto'
import type { Dimension } from './dimensions.ts'
import type { Usage } from './usage.ts'
import type { UsageEvent } from './usage-event.ts'

/**
 * An event as it is kept in the log: JSON that `readUsageEvent` reads back to the same event. One literal with every
 * field, so that all of them have one shape: six times as fast as copying what is there.
 */
export function encodeUsageEvent(event: UsageEvent): string {
  const { attribution: who } = event
  return JSON.stringify({
    event_id: event.event_id,
    response_id: event.response_id,
    at: new Date(event.at).toISOString(),
    provider: event.provider,
    model: event.model,
    usage: event.usage?.audio_microseconds === undefined ? event.usage : withSeconds(event.usage),
    service_tier: event.service_tier,
    region: event.region,
    billing_account: event.billing_account,
    operation: event.operation,
    attribution: {
      customer: who.customer,
      environment: who.environment,
      project: who.project,
      team: who.team,
      feature: who.feature,
      user: who.user,
      user_segment: who.user_segment,
      session: who.session,
      workflow: who.workflow,
      release: who.release,
      prompt_version: who.prompt_version,
      service: who.service,
      tags: event.tags,
    } satisfies Record<Dimension | 'tags', unknown>,
    latency_ms: event.latency_ms,
    ttft_ms: event.ttft_ms,
    status: event.status,
    error_type: event.error_type,
    result_cache: event.result_cache,
    quality_score: event.quality_score,
    reported_cost: event.reported_cost,
    trace_id: event.trace_id,
    span_id: event.span_id,
    warnings: event.warnings.length > 0 ? event.warnings : undefined,
  } satisfies Record<Exclude<keyof UsageEvent, 'tags'>, unknown>)
}

/** The wire writes seconds, as an exact decimal. */
function withSeconds({ audio_microseconds: microseconds, ...counts }: Usage): Record<string, unknown> {
  const digits = String(microseconds).padStart(7, '0')
  return { ...counts, audio_seconds: `${digits.slice(0, -6)}.${digits.slice(-6)}` }
}

const maxDepth = 16

/**
 * An event id from the body itself (`?derive_id=content`): equal bodies are one charge, whatever the order of their
 * fields. undefined when the body is nested too deeply to be an event.
 */
export function deriveEventId(value: unknown): string | undefined {
  const text = canonicalJson(value, maxDepth)
  return text === undefined ? undefined : `sha256:${createHash('sha256').update(text).digest('hex')}`
}

function canonicalJson(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (depth === 0) return undefined
  const parts: string[] = []
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const text = canonicalJson(item, depth - 1)
      if (text === undefined) return undefined
      parts.push(text)
    }
    return `[${parts.join(',')}]`
  }
  for (const key of Object.keys(value).toSorted()) {
    const text = canonicalJson((value as Record<string, unknown>)[key], depth - 1)
    if (text === undefined) return undefined
    parts.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${parts.join(',')}}`
}
