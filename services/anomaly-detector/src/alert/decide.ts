import type { AlertRule } from '@spanledger/schemas/config/alerts'
import type { Alert } from '@spanledger/schemas/events/alert'
import type { Judgement } from '../judge/judgement.ts'
import { hourMs, minuteMs } from '../series/lengths-of-time.ts'
import { contains, type Dims, isLeaf, keyOf, overlaps, related } from '../series/series.ts'
import { excessWithin, explainedOf, type Explainer, openingOrder } from './inhibition.ts'
import { explainingShare, locate, type Suspect } from './locate.ts'
import { severityOf } from './severity.ts'

/** What is to happen to alerts; the figures are measured afterwards. */
export type Intent =
  | { readonly kind: 'open'; readonly rule: NamedRule; readonly judgement: Judgement; readonly alsoIn: readonly Dims[] }
  | {
      readonly kind: 'keep' | 'update' | 'escalate'
      readonly rule: NamedRule
      readonly alert: Alert
      readonly judgement: Judgement
      readonly alsoIn: readonly Dims[]
    }
  | { readonly kind: 'resolve'; readonly alert: Alert; readonly judgement: Judgement | undefined }

export interface NamedRule {
  readonly name: string
  readonly rule: AlertRule
}

export interface DecideInput {
  /** The rules that are judged. */
  readonly rules: readonly NamedRule[]
  /** The tenant's alerts: all that are open, and the newest that is over of each series. */
  readonly alerts: readonly Alert[]
  /** Every series of a rule that is judged. */
  judgementsOf(rule: NamedRule): readonly Judgement[]
  /** Of one series that has an open alert. */
  judgementOf(rule: NamedRule, alert: Alert): Judgement
  readonly untilMs: number
  /** Everything judged ran late: nobody is told. */
  readonly historical: boolean
  /** False while what arrives is mostly history: baselines are then only half there. */
  readonly mayOpen: boolean
}

/** An open alert is written anew when it was not for so long, in event time. */
export const updateEveryMs = 15 * minuteMs
const openedAtOnce = 20

/** One step of every alert of a tenant: pure, so that the same evidence gives the same alerts, whoever judges. */
export function decide(input: DecideInput): Intent[] {
  const intents: Intent[] = []
  const ruleOf = new Map(input.rules.map((named) => [named.name, named]))
  const going: { alert: Alert; named: NamedRule; judgement: Judgement }[] = []
  const ending: typeof going = []

  for (const alert of input.alerts) {
    if (alert.state === 'resolved') continue
    const named = ruleOf.get(alert.rule)
    const judgement = named && input.judgementOf(named, alert)
    // What ran late stands alone: should the same be so in what is in time, that is an alert of its own.
    const isOther = alert.explanation.historical !== input.historical
    if (named === undefined || judgement === undefined || isOther || judgement.goesOn === false) {
      intents.push({ kind: 'resolve', alert, judgement })
      // What is over in this moment still explains what there is of it.
      if (named && judgement && !isOther) ending.push({ alert, named, judgement })
    } else going.push({ alert, named, judgement })
  }

  const leavesIn = rememberLeaves(input)
  const opened: { named: NamedRule; judgement: Judgement }[] = []
  const alsoIn = new Map<string, Dims[]>()
  const anchors = () => [
    ...[...going, ...ending].map(({ alert, named, judgement }) => ({ named, dims: alert.dims, judgement, alert })),
    ...opened.map(({ named, judgement }) => ({ named, dims: judgement.dims, judgement, alert: undefined })),
  ]

  for (const kind of openingOrder) {
    for (const named of input.rules.filter(({ rule }) => rule.kind === kind)) {
      const judged = input.judgementsOf(named)
      const raised = judged.filter(({ level }) => level !== 'within')
      if (input.mayOpen) {
        for (const { judgement } of locate(suspectsOf(named, judged, input, anchors(), leavesIn)))
          opened.push({ named, judgement })
      }
      for (const anchor of anchors()) {
        if (anchor.named.name !== named.name) continue
        const same = raised
          .filter((one) => showsSame(one, anchor.dims, () => leavesIn(named, anchor.dims)))
          .map(({ dims }) => dims)
        alsoIn.set(
          anchorKey(named, anchor.dims),
          same.filter((dims) => keyOf(dims) !== keyOf(anchor.dims)),
        )
      }
    }
  }

  for (const { alert, named, judgement } of going) {
    const more = alsoIn.get(anchorKey(named, alert.dims)) ?? []
    intents.push({
      kind: stepOf(alert, named.rule, judgement, input.untilMs),
      rule: named,
      alert,
      judgement,
      alsoIn: more,
    })
  }
  const largestFirst = opened.toSorted((a, b) => b.judgement.excess - a.judgement.excess).slice(0, openedAtOnce)
  for (const { named, judgement } of largestFirst) {
    intents.push({
      kind: 'open',
      rule: named,
      judgement,
      alsoIn: alsoIn.get(anchorKey(named, judgement.dims)) ?? [],
    })
  }
  return intents
}

function anchorKey(named: NamedRule, dims: Dims): string {
  return `${named.name} ${keyOf(dims)}`
}

/** Whether a raised series shows what an alert is about: its whole, its parts, and what has most of its excess in it. */
function showsSame({ dims, excess }: Judgement, anchor: Dims, leaves: () => readonly Judgement[]): boolean {
  if (related(dims, anchor)) return true
  return overlaps(dims, anchor) && excessWithin(dims, leaves()) >= explainingShare * excess
}

type LeavesIn = (named: NamedRule, dims: Dims) => readonly Judgement[]

/** The narrowest judged series in one, found once in a judgement: there are many, and each is asked about often. */
function rememberLeaves(input: DecideInput): LeavesIn {
  const known = new Map<string, readonly Judgement[]>()
  return (named, dims) => {
    const key = anchorKey(named, dims)
    let leaves = known.get(key)
    if (leaves === undefined) {
      leaves = input.judgementsOf(named).filter((one) => isLeaf(one.dims) && contains(dims, one.dims))
      known.set(key, leaves)
    }
    return leaves
  }
}

type Anchor = { named: NamedRule; dims: Dims; judgement: Judgement; alert: Alert | undefined }

/** Every series of a rule with what others leave of its excess. */
function suspectsOf(
  named: NamedRule,
  judged: readonly Judgement[],
  input: DecideInput,
  anchors: readonly Anchor[],
  leavesIn: LeavesIn,
): Suspect[] {
  const rule = { name: named.name, kind: named.rule.kind }
  const going = anchors.map((anchor) => explainerOf(anchor, named, input.untilMs, leavesIn))
  const over = input.alerts.filter((alert) => alert.resolvedAt !== null && alert.rule !== named.name)
  return judged.map((judgement) => {
    const isRecent = ({ resolvedAt }: Alert) => (resolvedAt ?? 0) > judgement.frame.window.from
    const explainers = [...going, ...over.filter(isRecent).map(overExplainer)]
    const explained = explainers.length === 0 ? 0 : explainedOf(rule, judgement.dims, explainers)
    const rest = judgement.excess - explained
    // A rest that is small beside what is explained is the same incident, measured twice.
    if (explained > 0 && rest < 0.3 * judgement.excess) return { judgement, level: 'within', excess: 0 }
    return { judgement, level: judgement.levelWithout(explained), excess: rest }
  })
}

/** Of the same rule: its excess in the window that is judged now. Of another: what it has cost so far. */
function explainerOf(anchor: Anchor, judged: NamedRule, untilMs: number, leavesIn: LeavesIn): Explainer {
  const { named, dims, judgement, alert } = anchor
  const isSame = named.name === judged.name
  const soFar = alert
    ? dollars(alert.impactUsd) + (dollars(alert.impactUsdPerHour) * Math.max(0, untilMs - alert.updatedAt)) / hourMs
    : judgement.excess
  return {
    rule: named.name,
    kind: named.rule.kind,
    dims,
    excess: isSame ? judgement.excess : Math.max(soFar, judgement.excess),
    isOpen: true,
    seen: { excess: judgement.excess, leaves: () => leavesIn(named, dims) },
  }
}

function overExplainer(alert: Alert): Explainer {
  const { rule, kind, dims } = alert
  return { rule, kind, dims, excess: dollars(alert.impactUsd), isOpen: false, seen: undefined }
}

function stepOf(alert: Alert, rule: AlertRule, judgement: Judgement, untilMs: number): 'keep' | 'update' | 'escalate' {
  const perHour = judgement.excessPerHour
  const soFar = dollars(alert.impactUsd) + (perHour * Math.max(0, untilMs - alert.updatedAt)) / hourMs
  if (alert.severity === 'warning' && severityOf(rule, soFar, perHour) === 'critical') return 'escalate'
  return untilMs - alert.updatedAt >= updateEveryMs ? 'update' : 'keep'
}

export function dollars(atto: bigint): number {
  return Number(atto) / 1e18
}

/** Event time until which this rule has told of a series, or of something that has traffic in common with it. */
export function toldUntilOf(alerts: readonly Alert[], rule: string, dims: Dims): number {
  let told = Number.NEGATIVE_INFINITY
  for (const alert of alerts) {
    if (alert.rule === rule && alert.resolvedAt !== null && overlaps(alert.dims, dims)) {
      told = Math.max(told, alert.resolvedAt)
    }
  }
  return told
}

export function openAlertOf(alerts: readonly Alert[], rule: string, dims: Dims): Alert | undefined {
  return alerts.find(
    (alert) =>
      alert.state !== 'resolved' && alert.rule === rule && contains(alert.dims, dims) && contains(dims, alert.dims),
  )
}
