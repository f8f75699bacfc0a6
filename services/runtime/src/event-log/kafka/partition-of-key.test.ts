import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { expect, it } from 'vitest'
import { partitionOfKey } from './partition-of-key.ts'

it('a key goes where every other client of Kafka would put it', () => {
  const theirs = Partitioners.DefaultPartitioner()
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
      const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
        partitionId,
        partitionErrorCode: 0,
        leader: 1,
        replicas: [1],
        isr: [1],
      }))
      const message = { key, value: null }
      expect(partitionOfKey(key, partitions)).toBe(theirs({ topic: 't', partitionMetadata, message }))
    }),
  )
})
