import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { afterEach, expect, test } from 'vitest'
import { nowMs, type OpenDoor, openDoor } from './testing/open-door.ts'

let door: OpenDoor
afterEach(() => door.close())

const span = {
  resource: { attributes: new Map() },
  scope: { name: 'langfuse-sdk', version: '5.0.4' },
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '',
  name: 'OpenAI-generation',
  kind: 1,
  startMs: nowMs - 2_000,
  endMs: nowMs - 1_000,
  statusCode: 0,
  attributes: new Map([['langfuse.observation.type', 'generation']]),
}
const post = (credentials: string) =>
  door.post('/api/public/otel/v1/traces', encodeTraces([span]), {
    'content-type': 'application/x-protobuf',
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
  })

test('an exporter of Langfuse needs only our address: its path is taken, and its secret key is the API key', async () => {
  door = await openDoor({ apiKeys: [{ key: 'sk-lf-1', tenant: 'acme' }] })
  expect((await post('pk-lf-1:sk-lf-1')).status).toBe(200)
  expect(door.appended).toMatchObject([{ topic: 'otlp_spans', headers: { 'spanledger-tenant': 'acme' } }])
  for (const wrong of ['pk-lf-1:nope', 'sk-lf-1:', 'sk-lf-1', ':']) expect((await post(wrong)).status).toBe(401)
  expect(door.appended).toHaveLength(1)
})
