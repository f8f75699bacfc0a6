import { type ClickHouse, createClickHouse } from '@spanledger/runtime/clickhouse/client'
import { startTestClickHouse, type TestClickHouse } from '@spanledger/runtime/testing/test-clickhouse'
import { createTcpProxy, type TcpProxy } from '@spanledger/runtime/testing/tcp-proxy'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { landerOn } from '../testing/lander-on.ts'
import { observation, someTime } from '../testing/observations.ts'
import { createClickHouseLedgerStore } from './clickhouse-ledger-store.ts'

let engine: TestClickHouse
let proxy: TcpProxy
let far: ClickHouse
beforeAll(async () => {
  engine = await startTestClickHouse()
  proxy = await createTcpProxy(engine.server.url)
  const { user, password } = engine.server
  far = createClickHouse({ url: proxy.url, user, password, timeoutMs: 400 })
})
afterAll(async () => {
  await far?.close()
  await proxy?.close()
  await engine?.stop()
})
beforeEach(() => engine.clickhouse.command('TRUNCATE TABLE ledger'))

let lives = 0
const ledger = async (name = 'test') => {
  const store = createClickHouseLedgerStore({
    clickhouse: far,
    timeZone: 'UTC',
    group: name,
    instance: `ledger-${lives++}`,
  })
  const lander = landerOn(store)
  lander.assign([{ topic: 't', partition: 0 }])
  return lander
}
const batch = (name: string, size: number) =>
  Array.from({ length: size }, (_, n) =>
    observation({
      eventId: `${name}-${n}`,
      responseId: `${name}-${n}`,
      at: someTime + n,
      requestModel: 'm',
      usage: { input_tokens: 10, output_tokens: 1 },
    }),
  )
const rows = async () => (await engine.clickhouse.query<{ n: string }>('SELECT count() AS n FROM ledger'))[0]?.n

async function landed(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return void (await work())
    } catch (error) {
      if (attempt === 50 || !(error as { retryable?: boolean }).retryable) throw error
    }
  }
}

test.each(['deaf', 'held'] as const)('an insert on a wire that is %s is written once', async (way) => {
  const lander = await ledger()
  await lander.land(batch('warm', 1))
  proxy.set(way)
  const reports = batch(way, 200)
  await expect(lander.land(reports)).rejects.toMatchObject({ retryable: true })
  await expect(lander.land(reports)).rejects.toMatchObject({ retryable: true })
  proxy.set('open')
  await landed(() => lander.land(reports))
  expect(await rows()).toBe('201')
})

test('an insert that arrives after its ledger had given it up, and written it anew, is refused', async () => {
  const lander = await ledger()
  await lander.land(batch('warm', 1))
  // The first connection is held; what is asked afterwards goes another way.
  proxy.set('held')
  const reports = batch('late', 200)
  await expect(lander.land(reports)).rejects.toMatchObject({ code: 'CLICKHOUSE_TIMEOUT' })
  proxy.set('detour')
  await landed(() => lander.land(reports))
  expect(await rows()).toBe('201')
  proxy.set('open')
  await expect.poll(() => proxy.waiting).toBe(0)
  await expect(lander.land(reports)).resolves.toMatchObject({ entries: 0 })
  expect(await rows()).toBe('201')
})

test('an insert of a ledger that was killed, and that arrives after its successor began, is refused', async () => {
  const first = await ledger()
  await first.land(batch('warm', 1))
  proxy.set('held')
  const reports = batch('orphan', 200)
  await expect(first.land(reports)).rejects.toMatchObject({ code: 'CLICKHOUSE_TIMEOUT' })
  proxy.set('detour')
  const second = await ledger()
  await landed(() => second.land(reports))
  proxy.set('open')
  await expect.poll(() => proxy.waiting).toBe(0)
  await expect(second.land(reports)).resolves.toMatchObject({ entries: 0 })
  expect(await rows()).toBe('201')
})
