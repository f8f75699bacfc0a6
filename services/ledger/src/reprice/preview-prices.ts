import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import type { PriceChangeSums, PricePreview } from '@spanledger/schemas/api/prices'
import { decimalFromAtto } from '@spanledger/schemas/money'
import type { LedgerEntry } from '@spanledger/schemas/tables/ledger-entry'
import { createRepriceQueries } from '../adapters/reprice-queries.ts'
import { hourMs } from '../identity/identity-filter.ts'
import type { PriceEngine } from '../pricing/engine.ts'
import type { HourCount } from './ports.ts'
import { repriceCharge } from './reprice-charge.ts'
import { walkCharges } from './walk-charges.ts'

export interface PreviewPricesOptions {
  readonly clickhouse: ClickHouse
  readonly nowMs: number
  /** How far back; default 7. */
  readonly days?: number
  /** No more charges than these are looked at, but for those of one hour; the newest. Default 20,000. */
  readonly maxCharges?: number
}

interface Sums {
  charges: number
  changed: number
  before: bigint
  after: bigint
  unpricedNow: number
  unpricedThen: number
  newlyPriced: number
  newlyUnpriced: number
}

/** Read at once: what is priced in one go keeps the door of the same process waiting. */
const pageSize = 500
const shownModels = 100

/** What the charges of the last days cost at the prices of now, and at other ones; writes nothing. */
export async function previewPrices(
  now: PriceEngine,
  then: PriceEngine,
  { clickhouse, nowMs, days = 7, maxCharges = 20_000 }: PreviewPricesOptions,
): Promise<PricePreview> {
  const reader = createRepriceQueries(clickhouse)
  const whole = { fromMs: nowMs - days * 24 * hourMs, toMs: nowMs }
  const fromHour = newestHours(await reader.countByHour(whole), maxCharges)
  const wanted = fromHour === undefined ? whole : { ...whole, fromMs: Math.max(whole.fromMs, fromHour * hourMs) }
  const total = noSums()
  const models = new Map<string, { provider: string; model: string; sums: Sums }>()

  function add(entry: LedgerEntry): void {
    const before = repriceCharge(entry, { price: now.price, recordedAt: 0 })?.replacement ?? entry
    const after = repriceCharge(entry, { price: then.price, recordedAt: 0 })?.replacement ?? entry
    const { provider, model } = before
    const key = JSON.stringify([provider, model])
    let of = models.get(key)
    if (!of) models.set(key, (of = { provider, model, sums: noSums() }))
    for (const sums of [total, of.sums]) addTo(sums, before, after)
  }

  await walkCharges(
    reader,
    wanted,
    async (read) => {
      for (const entry of await read()) add(entry)
      return true
    },
    pageSize,
  )
  return {
    version_now: now.version,
    version_then: then.version,
    window: { from: new Date(wanted.fromMs).toISOString(), to: new Date(wanted.toMs).toISOString() },
    whole: wanted === whole,
    total: answerOf(total),
    models: [...models.values()]
      .filter(({ sums }) => sums.changed > 0)
      .toSorted((a, b) => compare(difference(b.sums), difference(a.sums)) || b.sums.changed - a.sums.changed)
      .slice(0, shownModels)
      .map(({ provider, model, sums }) => ({ provider, model, ...answerOf(sums) })),
  }
}

/** The hour from which on there are no more than so many; undefined where there never are more. */
function newestHours(hours: readonly HourCount[], maxCharges: number): number | undefined {
  let charges = 0
  for (const [place, { charges: some }] of hours.toReversed().entries()) {
    charges += some
    if (charges > maxCharges) return hours[hours.length - Math.max(1, place)]?.hour
  }
  return undefined
}

function addTo(sums: Sums, before: LedgerEntry, after: LedgerEntry): void {
  sums.charges++
  sums.before += before.cost
  sums.after += after.cost
  sums.unpricedNow += before.unpricedRequests
  sums.unpricedThen += after.unpricedRequests
  if (before.unpricedRequests > after.unpricedRequests) sums.newlyPriced++
  if (before.unpricedRequests < after.unpricedRequests) sums.newlyUnpriced++
  if (isChanged(before, after)) sums.changed++
}

function isChanged(before: LedgerEntry, after: LedgerEntry): boolean {
  return (
    before.cost !== after.cost ||
    before.accruedCost !== after.accruedCost ||
    before.priceState !== after.priceState ||
    before.contractId !== after.contractId ||
    before.model !== after.model ||
    before.priceRows.join() !== after.priceRows.join()
  )
}

function noSums(): Sums {
  return {
    charges: 0,
    changed: 0,
    before: 0n,
    after: 0n,
    unpricedNow: 0,
    unpricedThen: 0,
    newlyPriced: 0,
    newlyUnpriced: 0,
  }
}

function answerOf(sums: Sums): PriceChangeSums {
  return {
    charges: String(sums.charges),
    changed: String(sums.changed),
    cost_now: decimalFromAtto(sums.before),
    cost_then: decimalFromAtto(sums.after),
    unpriced_now: String(sums.unpricedNow),
    unpriced_then: String(sums.unpricedThen),
    newly_priced: String(sums.newlyPriced),
    newly_unpriced: String(sums.newlyUnpriced),
  }
}

function difference({ before, after }: Sums): bigint {
  return after > before ? after - before : before - after
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
