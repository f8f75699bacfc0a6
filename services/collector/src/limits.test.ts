import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { afterEach, describe, expect, it } from 'vitest'
import { event, openDoor, type OpenDoor, spanJson } from './testing/open-door.ts'

let door: OpenDoor
afterEach(() => door.close())

describe('a body', () => {
  it('may be compressed', async () => {
    door = await openDoor()
    const answer = await door.post('/v1/usage', gzipSync(JSON.stringify(event)), { 'content-encoding': 'gzip' })
    expect(await answer.json()).toEqual({ accepted: 1, rejected: [] })
  })

  it('in an unknown encoding is 415, in a broken one 400', async () => {
    door = await openDoor()
    expect((await door.postUsage(event, { 'content-encoding': 'br' })).status).toBe(415)
    expect((await door.postUsage(event, { 'content-encoding': 'gzip' })).status).toBe(400)
  })

  it('that is too large is 413: announced, unannounced, or once inflated', async () => {
    door = await openDoor({ maxBodyBytes: 1000, maxInflatedBytes: 5000 })
    const large = JSON.stringify({ ...event, note: 'x'.repeat(2000) })
    expect((await door.postUsage(large)).status).toBe(413)
    expect(await streamed(large)).toBe(413)
    const bomb = gzipSync(Buffer.alloc(500_000, ' '))
    expect(bomb.length).toBeLessThan(1000)
    expect((await door.post('/v1/usage', bomb, { 'content-encoding': 'gzip' })).status).toBe(413)
    expect((await door.postUsage(event)).status).toBe(200)
  })

  it('of a great many things in few bytes is 413 before it fills the memory: JSON values, spans, log records', async () => {
    door = await openDoor()
    const objects = gzipSync(`[${'{},'.repeat(15_000_000)}{}]`)
    expect(objects.length).toBeLessThan(100_000)
    const before = process.memoryUsage().heapUsed
    for (const path of ['/v1/usage', '/v1/traces', '/v1/logs']) {
      expect((await door.post(path, objects, { 'content-encoding': 'gzip' })).status).toBe(413)
    }
    const block = (field: number, content: Buffer) => {
      const length = content.length
      const size = [length, length >>> 7, length >>> 14, length >>> 21].map(
        (bits, at) => (bits & 127) | (at < 3 ? 128 : 0),
      )
      return Buffer.concat([Buffer.from([(field << 3) | 2, ...size]), content])
    }
    const empty = block(1, block(2, Buffer.alloc(40_000_000, Buffer.from([0x12, 0]))))
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/x-protobuf' }
    for (const path of ['/v1/traces', '/v1/logs']) {
      expect((await door.post(path, gzipSync(empty), headers)).status).toBe(413)
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 2 ** 20)
  })

  it('whose records would each repeat a large resource is 413 before they fill the memory', async () => {
    door = await openDoor({ maxInflatedBytes: 2 ** 20 })
    const ids = Array.from({ length: 500 }, (_, index) => (index + 1).toString(16).padStart(32, '0'))
    const attributes = Array.from({ length: 30 }, (_, index) => ({
      key: `spanledger.tags.t${index}`,
      value: { stringValue: 'r'.repeat(200) },
    }))
    const spans = ids.map((traceId) => ({
      traceId,
      spanId: traceId.slice(16),
      attributes: [{ key: 'gen_ai.request.model', value: { stringValue: 'm' } }],
    }))
    const logRecords = ids.map((traceId) => ({ traceId, eventName: 'e' }))
    const resource = { attributes }
    const post = async (count: number) => [
      await door.post(
        '/v1/traces',
        JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: spans.slice(0, count) }] }] }),
      ),
      await door.post(
        '/v1/logs',
        JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: logRecords.slice(0, count) }] }] }),
      ),
    ]
    expect((await post(500)).map(({ status }) => status)).toEqual([413, 413])
    expect(door.appends).toBe(0)
    expect((await post(10)).map(({ status }) => status)).toEqual([200, 200])
  })

  it('that never ends is given up', async () => {
    door = await openDoor({ bodyTimeoutMs: 5000 })
    const request = slowRequest()
    const status = new Promise<[number, unknown]>((resolve, reject) => {
      request.on('response', (response) => {
        response.resume()
        resolve([response.statusCode ?? 0, response.headers['retry-after']])
      })
      request.on('error', reject)
    })
    request.write('[')
    await eventually('the request is under way', () => door.clock.pending > 1)
    await door.clock.advance(5000)
    expect(await status).toEqual([503, '5'])
    request.destroy()
  })

  it('whose sender goes away harms nobody', async () => {
    door = await openDoor()
    const before = door.clock.pending
    const request = slowRequest()
    request.on('error', () => undefined)
    request.write('[')
    await eventually('the request is under way', () => door.clock.pending > before)
    request.destroy()
    await eventually('the request is forgotten', () => door.clock.pending === before)
    expect((await door.postUsage(event)).status).toBe(200)
  })

  function slowRequest() {
    const headers = { 'content-type': 'application/json' }
    return httpRequest({ port: door.collector.port, host: '127.0.0.1', path: '/v1/usage', method: 'POST', headers })
  }

  function streamed(text: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const request = slowRequest()
      request.on('response', (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      request.on('error', reject)
      request.write(text.slice(0, 600))
      request.end(text.slice(600))
    })
  }
})

describe('overload', () => {
  it('of any kind is 503 with Retry-After, never 429', async () => {
    door = await openDoor({ maxInFlightRequests: 1 })
    let release: () => void = () => undefined
    door.hold = new Promise((resolve) => (release = resolve))
    const first = door.postUsage(event)
    await eventually('the first waits for the log', () => door.appends === 1)
    const second = await door.postUsage(event)
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
    door.hold = undefined
    release()
    expect((await first).status).toBe(200)
    expect((await door.postUsage(event)).status).toBe(200)
  })

  it('of memory counts what has arrived', async () => {
    door = await openDoor({ maxInFlightBytes: 100 })
    expect((await door.postUsage({ ...event, note: 'x'.repeat(200) })).status).toBe(503)
    const small = gzipSync(JSON.stringify({ ...event, note: 'x'.repeat(2000) }))
    expect((await door.post('/v1/usage', small, { 'content-encoding': 'gzip' })).status).toBe(503)
  })

  it('is not what a record is that the log will never take: 413, not to be tried again, and the door stays ready', async () => {
    door = await openDoor()
    door.fail = new SpanledgerError('RECORD_TOO_LARGE', 'a record of 9 bytes', { retryable: false, hint: '' })
    expect((await door.post('/v1/traces', spanJson())).status).toBe(413)
    expect((await fetch(`${door.url}/readyz`)).status).toBe(200)
  })

  it.each([
    ['LOG_FULL', '5'],
    ['LOG_UNAVAILABLE', '2'],
  ])('%s of the log is 503, nothing is acknowledged, and /readyz says why', async (code, retryAfter) => {
    door = await openDoor()
    door.fail = new SpanledgerError(code, `the log: ${code}`, { retryable: true, hint: '' })
    for (const path of ['/v1/usage', '/v1/traces']) {
      const answer = await door.post(path, path === '/v1/usage' ? JSON.stringify(event) : spanJson())
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, retryAfter])
    }
    const ready = await fetch(`${door.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.text()).toContain(`the log: ${code}`)
    door.fail = undefined
    expect((await door.postUsage(event)).status).toBe(200)
    expect((await fetch(`${door.url}/readyz`)).status).toBe(200)
  })
})
