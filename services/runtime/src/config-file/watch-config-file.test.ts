import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Clock, systemClock } from '../clock.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { eventually } from '../testing/eventually.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { describeServiceContract } from '../testing/service-contract.ts'
import { findConfigFile, loadConfigFile } from './load-config-file.ts'
import { type WatchedConfigFile, watchConfigFile } from './watch-config-file.ts'

let folder: string
let file: string
let lines: string[]
let metrics: ReturnType<typeof createMetrics>
let watched: WatchedConfigFile | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanledger-config-file-'))
  file = join(folder, 'spanledger.yaml')
  writeFileSync(file, every(10))
  lines = []
  metrics = createMetrics()
})
afterEach(async () => {
  await watched?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const every = (seconds: number | string) => `alerts:\n  every_seconds: ${seconds}\n`

async function watching(path = file, clock: Clock = quick): Promise<() => number> {
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } })
  const made = (watched = watchConfigFile({ path, logger, metrics, clock }))
  await made.start()
  return () => made.current().alerts.every_seconds
}

/** Settling takes milliseconds; there is no poll, so that what is seen is what the file system said. */
const quick: Clock = {
  nowMs: systemClock.nowMs,
  after: (ms, call) => (ms > 1000 ? () => undefined : systemClock.after(ms / 50, call)),
}

describeServiceContract('a watched configuration file', {
  create: () =>
    watchConfigFile({ path: file, logger: createLogger({ name: 'test', level: 'silent' }), metrics: createMetrics() }),
})

test('a file that is written anew is in force', async () => {
  const seconds = await watching()
  expect(seconds()).toBe(10)
  writeFileSync(file, every(20))
  await eventually('the new one', () => seconds() === 20)
})

test('a save by renaming a new file over the old one is seen, again and again', async () => {
  const seconds = await watching()
  for (const next of [20, 30, 40]) {
    writeFileSync(`${file}.tmp`, every(next))
    renameSync(`${file}.tmp`, file)
    await eventually(`it is ${next}`, () => seconds() === next)
  }
})

test('a swap of the symbolic link beside it, as Kubernetes does, is seen', async () => {
  for (const [name, seconds] of [
    ['..v1', 10],
    ['..v2', 20],
  ] as const) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'mounted.yaml'), every(seconds))
  }
  symlinkSync('..v1', join(folder, '..data'))
  symlinkSync(join('..data', 'mounted.yaml'), join(folder, 'mounted.yaml'))
  const seconds = await watching(join(folder, 'mounted.yaml'))
  symlinkSync('..v2', join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  await eventually('the other one', () => seconds() === 20)
})

test('what the file system does not say is found by reading', async () => {
  const clock = createManualClock()
  const target = mkdtempSync(join(tmpdir(), 'spanledger-elsewhere-'))
  writeFileSync(join(target, 'real.yaml'), every(10))
  symlinkSync(join(target, 'real.yaml'), join(folder, 'linked.yaml'))
  const seconds = await watching(join(folder, 'linked.yaml'), clock)
  writeFileSync(join(target, 'real.yaml'), every(20))
  await clock.advance(6000)
  expect(seconds()).toBe(20)
  rmSync(target, { recursive: true })
})

test('who must follow a change is told before it is in force, and can refuse it', async () => {
  const seconds = await watching()
  const told: number[] = []
  watched?.onChange(({ alerts }) => {
    told.push(alerts.every_seconds)
    if (alerts.every_seconds === 20) throw new Error('not that one')
    expect(seconds()).toBe(10)
  })
  expect(watched?.status()).toEqual({ path: file, loadedAtMs: expect.any(Number) })
  writeFileSync(file, every(20))
  await eventually('the refusal', () => lines.join('').includes('not that one'))
  expect(seconds()).toBe(10)
  expect(watched?.status().refused).toEqual({
    atMs: expect.any(Number),
    problems: [{ line: 1, path: [], problem: 'not that one' }],
  })
  writeFileSync(file, every(30))
  await eventually('the next one', () => seconds() === 30)
  expect(told).toEqual([20, 30])
  expect(watched?.status().refused).toBeUndefined()
})

test('a file with a problem changes nothing: the old one stays, and that is counted and said with the field', async () => {
  const seconds = await watching()
  writeFileSync(file, `${every(20)}  rules: { spend_spike: { ratio: 0 } }\n`)
  await eventually('the refusal', () => lines.join('').includes('alerts.rules.spend_spike.ratio is 0'))
  expect(seconds()).toBe(10)
  expect(await metrics.render()).toContain('spanledger_config_reload_failures_total 1')
  rmSync(file)
  await eventually('the loss', () => lines.join('').includes('cannot be read: ENOENT'))
  expect(seconds()).toBe(10)
  writeFileSync(file, every(30))
  await eventually('the correction', () => seconds() === 30)
  expect(await metrics.render()).toContain('spanledger_config_reload_failures_total 2')
  expect(await metrics.render()).toMatch(/spanledger_config_last_reload_success_timestamp_seconds \d{10}/)
})

test('a text that is still being written does not count', async () => {
  const clock = createManualClock()
  writeFileSync(file, every(30))
  const seconds = await watching(file, clock)
  writeFileSync(file, 'alerts:\n')
  await eventually('the half of it is seen', () => clock.pending === 2)
  writeFileSync(file, every(20))
  await clock.advance(250)
  expect(seconds()).toBe(30)
  await clock.advance(250)
  expect(seconds()).toBe(20)
})

test('the file is spanledger.yaml where it is, or the one that was named; a start with a broken one says all of it', () => {
  expect(findConfigFile(undefined, folder)).toBe(file)
  expect(findConfigFile('other.yaml', folder)).toBe(join(folder, 'other.yaml'))
  rmSync(file)
  expect(findConfigFile(undefined, folder)).toBeUndefined()
  expect(loadConfigFile(undefined).alerts.every_seconds).toBe(10)
  expect(() => loadConfigFile(file)).toThrow(`the configuration file ${file} cannot be read: ENOENT`)
  writeFileSync(file, every('soon'))
  expect(() => loadConfigFile(file)).toThrow(`${file}:2: alerts.every_seconds is "soon"`)
})

test('attribution follows the file, and stays as it was while the file has a mistake', async () => {
  const rule = (team: string) => `attribution:\n  rules: [{ set: { team: ${team} } }]\n`
  writeFileSync(file, rule('a'))
  await watching()
  const team = () => watched?.current().attribution.rules[0]?.set.team
  expect(team()).toBe('a')
  writeFileSync(file, 'attribution:\n  requires: [team]\n')
  await eventually('the problem', () => lines.some((line) => line.includes('did you mean require?')))
  expect(team()).toBe('a')
  writeFileSync(file, rule('b'))
  await eventually('the new one', () => team() === 'b')
})
