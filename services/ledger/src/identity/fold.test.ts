import { expect, test } from 'vitest'
import { observation } from '../testing/observations.ts'
import { fold } from './fold.ts'

test('who says nothing of the provider leaves it to who knows, however much better it is otherwise', () => {
  const framework = observation({ provider: 'unknown', rank: 30 })
  const client = observation({ provider: 'openai', rank: 60 })
  expect(fold([framework, client]).provider).toBe('openai')
  expect(fold([framework, { ...client, provider: 'unknown' }]).provider).toBe('unknown')
  expect(fold([{ ...framework, provider: 'azure' }, client]).provider).toBe('azure')
})
