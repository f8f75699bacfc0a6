import { beforeAll, describe, expect, test } from 'vitest'
import { hasCaptures, readCaptures } from '../accuracy/captures.ts'
import { type Measured, measure } from '../accuracy/measure.ts'

const notExactYet = ['langfuse-python', 'openinference-anthropic', 'pydantic-ai', 'vercel-ai-v6']
const names = (hasCaptures ? readCaptures() : []).map(({ name }) => name).filter((name) => !notExactYet.includes(name))

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

    test.each(names)('%s: every charge from which something was lost says so', (name) => {
      for (const { request, warnings } of of(name).lost) {
        if (request.telemetry?.span === null) expect(warnings).toBeUndefined()
        else expect(warnings, `request ${request.i}`).not.toEqual([])
        if (request.telemetry?.span) expect(warnings, `request ${request.i}`).toBeDefined()
      }
    })
  },
)
