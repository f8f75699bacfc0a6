import type { AlertsConfig } from '@spanledger/schemas/config/alerts'
import type { Alert, AlertEvent } from '@spanledger/schemas/events/alert'
import type { Measurer } from './adapters/clickhouse-measurer.ts'
import type { SeriesReader } from './adapters/clickhouse-series-reader.ts'
import { confirms } from './alert/confirm.ts'
import { decide, dollars, type Intent, type NamedRule, toldUntilOf } from './alert/decide.ts'
import { alertIdOf } from './alert/ids.ts'
import { eventOf, runbookOf, withMeasurement } from './alert/make-alert.ts'
import { severityOf } from './alert/severity.ts'
import { type Frame, type Judgement, longestIncidentMs } from './judge/judgement.ts'
import type { Measured } from './measure/frame-sql.ts'
import { onsetOf } from './measure/onset-sql.ts'
import type { SeriesGroups } from './series/groups.ts'
import { dayMs, minuteMs } from './series/lengths-of-time.ts'
import type { LocalTime } from './series/local-time.ts'
import { keyOf } from './series/series.ts'
import { createScenes } from './scenes.ts'

export interface JudgeTenantOptions {
  readonly tenant: string
  readonly config: AlertsConfig
  readonly groups: SeriesGroups
  readonly eligibleSizes: readonly number[]
  readonly alerts: readonly Alert[]
  readonly reader: SeriesReader
  readonly measure: Measurer
  readonly time: LocalTime
  /** Where every window ends, and where the tenant's entries end. */
  readonly untilMs: number
  readonly frontierMs: number
  readonly knownUntilMs: number
  readonly nowMs: number
  readonly mayOpen: boolean
}

export interface TenantJudged {
  readonly events: readonly AlertEvent[]
  readonly series: number
  /** Series that were left out because there are too many. */
  readonly cut: number
}

/** One judgement of one tenant: screening of all series, a decision, and exact figures of what is said. */
export async function judgeTenant(options: JudgeTenantOptions): Promise<TenantJudged> {
  const { tenant, config, untilMs, nowMs, alerts, time } = options
  const historical = untilMs < nowMs - dayMs
  const rules: NamedRule[] = Object.entries(config.rules)
    .filter(([, rule]) => rule.enabled)
    .map(([name, rule]) => ({ name, rule }))
  const scenes = await createScenes({ ...options, rules, historical })
  const intents = decide({
    rules,
    alerts,
    untilMs,
    historical,
    mayOpen: options.mayOpen,
    judgementsOf: (named) => scenes.judgementsOf(named),
    judgementOf: (named, alert) => scenes.judgementOf(named, alert.dims),
  })
  const events: AlertEvent[] = []
  for (const intent of intents) {
    const event = await say(intent)
    if (event) events.push(event)
  }
  return { events, series: scenes.series, cut: scenes.cut }

  function say(intent: Intent): Promise<AlertEvent | undefined> | undefined {
    switch (intent.kind) {
      case 'open':
        return open(intent)
      case 'update':
      case 'escalate':
        return update(intent)
      case 'resolve':
        return resolve(intent)
      case 'keep':
        return undefined
    }
  }

  function measuredOf(named: NamedRule, judgement: Pick<Judgement, 'dims' | 'frame'>, sinceMs: number): Measured {
    return {
      selection: {
        tenant,
        dims: judgement.dims,
        match: named.rule.match,
        knownUntilMs: options.knownUntilMs,
        inTimeOnly: !historical,
      },
      frame: judgement.frame,
      sinceMs,
      untilMs,
      time,
    }
  }

  function aboutOf(frame: Frame) {
    return { frame, time, untilMs, knownUntilMs: options.knownUntilMs, historical }
  }

  async function open({ rule: named, judgement, alsoIn }: Extract<Intent, { kind: 'open' }>) {
    const { rule, name } = named
    const sinceMs = await onsetFor(named, judgement)
    const figures = await options.measure(measuredOf(named, judgement, sinceMs))
    if (!confirms(rule, figures)) return undefined
    const before = alerts.filter((alert) => alert.rule === name && keyOf(alert.dims) === keyOf(judgement.dims))
    const episode = 1 + before.reduce((most, alert) => Math.max(most, alert.explanation.episode), 0)
    const alert = withMeasurement(
      {
        tenant,
        alertId: alertIdOf(tenant, name, judgement.dims, episode),
        rule: name,
        kind: rule.kind,
        state: 'open',
        severity: severityOf(rule, dollars(figures.impactUsd), dollars(figures.impactUsdPerHour)),
        openedAt: sinceMs,
        resolvedAt: null,
        dims: judgement.dims,
        runbook: runbookOf(rule),
      },
      figures,
      { ...aboutOf(judgement.frame), alsoIn, episode },
    )
    return eventOf('opened', alert, nowMs)
  }

  async function update(intent: Extract<Intent, { kind: 'keep' | 'update' | 'escalate' }>) {
    const { alert, rule: named, judgement, alsoIn } = intent
    const figures = await options.measure(measuredOf(named, judgement, alert.openedAt))
    const reached = severityOf(named.rule, dollars(figures.impactUsd), dollars(figures.impactUsdPerHour))
    const severity = alert.severity === 'critical' ? 'critical' : reached
    const isWorse = severity !== alert.severity
    if (intent.kind === 'escalate' && !isWorse && untilMs - alert.updatedAt < minuteMs) return undefined
    const known = alert.explanation.alsoIn
    const more = alsoIn.filter((dims) => !known.some((one) => keyOf(one) === keyOf(dims)))
    const next = withMeasurement({ ...alert, severity }, figures, {
      ...aboutOf(judgement.frame),
      alsoIn: [...known, ...more],
      episode: alert.explanation.episode,
    })
    return eventOf(isWorse ? 'escalated' : 'updated', next, nowMs)
  }

  async function resolve({ alert, judgement }: Extract<Intent, { kind: 'resolve' }>) {
    const named = rules.find(({ name }) => name === alert.rule)
    const over = { ...alert, state: 'resolved', resolvedAt: Math.max(untilMs, alert.openedAt) } as const
    if (named === undefined || judgement === undefined) {
      return eventOf(
        'resolved',
        { ...over, updatedAt: Math.max(untilMs, alert.updatedAt), impactUsdPerHour: 0n },
        nowMs,
      )
    }
    const figures = await options.measure(measuredOf(named, judgement, alert.openedAt))
    const { alsoIn, episode } = alert.explanation
    const about = { ...aboutOf(judgement.frame), alsoIn, episode, historical: alert.explanation.historical }
    return eventOf('resolved', withMeasurement(over, figures, about), nowMs)
  }

  /** Since when it is so, to the entry; never before what was told of the series, nor further back than a day or two. */
  async function onsetFor(named: NamedRule, judgement: Judgement): Promise<number> {
    const { frame } = judgement
    const told = toldUntilOf(alerts, named.name, judgement.dims)
    const reach = frame.kind === 'unpriced' || frame.kind === 'spend_spike' ? frame.window.from : untilMs - dayMs
    const from = Math.max(Math.min(reach, frame.window.from), told, untilMs - longestIncidentMs)
    const { selection } = measuredOf(named, judgement, from)
    const rows = await options.reader.readMinutes(selection, frame, { from, to: untilMs })
    const line = scenes.surplusLine(named, judgement)
    const minutes = rows.map((row, place) => {
      // Minutes without an entry have no row: each row stands for the time until the next.
      const time = { from: Number(row.minute_ms), to: Number(rows[place + 1]?.minute_ms ?? untilMs) }
      return { firstMs: Number(row.first_ms), surplus: line(time, Number(row.amount), Number(row.volume)) }
    })
    return onsetOf(minutes) ?? frame.window.from
  }
}
