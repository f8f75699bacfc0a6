import { expect, test } from 'vitest'
import { oracleTotals } from './oracle.ts'
import { expectedOf, traffic } from './traffic.ts'

const at = '2026-11-20T12:00:00.000Z'

function costOf(provider: string, model: string, usage: Record<string, number>): string {
  return oracleTotals([JSON.stringify({ at, provider, model, usage })]).cost
}

test('the oracle agrees with the worked examples of the pricing rules', () => {
  expect(costOf('openai', 'gpt-4o', { input_tokens: 1000, cache_read_tokens: 200, output_tokens: 100 })).toBe('0.00325')
  expect(
    costOf('anthropic', 'claude-opus-4-5-20251101', {
      input_tokens: 130_213,
      cache_read_tokens: 128_955,
      cache_write_tokens: 1253,
      output_tokens: 412,
    }),
  ).toBe('0.08263375')
  const tier = { input_tokens: 272_001, cache_read_tokens: 200_000, output_tokens: 1000 }
  expect(costOf('openai', 'gpt-5.4', tier)).toBe('0.482505')
  expect(costOf('openai', 'gpt-5.4', { input_tokens: 272_000, output_tokens: 1000 })).toBe('0.695')
})

test('an unknown model is unpriced, not free of tokens', () => {
  const totals = oracleTotals([
    JSON.stringify({
      at,
      provider: 'openai',
      model: 'gpt-5.4-acme-preview',
      usage: { input_tokens: 7, output_tokens: 1 },
    }),
  ])
  expect(totals).toMatchObject({ requests: '1', cost: '0', unpricedRequests: '1', inputTokens: '7' })
})

test('every model of the assignment but the preview has a price', async () => {
  const requests = await traffic('azure-conversation', { limit: 3000 })
  const preview = requests.filter((request) => request.model.model === 'gpt-5.4-acme-preview')
  expect(expectedOf(requests).unpricedRequests).toBe(String(preview.length))
  expect(preview.length).toBeGreaterThan(0)
})
