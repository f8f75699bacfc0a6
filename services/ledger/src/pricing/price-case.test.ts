import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine } from './engine.ts'
import { type PriceCase, priceCase, type PricedCase, type PricedMeter } from './price-case.ts'

interface Expected extends PriceCase {
  readonly id: string
  readonly expected_status: string
  readonly expected_usd: string | null
  readonly expected_meters?: readonly PricedMeter[]
  readonly expected_list_usd?: string
  readonly expected_warnings?: readonly string[]
  readonly source: string
}

const own = new URL('../../../../schemas/prices/cases.jsonl', import.meta.url)
const shared = new URL('../../../../../shared/fixtures/pricing/cases.jsonl', import.meta.url)
const catalogue = loadCatalogue()
const engines = new Map<string, ReturnType<typeof createPriceEngine>>()
const engineFor: Parameters<typeof priceCase>[1] = (overrides) => {
  const key = JSON.stringify(overrides)
  const engine = engines.get(key) ?? createPriceEngine({ catalogue, overrides })
  engines.set(key, engine)
  return engine
}
/** After every case. */
const nowMs = Date.parse('2027-01-01')

describe.each([
  ['the cases that come with the catalogue', own, 40],
  ['the cases of the specification', shared, 90],
])('%s', (_, file, atLeast) => {
  if (!existsSync(file)) {
    it('are here', (context) => context.skip('the specification is kept outside this repository'))
    return
  }
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const cases = lines
    .map((line) => JSON.parse(line) as Expected)
    .map((expected) => ({ id: expected.id, expected, result: priceCase(expected, engineFor, nowMs) }))

  it('are many, with names of their own', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(lines.length)
    expect(lines.length).toBeGreaterThanOrEqual(atLeast)
  })

  it.for(cases)('$id', ({ expected, result }, context) => {
    const reason = notBuilt(expected, result)
    if (reason) return context.skip(reason)
    expect(result).toMatchObject({
      id: expected.id,
      status: expected.expected_status,
      usd: expected.expected_usd,
      list_usd: expected.expected_list_usd ?? expected.expected_usd,
      warnings: expected.expected_warnings ?? [],
    })
    // of a line in another currency more is printed than a case says
    expect(result.meters).toMatchObject(expected.expected_meters ?? [])
  })
})

/** Rows that the catalogue does not have. */
function notBuilt(expected: Expected, result: PricedCase): string | undefined {
  const onlyElsewhere = expected.source.includes('genai-prices has no') && result.status === 'estimated'
  return onlyElsewhere ? 'its row is in a second source, which the catalogue does not have yet' : undefined
}
