import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runCaptured } from '@spanledger/cli/testing/run-captured'
import type { PricedCase } from '@spanledger/ledger/pricing/price-case'
import { expect, test } from 'vitest'

interface ExpectedCase {
  readonly id: string
  readonly expected_status: string
  readonly expected_usd: string | null
  readonly expected_list_usd?: string
  readonly expected_meters?: readonly unknown[]
  readonly expected_warnings?: readonly string[]
}

test.for([
  ['schemas/prices/cases.jsonl', 140],
  ['../shared/fixtures/pricing/cases.jsonl', 91],
] as const)(
  '`spanledger price --cases` answers every case of %s as it was worked out',
  async ([path, atLeast], { skip }) => {
    const file = fileURLToPath(new URL(`../../${path}`, import.meta.url))
    if (!existsSync(file)) return skip('the specification is kept outside this repository')
    const { code, out, err } = await runCaptured(['price', '--cases', file], {})
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const printed = out.split('\n').map((line) => JSON.parse(line) as PricedCase)
    const cases = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ExpectedCase)
    expect(cases.length).toBeGreaterThanOrEqual(atLeast)
    const answers = printed.map(({ id, status, usd, list_usd, meters, warnings }) => {
      return { id, status, usd, list_usd, meters: meters.map(inCaseWords), warnings }
    })
    expect(answers).toEqual(
      cases.map((each) => ({
        id: each.id,
        status: each.expected_status,
        usd: each.expected_usd,
        list_usd: each.expected_list_usd ?? each.expected_usd,
        meters: each.expected_meters ?? [],
        warnings: each.expected_warnings ?? [],
      })),
    )
  },
)

/** A case says less of a line in another currency than is printed. */
function inCaseWords({ meter, quantity, unit_price_usd, per, usd }: PricedCase['meters'][number]) {
  return { meter, quantity, unit_price_usd, per, usd }
}
