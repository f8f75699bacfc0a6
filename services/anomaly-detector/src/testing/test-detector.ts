import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics, type Metrics } from '@spanledger/runtime/metrics'
import { createManualClock, type ManualClock } from '@spanledger/runtime/testing/manual-clock'
import { alertsConfig, type AlertsConfig } from '@spanledger/schemas/config/alerts'
import type { AlertEvent } from '@spanledger/schemas/events/alert'
import { type AnomalyDetector, createAnomalyDetector } from '../service.ts'

export interface TestDetector {
  readonly detector: AnomalyDetector
  readonly clock: ManualClock
  readonly log: EventLog
  readonly metrics: Metrics
  /** Moves the clock there and judges. */
  judgeAt(atMs: number): Promise<readonly AlertEvent[]>
  /** Judges at every step from one time to another; resolves with all that was said. */
  judgeFrom(fromMs: number, toMs: number, stepMs?: number): Promise<AlertEvent[]>
}

export interface TestDetectorOptions {
  readonly clickhouse: ClickHouse
  readonly startMs: number
  readonly config?: unknown
  readonly timeZone?: string
  readonly log?: EventLog
  readonly clock?: ManualClock
}

/** A detector whose clock a test moves, on a real ledger. It is not started: the test judges. */
export async function createTestDetector(options: TestDetectorOptions): Promise<TestDetector> {
  const { clickhouse, startMs, config = {}, timeZone = 'UTC' } = options
  const clock = options.clock ?? createManualClock(startMs)
  const log = options.log ?? createMemoryEventLog()
  await log.start()
  const metrics = createMetrics()
  const rules: AlertsConfig = alertsConfig.parse(config)
  const detector = createAnomalyDetector({
    log,
    clickhouse,
    clock,
    metrics,
    logger: createLogger({ name: 'test', level: 'silent' }),
    config: () => rules,
    timeZone,
    consoleUrl: 'http://console.test',
  })
  async function judgeAt(atMs: number): Promise<readonly AlertEvent[]> {
    await clock.advance(Math.max(0, atMs - clock.nowMs()))
    return detector.judge()
  }
  return {
    detector,
    clock,
    log,
    metrics,
    judgeAt,
    async judgeFrom(fromMs, toMs, stepMs = 60_000) {
      const said: AlertEvent[] = []
      for (let at = fromMs; at <= toMs; at += stepMs) said.push(...(await judgeAt(at)))
      return said
    },
  }
}
