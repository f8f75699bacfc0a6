import { expect, test } from 'vitest'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createNearModels } from './near-models.ts'

const near = createNearModels(loadCatalogue())

test('a deployment named after its model is near to it, first where the provider has it itself', () => {
  expect(near('azure', 'prod-gpt-4o-mini')[0]).toEqual({ provider: 'azure', model: 'gpt-4o-mini' })
  expect(near('our-gateway', 'GPT_4o_mini')[0]?.model).toBe('gpt-4o-mini')
  expect(near('anthropic', 'claude-sonnet-4-5-internal')[0]).toEqual({
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
  })
})

test('a name like no other has no near models', () => {
  expect(near('openai', 'zebra')).toEqual([])
  expect(near('openai', '')).toEqual([])
})
