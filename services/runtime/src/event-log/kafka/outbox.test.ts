import { describe, expect, it } from 'vitest'
import { createManualClock, settle } from '../../testing/manual-clock.ts'
import { Outbox, type OutboxOptions } from './outbox.ts'
import type { RoutedRecord } from './waves.ts'

const record = (key: string, bytes = 10): RoutedRecord => ({
  record: { topic: 't', key, value: Buffer.alloc(0) },
  partition: 0,
  bytes,
})

function create(options: Partial<OutboxOptions> = {}) {
  const clock = createManualClock()
  const sent: string[][] = []
  const answers: { resolve(): void; reject(error: unknown): void }[] = []
  const outbox = new Outbox({
    clock,
    lingerMs: 3,
    maxBatchBytes: 1_000,
    maxWaitingBytes: 2_000,
    send(records) {
      sent.push(records.map((each) => each.record.key))
      return new Promise((resolve, reject) => answers.push({ resolve, reject }))
    },
    isAboutRecords: (error) => error === 'too large',
    ...options,
  })
  return { clock, outbox, sent, answers }
}

describe('the outbox', () => {
  it('sends together what comes within the linger, and while a batch is under way', async () => {
    const { clock, outbox, sent, answers } = create()
    const first = Promise.all([outbox.write([record('a')]), outbox.write([record('b'), record('c')])])
    expect(sent).toEqual([])
    await clock.advance(3)
    await settle()
    expect(sent).toEqual([['a', 'b', 'c']])
    const second = Promise.all([outbox.write([record('d')]), outbox.write([record('e')])])
    answers[0]?.resolve()
    await first
    await settle()
    expect(sent[1]).toEqual(['d', 'e'])
    answers[1]?.resolve()
    await second
    expect(outbox.bytes).toBe(0)
  })

  it('splits what is more than a batch, and keeps each call whole', async () => {
    const { clock, outbox, sent, answers } = create()
    const calls = [outbox.write([record('a', 700)]), outbox.write([record('b', 700), record('c', 400)])]
    await clock.advance(3)
    await settle()
    answers[0]?.resolve()
    await settle()
    answers[1]?.resolve()
    await Promise.all(calls)
    expect(sent).toEqual([['a'], ['b', 'c']])
  })

  it('refuses what is too much to hold, and takes more when it was sent', async () => {
    const { clock, outbox, answers } = create()
    const first = outbox.write([record('a', 1_500)])
    await expect(outbox.write([record('b', 600)])).rejects.toMatchObject({ code: 'LOG_FULL', retryable: true })
    await clock.advance(3)
    await settle()
    answers[0]?.resolve()
    await first
    const second = outbox.write([record('c', 600)])
    await clock.advance(3)
    await settle()
    answers[1]?.resolve()
    await second
  })

  it('a batch that fails takes with it what waits, and the next call is tried anew', async () => {
    const { clock, outbox, sent, answers } = create()
    const first = outbox.write([record('a')])
    await clock.advance(3)
    await settle()
    const second = outbox.write([record('b')])
    answers[0]?.reject('away')
    await expect(first).rejects.toBe('away')
    await expect(second).rejects.toBe('away')
    await outbox.idle()
    const third = outbox.write([record('c')])
    await clock.advance(3)
    await settle()
    answers[1]?.resolve()
    await third
    expect(sent).toEqual([['a'], ['c']])
  })

  it('one call that cannot be taken does not take the others with it', async () => {
    const { clock, outbox, sent, answers } = create()
    const calls = [outbox.write([record('a')]), outbox.write([record('large')]), outbox.write([record('c')])]
    const outcomes = Promise.allSettled(calls)
    await clock.advance(3)
    await settle()
    answers[0]?.reject('too large')
    await settle()
    answers[1]?.resolve()
    await settle()
    answers[2]?.reject('too large')
    await settle()
    answers[3]?.resolve()
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(sent).toEqual([['a', 'large', 'c'], ['a'], ['large'], ['c']])
  })
})
