import type { PriceRow } from '@spanledger/schemas/prices/catalogue'
import type { ManualRow, UnitPrice } from '@spanledger/schemas/prices/overrides'
import { compileRow } from './compiled-row.ts'
import { resolveProvider } from './provider.ts'
import { compileSchedule } from './schedule.ts'
import { normaliseTier, standardTier } from './tier.ts'
import { utcInstant } from './utc-instant.ts'

/** A row of the catalogue, or one of the operator's in its form. */
export interface SheetRow extends PriceRow {
  readonly manual?: true
  /** Every meter costs nothing, and is meant to. */
  readonly free?: boolean
}

export interface ManualRows {
  /** The rows of exactly this model, and its name as the operator wrote it. `model` in lower case. */
  of(provider: string, model: string): { readonly model: string; readonly rows: readonly SheetRow[] } | undefined
}

/** Throws RangeError for a row that cannot be read. */
export function createManualRows(rows: readonly ManualRow[]): ManualRows {
  const models = new Map<string, { model: string; rows: SheetRow[] }>()
  for (const row of rows) {
    const provider = resolveProvider(row.provider)
    const model = row.model.trim()
    const key = keyOf(provider, model.toLowerCase())
    const entry = models.get(key) ?? { model, rows: [] }
    entry.rows.push(readable(sheetRow(row, provider, entry.model)))
    models.set(key, entry)
  }
  return { of: (provider, model) => models.get(keyOf(provider, model)) }
}

/** An error is told when the overrides are read, not when the first request comes. */
function readable(row: SheetRow): SheetRow {
  compileRow(row, [row])
  if (row.schedule) compileSchedule(row.schedule)
  for (const time of [row.from, row.to]) if (time !== undefined) utcInstant(time, `price row ${row.id}`)
  return row
}

function keyOf(provider: string, model: string): string {
  return `${provider}\n${model}`
}

function sheetRow(row: ManualRow, provider: string, model: string): SheetRow {
  const { service_tier, region, meters = {}, from, to, schedule, band, minimum, currency, free } = row
  const tier = normaliseTier(provider, service_tier ?? '')
  return {
    id: manualId(row, provider, model),
    manual: true,
    meters: Object.fromEntries(
      Object.entries(meters).map(([meter, unit]) => [meter, { price: priceText(unit), per: unit.per }]),
    ),
    ...(region !== undefined && { region: region.trim().toLowerCase() }),
    ...(tier !== standardTier && { service_tier: tier }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(schedule && { schedule }),
    ...(band && { band }),
    ...(minimum && { minimum }),
    ...(currency !== undefined && { currency }),
    ...(free && { free }),
  }
}

/** It may be called either; neither is told where it is looked for. */
export function priceText(unit: UnitPrice): string {
  return unit.usd ?? unit.price ?? ''
}

/** Says what the row is, as the catalogue's ids do. */
function manualId({ region, service_tier, from, band, schedule }: ManualRow, provider: string, model: string): string {
  const parts = [
    region && `region=${region}`,
    service_tier && `tier=${service_tier}`,
    from && `from=${from}`,
    band && ('gt' in band ? `input>${band.gt}` : `input>=${band.gte}`),
    schedule && `hours=${schedule.windows.map((window) => window.join('-')).join(',')}`,
  ].filter(Boolean)
  return `manual:${provider}/${model}${parts.length > 0 ? `?${parts.join('&')}` : ''}`
}
