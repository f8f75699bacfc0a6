import type { AlertRow } from '@spanledger/schemas/api/alerts'
import { expect, test } from 'vitest'
import { searchFromView, viewFromSearch } from '../address.ts'
import { viewOfSeries, windowAround } from './around.ts'

const alert = {
  tenant: 'acme',
  dims: { team: 'search' },
  opened_at: '2026-01-10T10:00:30.000Z',
  updated_at: '2026-01-10T10:10:00.000Z',
  resolved_at: null,
} as unknown as AlertRow

test('the window around an alert has it in the middle, and half an hour on either side, less after one that goes on', () => {
  expect(windowAround(alert)).toEqual({ from: '2026-01-10T09:30:00.000Z', to: '2026-01-10T10:25:00.000Z' })
  const long = { ...alert, resolved_at: '2026-01-10T14:00:30.000Z' }
  expect(windowAround(long)).toEqual({ from: '2026-01-10T08:00:00.000Z', to: '2026-01-10T16:01:00.000Z' })
})

test('the view of its series is narrowed to its tenant and dimensions, and sliced by another one', () => {
  const shown = viewFromSearch('?by=feature&model=gpt-4o&alert=a')
  const narrowed = 'from=2026-01-10T09%3A30%3A00.000Z&to=2026-01-10T10%3A25%3A00.000Z'
  expect(searchFromView({ ...shown, ...viewOfSeries(alert, 'feature') })).toBe(
    `?${narrowed}&by=feature&tenant=acme&team=search`,
  )
  expect(viewOfSeries(alert, 'team').by).toBe('model')
  expect(viewOfSeries({ ...alert, dims: { model: 'm', feature: 'f', team: 't' } }, 'model').by).toBe('customer')
})
