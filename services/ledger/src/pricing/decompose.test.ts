import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkUsage } from '@spanledger/schemas/events/usage-formats'
import { decompose } from './decompose.ts'
import { meterNames, tokenMeters } from './meters.ts'
import { arbitraryUsage } from './testing/arbitrary-usage.ts'

function named(usage: Parameters<typeof decompose>[0]): Record<string, number> {
  const entries = [...decompose(usage)].map((quantity, meter) => [meterNames[meter] as string, quantity] as const)
  return Object.fromEntries(entries.filter(([, quantity]) => quantity > 0))
}

describe('decomposition', () => {
  it('puts every token into exactly one meter', () => {
    fc.assert(
      fc.property(arbitraryUsage(), (usage) => {
        const quantities = decompose(usage)
        expect(quantities.every((quantity) => quantity >= 0)).toBe(true)
        const tokens = quantities.slice(0, tokenMeters).reduce((sum, quantity) => sum + quantity, 0)
        expect(tokens).toBe((usage.input_tokens ?? 0) + (usage.output_tokens ?? 0))
      }),
    )
  })

  it('takes whatever the check of usage lets through', () => {
    const count = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined })
    const fields = ['input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cache_write_5m_tokens'] as const
    const more = ['cache_write_1h_tokens', 'input_audio_tokens', 'cache_audio_read_tokens', 'output_tokens'] as const
    const usages = fc.record(Object.fromEntries([...fields, ...more].map((field) => [field, count])))
    fc.assert(
      fc.property(usages, (raw) => {
        const checked = checkUsage(raw as never)
        if (checked.kind === 'ok') expect(() => decompose(checked.value)).not.toThrow()
      }),
    )
  })

  it('counts cached audio once, as cached audio', () => {
    expect(
      named({ input_tokens: 10, input_audio_tokens: 6, cache_read_tokens: 5, cache_audio_read_tokens: 4 }),
    ).toEqual({ cache_audio_read_tokens: 4, cache_read_tokens: 1, input_audio_tokens: 2, input_tokens: 3 })
  })

  it('lets the totals decide how much of an unreported overlap there is', () => {
    expect(named({ input_tokens: 10, input_audio_tokens: 9, cache_read_tokens: 5 })).toEqual({
      cache_audio_read_tokens: 4,
      cache_read_tokens: 1,
      input_audio_tokens: 5,
    })
  })

  it('bills writes of every life but one hour as cache writes', () => {
    expect(
      named({ input_tokens: 10, cache_write_5m_tokens: 1, cache_write_30m_tokens: 2, cache_write_1h_tokens: 3 }),
    ).toEqual({ cache_write_1h_tokens: 3, cache_write_tokens: 3, input_tokens: 4 })
  })

  it('refuses usage that contradicts itself', () => {
    expect(() => decompose({ input_tokens: 1, cache_read_tokens: 2 })).toThrow(RangeError)
    expect(() => decompose({ output_tokens: 1, output_reasoning_tokens: 2 })).toThrow(RangeError)
  })
})
