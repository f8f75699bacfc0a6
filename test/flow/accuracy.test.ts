import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasCaptures, readCaptures } from '../accuracy/captures.ts'
import { type Measured, measure } from '../accuracy/measure.ts'
import { inDollars } from '../accuracy/dollar-table.ts'
import { accuracySection, lossWarnings } from '../accuracy/report.ts'

const names = (hasCaptures ? readCaptures() : []).map(({ name }) => name)
describe.skipIf(!hasCaptures)(
  'captured telemetry of real instrumentations (../shared/fixtures/otlp is not here)',
  () => {
    let measured: ReadonlyMap<string, Measured>
    const of = (name: string) => measured.get(name) as Measured
    beforeAll(async () => {
      measured = new Map((await measure()).map((each) => [each.capture.name, each]))
    })

    test.each(names)('%s: the ledger holds exactly the tokens and requests that its telemetry can support', (name) => {
      const { capture, ledger, ledgerOfJson } = of(name)
      expect(ledger.tokens).toEqual(capture.totals_attainable)
      expect(ledger.requests).toBe(capture.usage_records_after_dedup)
      expect(ledger.refused).toBeLessThanOrEqual(capture.refused_requests)
      expect(ledgerOfJson).toEqual(ledger)
    })

    test.each(names)(
      '%s: the ledger has exactly the dollars that its telemetry can support, worked out without it',
      (name) => {
        const { ledger, ledgerOfJson, dollars } = of(name)
        expect(ledger.cost).toBe(dollars.attainable)
        expect(ledgerOfJson.cost).toBe(dollars.attainable)
      },
    )

    test.each(names)('%s: every charge from which something was lost says so', (name) => {
      for (const lost of of(name).lost) {
        const about = `request ${lost.request.i}`
        if (lost.request.telemetry?.span === null) expect(lost.warnings, about).toBeUndefined()
        else expect(lossWarnings(lost)?.length, about).toBeGreaterThan(0)
      }
    })

    test('docs/accuracy.md is what `pnpm accuracy` writes', () => {
      const page = readFileSync(new URL('../../docs/accuracy.md', import.meta.url), 'utf8')
      const onPage = [...measured.values()].filter(({ capture }) => page.includes(`\n## ${capture.name}\n`))
      expect(onPage.length).toBeGreaterThan(0)
      for (const each of onPage) {
        expect(page, 'run `npm run accuracy`, and keep what it writes').toContain(accuracySection(each))
      }
      if (onPage.length === measured.size) expect(page).toContain(inDollars([...measured.values()]))
    })
  },
)
