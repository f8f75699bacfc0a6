import type { RepriceReport, RepriceSums } from '@spanledger/ledger/reprice/reprice-report'
import { repriceGroups } from '@spanledger/ledger/reprice/reprice-report'
import { decimalFromAtto } from '@spanledger/schemas/money'
import { table } from '../terminal/table.ts'

const shownRows = 20

/** What pricing anew changes, for a person: a table each by provider, model, team and day, the largest changes first. */
export function describeReport({ total, by }: RepriceReport): string {
  const out: string[] = []
  for (const group of repriceGroups) {
    const changed = [...by[group]].filter(([, { corrected }]) => corrected > 0)
    if (changed.length === 0) continue
    const rows =
      group === 'day' ? changed.toSorted(([one], [other]) => (one < other ? -1 : 1)) : changed.toSorted(byChange)
    out.push(...sumsTable(group, rows.slice(0, shownRows)))
    if (rows.length > shownRows) out.push(`  … and ${rows.length - shownRows} more (--json has all)`)
    out.push('')
  }
  return [...out, ...describeTotal(total)].join('\n')
}

function describeTotal(total: RepriceSums): string[] {
  const { charges, corrected, before, after, raised, lowered, unpricedBefore, unpricedAfter } = total
  const lines = [
    `${corrected} of ${charges} charges change: ${decimalFromAtto(before)} USD become ${decimalFromAtto(after)}`,
  ]
  if (corrected === 0) return [`${charges} charges, none of them changes`]
  lines.push(
    `  ${signed(raised)} USD dearer, ${signed(-lowered)} USD cheaper: ${signed(after - before)} USD (${percent(total)})`,
  )
  if (unpricedBefore !== unpricedAfter)
    lines.push(`  without a price: ${unpricedBefore} requests before, ${unpricedAfter} after`)
  return lines
}

function sumsTable(group: string, rows: readonly (readonly [string, RepriceSums])[]): string[] {
  const cells = rows.map(([name, { corrected, before, after }]) => [
    name,
    String(corrected),
    decimalFromAtto(before),
    decimalFromAtto(after),
    signed(after - before),
  ])
  return table([group, 'corrected', 'USD before', 'USD after', 'delta'], cells, new Set([1, 2, 3, 4]))
}

function byChange([, one]: readonly [string, RepriceSums], [, other]: readonly [string, RepriceSums]): number {
  const difference = other.raised + other.lowered - one.raised - one.lowered
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

function signed(atto: bigint): string {
  return atto > 0n ? `+${decimalFromAtto(atto)}` : decimalFromAtto(atto)
}

/** What changes, dearer and cheaper alike, as a share of what was charged: nothing cancels out. */
export function percent({ before, raised, lowered }: RepriceSums): string {
  const changed = raised + lowered
  if (before === 0n) return changed === 0n ? '0%' : 'all of it is new'
  return `${(Number((changed * 100_000n) / before) / 1000).toLocaleString('en-US', { maximumFractionDigits: 2 })}% of it changes`
}

/** Whether more changes than `limitPercent` of what was charged. */
export function isAbove({ before, raised, lowered }: RepriceSums, limitPercent: number): boolean {
  return (raised + lowered) * 100_000n > before * BigInt(Math.round(limitPercent * 1000))
}

/** The same for programs: money as exact decimals. */
export function reportJson({ total, by }: RepriceReport) {
  return {
    total: sumsJson(total),
    by: Object.fromEntries(
      repriceGroups.map((group) => [group, [...by[group]].map(([name, sums]) => ({ name, ...sumsJson(sums) }))]),
    ),
  }
}

function sumsJson(sums: RepriceSums) {
  return {
    charges: sums.charges,
    corrected: sums.corrected,
    before_usd: decimalFromAtto(sums.before),
    after_usd: decimalFromAtto(sums.after),
    delta_usd: decimalFromAtto(sums.after - sums.before),
    raised_usd: decimalFromAtto(sums.raised),
    lowered_usd: decimalFromAtto(sums.lowered),
    unpriced_before: sums.unpricedBefore,
    unpriced_after: sums.unpricedAfter,
  }
}
