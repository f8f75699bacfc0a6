import { expect, test } from 'vitest'
import { searchFromView, viewFromSearch } from './address.ts'

test('a view survives being sent as an address', () => {
  const view = { range: '7d', by: 'team', show: 'unpriced', charge: 'a b&c' } as const
  expect(viewFromSearch(searchFromView(view))).toEqual(view)
})

test('an address that says nothing sensible shows the initial view', () => {
  const initial = viewFromSearch('')
  expect(viewFromSearch('?range=2h&by=DROP&colour=red')).toEqual(initial)
  expect(searchFromView(initial)).toBe('')
})
