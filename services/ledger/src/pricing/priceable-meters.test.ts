import { priceableMeters } from '@spanledger/schemas/prices/meter-names'
import { expect, test } from 'vitest'
import { meterNames } from './meters.ts'

test('a price can be given to every meter that the engine has, and to no other', () => {
  expect([...priceableMeters].toSorted()).toEqual([...meterNames].toSorted())
})
