import { expect, test } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createPriceEngine } from './engine.ts'

const engine = createPriceEngine({ catalogue: loadCatalogue() })
const at = Date.UTC(2026, 10, 20)
const usage = { input_tokens: 1_000_000, output_tokens: 0 }
const price = (provider: string, requestModel: string, region: string) => {
  const { costAtto, state } = engine.price({ provider, requestModel, region, at, usage })
  return { costAtto, state }
}

test('residency is paid where it is asked for, not where the caller runs', () => {
  for (const [provider, model] of [
    ['openai', 'gpt-5.4'],
    ['anthropic', 'claude-opus-4-6'],
  ] as const) {
    const plain = price(provider, model, '')
    expect(plain.state).toBe('priced')
    expect(price(provider, model, 'us').costAtto).toBeGreaterThan(plain.costAtto)
    for (const region of ['us-east-1', 'eu-west-1', 'us-central1'])
      expect(price(provider, model, region)).toEqual(plain)
  }
})
