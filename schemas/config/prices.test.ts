import { expectTypeOf, test } from 'vitest'
import type { CostPool, ExchangeRate, ManualRow, PriceAlias, PriceContract } from '../prices/overrides.ts'
import type { PricesConfig } from './prices.ts'

type Fields<List extends keyof PricesConfig> = keyof PricesConfig[List][number]

test('the file has every field that pricing knows, and no other', () => {
  expectTypeOf<Fields<'aliases'>>().toEqualTypeOf<keyof PriceAlias>()
  expectTypeOf<Fields<'contracts'>>().toEqualTypeOf<keyof PriceContract>()
  expectTypeOf<Fields<'rows'>>().toEqualTypeOf<keyof ManualRow>()
  expectTypeOf<Fields<'pools'>>().toEqualTypeOf<keyof CostPool>()
  expectTypeOf<Fields<'rates'>>().toEqualTypeOf<keyof ExchangeRate>()
})
