import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { connectKafka } from './connection.ts'
import { crc32c, slowCrc32c } from './native-crc32c.ts'

const require = createRequire(import.meta.url)

it('the native checksum is that of kafkajs, for any bytes', () => {
  expect(crc32c).not.toBe(slowCrc32c)
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      const buffer = Buffer.from(bytes)
      expect(crc32c(buffer)).toBe(slowCrc32c(buffer))
    }),
  )
  const large = Buffer.alloc(1_000_000, 'spanledger')
  expect(crc32c(large)).toBe(slowCrc32c(large))
  expect(crc32c(large.subarray(3, 77_777))).toBe(slowCrc32c(large.subarray(3, 77_777)))
})

it('kafkajs uses it for the batches that it makes', async () => {
  expect(connectKafka).toBeTypeOf('function')
  const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
    RecordBatch(options: object): Promise<{ buffer: Buffer }>
  }
  const { buffer } = await RecordBatch({ records: [] })
  // Base offset, length, leader epoch and magic come before the checksum; it is of all that follows it.
  expect(buffer.readUInt32BE(17)).toBe(crc32c(buffer.subarray(21)))
  const used = require('kafkajs/src/protocol/recordBatch/crc32C/index.js') as unknown
  expect(used).toBe(crc32c)
})
