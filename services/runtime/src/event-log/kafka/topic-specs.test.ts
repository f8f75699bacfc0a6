import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inputTopics, rejectedTopic } from '@spanledger/schemas/events/topics'
import { expect, it } from 'vitest'
import { defaultPartitions, topicSpecs } from './topic-specs.ts'

it('every input topic has a topic for what is rejected', () => {
  const names = topicSpecs.map(({ topic }) => topic)
  for (const topic of inputTopics) expect(names).toContain(rejectedTopic(topic))
  expect(new Set(names).size).toBe(names.length)
})

it('topics are bounded by size and by the time at which the broker took a record, never by event time', () => {
  for (const { config } of topicSpecs) {
    expect(config['message.timestamp.type']).toBe('LogAppendTime')
    expect(Number(config['retention.ms'])).toBeGreaterThan(0)
    expect(Number(config['retention.bytes'])).toBeGreaterThan(0)
  }
})

it('infra/kafka/topics.json says the same', () => {
  const topics = topicSpecs.map(({ topic, partitions = defaultPartitions, config }) => ({ topic, partitions, config }))
  const wanted = `${JSON.stringify({ topics }, null, 2)}\n`
  const file = join(import.meta.dirname, '../../../../../infra/kafka/topics.json')
  expect(readFileSync(file, 'utf8'), `write this into infra/kafka/topics.json:\n${wanted}`).toBe(wanted)
})
