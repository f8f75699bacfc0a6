import { afterEach, describe, expect, it } from 'vitest'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { collect } from '../testing/collect.ts'
import { describeEventLogContract } from '../testing/event-log-contract.ts'
import { eventually } from '../testing/eventually.ts'
import { type OpenLogs, openLogs } from '../testing/kafka/open-logs.ts'
import { describeServiceContract } from '../testing/service-contract.ts'
import { sharedKafka } from '../testing/shared-kafka.ts'
import { connectKafka } from './kafka/connection.ts'
import { createKafkaEventLog } from './kafka.ts'

describe('with a broker', () => {
  const { brokers } = sharedKafka()

  describeServiceContract('the Kafka event log', {
    create: async () => createKafkaEventLog(openLogs(brokers).options),
    createBroken: async () =>
      createKafkaEventLog({
        brokers: ['127.0.0.1:1'],
        clientId: 'test',
        startLimitMs: 100,
        logger: createLogger({ name: 'test', level: 'silent' }),
        metrics: createMetrics(),
      }),
  })

  describeEventLogContract('the Kafka event log', async () => {
    const logs = openLogs(brokers)
    const log = await logs.open()
    return {
      log,
      async reopen() {
        await log.stop()
        return logs.open()
      },
      dispose: () => logs.stopAll(),
    }
  })

  describe('the Kafka event log', () => {
    const opened: OpenLogs[] = []
    function create() {
      const logs = openLogs(brokers)
      opened.push(logs)
      return logs
    }
    afterEach(async () => {
      for (const logs of opened.splice(0)) await logs.stopAll()
    })

    it('names a topic that is not there, with the command that makes it', async () => {
      const log = await create().open()
      for (const refused of [
        log.append([{ topic: 'elsewhere', key: 'k', value: Buffer.from('v') }]),
        log.subscribe({ group: 'g', topics: ['elsewhere'], onEntries: async () => undefined }),
      ]) {
        await expect(refused).rejects.toMatchObject({
          code: 'TOPIC_MISSING',
          message: expect.stringMatching(/t[\da-f]{8}\.elsewhere is not there/),
          hint: expect.stringContaining('spanledger topics --create'),
        })
      }
    })

    it('refuses a record that is too large for good, and takes those beside it', async () => {
      const logs = create()
      const log = await logs.open()
      const lenient = await logs.open({ maxRecordBytes: 20 * 2 ** 20 })
      const recordOf = (key: string, bytes: number) => ({ topic: 'usage_events', key, value: Buffer.alloc(bytes) })
      const tooLarge = 9 * 2 ** 20
      await expect(log.append([recordOf('large', tooLarge)])).rejects.toMatchObject({
        code: 'RECORD_TOO_LARGE',
        retryable: false,
      })
      // Also when the broker is the one to say so.
      const [first, refused, last] = await Promise.allSettled([
        lenient.append([recordOf('a', 9)]),
        lenient.append([recordOf('large', tooLarge)]),
        lenient.append([recordOf('b', 9)]),
      ])
      expect([first.status, last.status]).toEqual(['fulfilled', 'fulfilled'])
      expect(refused).toMatchObject({ reason: { code: 'RECORD_TOO_LARGE', retryable: false } })
      const { entries } = await collect(log, 'g', ['usage_events'])
      await eventually('both arrive', () => entries.length >= 2)
      expect(entries.map(({ key }) => key).toSorted()).toEqual(['a', 'b'])
    })

    it('reads what other producers write: without key, value or headers, and headers that repeat', async () => {
      const logs = create()
      const log = await logs.open()
      const topic = `${logs.options.topicPrefix}usage_events`
      const producer = connectKafka(logs.options, logs.options.logger, 1_000).producer()
      await producer.connect()
      await producer.send({ topic, messages: [{ value: null }, { key: 'k', value: 'v', headers: { a: ['1', '2'] } }] })
      await producer.disconnect()
      const { entries } = await collect(log, 'g', ['usage_events'])
      await eventually('both arrive', () => entries.length === 2)
      const [empty, full] = entries.toSorted((a, b) => a.key.localeCompare(b.key, 'en'))
      expect(empty).toMatchObject({ topic: 'usage_events', key: '', headers: {} })
      expect(empty?.value).toHaveLength(0)
      expect(full).toMatchObject({ key: 'k', headers: { a: '1' } })
    })
  })
})
