import { randomBytes } from 'node:crypto'
import { loadConfig } from '@spanledger/runtime/config/environment'
import { ensureTopics } from '@spanledger/runtime/event-log/kafka/ensure-topics'
import { sharedKafka } from '@spanledger/runtime/testing/shared-kafka'
import { expect, test } from 'vitest'
import { checkKafka } from './kafka.ts'

const kafka = sharedKafka()
const configOf = (brokers: string, prefix = `doctor-${randomBytes(4).toString('hex')}.`) =>
  loadConfig({ KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: prefix, KAFKA_GROUP_PREFIX: prefix })

test('says which topics are missing, then how far the ledgers are', async () => {
  const config = configOf(kafka.brokers.join(','))
  const before = await checkKafka(config)
  expect(before.map(({ name, state }) => [name, state])).toEqual([
    ['Kafka', 'ok'],
    ['topics', 'failed'],
  ])
  expect(before[1]).toMatchObject({ fix: 'spanledger topics --create' })
  await ensureTopics({
    brokers: kafka.brokers,
    clientId: 'test',
    topicPrefix: config.KAFKA_TOPIC_PREFIX as string,
    partitions: 2,
  })
  const after = await checkKafka(config)
  expect(after.map(({ name, state }) => [name, state])).toEqual([
    ['Kafka', 'ok'],
    ['topics', 'ok'],
    ['ledgers', 'warning'],
  ])
  expect(after[2]?.message).toBe('0 share the work, 0 records are not read yet')
})

test('a broker that is not there is named', async () => {
  const [check] = await checkKafka(configOf('127.0.0.1:9'))
  expect(check).toMatchObject({ name: 'Kafka', state: 'failed' })
  expect(check?.message).toContain('127.0.0.1:9')
})
