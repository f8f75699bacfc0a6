import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createConfluentSchemaRegistry } from './confluent-schema-registry.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}

let server: Server
let asked: Asked[]
let answer: (asked: Asked, response: ServerResponse) => void

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const part of request) body += String(part)
  const { method = '', url: path = '', headers } = request
  asked.push({ method, path, authorization: headers.authorization, body })
  answer(asked.at(-1) as Asked, response)
}

const json = (status: number, value: unknown) => (_: Asked, response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => void take(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function registry(more: { path?: string; user?: string; password?: string; timeoutMs?: number } = {}) {
  const { path = '', ...options } = more
  const { port } = server.address() as AddressInfo
  return createConfluentSchemaRegistry({ url: `http://127.0.0.1:${port}${path}`, ...options })
}

const schema = '{"type":"string"}'

test('a schema is registered under its subject, with base path and password', async () => {
  answer = json(200, { id: 42 })
  const there = registry({ path: '/apis/ccompat/v7/', user: 'me', password: 'secret' })
  expect(await there.register('eu.usage_events-value', schema)).toBe(42)
  expect(asked).toEqual([
    {
      method: 'POST',
      path: '/apis/ccompat/v7/subjects/eu.usage_events-value/versions',
      authorization: `Basic ${Buffer.from('me:secret').toString('base64')}`,
      body: JSON.stringify({ schema }),
    },
  ])
})

test('who may not register is told the id of what somebody else registered', async () => {
  answer = (what, response) => json(what.path.endsWith('/versions') ? 403 : 200, { id: 7 })(what, response)
  expect(await registry().register('s', schema)).toBe(7)
  expect(asked.map(({ path }) => path)).toEqual(['/subjects/s/versions', '/subjects/s'])
})

test('a schema is looked up by its id', async () => {
  answer = json(200, { schema })
  expect(await registry().lookup(4_294_967_295)).toEqual({ kind: 'found', schema })
  expect(asked[0]).toMatchObject({ method: 'GET', path: '/schemas/ids/4294967295' })
})

test.each([
  ['it is not an Avro schema', { schema: '{}', schemaType: 'JSON' }],
  ['it refers to other schemas: register it in one piece', { schema, references: [{ name: 'a' }] }],
])('what cannot be used is said: %s', async (problem, body) => {
  answer = json(200, body)
  expect(await registry().lookup(1)).toEqual({ kind: 'unusable', problem })
})

test('a schema of megabytes is not read', async () => {
  answer = json(200, { schema: 'x'.repeat(30_000_000) })
  expect(await registry().lookup(1)).toMatchObject({ kind: 'unusable' })
})

describe('only the registry itself can say that it does not know a schema', () => {
  test('by its error code', async () => {
    answer = json(404, { error_code: 40403, message: 'Schema not found' })
    expect(await registry().lookup(1)).toEqual({ kind: 'unknown' })
  })

  test.each([
    [
      'another server’s page',
      (_: Asked, response: ServerResponse) => void response.writeHead(404).end('<h1>Not Found</h1>'),
    ],
    ['another API’s error', json(404, { error: 'Not Found' })],
  ])('not %s, which is a wrong URL: nothing may become a dead letter of it', async (_, wrong) => {
    answer = wrong
    await expect(registry().lookup(1)).rejects.toMatchObject({
      code: 'SCHEMA_REGISTRY_UNAVAILABLE',
      retryable: true,
      hint: expect.stringContaining('SCHEMA_REGISTRY_URL') as string,
    })
  })
})

test.each([
  [401, 'SCHEMA_REGISTRY_FORBIDDEN', true],
  [403, 'SCHEMA_REGISTRY_FORBIDDEN', true],
  [409, 'SCHEMA_REGISTRY_CONFLICT', false],
  [422, 'SCHEMA_REGISTRY_REFUSED', false],
  [429, 'SCHEMA_REGISTRY_UNAVAILABLE', true],
  [500, 'SCHEMA_REGISTRY_UNAVAILABLE', true],
  [503, 'SCHEMA_REGISTRY_UNAVAILABLE', true],
])('status %i is %s, to be tried again: %s', async (status, code, retryable) => {
  answer = json(status, { error_code: status, message: 'why' })
  await expect(registry().register('s', schema)).rejects.toMatchObject({
    code,
    retryable,
    message: expect.stringContaining(`it answers ${status}: why`) as string,
  })
})

test('a registry that does not answer in time, hangs up or is not there can be asked again', async () => {
  const away = { code: 'SCHEMA_REGISTRY_UNAVAILABLE', retryable: true }
  answer = () => undefined
  await expect(registry({ timeoutMs: 50 }).lookup(1)).rejects.toMatchObject({
    ...away,
    message: 'the schema registry cannot look up schema 1: no answer within 50 ms',
  })
  answer = (_, response) => void response.destroy()
  await expect(registry().lookup(1)).rejects.toMatchObject(away)
  answer = (_, response) => void response.writeHead(200).end('no JSON')
  await expect(registry().lookup(1)).rejects.toMatchObject(away)
  const gone = registry()
  server.closeAllConnections()
  server.close()
  await expect(gone.lookup(1)).rejects.toMatchObject({
    ...away,
    message: expect.stringContaining('ECONNREFUSED') as string,
  })
})

test('no error tells the password', async () => {
  answer = json(500, {})
  const error = (await registry({ user: 'me', password: 'secret' })
    .lookup(1)
    .catch((caught: unknown) => caught)) as Error
  expect(JSON.stringify({ ...error, message: error.message, cause: String(error.cause) })).not.toContain('secret')
})
