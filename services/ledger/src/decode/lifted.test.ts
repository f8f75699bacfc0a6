import { lifted } from '@spanledger/schemas/events/lifted'
import { topics } from '@spanledger/schemas/events/topics'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { expect, test } from 'vitest'
import { type SampleSpan, sampleSpan } from '../dialects/sample-span.ts'
import { createReader } from './reader.ts'

const read = createReader()

function readOne(attributes: SampleSpan['attributes']) {
  const span = sampleSpan({
    scope: ['openinference.instrumentation.openai', '0.1.66'],
    kind: 1,
    attributes: { 'openinference.span.kind': 'LLM', 'llm.system': 'openai', ...attributes },
  })
  const value = encodeTraces([span])
  const at = { partition: 0, offset: 0, appendedAtMs: span.startMs as number }
  const { observations } = read({ topic: topics.spans, key: '', headers: {}, value, ...at })
  expect(observations).toHaveLength(1)
  return observations[0]
}

const answer = JSON.stringify({ id: 'chatcmpl-1', choices: [{ message: { content: 'Hello.' } }] })
const known = { responseId: 'chatcmpl-1', requestModel: 'gpt-5-mini', inputCharacters: 10, outputCharacters: 6 }

test('what the door has lifted out of the content of a span is known of its request', () => {
  const made = {
    [lifted.responseId]: 'chatcmpl-1',
    [lifted.requestModel]: 'gpt-5-mini',
    [lifted.inputCharacters]: 10,
    [lifted.outputCharacters]: 6,
  }
  expect(readOne(made)).toMatchObject(known)
})

test('of a record that reached the log another way it is lifted when it is read, whatever else it claims', () => {
  const recorded = {
    'output.value': answer,
    'llm.input_messages.0.message.content': 'Say hello.',
    'llm.invocation_parameters': '{"model": "gpt-5-mini"}',
    [lifted.responseId]: 'forged',
    [lifted.outputCharacters]: 999,
  }
  const observation = readOne(recorded)
  expect(observation).toMatchObject(known)
  expect(JSON.stringify(observation)).not.toContain('ello')
})

test.each([-1, 1.5, Number.NaN, 'many', 1e12])('%s is no length', (characters) => {
  expect(readOne({ [lifted.outputCharacters]: characters })).not.toHaveProperty('outputCharacters')
})
