import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { open as openLmdb } from 'lmdb'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { collect } from '../testing/collect.ts'
import { record } from '../testing/event-log/contract-subject.ts'
import { describeEventLogContract } from '../testing/event-log-contract.ts'
import { eventually } from '../testing/eventually.ts'
import { describeLocalLogContract } from '../testing/local-log-contract.ts'
import { describeServiceContract } from '../testing/service-contract.ts'
import { createLmdbEventLog, type LmdbEventLogOptions } from './lmdb.ts'
import type { EventLog } from './port.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const newDir = () => mkdtemp(join(tmpdir(), 'spanledger-log-'))

/** Opens logs on one fresh directory, and cleans up after all of them. */
async function createSubject(options: Partial<LmdbEventLogOptions> = {}) {
  const dir = await newDir()
  const logs: EventLog[] = []
  async function open(): Promise<EventLog> {
    const log = createLmdbEventLog({ dir, pollMs: 5, logger, ...options })
    logs.push(log)
    await log.start()
    return log
  }
  const log = await open()
  return {
    log,
    dir,
    open,
    async reopen() {
      await log.stop()
      return open()
    },
    async dispose() {
      await Promise.all(logs.map((one) => one.stop()))
      await rm(dir, { recursive: true, force: true })
    },
  }
}

describeServiceContract('the lmdb event log', {
  create: async () => createLmdbEventLog({ dir: await newDir() }),
  async createBroken() {
    const file = join(await newDir(), 'a-file')
    await writeFile(file, 'not a directory')
    return createLmdbEventLog({ dir: file })
  },
})

describeEventLogContract('the lmdb event log', () => createSubject({ partitions: 4 }))

describeLocalLogContract('the lmdb event log', (options) =>
  // Nobody else appends here, and a test's clock may jump by days.
  createSubject({ ...options, pollMs: 3_600_000 }),
)

describe('the lmdb event log', () => {
  it('keeps the number of partitions that its directory was made with', async () => {
    const { log, dir, dispose } = await createSubject({ partitions: 3 })
    await log.append(Array.from({ length: 50 }, (_, index) => record(`k${index}`)))
    await log.stop()
    const again = createLmdbEventLog({ dir, partitions: 16, logger })
    await again.start()
    const { entries } = await collect(again, 'g', ['usage_events'])
    await again.append(Array.from({ length: 50 }, (_, index) => record(`k${index}`)))
    await eventually('all arrive', () => entries.length === 100)
    expect(Math.max(...entries.map(({ partition }) => partition))).toBe(2)
    await again.stop()
    await dispose()
  })

  it('says in one clear error that its directory cannot be used', async () => {
    const file = join(await newDir(), 'a-file')
    await writeFile(file, 'not a directory')
    const log = createLmdbEventLog({ dir: join(file, 'log') })
    await expect(log.start()).rejects.toMatchObject({
      code: 'LOG_DIRECTORY',
      retryable: false,
      hint: expect.stringContaining('SPANLEDGER_DATA_DIR'),
    })
  })

  it('gives entries whose memory nobody else uses', async () => {
    const { log, dispose } = await createSubject({ partitions: 1 })
    for (let round = 0; round < 100; round++) {
      await log.append([record('k', String(round).repeat(round * 20))])
    }
    const { entries } = await collect(log, 'g', ['usage_events'])
    await eventually('all arrive', () => entries.length === 100)
    const other = await collect(log, 'other', ['usage_events'])
    await eventually('all arrive again', () => other.entries.length === 100)
    await log.append([record('k', 'more')])
    for (const [round, { value }] of entries.slice(0, 100).entries()) {
      expect(Buffer.from(value).toString()).toBe(String(round).repeat(round * 20))
    }
    await dispose()
  })

  it('lets the next one read a group whose reader died without saying so', async () => {
    const { log, dir, dispose } = await createSubject()
    await log.stop()
    const store = openLmdb({ path: dir, noSubdir: false, overlappingSync: false })
    const state = store.openDB('state', { encoding: 'msgpack' })
    // A number that no process has, and this process's own number from another boot.
    await state.put(['lock', 'gone'], { pid: 2 ** 22 + 1, started: '', nonce: 'x' })
    await state.put(['lock', 'earlier'], { pid: process.pid, started: 'another boot 77', nonce: 'x' })
    await state.put(['lock', 'alive'], { pid: process.pid, started: '', nonce: 'x' })
    await store.close()
    const again = createLmdbEventLog({ dir, logger })
    await again.start()
    await collect(again, 'gone', ['usage_events'])
    await collect(again, 'earlier', ['usage_events'])
    await expect(collect(again, 'alive', ['usage_events'])).rejects.toMatchObject({ code: 'GROUP_BUSY' })
    await again.stop()
    await dispose()
  })

  it('refuses a directory of another format', async () => {
    const { log, dir, dispose } = await createSubject()
    await log.stop()
    const store = openLmdb({ path: dir, noSubdir: false, overlappingSync: false })
    await store.openDB('state', { encoding: 'msgpack' }).put(['format'], 2)
    await store.close()
    const again = createLmdbEventLog({ dir, logger })
    await expect(again.start()).rejects.toMatchObject({ code: 'LOG_FORMAT', retryable: false })
    await again.stop()
    await dispose()
  })

  it('reports its size, what it took and what it refused', async () => {
    const metrics = createMetrics()
    const { log, dispose } = await createSubject({ metrics, maxBytes: 100_000 })
    await log.append([record('a'), record('b')])
    const large = { topic: 'usage_events', key: 'c', value: Buffer.alloc(200_000) }
    await expect(log.append([large])).rejects.toMatchObject({ code: 'LOG_FULL' })
    await dispose()
    const text = await metrics.render()
    expect(text).toContain('spanledger_event_log_records_total{topic="usage_events"} 2')
    expect(text).toContain('spanledger_event_log_refused_total{code="LOG_FULL"} 1')
    expect(text).toMatch(/spanledger_event_log_bytes \d/)
  })
})
