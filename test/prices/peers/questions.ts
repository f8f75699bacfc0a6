import { createHash } from 'node:crypto'
import { createDice, type Dice } from '../../fuzz/dice.ts'
import { sheet, type SheetRow } from '../sheet.ts'

/** A usage to be priced by several engines. Disjoint kinds of use are asked one by one, so that a difference has a name. */
export interface Question {
  readonly provider: string
  readonly model: string
  readonly kind: Kind
  /** ISO 8601. */
  readonly at: string
  /** Inclusive totals, in the words of the ledger. */
  readonly usage: Readonly<Record<string, number>>
}

export type Kind = 'plain' | 'cache_read' | 'cache_write' | 'cache_write_1h' | 'long' | 'past'

type Asked = [kind: Kind, at: string, usage: Record<string, number>]

/** An ordinary Tuesday, at an hour at which nothing is dearer or cheaper than listed. */
const now = '2026-11-10T12:00:00Z'

/** The same every time, whatever other models there are; and still the sizes are nobody's choice. */
export function questions(): Question[] {
  return Object.entries(sheet.providers).flatMap(([provider, { models }]) =>
    Object.entries(models).flatMap(([model, { rows }]) =>
      ofModel(createDice(seedOf(`${provider}/${model}`)), rows).map(([kind, at, usage]) => ({
        provider,
        model,
        kind,
        at,
        usage,
      })),
    ),
  )
}

function seedOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE()
}

function ofModel(dice: Dice, rows: readonly SheetRow[]): Asked[] {
  const some = () => ({ input_tokens: 20_000 + dice.below(20_000), output_tokens: 1 + dice.below(9_000) })
  const part = () => 1 + dice.below(15_000)
  const standard = rows.filter(({ service_tier }) => service_tier === undefined)
  const has = (meter: string) => standard.some(({ meters }) => meters[meter])
  const edges = [...new Set(standard.flatMap(({ band }) => (band ? [band.gte ?? (band.gt ?? 0) + 1] : [])))]
  const oneHour = part()
  return [
    ['plain', now, some()],
    ...(has('cache_read_tokens') ? [['cache_read', now, { ...some(), cache_read_tokens: part() }] as Asked] : []),
    ...(has('cache_write_tokens') ? [['cache_write', now, { ...some(), cache_write_tokens: part() }] as Asked] : []),
    ...(has('cache_write_1h_tokens')
      ? [['cache_write_1h', now, { ...some(), cache_write_tokens: oneHour, cache_write_1h_tokens: oneHour }] as Asked]
      : []),
    ...edges.flatMap((edge) =>
      [edge - 1, edge, edge + dice.below(50_000)].map(
        (input) => ['long', now, { ...some(), input_tokens: input }] as Asked,
      ),
    ),
    ...(edges.length === 0 ? [['long', now, { ...some(), input_tokens: 600_000 }] as Asked] : []),
    ...[1, 2].map(() => ['past', past(dice, rows), some()] as Asked),
  ]
}

/** Days between which prices changed, and others. */
function past(dice: Dice, rows: readonly SheetRow[]): string {
  const changes = rows.flatMap(({ from, to }) => [from, to]).filter((text) => text !== undefined)
  const first = Date.parse('2025-01-01')
  const at =
    changes.length > 0 && dice.oneIn(2)
      ? Date.parse(dice.pick(changes)) - 3_600_000
      : first + dice.below(Date.parse('2026-11-01') - first)
  return new Date(at).toISOString()
}
