import { signalKeys } from '@spanledger/schemas/events/signal-keys'
import type { AttributeValue } from '@spanledger/schemas/events/otlp'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recogniseLog } from './log-registry.ts'
import { sampleLog } from './sample-log.ts'

const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom('', 'NaN', '-1', '1e999', 'response.completed', '2026-11-20T10:00:00Z', '+275760-09-13T00:00:00Z'),
)
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  scalar.map((inner) => new Map([['k', inner]])),
)
const names = [...signalKeys, 'model', 'session.id', 'input_tokens', 'error.type', 'http.status_code']
const event = fc.constantFrom(
  'claude_code.api_request',
  'claude_code.api_error',
  'codex.sse_event',
  'codex.api_request',
  'gemini_cli.api_response',
  'gemini_cli.api_error',
  'api_request',
  'something',
)

test('whatever an event says: no throw, and a request is known by the same name every time', () => {
  fc.assert(
    fc.property(event, fc.dictionary(fc.constantFrom(...names), value), (name, attributes) => {
      const log = sampleLog({ body: name, scope: ['codex_otel'], attributes })
      const recognised = recogniseLog(log)
      if (recognised.kind === 'drop') return
      const { dialect, event } = recognised
      if (dialect.gate(log, event) !== 'leaf') return
      const parts = dialect.read(log, event)
      expect(dialect.read(log, event)).toEqual(parts)
      for (const ms of [parts.startMs, parts.latencyMs, parts.ttftMs]) expect(ms ?? 0).not.toBeNaN()
    }),
    { numRuns: 3_000 },
  )
})

test('nobody’s event is nobody’s, by whatever name', () => {
  const nobodys = { kind: 'drop', reason: 'not_genai' }
  expect(recogniseLog(sampleLog())).toEqual(nobodys)
  expect(recogniseLog(sampleLog({ eventName: 'api_request' }))).toEqual(nobodys)
  expect(recogniseLog(sampleLog({ attributes: { 'event.name': 'user.login' } }))).toEqual(nobodys)
})
