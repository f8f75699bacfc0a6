import { alertsConfig } from '@spanledger/schemas/config/alerts'
import { expect, test } from 'vitest'
import { sampleEvent } from '../slack/testing/sample-event.ts'
import { route } from './route.ts'

const { routes } = alertsConfig.parse({
  routes: [
    { match: { kind: 'unpriced' }, to: ['none'] },
    { match: { team: ['search', 'ads'], severity: 'critical' }, to: ['pager', 'slack'] },
    { match: { feature: 'chat' }, to: ['chat'] },
    { match: { tenant: 'acme' }, to: ['acme'] },
  ],
})
const namesOf = (event: Parameters<typeof sampleEvent>[0]) => {
  const destination = route(sampleEvent(event), routes)
  return destination.kind === 'channels' ? destination.names : destination
}

test('the first route that matches decides, and without one it is slack', () => {
  expect(namesOf({ event: 'escalated' })).toEqual(['pager', 'slack'])
  expect(namesOf({})).toEqual(['slack'])
  expect(namesOf({ alert: { dims: { feature: 'chat' }, tenant: 'acme' } })).toEqual(['chat'])
  expect(namesOf({ alert: { dims: {}, tenant: 'acme' } })).toEqual(['acme'])
  expect(namesOf({ alert: { kind: 'unpriced' } })).toEqual({ kind: 'nobody', reason: 'route' })
})

test('a series that is not cut by a dimension agrees with no value of it', () => {
  expect(namesOf({ event: 'escalated', alert: { dims: {} } })).toEqual(['slack'])
})

test('updates and what ran late notify nobody', () => {
  expect(namesOf({ event: 'updated' })).toEqual({ kind: 'nobody', reason: 'update' })
  for (const event of ['opened', 'escalated', 'resolved'] as const) {
    expect(namesOf({ event, explanation: { historical: true } })).toEqual({ kind: 'nobody', reason: 'historical' })
  }
})

test('what is over goes to whoever heard of it', () => {
  expect(namesOf({ event: 'resolved' })).toEqual({ kind: 'whoever_heard' })
})
