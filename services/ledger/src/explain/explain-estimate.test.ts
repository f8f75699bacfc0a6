import { decimalFromAtto } from '@spanledger/schemas/money'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { estimateAccrual } from '../landing/accrual-correction.ts'
import { chargeOf } from '../landing/charge.ts'
import { reversalOf } from '../landing/reversal.ts'
import { createPriceEngine } from '../pricing/engine.ts'
import { observation } from '../testing/observations.ts'
import { explainEstimate } from './explain-estimate.ts'
import { explainLines } from './explain-lines.ts'

const engine = createPriceEngine({ catalogue: loadCatalogue() })
const id = '0123456789abcdef'
const listed = {
  currency: 'USD',
  fx: null,
  price_row: 'openai/gpt-4o',
  contract_id: '',
  adjustment: '',
  list_price: '',
}
const accrual = (fields: Parameters<typeof observation>[0]) =>
  chargeOf(observation(fields), engine.price, { identity: id, identityKeys: [id], recordedAt: 0, sources: ['test'] })

test('an estimate by lengths is characters by ratio by price, and its lines sum to what is accrued', () => {
  const entry = accrual({ requestModel: 'gpt-4o', operation: 'chat', inputCharacters: 4001, outputCharacters: 400 })
  expect(explainEstimate(entry, engine)).toEqual({
    by: 'characters',
    input_characters: 4001,
    output_characters: 400,
    characters: 4,
    tokens: 1,
    lines: [
      {
        meter: 'input_tokens',
        quantity: '1001',
        unit_price: '2.5',
        per: 1e6,
        amount: '0.0025025',
        native_amount: '0.0025025',
        list_amount: '0.0025025',
        ...listed,
      },
      {
        meter: 'output_tokens',
        quantity: '100',
        unit_price: '10',
        per: 1e6,
        amount: '0.001',
        native_amount: '0.001',
        list_amount: '0.001',
        ...listed,
      },
    ],
  }) // prettier-ignore
  expect(decimalFromAtto(entry.accruedCost)).toBe('0.0035025')
  expect(explainLines(entry, engine)).toEqual([])
})

test('any estimate by lengths is explained to the last digit, and so is what takes it back', () => {
  const length = fc.option(fc.nat({ max: 10_000_000 }), { nil: undefined })
  fc.assert(
    fc.property(
      fc.constantFrom(['openai', 'gpt-4o'], ['anthropic', 'claude-haiku-4-5'], ['google', 'gemini-2.5-pro']),
      length,
      length,
      ([provider = '', requestModel = ''], inputCharacters, outputCharacters) => {
        const entry = accrual({
          provider,
          requestModel,
          ...(inputCharacters !== undefined && { inputCharacters }),
          ...(outputCharacters !== undefined && { outputCharacters }),
        })
        const explained = explainEstimate(entry, engine)
        expect(explained === null).toBe(inputCharacters === undefined && outputCharacters === undefined)
        expect(explainEstimate(reversalOf(entry, 'duplicate', 1), engine)).toEqual(explained)
      },
    ),
  )
})

test('an estimate by series says of how many requests it is the mean, and one that is not is refused', () => {
  const basis = {
    by: 'series',
    same: ['request_model', 'operation'],
    from: '2026-11-13',
    to: '2026-11-27',
    requests: '3',
    cost: '0.01',
  } as const
  const accruedCost = 3_333_333_333_333_333n
  const context = { price: engine.price, recordedAt: 1 }
  const [, entry] = estimateAccrual(accrual({ requestModel: 'gpt-4o' }), { accruedCost, basis }, context)
  if (!entry) throw new Error('no replacement')
  expect(explainEstimate(entry, engine)).toEqual(basis)
  expect(() => explainEstimate({ ...entry, accruedCost: accruedCost + 1n }, engine)).toThrow('the ledger has accrued')
})
