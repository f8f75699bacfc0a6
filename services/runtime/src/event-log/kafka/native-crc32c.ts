import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const kafkajsModule = 'kafkajs/src/protocol/recordBatch/crc32C/index.js'

/** The checksum that kafkajs has for its batches, byte by byte in JavaScript: a quarter of what a producer costs. */
export const slowCrc32c = require(kafkajsModule) as (bytes: Buffer) => number

/** The same by the processor's own instruction; where there is no build for this platform, the one of kafkajs. */
export const crc32c = load() ?? slowCrc32c

function load(): ((bytes: Buffer) => number) | undefined {
  try {
    const native = require('@node-rs/crc32') as { crc32c(bytes: Buffer): number }
    return (bytes) => native.crc32c(bytes)
  } catch {
    return undefined
  }
}

// kafkajs takes its own from there when it is loaded: this module is to be loaded before it.
const loaded = require.cache[require.resolve(kafkajsModule)]
if (loaded !== undefined) loaded.exports = crc32c
