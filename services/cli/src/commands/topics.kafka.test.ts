import { randomUUID } from 'node:crypto'
import { inputTopics } from '@spanledger/schemas/events/topics'
import { connectKafka } from '@spanledger/runtime/event-log/kafka/connection'
import { createLogger } from '@spanledger/runtime/logger'
import { sharedKafka } from '@spanledger/runtime/testing/shared-kafka'
import { describe, expect, it } from 'vitest'
import { runCaptured } from '../testing/run-captured.ts'

describe('spanledger topics', () => {
  const { brokers } = sharedKafka()

  function createCommand() {
    const prefix = `t${randomUUID().slice(0, 8)}.`
    const env = { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC_PREFIX: prefix }
    const run = (...args: string[]) => runCaptured(['topics', ...args], env)
    return { prefix, run }
  }

  async function makeByHand(topics: readonly { topic: string; numPartitions: number }[]) {
    const admin = connectKafka(
      { brokers, clientId: 'test' },
      createLogger({ name: 'test', level: 'silent' }),
      1_000,
    ).admin()
    await admin.connect()
    await admin.createTopics({ topics: [...topics] })
    await admin.disconnect()
  }

  it('says what is missing, makes it, and says that all is well', async () => {
    const { prefix, run } = createCommand()
    const before = await run()
    expect(before.code).toBe(1)
    expect(before.out).toContain(`${prefix}otlp_spans`)
    expect(before.out).toContain('missing: should have 12 partitions')
    expect(before.out).toContain('spanledger topics --create')

    const made = await run('--create', '--partitions', '6', '--replication', '1')
    expect(made).toMatchObject({ code: 0, err: '' })

    const after = await run('--json')
    expect(after.code).toBe(0)
    const { topics } = JSON.parse(after.out) as { topics: Record<string, unknown>[] }
    const inputs = topics.filter(({ isInput }) => isInput === true)
    expect(inputs).toHaveLength(inputTopics.length)
    for (const topic of inputs) expect(topic).toMatchObject({ found: 6, wanted: 6, copies: 1, differs: [] })
    expect((await run()).out).not.toContain('should')
  })

  it('makes what is missing with as many partitions as the input topics that are there', async () => {
    const { prefix, run } = createCommand()
    await makeByHand([{ topic: `${prefix}otlp_spans`, numPartitions: 3 }])
    expect(await run('--create')).toMatchObject({ code: 0 })
    const { topics } = JSON.parse((await run('--json')).out) as { topics: Record<string, unknown>[] }
    for (const topic of topics.filter(({ isInput }) => isInput === true)) expect(topic).toMatchObject({ found: 3 })
  })

  it('says which settings of a topic made by others are not ours', async () => {
    const { prefix, run } = createCommand()
    await makeByHand([{ topic: `${prefix}alerts`, numPartitions: 1 }])
    expect((await run()).out).toContain('message.timestamp.type is CreateTime, ours would be LogAppendTime')
  })

  it('does not add to input topics that differ, and says what to do', async () => {
    const { prefix, run } = createCommand()
    await makeByHand([
      { topic: `${prefix}otlp_spans`, numPartitions: 3 },
      { topic: `${prefix}usage_events`, numPartitions: 5 },
    ])
    const { code, err } = await run('--create')
    expect(code).toBe(1)
    expect(err).toContain(`${prefix}usage_events 5`)
    expect(err).toMatch(/what to do: .*kafka-topics --alter --partitions 5/)
  })
})
