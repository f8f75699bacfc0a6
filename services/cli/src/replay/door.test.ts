import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createDoor } from './door.ts'

type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | 'hang up'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** A door that answers from a list, then 200. */
async function doorAnswering(replies: Reply[], port = 0): Promise<{ url: string; bodies: string[]; keys: unknown[] }> {
  const bodies: string[] = []
  const keys: unknown[] = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      bodies.push(body)
      keys.push(request.headers.authorization)
      const reply = replies.shift() ?? { status: 200, body: { accepted: 1, rejected: [] } }
      if (reply === 'hang up') return response.destroy()
      return response
        .writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
        .end(JSON.stringify(reply.body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, keys }
}

test('a busy or broken door is tried again with the same body until it acknowledges', async () => {
  const door = await doorAnswering([{ status: 503, headers: { 'retry-after': '0' } }, 'hang up', { status: 502 }])
  const waits: string[] = []
  const send = createDoor({ url: door.url, patienceMs: 5_000, onWait: (reason) => waits.push(reason) })
  expect(await send('/v1/usage', 'application/json', 'same')).toEqual({ rejected: 0, refused: [] })
  expect(door.bodies).toEqual(['same', 'same', 'same', 'same'])
  expect(waits).toHaveLength(3)
})

test('a door that is away for a while is waited for', async () => {
  const { url } = await doorAnswering([])
  const port = Number(new URL(url).port)
  await new Promise((resolve) => server?.close(resolve))
  let onWait = (): void => undefined
  const waited = new Promise<void>((resolve) => (onWait = resolve))
  const sent = createDoor({ url, patienceMs: 5_000, onWait })('/v1/usage', 'application/json', 'x')
  await waited
  const back = await doorAnswering([], port)
  await sent
  expect(back.bodies).toEqual(['x'])
})

test('a door that stays away is an error that says what to do', async () => {
  const { url } = await doorAnswering([])
  await new Promise((resolve) => server?.close(resolve))
  const send = createDoor({ url, patienceMs: 50 })
  await expect(send('/v1/usage', 'application/json', 'x')).rejects.toMatchObject({
    code: 'DOOR_AWAY',
    message: expect.stringContaining('nothing is listening'),
    hint: expect.stringContaining('spanledger up'),
  })
})

test('refused items are reported with their reasons, not tried again', async () => {
  const refused = [{ index: 0, code: 'USAGE_NEGATIVE', message: 'input_tokens is -1' }]
  const door = await doorAnswering([{ status: 400, body: { accepted: 0, rejected: refused } }])
  const answer = await createDoor({ url: door.url, patienceMs: 5_000 })('/v1/usage', 'application/json', 'x')
  expect(answer).toEqual({ rejected: 1, refused })
  expect(door.bodies).toHaveLength(1)
})

test('a refused key is an error that names --api-key; a given key is sent as a bearer token', async () => {
  const door = await doorAnswering([{ status: 401 }])
  const send = createDoor({ url: door.url, apiKey: 'k1', patienceMs: 5_000 })
  await expect(send('/v1/usage', 'application/json', 'x')).rejects.toMatchObject({
    code: 'DOOR_REFUSED',
    hint: expect.stringContaining('--api-key'),
  })
  expect(door.keys).toEqual(['Bearer k1'])
})
