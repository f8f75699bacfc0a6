import { type ConfigFile, defaultConfigFile, parseConfigFile } from '@spanledger/runtime/config-file/config-file'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { expect, test } from 'vitest'
import { createPriceBook } from './price-book.ts'

const at = Date.UTC(2026, 10, 20)
const request = { provider: 'ours', requestModel: 'm', at, usage: { input_tokens: 1_000_000 } }
const costing = (usd: string) =>
  parseConfigFile(
    `prices:\n  rows: [{ provider: ours, model: m, meters: { input_tokens: { usd: "${usd}", per: 1000000 } } }]`,
    'f.yaml',
  )

function bookOn(first: ConfigFile) {
  let current = first
  let listener: (next: ConfigFile) => void = () => undefined
  const clock = createManualClock()
  const metrics = createMetrics()
  const book = createPriceBook({
    file: { current: () => current, onChange: (call) => (listener = call) },
    logger: createLogger({ name: 'test', level: 'silent' }),
    metrics,
    clock,
  })
  const change = (next: ConfigFile) => {
    listener(next)
    current = next
  }
  return { book, change, clock, metrics }
}

test('a change of prices is brought to use, the newest only, and until it is taken', async () => {
  const { book, change, clock, metrics } = bookOn(defaultConfigFile)
  expect(book.engine().price(request).state).toBe('unpriced')
  const used: bigint[] = []
  let isDown = true
  const follower = book.follow(async (engine) => {
    if (isDown) throw new Error('no ClickHouse')
    used.push(engine.price(request).costAtto / 10n ** 18n)
  })
  await follower.start()
  const first = book.engine().version
  expect(await metrics.render()).toContain(`spanledger_price_version_info{version="${first}"} 1`)

  change(costing('1'))
  await clock.advance(0)
  change(costing('2'))
  await clock.advance(0)
  expect(await metrics.render()).toContain(`spanledger_price_version_info{version="${first}"} 1`)
  isDown = false
  await clock.advance(2_000)
  expect(used).toEqual([2n])
  expect(await metrics.render()).not.toContain(first)

  change(costing('2'))
  change({ ...costing('2'), attribution: { ...defaultConfigFile.attribution, require: ['team'] } })
  await clock.advance(2_000)
  expect(used).toEqual([2n])

  change(defaultConfigFile)
  await clock.advance(0)
  expect(used).toEqual([2n, 0n])
  expect(book.engine().version).toBe(first)
  await follower.stop()
  change(costing('3'))
  await clock.advance(5_000)
  expect(used).toHaveLength(2)
})

test('prices that no engine can be made of are refused, and those before stay', () => {
  const { book, change } = bookOn(costing('1'))
  const { version } = book.engine()
  const aliases = [{ model: 'without a provider' }] as unknown as ConfigFile['prices']['aliases'] & {}
  expect(() => change({ ...defaultConfigFile, prices: { aliases } })).toThrow(/^prices: /)
  expect(book.engine().version).toBe(version)
  change(costing('2'))
  expect(book.engine().version).not.toBe(version)
})
