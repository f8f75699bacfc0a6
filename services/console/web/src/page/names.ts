import type { Range, SpendDimension, Step } from '@spanledger/schemas/api/choices'
import type { View } from '../address.ts'

export const rangeNames: readonly (readonly [Range, string])[] = [
  ['15m', '15 min'],
  ['1h', '1 h'],
  ['6h', '6 h'],
  ['24h', '24 h'],
  ['7d', '7 d'],
  ['21d', '21 d'],
  ['30d', '30 d'],
]

const rangeWords: Readonly<Record<Range, string>> = {
  '15m': 'the last 15 minutes',
  '1h': 'the last hour',
  '6h': 'the last 6 hours',
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
  '21d': 'the last 21 days',
  '30d': 'the last 30 days',
}

export const dimensionNames: readonly (readonly [SpendDimension, string])[] = [
  ['model', 'Model'],
  ['team', 'Team'],
  ['feature', 'Feature'],
  ['provider', 'Provider'],
  ['customer', 'Customer'],
]

export function dimensionName(by: SpendDimension): string {
  return dimensionNames.find(([dimension]) => dimension === by)?.[1] ?? 'All'
}

export const stepWords: Readonly<Record<Step, string>> = {
  minute: 'per minute',
  five_minutes: 'per 5 minutes',
  hour: 'per hour',
  day: 'per day',
}

/** The window that is shown, in words. */
export function windowWords({ range, from }: View): string {
  return from === '' ? rangeWords[range] : 'this window'
}

/** A slice as it is called on the page. */
export function sliceName(key: string | null): string {
  if (key === null) return 'everything else'
  return key === '' ? 'not given' : key
}
