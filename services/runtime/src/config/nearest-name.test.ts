import { expect, it } from 'vitest'
import { nearestName } from './nearest-name.ts'

const names = ['SPANLEDGER_HOST', 'SPANLEDGER_TIMEZONE', 'SPANLEDGER_OTLP_HTTP_PORT']

it('finds what was probably meant, and nothing when nothing is near', () => {
  expect(nearestName('SPANLEDGER_TIME_ZONE', names)).toBe('SPANLEDGER_TIMEZONE')
  expect(nearestName('SPANLEDGER_HOTS', names)).toBe('SPANLEDGER_HOST')
  expect(nearestName('SPANLEDGER_FOO', names)).toBeUndefined()
  expect(nearestName('SPANLEDGER_QUITE_ANOTHER_THING', names)).toBeUndefined()
})
