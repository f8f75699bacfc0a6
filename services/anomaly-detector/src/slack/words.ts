import { alertKindText } from '@spanledger/schemas/alert-words'
import type { Alert, AlertKind } from '@spanledger/schemas/events/alert'
import { count, dollars, inUnit, percent, times } from './figures.ts'

interface Sentences {
  /** What changed and by how much, in one line that anybody understands; `subject` is written in already. */
  says(subject: string, alert: Alert): string
  /** The same when it is over. */
  ended(subject: string, alert: Alert): string
  /** What the two figures are called. */
  readonly observed: string
  readonly expected: string
  /** The first thing to do, for who was woken by it; '' where only the runbook knows. */
  readonly first: string
  /** False where nobody knows what it costs. */
  readonly hasCost: boolean
}

export interface KindWords extends Sentences {
  /** For a headline: what it is. */
  readonly title: string
}

const byKind: Readonly<Partial<Record<AlertKind, Sentences>>> = {
  spend_spike: {
    says: (subject, { explanation: { observed, expected } }) =>
      `${subject}: ${dollars(observed)} spent so far, usually ${dollars(expected)} in the same hours` +
      factor(observed, expected),
    ended: (subject) => `${subject}: the spend spike is over`,
    observed: 'Spent so far',
    expected: 'Usual in the same hours',
    first: 'ask who owns the largest item above whether it is meant. If not, stop it: every hour costs as much again.',
    hasCost: true,
  },
  cost_per_request: {
    says: (subject, { explanation: { observed, expected } }) =>
      `${subject}: a request costs ${dollars(observed)} on average, usually ${dollars(expected)}` +
      factor(observed, expected),
    ended: (subject) => `${subject}: requests no longer cost more than usual`,
    observed: 'Cost of a request now',
    expected: 'Usual cost of a request',
    first: 'find what changed about then: a release, a prompt, a model or a limit of output tokens.',
    hasCost: true,
  },
  cache_regression: {
    says: (subject, { explanation: { observed, expected } }) =>
      `${subject}: ${percent(observed)} of the input tokens come from the prompt cache, usually ${percent(expected)}`,
    ended: (subject, { explanation: { observed } }) =>
      `${subject}: the prompt cache works again, ${percent(observed)} of the input tokens come from it`,
    observed: 'Cache hit ratio now',
    expected: 'Usual cache hit ratio',
    first:
      'find what changed at the beginning of the prompt about then: a date, an id or another order of tools breaks the cache.',
    hasCost: true,
  },
  unpriced: {
    says: (subject, { explanation: { observed } }) =>
      `${subject}: ${count(observed)} requests have no price: what they cost is missing from every total`,
    ended: (subject) => `${subject}: no requests without a price any more`,
    observed: 'Requests without a price',
    expected: 'Expected',
    first:
      'compare the name of the model with its provider’s own. If it is right, a newer spanledger may have its price.',
    hasCost: false,
  },
}

/** For kinds that have no words of their own yet. */
const generic: Sentences = {
  says: (subject, { explanation: { observed, expected, unit } }) =>
    `${subject}: ${inUnit(observed, unit)}, expected ${inUnit(expected, unit)}${factor(observed, expected)}`,
  ended: (subject) => `${subject}: back to what is expected`,
  observed: 'Observed',
  expected: 'Expected',
  first: '',
  hasCost: true,
}

/** How one kind of alert is put to a person. All sentences are ours alone: names are put in by the caller, made safe. */
export function wordsFor(kind: AlertKind): KindWords {
  return { title: alertKindText(kind), ...(byKind[kind] ?? generic) }
}

function factor(observed: string, expected: string): string {
  const ratio = times(observed, expected)
  return ratio === undefined ? '' : `: ${ratio}`
}
