import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import type { EventLog, LogRecord } from '@spanledger/runtime/event-log/port'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock, type ManualClock } from '@spanledger/runtime/testing/manual-clock'
import type { CollectorOptions } from '../config.ts'
import { type Collector, type CollectorParts, createCollector } from '../service.ts'

export const nowMs = Date.parse('2026-11-21T00:00:00Z')

export const event = {
  event_id: 'e1',
  at: '2026-11-20T10:00:00Z',
  provider: 'openai',
  model: 'gpt-4o',
  usage: { input_tokens: 10, output_tokens: 2 },
}

/** A real collector on a free port before a real memory log, which can be told to fail or to wait. */
export interface OpenDoor {
  readonly collector: Collector
  readonly clock: ManualClock
  readonly appended: readonly LogRecord[]
  /** What the log fails with, from now on. */
  fail: Error | undefined
  /** What the log waits for, from now on. */
  hold: Promise<void> | undefined
  /** How many requests have come as far as the log. */
  readonly appends: number
  readonly url: string
  post(path: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>
  postUsage(body: unknown, headers?: Record<string, string>, query?: string): Promise<Response>
  /** The value of a metric, by the whole of its line before the value. */
  metric(line: string): Promise<number>
  close(): Promise<void>
}

export async function openDoor(
  options: Partial<CollectorOptions> = {},
  parts: Pick<CollectorParts, 'usageEvents' | 'attribution'> = {},
): Promise<OpenDoor> {
  const clock = createManualClock(nowMs)
  const metrics = createMetrics()
  const inner = createMemoryEventLog({ partitions: 2, clock })
  const appended: LogRecord[] = []
  let appends = 0
  const log: EventLog = {
    ...inner,
    async append(records) {
      appends++
      await door.hold
      if (door.fail) throw door.fail
      await inner.append(records)
      appended.push(...records)
    },
  }
  const logger = createLogger({ name: 'test', level: 'silent' })
  const all = { host: '127.0.0.1', port: 0, grpcPort: 0, ...options }
  const collector = createCollector({ log, logger, metrics, clock, ...parts, options: all })
  await log.start()
  await collector.start()
  const url = `http://127.0.0.1:${collector.port}`

  const door: OpenDoor = {
    collector,
    clock,
    appended,
    fail: undefined,
    hold: undefined,
    get appends() {
      return appends
    },
    url,
    post(path, body, headers = {}) {
      const bytes = typeof body === 'string' ? body : Uint8Array.from(body)
      const all = { 'content-type': 'application/json', ...headers }
      return fetch(`${url}${path}`, { method: 'POST', body: bytes, headers: all })
    },
    postUsage(body, headers, query = '') {
      return door.post(`/v1/usage${query}`, typeof body === 'string' ? body : JSON.stringify(body), headers)
    },
    async metric(line) {
      const found = (await metrics.render()).split('\n').find((candidate) => candidate.startsWith(`${line} `))
      return Number(found?.slice(line.length) ?? 0)
    },
    async close() {
      await collector.stop()
      await log.stop()
    },
  }
  return door
}

/** An export request of one GenAI span, in JSON. */
export function spanJson(): string {
  const span = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    startTimeUnixNano: `${nowMs}000000`,
    attributes: [{ key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } }],
  }
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
}
