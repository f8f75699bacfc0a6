import fc from 'fast-check'
import { expect, it } from 'vitest'
import { intoWaves, type RoutedRecord } from './waves.ts'

const limits = { maxPartitionBytes: 1_000, maxPartitionRecords: 5 }

const records = fc.array(
  fc.record({ partition: fc.nat(3), bytes: fc.integer({ min: 1, max: 1_500 }), topic: fc.constantFrom('a', 'b') }),
  { maxLength: 60 },
)

it('waves hold every record once, each partition in order and within the limits', () => {
  fc.assert(
    fc.property(records, (given) => {
      const routed = given.map(
        ({ partition, bytes, topic }, index): RoutedRecord => ({
          record: { topic, key: String(index), value: Buffer.alloc(0) },
          partition,
          bytes,
        }),
      )
      const waves = intoWaves(routed, limits)
      const batchOf = (wave: readonly RoutedRecord[], { record, partition }: RoutedRecord) =>
        wave.filter((other) => other.record.topic === record.topic && other.partition === partition)
      for (const wave of waves) {
        expect(wave.length).toBeGreaterThan(0)
        for (const one of wave) {
          const batch = batchOf(wave, one)
          const bytes = batch.reduce((sum, { bytes: size }) => sum + size, 0)
          expect(batch.length).toBeLessThanOrEqual(limits.maxPartitionRecords)
          expect(batch.length === 1 || bytes <= limits.maxPartitionBytes).toBe(true)
        }
      }
      expect(waves.flat()).toHaveLength(routed.length)
      for (const one of routed) expect(batchOf(waves.flat(), one)).toEqual(batchOf(routed, one))
    }),
  )
})
