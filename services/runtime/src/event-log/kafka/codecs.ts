import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import kafkajs from 'kafkajs'
import { type Compression, inflateBy } from './inflate.ts'
import { unreadableRecords } from './unreadable-records.ts'

const gzipSoon = promisify(gzip)

/** Of one batch: topics take 8 MiB, and what telemetry compresses to is a tenth of it. */
const maxInflatedBytes = 64 * 2 ** 20

/**
 * Has kafkajs read every compression that Kafka has. By itself it knows only gzip, without a bound, and stops reading at
 * the first batch of another: for good, since it meets the same batch again.
 */
export function installCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs
  CompressionCodecs[CompressionTypes.GZIP] = () => codecOf('gzip')
  CompressionCodecs[CompressionTypes.Snappy] = () => codecOf('snappy')
  CompressionCodecs[CompressionTypes.LZ4] = () => codecOf('lz4')
  CompressionCodecs[CompressionTypes.ZSTD] = () => codecOf('zstd')
}

/** As kafkajs wants it, which has no type for it. */
function codecOf(compression: Compression) {
  return {
    async compress({ buffer }: { buffer: Buffer }): Promise<Buffer> {
      if (compression === 'gzip') return gzipSoon(buffer)
      throw new TypeError(`batches are not written in ${compression}: the topic can be set to it, by compression.type`)
    },
    async decompress(bytes: Buffer): Promise<Buffer> {
      try {
        return await inflateBy[compression](bytes, maxInflatedBytes)
      } catch (error) {
        const why = `a batch in ${compression} cannot be read: ${(error as Error).message}`
        return unreadableRecords(bytes, why)
      }
    },
  }
}
