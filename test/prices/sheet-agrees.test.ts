import { createEngines } from '@spanledger/cli/price/engines'
import { priceCase } from '@spanledger/ledger/pricing/price-case'
import { expect, test } from 'vitest'
import { seedOfRun } from '../harness/seed-of-run.ts'
import { type RandomCharge, randomCharges } from './random-charges.ts'
import { priceAt, rowFor } from './sheet.ts'

const seed = seedOfRun()
const engineFor = createEngines()
const nowMs = Date.parse('2026-11-21')

test('10,000 random charges over all models, tiers, regions, bands and times: an independent reader of the sheet agrees', () => {
  const differing: unknown[] = []
  const seen = { priced: 0, estimated: 0, unpriced: 0, free: 0, rejected: 0, skipped: 0 }
  for (const charge of randomCharges(10_000, seed)) {
    const result = priceCase(charge.case, engineFor, nowMs)
    seen[result.status]++
    const expected = expectedOf(charge)
    const got = result.meters.map(({ meter, quantity, usd }) => `${meter} ${quantity} ${usd}`)
    if (got.join() !== expected.join() && differing.length < 5) differing.push({ of: charge.case, expected, got })
    if (result.status === 'rejected') differing.push({ of: charge.case, warnings: result.warnings })
  }
  expect(differing, `seed ${seed}`).toEqual([])
  expect(seen.priced).toBeGreaterThan(1000)
  expect(seen.estimated).toBeGreaterThan(100)
})

function expectedOf({
  case: { service_tier: tier, region, at, provider },
  rows,
  quantities,
  input,
}: RandomCharge): string[] {
  const row = rowFor(rows, {
    at: Date.parse(at),
    tier: tierName(provider, tier),
    regions: placesOf(provider, region),
    input,
  })
  if (!row) return []
  return priceAt(row, quantities).lines.map(
    ({ meter, quantity, usd }) => `${meter} ${quantity.toFixed()} ${usd.toFixed()}`,
  )
}

function tierName(provider: string, tier: string): string {
  if (tier === '' || tier === 'default') return 'standard'
  return tier === 'fast' && (provider === 'openai' || provider === 'azure') ? 'priority' : tier
}

/** OpenAI and Anthropic sell zones, and no regions: where a caller runs is no residency that was asked for. */
function placesOf(provider: string, region: string): string[] {
  if (region === '' || region === 'global') return ['global', '*']
  if (provider === 'openai' || provider === 'anthropic') return [region, 'regional', 'global', '*']
  const zone = region.startsWith('us') ? 'us' : region.startsWith('eu') ? 'eu' : region
  return [region, zone, 'regional', 'global', '*']
}
