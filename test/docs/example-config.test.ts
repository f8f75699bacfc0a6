import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultConfigFile, parseConfigFile } from '@spanledger/runtime/config-file/config-file'
import { alertsConfig } from '@spanledger/schemas/config/alerts'
import { attributionConfig } from '@spanledger/schemas/config/attribution'
import { pricesConfig } from '@spanledger/schemas/config/prices'
import { expect, test } from 'vitest'

const text = readFileSync(join(import.meta.dirname, '../../spanledger.example.yaml'), 'utf8')

test('the example says the defaults, field for field', () => {
  expect(parseConfigFile(text, 'spanledger.example.yaml')).toEqual(defaultConfigFile)
})

test('what is commented out in the example can be used too', () => {
  const uncommented = text
    .replace(/^( {2}\w+): (?:\[\]|\{\})$/gm, '$1:')
    .replace(/^( {4})# (production_doubled:|  \w+: .*)$/gm, '$1$2')
    .replace(/^( {2})#( {2}(?:-|\w+:| ) .*)$/gm, '$1$2')
    .replace(/^( {2})# (console_url: .*)$/gm, '$1$2')
  const { alerts, attribution, prices } = parseConfigFile(uncommented, 'spanledger.example.yaml')
  expect(alerts.rules['production_doubled']).toMatchObject({ kind: 'spend_spike', ratio: 2, severity: 'critical' })
  expect(alerts.routes).toHaveLength(2)
  expect(Object.keys(alerts.channels)).toEqual(['finance'])
  expect(alerts.console_url).toBe('https://spanledger.example.com')
  expect(attribution).toMatchObject({
    spellings: { team: ['squad', 'cost_center'], customer: { only: ['account_number'] } },
    rules: [{ force: false }, { match: { attributes: { 'http.route': '/v1/summaries*' } } }, { force: true }],
    require: ['team', 'feature'],
    api_keys: [{ set: { team: 'search', environment: 'production' } }],
  })
  expect(prices).toMatchObject({
    aliases: [{ model: 'prod-chat-01', to: { model: 'gpt-4.1' } }],
    contracts: [
      { id: 'openai-2026', discount_percent: '12.5', effective_to: '2027-01-01' },
      { scope: { team: 'search' }, prices: { input_tokens: { usd: '2.10', per: 1_000_000 } }, currency: 'EUR' },
      { trust_provider_cost: true },
    ],
    rows: [{ meters: { output_tokens: { usd: '1.20' } } }, { free: true }],
    pools: [
      { id: 'gpu-1', electricity: { pue: '1.2' } },
      { id: 'ptu-eastus', prepaid: '13000' },
    ],
    rates: [{ base: 'EUR', rate: '1.0850' }],
  })
})

test('every field that there is stands in the example', () => {
  for (const field of [
    ...Object.keys(alertsConfig.shape),
    ...Object.keys(attributionConfig.shape),
    ...Object.keys(pricesConfig.shape),
  ])
    expect(text).toMatch(new RegExp(`^  #? ?${field}:`, 'm'))
})
