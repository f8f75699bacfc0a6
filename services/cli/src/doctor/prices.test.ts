import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { expect, test } from 'vitest'
import { checkPrices } from './prices.ts'

const catalogue = {
  as_of: '2026-11-09',
  sources: [
    { name: 'genai-prices', version: '0.2.3', released: '2026-11-09', sha256: '' },
    { name: 'litellm', version: '1.106.2', released: '2026-10-21', sha256: '' },
    { name: 'litellm', version: '1.83.0', released: '2026-03-31', sha256: '' },
  ],
}

test('the age of the prices and their sources are said, and prices that are two months old are a warning', () => {
  expect(checkPrices(catalogue, Date.parse('2026-11-21T12:00:00Z'))).toEqual({
    name: 'prices',
    state: 'ok',
    message: 'as of 2026-11-09 (genai-prices 0.2.3, litellm 1.106.2), 12 days ago',
  })
  expect(checkPrices(catalogue, Date.parse('2027-01-09'))).toMatchObject({
    state: 'warning',
    message: expect.stringContaining('61 days ago'),
  })
})

test('the catalogue of this release says when it is of', () => {
  expect(checkPrices(loadCatalogue(), Date.parse('2026-11-21')).state).toBe('ok')
})
