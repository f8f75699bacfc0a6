import * as zlib from 'node:zlib'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import type { RefusalReason } from './refusal.ts'

type Inflate = (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer

// not in every Node that is supported, and not in the types of the oldest
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Inflate }

const inflaters: Readonly<Record<string, Inflate>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  deflate: zlib.inflateSync,
  ...(zstdDecompressSync && { zstd: zstdDecompressSync }),
}

/** The content encodings that this process can undo. */
export const knownEncodings: readonly string[] = ['identity', ...Object.keys(inflaters)]

export function isKnownEncoding(encoding: string): boolean {
  return knownEncodings.includes(encoding)
}

/**
 * Undoes a known content encoding, up to `maxBytes` of output: a bomb stops there. Synchronous: for bodies of this size
 * it takes less time than handing them to another thread.
 */
export function inflate(body: Buffer, encoding: string, maxBytes: number): Result<Buffer, RefusalReason> {
  const undo = encoding === 'identity' ? undefined : inflaters[encoding]
  if (undo === undefined) return ok(body)
  try {
    return ok(undo(body, { maxOutputLength: maxBytes }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return reject('too_large', `the body is larger than ${maxBytes} bytes once decompressed: send smaller batches`)
    }
    return reject('undecodable', `the body is not valid ${encoding}`)
  }
}
