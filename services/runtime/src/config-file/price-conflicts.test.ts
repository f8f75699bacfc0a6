import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfigFileError } from './config-file-error.ts'
import { parseConfigFile } from './config-file.ts'
import { globsMeet } from './globs-meet.ts'

function problemsOf(text: string): string[] {
  try {
    parseConfigFile(text, 'f.yaml')
  } catch (error) {
    if (error instanceof ConfigFileError) return error.message.split('\n')
    throw error
  }
  return []
}

test('prices: every problem is said at once, with its line', () => {
  expect(
    problemsOf(`prices:
  aliases:
    - { provider: azure, model: chat, to: { provider: azure, model: gpt-4.1 } }
    - { provider: Azure, model: CHAT, to: { provider: azure, model: gpt-4o } }
    - { provider: azure, model: gpt-4o, to: { provider: azure, model: GPT-4o } }
    - { provider: azure, to: gpt-4o }
  contracts:
    - id: K-1
      provider: openai
      model_pattern: "*"
      discount_percent: 12.5
      effective_from: 2026-01-01
      effective_to: 2025-12-31T23:59:59Z
    - id: K-1
      provider: openai
      model_pattern: gpt-*
      discount_percent: "120"
      markup_percent: "5"
      effective_from: yesterday
    - { id: K-2, provider: openai, model_pattern: "*", effective_from: 2026-01-01, scope: { teem: x } }
    - id: K-3
      provider: openai
      model_pattern: gpt-4o
      effective_from: 2026-01-01
      prices: { input_token: { usd: "1", per: 1000000 }, output_tokens: { usd: "1,5", per: 0 }, requests: { per: 1 } }
  rows:
    - { provider: ours, model: m }
    - { provider: ours, model: n, free: true, meters: { requests: { usd: "1", per: 1 } } }
    - { provider: ours, model: n, free: true, from: 2026-02-30 }
    - { provider: ours, model: o, free: true, to: 2026-06-01 }
    - { provider: ours, model: O, free: true, from: 2026-05-31T23:59:59.999Z }
    - provider: ours
      model: p
      currency: EUR
      schedule: { windows: [["22:00", "25:00"]] }
      band: { gt: 1, gte: 2 }
      meters: { input_tokens: { usd: "1", per: 1000000 } }
  pools:
    - { id: a, provider: vllm, models: [l], units: 2, per_unit_hour: 2.49, from: 2026-01-01, weigh: tokns }
    - { id: a, provider: vllm, models: [k, L], units: 2, per_unit_hour: "2", from: 2026-01-01, weigh: request_seconds, weights: { input: "1" } }
  rates:
    - { base: GBP, quote: USD, date: 2026-01-01, rate: "1.3", source: bank }
    - { base: EUR, quote: GBP, date: 2026-01-01, rate: "0", source: bank }
    - { base: eur, quote: USD, date: 2026-01-01T00:00:00Z, rate: 1.1, source: bank }
  alias: []
`),
  ).toEqual([
    'f.yaml:4: prices.aliases[1].model is said by aliases[0] already: keep one',
    'f.yaml:5: prices.aliases[2].to is the name itself: an alias says what a name of yours really is, leave this one out',
    'f.yaml:6: prices.aliases[3].model is missing: it takes a text of 1 to 256 characters',
    'f.yaml:6: prices.aliases[3].to is "gpt-4o": it takes fields below it: provider, model',
    'f.yaml:11: prices.contracts[0].discount_percent is 12.5: it takes a decimal number in quotes, "0" to "100": write "12.5"',
    'f.yaml:13: prices.contracts[0].effective_to is before effective_from: it would never hold, for the end is exclusive',
    'f.yaml:14: prices.contracts[1] has discount_percent and markup_percent: a contract has one of them; make two contracts of it',
    'f.yaml:14: prices.contracts[1].id is the id of contracts[0] already: every charge names its contract, give each its own',
    'f.yaml:17: prices.contracts[1].discount_percent is "120": it takes a decimal number in quotes, "0" to "100"',
    'f.yaml:19: prices.contracts[1].effective_from is "yesterday": it takes a date (2026-01-31) or a time with its zone (2026-01-31T00:00:00Z)',
    'f.yaml:20: prices.contracts[2].scope.teem is not a field: did you mean team?',
    'f.yaml:20: prices.contracts[2] says no price: it takes one of discount_percent, markup_percent, prices, or trust_provider_cost: true',
    'f.yaml:25: prices.contracts[3].prices.output_tokens.usd is "1,5": it takes a decimal number in quotes, such as "2.40"',
    'f.yaml:25: prices.contracts[3].prices.output_tokens.per is 0: it takes a whole number from 1 to 1000000000',
    'f.yaml:25: prices.contracts[3].prices.input_token is not a field: did you mean input_tokens?',
    'f.yaml:25: prices.contracts[3].prices.requests has no price: it takes usd (or price) and per',
    'f.yaml:27: prices.rows[0] has no price: it takes meters with their prices, or free: true where it costs nothing',
    'f.yaml:28: prices.rows[1].free is true, and the row has meters: keep one',
    'f.yaml:29: prices.rows[2].from is "2026-02-30": it takes a date (2026-01-31) or a time with its zone (2026-01-31T00:00:00Z)',
    'f.yaml:31: prices.rows[4] holds at the same time as rows[3], for the same requests: end one with to, or take it out',
    'f.yaml:34: prices.rows[5].currency is EUR, of which rates say nothing: add one of base EUR and quote USD',
    'f.yaml:35: prices.rows[5].schedule.windows[0][1] is "25:00": it takes a time of day in quotes, "00:00" to "23:59"',
    'f.yaml:36: prices.rows[5].band takes one of gt (more than) and gte (at least) input tokens',
    'f.yaml:37: prices.rows[5].meters.input_tokens.usd would be in EUR, the currency given beside it: call it price',
    'f.yaml:39: prices.pools[0].per_unit_hour is 2.49: it takes a decimal number in quotes, such as "2.40": write "2.49"',
    'f.yaml:39: prices.pools[0].weigh is "tokns": it takes one of token_seconds, tokens, request_seconds',
    'f.yaml:40: prices.pools[1].weights say how much a token weighs, and weigh is request_seconds: take one out',
    'f.yaml:40: prices.pools[1].id is the id of pools[0] at the same time: end one with to, or give each its own',
    'f.yaml:40: prices.pools[1].models[1] is served by pools[0] at the same time: a request belongs to one pool',
    'f.yaml:42: prices.rates[0] is of GBP, in which nothing here has a price: take it out, or name the currency',
    'f.yaml:43: prices.rates[1] is between EUR and GBP: the ledger is in USD, one of the two must be',
    'f.yaml:44: prices.rates[2].base is "eur": it takes the three capitals of a currency, such as EUR',
    'f.yaml:44: prices.rates[2].date is "2026-01-01T00:00:00Z": it takes a date such as 2026-01-31',
    'f.yaml:44: prices.rates[2].rate is 1.1: it takes a decimal number in quotes, such as "2.40": write "1.1"',
    'f.yaml:44: prices.rates[2] is of eur, in which nothing here has a price: take it out, or name the currency',
    'f.yaml:45: prices.alias is not a field: did you mean aliases?',
  ])
})

const contracts = (...lines: readonly string[]) =>
  problemsOf(`prices:\n  contracts:\n${lines.map((line) => `    - { provider: p, ${line} }\n`).join('')}`)
const always = 'effective_from: 2026-01-01'

test('contracts that nothing could decide between are refused, and only those', () => {
  const tie = /contracts\[1\] holds for the same requests as contracts\[0\]/
  const fixed = (id: string, meter: string, more = '') =>
    `id: ${id}, model_pattern: gpt-*, ${always}, prices: { ${meter}: { usd: "1", per: 1 } }${more}`
  expect(contracts(fixed('a', 'requests'), fixed('b', 'requests')).join()).toMatch(tie)
  expect(contracts(fixed('a', 'requests'), fixed('b', 'web_searches'))).toEqual([])
  expect(contracts(fixed('a', 'requests'), fixed('b', 'requests', ', priority: 1'))).toEqual([])
  expect(
    contracts(fixed('a', 'requests', ', scope: { team: a }'), fixed('b', 'requests', ', scope: { team: b }')),
  ).toEqual([]) // prettier-ignore
  expect(
    contracts(fixed('a', 'requests', ', scope: { team: a }'), fixed('b', 'requests', ', scope: { region: eu }')).join(),
  ).toMatch(tie)
  const percent = (id: string, pattern: string, from = always) =>
    `id: ${id}, model_pattern: "${pattern}", ${from}, discount_percent: "5"`
  expect(contracts(percent('a', 'gpt-*'), percent('b', '*gpt-')).join()).toMatch(tie)
  expect(contracts(percent('a', 'gpt-*'), percent('b', 'o1-m*'))).toEqual([])
  expect(contracts(percent('a', 'gpt-*'), percent('b', '*'))).toEqual([])
  // the later one wins
  expect(contracts(percent('a', '*'), percent('b', '*', 'effective_from: 2026-06-01'))).toEqual([])
  expect(contracts(percent('a', '*'), fixed('b', 'requests').replace('gpt-*', '"*"'))).toEqual([])
})

test('a rate that a contract fixes is between its currency and the ledger’s', () => {
  const inEuro = (rate: string) =>
    contracts(`id: a, model_pattern: m, ${always}, currency: EUR, discount_percent: "1", rate: ${rate}`)
  const rate = (base: string, quote: string, value = '1.1') =>
    `{ base: ${base}, quote: ${quote}, date: 2026-01-01, rate: "${value}", source: contract }`
  expect(inEuro(rate('EUR', 'USD'))).toEqual([])
  expect(inEuro(rate('USD', 'EUR'))).toEqual([])
  expect(inEuro(rate('GBP', 'USD')).join()).toContain('rate is between GBP and USD: EUR and USD it must be')
  expect(inEuro(rate('EUR', 'USD', '0.00')).join()).toContain('rate.rate is 0: everything would cost nothing')
})

test('a pool has one price, one end where it is prepaid, and says what it can serve where it was bought', () => {
  const pool = (rest: string) =>
    problemsOf(
      `prices:\n  pools: [{ id: a, provider: azure, models: [m], units: 50, from: 2026-01-01, ${rest} }]\n`,
    ).join()
  const bought = 'weigh: tokens, capacity_per_hour: "1000", prepaid: "13000"'
  expect(pool(`${bought}, to: 2026-02-01`)).toBe('')
  expect(pool(bought)).toContain('prepaid is for a term, and the pool has no end')
  expect(pool(`${bought}, to: 2026-02-01, per_unit_hour: "1"`)).toContain('one price said twice')
  expect(pool('weigh: tokens')).toContain('pools[0] has no price')
  expect(pool('weigh: tokens, prepaid: "1", to: 2026-02-01')).toContain('capacity_per_hour is missing')
  expect(pool('weigh: tokens, per_unit_hour: "1", weights_by_model: { n: { output: "3" } }')).toContain(
    'is none of models',
  )
})

test('the same prices, written in another way, are the same content of a price version', () => {
  const one = parseConfigFile(
    `prices:
  contracts:
    - { id: K, provider: p, model_pattern: m, effective_from: 2026-01-01T01:00:00+01:00, prices: { output_tokens: { usd: "2", per: 1000000 }, input_tokens: { usd: "1", per: 1000000 } } }
`,
    'f.yaml',
  )
  const other = parseConfigFile(
    `# another comment
prices:
  rates: []
  rows:
  contracts:
    - prices:
        input_tokens: { per: 1000000, price: "1" }
        output_tokens: { per: 1000000, price: "2" }
      effective_from: "2026-01-01T00:00:00Z"
      model_pattern: m
      provider: p
      id: K
`,
    'f.yaml',
  )
  expect(JSON.stringify(other.prices)).toBe(JSON.stringify(one.prices))
  expect(parseConfigFile('prices: {}', 'f.yaml').prices).toEqual({})
})

test('two patterns meet where some text fits both', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 5 })
  const texts = ['', ...Array.from({ length: 6 }, (_, length) => words(length + 1)).flat()]
  const fits = (glob: string) => new RegExp(`^${glob.replaceAll('*', '.*')}$`)
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const [a, b] = [fits(one), fits(other)]
      // what is left of two patterns of five characters is no longer than six
      const found = texts.some((text) => a.test(text) && b.test(text))
      if (found) expect(globsMeet(one, other)).toBe(true)
      else if (!one.includes('*') || !other.includes('*')) expect(globsMeet(one, other)).toBe(false)
    }),
  )
  expect(globsMeet('gpt-*', 'o1-*')).toBe(false)
  expect(globsMeet('*-mini', 'gpt-*')).toBe(true)
})

function words(length: number): string[] {
  return Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (__, place) => ((bits >> place) & 1 ? 'a' : 'b')).join(''),
  )
}
