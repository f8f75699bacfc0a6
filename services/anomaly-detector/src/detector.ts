import type { Clock } from '@spanledger/runtime/clock'
import type { EventLog } from '@spanledger/runtime/event-log/port'
import type { AlertEventCodec } from '@spanledger/runtime/avro/alert-events'
import type { AlertsConfig } from '@spanledger/schemas/config/alerts'
import type { Alert, AlertEvent } from '@spanledger/schemas/events/alert'
import { topics } from '@spanledger/schemas/events/topics'
import type { Measurer } from './adapters/clickhouse-measurer.ts'
import type { SeriesReader } from './adapters/clickhouse-series-reader.ts'
import type { DetectorEvents } from './events.ts'
import type { DetectorStore } from './ports.ts'
import { dayMs, minuteMs } from './series/lengths-of-time.ts'
import type { LocalTime } from './series/local-time.ts'
import { judgeTenant } from './tenant-judge.ts'
import { hoursNeeded, TenantState } from './tenant-state.ts'

export interface DetectorOptions {
  readonly log: EventLog
  readonly store: DetectorStore
  readonly reader: SeriesReader
  readonly measure: Measurer
  readonly config: () => AlertsConfig
  readonly time: LocalTime
  readonly clock: Clock
  readonly events: DetectorEvents
  /** Writes the topic `alerts`. */
  readonly alertEvents: AlertEventCodec
}

export interface Detector {
  /** Judges every tenant as of now, and says what changed: recorded, then in the log. */
  judge(): Promise<readonly AlertEvent[]>
  /** Forgets what it read: another one may have judged meanwhile. */
  forget(): void
}

/** Inserts may take so long from stamping their entries to being seen: what was read is read again for as long. */
const overlapMs = 120_000
/** The newest episode of a series is looked for so far back: its number goes on. */
const rememberDays = 400
/** How far each tenant was judged is written down so often: another detector begins at most this far back. */
const positionEveryMs = minuteMs

export function createDetector(options: DetectorOptions): Detector {
  const { log, store, reader, config, clock, events, alertEvents } = options
  const tenants = new Map<string, TenantState>()
  let readUntilMs: number | undefined
  let shape = ''
  let positionsAtMs = Number.NEGATIVE_INFINITY

  function forget(): void {
    tenants.clear()
    readUntilMs = undefined
    positionsAtMs = Number.NEGATIVE_INFINITY
  }

  async function judge(): Promise<readonly AlertEvent[]> {
    const rules = config()
    const nowMs = clock.nowMs()
    const knownUntilMs = nowMs - rules.settle_ms
    const needed = hoursNeeded(rules)
    // Another set of rules may need other sums.
    if (shape !== needed.shape) forget()
    shape = needed.shape

    await sayUnsaid()
    const current = await store.readCurrent(rememberDays)
    await arrive(knownUntilMs, nowMs)
    const said: AlertEvent[] = []
    for (const state of tenants.values()) {
      const ofTenant = current.filter(({ tenant }) => tenant === state.tenant)
      said.push(...(await judgeOne(state, ofTenant, rules, needed, knownUntilMs, nowMs)))
    }
    events.open([...current, ...said.map(({ alert }) => alert)])
    await recordPositions(knownUntilMs, nowMs)
    return said
  }

  /** What a detector that died has recorded and not said. */
  async function sayUnsaid(): Promise<void> {
    const unsaid = await store.readUnsaid()
    if (unsaid.length === 0) return
    await store.record(unsaid)
    await sayInLog(unsaid)
  }

  async function sayInLog(said: readonly AlertEvent[]): Promise<void> {
    await alertEvents.ready()
    await log.append(
      said.map((event) => ({ topic: topics.alerts, key: event.alert.alertId, value: alertEvents.encode(event) })),
    )
    await store.markSaid(said)
  }

  async function arrive(knownUntilMs: number, nowMs: number): Promise<void> {
    if (readUntilMs === undefined) {
      for (const position of await store.readPositions()) stateOf(position.tenant).judgedUntilMs = position.judgedUntil
    }
    const since = readUntilMs === undefined ? 0 : readUntilMs - overlapMs
    const arrivals = await reader.readArrivals(since, knownUntilMs, nowMs - 60 * dayMs, nowMs)
    for (const arrival of arrivals) stateOf(arrival.tenant).arrive(arrival, readUntilMs === undefined)
    readUntilMs = knownUntilMs
  }

  function stateOf(tenant: string): TenantState {
    let state = tenants.get(tenant)
    if (state === undefined) tenants.set(tenant, (state = new TenantState(tenant)))
    return state
  }

  async function judgeOne(
    state: TenantState,
    alerts: readonly Alert[],
    rules: AlertsConfig,
    needed: ReturnType<typeof hoursNeeded>,
    knownUntilMs: number,
    nowMs: number,
  ): Promise<AlertEvent[]> {
    const steps = state.stepsUntil(
      knownUntilMs,
      nowMs,
      alerts.some(({ state: of }) => of !== 'resolved'),
    )
    if (steps.length === 0) return []
    await state.load(reader, needed, knownUntilMs)
    const said: AlertEvent[] = []
    let known = alerts
    for (const untilMs of steps) {
      const judged = await judgeTenant({
        ...options,
        tenant: state.tenant,
        config: rules,
        groups: state.groups(needed),
        eligibleSizes: needed.eligibleSizes,
        alerts: known,
        untilMs,
        frontierMs: state.frontierMs(knownUntilMs, nowMs),
        knownUntilMs,
        nowMs,
        mayOpen: !state.isFilling(nowMs),
      })
      events.judged(state.tenant, judged.series, judged.cut)
      if (judged.events.length > 0) {
        await store.record(judged.events)
        await sayInLog(judged.events)
        for (const event of judged.events) events.said(event)
        said.push(...judged.events)
        const changed = new Map(judged.events.map(({ alert }) => [alert.alertId, alert]))
        known = [
          ...known.map((alert) => changed.get(alert.alertId) ?? alert),
          ...[...changed.values()].filter(({ alertId }) => !known.some((alert) => alert.alertId === alertId)),
        ]
      }
      state.judgedUntilMs = untilMs
    }
    return said
  }

  async function recordPositions(knownUntilMs: number, nowMs: number): Promise<void> {
    if (nowMs - positionsAtMs < positionEveryMs) return
    positionsAtMs = nowMs
    await store.recordPositions(
      [...tenants.values()].flatMap(({ tenant, judgedUntilMs }) =>
        judgedUntilMs === undefined ? [] : [{ tenant, judgedUntil: judgedUntilMs, knownUntil: knownUntilMs }],
      ),
    )
  }

  return { judge, forget }
}
