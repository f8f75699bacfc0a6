import { expect, test } from 'vitest'
import { figuresQuery, searchFromView, viewFromSearch } from './address.ts'

const initial = viewFromSearch('')

test('a view survives being sent as an address', () => {
  const view = {
    ...initial,
    page: 'prices',
    range: '7d',
    from: '2026-01-10T10:00:00.000Z',
    to: '2026-01-10T11:00:00.000Z',
    by: 'team',
    show: 'unpriced',
    charge: 'a b&c',
    alert: 'd',
    team: 'a&b=c',
    customer: '',
  } as const
  expect(viewFromSearch(searchFromView(view))).toEqual(view)
})

test('an address that says nothing sensible shows the initial view', () => {
  expect(viewFromSearch('?range=2h&by=DROP&colour=red&from=soon&to=2026-01-10T11:00:00Z')).toEqual(initial)
  expect(viewFromSearch('?from=2026-01-10T11:00:00Z&to=2026-01-10T10:00:00Z')).toEqual(initial)
  expect(searchFromView(initial)).toBe('')
})

test('a window of its own stands in place of the range, and what was not given is a value', () => {
  expect(`${figuresQuery(viewFromSearch('?range=7d&team=search&customer='))}`).toBe('range=7d&team=search&customer=')
  const own = viewFromSearch('?range=7d&from=2026-01-10T10:00:00%2B01:00&to=2026-01-10T11:00:00Z')
  expect(`${figuresQuery(own)}`).toBe('from=2026-01-10T09%3A00%3A00.000Z&to=2026-01-10T11%3A00%3A00.000Z')
})
