import { topics } from '@spanledger/schemas/events/topics'
import { expect, test } from 'vitest'
import { createReader } from './reader.ts'

const read = createReader()
const appendedAtMs = Date.UTC(2026, 10, 21, 16)
const payload = {
  id: 'chatcmpl-26cc43bc-f675-4ba0-b4ae-a9ff117dc556',
  litellm_call_id: 'c2aa6ae7-ceab-4cad-9158-f1605f43fbe5',
  call_type: 'acompletion',
  status: 'success',
  custom_llm_provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  startTime: 1_795_275_179.5,
  endTime: 1_795_275_180.5,
  response_cost: 0.01,
  prompt_tokens: 140,
  completion_tokens: 5,
  metadata: { user_api_key_team_alias: 'search' },
  messages: [{ role: 'user', content: 'my secret prompt' }],
}

function readJson(record: object) {
  const value = Buffer.from(JSON.stringify(record))
  return read({ topic: topics.usageEvents, partition: 0, offset: 0, appendedAtMs, key: '', value, headers: {} })
}

test('a LiteLLM payload straight on the topic is the request that it tells of', () => {
  const { observations, rejected } = readJson(payload)
  expect(rejected).toEqual([])
  expect(observations).toMatchObject([
    {
      source: 'usage_event',
      eventId: `litellm:${payload.id}`,
      provider: 'anthropic',
      attribution: { team: 'search' },
      usage: { input_tokens: 140, output_tokens: 5 },
      latencyMs: 1000,
    },
  ])
})

test('one without usage is accrued: its source knows of none', () => {
  const { observations } = readJson({ ...payload, prompt_tokens: 0, completion_tokens: 0, response_cost: 0 })
  expect(observations).toMatchObject([{ status: 'ok', warnings: [] }])
  expect(observations[0]).not.toHaveProperty('usage')
})

test('one that is refused keeps nothing of what was asked', () => {
  const { observations, rejected } = readJson({ ...payload, startTime: null, endTime: null })
  expect(observations).toEqual([])
  expect(rejected).toMatchObject([{ code: 'TIME_INVALID' }])
  expect(JSON.stringify(rejected)).not.toContain('secret')
})
