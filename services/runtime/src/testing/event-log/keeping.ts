import fc from 'fast-check'
import { expect, it } from 'vitest'
import { collect } from '../collect.ts'
import { eventually } from '../eventually.ts'
import { numbers, type Opened, record, texts, topic } from './contract-subject.ts'

/** What is appended is what is read. */
export function itKeepsRecords(opened: Opened): void {
  it('delivers records as they were appended: key, value, headers, and when', async () => {
    const { log } = await opened()
    const { entries } = await collect(log, 'g', [topic])
    const before = Date.now() - 1_000
    await log.append([record('k1', 'v1', { 'spanledger-tenant': 'acme', more: 'ü' }), record('ключ', '')])
    await eventually('both arrive', () => entries.length === 2)
    const [first, second] = entries.toSorted((a, b) => a.key.localeCompare(b.key, 'en'))
    expect(first).toMatchObject({ topic, key: 'k1', headers: { 'spanledger-tenant': 'acme', more: 'ü' } })
    expect(second).toMatchObject({ topic, key: 'ключ', headers: {} })
    expect(texts([first!, second!])).toEqual(['v1', ''])
    expect(first!.appendedAtMs).toBeGreaterThan(before)
  })

  it('keeps any bytes under any key', async () => {
    const { log } = await opened()
    const { entries } = await collect(log, 'g', [topic])
    const sent = fc.sample(
      fc.record({ key: fc.string({ unit: 'grapheme', minLength: 1 }), value: fc.uint8Array({ maxLength: 5_000 }) }),
      { numRuns: 300, seed: 7 },
    )
    await log.append(sent.map(({ key, value }) => ({ topic, key, value })))
    await eventually('all arrive', () => entries.length === sent.length)
    const form = (all: readonly { key: string; value: Uint8Array }[]) =>
      all.map(({ key, value }) => `${key} ${Buffer.from(value).toString('hex')}`).toSorted()
    expect(form(entries)).toEqual(form(sent))
  })

  it('takes a record of some megabytes', async () => {
    const { log } = await opened()
    const { entries } = await collect(log, 'g', [topic])
    await log.append([{ topic, key: 'big', value: Buffer.alloc(3_000_000, 'x') }])
    await eventually('it arrives', () => entries.length === 1)
    expect(entries[0]!.value).toHaveLength(3_000_000)
  })

  it('does not change what was appended when the caller uses its buffer again', async () => {
    const { log } = await opened()
    const value = Buffer.from('before')
    await log.append([{ topic, key: 'k', value }])
    value.fill('x')
    const { entries } = await collect(log, 'g', [topic])
    await eventually('it arrives', () => entries.length === 1)
    expect(texts(entries)).toEqual(['before'])
  })

  it('keeps the records of a key in one partition, in order, with offsets that only grow', async () => {
    const { log } = await opened()
    const { entries } = await collect(log, 'g', [topic])
    for (const round of numbers(20)) {
      await log.append(numbers(50).map((index) => record(`key-${index}`, String(round))))
    }
    await eventually('all arrive', () => entries.length === 1_000)
    for (const index of numbers(50)) {
      const ofKey = entries.filter(({ key }) => key === `key-${index}`)
      expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1)
      expect(texts(ofKey)).toEqual(numbers(20).map(String))
    }
    for (const partition of new Set(entries.map((entry) => entry.partition))) {
      const offsets = entries.filter((entry) => entry.partition === partition).map(({ offset }) => offset)
      expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b))
    }
    expect(new Set(entries.map((entry) => entry.partition)).size).toBeGreaterThan(1)
  })

  it('puts a key into the partition of the same number on every topic', async () => {
    const { log } = await opened()
    const others = ['otlp_spans', 'otlp_logs']
    const { entries } = await collect(log, 'g', [topic, ...others])
    await log.append(
      numbers(50).flatMap((index) => [topic, ...others].map((each) => ({ ...record(`key-${index}`), topic: each }))),
    )
    await eventually('all arrive', () => entries.length === 150)
    for (const index of numbers(50)) {
      const ofKey = entries.filter(({ key }) => key === `key-${index}`)
      expect(new Set(ofKey.map((entry) => entry.topic)).size).toBe(3)
      expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1)
    }
  })

  it('takes appends at the same time, each whole', async () => {
    const { log } = await opened()
    const { entries } = await collect(log, 'g', [topic])
    await Promise.all(numbers(100).map((call) => log.append(numbers(20).map((index) => record(`${call}-${index}`)))))
    await eventually('all arrive', () => entries.length === 2_000)
    expect(new Set(texts(entries)).size).toBe(2_000)
  })

  it('refuses appends when it is stopped, as something to try again', async () => {
    const { log } = await opened()
    await log.stop()
    await expect(log.append([record('k')])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true })
  })
}
