import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCaptured } from '@spanledger/cli/testing/run-captured'
import { describeExplanation } from '@spanledger/cli/terminal/describe-explanation'
import { createEngines } from '@spanledger/cli/price/engines'
import { explainLines } from '@spanledger/ledger/explain/explain-lines'
import { explanationOf } from '@spanledger/ledger/explain/explanation-of'
import { chargeOf } from '@spanledger/ledger/landing/charge'
import type { PricedCase } from '@spanledger/ledger/pricing/price-case'
import { observation } from '@spanledger/ledger/testing/observations'
import { readUsage } from '@spanledger/schemas/events/usage-formats'
import { afterAll, describe, expect, test } from 'vitest'
import { seedOfRun } from '../harness/seed-of-run.ts'
import { linesInText, recomputed, sumOf } from './printed-lines.ts'
import { someOverrides } from './some-overrides.ts'
import { randomCharges } from './random-charges.ts'

const dir = mkdtempSync(join(tmpdir(), 'spanledger-recompute-'))
afterAll(() => rmSync(dir, { recursive: true }))
const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

async function price(args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCaptured(['price', ...args], { SPANLEDGER_DATA_DIR: join(dir, 'data') })
  expect(err).toBe('')
  expect(code).toBe(0)
  return out
}

async function pricedFile(path: string): Promise<PricedCase[]> {
  return (await price(['--cases', path])).split('\n').map((line) => JSON.parse(line) as PricedCase)
}

/** Nothing but what was printed goes in. */
function expectToAddUp({ id, status, usd, meters }: PricedCase): void {
  for (const line of meters) {
    const { quantity, per } = line
    const isUsd = line.currency === undefined
    const expected = isUsd
      ? recomputed(quantity, line.unit_price_usd, per)
      : recomputed(quantity, line.unit_price ?? '', per, {
          rate: line.fx_rate ?? '',
          // the pair as the table has it: one to USD multiplies
          divides: line.fx_rate_id?.startsWith('USD/') ?? false,
        })
    if (line.usd !== expected) expect({ id, ...line }).toMatchObject({ usd: expected })
    if (!isUsd) expect(line.amount).toBe(recomputed(quantity, line.unit_price ?? '', per))
  }
  if (usd === null) expect(['unpriced', 'rejected']).toContain(status)
  else if (usd !== sumOf(meters.map((line) => line.usd))) expect({ id, meters }).toEqual(`lines that sum to ${usd}`)
}

describe('the printed lines alone give the amounts, by another decimal library', () => {
  test.for(['schemas/prices/cases.jsonl', '../shared/fixtures/pricing/cases.jsonl'])(
    'of every case in %s, as JSON and as text',
    async (path, { skip }) => {
      const file = fileOf(path)
      if (!existsSync(file)) return skip('the specification is kept outside this repository')
      const results = await pricedFile(file)
      for (const result of results) expectToAddUp(result)
      const cases = readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Case)
      for (const [index, each] of cases.entries()) {
        const result = results[index] as PricedCase
        if (hasNoFlags(each) || result.meters.length === 0) continue
        expectTextToAddUp(await price(flagsOf(each)), result)
      }
    },
  )

  test('of 10,000 random charges, contracts among them, as JSON', async () => {
    const seed = seedOfRun()
    const file = join(dir, 'random.jsonl')
    const charges = randomCharges(10_000, seed, someOverrides)
    writeFileSync(file, charges.map((charge) => JSON.stringify(charge.case)).join('\n'))
    const results = await pricedFile(file)
    expect(results).toHaveLength(charges.length)
    for (const result of results) expectToAddUp(result)
    expect(results.filter(({ usd }) => usd !== null).length, `seed ${seed}`).toBeGreaterThan(5000)
  })

  test('of 10,000 random charges of the ledger, as `explain` shows them to people', () => {
    const seed = seedOfRun()
    const engineFor = createEngines()
    for (const { case: each } of randomCharges(10_000, seed, someOverrides)) {
      const engine = engineFor(each.overrides ?? {})
      const usage = readUsage('canonical', each.usage)
      if (usage.kind !== 'ok') throw new Error(`seed ${seed}: ${JSON.stringify(each)}: ${usage.reason}`)
      const entry = chargeOf(
        observation({
          provider: each.provider,
          requestModel: each.model,
          at: Date.parse(each.at),
          serviceTier: each.service_tier,
          region: each.region,
          billingAccount: each.billing_account,
          usage: usage.value,
        }),
        engine.price,
        { identity: '0123456789abcdef', identityKeys: [], recordedAt: 0, sources: ['test'] },
      )
      const text = describeExplanation(explanationOf(entry, explainLines(entry, engine), null, [entry]))
      const lines = linesInText(text)
      for (const line of lines) expectLineToAddUp(line)
      const cost = /^ {2}cost +(\S+) USD$/m.exec(text)?.[1]
      if (cost !== sumOf(lines.map((line) => line['= USD'] as string))) throw new Error(`seed ${seed}:\n${text}`)
    }
  })
})

interface Case {
  readonly provider: string
  readonly model: string
  readonly at: string
  readonly usage: unknown
  readonly usage_format?: string
  readonly service_tier?: string
  readonly region?: string
  readonly response_model?: string
  readonly server_address?: string
  readonly billing_account?: string
  readonly overrides?: unknown
}

/** What the command line takes from a file of cases only. */
function hasNoFlags({ overrides, response_model, server_address, billing_account }: Case): boolean {
  return [overrides, response_model, server_address, billing_account].some((value) => value !== undefined)
}

function flagsOf({ provider, model, at, usage, usage_format, service_tier, region }: Case): string[] {
  const flags = { '--usage-format': usage_format, '--service-tier': service_tier, '--region': region }
  return Object.entries({ ...flags, '--provider': provider, '--model': model, '--at': at })
    .flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]))
    .concat('--usage', JSON.stringify(usage))
}

function expectTextToAddUp(text: string, { usd }: PricedCase): void {
  const lines = linesInText(text)
  for (const line of lines) expectLineToAddUp(line)
  const total = sumOf(lines.map((line) => line['= USD'] as string))
  if (usd !== null) expect(text).toContain(`, ${usd} USD`)
  if (usd !== null) expect(total, text).toBe(usd)
}

function expectLineToAddUp(line: Readonly<Record<string, string>>): void {
  const { quantity = '', 'x unit price': price = '', '/ per': per = '', 'x rate': rate, '= USD': usd } = line
  const [unitPrice = '', currency = 'USD'] = price.split(' ')
  const isUsd = currency === 'USD'
  const expected = isUsd
    ? recomputed(quantity, unitPrice, per)
    : recomputed(quantity, unitPrice, per, {
        rate: rate?.replace('/ ', '') ?? '',
        divides: rate?.startsWith('/') ?? false,
      })
  if (usd !== expected) expect(line).toMatchObject({ '= USD': expected })
}
