import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { collect } from '../testing/collect.ts'
import { eventually } from '../testing/eventually.ts'
import { isWhole, recordsPerCall } from '../testing/killed-records.ts'
import { createLmdbEventLog } from './lmdb.ts'

const kills = 8
const child = join(import.meta.dirname, '../testing/append-until-killed.ts')

/** Starts the appending process, kills it at a random moment, and gives the calls that were acknowledged until then. */
async function appendAndKill(dir: string, run: number, group: string): Promise<string[]> {
  const args = ['--conditions=source', '--import', 'tsx', child, dir, String(run), group]
  const appender = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => appender.once('close', resolve))
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: appender.stdout })) {
    if (line === 'ready') setTimeout(() => appender.kill('SIGKILL'), Math.random() * 150)
    else acknowledged.push(line)
  }
  await ended
  return acknowledged
}

it(`loses nothing acknowledged and tears nothing when processes that append are killed ${kills} times`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'spanledger-kill-'))
  // This process reads the same directory all the while.
  const observer = createLmdbEventLog({ dir, pollMs: 5 })
  await observer.start()
  const live = await collect(observer, 'observer', ['usage_events'])

  const acknowledged: string[] = []
  const runsThatWorked = new Set<string>()
  // Two at a time; each takes over the group of the one that was killed before it.
  for (let run = 0; run < kills; run += 2) {
    const two = await Promise.all([appendAndKill(dir, run, 'even'), appendAndKill(dir, run + 1, 'odd')])
    acknowledged.push(...two.flat())
  }
  for (const call of acknowledged) runsThatWorked.add(call.slice(0, call.indexOf('-')))
  expect(runsThatWorked.size).toBeGreaterThan(kills / 2)

  await observer.append([{ topic: 'usage_events', key: 'end', value: Buffer.from('end') }])
  await eventually('the end', () => live.entries.some(({ key }) => key === 'end'))
  await eventually('nothing lags behind', () => live.entries.length >= acknowledged.length * recordsPerCall)
  await observer.stop()

  // A process that opens the directory afterwards sees the same.
  const reopened = createLmdbEventLog({ dir })
  await reopened.start()
  const after = await collect(reopened, 'after', ['usage_events'])
  await eventually('all again', () => after.entries.length >= live.entries.length)
  await reopened.stop()
  await rm(dir, { recursive: true })

  expect(after.entries.map(({ key }) => key).toSorted()).toEqual(live.entries.map(({ key }) => key).toSorted())
  const perCall = new Map<string, number>()
  for (const { key, value } of after.entries.filter((entry) => entry.key !== 'end')) {
    expect(isWhole(key, value), `${key} is whole`).toBe(true)
    const call = key.slice(0, key.lastIndexOf('-'))
    perCall.set(call, (perCall.get(call) ?? 0) + 1)
  }
  expect(acknowledged.filter((call) => !perCall.has(call))).toEqual([])
  expect([...perCall].filter(([, count]) => count !== recordsPerCall)).toEqual([])
})
