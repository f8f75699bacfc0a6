import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** LiteLLM is large: it is installed with the other instrumentations, not for this test. */
const python = `${root}node_modules/.cache/instrumentations-python-below-3/bin/python`
const script = `${root}test/harness/producers/litellm_calls.py`
const run = promisify(execFile)

interface Billed {
  readonly acknowledged: number
  readonly input: number
  readonly output: number
  readonly cached: number
  readonly hour: number
}

let spanledger: Spanledger | undefined
afterEach(() => spanledger?.dispose())

describe.skipIf(!existsSync(python))('LiteLLM (npm run instrumentations -- --all installs it)', () => {
  test.each([['generic_api'], ['generic_api and otel']])(
    'with the callbacks %s: every call once, with what was billed; a hit of its cache and a refusal are free',
    { timeout: 300_000 },
    async (callbacks) => {
      spanledger = await createSpanledger()
      await spanledger.start()
      const { doorUrl, sql, dataDir } = spanledger
      const { stdout } = await run(python, [script, doorUrl, ...callbacks.split(' and ')], { timeout: 120_000 })
      const { acknowledged, ...tokens } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Billed
      await untilDrained(dataDir)
      const asked = `result_cache != 'exact_hit'`
      const [sums] = await sql<Record<string, string>>(`
        SELECT sumIf(requests, ${asked} AND status = 'ok') AS billed, sumIf(requests, status = 'error') AS refused,
          sumIf(requests, result_cache = 'exact_hit') AS hits, sumIf(cost, status = 'error' OR NOT ${asked}) = 0 AS free,
          sumIf(input_tokens, ${asked}) AS input, sumIf(output_tokens, ${asked}) AS output,
          sumIf(cache_read_tokens, ${asked}) AS cached, sumIf(cache_write_1h_tokens, ${asked}) AS hour,
          countIf(team != 'search' OR feature != 'faq' OR user != 'u-42') AS strangers
        FROM ledger`)
      expect(sums).toEqual({
        billed: String(acknowledged),
        refused: '1',
        hits: '1',
        free: 1,
        ...Object.fromEntries(Object.entries(tokens).map(([name, count]) => [name, String(count)])),
        strangers: '0',
      })
    },
  )
})
